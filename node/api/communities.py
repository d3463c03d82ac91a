"""Our own API about communities: list, make, show, change, close down, open again, and members.

Described by `schemas/openapi.json`; failures are problem documents (RFC 9457).
"""

import asyncio
from typing import Any

from aiohttp import web

from federation.signatures import make_keys
from node.api.auth import Requester, read_as, write_as
from node.base.errors import Invalid
from node.base.instants import instant
from node.base.markup import text_of_html
from node.db.tx import Tx
from node.http.params import Params, id_of, read_params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.topics.actors.actions import Keys
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.lookup import known_by_id, known_local
from node.topics.communities.words import reach_in_words, seen_by_strangers
from node.topics.members.actions import Founding
from node.topics.organising.actions import change, close_down, found, organised, restore
from node.topics.organising.member_actions import give_role, let_go, list_members
from node.topics.organising.rules import Settings
from node.topics.organising.store import Member, communities_with
from node.topics.organising.view import CommunityView, community_view
from node.topics.permissions.rules import Role

PAGE, PAGE_MAX = 50, 100
ROLES = {"member": Role.MEMBER, "moderator": Role.MODERATOR, "organiser": Role.ORGANISER}


def settings_in(params: Params) -> Settings:
    """What a request changes; what it does not name stays."""

    def text(name: str) -> str | None:
        return params.text(name) if params.has(name) else None

    def flag(name: str) -> bool | None:
        return params.flag(name) if params.has(name) else None

    return Settings(
        title=text("title"),
        about=text("about"),
        rules=text("rules"),
        language=text("language"),
        topics=text("topics"),
        visibility=text("visibility"),
        elsewhere=flag("elsewhere"),
        joining=text("joining"),
        posting=text("posting"),
        shows_members=flag("shows_members"),
    )


