"""Under which of their names somebody goes on in a browser; apps act under their own name alone."""

from node.db.tx import Tx
from node.topics.accounts.store import hashed


def act_under(tx: Tx, session: str, account_id: int, actor_id: int | None) -> None:
    """Have a session of that account go on under one of its names, or (None) under its own."""
    tx.run(
        """
        update session set acting_id = :actor_id
        where token_hash = :token_hash and account_id = :account_id
        """,
        token_hash=hashed(session),
        account_id=account_id,
        actor_id=actor_id,
    )


def act_no_more(tx: Tx, actor_id: int) -> None:
    """Have nobody go on under a name: they are back to their own in every browser."""
    tx.run("update session set acting_id = null where acting_id = :id", id=actor_id)


def no_names_until(tx: Tx, account_id: int) -> int | None:
    """Until when somebody makes no other names, because one of theirs was stopped."""
    row = tx.one("select no_names_until from account where id = :id", id=account_id)
    return row["no_names_until"] if row else None


def put_no_names_until(tx: Tx, account_id: int, until: int | None) -> None:
    """Say until when somebody makes no other names."""
    tx.run("update account set no_names_until = :until where id = :id", id=account_id, until=until)
