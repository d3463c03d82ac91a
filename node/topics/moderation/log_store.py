"""The log of each community: what was done in it, by whom and why."""

from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Row, Tx

ID_MAX = 2**63 - 1
TEXT_CHARACTERS_MAX = 2_048
HOLD = "hold"
"""What it is called that a post waits for a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that was done in a community: by whom, with what, and why."""

    id: int
    group_id: int
    verb: str
    by_iri: str
    activity_iri: str
    post_id: int | None
    person_id: int | None
    reason: str | None
    created_at: int
    post_iri: str | None = None
    person_iri: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Entry":
        """The entry in a row that has its columns."""
        return cls(**{name: row[name] for name in cls.__slots__})


def add_entry(tx: Tx, entry: Entry) -> None:
    """Write down what was done."""
    reason = entry.reason[:TEXT_CHARACTERS_MAX] if entry.reason else None
    tx.run(
        """
        insert into moderation_entry (id, group_id, verb, by_iri, activity_iri, post_id, person_id,
            reason, created_at)
        values (:id, :group_id, :verb, :by_iri, :activity_iri, :post_id, :person_id, :reason,
            :created_at)
        """,
        id=entry.id,
        group_id=entry.group_id,
        verb=entry.verb,
        by_iri=entry.by_iri,
        activity_iri=entry.activity_iri,
        post_id=entry.post_id,
        person_id=entry.person_id,
        reason=reason,
        created_at=entry.created_at,
    )


ENTRIES = """
    select e.id, e.group_id, e.verb, e.by_iri, e.activity_iri, e.post_id, e.person_id, e.reason,
        e.created_at, p.iri as post_iri, a.iri as person_iri
    from moderation_entry e left join post p on p.id = e.post_id
    left join actor a on a.id = e.person_id
"""


def entries(tx: Tx, group_id: int, limit: int, before_id: int | None = None) -> list[Entry]:
    """What was done in a community, the newest first."""
    rows = tx.all(
        ENTRIES
        + """
        where e.group_id = :group_id and e.id < :before_id
        order by e.id desc limit :limit
        """,
        group_id=group_id,
        before_id=before_id or ID_MAX,
        limit=limit,
    )
    return [Entry.from_row(row) for row in rows]


def entry_of_activity(tx: Tx, activity_iri: str) -> Entry | None:
    """What the activity at that iri did."""
    row = tx.one(
        ENTRIES
        + """
        where e.activity_iri = :activity_iri
        order by e.id limit 1
        """,
        activity_iri=activity_iri,
    )
    return Entry.from_row(row) if row else None


def last_entry_about_post(tx: Tx, group_id: int, post_id: int, verb: str) -> Entry | None:
    """The last time that `verb` was done to a post in a community."""
    row = tx.one(
        ENTRIES
        + """
        where e.post_id = :post_id and e.group_id = :group_id and e.verb = :verb
        order by e.id desc limit 1
        """,
        post_id=post_id,
        group_id=group_id,
        verb=verb,
    )
    return Entry.from_row(row) if row else None


def entry_by_id(tx: Tx, entry_id: int) -> Entry | None:
    """The entry with that id."""
    row = tx.one(
        ENTRIES + " where e.id = :id",
        id=entry_id,
    )
    return Entry.from_row(row) if row else None


def new_entry_id(now: int) -> int:
    """The id of an entry that is about to be written."""
    return new_id(now)
