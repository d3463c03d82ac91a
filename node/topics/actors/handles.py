"""By what handle somebody is found, named and shown: one way for pages, apps, commands and posts.

A handle is typed as people type it and compared as `name@host` in lower case, the host in ASCII.
"""

from collections.abc import Sequence

from federation.discovery.webfinger import read_resource
from federation.errors import Malformed
from node.arrivals.fetch_tasks import add_task, waiting_of
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri

KEPT_S = 30 * 24 * 3_600
CHECKED_AGAIN_S = 7 * 24 * 3_600
CHECKS_WAITING_MAX = 20
FORGOTTEN_AT_ONCE = 1_000


def canonical_handle(typed: str, host: str) -> str | None:
    """`name@host` in lower case for what somebody typed; None where that is no handle.

    `@`, `acct:` and our own `host` may be left out; the host may be written in Unicode.
    """
    wanted = typed.strip().removeprefix("@")
    try:
        found = read_resource(wanted if "@" in wanted else f"{wanted}@{host}")
    except Malformed:
        return None
    return found.handle.lower() if found.user else None


def actor_named(tx: Tx, typed: str, host: str) -> Actor | None:
    """Whoever is known here by a handle as somebody typed it; one without a host is of ours."""
    handle = canonical_handle(typed, host)
    return actor_by_handle(tx, handle) if handle else None


def actor_by_handle(tx: Tx, handle: str) -> Actor | None:
    """The actor that goes by a canonical handle, or was found by it.

    Where several do: one of ours, then whoever WebFinger has confirmed, then the newest.
    """
    row = tx.one(
        """
        select * from actor
        where handle = :handle and deleted_at is null and hidden_at is null
        order by local desc, coalesce(handle_confirmed_at, 0) desc, id desc
        limit 1
        """,
        handle=handle,
    )
    if row is not None:
        return Actor.from_row(row)
    other = tx.one("select actor_id from other_handle where handle = :handle", handle=handle)
    return actor_by_id(tx, other["actor_id"]) if other else None


def check_later(tx: Tx, actor: Actor, claimed: str | None, now: int) -> None:
    """Have WebFinger asked by what handle an actor of another node goes, once a week at most.

    `claimed` is what its document says. At most twenty such questions wait for a host.
    """
    if actor.local or actor.kind == "Application":
        return
    if waiting_of(tx, "handle", actor.host, CHECKS_WAITING_MAX) < CHECKS_WAITING_MAX:
        add_task(tx, "handle", actor.iri, now, again_s=CHECKED_AGAIN_S, start_url=claimed)


def put_handle(tx: Tx, iri: str, handle: str | None, now: int) -> None:
    """Keep the handle that both hosts agree on for an actor of another node; None: on none."""
    actor = actor_by_iri(tx, iri)
    if actor is None or actor.local:
        return
    shown = handle.lower() if handle else made_up_handle(actor.name, actor.host)
    tx.run(
        """
        update actor
        set handle = :handle, handle_confirmed_at = :confirmed_at,
            version = case when handle = :handle then version else version + 1 end
        where id = :id
        """,
        id=actor.id,
        handle=shown,
        confirmed_at=now if handle else None,
    )


def put_found_by(tx: Tx, iri: str, handle: str, now: int) -> None:
    """Remember a handle by which somebody was found who goes by another one."""
    actor = actor_by_iri(tx, iri)
    if actor is None or actor.handle == handle.lower():
        return
    tx.run(
        """
        insert into other_handle (handle, actor_id, found_at) values (:handle, :actor_id, :now)
        on conflict (handle) do update
        set actor_id = excluded.actor_id, found_at = excluded.found_at
        """,
        handle=handle.lower(),
        actor_id=actor.id,
        now=now,
    )


def made_up_handle(name: str, host: str) -> str:
    """What somebody is called whose handle nobody has confirmed: by the host of their iri."""
    return f"{name}@{host}".lower()


def forget_other_handles(tx: Tx, now: int) -> int:
    """Drop what was found out a month ago, so that it is asked anew; at most 1,000 at once."""
    return tx.run(
        """
        delete from other_handle where handle in (
            select handle from other_handle where found_at < :before
            order by found_at limit :limit)
        """,
        before=now - KEPT_S,
        limit=FORGOTTEN_AT_ONCE,
    )


def drop_handles_at(tx: Tx, host: str) -> int:
    """Forget what that host has said of the handles of people who live elsewhere; how many."""
    tx.run(
        """
        update actor
        set handle = name || '@' || host, handle_confirmed_at = null, version = version + 1
        where handle like :at and host <> :host and local = 0
        """,
        at=f"%@{host}",
        host=host,
    )
    return tx.run("delete from other_handle where handle like :at", at=f"%@{host}")


def drop_other_handles(tx: Tx, actor_ids: Sequence[int]) -> int:
    """Forget by what other handles those actors were found; how many."""
    return tx.run("delete from other_handle where actor_id in (:ids[])", ids=actor_ids)