async def get_communities(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities`: those of ours that whoever asks is a member of."""
    return json_reply(await read_as(request, read_own))


def read_own(tx: Tx, requester: Requester) -> list[Entity]:
    me = requester.me.actor
    groups = [one.group for one in communities_with(tx, me.id)]
    return [community_entity(tx, group, me, requester.now) for group in groups]


async def post_community(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities`"""
    params = await read_params(request)
    await read_as(request, asks)
    keys = await asyncio.to_thread(make_keys)
    origin = request.app[SERVICES].config.node.url
    return json_reply(await write_as(request, make, params, origin, keys), 201)


def asks(tx: Tx, requester: Requester) -> int:
    """Who of ours asks: found out before keys are made for them."""
    return requester.me.actor.id


def make(tx: Tx, requester: Requester, params: Params, origin: str, keys: Keys) -> Entity:
    me = requester.me.actor
    founding = Founding(
        origin=origin,
        name=params.text("name"),
        title=params.text("title"),
        visibility=params.text("visibility", "node"),
        joining=params.text("joining", "open"),
        posting=params.text("posting", "members"),
        elsewhere=params.flag("elsewhere"),
    )
    group = found(tx, me, founding, settings_in(params), keys, requester.now)
    return community_entity(tx, group, me, requester.now)


async def get_community(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name`"""
    return json_reply(await read_as(request, read_community, request.match_info["name"]))


def read_community(tx: Tx, requester: Requester, name: str) -> Entity:
    me = requester.me.actor
    return community_entity(tx, known_local(tx, "communities", name, me), me, requester.now)


async def patch_community(request: web.Request) -> web.Response:
    """`PATCH /api/hedgerow/v1/communities/:name`: what is not sent stays as it is."""
    settings, name = settings_in(await read_params(request)), request.match_info["name"]
    return json_reply(await write_as(request, change_named, name, settings))


def change_named(tx: Tx, requester: Requester, name: str, settings: Settings) -> Entity:
    me = requester.me.actor
    group = known_local(tx, "communities", name, me)
    change(tx, me, group, settings, requester.now)
    return community_entity(tx, actor_by_id(tx, group.id) or group, me, requester.now)


async def post_close(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/close`"""
    return json_reply(await write_as(request, end_or_open, request.match_info["name"], close_down))


async def post_restore(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/restore`"""
    return json_reply(await write_as(request, end_or_open, request.match_info["name"], restore))


def end_or_open(tx: Tx, requester: Requester, name: str, doing: Any) -> Entity:
    me = requester.me.actor
    group = organised(tx, me, name)
    doing(tx, me, group, requester.now)
    return community_entity(tx, group, me, requester.now)


async def get_members(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/members`, `after` as the last page said."""
    params, name = await read_params(request), request.match_info["name"]
    since, _, after_id = params.text("after").partition("-")
    after = (id_of(since) or 0, id_of(after_id) or 0)
    limit = params.limit(PAGE, PAGE_MAX)
    return json_reply(await read_as(request, read_members, name, limit, after))


def read_members(
    tx: Tx, requester: Requester, name: str, limit: int, after: tuple[int, int]
) -> Entity:
    me = requester.me.actor
    group = known_local(tx, "communities", name, me)
    page, view = list_members(tx, me, group, limit, after), view_of(tx, group, me, requester.now)
    return {
        "members": [member_entity(one, view) for one in page.members],
        "after": f"{page.after[0]}-{page.after[1]}" if page.after else None,
    }


async def patch_member(request: web.Request) -> web.Response:
    """`PATCH /api/hedgerow/v1/communities/:name/members/:id`: another `role`."""
    role = (await read_params(request)).text("role")
    name, number = request.match_info["name"], request.match_info["id"]
    await write_as(request, put_role, name, number, role)
    return json_reply({})


def put_role(tx: Tx, requester: Requester, name: str, number: str, role: str) -> None:
    me = requester.me.actor
    group, person = known_local(tx, "communities", name, me), known_by_id(tx, id_of(number), me)
    if role not in ROLES:
        raise Invalid("Say which role: member, moderator or organiser.")
    give_role(tx, me, group, person, ROLES[role], requester.now)


async def delete_member(request: web.Request) -> web.Response:
    """`DELETE /api/hedgerow/v1/communities/:name/members/:id`: let go, with a `reason`."""
    reason = (await read_params(request)).text("reason")
    name, number = request.match_info["name"], request.match_info["id"]
    await write_as(request, end_member, name, number, reason)
    return json_reply({})


def end_member(tx: Tx, requester: Requester, name: str, number: str, reason: str) -> None:
    me = requester.me.actor
    group, person = known_local(tx, "communities", name, me), known_by_id(tx, id_of(number), me)
    let_go(tx, me, group, person, requester.now, reason=reason)


def view_of(tx: Tx, group: Actor, me: Actor, now: int) -> CommunityView:
    view = community_view(tx, group, me, now)
    if view is None:
        raise LookupError("a group of ours that was just read is no community")
    return view


def community_entity(tx: Tx, group: Actor, me: Actor, now: int) -> Entity:
    """A community as our API shows it to one of ours; `stranger_sees` is a sentence."""
    view = view_of(tx, group, me, now)
    community = view.community
    return {
        "id": str(group.id),
        "name": community.name,
        "handle": group.handle,
        "url": group.url,
        "title": group.title,
        "about": text_of_html(group.summary),
        "rules": community.rules,
        "language": community.language,
        "topics": [one for one in community.topics.split(", ") if one],
        "visibility": community.visibility,
        "elsewhere": community.elsewhere,
        "joining": community.joining,
        "posting": community.posting,
        "shows_members": community.shows_members,
        "stranger_sees": seen_by_strangers(community.place),
        "reach": reach_in_words(community.place),
        "created_at": instant(community.created_at),
        "closed_at": instant(community.closed_at) if community.closed_at is not None else None,
        "members_count": view.members,
        "role": view.role.name.lower() if view.role is not Role.NOBODY else None,
        "may_join": view.may_join,
        "may_organise": view.may_organise,
    }


def member_entity(member: Member, view: CommunityView) -> Entity:
    """A member; how and when they came in is for those who organise it."""
    entity = {
        "id": str(member.actor.id),
        "handle": member.actor.handle,
        "title": member.actor.title,
        "role": member.role.name.lower(),
    }
    came = {"since": instant(member.since), "came_by": member.came_by}
    return entity | came if view.may_organise else entity
