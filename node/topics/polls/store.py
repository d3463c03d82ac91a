"""Who chose what in a poll. A voter is shown their own choices; nobody is shown another's."""

from node.db.tx import Tx
from node.topics.posts.parts import Poll
from node.topics.posts.store import write_json
from node.topics.posts.views import VOTES_READ_MAX


def add_vote(tx: Tx, post_id: int, actor_id: int, choice: int, now: int) -> bool:
    """Keep that somebody chose something; False where it was known (T119)."""
    changed = tx.run(
        """
        insert into vote (post_id, actor_id, choice, created_at)
        values (:post_id, :actor_id, :choice, :now)
        on conflict do nothing
        """,
        post_id=post_id,
        actor_id=actor_id,
        choice=choice,
        now=now,
    )
    return changed == 1


def has_voted_as_another(tx: Tx, post_id: int, actor_id: int) -> bool:
    """Whether somebody has voted in a poll under another name of theirs."""
    row = tx.one(
        """
        select 1 as found from same_person s join vote v on v.actor_id = s.other_id
        where s.actor_id = :actor_id and v.post_id = :post_id limit 1
        """,
        actor_id=actor_id,
        post_id=post_id,
    )
    return row is not None


def put_poll(tx: Tx, post_id: int, poll: Poll) -> None:
    """Put what a poll stands at in place of what it stood at."""
    tx.run(
        "update post set poll = :poll, version = version + 1 where id = :id",
        id=post_id,
        poll=write_json(poll).decode(),
    )


def drop_votes(tx: Tx, post_id: int) -> None:
    """Forget who voted in a poll that is deleted, and what was to happen to it."""
    tx.run("delete from vote where post_id = :post_id", post_id=post_id)
    tx.run("delete from poll_due where post_id = :post_id", post_id=post_id)


def put_due(tx: Tx, post_id: int, kind: str, due_at: int) -> None:
    """Say when a poll's `results` go out, or when it `end`s; what was said first holds."""
    tx.run(
        """
        insert into poll_due (post_id, kind, due_at) values (:post_id, :kind, :due_at)
        on conflict do nothing
        """,
        post_id=post_id,
        kind=kind,
        due_at=due_at,
    )


def due_polls(tx: Tx, kind: str, now: int, most: int) -> list[int]:
    """The posts whose polls are due, the longest due first."""
    rows = tx.all(
        """
        select post_id from poll_due
        where kind = :kind and due_at <= :now
        order by due_at
        limit :most
        """,
        kind=kind,
        now=now,
        most=most,
    )
    return [row["post_id"] for row in rows]


def settle_due(tx: Tx, post_id: int, kind: str) -> None:
    """What was due was done."""
    tx.run(
        "delete from poll_due where post_id = :post_id and kind = :kind",
        post_id=post_id,
        kind=kind,
    )


def voters_of(tx: Tx, post_id: int) -> list[int]:
    """Everybody who voted in a poll, as far as it is known here; at most 5,000."""
    rows = tx.all(
        """
        select distinct actor_id from vote where post_id = :post_id
        order by actor_id limit :most
        """,
        post_id=post_id,
        most=VOTES_READ_MAX,
    )
    return [row["actor_id"] for row in rows]
