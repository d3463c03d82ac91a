"""What is left of a post that was deleted: that it was there."""

from dataclasses import dataclass

from node.db.tx import Tx


@dataclass(frozen=True, slots=True)
class GonePost:
    """A post that was deleted: what it was, and when it went (seconds)."""

    kind: str
    deleted_at: int


def gone_post(tx: Tx, iri: str) -> GonePost | None:
    """The post of ours that everybody could read, that was at `iri`, and is deleted."""
    row = tx.one(
        """
        select kind, deleted_at from post
        where iri = :iri and local = 1 and deleted_at is not null
          and visibility in ('public', 'unlisted')
        """,
        iri=iri,
    )
    return GonePost(row["kind"], row["deleted_at"]) if row else None
