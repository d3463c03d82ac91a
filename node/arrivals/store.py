"""The messages that arrived: kept with their bytes until applied, and their ids for 90 days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from federation.documents import Activity
from federation.domains import domain_of
from federation.limits import REMEMBERED_S
from federation.origin import authority_of
from node.arrivals.tombstones import drop_tombstone
from node.base.ids import new_id
from node.db.tx import Tx

BATCH_MAX = 12
BATCH_CHARACTERS_MAX = 262_144
FORGOTTEN_AT_ONCE = 1_000
ANSWERED_AGAIN_S = 600
REASON_CHARACTERS_MAX = 500
IRI_CHARACTERS_MAX = 2_048
DELETED_SINCE = "what it is about was deleted"
INBOXES_CHARACTERS_MAX = 4_000
TAKEN_AGAIN = (
    *("Undo", "Add", "Remove", "Join", "Leave", "Accept", "Reject"),
    *("Lock", "Block", "Delete"),
)
"""What changes nothing where things stand like that already, and so may be said again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message from another node. `body` is what was signed, byte for byte.

    `inboxes` are the names of people here whose personal inboxes it came to, a blank between.
    """

    id: int
    activity_iri: str
    origin: str
    actor_iri: str
    kind: str
    body: str
    tries: int = 0
    fetches: int = 0
    fetched_bytes: int = 0
    inboxes: str = ""
    signed_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArrival:
    """A message that was checked and is to be kept.

    `signed_at` is by its actor's clock, and 0 for what somebody else brings, who can do so at any
    time: it is never said anew. `inboxes` is the name of whom of ours it came to alone.
    """

    activity_iri: str
    origin: str
    actor_iri: str
    kind: str
    body: str
    body_hash: str
    object_iri: str | None = None
    signed_at: int = 0
    inboxes: str = ""


def object_of(activity: Activity) -> str | None:
    """The address of the thing that a message is about, however deep it is wrapped."""
    thing: object = activity
    while isinstance(thing, Activity):
        thing = getattr(thing, "object", None)
    iri = thing if isinstance(thing, str) else getattr(thing, "iri", None)
    return iri if isinstance(iri, str) and len(iri) <= IRI_CHARACTERS_MAX else None


def add_arrival(tx: Tx, arrival: NewArrival, now: int) -> bool:
    """Keep a message; False if its id is known already, which changes nothing (T6, T119).

    Applied twice it has one effect, so what was dealt with is taken again where that may tell
    something new: a Follow after ten minutes or more, for whoever repeats it has not had our answer
    (T122); what came to somebody else of ours; and, if it was signed later than the one before, so
    that nobody has only kept it, what says something else under the same id, what was undone
    meanwhile, and what takes something back or puts it somewhere. GoToSocial gives all edits of a
    post one id: what says something else may be of the same second, and takes the place of one that
    still waits.
    """
    is_undone = forget_undoing(tx, arrival)
    is_taken = bool(
        tx.run(
            """
            insert into arrival (id, activity_iri, origin, domain, actor_iri, kind, body, body_hash,
                object_iri, state, tries, fetches, next_try_at, received_at, signed_at, inboxes)
            values (:id, :activity_iri, :origin, :domain, :actor_iri, :kind, :body, :body_hash,
                :object_iri, 'waiting', 0, 0, :now, :now, :signed_at, :inboxes)
            on conflict (activity_iri) do update
            set id = excluded.id, kind = excluded.kind, body = excluded.body,
                body_hash = excluded.body_hash, object_iri = excluded.object_iri,
                signed_at = excluded.signed_at,
                inboxes = case when length(arrival.inboxes) > :inboxes_max then arrival.inboxes
                          else excluded.inboxes || ' ' || arrival.inboxes end,
                state = 'waiting', tries = 0, fetches = 0, next_try_at = excluded.next_try_at,
                reason = null, settled_at = null
            where arrival.actor_iri = excluded.actor_iri and (
                (arrival.state in ('done', 'dropped') and (
                    (arrival.kind = 'Follow' and excluded.kind = 'Follow'
                     and arrival.settled_at <= :answered_before)
                    or :is_undone = 1
                    or (:inboxes <> '' and replace(' ' || arrival.inboxes || ' ',
                            ' ' || :inboxes || ' ', '') = ' ' || arrival.inboxes || ' ')
                    or (excluded.signed_at > arrival.signed_at and excluded.kind in (:again[]))
                    or (excluded.signed_at >= arrival.signed_at and excluded.signed_at > 0
                        and excluded.body_hash <> arrival.body_hash)))
                or (arrival.state = 'waiting' and excluded.kind = arrival.kind
                    and coalesce(excluded.object_iri, '') = coalesce(arrival.object_iri, '')
                    and excluded.signed_at >= arrival.signed_at and excluded.signed_at > 0
                    and excluded.body_hash <> arrival.body_hash))
            """,
            id=new_id(now),
            activity_iri=arrival.activity_iri,
            origin=arrival.origin,
            domain=domain_of(authority_of(arrival.origin)),
            actor_iri=arrival.actor_iri,
            kind=arrival.kind,
            body=arrival.body,
            body_hash=arrival.body_hash,
            object_iri=arrival.object_iri,
            signed_at=arrival.signed_at,
            inboxes=arrival.inboxes,
            inboxes_max=INBOXES_CHARACTERS_MAX,
            again=TAKEN_AGAIN,
            is_undone=int(is_undone),
            now=now,
            answered_before=now - ANSWERED_AGAIN_S,
        )
    )
    if arrival.inboxes and not is_taken:
        note_inbox(tx, arrival)
    return is_taken


def forget_undoing(tx: Tx, arrival: NewArrival) -> bool:
    """Forget that what a message does was taken back, if it is said anew; whether it is.

    It is said anew where we have dealt with it and it was signed later: Misskey asks under the id
    of a Follow that it took back. What was taken back before it came stays so (T120). Of what is
    remembered for ever its handler decides, which knows when it was taken back (`is_undone`).
    """
    row = tx.one(
        """
        select t.expires_at from tombstone t join arrival a on a.activity_iri = t.iri
        where t.iri = :iri and t.actor_iri = :actor_iri and t.kind = 'undone'
          and a.actor_iri = :actor_iri and a.signed_at < :signed_at
          and a.state in ('done', 'dropped')
        """,
        iri=arrival.activity_iri,
        actor_iri=arrival.actor_iri,
        signed_at=arrival.signed_at,
    )
    if row is not None and row["expires_at"] is not None:
        drop_tombstone(tx, arrival.activity_iri, arrival.actor_iri, "undone")
    return row is not None


def note_inbox(tx: Tx, arrival: NewArrival) -> None:
    """Remember one more personal inbox that a message which still waits has come to."""
    tx.run(
        """
        update arrival
        set inboxes = :inboxes || ' ' || inboxes
        where activity_iri = :iri and actor_iri = :actor_iri and state = 'waiting'
          and length(inboxes) <= :inboxes_max
        """,
        iri=arrival.activity_iri,
        actor_iri=arrival.actor_iri,
        inboxes=arrival.inboxes,
        inboxes_max=INBOXES_CHARACTERS_MAX,
    )


def waiting_arrivals(
    tx: Tx, now: int, held: Collection[str] = (), held_ids: Collection[int] = ()
) -> list[Arrival]:
    """What waits and is due, but of the origins `held` and those `held_ids`, in the order it came.

    At most 12, and 256 KiB of them: it is what one transaction applies.
    """
    rows = tx.all(
        """
        select id, activity_iri, origin, actor_iri, kind, body, tries, fetches, fetched_bytes,
            inboxes, signed_at
        from arrival
        where state = 'waiting' and next_try_at <= :now and origin not in (:held[])
          and id not in (:held_ids[])
        order by id
        limit :limit
        """,
        now=now,
        held=list(held),
        held_ids=list(held_ids),
        limit=BATCH_MAX,
    )
    lengths = accumulate(len(row["body"]) for row in rows)
    fitting = sum(length <= BATCH_CHARACTERS_MAX for length in lengths)
    return [Arrival(**row) for row in rows[: max(1, fitting)]]


def waiting_count(tx: Tx, most: int) -> int:
    """How many wait, counted up to `most`."""
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from arrival where state = 'waiting' limit :most) as several
        """,
        most=most,
    )
    return int(row["total"]) if row else 0


