"""Signing in with a password, and out again; too many wrong tries make everybody wait."""

from collections.abc import Sequence

from node.base.clock import Clock
from node.base.errors import TooMany, Unauthorised
from node.base.ids import new_token
from node.db.database import Database
from node.db.tx import Tx
from node.topics.accounts.passwords import verify_password
from node.topics.accounts.store import add_session, drop_session, password_of

COOKIE = "hedgerow_session"
SESSION_S = 90 * 24 * 3_600
TRIES_MAX = 10
TRIES_A_CLIENT_MAX = 50
WINDOW_S = 15 * 60
WRONG = "That name and password do not fit together."
TRIED_TOO_OFTEN = "Too many tries. Wait a quarter of an hour, then try again."


async def sign_in(
    db: Database, clock: Clock, name_or_email: str, password: str, client: str
) -> str:
    """Check a password; the token of a new session of 90 days.

    Raises:
        Unauthorised, TooMany: as `check_password`.
    """
    account_id = await check_password(db, clock, name_or_email, password, client)
    token, now = new_token(), clock.now()
    key = key_of_name(name_or_email)
    await db.write(start_session, token, account_id, new_token(), key, now)
    return token


async def check_password(
    db: Database, clock: Clock, name_or_email: str, password: str, client: str
) -> int:
    """The id of the account that a name or e-mail and a password fit.

    Raises:
        Unauthorised: name and password do not fit together; which is wrong is not said (T64).
        TooMany: there were ten wrong tries for the name, or fifty by the client, in 15 minutes.
    """
    key = key_of_name(name_or_email)
    keys = {key: TRIES_MAX, f"client {client}"[:200]: TRIES_A_CLIENT_MAX}
    await db.write(count_try, keys, clock.now())
    found = await db.read(password_of, key.removeprefix("name "))
    is_right = await verify_password(found[1] if found else None, password)
    if not is_right or found is None:
        raise Unauthorised(WRONG)
    return found[0]


def key_of_name(name_or_email: str) -> str:
    return f"name {name_or_email.strip().lower()[:100]}"


def count_try(tx: Tx, keys: dict[str, int], now: int) -> None:
    """Count a try before its password is looked at, so that many at once count as many.

    Raises:
        TooMany: one of the limits is reached.
    """
    for key, most in keys.items():
        tx.run(
            """
            insert into login_try (key, tries, first_at, until) values (:key, 0, :now, :until)
            on conflict (key) do update set tries = 0, first_at = :now, until = :until
            where login_try.until <= :now
            """,
            key=key,
            now=now,
            until=now + WINDOW_S,
        )
        row = tx.one("select tries, until from login_try where key = :key", key=key)
        if row and row["tries"] >= most:
            raise TooMany(TRIED_TOO_OFTEN, max(1, row["until"] - now))
    tx.run("update login_try set tries = tries + 1 where key in (:keys[])", keys=list(keys))


def start_session(tx: Tx, token: str, account_id: int, csrf: str, key: str, now: int) -> None:
    """Start a session and forgive the name its tries; the client's count for other names too."""
    add_session(tx, token, account_id, csrf, now, now + SESSION_S)
    tx.run("delete from login_try where key = :key", key=key)


def forget_tries(tx: Tx, names: Sequence[str]) -> None:
    """Forgive names or e-mails their wrong tries."""
    tx.run(
        "delete from login_try where key in (:keys[])", keys=[key_of_name(name) for name in names]
    )


def sign_out(tx: Tx, token: str) -> None:
    """End a session; repeating it does nothing."""
    drop_session(tx, token)
