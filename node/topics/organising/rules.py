"""What a community may say of itself, what narrows its door, and who may give which role. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from node.base.errors import Invalid, NotAllowed
from node.topics.permissions.rules import Place, Role

DAY_S = 86_400
FOUNDED_A_DAY_MAX = 5
RESTORABLE_S = 30 * DAY_S
"""How long a community that is closed down can be opened again."""

ABOUT_CHARACTERS_MAX = 2_000
RULES_CHARACTERS_MAX = 10_000
TOPICS_MAX = 10
TOPIC_CHARACTERS_MAX = 50
NAME_CHARACTERS_MAX = 30
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is changed of a community; None leaves a thing as it is. All of it is plain text.

    `topics` are words with commas between them.
    """

    title: str | None = None
    about: str | None = None
    rules: str | None = None
    language: str | None = None
    topics: str | None = None
    visibility: str | None = None
    elsewhere: bool | None = None
    joining: str | None = None
    posting: str | None = None
    shows_members: bool | None = None


def check_settings(settings: Settings) -> None:
    """Raise Invalid unless each text keeps its limit; doors and roles are checked elsewhere."""
    if len(settings.about or "") > ABOUT_CHARACTERS_MAX:
        raise Invalid(f"What a community is about has at most {ABOUT_CHARACTERS_MAX} characters.")
    if len(settings.rules or "") > RULES_CHARACTERS_MAX:
        raise Invalid(f"Rules have at most {RULES_CHARACTERS_MAX} characters.")
    if settings.language and not LANGUAGE.fullmatch(settings.language):
        raise Invalid("Say the language by its short name, such as en, ar or pt-BR.")
    topics_of(settings.topics or "")


def topics_of(text: str) -> tuple[str, ...]:
    """The topic words in a text with commas, each once.

    Raises:
        Invalid: they are more than ten, or one is too long.
    """
    parts = (" ".join(one.split()) for one in re.split(r"[,،、\n]", text))
    words = tuple(dict.fromkeys(one.lstrip("#") for one in parts if one.lstrip("#")))
    if len(words) > TOPICS_MAX or any(len(one) > TOPIC_CHARACTERS_MAX for one in words):
        raise Invalid(
            f"A community has at most {TOPICS_MAX} topic words, of {TOPIC_CHARACTERS_MAX} letters."
        )
    return words


def takes_from_elsewhere(place: Place) -> bool:
    """Whether people of other nodes may be members."""
    return place.door == "public" or (place.elsewhere and place.door != "node")


def shuts_out(before: Place, after: Place) -> bool:
    """Whether a change of door shuts out somebody who may read or belong now."""
    is_shut = before.door == "public" and after.door != "public"
    return is_shut or (takes_from_elsewhere(before) and not takes_from_elsewhere(after))


def is_moved(before: Place, after: Place) -> bool:
    """Whether who may read, know or belong changes, so that it is asked about once more."""
    return before.door != after.door or before.elsewhere != after.elsewhere


def is_wider(before: Place, after: Place) -> bool:
    """Whether more people read what is posted from now on."""
    order = ("hidden", "closed", "node", "public")
    return order.index(after.door) > max(order.index(before.door), 1)


def check_may_found(founded_today: int) -> None:
    """Raise NotAllowed for one community too many in a day."""
    if founded_today >= FOUNDED_A_DAY_MAX:
        raise NotAllowed(
            f"You have made {FOUNDED_A_DAY_MAX} communities today. Make the next one tomorrow."
        )


def check_may_give(role: Role, *, is_here: bool, is_clinic: bool) -> None:
    """Raise NotAllowed unless somebody may be given that role."""
    if role is Role.ORGANISER and not is_here:
        raise NotAllowed("A community is organised by people of this place.")
    if is_clinic:
        raise NotAllowed("An organisation cannot be a member or look after a community.")


def name_for(title: str) -> str:
    """A name for the address of a community, from its title; `community` where nothing of it can
    stand in an address."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:NAME_CHARACTERS_MAX].strip("_")
    return name or "community"
