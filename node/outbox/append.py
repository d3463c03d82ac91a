"""Appends what one of our actors says, with a delivery to each inbox that it is for."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from federation.origin import authority_of, is_iri
from federation.proofs import may_prove, with_proof
from node.base.ids import new_id
from node.db.tx import Tx
from node.outbox.signing_keys import proof_key
from node.peers.store import circle_around

write_json = msgspec.json.Encoder().encode

PROVED = frozenset(
    """Create Update Delete Announce Like EmojiReact Dislike Undo Lock Add Remove Block""".split()
)
"""What others pass on, and what therefore carries our actor's proof where anybody may read it."""


def append_activity(
    tx: Tx,
    *,
    actor_id: int,
    activity: Mapping[str, Any],
    object_iri: str,
    kind: str,
    inboxes: Iterable[str],
    public: bool,
    now: int,
    proven: bool = True,
    is_passed_on: bool = False,
) -> Mapping[str, Any]:
    """Keep an activity of ours and what must be delivered, in the caller's transaction (T110).

    Gives the activity as it is kept: a public one that others pass on has a proof by its actor
    (FEP-8b32), so that they need not ask us. What is for some only has none: nobody can show to a
    third that it was said; nor has what is not to be `proven`. What is said to the members of a
    community has one where that `is_passed_on` to other nodes, which nobody there may ask about.
    Each inbox gets it once; our own are
    left out, and those of hosts that we have nothing to do with. A Delete takes back what was not
    yet sent of the same object (T121), and goes out nevertheless: something may be on its way.
    """
    if kind == "Delete":
        cancel_unsent(tx, object_iri)
    if proven and (public or is_passed_on) and kind in PROVED and may_prove(activity):
        activity = with_proof(activity, proof_key(tx, actor_id), now)
    entry_id = new_id(now)
    tx.run(
        """
        insert into outbox_entry (id, iri, actor_id, object_iri, kind, body, public, created_at)
        values (:id, :iri, :actor_id, :object_iri, :kind, :body, :public, :now)
        """,
        id=entry_id,
        iri=activity["id"],
        actor_id=actor_id,
        object_iri=object_iri,
        kind=kind,
        body=write_json(activity).decode(),
        public=int(public),
        now=now,
    )
    for inbox in met_among(tx, inboxes, authority_of(activity["actor"])):
        append_delivery(tx, entry_id, inbox, now)
    return activity


def met_among(tx: Tx, inboxes: Iterable[str], ours: str) -> dict[str, str]:
    """Those inboxes that something of our host `ours` is sent to, each with its host: not our own,
    nor those of hosts that we have nothing to do with."""
    hosts = {inbox: authority_of(inbox) for inbox in sorted(set(inboxes)) if is_iri(inbox)}
    circle = circle_around(tx, set(hosts.values()), ours)
    return {inbox: host for inbox, host in hosts.items() if host != ours and circle.may_meet(host)}


def append_delivery(tx: Tx, entry_id: int, inbox: str, now: int) -> None:
    tx.run(
        """
        insert into delivery (id, entry_id, host, inbox, state, tries, next_try_at, created_at)
        values (:id, :entry_id, :host, :inbox, 'waiting', 0, :now, :now)
        on conflict do nothing
        """,
        id=new_id(now),
        entry_id=entry_id,
        host=authority_of(inbox),
        inbox=inbox,
        now=now,
    )


def was_said(tx: Tx, activity_iri: str) -> bool:
    """Whether that is an activity of ours."""
    row = tx.one("select 1 as found from outbox_entry where iri = :iri", iri=activity_iri)
    return row is not None


def append_again(tx: Tx, activity_iri: str, inbox: str, now: int) -> bool:
    """Deliver an activity of ours once more, under its old id; whether there is such a one.

    What still waits to be delivered there is left as it is; what was set aside is tried again.
    """
    entry = tx.one("select id from outbox_entry where iri = :iri", iri=activity_iri)
    if entry is None:
        return False
    append_delivery(tx, entry["id"], inbox, now)
    tx.run(
        """
        update delivery set state = 'waiting', tries = 0, next_try_at = :now, created_at = :now
        where entry_id = :entry_id and inbox = :inbox and state = 'parked'
        """,
        entry_id=entry["id"],
        inbox=inbox,
        now=now,
    )
    return True


def forget_said(tx: Tx, object_iri: str) -> None:
    """Forget what was said of a thing that is deleted, with what still waits to be delivered of it:
    the words that it carries go with it, the ids of what took it back stay.

    Who may have got some of it is asked before (`audience.copy_holders`).
    """
    tx.run(
        """
        delete from delivery where entry_id in (
            select id from outbox_entry
            where object_iri = :object_iri and kind in ('Create', 'Update', 'Announce'))
        """,
        object_iri=object_iri,
    )
    tx.run(
        """
        delete from outbox_entry
        where object_iri = :object_iri and kind in ('Create', 'Update', 'Announce')
        """,
        object_iri=object_iri,
    )


def cancel_unsent(tx: Tx, object_iri: str) -> None:
    tx.run(
        """
        delete from delivery
        where tries = 0 and entry_id in (
            select id from outbox_entry
            where object_iri = :object_iri and kind in ('Create', 'Update', 'Announce'))
        """,
        object_iri=object_iri,
    )
