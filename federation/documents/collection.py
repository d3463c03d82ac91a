"""Collections in all their shapes: paged, embedded, of one item, or only named."""

from dataclasses import dataclass
from typing import Any

from federation.documents.contexts import AS2, POST_CONTEXT
from federation.documents.shapes import Json, iri_of, iris_of, kind_of, number_of, without_nothing
from federation.errors import Malformed

COLLECTION_KINDS = frozenset(
    ("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection or one page of it; `items` are iris. `total` is only what the origin claims."""

    iri: str | None
    items: tuple[str, ...] = ()
    total: int | None = None
    first: str | None = None
    next: str | None = None


def read_collection(value: Json) -> Collection:
    """The collection that a JSON object describes; an embedded first page counts as its items.

    Raises:
        Malformed: it is of another type.
    """
    if kind_of(value) not in COLLECTION_KINDS:
        raise Malformed("That is not a collection.")
    first = value.get("first")
    items = iris_of(value.get("orderedItems")) or iris_of(value.get("items"))
    after = iri_of(value.get("next"))
    if isinstance(first, dict) and not items:
        items = iris_of(first.get("orderedItems")) or iris_of(first.get("items"))
        after = after or iri_of(first.get("next"))
    return Collection(
        iri=iri_of(value),
        items=items,
        total=number_of(value.get("totalItems")),
        first=iri_of(first),
        next=after,
    )


def render_collection(
    iri: str,
    *,
    items: list[Any] | None = None,
    total: int | None = None,
    first: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """An OrderedCollection of ours; without items it only says that it is there.

    `owner` is who says what belongs to it (FEP-f228). Items that are whole posts bring the terms
    of posts along.
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
