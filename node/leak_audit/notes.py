"""What the last audit of this node found, kept for those who look after it."""

import msgspec

from node.db.tx import Tx

NAME = "leak_audit"
LINES_MAX, LINE_CHARACTERS_MAX = 20, 300


class AuditNote(msgspec.Struct, frozen=True):
    """When the node was asked everything, how often, and what it told that it should not have; of
    many leaks the first twenty."""

    at: int
    asked: int
    leaks: list[str]


def put_note(tx: Tx, note: AuditNote) -> None:
    """Keep what an audit found, in place of what the one before it had found."""
    short = [line[:LINE_CHARACTERS_MAX] for line in note.leaks[:LINES_MAX]]
    tx.run(
        """
        insert into setting (name, value) values (:name, :value)
        on conflict (name) do update set value = excluded.value
        """,
        name=NAME,
        value=msgspec.json.encode(msgspec.structs.replace(note, leaks=short)).decode(),
    )


def last_note(tx: Tx) -> AuditNote | None:
    """What the last audit found; None where there was none yet."""
    row = tx.one("select value from setting where name = :name", name=NAME)
    return msgspec.json.decode(row["value"], type=AuditNote) if row else None
