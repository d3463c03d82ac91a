"""Who quotes what with whose consent: the stamps of quoted authors, ours and those of other nodes.

Source: FEP-044f.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Row, Tx

STAMPS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The author `author_id` agrees that the post at `quoting_iri` quotes theirs.

    `asker_id` is who asked an author of ours; a stamp of another node has none here.
    """

    iri: str
    author_id: int
    quoted_iri: str
    quoting_iri: str
    asker_id: int | None = None
    revoked_at: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Stamp":
        """The stamp in a row that has its columns."""
        return cls(
            iri=row["iri"],
            author_id=row["author_id"],
            quoted_iri=row["quoted_iri"],
            quoting_iri=row["quoting_iri"],
            asker_id=row["asker_id"],
            revoked_at=row["revoked_at"],
        )


STAMPS = """
    select iri, author_id, quoted_iri, quoting_iri, asker_id, revoked_at
    from quote_stamp
"""


def stamp_by_iri(tx: Tx, iri: str) -> Stamp | None:
    """The stamp at `iri`, also one that was taken back."""
    row = tx.one(
        STAMPS + " where iri = :iri",
        iri=iri,
    )
    return Stamp.from_row(row) if row else None


def stamp_between(tx: Tx, quoting_iri: str, quoted_iri: str, author_id: int) -> Stamp | None:
    """The stamp of an author by which one post quotes the other, unless it was taken back."""
    row = tx.one(
        STAMPS
        + """
        where quoted_iri = :quoted_iri and quoting_iri = :quoting_iri and author_id = :author_id
        and revoked_at is null
        """,
        quoted_iri=quoted_iri,
        quoting_iri=quoting_iri,
        author_id=author_id,
    )
    return Stamp.from_row(row) if row else None


def add_stamp(tx: Tx, stamp: Stamp, now: int) -> None:
    """Keep a stamp; one that is known already stays as it is."""
    tx.run(
        """
        insert into quote_stamp (iri, author_id, quoted_iri, quoting_iri, asker_id, created_at)
        values (:iri, :author_id, :quoted_iri, :quoting_iri, :asker_id, :now)
        on conflict do nothing
        """,
        iri=stamp.iri,
        author_id=stamp.author_id,
        quoted_iri=stamp.quoted_iri,
        quoting_iri=stamp.quoting_iri,
        asker_id=stamp.asker_id,
        now=now,
    )
    show_quotes_anew(tx, stamp.quoted_iri)


def revoke_stamp(tx: Tx, stamp: Stamp, now: int) -> None:
    """Take a stamp back: from now on the quote is not shown here."""
    tx.run(
        "update quote_stamp set revoked_at = :now where iri = :iri and revoked_at is null",
        iri=stamp.iri,
        now=now,
    )
    show_quotes_anew(tx, stamp.quoted_iri)


def stamps_about(tx: Tx, post_iri: str) -> list[Stamp]:
    """The stamps for quotes of a post, and those for quotes that it makes; at most 500 each."""
    quoted = tx.all(
        STAMPS + " where quoted_iri = :iri and revoked_at is null limit :most",
        iri=post_iri,
        most=STAMPS_MAX,
    )
    quoting = tx.all(
        STAMPS + " where quoting_iri = :iri and revoked_at is null limit :most",
        iri=post_iri,
        most=STAMPS_MAX,
    )
    return [Stamp.from_row(row) for row in (*quoted, *quoting)]


def quotes_counted(tx: Tx, post_iris: Sequence[str]) -> dict[str, int]:
    """How often each post is quoted with its author's consent, by its iri."""
    rows = tx.all(
        """
        select s.quoted_iri, count(*) as total
        from quote_stamp s join post p on p.iri = s.quoted_iri and p.author_id = s.author_id
        where s.quoted_iri in (:iris[]) and s.revoked_at is null
        group by s.quoted_iri
        """,
        iris=list(post_iris),
    )
    return {row["quoted_iri"]: int(row["total"]) for row in rows}


def show_quotes_anew(tx: Tx, quoted_iri: str) -> None:
    """Have a post and what quotes it encoded anew, for one quotes the other now, or no longer."""
    tx.run(
        "update post set version = version + 1 where quote_iri = :iri or iri = :iri", iri=quoted_iri
    )
