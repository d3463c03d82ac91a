"""Which post an Idempotency-Key made, for a day: the same key again makes none."""

from node.db.tx import Tx

KEPT_S = 24 * 3_600


def remember_key(tx: Tx, account_id: int, key: str, post_id: int, now: int) -> None:
    """Remember which post an Idempotency-Key made."""
    tx.run(
        """
        insert into idempotency (account_id, key, post_id, created_at)
        values (:account_id, :key, :post_id, :now)
        """,
        account_id=account_id,
        key=key,
        post_id=post_id,
        now=now,
    )


def post_made_with(tx: Tx, account_id: int, key: str) -> int | None:
    """The post that an Idempotency-Key made before."""
    row = tx.one(
        "select post_id from idempotency where account_id = :account_id and key = :key",
        account_id=account_id,
        key=key,
    )
    return int(row["post_id"]) if row else None


def forget_old_keys(tx: Tx, now: int) -> int:
    """Drop the Idempotency-Keys of yesterday and before; how many."""
    return tx.run("delete from idempotency where created_at < :before", before=now - KEPT_S)
