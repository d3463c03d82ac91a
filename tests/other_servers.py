"""Stands for all servers but ours: they serve the documents given, or make something up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from federation import documents
from federation.documents.shapes import iri_of, kind_of, many
from federation.errors import FetchFailed, Malformed
from federation.jsonld import Plain, is_plain, only_plain
from federation.origin import origin_of

Json = Any
AS2 = "https://www.w3.org/ns/activitystreams"
BEFORE = "As it was before"
FILLED_IN = "/00000000-0000-4"


@dataclass
class OtherServers:
    """A gate without a network. `groups` and `actors` are said somewhere to act; the rest is notes.

    `instead` is served in place of what is known, `owners` says who wrote what is made up, `gone`
    is answered 410.
    """

    known: Mapping[str, Json]
    actors: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    instead: dict[str, Json] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    plain: Plain = only_plain

    def restore(self, iri: str) -> None:
        """Serve a post at `iri` again, should only its tombstone be known."""
        if kind_of(self.known.get(iri)) == "Tombstone":
            self.instead[iri] = made_up_note(iri, self.author_at(iri))

    def author_at(self, iri: str) -> str:
        """Who wrote what is made up at `iri`."""
        return self.owners.get(iri, f"{origin_of(iri)}/people/sam")

    async def fetch_document(self, iri: str, _key: object = None, budget: Any = None) -> Json:
        if budget is not None:
            budget.spend(iri)
        if iri in self.gone:
            raise FetchFailed("status", 410)
        found = self.instead.get(iri, self.known.get(iri))
        if iri.endswith("/people/sam") or iri in self.actors | self.groups:
            found = found if is_actor(found) else made_up_actor(iri, is_group=iri in self.groups)
        found = found or made_up_note(iri, self.author_at(iri))
        return found if is_plain(found) else await self.plain(found)


def other_servers(values: Iterable[Json]) -> OtherServers:
    """Servers that serve `values`, and the posts in them, each at its id.

    What is said to act is an actor. An id that stands for different things is served by nobody, nor
    is one that was filled in by whoever wrote the document down.
    """
    known: dict[str, Json] = {}
    doubtful, actors, groups = set[str](), set[str](), set[str]()
    for value in values:
        for part in parts_of(value):
            if known.setdefault(part["id"], part).get("type") != part.get("type"):
                doubtful.add(part["id"])
        actors.update(acting_in(value))
        groups.update(groups_in(value))
    doubtful.update(iri for iri in {*known, *actors} if FILLED_IN in iri)
    served = {iri: part for iri, part in known.items() if iri not in doubtful}
    return OtherServers(served, frozenset(actors - doubtful), frozenset(groups))


def parts_of(value: Json) -> Iterator[dict[str, Json]]:
    """A document with an id, and the posts that are published in it."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        yield value
    for inner in dicts_in(value):
        post = inner.get("object")
        if kind_of(inner) == "Create" and kind_of(post) in documents.POST_KINDS and iri_of(post):
            around = {
                "@context": value.get("@context", AS2),
                "attributedTo": iri_of(inner.get("actor")),
            }
            yield around | post


def acting_in(value: Json) -> Iterator[str]:
    for inner in dicts_in(value):
        named = [*many(inner.get("actor")), *many(inner.get("attributedTo"))]
        if kind_of(inner) in documents.ACTOR_KINDS:
            named.append(inner)
        yield from (iri for each in named if (iri := iri_of(each)))


def groups_in(value: Json) -> Iterator[str]:
    for inner in dicts_in(value):
        passes_on = kind_of(inner) == "Announce" and isinstance(inner.get("object"), dict)
        named = [inner.get("audience"), inner.get("actor") if passes_on else None]
        yield from (iri for each in named if (iri := iri_of(each)))


def dicts_in(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value
    for each in inner if isinstance(value, dict | list) else ():
        yield from dicts_in(each)


def is_actor(document: Json) -> bool:
    try:
        documents.read_actor(document)
    except Malformed:
        return False
    return True


def made_up_actor(iri: str, *, is_group: bool) -> Json:
    name = "".join(each for each in iri.rpartition("/")[2] if each.isalnum()) or "somebody"
    return {
        "@context": AS2,
        "id": iri,
        "type": "Group" if is_group else "Person",
        "preferredUsername": name,
        "inbox": f"{iri}/inbox",
        "followers": f"{iri}/followers",
    }


def made_up_note(iri: str, author: str) -> Json:
    content = f"<p>{BEFORE}</p>"
    return {
        "@context": AS2,
        "id": iri,
        "type": "Note",
        "attributedTo": author,
        "to": documents.PUBLIC,
        "content": content,
    }
