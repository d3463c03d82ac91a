"""Collections in all their shapes: paged, embedded, of one item, or only named."""

from dataclasses import dataclass
from typing import Any

from federation.documents.contexts import AS2, POST_CONTEXT
from federation.documents.shapes import Json, iri_of, kind_of, many, number_of, one, without_nothing
from federation.errors import Malformed

FIRST_REPLIES = "after=0-0"
"""The place in a conversation where the first page begins."""

COLLECTION_KINDS = frozenset(
    ("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage")
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing in a collection: its address, and the object where it stands there whole."""

    iri: str
    document: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection or one page of it. `total` is only what the origin claims (T30).

    `next` is where it goes on: the next page, or the first where none of it is here.
    """

    iri: str | None
    listed: tuple[Listed, ...] = ()
    total: int | None = None
    next: str | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """The addresses of what is listed."""
        return tuple(each.iri for each in self.listed)


def read_collection(value: Json) -> Collection:
    """The collection that a JSON object describes; an embedded first page counts as its items.

    Raises:
        Malformed: it is of another type.
    """
    if kind_of(value) not in COLLECTION_KINDS:
        raise Malformed("That is not a collection.")
    first = one(value.get("first"))
    pages = [value, first] if isinstance(first, dict) else [value]
    listed = tuple(item for page in pages for item in listed_in(page))
    following = [iri_of(page.get("next")) for page in pages]
    start = iri_of(first) if isinstance(first, str) and not listed else None
    return Collection(
        iri=iri_of(value),
        listed=listed,
        total=number_of(value.get("totalItems")),
        next=next(filter(None, following), start),
    )


def read_listing(value: Json) -> Collection:
    """What is listed by a value in any shape (T29).

    A collection or page is read as such, a list as its items, and anything else as one item.
    """
    if kind_of(value) in COLLECTION_KINDS:
        return read_collection(value)
    return Collection(iri=None, listed=tuple(listed_among(value)))


def listed_in(page: Json) -> list[Listed]:
    return listed_among(page.get("orderedItems")) or listed_among(page.get("items"))


def listed_among(value: Json) -> list[Listed]:
    found = ((iri_of(each), each) for each in many(value))
    return [Listed(iri, each if is_whole(each) else None) for iri, each in found if iri]


def is_whole(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str)


def render_collection(
    iri: str,
    *,
    items: list[Any] | None = None,
    total: int | None = None,
    first: dict[str, Any] | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """An OrderedCollection of ours; without items it only says that it is there.

    `first` is the first page itself. `owner` is who says what belongs to it (FEP-f228).
    Items that are whole posts bring the terms of posts along.
    """
    holds_posts = any(isinstance(item, dict) for item in items or ())
    return without_nothing(
        {
            "@context": POST_CONTEXT if holds_posts else AS2,
            "id": iri,
            "type": "OrderedCollection",
            "attributedTo": owner,
            "totalItems": total,
            "first": first,
            "orderedItems": items,
        }
    )


def render_replies(
    iri: str, *, first: dict[str, Any] | None = None, total: int | None = None, owner: str | None
) -> dict[str, Any]:
    """The Collection of what answers a post of ours, with its `first` page inside.

    Inside the post itself that page only says where the answers begin. GoToSocial walks nothing
    but a Collection that has its first page in it.
    """
    start = {"type": "CollectionPage", "partOf": iri, "next": f"{iri}?{FIRST_REPLIES}", "items": []}
    return without_nothing(
        {
            "id": iri,
            "type": "Collection",
            "attributedTo": owner,
            "totalItems": total,
            "first": first or start,
        }
    )


def render_replies_page(
    iri: str, *, part_of: str, items: list[str], after: str | None
) -> dict[str, Any]:
    """One page of the Collection of what answers a post; `after` is where the next one is."""
    return without_nothing(
        {
            "id": iri,
            "type": "CollectionPage",
            "partOf": part_of,
            "next": after,
            "items": items,
        }
    )


def render_counted(iri: str, total: int | None) -> dict[str, Any]:
    """A Collection of ours whose items nobody is told; `total` None is not told either (T87).

    Lemmy wants a Collection with `items`, and reads the number of a group's subscribers in it.
    """
    return without_nothing(
        {"@context": AS2, "id": iri, "type": "Collection", "totalItems": total, "items": []}
    )


def render_collection_page(
    iri: str, *, part_of: str, items: list[Any], after: str | None, owner: str | None = None
) -> dict[str, Any]:
    """One page of an OrderedCollection of ours; `after` is the address of the next one."""
    return without_nothing(
        {
            "@context": AS2,
            "id": iri,
            "type": "OrderedCollectionPage",
            "attributedTo": owner,
            "partOf": part_of,
            "next": after,
            "orderedItems": items,
        }
    )
