"""What a node tells its neighbours of its communities: a collection of groups, with its proof.

It is a collection of the node's own actor, at `/actor/communities`. What stands in it of a group is
for a list alone; who a group is, its own document says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from federation.documents.contexts import AS2
from federation.documents.shapes import (
    Json,
    instant_of,
    iri_of,
    kind_of,
    many,
    render_instant,
    text_of,
)
from federation.errors import Malformed
from federation.origin import is_iri, is_same_origin

COMMUNITIES_MAX = 200
NAME_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class ListedCommunity:
    """A community as it stands in a list; `about` is plain text or HTML of a stranger."""

    iri: str
    name: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Directory:
    """The communities of the node whose actor is `owner`, as it listed them at `said_at`."""

    iri: str
    owner: str
    said_at: int
    communities: tuple[ListedCommunity, ...]


def read_directory(value: Json, at: str) -> Directory:
    """The directory that was found at an address; of 200 communities, and of its own origin alone.

    Raises:
        Malformed: it is none, is of another address, or does not say whose it is and of when.
    """
    if not isinstance(value, dict) or kind_of(value) != "OrderedCollection":
        raise Malformed("A directory is an ordered collection.")
    iri, owner = iri_of(value.get("id")), iri_of(value.get("attributedTo"))
    said_at = instant_of(value.get("updated"))
    if iri is None or iri != at or said_at is None:
        raise Malformed("A directory says where it is, and of when.")
    if owner is None or not is_same_origin(owner, at):
        raise Malformed("A directory says whose it is, and lives with them.")
    items = many(value.get("orderedItems"))[:COMMUNITIES_MAX]
    found = (read_listed(one, owner) for one in items if isinstance(one, dict))
    communities = {one.iri: one for one in found if one is not None}
    return Directory(iri, owner, said_at, tuple(communities.values()))


def read_listed(value: dict[str, Json], owner: str) -> ListedCommunity | None:
    """One community of a list; None for what is no group of that node's."""
    iri, name = iri_of(value.get("id")), text_of(value.get("preferredUsername"))
    is_theirs = iri is not None and is_iri(iri) and is_same_origin(iri, owner)
    if iri is None or not is_theirs or not name or kind_of(value) != "Group":
        return None
    return ListedCommunity(
        iri=iri,
        name=name[:NAME_CHARACTERS_MAX],
        title=(text_of(value.get("name")) or name)[:NAME_CHARACTERS_MAX],
        about=text_of(value.get("summary")) or "",
    )


def render_directory(
    iri: str, owner: str, communities: Iterable[ListedCommunity], now: int
) -> dict[str, Any]:
    """A directory as JSON, without its proof."""
    listed = [render_listed(one) for one in communities][:COMMUNITIES_MAX]
    return {
        "@context": AS2,
        "id": iri,
        "type": "OrderedCollection",
        "attributedTo": owner,
        "updated": render_instant(now),
        "totalItems": len(listed),
        "orderedItems": listed,
    }


def render_listed(one: ListedCommunity) -> dict[str, Any]:
    return {
        "id": one.iri,
        "type": "Group",
        "preferredUsername": one.name,
        "name": one.title,
        "summary": one.about,
    }
