"""What a member's text says beside its words: whom it names, its tags, its HTML."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.base.errors import Invalid
from node.base.markup import (
    Named,
    handle_before,
    handles_in,
    hashtags_in,
    html_of_markdown,
    html_of_text,
)
from node.db.tx import Tx
from node.topics.actors.handles import actor_named, canonical_handle
from node.topics.actors.store import Actor
from node.topics.blocks.store import kept_from
from node.topics.communities.lookup import known_by_handle
from node.topics.posts.parts import Tag
from node.topics.posts.rules import HASHTAGS_MAX, MENTIONS_MAX


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A member's text, understood: `content` is HTML, `people` are those it names, in order."""

    content: str
    people: tuple[Actor, ...]
    tags: tuple[Tag, ...]


def parse_text(tx: Tx, author: Actor, text: str, *, is_long: bool) -> ParsedText:
    """Read a text by `author`; a long one (with a title) may hold Markdown.

    A handle of somebody not stored here stays plain text. The community that it begins with is
    named, and left out of the words, which would become a title elsewhere (PieFed, NodeBB).

    Raises:
        Invalid: it names more people, or has more hashtags, than a post may.
    """
    named = people_named(tx, author, text)
    tags = hashtags_in(text)
    if len(named) > MENTIONS_MAX:
        raise Invalid(f"A post names at most {MENTIONS_MAX} people.")
    if len(tags) > HASHTAGS_MAX:
        raise Invalid(f"A post has at most {HASHTAGS_MAX} hashtags.")
    links = {handle: Named(actor.url, actor.name) for handle, actor in named.items()}
    render = html_of_markdown if is_long else html_of_text
    origin = author.iri[: author.iri.index(author.host) + len(author.host)]
    content = render(without_community(named, text), links, origin)
    people = {actor.id: actor for actor in named.values() if actor.id != author.id}
    return ParsedText(content, tuple(people.values()), tuple(Tag(tag) for tag in tags))


def without_community(named: Mapping[str, Actor], text: str) -> str:
    """A text without the community that it is put to, where that is its beginning."""
    handle, rest = handle_before(text)
    actor = named.get(handle.lower())
    return rest if actor is not None and actor.is_group else text


def people_named(tx: Tx, author: Actor, text: str) -> Mapping[str, Actor]:
    """The actors whom a text by `author` names, as far as they may know of them, by the handle as
    typed, in lower case. Who has blocked another name of theirs is not named, for their own home
    would tell them of it (M10)."""
    found: dict[str, Actor] = {}
    for typed in handles_in(text):
        actor = known_by_handle(tx, typed, author.host, author)
        if actor is not None:
            found[typed.lower()] = actor
    kept = kept_from(tx, author.id, [actor.id for actor in found.values()])
    return {typed: actor for typed, actor in found.items() if actor.id not in kept}


def unknown_handles(tx: Tx, host: str, text: str) -> tuple[str, ...]:
    """The handles in `text` on other hosts that nobody stored here goes by.

    They are looked up before the text is published, so that they are named after all.
    """
    wanted = [one for one in handles_in(text) if is_elsewhere(one, host)][:MENTIONS_MAX]
    return tuple(one for one in wanted if actor_named(tx, one, host) is None)


def is_elsewhere(typed: str, host: str) -> bool:
    handle = canonical_handle(typed, host)
    return handle is not None and not handle.endswith(f"@{host}")
