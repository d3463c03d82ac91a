"""Accounts as the client API asks for them: one's own, and anybody's profile."""

from dataclasses import dataclass

from aiohttp import web

from federation import documents
from node.api.account_entity import account_entities, own_account_entity
from node.api.auth import Requester, read_as, read_open, write_as
from node.base.errors import Invalid, NotFound
from node.base.markup import html_of_text, link_up, plain_text, text_of_html
from node.db.tx import Tx
from node.http.params import Params, id_of, read_params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.topics.accounts.consents import note_findable
from node.topics.accounts.store import put_preferences
from node.topics.actors.actions import FIELDS_MAX, ProfileChanges, edit_profile
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.communities.lookup import known_among, known_by_handle, known_by_id
from node.topics.members.store import count_follow_requests

IDS_MAX = 40
NOTE_CHARACTERS_MAX = 2_000
NO_ROLE = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
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


async def verify_credentials(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/verify_credentials`"""
    return json_reply(await read_as(request, read_own))


def read_own(tx: Tx, requester: Requester) -> Entity:
    """One's own `Account`, with what only oneself sees."""
    actor, account = requester.me.actor, requester.me.account
    entity = own_account_entity(tx, actor, requester)
    source = {
        "privacy": visibility_name(account.default_visibility),
        "sensitive": False,
        "language": account.language,
        "note": text_of_html(actor.summary),
        "fields": [
            {"name": label, "value": plain_text(text), "verified_at": None}
            for label, text in actor.fields
        ],
        "follow_requests_count": count_follow_requests(tx, actor.id),
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "hide_collections": True,
        "attribution_domains": [],
        "quote_policy": "nobody",
    }
    return entity | {"source": source, "role": NO_ROLE}


@dataclass(frozen=True, slots=True)
class Changes:
    """What somebody changes about themselves; None leaves a thing as it is."""

    profile: ProfileChanges
    visibility: str | None
    language: str | None


async def update_credentials(request: web.Request) -> web.Response:
    """`PATCH /api/v1/accounts/update_credentials`; what is not sent stays as it is."""
    changes = changes_in(await read_params(request), request.app[SERVICES].config.node.url)
    await write_as(request, change_own, changes)
    return json_reply(await read_as(request, read_own))


def changes_in(params: Params, origin: str) -> Changes:
    """What a client wants changed; what people type becomes harmless HTML.

    Raises:
        Invalid: it is too long, or there are files.
    """
    if params.files:
        raise Invalid("This node does not take pictures yet.")
    note = params.text("note")
    if len(note) > NOTE_CHARACTERS_MAX:
        raise Invalid(f"A profile text has at most {NOTE_CHARACTERS_MAX} characters.")
    visibility = params.text("source[privacy]")
    profile = ProfileChanges(
        display_name=plain_text(params.text("display_name"))
        if params.has("display_name")
        else None,
        summary=html_of_text(note, {}, origin) if params.has("note") else None,
        fields=fields_in(params, origin),
        approves_followers=params.flag("locked") if params.has("locked") else None,
        discoverable=params.flag("discoverable") if params.has("discoverable") else None,
        indexable=params.flag("indexable") if params.has("indexable") else None,
    )
    return Changes(
        profile,
        visibility=visibility_in(visibility) if visibility else None,
        language=documents.language_tag(params.text("source[language]")),
    )


def fields_in(params: Params, origin: str) -> tuple[tuple[str, str], ...] | None:
    """The profile's rows, those without a label left out; None where none were sent."""
    rows = params.nested("fields_attributes").values()
    if not rows:
        return None
    pairs = [(plain_text(row.get("name", "")), row.get("value", "")) for row in rows]
    return tuple((label, link_up(text, {}, origin)) for label, text in pairs if label)[:FIELDS_MAX]


def change_own(tx: Tx, requester: Requester, changes: Changes) -> None:
    edit_profile(tx, requester.me.actor.id, changes.profile, requester.now)
    account = requester.me.account
    note_findable(
        tx,
        account.id,
        by_people=changes.profile.discoverable,
        by_words=changes.profile.indexable,
        now=requester.now,
    )
    put_preferences(
        tx,
        account.id,
        changes.visibility or account.default_visibility,
        changes.language or account.language,
    )


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
