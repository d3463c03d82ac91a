"""What nodes tell each other of what was deleted: that it is removed, or was never there (F12).

A Delete of ours says whom to tell (`receiptTo`, the node's own actor). Whoever runs this software
answers with an Accept of the Delete by its own actor, once the thing is gone there; a Reject says
that it will not remove it. Each node speaks for itself alone.
"""

from typing import Literal

from federation import documents
from federation.origin import authority_of, is_same_origin
from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.deletions import State, answered_by
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import instance_actor, known_actor

Presence = Literal["here", "gone", "never"]
SAID: dict[str, State] = {"removed": "removed", "neverHad": "never_had"}
"""What a receipt may say, and how it is kept; whoever says something else has taken the message."""


def presence_of(tx: Tx, iri: str) -> Presence:
    """Whether a post or person of another node is held here, was held, or never was.

    What is only hidden is here: it could be shown again.
    """
    row = tx.one(
        """
        select case when deleted_at is null or removed_in is not null then 1 else 0 end as held
        from post where iri = :iri
        union all
        select case when deleted_at is null then 1 else 0 end from actor where iri = :iri
        """,
        iri=iri,
    )
    if row is None:
        return "never"
    return "here" if row["held"] else "gone"


def answer_delete(tx: Tx, delete: documents.Delete, before: Presence, now: int) -> None:
    """Tell the node of whoever deleted something what became of it here, if it asked to hear that.

    `before` is how it stood before the Delete was applied. Once for each Delete, and only where it
    is gone now: what has to be asked for at its own address first is answered by nobody.
    """
    to = delete.receipt_to
    if to is None or not is_same_origin(to, delete.actor) or not is_same_origin(to, delete.object):
        return
    after = presence_of(tx, delete.object)
    home = inbox_of_home(tx, delete.actor)
    if after == "here" or home is None or was_answered(tx, delete.iri):
        return
    me = instance_actor(tx)
    receipt = "removed" if "here" in (before, after) or after == "gone" else "neverHad"
    append_activity(
        tx,
        actor_id=me.id,
        activity=documents.render_receipt(new_activity_iri(me), me.iri, delete.iri, receipt, to=to),
        object_iri=delete.iri,
        kind="Accept",
        inboxes=[home],
        public=False,
        now=now,
    )


def inbox_of_home(tx: Tx, actor_iri: str) -> str | None:
    """Where the home of somebody is written to, who may be gone; None for whom we never knew."""
    row = tx.one(
        """
        select coalesce(shared_inbox, inbox) as inbox from actor where iri = :iri and local = 0
        """,
        iri=actor_iri,
    )
    return row["inbox"] if row else None


def was_answered(tx: Tx, delete_iri: str) -> bool:
    row = tx.one(
        """
        select 1 as found from outbox_entry where object_iri = :iri and kind = 'Accept' limit 1
        """,
        iri=delete_iri,
    )
    return row is not None


def receive_receipt(tx: Tx, answer: documents.Accept | documents.Reject, now: int) -> bool:
    """Note what a node says became of something that was deleted here; whether it was about that.

    Raises:
        Missing: whoever answers is not stored here yet.
        NotAllowed: it is not said by a node's own actor.
    """
    inner = answer.object
    if not isinstance(inner, str) or not was_deleted(tx, inner):
        return False
    node = known_actor(tx, answer.actor)
    if node.kind != "Application":
        raise NotAllowed("What became of something is said by a node's own actor.")
    state: State = "refused"
    if isinstance(answer, documents.Accept):
        state = SAID.get(answer.receipt or "", "taken")
    return answered_by(tx, inner, authority_of(node.iri), state, now)


def was_deleted(tx: Tx, delete_iri: str) -> bool:
    row = tx.one("select 1 as found from deletion where iri = :iri", iri=delete_iri)
    return row is not None
