"""Leave to take one's things along: for an hour, in the browser that asked for it (T102)."""

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.accounts.store import hashed

LASTS_S = 3_600
FORGOTTEN_AT_ONCE = 500


def give_leave(tx: Tx, account_id: int, session: str, key: str, now: int) -> None:
    """Let whoever has `key` and that session take the things of an account, for an hour."""
    tx.run(
        """
        insert into take_out (token_hash, account_id, session_hash, expires_at)
        values (:token_hash, :account_id, :session_hash, :expires_at)
        """,
        token_hash=hashed(key),
        account_id=account_id,
        session_hash=hashed(session),
        expires_at=now + LASTS_S,
    )


def check_leave(tx: Tx, account_id: int, session: str, key: str, now: int) -> None:
    """Raise NotFound unless that key is good, for that account and session, and not over."""
    row = tx.one(
        """
        select 1 as found from take_out
        where token_hash = :token_hash and account_id = :account_id
          and session_hash = :session_hash and expires_at > :now
        """,
        token_hash=hashed(key),
        account_id=account_id,
        session_hash=hashed(session),
        now=now,
    )
    if row is None:
        raise NotFound


def forget_leaves(tx: Tx, now: int) -> int:
    """Drop leaves that are over, at most 500 at once; how many."""
    return tx.run(
        """
        delete from take_out where token_hash in (
            select token_hash from take_out where expires_at <= :now limit :limit)
        """,
        now=now,
        limit=FORGOTTEN_AT_ONCE,
    )