def settle_arrivals(
    tx: Tx, ids: Sequence[int], state: str, now: int, reason: str | None = None
) -> None:
    """Say what became of messages: `done`, `dropped` or `quarantined`; bodies of done ones go."""
    tx.run(
        """
        update arrival
        set state = :state, reason = :reason, settled_at = :now,
            body = case when :state = 'quarantined' then body else '' end,
            object_iri = case when :state = 'quarantined' then object_iri else null end
        where id in (:ids[])
        """,
        ids=ids,
        state=state,
        reason=reason[:REASON_CHARACTERS_MAX] if reason else None,
        now=now,
    )


def drop_bodies_naming(tx: Tx, host: str, iri: str, now: int) -> int:
    """Drop what a host sent, and waits still, in which an address is named; how many there were."""
    return tx.run(
        """
        update arrival
        set state = 'dropped', settled_at = :now, body = '', object_iri = null
        where state = 'waiting' and origin in (:origins[]) and body like :named
        """,
        origins=[f"https://{host}", f"http://{host}"],
        named=f'%"{iri}"%',
        now=now,
    )


def drop_waiting_of(tx: Tx, origins: Sequence[str], reason: str, now: int) -> int:
    """Apply nothing of what waits from those origins; how many there were."""
    return tx.run(
        """
        update arrival
        set state = 'dropped', reason = :reason, settled_at = :now, body = '', object_iri = null
        where state = 'waiting' and origin in (:origins[])
        """,
        origins=origins,
        reason=reason,
        now=now,
    )


