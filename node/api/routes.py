"""The tables of the client API and of our own: method, path, who answers, scope, and limit."""

from dataclasses import replace

from node.api import (
    accounts,
    blocks,
    coming_in,
    communities,
    credentials,
    desk,
    holders,
    instance,
    joining,
    lists,
    media,
    members,
    moderation,
    notifications,
    oauth,
    own_things,
    polls,
    posts,
    reactions,
    reports,
    search,
    timelines,
)
from node.api import empty_lists as empty
from node.api import grouped_notifications as grouped
from node.http.rate_limits import (
    APPS,
    COMING_IN,
    DELETING,
    MAKING,
    SEARCHING,
    SEARCHING_PEOPLE,
    SENDING_PICTURES,
    TOKENS,
)
from node.http.routes import Route, delete, get, patch, post, put
from node.topics.members.actions import follow, unfollow
from node.topics.members.blocks import block, unblock
from node.topics.members.follow_requests import accept_request, reject_request, remove_follower
from node.topics.members.mutes import unmute
from node.topics.members.store import followers, following
from node.topics.reactions.actions import bookmark, favourite, unbookmark, unboost, unfavourite
from node.topics.reactions.store import bookmarked, boosted_by, favourited, favourited_by

ID = r"{id:\d+}"
HEDGEROW = "/api/hedgerow/v1"
"""Our own API (`schemas/openapi.json`)."""

OWN = f"{HEDGEROW}/communities"
ONE = f"{OWN}/{{name}}"
DECISION = f"{HEDGEROW}/decisions/{{kind:places|posts}}/{ID}"

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
    "/api/v1/filters",
    "/api/v2/filters",
    "/api/v1/announcements",
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

