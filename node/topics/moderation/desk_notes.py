"""What those who look after things write to each other about a case; nobody else reads it."""

from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Tx

NOTES_MAX = 100


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down about a case for the others."""

    by_id: int
    words: str
    created_at: int


def add_note(tx: Tx, case_id: int, me_id: int, words: str, now: int) -> None:
    """Write something down about a case."""
    tx.run(
        """
        insert into desk_note (id, case_id, by_id, words, created_at)
        values (:id, :case_id, :me_id, :words, :now)
        """,
        id=new_id(now),
        case_id=case_id,
        me_id=me_id,
        words=words,
        now=now,
    )


def notes_of(tx: Tx, case_id: int) -> list[Note]:
    """What was written down about a case, the oldest first."""
    rows = tx.all(
        """
        select by_id, words, created_at from desk_note where case_id = :case_id
        order by id limit :limit
        """,
        case_id=case_id,
        limit=NOTES_MAX,
    )
    return [Note(**row) for row in rows]
