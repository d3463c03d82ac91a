"""The one table of the client API: what is asked for at which address, and who answers."""

from aiohttp import web
from aiohttp.typedefs import Middleware

from node.accounts import api as accounts
from node.accounts import oauth_api as oauth
from node.api import instance
from node.api.instance import USAGE, UsageKept
from node.api.kept import KEPT, Kept
from node.api.middleware import allow_origins, limit_rate
from node.members import api as members
from node.moderation import reports_api as reports
from node.polls import api as polls
from node.posts import api as posts
from node.reactions import api as reactions
from node.search import api as search
from node.timelines import api as timelines
from node.timelines import grouped_api as grouped
from node.timelines import notifications_api as notifications

AROUND_ERRORS: tuple[Middleware, ...] = (allow_origins,)
"""Stands around the making of error answers, which get its headers too."""

MIDDLEWARES: tuple[Middleware, ...] = (limit_rate,)
ID = r"{id:\d+}"
EMPTY_PUBLIC = (
    "/api/v1/custom_emojis",
    "/api/v1/instance/peers",
    "/api/v1/instance/activity",
    "/api/v1/instance/rules",
    "/api/v1/instance/domain_blocks",
    "/api/v1/trends/tags",
    "/api/v1/trends/statuses",
    "/api/v1/trends/links",
    "/api/v1/directory",
)
EMPTY_OWN = (
    "/api/v1/lists",
    "/api/v1/filters",
    "/api/v2/filters",
    "/api/v1/announcements",
    "/api/v1/blocks",
    "/api/v1/mutes",
    "/api/v1/domain_blocks",
    "/api/v1/followed_tags",
    "/api/v1/conversations",
    "/api/v1/suggestions",
    "/api/v2/suggestions",
    "/api/v1/scheduled_statuses",
    "/api/v1/featured_tags",
    "/api/v1/endorsements",
    "/api/v1/notifications/requests",
)

