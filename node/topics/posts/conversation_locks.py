"""Conversations that are closed: they take no more answers."""

from node.db.tx import Tx


def lock_post(tx: Tx, post_id: int, now: int) -> bool:
    """Close the conversation under a post; False if it was closed."""
    changed = tx.run(
        """
        update post set locked_at = :now, version = version + 1
        where id = :id and locked_at is null
        """,
        id=post_id,
        now=now,
    )
    return changed == 1


def unlock_post(tx: Tx, post_id: int) -> bool:
    """Open the conversation under a post again; False if it was open."""
    changed = tx.run(
        """
        update post set locked_at = null, version = version + 1
        where id = :id and locked_at is not null
        """,
        id=post_id,
    )
    return changed == 1


def is_closed(tx: Tx, post_id: int) -> bool:
    """Whether a post takes no answers: it, or something that it answers, is locked."""
    row = tx.one(
        """
        with recursive above (id, parent_id, locked_at) as (
            select id, parent_id, locked_at from post where id = :id
            union
            select p.id, p.parent_id, p.locked_at from post p join above a on p.id = a.parent_id
        )
        select 1 as closed from above where locked_at is not null limit 1
        """,
        id=post_id,
    )
    return row is not None
