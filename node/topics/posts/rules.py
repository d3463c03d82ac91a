"""Who may see a post, who may write what, and how far a reply may reach. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from federation.documents import PUBLIC
from node.base.errors import Invalid, NotAllowed

Visibility = Literal["public", "unlisted", "followers", "direct"]

TEXT_CHARACTERS_MAX = 10_000
TITLE_CHARACTERS_MAX = 200
NOTE_CHARACTERS_MAX = 500
MENTIONS_MAX = 50
HASHTAGS_MAX = 100
POLL_CHOICES_MAX = 20
STRANGERS_A_DAY_MAX = 20
CHOICE_CHARACTERS_MAX = 100
POLL_S_MIN = 300
POLL_S_MAX = 60 * 24 * 3_600
OPEN = ("public", "unlisted")
"""What everybody may read."""

REACH: dict[str, int] = {"public": 3, "unlisted": 2, "followers": 1, "direct": 0}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is to one post; a visitor is nothing to any.

    `is_held`: it is kept back, so that only those who follow the author read it. `is_apart`: the
    reader has blocked the author, or the author the reader.
    """

    is_author: bool = False
    is_follower: bool = False
    is_named: bool = False
    is_held: bool = False
    is_apart: bool = False


def is_kept_back(state: str | None, *, is_silenced: bool) -> bool:
    """Whether only those who follow its author see a post, by what became of it where it was held.

    One that was let through is seen by all whom it is for. What never was held, such as what was
    fetched, is kept back if the author's host is silenced.
    """
    return is_silenced if state is None else state != "passed"


def may_see(visibility: str, reading: Reading) -> bool:
    """Whether a reader may see a post of that visibility.

    `is_follower` means accepted by the author; one who has only asked is a stranger (T22).
    """
    if reading.is_apart:
        return False
    if reading.is_held and not (reading.is_follower or reading.is_author):
        return False
    if visibility in OPEN or reading.is_author or reading.is_named:
        return True
    return visibility == "followers" and reading.is_follower


def may_boost(visibility: str, is_author: bool) -> bool:
    """Whether a post may be boosted: only what everybody may see, or one's own to followers."""
    return visibility in OPEN or (visibility == "followers" and is_author)


def check_lives_here(moved_to: str | None) -> None:
    """Raise NotAllowed for somebody who has moved away: they publish nothing new here."""
    if moved_to is not None:
        raise NotAllowed(
            "You have moved to another address. Write there, or take the move back under Moving."
        )


def may_quote(visibility: str) -> bool:
    """Whether anybody is let quote a post of ours: only what anybody may read (T98)."""
    return visibility in OPEN


def may_show_quote(visibility: str, is_own: bool, is_agreed: bool) -> bool:
    """Whether a quoted post is shown inside the one that quotes it, to whoever sees that.

    Only what anybody may read (T98), and only where both are by one author or the quoted one
    agreed (FEP-044f).
    """
    return visibility in OPEN and (is_own or is_agreed)


@dataclass(frozen=True, slots=True)
class Circle:
    """By which iris an author's policy may mean somebody, beside everybody.

    `mine` is their own; `collections` are those of the author that they belong to.
    """

    mine: str
    collections: tuple[str, ...] = ()
    is_author: bool = False


def is_let(named: Sequence[str] | None, circle: Circle) -> bool:
    """Whether an author's policy lets somebody do a thing; None lets whoever sees the post.

    Source: GoToSocial documentation, federation, "Interaction policy".
    """
    if named is None or circle.is_author:
        return True
    return bool({PUBLIC, circle.mine, *circle.collections} & set(named))


def narrower(visibility: str, parent_visibility: str) -> str:
    """The visibility of a reply: never wider than that of what it answers (T98)."""
    if REACH[visibility] <= REACH[parent_visibility]:
        return visibility
    if REACH[parent_visibility] >= REACH["unlisted"]:
        return visibility
    return parent_visibility


def check_draft(text: str, title: str | None, content_note: str, visibility: str) -> None:
    """Raise Invalid unless a member's draft can become a post."""
    if not text.strip() and not (title or "").strip():
        raise Invalid("Write something first: a post cannot be empty.")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise Invalid(f"A post has at most {TEXT_CHARACTERS_MAX} characters.")
    if len(title or "") > TITLE_CHARACTERS_MAX:
        raise Invalid(f"A title has at most {TITLE_CHARACTERS_MAX} characters.")
    if len(content_note) > NOTE_CHARACTERS_MAX:
        raise Invalid(f"A content note has at most {NOTE_CHARACTERS_MAX} characters.")
    if visibility not in REACH:
        raise Invalid("A post is public, unlisted, for followers or direct.")
    if "\x00" in text + content_note + (title or ""):
        raise Invalid("A post cannot hold the character NUL.")


def check_choices(choices: Sequence[str], lasts_s: int) -> None:
    """Raise Invalid unless a member's poll can be asked."""
    if not 2 <= len(choices) <= POLL_CHOICES_MAX:
        raise Invalid(f"A poll has from 2 to {POLL_CHOICES_MAX} choices.")
    if any(not one.strip() for one in choices):
        raise Invalid("A choice of a poll cannot be empty.")
    if any(len(one) > CHOICE_CHARACTERS_MAX for one in choices):
        raise Invalid(f"A choice has at most {CHOICE_CHARACTERS_MAX} characters.")
    if len({one.strip().lower() for one in choices}) < len(choices):
        raise Invalid("Two choices of a poll cannot be the same.")
    if any("\x00" in one for one in choices):
        raise Invalid("A choice cannot hold the character NUL.")
    if not POLL_S_MIN <= lasts_s <= POLL_S_MAX:
        raise Invalid("A poll lasts from five minutes to sixty days.")
