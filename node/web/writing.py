"""What stands in the form for writing, and the draft that it becomes."""

from dataclasses import dataclass, field

from node.http.params import Params
from node.topics.accounts.store import Person
from node.topics.publishing.drafts import Draft, PollDraft
from node.web.attaching import Pictures

CHOICES_SHOWN = 4
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form for writing: what was typed, or how it begins."""

    action: str
    text: str = ""
    title: str = ""
    content_note: str = ""
    visibility: str = ""
    choices: tuple[str, ...] = ()
    several: bool = False
    lasts_s: int = DAY_S
    pictures: Pictures = field(default_factory=Pictures)


def typed_in(params: Params, action: str, visibility: str, pictures: Pictures) -> Typed:
    return Typed(
        action,
        params.text("text"),
        params.text("title"),
        params.text("content_note"),
        visibility,
        tuple(params.texts("choice"))[:CHOICES_SHOWN],
        params.flag("several"),
        params.number("lasts") or DAY_S,
        pictures,
    )


def draft_of(params: Params, person: Person, parent_id: int | None = None) -> Draft:
    return Draft(
        text=params.text("text"),
        visibility=params.text("visibility") or person.account.default_visibility,
        content_note=params.text("content_note"),
        parent_id=parent_id,
        title=params.text("title") or None,
        poll=poll_in(params),
    )


def poll_in(params: Params) -> PollDraft | None:
    """What is put to the vote; choices that were left empty are none."""
    choices = tuple(one for one in params.texts("choice") if one.strip())
    if not choices:
        return None
    lasts_s = params.number("lasts") or DAY_S
    return PollDraft(choices=choices, lasts_s=lasts_s, is_multiple=params.flag("several"))
