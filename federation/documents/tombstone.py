"""What stays of something deleted."""

from dataclasses import dataclass
from typing import Any

from federation.documents.contexts import TOMBSTONE_CONTEXT
from federation.documents.shapes import render_instant, without_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Something was at `iri` and is deleted. Source: ActivityStreams, Tombstone; FEP-4f05.

    `former_kind` is what it was, `deleted` when it went (seconds), as far as that is said.
    """

    iri: str
    former_kind: str | None = None
    deleted: int | None = None


def render_tombstone(tombstone: Tombstone, *, with_context: bool = True) -> dict[str, Any]:
    """What is answered where something was deleted; without context, what a Delete holds."""
    return without_nothing(
        {
            "@context": TOMBSTONE_CONTEXT if with_context else None,
            "id": tombstone.iri,
            "type": "Tombstone",
            "formerType": tombstone.former_kind,
            "deleted": render_instant(tombstone.deleted) if tombstone.deleted is not None else None,
        }
    )
