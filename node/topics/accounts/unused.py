"""Apps and tokens that nobody uses go by themselves.

A token of somebody's goes 400 days after it was used last, one of an app alone after seven days,
one that was taken back after thirty. An app goes once a day has passed and nothing of it is left:
whoever let it in makes it stay.
"""

from node.db.tx import Tx

DAY_S = 24 * 3_600
UNUSED_S = 400 * DAY_S
OF_AN_APP_S = 7 * DAY_S
REVOKED_S = 30 * DAY_S
UNKNOWN_APP_S = DAY_S
AT_ONCE = 1_000


def forget_unused_tokens(tx: Tx, now: int) -> int:
    """Drop tokens that nobody used for so long, or that were taken back; how many."""
    dropped = tx.run(
        """
        delete from oauth_token where token_hash in (
            select token_hash from oauth_token
            where used_at < :before and created_at < :before limit :limit)
        """,
        before=now - UNUSED_S,
        limit=AT_ONCE,
    )
    dropped += tx.run(
        """
        delete from oauth_token where token_hash in (
            select token_hash from oauth_token
            where account_id is null and used_at < :before and created_at < :before limit :limit)
        """,
        before=now - OF_AN_APP_S,
        limit=AT_ONCE,
    )
    return dropped + tx.run(
        """
        delete from oauth_token where token_hash in (
            select token_hash from oauth_token where revoked_at < :before limit :limit)
        """,
        before=now - REVOKED_S,
        limit=AT_ONCE,
    )


def forget_unused_apps(tx: Tx, now: int) -> int:
    """Drop apps of which no token and no code is left; how many."""
    return tx.run(
        """
        delete from oauth_app where id in (
            select a.id from oauth_app a
            where a.created_at < :before
              and not exists (select 1 from oauth_token t where t.app_id = a.id)
              and not exists (select 1 from oauth_code c where c.app_id = a.id)
            limit :limit)
        """,
        before=now - UNKNOWN_APP_S,
        limit=AT_ONCE,
    )
