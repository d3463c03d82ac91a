"""Our own API for who holds what is said: before it is said, afterwards, and in all a community."""

from aiohttp import web

from node.api.auth import Requester, read_as
from node.base.errors import NotFound
from node.base.instants import instant, optional_instant
from node.db.tx import Tx
from node.http.params import id_of, read_params
from node.http.responses import Entity, json_reply
from node.topics.communities.lookup import known_local
from node.topics.communities.permissions import check_allowed, is_allowed
from node.topics.communities.rules import check_community
from node.topics.communities.words import reach_in_words, seen_by_strangers
from node.topics.members.copies import Copy, copies_of
from node.topics.organising.actions import changed, known, organised
from node.topics.organising.rules import (
    Settings,
    is_moved,
    is_wider,
    shuts_out,
    takes_from_elsewhere,
)
from node.topics.permissions.rules import Act
from node.topics.posts.views import post_view
from node.topics.publishing.who_holds import who_holds, who_will_hold

MEMBERS_ONLY = "Who holds what is said there is told to those who may write there."


async def get_holders(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/holders`: which nodes get a copy of what one says
    there now; `copies`, for who looks after it: which have one, and which have removed it."""
    return json_reply(await read_as(request, read_holders, request.match_info["name"]))


def read_holders(tx: Tx, requester: Requester, name: str) -> Entity:
    me = requester.me.actor
    group = known_local(tx, "communities", name, me)
    check_allowed(tx, Act.READ, group, me, requester.now, sentence=MEMBERS_ONLY)
    held = who_will_hold(tx, me, group)
    looks_after = is_allowed(tx, Act.MODERATE, group, me)
    return {
        "everybody": held is None,
        "hosts": list(held.hosts) if held else [],
        "copies": [copy_entity(one) for one in copies_of(tx, group.id)] if looks_after else None,
    }


def copy_entity(one: Copy) -> Entity:
    """What a node holds of a community, or held, and its receipt."""
    return {
        "host": one.host,
        "state": one.state,
        "since": instant(one.since),
        "asked_at": optional_instant(one.asked_at),
        "answered_at": optional_instant(one.answered_at),
    }


async def get_post_holders(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/posts/:id/holders`: which nodes have one's own post, or are being given
    it; null where everybody may read it."""
    return json_reply(await read_as(request, read_post_holders, id_of(request.match_info["id"])))


def read_post_holders(tx: Tx, requester: Requester, number: int | None) -> Entity:
    me = requester.me.actor
    post = post_view(tx, number or 0, me).post
    if post.author_id != me.id:
        raise NotFound
    hosts = who_holds(tx, post, me)
    return {"hosts": list(hosts) if hosts is not None else None}


async def get_door(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/door`: what another `visibility`, or `elsewhere`,
    would do, before it is done."""
    params, name = await read_params(request), request.match_info["name"]
    settings = Settings(
        visibility=params.text("visibility") if params.has("visibility") else None,
        elsewhere=params.flag("elsewhere") if params.has("elsewhere") else None,
    )
    return json_reply(await read_as(request, read_door, name, settings))


def read_door(tx: Tx, requester: Requester, name: str, settings: Settings) -> Entity:
    group = organised(tx, requester.me.actor, name)
    community = known(tx, group)
    after = changed(community, settings)
    check_community(group.title, after.visibility, after.joining, after.posting)
    before, then = community.place, after.place
    return {
        "visibility": after.visibility,
        "elsewhere": after.elsewhere,
        "moves": is_moved(before, then),
        "opens": is_wider(before, then),
        "shuts_out": shuts_out(before, then),
        "ends_elsewhere": takes_from_elsewhere(before) and not takes_from_elsewhere(then),
        "reach": reach_in_words(then),
        "stranger_sees": seen_by_strangers(then),
    }
