"""What was deleted of ours, and at which places: a line for each, until it has answered.

A Delete is delivered like anything else. Beyond that it is asked for again whenever a place that
did not answer speaks, for half a year; and what each place says of it is kept here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from node.base.ids import new_id
from node.db.tx import Tx

DAY_S = 24 * 3_600
KEPT_S = 180 * DAY_S
PAGE = 50
LINES_MAX = 1_000
FORGOTTEN_AT_ONCE = 500
State = Literal["waiting", "taken", "removed", "never_had", "refused", "unasked"]
Kind = Literal["post", "person"]


@dataclass(frozen=True, slots=True)
class Deletion:
    """Something that somebody of ours deleted; `open` places have not answered, of `places`."""

    id: int
    object_iri: str
    kind: str
    created_at: int
    places: int
    open: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one place says of it: so since `changed_at`, asked since `asked_at`; it last took
    something from us at `reached_at`, if ever, and was told at `read_at`, where it asked for the
    thing itself, that it is gone (seconds)."""

    host: str
    state: State
    asked_at: int
    changed_at: int
    reached_at: int | None
    read_at: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """How many deletions one place has not answered, how many it refused, and since when."""

    host: str
    waiting: int
    refused: int
    since: int


def open_deletion(
    tx: Tx,
    delete_iri: str,
    *,
    object_iri: str,
    kind: Kind,
    actor_id: int | None,
    also_at: Collection[str],
    now: int,
    token_hash: str | None = None,
) -> int:
    """Begin a line for each place that a Delete of ours goes to; the id of the deletion.

    The Delete was appended before. `also_at` are hosts that hold a copy as well: those that we have
    nothing to do with any more are not asked, and say so.
    """
    deletion_id = new_id(now)
    tx.run(
        """
        insert into deletion (id, iri, object_iri, kind, actor_id, token_hash, created_at)
        values (:id, :iri, :object_iri, :kind, :actor_id, :token_hash, :now)
        """,
        id=deletion_id,
        iri=delete_iri,
        object_iri=object_iri,
        kind=kind,
        actor_id=actor_id,
        token_hash=token_hash,
        now=now,
    )
    rows = tx.all(
        """
        select distinct d.host from outbox_entry e join delivery d on d.entry_id = e.id
        where e.iri = :iri
        """,
        iri=delete_iri,
    )
    asked = {row["host"] for row in rows}
    add_lines(tx, deletion_id, asked, "waiting", now)
    add_lines(tx, deletion_id, set(also_at) - asked, "unasked", now)
    return deletion_id


def add_lines(tx: Tx, deletion_id: int, hosts: Iterable[str], state: State, now: int) -> None:
    for host in sorted(hosts)[:LINES_MAX]:
        tx.run(
            """
            insert into deletion_line (deletion_id, host, state, asked_at, changed_at)
            values (:deletion_id, :host, :state, :now, :now)
            on conflict (deletion_id, host) do nothing
            """,
            deletion_id=deletion_id,
            host=host,
            state=state,
            now=now,
        )


def note_taken(tx: Tx, delete_iri: str, host: str, now: int) -> None:
    """A place took a Delete (2xx): it may say more later."""
    tx.run(
        """
        update deletion_line set state = 'taken', changed_at = :now
        where host = :host and state in ('waiting', 'refused')
          and deletion_id = (select id from deletion where iri = :iri)
        """,
        iri=delete_iri,
        host=host,
        now=now,
    )


def note_parked(tx: Tx, host: str, now: int) -> None:
    """A place will not have some messages: what was deleted and stands among them, it refused."""
    tx.run(
        """
        update deletion_line set state = 'refused', changed_at = :now
        where host = :host and state = 'waiting' and deletion_id in (
            select x.id from delivery d
                join outbox_entry e on e.id = d.entry_id join deletion x on x.iri = e.iri
            where d.host = :host and d.state = 'parked' and d.reason like 'status 4%')
        """,
        host=host,
        now=now,
    )


def answered_by(tx: Tx, delete_iri: str, host: str, state: State, now: int) -> bool:
    """A place says what became of what a Delete of ours was about; whether we said that Delete.

    It speaks for itself alone. One that was not asked, because it got its copy by others, has a
    line from then on if it removed something.
    """
    row = tx.one("select id from deletion where iri = :iri", iri=delete_iri)
    if row is None:
        return False
    changed = tx.run(
        """
        update deletion_line set state = :state, changed_at = :now
        where deletion_id = :id and host = :host
        """,
        id=row["id"],
        host=host,
        state=state,
        now=now,
    )
    if not changed and state == "removed" and lines_held(tx, row["id"]) < LINES_MAX:
        add_lines(tx, row["id"], [host], state, now)
    return True


def lines_held(tx: Tx, deletion_id: int) -> int:
    row = tx.one(
        "select count(*) as total from deletion_line where deletion_id = :id", id=deletion_id
    )
    return int(row["total"]) if row else 0


