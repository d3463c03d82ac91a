"""Accounts as the client API asks for them: anybody's profile, and one's own preferences."""

from aiohttp import web

from node.api.account_entity import account_entities, own_account_entity
from node.api.auth import Requester, read_as, read_open
from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.params import id_of, read_params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.communities.lookup import known_among, known_by_handle, known_by_id

IDS_MAX = 40
VISIBILITIES = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "followers",
    "followers": "followers",
    "direct": "direct",
}
NAMES = {"followers": "private", "members": "private", "node": "private"}
ABSENT = "Record not found"


def visibility_in(text: str) -> str:
    """Our word for a visibility; clients say `private` where we say `followers`.

    Raises:
        Invalid: there is no such visibility.
    """
    if text not in VISIBILITIES:
        raise Invalid("Validation failed: Visibility is not included in the list")
    return VISIBILITIES[text]


def visibility_name(visibility: str) -> str:
    """The clients' word for a visibility."""
    return NAMES.get(visibility, visibility)


def known_actor_id(tx: Tx, text: str, reader: Actor | None) -> Actor:
    """The actor that an account id means.

    Raises:
        NotFound: there is none that the reader may know of.
    """
    try:
        return known_by_id(tx, id_of(text), reader)
    except NotFound:
        raise NotFound(ABSENT) from None


async def get_account(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id`"""
    wanted = request.match_info["id"]
    return json_reply(await read_open(request, read_account, wanted))


def read_account(tx: Tx, requester: Requester, text: str) -> Entity:
    """The `Account` of an account id."""
    actor = known_actor_id(tx, text, requester.reader)
    if requester.reader is not None and requester.reader.id == actor.id:
        return own_account_entity(tx, actor, requester)
    return account_entities(tx, [actor], requester)[actor.id]


async def get_accounts(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts?id[]=`"""
    ids = (await read_params(request)).numbers("id")[:IDS_MAX]
    return json_reply(await read_open(request, read_accounts, ids))


def read_accounts(tx: Tx, requester: Requester, ids: list[int]) -> list[Entity]:
    actors = actors_by_ids(tx, ids)
    shown = known_among(tx, actors.values(), requester.reader)
    entities = account_entities(tx, shown, requester)
    return [entities[one] for one in ids if one in entities]


async def look_up(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/lookup?acct=`: only who is known here already."""
    typed, host = (await read_params(request)).text("acct"), request.app[SERVICES].config.host
    return json_reply(await read_open(request, read_by_handle, typed, host))


def read_by_handle(tx: Tx, requester: Requester, typed: str, host: str) -> Entity:
    actor = known_by_handle(tx, typed, host, requester.reader)
    if actor is None:
        raise NotFound(ABSENT)
    return account_entities(tx, [actor], requester)[actor.id]


async def preferences(request: web.Request) -> web.Response:
    """`GET /api/v1/preferences`"""
    return json_reply(await read_as(request, read_preferences))


def read_preferences(tx: Tx, requester: Requester) -> Entity:
    account = requester.me.account
    return {
        "posting:default:visibility": visibility_name(account.default_visibility),
        "posting:default:sensitive": False,
        "posting:default:language": account.language,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }
