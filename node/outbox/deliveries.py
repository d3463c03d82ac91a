"""The deliveries that wait, by destination, and what becomes of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from federation.retry import GIVE_UP_S, next_delay_s
from node.db.tx import Tx
from node.outbox.deletions import ask_again, note_parked, note_taken
from node.peers.rules import SILENCE_S, Contact

HOSTS_MAX = 1_000
BATCH_MAX = 50
POISON_TRIES_MAX = 3
DOUBTED_TRIES_MAX = 12
"""How often a host is asked that does not believe whoever signs: for a day."""

DOUBTED = ("status 401", "status 403")
HANGING = ("timeout", "slow")
HANGS_LONGER_TIMES = 2
REASON_CHARACTERS_MAX = 500
INBOXES_CHARACTERS_MAX = 30_000
NOTED_EVERY_S = 60
HEARD_EVERY_S = 3_600
NOT_MET = "we have nothing to do with that host"
"""Why a delivery is parked whose host is blocked, or not in our closed circle."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One activity to one inbox; `reason` is why it was not taken, if it was tried before."""

    id: int
    host: str
    inbox: str
    tries: int
    next_try_at: int
    created_at: int
    actor_id: int
    activity_iri: str
    object_iri: str
    kind: str
    body: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """A host that we send to: how often in a row it failed, and when to try it again."""

    host: str
    failures: int = 0
    retry_at: int = 0
    signature_form: str = "cavage"
    last_success_at: int | None = None
    first_failure_at: int | None = None


def due_hosts(tx: Tx, now: int, but: Collection[str] = ()) -> list[str]:
    """Hosts that something waits for and that may be tried now, at most 1,000.

    It steps from host to host on the index, however many deliveries wait for each.
    """
    rows = tx.all(
        """
        with recursive waiting (host) as (
            select min(host) from delivery where state = 'waiting'
            union all
            select (select min(d.host) from delivery d
                    where d.state = 'waiting' and d.host > waiting.host)
            from waiting where waiting.host is not null
        )
        select w.host from waiting w left join destination d on d.host = w.host
        where w.host is not null and coalesce(d.retry_at, 0) <= :now
          and w.host not in (:but[])
        order by w.host
        limit :limit
        """,
        now=now,
        but=list(but),
        limit=HOSTS_MAX,
    )
    return [row["host"] for row in rows]


def waiting_deliveries(tx: Tx, host: str, after_id: int) -> list[Delivery]:
    """What waits for one host, in the order it was said, beyond `after_id`; at most 50."""
    rows = tx.all(
        """
        select d.id, d.host, d.inbox, d.tries, d.next_try_at, d.created_at, e.actor_id,
            e.iri as activity_iri, e.object_iri, e.kind, e.body, d.reason
        from delivery d join outbox_entry e on e.id = d.entry_id
        where d.host = :host and d.state = 'waiting' and d.id > :after_id
        order by d.id
        limit :limit
        """,
        host=host,
        after_id=after_id,
        limit=BATCH_MAX,
    )
    return [Delivery(**row) for row in rows]


def destination(tx: Tx, host: str) -> Destination:
    """What is known of a host that we send to."""
    row = tx.one(
        """
        select host, failures, retry_at, signature_form, last_success_at,
            last_failure_at as first_failure_at
        from destination where host = :host
        """,
        host=host,
    )
    return Destination(**row) if row else Destination(host)


def settle_delivered(tx: Tx, delivery: Delivery, form: str, now: int) -> None:
    """The destination took it: the delivery is done, and a receipt says who holds a copy."""
    tx.run("delete from delivery where id = :id", id=delivery.id)
    if delivery.kind == "Delete":
        note_taken(tx, delivery.activity_iri, delivery.host, now)
    tx.run(
        """
        insert into receipt (object_iri, host, kind, delivered_at, inboxes)
        values (:object_iri, :host, :kind, :now, :inbox)
        on conflict (object_iri, host, kind) do update
        set delivered_at = excluded.delivered_at,
            inboxes = case when length(receipt.inboxes) > :inboxes_max
                        or replace(' ' || receipt.inboxes || ' ', ' ' || :inbox || ' ', '')
                           <> ' ' || receipt.inboxes || ' '
                      then receipt.inboxes else receipt.inboxes || ' ' || :inbox end
        """,
        object_iri=delivery.object_iri,
        host=delivery.host,
        kind=delivery.kind,
        inbox=delivery.inbox,
        inboxes_max=INBOXES_CHARACTERS_MAX,
        now=now,
    )
    tx.run(
        """
        insert into destination (host, failures, retry_at, signature_form, last_success_at)
        values (:host, 0, 0, :form, :now)
        on conflict (host) do update
        set failures = 0, retry_at = 0, signature_form = excluded.signature_form,
            last_success_at = excluded.last_success_at
        where destination.failures > 0 or destination.signature_form <> excluded.signature_form
           or coalesce(destination.last_success_at, 0) < :stale
        """,
        host=delivery.host,
        form=form,
        now=now,
        stale=now - NOTED_EVERY_S,
    )


def settle_refused(tx: Tx, delivery: Delivery, reason: str, now: int, delay_s: int) -> bool:
    """The destination will not have this one; after three tries it is parked; whether it was.

    What else waits for the host is not held up (T115).
    """
    is_parked = delivery.tries + 1 >= POISON_TRIES_MAX or is_expired(delivery, now)
    put_off(tx, delivery, reason, now + delay_s, "parked" if is_parked else "waiting")
    if is_parked:
        note_parked(tx, delivery.host, now)
    return is_parked


def settle_doubted(tx: Tx, delivery: Delivery, reason: str, now: int, delay_s: int) -> bool:
    """The inbox does not take the word of whoever signs: all that they say to it waits, and is
    parked after twelve tries; whether this one was.

    What others of ours say, and what they say to other inboxes, is not held up (T115): GoToSocial
    answers 403 to whom the owner of an inbox has blocked.
    """
    tx.run(
        """
        update delivery
        set tries = tries + 1, reason = :reason,
            next_try_at = case when next_try_at > :until then next_try_at else :until end,
            state = case when tries + 1 >= :most then 'parked' else 'waiting' end
        where host = :host and state = 'waiting' and inbox = :inbox and entry_id in (
            select id from outbox_entry where actor_id = :actor_id)
        """,
        host=delivery.host,
        inbox=delivery.inbox,
        actor_id=delivery.actor_id,
        reason=reason,
        until=now + delay_s,
        most=DOUBTED_TRIES_MAX,
    )
    is_parked = delivery.tries + 1 >= DOUBTED_TRIES_MAX
    if is_parked:
        note_parked(tx, delivery.host, now)
    return is_parked


def settle_failed(
    tx: Tx,
    delivery: Delivery,
    reason: str,
    now: int,
    *,
    jitter: float,
    retry_after_s: int | None = None,
    development: bool = False,
) -> int:
    """The destination could not be reached, or not now: everything for it waits; seconds till then.

    After 90 days the delivery is parked, to be shown to whoever said it (T112). One on which the
    host has hung three times waits twice as long as its own tries say, so that the next one is
    tried before it (NodeBB hangs on some).
    """
    known = destination(tx, delivery.host)
    silent_s = now - (known.last_success_at or delivery.created_at)
    delay_s = next_delay_s(
        known.failures + 1,
        jitter,
        silent_s=silent_s,
        retry_after_s=retry_after_s,
        development=development,
    )
    tx.run(
        """
        insert into destination (host, failures, retry_at, signature_form, last_failure_at)
        values (:host, 1, :retry_at, 'cavage', :now)
        on conflict (host) do update
        set failures = destination.failures + 1, retry_at = excluded.retry_at,
            last_failure_at = excluded.last_failure_at
        """,
        host=delivery.host,
        retry_at=now + delay_s,
        now=now,
    )
    is_hanging = reason in HANGING and delivery.tries + 1 >= POISON_TRIES_MAX
    own_s = HANGS_LONGER_TIMES * next_delay_s(delivery.tries + 1, jitter, development=development)
    next_try_at = now + own_s if is_hanging else now
    put_off(tx, delivery, reason, next_try_at, "parked" if is_expired(delivery, now) else "waiting")
    return delay_s


