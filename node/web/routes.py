"""The one table of pages and documents: what is at which address, and who answers."""

from aiohttp import web
from aiohttp.typedefs import Middleware

from node.accounts import pages as accounts
from node.members import moving_pages as moving
from node.members import pages as members
from node.moderation import held_pages as held
from node.moderation import pages as moderation
from node.moderation import reports_pages as reports
from node.neighbours import pages as neighbours
from node.polls import pages as polls
from node.posts import pages as posts
from node.reactions import pages as reactions
from node.search import pages as search
from node.timelines import notifications_pages as notifications
from node.timelines import pages as timelines
from node.web import collections, documents, wellknown
from node.web.negotiation import for_peers, negotiated
from node.web.session import note_person
from node.web.static_files import static_file

MIDDLEWARES: tuple[Middleware, ...] = (note_person,)
ID = r"{id:\d{1,19}}"

ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/.well-known/webfinger", wellknown.webfinger),
    web.get("/.well-known/host-meta", wellknown.host_meta),
    web.get("/.well-known/nodeinfo", wellknown.nodeinfo_links),
    web.get("/nodeinfo/{version}", wellknown.nodeinfo),
    web.get("/healthz", wellknown.healthz),
    web.get("/readyz", wellknown.readyz),
    web.get("/static/{name}", static_file),
    web.get("/actor", documents.node_document),
    web.get("/actor/{collection:outbox|followers|following|featured}", collections.node_collection),
    web.get(
        "/people/{name}", negotiated(documents.person_document, timelines.get_person, is_who=True)
    ),
    web.get(
        "/communities/{name}",
        negotiated(documents.community_document, timelines.get_community, is_who=True),
    ),
    web.get("/posts/{id}", negotiated(documents.post_object, posts.get_post)),
    web.get("/activities/{id}", for_peers(documents.activity_object)),
    web.get("/stamps/{id}", for_peers(documents.stamp_object)),
    web.get("/posts/{id}/{collection:replies|context}", for_peers(collections.post_collection)),
    web.get(
        "/{folder:people|communities}/{name}"
        "/{collection:outbox|followers|following|featured|moderators}",
        for_peers(collections.actor_collection),
    ),
    web.get("/", timelines.get_home),
    web.get("/public", timelines.get_public),
    web.get(f"/seen/people/{ID}", timelines.get_seen),
    web.get(f"/seen/posts/{ID}", posts.get_seen_post),
    web.get("/notifications", notifications.get_news),
    web.get("/find", search.get_find),
    web.get("/authorize_interaction", search.get_interaction),
    web.post("/elsewhere", search.post_elsewhere),
    web.get("/new", posts.get_new),
    web.post("/new", posts.post_new),
    web.get(f"/edit/{ID}", posts.get_edit),
    web.post(f"/edit/{ID}", posts.post_edit),
    web.get(f"/delete/{ID}", posts.get_delete),
    web.post(f"/delete/{ID}", posts.post_delete),
    web.post("/vote", polls.post_vote),
    web.post("/favourite", reactions.post_favourite),
    web.post("/unfavourite", reactions.post_unfavourite),
    web.post("/boost", reactions.post_boost),
    web.post("/unboost", reactions.post_unboost),
    web.post("/follow", members.post_follow),
    web.post("/unfollow", members.post_unfollow),
    web.get(f"/moderate/posts/{ID}", moderation.get_post),
    web.post(f"/moderate/posts/{ID}", moderation.post_post),
    web.get(f"/moderate/elsewhere/{ID}", moderation.get_elsewhere),
    web.post(f"/moderate/elsewhere/{ID}", moderation.post_elsewhere),
    web.get("/moderate/{name}", moderation.get_community),
    web.post("/moderate/{name}", moderation.post_community),
    web.get(f"/report/{{kind:people|posts}}/{ID}", reports.get_report),
    web.post(f"/report/{{kind:people|posts}}/{ID}", reports.post_report),
    web.get("/reported", reports.get_reported),
    web.get("/reports", reports.get_reports),
    web.post("/reports", reports.post_settle),
    web.get("/held", held.get_held),
    web.post("/held", held.post_decision),
    web.get("/requests", members.get_requests),
    web.post("/requests/accept", members.post_accept),
    web.post("/requests/decline", members.post_decline),
    web.get("/neighbours", neighbours.get_neighbours),
    web.post("/neighbours/{answer:accept|decline}", neighbours.post_answer),
    web.post("/neighbours/confirm", neighbours.post_confirm),
    web.get("/settings/moving", moving.get_moving),
    web.post("/settings/moving/add", moving.post_add),
    web.post("/settings/moving/drop", moving.post_drop),
    web.post("/settings/moving/away", moving.post_away),
    web.post("/settings/moving/back", moving.post_back),
    web.get("/sign-in", accounts.get_sign_in),
    web.post("/sign-in", accounts.post_sign_in),
    web.post("/sign-out", accounts.post_sign_out),
    web.get("/oauth/authorize", accounts.get_authorize),
    web.get("/oauth/authorize/", accounts.get_authorize),
    web.post("/oauth/authorize", accounts.post_authorize),
)
