"""Who may write what, and how far a reply may reach. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from federation.documents import PUBLIC
from node.base.errors import Invalid, NotAllowed
from node.topics.permissions.rules import LIMITED, OPEN

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
REACH: dict[str, int] = {
    "public": 5,
    "unlisted": 4,
    "node": 3,
    "members": 2,
    "followers": 1,
    "direct": 0,
}
CHOSEN = ("public", "unlisted", "followers", "direct")
"""What a member chooses from; who reads in a community, its door says."""


def is_kept_back(state: str | None, *, is_silenced: bool) -> bool:
    """Whether only those who follow its author see a post, by what became of it where it was held.

    One that was let through is seen by all whom it is for. What never was held, such as what was
    fetched, is kept back if the author's host is silenced.
    """
    return is_silenced if state is None else state != "passed"


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
    """The visibility of a reply: never wider than that of what it answers (T98).

    In a community that not everybody may read it is for the same readers, or for those it names.
    """
    if parent_visibility in LIMITED:
        return visibility if visibility == "direct" else parent_visibility
    if REACH[visibility] <= REACH[parent_visibility]:
        return visibility
    if REACH[parent_visibility] >= REACH["unlisted"]:
        return visibility
    return parent_visibility


def check_draft(
    text: str, title: str | None, content_note: str, visibility: str, *, has_files: bool = False
) -> None:
    """Raise Invalid unless a member's draft can become a post; one with pictures needs no words."""
    if not has_files and not text.strip() and not (title or "").strip():
        raise Invalid("Write something first: a post cannot be empty.")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise Invalid(f"A post has at most {TEXT_CHARACTERS_MAX} characters.")
    if len(title or "") > TITLE_CHARACTERS_MAX:
        raise Invalid(f"A title has at most {TITLE_CHARACTERS_MAX} characters.")
    if len(content_note) > NOTE_CHARACTERS_MAX:
        raise Invalid(f"A content note has at most {NOTE_CHARACTERS_MAX} characters.")
    if visibility not in CHOSEN:
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
