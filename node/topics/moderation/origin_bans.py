"""People of other nodes whom their own home has shut out, and their posts that went with it.

The posts are hidden and shown again a part at a time, so that a long history holds nobody up.
"""

from dataclasses import dataclass

from node.base.errors import NotAllowed
from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor
from node.topics.posts.removals import hide_posts, unhide_posts

AT_ONCE = 200
REASON_CHARACTERS_MAX = 2_048
SHUT_OUT = "Their own home has shut them out."


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginBan:
    """A home shuts somebody out until then; `removes`: what they wrote is hidden as well.

    `lifted_at`: it is over, and what was hidden is being shown again.
    """

    id: int
    person_id: int
    activity_iri: str
    until: int
    removes: bool
    reason: str | None
    lifted_at: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> "OriginBan":
        """The ban in a row that has its columns."""
        return cls(
            id=row["id"],
            person_id=row["person_id"],
            activity_iri=row["activity_iri"],
            until=row["until"],
            removes=bool(row["removes"]),
            reason=row["reason"],
            lifted_at=row["lifted_at"],
        )


ORIGIN_BANS = """
    select id, person_id, activity_iri, until, removes, reason, lifted_at
    from home_ban
"""


def origin_ban_of(tx: Tx, person_id: int) -> OriginBan | None:
    """What the home of somebody has done, over or not."""
    row = tx.one(
        ORIGIN_BANS + " where person_id = :person_id",
        person_id=person_id,
    )
    return OriginBan.from_row(row) if row else None


def origin_ban_by_activity(tx: Tx, iri: str) -> OriginBan | None:
    """The ban that the activity at that iri made."""
    row = tx.one(
        ORIGIN_BANS + " where activity_iri = :iri order by id limit 1",
        iri=iri,
    )
    return OriginBan.from_row(row) if row else None


def is_shut_out(ban: OriginBan | None, now: int) -> bool:
    """Whether somebody is shut out of their home at `now`."""
    return ban is not None and ban.lifted_at is None and now < ban.until


def check_not_shut_out(tx: Tx, author: Actor, now: int, *, is_sent: bool) -> None:
    """Raise NotAllowed for a post by somebody whom their home has shut out.

    What is only fetched, such as an old post, is refused where the ban removes what they wrote.
    """
    ban = origin_ban_of(tx, author.id) if not author.local else None
    if ban is not None and is_shut_out(ban, now) and (is_sent or ban.removes):
        raise NotAllowed(SHUT_OUT)


def put_origin_ban(tx: Tx, ban: OriginBan, now: int) -> None:
    """Keep what a home says now, in place of what it said before; posts go on being hidden by the
    number of the first ban, so that one Undo shows all of them."""
    tx.run(
        """
        insert into home_ban (id, person_id, activity_iri, until, removes, reason, created_at)
        values (:id, :person_id, :activity_iri, :until, :removes, :reason, :now)
        on conflict (person_id) do update
        set activity_iri = excluded.activity_iri, until = excluded.until, lifted_at = null,
            removes = case when home_ban.removes = 1 then 1 else excluded.removes end,
            reason = excluded.reason
        """,
        id=new_id(now),
        person_id=ban.person_id,
        activity_iri=ban.activity_iri,
        until=ban.until,
        removes=int(ban.removes),
        reason=ban.reason[:REASON_CHARACTERS_MAX] if ban.reason else None,
        now=now,
    )


def lift_origin_ban(tx: Tx, ban: OriginBan, now: int, *, restores: bool) -> None:
    """End a ban; `restores` shows again, part by part, what it had hidden."""
    if restores and ban.removes:
        tx.run("update home_ban set lifted_at = :now where id = :id", id=ban.id, now=now)
    else:
        tx.run("delete from home_ban where id = :id", id=ban.id)


def settle_origin_bans(tx: Tx, now: int) -> int:
    """Hide or show again a part of what bans with removal are about; how many posts that were."""
    to_hide = tx.all(
        """
        select p.id, b.id as ban_id from home_ban b join post p on p.author_id = b.person_id
        where b.removes = 1 and b.lifted_at is null and p.deleted_at is null
        order by b.id limit :limit
        """,
        limit=AT_ONCE,
    )
    for ban_id in {row["ban_id"] for row in to_hide}:
        hide_posts(tx, [row["id"] for row in to_hide if row["ban_id"] == ban_id], ban_id, now)
    to_show = tx.all(
        """
        select p.id from home_ban b join post p on p.removed_in = b.id
        where b.removes = 1 and b.lifted_at is not null limit :limit
        """,
        limit=AT_ONCE,
    )
    unhide_posts(tx, [row["id"] for row in to_show])
    tx.run(
        """
        delete from home_ban where removes = 1 and lifted_at is not null
          and not exists (select 1 from post p where p.removed_in = home_ban.id)
        """
    )
    return len(to_hide) + len(to_show)
