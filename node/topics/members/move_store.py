"""The moves stored here: who moved where, and whose followers are still to be moved along."""

from dataclasses import dataclass

from node.db.tx import Row, Tx
from node.topics.members.store import Follow

MOVES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Move:
    """One actor's last move; follows up to `after_id` have been seen to."""

    actor_id: int
    target_id: int
    moved_at: int
    after_id: int
    done_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Move":
        """The move in a row that has all columns of the table."""
        return cls(**{name: row[name] for name in cls.__slots__})


def move_of(tx: Tx, actor_id: int) -> Move | None:
    """The last move of an actor."""
    row = tx.one(
        """
        select actor_id, target_id, moved_at, after_id, done_at from actor_move
        where actor_id = :actor_id
        """,
        actor_id=actor_id,
    )
    return Move.from_row(row) if row else None


def put_move(tx: Tx, move: Move) -> None:
    """Store a move, in the place of the one before."""
    tx.run(
        """
        insert into actor_move (actor_id, target_id, moved_at, after_id, done_at)
        values (:actor_id, :target_id, :moved_at, :after_id, :done_at)
        on conflict (actor_id) do update
        set target_id = excluded.target_id, moved_at = excluded.moved_at,
            after_id = excluded.after_id, done_at = excluded.done_at
        """,
        actor_id=move.actor_id,
        target_id=move.target_id,
        moved_at=move.moved_at,
        after_id=move.after_id,
        done_at=move.done_at,
    )


def waiting_moves(tx: Tx) -> list[Move]:
    """The moves whose followers are not all moved along yet; at most 20."""
    rows = tx.all(
        """
        select actor_id, target_id, moved_at, after_id, done_at from actor_move
        where done_at is null
        order by actor_id
        limit :limit
        """,
        limit=MOVES_AT_ONCE,
    )
    return [Move.from_row(row) for row in rows]


def local_followers_after(tx: Tx, followed_id: int, after_id: int, limit: int) -> list[Follow]:
    """The accepted follows of an actor by people of ours, the oldest first, beyond `after_id`."""
    rows = tx.all(
        """
        select f.id, f.follower_id, f.followed_id, f.iri, f.state, f.created_at
        from follow f join actor a on a.id = f.follower_id
        where f.followed_id = :followed_id and f.state = 'accepted' and f.id > :after_id
          and a.local = 1 and a.kind <> 'Group' and a.deleted_at is null
        order by f.id
        limit :limit
        """,
        followed_id=followed_id,
        after_id=after_id,
        limit=limit,
    )
    return [Follow.from_row(row) for row in rows]
