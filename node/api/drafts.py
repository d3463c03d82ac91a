"""What apps send to be published: drafts, and what they say of pictures."""

from dataclasses import dataclass

from aiohttp import web

from federation import documents
from node.api.accounts import ABSENT, visibility_in
from node.api.auth import Requester, read_as
from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.params import Params, id_of, read_params
from node.http.resolve_mentions import look_up_named
from node.http.services import SERVICES
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.files.actions import NOT_THERE, Said, own_file, say_of
from node.topics.files.rules import check_description, focus_in
from node.topics.files.store import File
from node.topics.publishing.drafts import Draft, PollDraft

NOT_TAKEN = {
    "scheduled_at": "This node does not keep posts for later yet.",
    "quoted_status_id": "This node does not quote posts yet.",
}
NOT_BOTH = "A post has pictures or a poll, not both."


@dataclass(frozen=True, slots=True)
class Described:
    """What is said of one's picture anew; None leaves it as it is, and an empty description is
    none."""

    file_id: int
    description: str | None = None
    focus: tuple[float, float] | None = None


def draft_of(params: Params, person: Person) -> Draft:
    """What somebody wants to publish.

    Raises:
        Invalid: it needs what is not there yet, has a visibility that there is not, or both
            pictures and a poll.
        NotFound: what it answers is no id.
    """
    for name, sentence in NOT_TAKEN.items():
        if any(params.texts(name)):
            raise Invalid(sentence)
    visibility = params.text("visibility")
    parent = params.text("in_reply_to_id")
    parent_id = id_of(parent) if parent else None
    if parent and parent_id is None:
        raise NotFound(ABSENT)
    poll, file_ids = poll_in(params), file_ids_in(params)
    if poll and file_ids:
        raise Invalid(NOT_BOTH)
    return Draft(
        text=params.text("status"),
        visibility=visibility_in(visibility) if visibility else person.account.default_visibility,
        content_note=params.text("spoiler_text"),
        sensitive=params.flag("sensitive"),
        language=documents.language_tag(params.text("language")),
        parent_id=parent_id,
        title=params.text("title") or None,
        poll=poll,
        file_ids=file_ids,
    )


def file_ids_in(params: Params) -> tuple[int, ...] | None:
    """Which pictures are to hang on a post; None where nothing is said of them.

    Raises:
        Invalid: one is no id.
    """
    if not params.has("media_ids"):
        return None
    ids = params.numbers("media_ids")
    if len(ids) != len(params.texts("media_ids")):
        raise Invalid(NOT_THERE)
    return tuple(ids)


def described_in(params: Params) -> list[Described]:
    """What is said anew of pictures that hang on a post.

    Raises:
        Invalid: a description or focus cannot be taken, or it is of no picture.
    """
    return [described_by(row) for row in params.rows("media_attributes")]


def described_by(row: dict[str, str]) -> Described:
    file_id, description, focus = id_of(row.get("id", "")), row.get("description"), row.get("focus")
    if file_id is None:
        raise Invalid(NOT_THERE)
    return Described(
        file_id,
        description=None if description is None else check_description(description) or "",
        focus=None if focus is None else focus_in(focus),
    )


def describe_own(tx: Tx, me: Actor, described: Described) -> File:
    """Say of one's own picture what somebody said; the picture as it is now.

    Raises:
        NotFound: it is none of one's own.
    """
    try:
        file = own_file(tx, me, described.file_id)
    except NotFound:
        raise NotFound(ABSENT) from None
    text, focus = described.description, described.focus
    said = Said(
        file.description if text is None else text or None,
        (file.focus_x, file.focus_y) if focus is None else focus,
    )
    return say_of(tx, me, file.id, said)


def poll_in(params: Params) -> PollDraft | None:
    """What somebody wants to put to the vote, if anything.

    Raises:
        Invalid: it says no time, or wants to hide how many voted.
    """
    choices = tuple(params.texts("poll[options]"))
    if not choices:
        return None
    if params.flag("poll[hide_totals]"):
        raise Invalid("This node shows everybody how many voted.")
    lasts_s = params.number("poll[expires_in]")
    if lasts_s is None:
        raise Invalid("Say how long the poll lasts: expires_in, in seconds.")
    is_multiple = params.flag("poll[multiple]")
    return PollDraft(choices=choices, lasts_s=lasts_s, is_multiple=is_multiple)


async def take_draft(request: web.Request) -> tuple[Draft, list[Described]]:
    """The draft in a request, with what an edit says of pictures, and those it names looked up;
    what cannot be one is refused first."""
    params = await read_params(request)
    person = await read_as(request, who_asks)
    draft, described = draft_of(params, person), described_in(params)
    await look_up_named(request.app[SERVICES], person.actor, draft.text)
    return draft, described


def who_asks(tx: Tx, requester: Requester) -> Person:
    return requester.me
