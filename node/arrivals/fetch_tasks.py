"""What is to be fetched when nobody waits for it: rows, taken one at a time for each host.

Whoever takes a task puts its next try off, and again with every fetch; a task whose taker was
killed is due once that time is over, and what it has cost by then stays counted (T45).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from federation.limits import TASK_KEPT_S, TASKS_MAX, TASKS_PER_HOST_MAX
from federation.origin import authority_of, is_iri
from node.base.ids import new_id
from node.db.tx import Tx

Kind = Literal["parents", "answers", "history", "handle"]
HELD_S = 300
FORGOTTEN_AT_ONCE = 1_000
REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to fetch: what a post at `iri` hangs below, what answers it, an actor's history, or
    by what handle it goes.

    `level` says how far it is from what began the work, whose first task is `cause_id`.
    `start_url` is where the listing begins, if known, or the handle that is claimed; `etag` marks
    the version read last.
    """

    id: int
    kind: Kind
    iri: str
    host: str
    cause_id: int
    level: int
    start_url: str | None
    etag: str | None
    tries: int


def add_task(
    tx: Tx,
    kind: Kind,
    iri: str,
    now: int,
    *,
    again_s: int,
    is_patient: bool = False,
    cause: Task | None = None,
    start_url: str | None = None,
) -> bool:
    """Have something fetched later; False where nothing changes.

    One that waits stays as it is. One that was settled within `again_s` comes again only when
    that time is over, if `is_patient`, and else not at all. A host has at most 500 tasks, and all
    hosts 10,000 (T48): what is too much is left out.
    """
    if not is_iri(iri) or not has_room(tx, authority_of(iri)):
        return False
    task_id = new_id(now)
    changed = tx.run(
        """
        insert into fetch_task (id, kind, iri, host, cause_id, level, start_url, fetches, tries,
            next_try_at, created_at)
        values (:id, :kind, :iri, :host, :cause_id, :level, :start_url, 0, 0, :now, :now)
        on conflict (kind, iri) do update
        set settled_at = null, fetches = 0, tries = 0, reason = null, level = excluded.level,
            start_url = excluded.start_url,
            cause_id = case when excluded.cause_id = excluded.id then fetch_task.id
                       else excluded.cause_id end,
            next_try_at = case when fetch_task.settled_at + :again_s > excluded.next_try_at
                          then fetch_task.settled_at + :again_s else excluded.next_try_at end
        where fetch_task.settled_at is not null
          and (:is_patient = 1 or fetch_task.settled_at + :again_s <= excluded.next_try_at)
        """,
        id=task_id,
        kind=kind,
        iri=iri,
        host=authority_of(iri),
        cause_id=cause.cause_id if cause else task_id,
        level=cause.level + 1 if cause else 0,
        start_url=start_url,
        now=now,
        again_s=again_s,
        is_patient=int(is_patient),
    )
    return changed == 1


def is_held(tx: Tx, kind: Kind, iri: str, since: int) -> bool:
    """Whether such a task waits, or was settled after `since`."""
    row = tx.one(
        """
        select 1 as found from fetch_task
        where kind = :kind and iri = :iri and (settled_at is null or settled_at > :since)
        """,
        kind=kind,
        iri=iri,
        since=since,
    )
    return row is not None


def waiting_of(tx: Tx, kind: Kind, host: str, most: int) -> int:
    """How many tasks of a kind wait for a host; it counts no further than `most`."""
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from fetch_task where host = :host and settled_at is null and kind = :kind
            limit :most) as several
        """,
        host=host,
        kind=kind,
        most=most,
    )
    return int(row["total"]) if row else 0


def has_room(tx: Tx, host: str) -> bool:
    """Whether another task may be kept for a host; the oldest settled ones make room."""
    held = tx.one(
        """
        select count(*) as total from (
            select 1 from fetch_task where host = :host and settled_at is null
            limit :most) as several
        """,
        host=host,
        most=TASKS_PER_HOST_MAX,
    )
    if held and held["total"] >= TASKS_PER_HOST_MAX:
        return False
    return tasks_held(tx) < TASKS_MAX or drop_settled(tx) > 0


def tasks_held(tx: Tx) -> int:
    row = tx.one(
        "select count(*) as total from (select 1 from fetch_task limit :most) as several",
        most=TASKS_MAX,
    )
    return int(row["total"]) if row else 0


def drop_settled(tx: Tx) -> int:
    return tx.run(
        """
        delete from fetch_task where id in (
            select id from fetch_task where settled_at is not null
            order by settled_at limit :limit)
        """,
        limit=FORGOTTEN_AT_ONCE,
    )


def take_task(tx: Tx, now: int, held: Collection[str] = ()) -> tuple[Task, int] | None:
    """The next task that is due of a host not among `held`, and what its work has cost so far."""
    row = tx.one(
        """
        select id, kind, iri, host, cause_id, level, start_url, etag, tries
        from fetch_task
        where settled_at is null and next_try_at <= :now and host not in (:held[])
        order by next_try_at
        limit 1
        """,
        now=now,
        held=list(held),
    )
    if row is None:
        return None
    task = Task(**row)
    tx.run(
        "update fetch_task set tries = tries + 1, next_try_at = :until where id = :id",
        id=task.id,
        until=now + HELD_S,
    )
    cost = tx.one("select fetches from fetch_task where id = :id", id=task.cause_id)
    return task, int(cost["fetches"]) if cost else 0


def count_cost(tx: Tx, task: Task, fetches: int, now: int) -> None:
    """Count fetches on the piece of work that a task belongs to, and hold the task longer."""
    tx.run(
        "update fetch_task set fetches = fetches + :fetches where id = :id",
        id=task.cause_id,
        fetches=fetches,
    )
    tx.run(
        "update fetch_task set next_try_at = :until where id = :id and settled_at is null",
        id=task.id,
        until=now + HELD_S,
    )


def settle_task(
    tx: Tx, task: Task, now: int, *, reason: str | None = None, etag: str | None = None
) -> None:
    """A task is done, or given up for `reason`; `etag` marks the version that was read."""
    tx.run(
        "update fetch_task set settled_at = :now, reason = :reason, etag = :etag where id = :id",
        id=task.id,
        now=now,
        reason=reason[:REASON_CHARACTERS_MAX] if reason else None,
        etag=etag,
    )


def put_off_task(tx: Tx, task: Task, reason: str, next_try_at: int) -> None:
    """Try a task again later."""
    tx.run(
        "update fetch_task set reason = :reason, next_try_at = :next_try_at where id = :id",
        id=task.id,
        reason=reason[:REASON_CHARACTERS_MAX],
        next_try_at=next_try_at,
    )


def forget_old_tasks(tx: Tx, now: int) -> int:
    """Drop what was settled a week ago, at most 1,000 at once; how many."""
    return tx.run(
        """
        delete from fetch_task where id in (
            select id from fetch_task where settled_at < :before
            order by settled_at limit :limit)
        """,
        before=now - TASK_KEPT_S,
        limit=FORGOTTEN_AT_ONCE,
    )


def waiting_tasks(tx: Tx) -> int:
    """How many tasks wait, for the operator."""
    row = tx.one("select count(*) as total from fetch_task where settled_at is null")
    return int(row["total"]) if row else 0