def is_expired(delivery: Delivery, now: int) -> bool:
    return now - delivery.created_at > GIVE_UP_S


def put_off(tx: Tx, delivery: Delivery, reason: str, next_try_at: int, state: str) -> None:
    tx.run(
        """
        update delivery
        set tries = tries + 1, reason = :reason, next_try_at = :next_try_at, state = :state
        where id = :id
        """,
        id=delivery.id,
        reason=reason[:REASON_CHARACTERS_MAX],
        next_try_at=next_try_at,
        state=state,
    )


def park_waiting(tx: Tx, hosts: Sequence[str], reason: str) -> int:
    """Send nothing of what waits for those hosts; how many were parked."""
    return tx.run(
        """
        update delivery set state = 'parked', reason = :reason
        where host in (:hosts[]) and state = 'waiting'
        """,
        hosts=hosts,
        reason=reason,
    )


def release_parked(tx: Tx, hosts: Sequence[str], reason: str, now: int) -> int:
    """Send what was parked for that reason after all; how many go."""
    return tx.run(
        """
        update delivery set state = 'waiting', reason = null, next_try_at = :now
        where host in (:hosts[]) and state = 'parked' and reason = :reason
        """,
        hosts=hosts,
        reason=reason,
        now=now,
    )


def waiting_for(tx: Tx, hosts: Sequence[str]) -> int:
    """How many deliveries wait for those hosts."""
    row = tx.one(
        """
        select count(*) as total from delivery where host in (:hosts[]) and state = 'waiting'
        """,
        hosts=hosts,
    )
    return int(row["total"]) if row else 0


def hear_from(tx: Tx, host: str, now: int) -> bool:
    """A host that we send to has spoken: what waits for it goes now; whether that was news.

    It is noted once an hour, and that it came back after thirty days without a word. What the host
    hung on is tried anew then: it may have been the host, and not that message. So is what it did
    not believe: it may have had no way to read our key. What was deleted and it did not take is
    sent once more (F12).
    """
    changed = tx.run(
        """
        update destination
        set failures = 0, retry_at = 0, last_heard_at = :now,
            returned_at = case when last_heard_at < :long_ago then :now else returned_at end
        where host = :host and (failures > 0 or coalesce(last_heard_at, 0) < :lately)
        """,
        host=host,
        now=now,
        lately=now - HEARD_EVERY_S,
        long_ago=now - SILENCE_S,
    )
    if changed:
        ask_again(tx, host, now)
        tx.run(
            """
            update delivery set next_try_at = :now
            where host = :host and state = 'waiting' and next_try_at > :now
              and reason in (:hanging[])
            """,
            host=host,
            hanging=[*HANGING, *DOUBTED],
            now=now,
        )
    return changed > 0


def contact_with(tx: Tx, host: str) -> Contact | None:
    """When a host that we send to was heard; None for one that we do not send to."""
    row = tx.one("select last_heard_at, returned_at from destination where host = :host", host=host)
    return Contact(row["last_heard_at"], row["returned_at"]) if row else None


def delivery_counts(tx: Tx) -> dict[str, int]:
    """How many deliveries wait and how many are parked, for the operator."""
    rows = tx.all("select state, count(*) as total from delivery group by state limit 10")
    return {"waiting": 0, "parked": 0} | {row["state"]: row["total"] for row in rows}
