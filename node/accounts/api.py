"""Accounts as the client API asks for them: one's own, and anybody's profile."""

from typing import Any

from aiohttp import web

from node.accounts.store import Account, Person
from node.actors.actions import FIELDS_MAX, ProfileChanges, edit_profile
from node.actors.api import COUNTS, account_entities
from node.actors.counts import CountsKept
from node.actors.store import Actor, actor_by_handle, actor_by_id, actors_by_ids
from node.api.auth import person_asking, person_with
from node.api.params import Params, id_of, read_params
from node.api.reply import Entity, json_reply
from node.db.tx import Tx
from node.errors import NotFound
from node.markup import html_of_text, plain_text
from node.shell import SHELL

IDS_MAX = 40
NO_ROLE = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}


def known_actor_id(tx: Tx, text: str) -> Actor:
    """The actor that an account id means.

    Raises:
        NotFound: there is none.
    """
    found = id_of(text)
    actor = actor_by_id(tx, found) if found is not None else None
    if actor is None or actor.kind == "Application":
        raise NotFound("Record not found")
    return actor


def read_account(tx: Tx, text: str, kept: CountsKept, origin: str, now: int) -> Entity:
    """The `Account` of an account id."""
    actor = known_actor_id(tx, text)
    return account_entities(tx, [actor], kept, origin, now)[actor.id]


async def get_account(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id`"""
    await person_asking(request)
    shell = request.app[SHELL]
    found = await shell.db.read(
        read_account,
        request.match_info["id"],
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(found)


async def get_accounts(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts?id[]=`"""
    await person_asking(request)
    params = await read_params(request)
    shell = request.app[SHELL]
    found = await shell.db.read(
        read_accounts,
        params.numbers("id")[:IDS_MAX],
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(found)


def read_accounts(tx: Tx, ids: list[int], kept: CountsKept, origin: str, now: int) -> list[Entity]:
    actors = actors_by_ids(tx, ids)
    entities = account_entities(tx, actors.values(), kept, origin, now)
    return [entities[one] for one in ids if one in entities]


async def look_up(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/lookup?acct=`: only who is known here already."""
    await person_asking(request)
    params = await read_params(request)
    shell = request.app[SHELL]
    found = await shell.db.read(
        read_by_acct,
        params.text("acct").removeprefix("@"),
        shell.config.host,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(found)


def read_by_acct(tx: Tx, acct: str, host: str, kept: CountsKept, origin: str, now: int) -> Entity:
    actor = actor_by_handle(tx, acct if "@" in acct else f"{acct}@{host}")
    if actor is None or actor.kind == "Application":
        raise NotFound("Record not found")
    return account_entities(tx, [actor], kept, origin, now)[actor.id]


async def verify_credentials(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/verify_credentials`"""
    person = await person_with(request, "read:accounts")
    return json_reply(await own_account(request, person))


async def own_account(request: web.Request, person: Person) -> Entity:
    shell = request.app[SHELL]
    return await shell.db.read(
        read_own,
        person.account,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )


def read_own(tx: Tx, account: Account, kept: CountsKept, origin: str, now: int) -> Entity:
    """One's own `Account`, with what only oneself sees."""
    actor = actor_by_id(tx, account.actor_id)
    if actor is None:
        raise NotFound("Record not found")
    row = tx.one(
        "select count(*) as total from follow where followed_id = :id and state = 'pending'",
        id=actor.id,
    )
    entity = account_entities(tx, [actor], kept, origin, now)[actor.id]
    source = {
        "privacy": account.default_visibility,
        "sensitive": False,
        "language": account.language,
        "note": plain_text(actor.summary),
        "fields": entity["fields"],
        "follow_requests_count": row["total"] if row else 0,
        "discoverable": actor.discoverable,
        "indexable": False,
        "hide_collections": True,
        "attribution_domains": [],
        "quote_policy": "nobody",
    }
    return entity | {"source": source, "role": NO_ROLE}


async def update_credentials(request: web.Request) -> web.Response:
    """`PATCH /api/v1/accounts/update_credentials`: name, note, rows, and whether one is locked."""
    person = await person_with(request, "write:accounts")
    params = await read_params(request)
    shell = request.app[SHELL]
    changes = changes_in(params, shell.config.node.url)
    await shell.db.write(change_own, person.actor.id, changes, shell.clock.now())
    shell.wake_sender()
    return json_reply(await own_account(request, person))


def change_own(tx: Tx, actor_id: int, changes: ProfileChanges, now: int) -> None:
    edit_profile(tx, actor_id, changes, now)


def changes_in(params: Params, origin: str) -> ProfileChanges:
    rows = params.nested("fields_attributes")
    pairs = [(row.get("name", ""), row.get("value", "")) for row in rows.values()]
    note = params.text("note")
    return ProfileChanges(
        display_name=params.text("display_name") if params.has("display_name") else None,
        summary=html_of_text(note, {}, f"{origin}/tags/") if params.has("note") else None,
        fields=tuple(pair for pair in pairs[:FIELDS_MAX] if pair[0]) if rows else None,
        approves_followers=params.flag("locked") if params.has("locked") else None,
        discoverable=params.flag("discoverable") if params.has("discoverable") else None,
    )


async def preferences(request: web.Request) -> web.Response:
    """`GET /api/v1/preferences`"""
    person = await person_with(request, "read:accounts")
    answer: dict[str, Any] = {
        "posting:default:visibility": person.account.default_visibility,
        "posting:default:sensitive": False,
        "posting:default:language": person.account.language,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }
    return json_reply(answer)