TABLE: tuple[web.RouteDef, ...] = (
    web.post("/api/v1/apps", oauth.post_app),
    web.get("/api/v1/apps/verify_credentials", oauth.verify_app),
    web.post("/oauth/token", oauth.post_token),
    web.post("/oauth/revoke", oauth.post_revoke),
    web.get("/oauth/userinfo", oauth.userinfo),
    web.get("/.well-known/oauth-authorization-server", oauth.server_metadata),
    web.get("/api/v1/instance", instance.get_instance_v1),
    web.get("/api/v2/instance", instance.get_instance_v2),
    web.get("/api/v1/instance/extended_description", instance.get_description),
    web.get("/api/v1/markers", instance.get_markers),
    web.post("/api/v1/markers", instance.post_markers),
    web.get("/api/v1/preferences", accounts.preferences),
    web.get("/api/v1/accounts/verify_credentials", accounts.verify_credentials),
    web.patch("/api/v1/accounts/update_credentials", accounts.update_credentials),
    web.get("/api/v1/accounts/lookup", accounts.look_up),
    web.get("/api/v1/accounts/search", search.search_accounts),
    web.get("/api/v1/accounts/relationships", members.get_relationships),
    web.get("/api/v1/accounts/familiar_followers", members.get_familiar_followers),
    web.get("/api/v1/accounts", accounts.get_accounts),
    web.get(f"/api/v1/accounts/{ID}", accounts.get_account),
    web.get(f"/api/v1/accounts/{ID}/statuses", timelines.get_of_account),
    web.get(f"/api/v1/accounts/{ID}/followers", members.get_followers),
    web.get(f"/api/v1/accounts/{ID}/following", members.get_following),
    web.get(f"/api/v1/accounts/{ID}/featured_tags", timelines.get_nothing),
    web.get(f"/api/v1/accounts/{ID}/lists", timelines.get_nothing),
    web.post(f"/api/v1/accounts/{ID}/follow", members.post_follow),
    web.post(f"/api/v1/accounts/{ID}/unfollow", members.post_unfollow),
    web.post(f"/api/v1/accounts/{ID}/remove_from_followers", members.post_remove),
    web.get("/api/v1/follow_requests", members.get_follow_requests),
    web.post(f"/api/v1/follow_requests/{ID}/authorize", members.post_authorize),
    web.post(f"/api/v1/follow_requests/{ID}/reject", members.post_reject),
    web.post("/api/v1/statuses", posts.post_status),
    web.get("/api/v1/statuses", posts.get_statuses),
    web.get(f"/api/v1/statuses/{ID}", posts.get_status),
    web.put(f"/api/v1/statuses/{ID}", posts.put_status),
    web.delete(f"/api/v1/statuses/{ID}", posts.delete_status),
    web.get(f"/api/v1/statuses/{ID}/context", posts.get_context),
    web.get(f"/api/v1/statuses/{ID}/source", posts.get_source),
    web.get(f"/api/v1/statuses/{ID}/history", posts.get_history),
    web.get(f"/api/v1/statuses/{ID}/favourited_by", reactions.get_favourited_by),
    web.get(f"/api/v1/statuses/{ID}/reblogged_by", reactions.get_reblogged_by),
    web.post(f"/api/v1/statuses/{ID}/favourite", reactions.post_favourite),
    web.post(f"/api/v1/statuses/{ID}/unfavourite", reactions.post_unfavourite),
    web.post(f"/api/v1/statuses/{ID}/reblog", reactions.post_reblog),
    web.post(f"/api/v1/statuses/{ID}/unreblog", reactions.post_unreblog),
    web.post(f"/api/v1/statuses/{ID}/bookmark", reactions.post_bookmark),
    web.post(f"/api/v1/statuses/{ID}/unbookmark", reactions.post_unbookmark),
    web.post("/api/v1/reports", reports.post_report),
    web.get(f"/api/v1/polls/{ID}", polls.get_poll),
    web.post(f"/api/v1/polls/{ID}/votes", polls.post_votes),
    web.get("/api/v1/favourites", reactions.get_favourites),
    web.get("/api/v1/bookmarks", reactions.get_bookmarks),
    web.get("/api/v1/timelines/home", timelines.get_home),
    web.get("/api/v1/timelines/public", timelines.get_public),
    web.get("/api/v1/timelines/tag/{tag}", timelines.get_nothing),
    web.get("/api/v1/tags/{tag}", timelines.get_tag),
    web.get("/api/v2/search", search.get_search),
    web.get("/api/v1/notifications", notifications.get_notifications),
    web.post("/api/v1/notifications/clear", notifications.post_clear),
    web.get("/api/v1/notifications/unread_count", notifications.get_unread_count),
    web.get(f"/api/v1/notifications/{ID}", notifications.get_notification),
    web.post(f"/api/v1/notifications/{ID}/dismiss", notifications.post_dismiss),
    web.get("/api/v2/notifications", grouped.get_grouped),
    web.get("/api/v2/notifications/policy", grouped.get_policy),
    web.get("/api/v2/notifications/unread_count", notifications.get_unread_count),
    web.get("/api/v2/notifications/{key}", grouped.get_group),
    web.get("/api/v2/notifications/{key}/accounts", grouped.get_group_accounts),
    web.post("/api/v2/notifications/{key}/dismiss", grouped.post_dismiss_group),
    *(web.get(path, instance.get_public_list) for path in EMPTY_PUBLIC),
    *(web.get(path, instance.get_own_list) for path in EMPTY_OWN),
)


def with_slash(route: web.RouteDef) -> web.RouteDef:
    """The same with a slash at the end, as Mastodon.py and toot write some of them.

    It is answered, not redirected: a redirect would make a GET of a POST.
    """
    return web.RouteDef(route.method, f"{route.path}/", route.handler, route.kwargs)


ROUTES = (*TABLE, *map(with_slash, TABLE))


def add_client_api(app: web.Application) -> None:
    """Add the client API, and what it keeps in memory, to an application."""
    app[KEPT], app[USAGE] = Kept(), UsageKept()
    app.add_routes(ROUTES)
