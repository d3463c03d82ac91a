"""Our own API for looking after a community: posts, who is shut out, what waits, and the log."""

from collections.abc import Callable, Mapping

from aiohttp import web

from node.api.auth import Requester, read_as, write_as
from node.api.person_entity import person_entity
from node.base.errors import Invalid, NotFound
from node.base.instants import instant, optional_instant
from node.db.tx import Tx
from node.http.params import Params, days_of, id_of, read_params
from node.http.responses import Entity, json_reply
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.lookup import known_by_id, known_local
from node.topics.moderation import member_actions, post_actions
from node.topics.moderation.ban_store import bans_in
from node.topics.moderation.looked_after import moderated_community, moderated_post, removed_post
from node.topics.moderation.open_log import LogLine, read_log
from node.topics.moderation.rules import FOR_EVER
from node.topics.moderation.waiting import first_posts_wait, put_first_posts_wait
from node.topics.moderation.word_filters import add_filter, drop_filter, filters_of

BANS_MAX = 200
LOG_PAGE = 50

PostDeed = Callable[[Tx, Actor, int, Params, int], None]
POST_DEEDS: Mapping[str, PostDeed] = {
    "pin": lambda tx, me, post_id, _, now: post_actions.pin(tx, me, post_id, now),
    "unpin": lambda tx, me, post_id, _, now: post_actions.unpin(tx, me, post_id, now),
    "lock": lambda tx, me, post_id, params, now: post_actions.lock(
        tx, me, post_id, params.text("reason"), now
    ),
    "unlock": lambda tx, me, post_id, _, now: post_actions.unlock(tx, me, post_id, now),
    "remove": lambda tx, me, post_id, params, now: post_actions.remove(
        tx,
        me,
        post_id,
        params.text("reason"),
        now,
        with_replies=params.flag("with_replies"),
    ),
}


async def post_post(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/posts/:id`: a `deed` about a post in a community one looks after."""
    params, number = await read_params(request), id_of(request.match_info["id"])
    await write_as(request, do_to_post, number, params)
    return json_reply({})


def do_to_post(tx: Tx, requester: Requester, number: int | None, params: Params) -> None:
    me, deed = requester.me.actor, params.text("deed")
    if deed == "restore":
        post_actions.restore(tx, me, removed_post(tx, me, number).post.id, requester.now)
        return
    view, _ = moderated_post(tx, me, number or 0)
    if deed not in POST_DEEDS:
        raise Invalid(f"Say which deed: {', '.join(POST_DEEDS)} or restore.")
    POST_DEEDS[deed](tx, me, view.post.id, params, requester.now)


async def get_bans(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/bans`: who is shut out, at most 200."""
    return json_reply(await read_as(request, read_bans, request.match_info["name"]))


def read_bans(tx: Tx, requester: Requester, name: str) -> list[Entity]:
    group = moderated_community(tx, requester.me.actor, name)
    found = bans_in(tx, group.id, requester.now, BANS_MAX)
    people = ((actor_by_id(tx, one.person_id), one) for one in found)
    return [
        {
            "person": person_entity(who),
            "reason": one.reason,
            "until": optional_instant(None if one.until == FOR_EVER else one.until),
        }
        for who, one in people
        if who is not None
    ]


async def post_ban(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/bans`: shut somebody out."""
    params = await read_params(request)
    await write_as(request, do_ban, request.match_info["name"], params, days_of(params))
    return json_reply({})


def do_ban(tx: Tx, requester: Requester, name: str, params: Params, days: int | None) -> None:
    me = requester.me.actor
    group = moderated_community(tx, me, name)
    person = known_by_id(tx, params.number("person"), me)
    member_actions.ban(
        tx,
        me,
        group.id,
        person.id,
        requester.now,
        reason=params.text("reason"),
        days=days,
        removes=params.flag("removes"),
    )


async def delete_ban(request: web.Request) -> web.Response:
    """`DELETE /api/hedgerow/v1/communities/:name/bans/:id`: let somebody write again; `restores`
    shows what the ban had hidden."""
    restores = (await read_params(request)).flag("restores")
    name, number = request.match_info["name"], id_of(request.match_info["id"])
    await write_as(request, end_ban, name, number, restores)
    return json_reply({})


def end_ban(tx: Tx, requester: Requester, name: str, number: int | None, restores: bool) -> None:
    me = requester.me.actor
    group = moderated_community(tx, me, name)
    person = known_by_id(tx, number, me)
    member_actions.unban(tx, me, group.id, person.id, requester.now, restores=restores)


async def get_log(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/log`, below `before`: what was done, and why."""
    before = (await read_params(request)).number("before")
    return json_reply(await read_as(request, read_lines, request.match_info["name"], before))


def read_lines(tx: Tx, requester: Requester, name: str, before: int | None) -> Entity:
    me = requester.me.actor
    log = read_log(tx, me, known_local(tx, "communities", name, me).id, LOG_PAGE, before)
    return {
        "lines": [line_entity(one) for one in log.lines],
        "before": str(log.older) if log.older is not None else None,
    }


def line_entity(one: LogLine) -> Entity:
    """A line of the open log: by role, and never by name (T85)."""
    return {"done": one.done, "reason": one.reason, "by": one.by_role, "at": instant(one.at)}


async def get_waits(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/waits`: which posts wait for a look."""
    return json_reply(await read_as(request, read_waits, request.match_info["name"]))


def read_waits(tx: Tx, requester: Requester, name: str) -> Entity:
    return waits_entity(tx, moderated_community(tx, requester.me.actor, name))


def waits_entity(tx: Tx, group: Actor) -> Entity:
    return {
        "first_posts": first_posts_wait(tx, group),
        "filters": [
            {"id": str(one.id), "kind": one.filter.kind, "phrase": one.filter.phrase}
            for one in filters_of(tx, group.id)
        ],
    }


async def patch_waits(request: web.Request) -> web.Response:
    """`PATCH /api/hedgerow/v1/communities/:name/waits`: whether `first_posts` wait."""
    params = await read_params(request)
    return json_reply(await write_as(request, change_waits, request.match_info["name"], params))


def change_waits(tx: Tx, requester: Requester, name: str, params: Params) -> Entity:
    group = moderated_community(tx, requester.me.actor, name)
    if params.has("first_posts"):
        since = requester.now if params.flag("first_posts") else None
        put_first_posts_wait(tx, group, since)
    return waits_entity(tx, group)


async def post_filter(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/waits/filters`: words, or a site, that wait."""
    params = await read_params(request)
    return json_reply(await write_as(request, do_add, request.match_info["name"], params), 201)


def do_add(tx: Tx, requester: Requester, name: str, params: Params) -> Entity:
    group = moderated_community(tx, requester.me.actor, name)
    add_filter(tx, group, params.text("kind"), params.text("phrase"), requester.now)
    return waits_entity(tx, group)


async def delete_filter(request: web.Request) -> web.Response:
    """`DELETE /api/hedgerow/v1/communities/:name/waits/filters/:id`"""
    name, number = request.match_info["name"], id_of(request.match_info["id"])
    return json_reply(await write_as(request, do_drop, name, number))


def do_drop(tx: Tx, requester: Requester, name: str, number: int | None) -> Entity:
    group = moderated_community(tx, requester.me.actor, name)
    if number is None:
        raise NotFound
    drop_filter(tx, group, number)
    return waits_entity(tx, group)
