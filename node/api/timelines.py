"""Timelines as the client API asks for them: home, public, somebody's."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from aiohttp import web

from node.api.account_entity import account_entities
from node.api.accounts import known_actor_id
from node.api.auth import Requester, read_as, read_open
from node.api.encoded_statuses import shown_statuses
from node.api.status_entity import boosted_entity
from node.base.hashtags import hashtag_key, hashtag_path
from node.db.tx import Tx
from node.http.params import Params, read_params
from node.http.responses import Entity, json_reply, paged_reply
from node.topics.actors.store import actors_by_ids
from node.topics.members.actions import is_behind_door
from node.topics.timelines.store import (
    Item,
    Page,
    TagQuestion,
    home,
    of_actor,
    of_community,
    of_tag,
    public,
)

LIMIT, LIMIT_MAX = 20, 40
MORE_TAGS_MAX = 4
Reading = Callable[[Tx, Requester, Params], Sequence[Item]]
Listed = tuple[list[int], list[Entity | msgspec.Raw]]
"""Ids to page by, and statuses."""


def page_of(params: Params) -> Page:
    """Which part of a timeline a client wants."""
    return Page(
        limit=params.limit(LIMIT, LIMIT_MAX),
        max_id=params.number("max_id"),
        since_id=params.number("since_id"),
        min_id=params.number("min_id"),
    )


def read_timeline(tx: Tx, requester: Requester, reading: Reading, params: Params) -> Listed:
    """A page of a timeline, in one reading of the store."""
    items = reading(tx, requester, params)
    return [item.id for item in items], item_entities(tx, items, requester)


def item_entities(
    tx: Tx, items: Sequence[Item], requester: Requester
) -> list[Entity | msgspec.Raw]:
    """The `Status` of each item that the reader may see, in order; a boost holds its post."""
    statuses = shown_statuses(tx, [item.post_id for item in items], requester)
    booster_ids = [item.booster_id for item in items if item.booster_id is not None]
    boosters = actors_by_ids(tx, booster_ids) if booster_ids else {}
    accounts = account_entities(tx, boosters.values(), requester) if boosters else {}
    found: list[Entity | msgspec.Raw] = []
    for item in items:
        status = statuses.get(item.post_id)
        if status is None:
            continue
        if item.boost_id is None or item.booster_id is None:
            found.append(status.raw())
        elif item.booster_id in accounts:
            inner, booster = status.entity(), accounts[item.booster_id]
            at, iri = item.boosted_at or requester.now, item.boost_iri or inner["uri"]
            found.append(boosted_entity(item.boost_id, at, booster, inner, iri))
    return found


async def get_home(request: web.Request) -> web.Response:
    """`GET /api/v1/timelines/home`"""
    params = await read_params(request)
    ids, entities = await read_as(request, read_timeline, read_home, params)
    return paged_reply(request, entities, ids)


def read_home(tx: Tx, requester: Requester, params: Params) -> Sequence[Item]:
    return home(tx, requester.me.actor.id, page_of(params))


async def get_public(request: web.Request) -> web.Response:
    """`GET /api/v1/timelines/public`, `local=true` for what was written here."""
    return await open_timeline(request, read_public)


def read_public(tx: Tx, requester: Requester, params: Params) -> Sequence[Item]:
    if params.flag("remote") or params.flag("only_media"):
        return []
    return public(tx, requester.reader, page_of(params), local_only=params.flag("local"))


async def get_of_account(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id/statuses`"""
    return await open_timeline(request, partial(read_of_account, text=request.match_info["id"]))


async def open_timeline(request: web.Request, reading: Reading) -> web.Response:
    params = await read_params(request)
    ids, entities = await read_open(request, read_timeline, reading, params)
    return paged_reply(request, entities, ids)


def read_of_account(tx: Tx, requester: Requester, params: Params, text: str) -> Sequence[Item]:
    """What somebody wrote and boosted; of a community of ours, or one behind a door elsewhere,
    which boosts nothing, its conversations."""
    actor = known_actor_id(tx, text, requester.reader)
    if params.flag("pinned") or params.text("tagged"):
        return []
    if actor.is_group and (actor.local or is_behind_door(actor)):
        return of_community(tx, actor.id, requester.reader, page_of(params))
    return of_actor(
        tx,
        actor.id,
        requester.reader,
        page_of(params),
        with_replies=not params.flag("exclude_replies"),
        with_boosts=not params.flag("exclude_reblogs"),
        only_media=params.flag("only_media"),
    )


async def get_of_tag(request: web.Request) -> web.Response:
    """`GET /api/v1/timelines/tag/:hashtag`, with `any[]`, `all[]` and `none[]`."""
    return await open_timeline(request, partial(read_of_tag, name=request.match_info["tag"]))


def read_of_tag(tx: Tx, requester: Requester, params: Params, name: str) -> Sequence[Item]:
    """What has a hashtag; of each further list four count, as with Mastodon."""

    def keys(which: str) -> tuple[str, ...]:
        found = (hashtag_key(one) for one in params.texts(which)[:MORE_TAGS_MAX])
        return tuple(one for one in found if one)

    asked = TagQuestion(
        key=hashtag_key(name),
        also=keys("any"),
        and_also=keys("all"),
        without=keys("none"),
        local_only=params.flag("local"),
        remote_only=params.flag("remote"),
        only_media=params.flag("only_media"),
    )
    return of_tag(tx, asked, requester.reader, page_of(params))


async def get_tag(request: web.Request) -> web.Response:
    """`GET /api/v1/tags/:name`; hashtags are not followed or counted here yet."""
    name = request.match_info["tag"]
    return json_reply(await read_open(request, read_tag, name))


def read_tag(tx: Tx, requester: Requester, name: str) -> Entity:
    return tag_entity(hashtag_key(name), requester)


def tag_entity(key: str, requester: Requester) -> Entity:
    """A `Tag`; how often it is used is not counted."""
    url = f"{requester.origin}{hashtag_path(key)}"
    return {"id": key, "name": key, "url": url, "history": [], "following": False}
