"""Who may not write in a community, until when and why."""

from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.moderation.log_store import TEXT_CHARACTERS_MAX


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody may not write in a community until then; `entry_id` is what did it."""

    person_id: int
    until: int
    reason: str | None
    entry_id: int


def put_ban(tx: Tx, group_id: int, ban: Ban, now: int) -> bool:
    """Ban somebody, or change until when; False if it stood just so.

    The entry stays that of the first ban, so that one unban shows all that was hidden.
    """
    changed = tx.run(
        """
        insert into ban (group_id, person_id, until, reason, entry_id, created_at)
        values (:group_id, :person_id, :until, :reason, :entry_id, :now)
        on conflict (group_id, person_id) do update
        set until = excluded.until, reason = excluded.reason
        where ban.until <> excluded.until
        """,
        group_id=group_id,
        person_id=ban.person_id,
        until=ban.until,
        reason=ban.reason[:TEXT_CHARACTERS_MAX] if ban.reason else None,
        entry_id=ban.entry_id,
        now=now,
    )
    return changed == 1


def drop_ban(tx: Tx, group_id: int, person_id: int) -> bool:
    """End a ban; False if there was none."""
    changed = tx.run(
        "delete from ban where group_id = :group_id and person_id = :person_id",
        group_id=group_id,
        person_id=person_id,
    )
    return changed == 1


BANS = """
    select person_id, until, reason, entry_id from ban
"""


def ban_of(tx: Tx, group_id: int, person_id: int) -> Ban | None:
    """The ban of somebody in a community, over or not."""
    row = tx.one(
        BANS + " where group_id = :group_id and person_id = :person_id",
        group_id=group_id,
        person_id=person_id,
    )
    return Ban(**row) if row else None


def bans_in(tx: Tx, group_id: int, now: int, limit: int) -> list[Ban]:
    """Who may not write in a community now."""
    rows = tx.all(
        BANS
        + """
        where group_id = :group_id and until > :now
        order by person_id limit :limit
        """,
        group_id=group_id,
        now=now,
        limit=limit,
    )
    return [Ban(**row) for row in rows]
