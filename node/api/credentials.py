"""What somebody sees and changes of their own account over the client API."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web

from federation import documents
from node.api.account_entity import own_account_entity
from node.api.accounts import visibility_in, visibility_name
from node.api.auth import Requester, read_as, write_as
from node.api.media import who_has_room
from node.base.errors import Invalid
from node.base.markup import html_of_text, link_up, plain_text, text_of_html
from node.db.tx import Tx
from node.http.params import Params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.http.uploads import picture_kept, read_upload, room_for_member
from node.pictures.forms import Use
from node.topics.accounts.consents import note_findable
from node.topics.accounts.store import put_preferences
from node.topics.actors.actions import FIELDS_MAX, ProfileChanges
from node.topics.actors.store import Actor
from node.topics.files.actions import Said
from node.topics.files.faces import Shown, change_look, show_no_picture
from node.topics.files.store import File
from node.topics.members.store import count_follow_requests

NOTE_CHARACTERS_MAX = 2_000
NO_ROLE = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
USES: dict[str, Use] = {"avatar": "face", "header": "banner"}
"""The fields in which pictures of oneself are sent, and what they are used for."""


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
    """`PATCH /api/v1/accounts/update_credentials`; what is not sent stays as it is.

    Pictures come in `avatar` and `header`, and those of other names are ignored. Each is drawn anew
    before anything is changed.
    """
    me, room = await read_as(request, who_asks), room_for_member(request)
    form = await read_upload(request)
    changes = changes_in(form.params, request.app[SERVICES].config.node.url)
    async with AsyncExitStack() as stack:
        files = list[File]()
        for field, use in USES.items():
            if (body := form.picture(field)) is not None:
                await read_as(request, who_has_room, room)
                kept = picture_kept(request, me, body, use, Said())
                files.append(await stack.enter_async_context(kept))
        await write_as(request, change_own, changes, files, room)
    return json_reply(await read_as(request, read_own))


def who_asks(tx: Tx, requester: Requester) -> Actor:
    return requester.me.actor


def changes_in(params: Params, origin: str) -> Changes:
    """What a client wants changed; what people type becomes harmless HTML.

    Raises:
        Invalid: it is too long.
    """
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


def change_own(
    tx: Tx, requester: Requester, changes: Changes, files: Sequence[File], bytes_max: int
) -> None:
    """Change what somebody wants changed about themselves, and say so once.

    Raises:
        Invalid: something is too long, or there is no room for their pictures.
    """
    change_look(tx, requester.me.actor, changes.profile, files, bytes_max, requester.now)
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


async def delete_avatar(request: web.Request) -> web.Response:
    """`DELETE /api/v1/profile/avatar`; repeating it changes nothing."""
    await write_as(request, take_off, "face")
    return json_reply(await read_as(request, read_own))


async def delete_header(request: web.Request) -> web.Response:
    """`DELETE /api/v1/profile/header`; repeating it changes nothing."""
    await write_as(request, take_off, "banner")
    return json_reply(await read_as(request, read_own))


def take_off(tx: Tx, requester: Requester, which: Shown) -> None:
    show_no_picture(tx, requester.me.actor, which, requester.now)