def ask_again(tx: Tx, host: str, now: int) -> int:
    """A place has spoken: what it did not take of our Deletes goes there anew, at most once a day;
    how many go. A delivery that is set aside has no age for that: nothing is given up."""
    return tx.run(
        """
        update delivery
        set state = 'waiting', tries = 0, reason = null, next_try_at = :now, created_at = :now
        where host = :host and state = 'parked' and created_at < :before and entry_id in (
            select e.id from deletion_line l join deletion x on x.id = l.deletion_id
                join outbox_entry e on e.iri = x.iri
            where l.host = :host and l.state in ('waiting', 'refused'))
        """,
        host=host,
        now=now,
        before=now - DAY_S,
    )


def lines_of(tx: Tx, deletion_id: int) -> list[Line]:
    """What each place says, those that have not answered first, at most 1,000."""
    rows = tx.all(
        """
        select l.host, l.state, l.asked_at, l.changed_at, d.last_success_at as reached_at, l.read_at
        from deletion_line l left join destination d on d.host = l.host
        where l.deletion_id = :id
        order by case l.state when 'waiting' then 0 when 'refused' then 1 when 'unasked' then 2
            when 'taken' then 3 else 4 end, l.host
        limit :limit
        """,
        id=deletion_id,
        limit=LINES_MAX,
    )
    return [Line(**row) for row in rows]


OF_ACTOR = """
    select x.id, x.object_iri, x.kind, x.created_at,
        (select count(*) from deletion_line l where l.deletion_id = x.id) as places,
        (select count(*) from deletion_line l where l.deletion_id = x.id
            and l.state in ('waiting', 'refused')) as open
    from deletion x
    where x.actor_id = :actor_id and x.id < :before_id
    order by x.id desc limit :limit
"""
ONE = """
    select x.id, x.object_iri, x.kind, x.created_at,
        (select count(*) from deletion_line l where l.deletion_id = x.id) as places,
        (select count(*) from deletion_line l where l.deletion_id = x.id
            and l.state in ('waiting', 'refused')) as open
    from deletion x
    where x.id = :id and x.actor_id = :actor_id
"""
BY_KEY = """
    select x.id, x.object_iri, x.kind, x.created_at,
        (select count(*) from deletion_line l where l.deletion_id = x.id) as places,
        (select count(*) from deletion_line l where l.deletion_id = x.id
            and l.state in ('waiting', 'refused')) as open
    from deletion x
    where x.token_hash = :token_hash
"""
OPEN_AT = """
    select x.id, x.object_iri, x.kind, x.created_at, 1 as places, 1 as open
    from deletion_line l join deletion x on x.id = l.deletion_id
    where l.host = :host and l.state in ('waiting', 'refused')
    order by x.id desc limit :limit
"""


def deletions_of(tx: Tx, actor_id: int, before_id: int) -> list[Deletion]:
    """What somebody deleted, the newest first, those before one; at most 50."""
    rows = tx.all(OF_ACTOR, actor_id=actor_id, before_id=before_id, limit=PAGE)
    return [Deletion(**row) for row in rows]


def deletion_of(tx: Tx, actor_id: int, deletion_id: int) -> Deletion | None:
    """One deletion, if it is theirs."""
    row = tx.one(ONE, id=deletion_id, actor_id=actor_id)
    return Deletion(**row) if row else None


def deletion_by_token(tx: Tx, token_hash: str) -> Deletion | None:
    """The leaving of somebody who was given that key when they left."""
    row = tx.one(BY_KEY, token_hash=token_hash)
    return Deletion(**row) if row else None


def open_at(tx: Tx, host: str) -> list[Deletion]:
    """What one place has not answered, the newest first; at most 50."""
    return [Deletion(**row) for row in tx.all(OPEN_AT, host=host, limit=PAGE)]


def cards(tx: Tx) -> list[Card]:
    """Each place with deletions that it did not answer, by host; at most 1,000."""
    rows = tx.all(
        """
        select host, min(asked_at) as since,
            sum(case when state = 'waiting' then 1 else 0 end) as waiting,
            sum(case when state = 'refused' then 1 else 0 end) as refused
        from deletion_line where state in ('waiting', 'refused')
        group by host order by host limit :limit
        """,
        limit=LINES_MAX,
    )
    return [
        Card(row["host"], int(row["waiting"]), int(row["refused"]), row["since"]) for row in rows
    ]


def forget_deletions_of(tx: Tx, actor_id: int) -> int:
    """Drop what is kept of what somebody deleted, who has left; how many rows."""
    lines = tx.run(
        """
        delete from deletion_line where deletion_id in (
            select id from deletion where actor_id = :actor_id)
        """,
        actor_id=actor_id,
    )
    return lines + tx.run("delete from deletion where actor_id = :actor_id", actor_id=actor_id)


def forget_old_deletions(tx: Tx, now: int) -> int:
    """Drop what was deleted half a year ago, at most 500 at once; how many."""
    rows = tx.all(
        "select id from deletion where created_at < :before limit :limit",
        before=now - KEPT_S,
        limit=FORGOTTEN_AT_ONCE,
    )
    ids = [row["id"] for row in rows]
    tx.run("delete from deletion_line where deletion_id in (:ids[])", ids=ids)
    return tx.run("delete from deletion where id in (:ids[])", ids=ids)
