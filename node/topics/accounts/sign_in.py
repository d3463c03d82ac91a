"""Signing in with a password, and out again; too many wrong tries make whoever tries wait.

Tries are counted for a name from one network, for one address, and for a name from everywhere. A
device that has signed in to an account before is counted by itself: strangers who guess make
themselves wait, and not the member (T150).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from node.base.clock import Clock
from node.base.errors import TooMany, Unauthorised
from node.base.ids import new_token
from node.db.database import Database
from node.db.tx import Tx
from node.topics.accounts.devices import is_known_device, remember_device
from node.topics.accounts.passwords import verify_password
from node.topics.accounts.store import add_session, drop_session, hashed, password_of

COOKIE = "hedgerow_session"
SESSION_S = 90 * 24 * 3_600
TRIES_MAX = 10
TRIES_A_CLIENT_MAX = 50
TRIES_A_NAME_MAX = 100
WINDOW_S = 15 * 60
WRONG = "That name and password do not fit together."
WRONG_PASSWORD = "That is not your password."  # noqa: S105 - a sentence
TRIED_TOO_OFTEN = "Too many tries. Wait a quarter of an hour, then try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody tries to sign in.

    `client` is their address and `network` what lies around it; `device` is the secret that their
    browser was given when it signed in before, `words` what it calls itself.
    """

    name_or_email: str
    password: str
    client: str
    network: str
    device: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The secrets of a new session and of its forms, and of the device from now on."""

    session: str
    device: str
    csrf: str = field(default_factory=new_token)


@dataclass(frozen=True, slots=True)
class Tried:
    """Whom an attempt is for, the hash of their password, and what it counts to."""

    account_id: int | None
    password_hash: str | None
    limits: Mapping[str, int]


async def sign_in(db: Database, clock: Clock, attempt: Attempt) -> SignedIn:
    """Check a password and begin a session of 90 days.

    Raises:
        Unauthorised: name and password do not fit together; which is wrong is not said (T64).
        TooMany: the limits that `limits_of` names are reached, within 15 minutes.
    """
    tried = await db.write(count_attempt, attempt, clock.now())
    is_right = await verify_password(tried.password_hash, attempt.password)
    if not is_right or tried.account_id is None:
        raise Unauthorised(WRONG)
    fresh = SignedIn(new_token(), new_token())
    return await db.write(start_session, tried, attempt, fresh, clock.now())


async def knows_device(db: Database, name_or_email: str, device: str) -> bool:
    """Whether that browser has signed in to that account before."""
    return await db.read(is_device_of, name_or_email, device)


def is_device_of(tx: Tx, name_or_email: str, device: str) -> bool:
    found = password_of(tx, name_or_email)
    return found is not None and is_known_device(tx, device, found[0])


def count_attempt(tx: Tx, attempt: Attempt, now: int) -> Tried:
    """Count an attempt before its password is looked at, so that many at once count as many.

    Raises:
        TooMany: one of the limits is reached.
    """
    found = password_of(tx, attempt.name_or_email)
    account_id, password_hash = found or (None, None)
    is_known = account_id is not None and is_known_device(tx, attempt.device, account_id)
    limits = limits_of(attempt, account_id, is_known=is_known)
    count_try(tx, limits, account_id, now)
    return Tried(account_id, password_hash, limits)


def limits_of(attempt: Attempt, account_id: int | None, *, is_known: bool) -> dict[str, int]:
    """What an attempt counts to, and how many each may hold in 15 minutes.

    A known device counts by itself alone. All others count for the name from their network, for
    the name from everywhere, so that a guesser with many networks is slowed too, and for the
    address, whatever name it tries.
    """
    name = f"account {account_id}" if account_id else name_key(attempt.name_or_email)
    if is_known:
        return {f"device {hashed(attempt.device)} {name}": TRIES_MAX}
    return {
        f"{name} from {attempt.network}": TRIES_MAX,
        f"{name} from everywhere": TRIES_A_NAME_MAX,
        f"client {attempt.client}": TRIES_A_CLIENT_MAX,
    }


def name_key(name_or_email: str) -> str:
    return f"name {name_or_email.strip().lower()[:100]}"


def count_try(tx: Tx, limits: Mapping[str, int], account_id: int | None, now: int) -> None:
    """Count a try to each key.

    Raises:
        TooMany: one of the limits is reached.
    """
    for key, most in limits.items():
        tx.run(
            """
            insert into login_try (key, tries, first_at, until, account_id)
            values (:key, 0, :now, :until, :account_id)
            on conflict (key) do update set tries = 0, first_at = :now, until = :until
            where login_try.until <= :now
            """,
            key=hashed(key),
            now=now,
            until=now + WINDOW_S,
            account_id=account_id,
        )
        row = tx.one("select tries, until from login_try where key = :key", key=hashed(key))
        if row and row["tries"] >= most:
            raise TooMany(TRIED_TOO_OFTEN, max(1, row["until"] - now))
    tx.run(
        "update login_try set tries = tries + 1 where key in (:keys[])",
        keys=[hashed(key) for key in limits],
    )


def start_session(tx: Tx, tried: Tried, attempt: Attempt, fresh: SignedIn, now: int) -> SignedIn:
    """Start a session, remember the device, and forgive what it had tried before.

    The counts of the address and of the name from everywhere stay: nobody buys tries for other
    names, or for other networks, with a password of their own.
    """
    assert tried.account_id is not None  # noqa: S101 - a password fits an account
    ends_at, words = now + SESSION_S, attempt.words
    add_session(tx, fresh.session, tried.account_id, fresh.csrf, now, ends_at, words)
    device = remember_device(tx, attempt.device, fresh.device, tried.account_id, now)
    first = next(iter(tried.limits))
    tx.run("delete from login_try where key = :key", key=hashed(first))
    return replace(fresh, device=device)


async def check_own_password(db: Database, clock: Clock, account_id: int, password: str) -> None:
    """Raise unless that is the password of whoever is signed in.

    Raises:
        Unauthorised: it is another.
        TooMany: there were ten wrong tries in 15 minutes, apart from those of signing in.
    """
    limits = {f"own {account_id}": TRIES_MAX}
    await db.write(count_try, limits, account_id, clock.now())
    stored = await db.read(password_hash_of, account_id)
    if not await verify_password(stored, password):
        raise Unauthorised(WRONG_PASSWORD)
    await db.write(forget_tries, account_id)


def password_hash_of(tx: Tx, account_id: int) -> str | None:
    row = tx.one("select password_hash from account where id = :id", id=account_id)
    return row["password_hash"] if row else None


def forget_tries(tx: Tx, account_id: int) -> None:
    """Forgive everybody who tried to sign in to that account."""
    tx.run("delete from login_try where account_id = :id", id=account_id)


def sign_out(tx: Tx, token: str) -> None:
    """End a session; repeating it does nothing."""
    drop_session(tx, token)