def drop_set_aside(tx: Tx, object_iri: str, now: int, *, actor_iri: str = "") -> int:
    """Empty what was set aside about a thing that was deleted, by `actor_iri` alone if one is said;
    how many messages."""
    return tx.run(
        """
        update arrival
        set state = 'dropped', reason = :reason, settled_at = :now, body = '', object_iri = null
        where object_iri = :object_iri and state = 'quarantined'
          and (:actor_iri = '' or actor_iri = :actor_iri)
        """,
        object_iri=object_iri,
        actor_iri=actor_iri,
        reason=DELETED_SINCE,
        now=now,
    )


def put_off_arrival(tx: Tx, arrival: Arrival, reason: str, next_try_at: int) -> None:
    """Try a message again later."""
    tx.run(
        """
        update arrival
        set tries = tries + 1, reason = :reason, next_try_at = :next_try_at
        where id = :id
        """,
        id=arrival.id,
        reason=reason[:REASON_CHARACTERS_MAX],
        next_try_at=next_try_at,
    )


def count_fetches(tx: Tx, arrival: Arrival, fetches: int, fetched_bytes: int) -> None:
    """Remember how many fetches and bytes a message has cost in all (T45)."""
    tx.run(
        """
        update arrival
        set fetches = fetches + :fetches, fetched_bytes = fetched_bytes + :fetched_bytes
        where id = :id
        """,
        id=arrival.id,
        fetches=fetches,
        fetched_bytes=fetched_bytes,
    )


def forget_old_arrivals(tx: Tx, now: int) -> int:
    """Drop settled messages after 90 days, at most 1,000 at once; how many."""
    return tx.run(
        """
        delete from arrival where id in (
            select id from arrival
            where received_at < :before and state in ('done', 'dropped')
            order by received_at limit :limit)
        """,
        before=now - REMEMBERED_S,
        limit=FORGOTTEN_AT_ONCE,
    )


def arrival_counts(tx: Tx) -> dict[str, int]:
    """How many messages wait and how many are set aside, for the operator."""
    row = tx.one("select count(*) as total from arrival where state = 'quarantined'")
    waiting = waiting_count(tx, 1_000_000)
    return {"waiting": waiting, "quarantined": int(row["total"]) if row else 0}
