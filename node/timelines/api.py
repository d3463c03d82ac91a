"""Timelines as the client API asks for them: home, public, somebody's."""

from collections.abc import Callable, Sequence

from aiohttp import web

from node.accounts.api import known_actor_id
from node.actors.api import COUNTS, account_entities
from node.actors.counts import CountsKept
from node.actors.store import Actor, actors_by_ids
from node.api.auth import person_asking, person_with
from node.api.params import Params, read_params
from node.api.reply import Entity, json_reply, paged_reply
from node.db.tx import Tx
from node.posts.api import boosted_entity, status_entities
from node.posts.views import post_views
from node.shell import SHELL
from node.timelines.store import Item, Page, home, of_actor, of_community, public

LIMIT, LIMIT_MAX = 20, 40
Reading = Callable[[Tx, Params, Actor | None], Sequence[Item]]


def page_of(params: Params) -> Page:
    """Which part of a timeline a client wants."""
    return Page(
        limit=params.limit(LIMIT, LIMIT_MAX),
        max_id=params.number("max_id"),
        since_id=params.number("since_id"),
        min_id=params.number("min_id"),
    )


def item_entities(
    tx: Tx, items: Sequence[Item], reader: Actor | None, kept: CountsKept, origin: str, now: int
) -> list[Entity]:
    """The `Status` of each item that the reader may see, in order; a boost holds its post."""
    views = post_views(tx, [item.post_id for item in items], reader)
    statuses = status_entities(tx, list(views.values()), kept, origin, now)
    booster_ids = [item.booster_id for item in items if item.booster_id is not None]
    boosters = actors_by_ids(tx, booster_ids) if booster_ids else {}
    accounts = account_entities(tx, boosters.values(), kept, origin, now) if boosters else {}
    found = []
    for item in items:
        status = statuses.get(item.post_id)
        if status is None:
            continue
        if item.boost_id is None or item.booster_id is None:
            found.append(status)
        elif item.booster_id in accounts:
            booster, at = accounts[item.booster_id], item.boosted_at or now
            iri = f"{booster['uri']}/boosts/{item.boost_id}"
            found.append(boosted_entity(item.boost_id, at, booster, status, iri))
    return found


def read_timeline(
    tx: Tx,
    reading: Reading,
    params: Params,
    reader: Actor | None,
    kept: CountsKept,
    origin: str,
    now: int,
) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and statuses."""
    items = reading(tx, params, reader)
    return [item.id for item in items], item_entities(tx, items, reader, kept, origin, now)


async def timeline(
    request: web.Request, params: Params, reading: Reading, reader: Actor | None
) -> web.Response:
    shell = request.app[SHELL]
    ids, entities = await shell.db.read(
        read_timeline,
        reading,
        params,
        reader,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return paged_reply(request, entities, ids)


async def get_home(request: web.Request) -> web.Response:
    """`GET /api/v1/timelines/home`"""
    person = await person_with(request, "read:statuses")
    return await timeline(request, await read_params(request), read_home, person.actor)


def read_home(tx: Tx, params: Params, reader: Actor | None) -> Sequence[Item]:
    return home(tx, reader.id, page_of(params)) if reader else []


async def get_public(request: web.Request) -> web.Response:
    """`GET /api/v1/timelines/public`, `local=true` for what was written here."""
    person = await person_asking(request)
    reader = person.actor if person else None
    return await timeline(request, await read_params(request), read_public, reader)


def read_public(tx: Tx, params: Params, reader: Actor | None) -> Sequence[Item]:
    return public(tx, page_of(params), local_only=params.flag("local"))


async def get_nothing(request: web.Request) -> web.Response:
    """A list that is always empty here, such as hashtags' timelines and lists."""
    await person_asking(request)
    return json_reply([])


async def get_of_account(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id/statuses`"""
    person = await person_asking(request)
    text = request.match_info["id"]

    def read_of_account(tx: Tx, params: Params, reader: Actor | None) -> Sequence[Item]:
        actor = known_actor_id(tx, text)
        if params.flag("pinned") or params.text("tagged"):
            return []
        if actor.is_group and actor.local:
            return of_community(tx, actor.id, page_of(params))
        return of_actor(
            tx,
            actor.id,
            reader,
            page_of(params),
            with_replies=not params.flag("exclude_replies"),
            with_boosts=not params.flag("exclude_reblogs"),
            only_media=params.flag("only_media"),
        )

    reader = person.actor if person else None
    return await timeline(request, await read_params(request), read_of_account, reader)
