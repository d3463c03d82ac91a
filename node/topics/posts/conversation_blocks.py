"""Whoever began a conversation is left in peace in all of it by whom they have blocked."""

from node.db.tx import Tx


def is_kept_out(tx: Tx, root_id: int, actor_id: int) -> bool:
    """Whether whoever began a conversation, deleted since or not, has blocked somebody, under
    whatever name of theirs."""
    row = tx.one(
        """
        select 1 as found from post p join block b on b.blocker_id = p.author_id
        where p.id = :root_id and (b.blocked_id = :actor_id or exists (
            select 1 from same_person s
            where s.actor_id = :actor_id and s.other_id = b.blocked_id))
        """,
        root_id=root_id,
        actor_id=actor_id,
    )
    return row is not None
