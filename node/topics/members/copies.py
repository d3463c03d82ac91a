"""Which other nodes hold what was said behind the door of a community of ours.

When the last member of a node has left, that node is asked to remove what it holds, again and again
until it answers; the answer is its receipt (F12, J3.6).
"""

from dataclasses import dataclass

from federation import documents
from federation.origin import authority_of
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Row, Tx
from node.outbox.append import append_activity, append_again
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, known_actor
from node.topics.communities.announce import followers_of
from node.topics.members.rules import DAY_S, HOUR_S

AT_ONCE = 50
HOLDERS_MAX = 1_000
AGAIN_AFTER_S = (HOUR_S, DAY_S, 3 * DAY_S, *(7 * DAY_S,) * 12)
"""How long is waited for an answer each time, about three months in all; then it is silent."""

ANSWERS = {"removed": "removed", "neverHad": "never"}


@dataclass(frozen=True, slots=True)
class Copy:
    """What a node holds of a community, or held: `state` is `held` while it has a member, then
    `asked`, and at last `removed`, `never` (it had nothing), `refused`, or `silent`."""

    community_id: int
    host: str
    since: int
    state: str
    asked_at: int | None
    answered_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Copy":
        """The copy in a row that has its columns."""
        return cls(**{name: row[name] for name in cls.__slots__})


def copies_of(tx: Tx, community_id: int) -> list[Copy]:
    """The nodes that hold, or held, what was said in a community of ours, by name."""
    rows = tx.all(
        """
        select community_id, host, since, case when state = 'doubted' then 'held' else state end
            as state, asked_at, answered_at
        from community_copy where community_id = :community_id order by host limit :limit
        """,
        community_id=community_id,
        limit=HOLDERS_MAX,
    )
    return [Copy.from_row(row) for row in rows]


def ask_for_purges(tx: Tx, now: int) -> int:
    """Ask nodes whose last member has left to remove what they hold, and once more those that have
    not answered; how many were asked."""
    return ask_first(tx, now) + ask_once_more(tx, now)


def ask_first(tx: Tx, now: int) -> int:
    tx.run(
        """
        update community_copy set state = 'held'
        where state = 'doubted' and exists (
            select 1 from membership m join actor a on a.id = m.actor_id
            where m.community_id = community_copy.community_id and a.host = community_copy.host
              and a.local = 0 and a.deleted_at is null)
        """
    )
    rows = tx.all(
        """
        select community_id, host, inbox from community_copy where state = 'doubted'
        order by community_id, host limit :limit
        """,
        limit=AT_ONCE,
    )
    for row in rows:
        group = actor_by_id(tx, row["community_id"])
        if group is not None:
            ask_to_purge(tx, group, row["host"], row["inbox"], now)
    return len(rows)


def ask_to_purge(tx: Tx, group: Actor, host: str, inbox: str, now: int) -> None:
    """Ask a node to remove all that it holds of a community: a Delete of what the community said.

    What was not yet sent there of it is not sent any more.
    """
    iri, outbox = new_activity_iri(group), group.outbox or f"{group.iri}/outbox"
    tx.run(
        """
        delete from delivery where host = :host and state = 'waiting' and entry_id in (
            select id from outbox_entry where actor_id = :group_id and kind = 'Announce')
        """,
        host=host,
        group_id=group.id,
    )
    append_activity(
        tx,
        actor_id=group.id,
        activity=documents.render_delete(iri, group.iri, outbox, to=[followers_of(group)]),
        object_iri=outbox,
        kind="Delete",
        inboxes=[inbox],
        public=False,
        now=now,
    )
    tx.run(
        """
        update community_copy
        set state = 'asked', purge_iri = :iri, asked_at = :now, asks = 1, ask_again_at = :again_at
        where community_id = :group_id and host = :host
        """,
        group_id=group.id,
        host=host,
        iri=iri,
        now=now,
        again_at=now + AGAIN_AFTER_S[0],
    )


def ask_once_more(tx: Tx, now: int) -> int:
    rows = tx.all(
        """
        select community_id, host, inbox, purge_iri, asks from community_copy
        where state = 'asked' and ask_again_at <= :now
        order by ask_again_at limit :limit
        """,
        now=now,
        limit=AT_ONCE,
    )
    for row in rows:
        is_over = row["asks"] >= len(AGAIN_AFTER_S)
        if not is_over:
            append_again(tx, row["purge_iri"], row["inbox"], now)
        tx.run(
            """
            update community_copy
            set state = :state, asks = asks + 1, ask_again_at = :again_at
            where community_id = :community_id and host = :host
            """,
            community_id=row["community_id"],
            host=row["host"],
            state="silent" if is_over else "asked",
            again_at=None if is_over else now + AGAIN_AFTER_S[row["asks"]],
        )
    return len(rows)


def settle_purge(
    tx: Tx, answer: documents.Accept | documents.Reject, context: ApplyContext
) -> bool:
    """Note what a node answered that was asked to remove what it holds; whether it was about that.

    Only the node that was asked answers for itself, by its own actor.
    """
    if not isinstance(answer.object, str):
        return False
    row = tx.one(
        "select community_id, host from community_copy where purge_iri = :iri", iri=answer.object
    )
    if row is None:
        return False
    who = known_actor(tx, answer.actor)
    if who.kind != "Application" or authority_of(who.iri) != row["host"]:
        return True
    outcome = answer.receipt if isinstance(answer, documents.Accept) else None
    state = "refused" if outcome is None else ANSWERS.get(outcome, "removed")
    tx.run(
        """
        update community_copy set state = :state, answered_at = :now, ask_again_at = null
        where community_id = :community_id and host = :host
        """,
        community_id=row["community_id"],
        host=row["host"],
        state=state,
        now=context.now,
    )
    return True