TABLE: tuple[Route, ...] = (
    post("/api/v1/apps", oauth.post_app, limit=APPS),
    get("/api/v1/apps/verify_credentials", oauth.verify_app),
    post("/oauth/token", oauth.post_token, limit=TOKENS),
    post("/oauth/revoke", oauth.post_revoke),
    get("/oauth/userinfo", oauth.userinfo, "profile"),
    get("/.well-known/oauth-authorization-server", oauth.server_metadata),
    get("/api/v1/instance", instance.get_instance_v1),
    get("/api/v2/instance", instance.get_instance_v2),
    get("/api/v1/instance/extended_description", instance.get_description),
    get("/api/v1/markers", instance.get_markers, "read:statuses"),
    post("/api/v1/markers", instance.post_markers, "write:statuses"),
    get("/api/v1/preferences", accounts.preferences, "read:accounts"),
    get("/api/v1/accounts/verify_credentials", credentials.verify_credentials, "read:accounts"),
    patch(
        "/api/v1/accounts/update_credentials",
        credentials.update_credentials,
        "write:accounts",
        limit=SENDING_PICTURES,
    ),
    delete("/api/v1/profile/avatar", credentials.delete_avatar, "write:accounts"),
    delete("/api/v1/profile/header", credentials.delete_header, "write:accounts"),
    get("/api/v1/accounts/lookup", accounts.look_up, "read:accounts"),
    get("/api/v1/accounts/search", search.search_accounts, "read:accounts", limit=SEARCHING_PEOPLE),
    get("/api/v1/accounts/relationships", members.get_relationships, "read:follows"),
    get("/api/v1/accounts/familiar_followers", members.get_familiar_followers, "read:follows"),
    get("/api/v1/accounts", accounts.get_accounts, "read:accounts"),
    get(f"/api/v1/accounts/{ID}", accounts.get_account, "read:accounts"),
    get(f"/api/v1/accounts/{ID}/statuses", timelines.get_of_account, "read:statuses"),
    get(f"/api/v1/accounts/{ID}/followers", members.listed(followers), "read:accounts"),
    get(f"/api/v1/accounts/{ID}/following", members.listed(following), "read:accounts"),
    get(f"/api/v1/accounts/{ID}/featured_tags", empty.get_list, "read:statuses"),
    get(f"/api/v1/accounts/{ID}/lists", lists.get_of_account, "read:statuses"),
    post(f"/api/v1/accounts/{ID}/follow", members.change(follow), "write:follows"),
    post(f"/api/v1/accounts/{ID}/unfollow", members.change(unfollow), "write:follows"),
    post(
        f"/api/v1/accounts/{ID}/remove_from_followers",
        members.change(remove_follower),
        "write:follows",
    ),
    post(f"/api/v1/accounts/{ID}/block", members.change(block), "write:blocks"),
    post(f"/api/v1/accounts/{ID}/unblock", members.change(unblock), "write:blocks"),
    post(f"/api/v1/accounts/{ID}/mute", blocks.post_mute, "write:mutes"),
    post(f"/api/v1/accounts/{ID}/unmute", members.change(unmute), "write:mutes"),
    get("/api/v1/blocks", blocks.get_blocks, "read:blocks"),
    get("/api/v1/mutes", blocks.get_mutes, "read:mutes"),
    get("/api/v1/follow_requests", members.get_follow_requests, "read:follows"),
    post(
        f"/api/v1/follow_requests/{ID}/authorize", members.change(accept_request), "write:follows"
    ),
    post(f"/api/v1/follow_requests/{ID}/reject", members.change(reject_request), "write:follows"),
    post("/api/v1/media", media.post_media, "write:media", limit=SENDING_PICTURES),
    post("/api/v2/media", media.post_media, "write:media", limit=SENDING_PICTURES),
    get(f"/api/v1/media/{ID}", media.get_media, "write:media"),
    put(f"/api/v1/media/{ID}", media.put_media, "write:media"),
    delete(f"/api/v1/media/{ID}", media.delete_media, "write:media"),
    post("/api/v1/statuses", posts.post_status, "write:statuses"),
    get("/api/v1/statuses", posts.get_statuses, "read:statuses"),
    get(f"/api/v1/statuses/{ID}", posts.get_status, "read:statuses"),
    put(f"/api/v1/statuses/{ID}", posts.put_status, "write:statuses"),
    delete(f"/api/v1/statuses/{ID}", posts.delete_status, "write:statuses", limit=DELETING),
    get(f"/api/v1/statuses/{ID}/context", posts.get_context, "read:statuses"),
    get(f"/api/v1/statuses/{ID}/source", posts.get_source, "read:statuses"),
    get(f"/api/v1/statuses/{ID}/history", posts.get_history, "read:statuses"),
    get(
        f"/api/v1/statuses/{ID}/favourited_by", reactions.people_of(favourited_by), "read:statuses"
    ),
    get(f"/api/v1/statuses/{ID}/reblogged_by", reactions.people_of(boosted_by), "read:statuses"),
    post(f"/api/v1/statuses/{ID}/favourite", reactions.change(favourite), "write:favourites"),
    post(f"/api/v1/statuses/{ID}/unfavourite", reactions.change(unfavourite), "write:favourites"),
    post(f"/api/v1/statuses/{ID}/reblog", reactions.post_reblog, "write:statuses"),
    post(f"/api/v1/statuses/{ID}/unreblog", reactions.change(unboost), "write:statuses"),
    post(f"/api/v1/statuses/{ID}/bookmark", reactions.change(bookmark), "write:bookmarks"),
    post(f"/api/v1/statuses/{ID}/unbookmark", reactions.change(unbookmark), "write:bookmarks"),
    post("/api/v1/reports", reports.post_report, "write:reports"),
    get(f"/api/v1/polls/{ID}", polls.get_poll, "read:statuses"),
    post(f"/api/v1/polls/{ID}/votes", polls.post_votes, "write:statuses"),
    get("/api/v1/favourites", reactions.kept_posts(favourited), "read:favourites"),
    get("/api/v1/bookmarks", reactions.kept_posts(bookmarked), "read:bookmarks"),
    get("/api/v1/timelines/home", timelines.get_home, "read:statuses"),
    get("/api/v1/lists", lists.get_lists, "read:lists"),
    get(f"/api/v1/lists/{ID}", lists.get_list, "read:lists"),
    get(f"/api/v1/lists/{ID}/accounts", lists.get_accounts, "read:lists"),
    get(f"/api/v1/timelines/list/{ID}", lists.get_timeline, "read:lists"),
    get("/api/v1/timelines/public", timelines.get_public, "read:statuses"),
    get("/api/v1/timelines/tag/{tag}", timelines.get_of_tag, "read:statuses"),
    get("/api/v1/tags/{tag}", timelines.get_tag, "read:statuses"),
    get("/api/v2/search", search.get_search, "read:search", limit=SEARCHING),
    get("/api/v1/notifications", notifications.get_notifications, "read:notifications"),
    post("/api/v1/notifications/clear", notifications.post_clear, "write:notifications"),
    get("/api/v1/notifications/unread_count", notifications.get_unread_count, "read:notifications"),
    get(f"/api/v1/notifications/{ID}", notifications.get_notification, "read:notifications"),
    post(f"/api/v1/notifications/{ID}/dismiss", notifications.post_dismiss, "write:notifications"),
    get("/api/v2/notifications", grouped.get_grouped, "read:notifications"),
    get("/api/v2/notifications/policy", grouped.get_policy, "read:notifications"),
    get("/api/v2/notifications/unread_count", notifications.get_unread_count, "read:notifications"),
    get("/api/v2/notifications/{key}", grouped.get_group, "read:notifications"),
    get("/api/v2/notifications/{key}/accounts", grouped.get_group_accounts, "read:notifications"),
    post("/api/v2/notifications/{key}/dismiss", grouped.post_dismiss_group, "write:notifications"),
    *(get(path, empty.get_public_list) for path in EMPTY_PUBLIC),
    *(get(path, empty.get_own_list, "read") for path in EMPTY_OWN),
)

