"""Whom a post names or is addressed to."""

from collections.abc import Sequence

from node.db.tx import Tx


def put_recipients(tx: Tx, post_id: int, readers: Sequence[tuple[int, bool]]) -> None:
    """Say whom a post names or is addressed to."""
    for actor_id, mentioned in readers:
        tx.run(
            """
            insert into post_recipient (post_id, actor_id, mentioned)
            values (:post_id, :actor_id, :mentioned)
            on conflict do nothing
            """,
            post_id=post_id,
            actor_id=actor_id,
            mentioned=int(mentioned),
        )


def replace_recipients(tx: Tx, post_id: int, readers: Sequence[tuple[int, bool]]) -> None:
    """Say anew whom a post names, after an edit."""
    tx.run("delete from post_recipient where post_id = :post_id", post_id=post_id)
    put_recipients(tx, post_id, readers)


def recipients_of(tx: Tx, post_id: int) -> list[tuple[int, bool]]:
    """Whom a post names or is addressed to: (actor id, mentioned)."""
    rows = tx.all(
        """
        select actor_id, mentioned from post_recipient where post_id = :post_id
        order by actor_id limit 200
        """,
        post_id=post_id,
    )
    return [(row["actor_id"], bool(row["mentioned"])) for row in rows]


def is_named(tx: Tx, post_id: int, actor_id: int) -> bool:
    """Whether a post names somebody, or is addressed to them."""
    row = tx.one(
        "select 1 as found from post_recipient where post_id = :post_id and actor_id = :actor_id",
        post_id=post_id,
        actor_id=actor_id,
    )
    return row is not None
