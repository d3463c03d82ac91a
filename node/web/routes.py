"""The table of pages: method, path, who answers, and its limit."""

from node.documents import actors, objects
from node.documents.negotiation import negotiated
from node.http.rate_limits import LETTING_IN, SIGNING_IN
from node.http.routes import Route, get, post
from node.topics.members.actions import follow, unfollow
from node.topics.members.blocks import block, unblock
from node.topics.members.follow_requests import accept_request, reject_request
from node.topics.members.mutes import unmute
from node.topics.reactions.actions import boost, favourite, unboost, unfavourite
from node.web import (
    accounts,
    blocks,
    found,
    held,
    members,
    moderation,
    move,
    neighbours,
    notifications,
    polls,
    posts,
    reactions,
    reports,
    robots,
    search,
    timelines,
)
from node.web.static_files import static_file

ID = r"{id:\d{1,19}}"

ROUTES: tuple[Route, ...] = (
    get("/static/{name}", static_file),
    get("/people/{name}", negotiated(actors.person_document, timelines.get_person, is_who=True)),
    get(
        "/communities/{name}",
        negotiated(actors.community_document, timelines.get_community, is_who=True),
    ),
    get("/posts/{id}", negotiated(objects.post_object, posts.get_post)),
    get("/", timelines.get_home),
    get("/public", timelines.get_public),
    get("/tags/{name}", timelines.get_tag),
    get(f"/seen/people/{ID}", timelines.get_seen),
    get(f"/seen/posts/{ID}", posts.get_seen_post),
    get("/notifications", notifications.get_news),
    get("/find", search.get_find),
    get("/authorize_interaction", search.get_interaction),
    post("/elsewhere", search.post_elsewhere),
    get("/new", posts.get_new),
    post("/new", posts.post_new),
    get(f"/edit/{ID}", posts.get_edit),
    post(f"/edit/{ID}", posts.post_edit),
    get(f"/delete/{ID}", posts.get_delete),
    post(f"/delete/{ID}", posts.post_delete),
    post("/vote", polls.post_vote),
    post("/favourite", reactions.press(favourite)),
    post("/unfavourite", reactions.press(unfavourite)),
    post("/boost", reactions.press(boost)),
    post("/unboost", reactions.press(unboost)),
    post("/follow", members.press(follow)),
    post("/unfollow", members.press(unfollow)),
    get(f"/apart/{ID}", blocks.get_choice),
    post("/block", members.press(block)),
    post("/unblock", members.press(unblock)),
    post("/mute", blocks.post_mute),
    post("/unmute", members.press(unmute)),
    get("/settings/blocked", blocks.get_blocked),
    get("/settings/muted", blocks.get_muted),
    get(f"/moderate/posts/{ID}", moderation.get_post),
    post(f"/moderate/posts/{ID}", moderation.post_post),
    get(f"/moderate/elsewhere/{ID}", moderation.get_elsewhere),
    post(f"/moderate/elsewhere/{ID}", moderation.post_elsewhere),
    get("/moderate/{name}", moderation.get_community),
    post("/moderate/{name}", moderation.post_community),
    get(f"/report/{{kind:people|posts}}/{ID}", reports.get_report),
    post(f"/report/{{kind:people|posts}}/{ID}", reports.post_report),
    get("/reported", reports.get_reported),
    get("/reports", reports.get_reports),
    post("/reports", reports.post_settle),
    get("/held", held.get_held),
    post("/held", held.post_decision),
    get("/requests", members.get_requests),
    post("/requests/accept", members.press(accept_request)),
    post("/requests/decline", members.press(reject_request)),
    get("/neighbours", neighbours.get_neighbours),
    post("/neighbours/{answer:accept|decline}", neighbours.post_answer),
    post("/neighbours/confirm", neighbours.post_confirm),
    get("/robots.txt", robots.get_robots),
    get("/settings/found", found.get_found),
    post("/settings/found", found.post_found),
    get("/settings/moving", move.get_moving),
    post("/settings/moving/add", move.post_add),
    post("/settings/moving/drop", move.post_drop),
    post("/settings/moving/away", move.post_away),
    post("/settings/moving/back", move.post_back),
    get("/sign-in", accounts.get_sign_in),
    post("/sign-in", accounts.post_sign_in, limit=SIGNING_IN),
    post("/sign-out", accounts.post_sign_out),
    get("/oauth/authorize", accounts.get_authorize),
    get("/oauth/authorize/", accounts.get_authorize),
    post("/oauth/authorize", accounts.post_authorize, limit=LETTING_IN),
)