OURS: tuple[Route, ...] = (
    get(OWN, communities.get_communities, "read:accounts"),
    post(OWN, communities.post_community, "write:accounts", limit=MAKING),
    get(ONE, communities.get_community, "read:accounts"),
    patch(ONE, communities.patch_community, "write:accounts"),
    get(f"{ONE}/door", holders.get_door, "read:accounts"),
    post(f"{ONE}/close", communities.post_close, "write:accounts"),
    post(f"{ONE}/restore", communities.post_restore, "write:accounts"),
    get(f"{ONE}/members", communities.get_members, "read:accounts"),
    patch(f"{ONE}/members/{ID}", communities.patch_member, "write:accounts"),
    delete(f"{ONE}/members/{ID}", communities.delete_member, "write:accounts"),
    get(f"{ONE}/holders", holders.get_holders, "read:accounts"),
    get(f"{HEDGEROW}/posts/{ID}/holders", holders.get_post_holders, "read:statuses"),
    get(f"{ONE}/join", joining.get_join, "read:follows"),
    post(f"{ONE}/join", joining.post_join, "write:follows"),
    post(f"{ONE}/pledge", joining.post_pledge, "write:follows"),
    get(f"{HEDGEROW}/askings", joining.get_askings, "read:follows"),
    patch(f"{HEDGEROW}/askings/{ID}", joining.patch_asking, "write:follows"),
    delete(f"{HEDGEROW}/askings/{ID}", joining.delete_asking, "write:follows"),
    get(f"{HEDGEROW}/invitations/{{code}}", joining.get_invitation, "read:follows"),
    post(
        f"{HEDGEROW}/invitations/{{code}}/join",
        joining.post_invitation_join,
        "write:follows",
        limit=COMING_IN,
    ),
    get(f"{ONE}/invitations", coming_in.get_invitations, "read:accounts"),
    post(f"{ONE}/invitations", coming_in.post_invitation, "write:accounts"),
    delete(f"{ONE}/invitations/{ID}", coming_in.delete_invitation, "write:accounts"),
    get(f"{ONE}/waiting", coming_in.get_waiting, "read:accounts"),
    post(f"{ONE}/waiting/{ID}/accept", coming_in.post_accept, "write:accounts"),
    post(f"{ONE}/waiting/{ID}/refuse", coming_in.post_refuse, "write:accounts"),
    post(f"{ONE}/vouches", coming_in.post_vouch, "write:accounts"),
    get(f"{ONE}/coming-in", coming_in.get_coming_in, "read:accounts"),
    patch(f"{ONE}/coming-in", coming_in.patch_coming_in, "write:accounts"),
    get(f"{HEDGEROW}/desk", desk.get_desk, "read:accounts"),
    get(f"{HEDGEROW}/desk/{ID}", desk.get_case, "read:accounts"),
    post(f"{HEDGEROW}/desk/{ID}", desk.post_case, "write:accounts"),
    get(DECISION, desk.get_decision, "read:accounts"),
    post(DECISION, desk.post_decision, "write:accounts"),
    post(f"{HEDGEROW}/posts/{ID}", moderation.post_post, "write:accounts"),
    get(f"{ONE}/bans", moderation.get_bans, "read:accounts"),
    post(f"{ONE}/bans", moderation.post_ban, "write:accounts"),
    delete(f"{ONE}/bans/{ID}", moderation.delete_ban, "write:accounts"),
    get(f"{ONE}/log", moderation.get_log, "read:accounts"),
    get(f"{ONE}/waits", moderation.get_waits, "read:accounts"),
    patch(f"{ONE}/waits", moderation.patch_waits, "write:accounts"),
    post(f"{ONE}/waits/filters", moderation.post_filter, "write:accounts"),
    delete(f"{ONE}/waits/filters/{ID}", moderation.delete_filter, "write:accounts"),
    get(f"{HEDGEROW}/deletions", own_things.get_deletions, "read:statuses"),
    get(f"{HEDGEROW}/deletions/{ID}", own_things.get_deletion, "read:statuses"),
    get(f"{HEDGEROW}/consents", own_things.get_consents, "read:accounts"),
    post(f"{HEDGEROW}/consents/withdraw", own_things.post_withdraw, "write:accounts"),
    post(f"{HEDGEROW}/things", own_things.post_things, "read"),
    post(f"{HEDGEROW}/account/delete", own_things.post_delete, "write"),
    post(f"{OWN}/{ID}/leave", own_things.post_leave, "write:follows"),
)
"""Our own API, as `schemas/openapi.json` describes it; its failures are problem documents."""


def with_slash(route: Route) -> Route:
    """The same with a slash at the end, as Mastodon.py and toot write some of them.

    It is answered, not redirected: a redirect would make a GET of a POST.
    """
    return replace(route, path=f"{route.path}/")


ROUTES = (*TABLE, *map(with_slash, TABLE), *OURS)
