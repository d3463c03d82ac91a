"""Where somebody is signed in: their browsers and apps, and ending each; and since when unused."""

from dataclasses import dataclass

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.accounts.devices import forget_devices, remember_device
from node.topics.accounts.sign_in import forget_tries
from node.topics.accounts.store import hashed
from node.topics.accounts.suspension import sign_out_everywhere

LISTED_MAX = 100
DAY_S = 24 * 3_600
COMMAND_LINE = 0
"""What stands for the app of tokens that the command line gave."""


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which somebody is signed in; `seen_at` is right to a day."""

    id: int
    words: str
    created_at: int
    seen_at: int
    is_this: bool


@dataclass(frozen=True, slots=True)
class LetIn:
    """An app that somebody let in; `used_at` is right to a day, 0 if it never was."""

    app_id: int
    name: str
    created_at: int
    used_at: int


def devices_of(tx: Tx, account_id: int, token: str, now: int) -> list[Device]:
    """Where an account is signed in, the last used first; `token` is that of this browser."""
    rows = tx.all(
        """
        select id, device as words, created_at, seen_at, token_hash from session
        where account_id = :account_id and expires_at > :now
        order by seen_at desc, id desc limit :limit
        """,
        account_id=account_id,
        now=now,
        limit=LISTED_MAX,
    )
    this = hashed(token)
    return [
        Device(
            row["id"], row["words"], row["created_at"], row["seen_at"], row["token_hash"] == this
        )
        for row in rows
    ]


def apps_let_in(tx: Tx, account_id: int) -> list[LetIn]:
    """The apps that an account let in and did not take out, by name."""
    rows = tx.all(
        """
        select coalesce(t.app_id, 0) as app_id, coalesce(min(a.name), '') as name,
            min(t.created_at) as created_at, max(t.used_at) as used_at
        from oauth_token t left join oauth_app a on a.id = t.app_id
        where t.account_id = :account_id and t.revoked_at is null
        group by t.app_id order by 2, 1 limit :limit
        """,
        account_id=account_id,
        limit=LISTED_MAX,
    )
    return [LetIn(**row) for row in rows]


def end_device(tx: Tx, account_id: int, session_id: int) -> None:
    """Sign somebody out of one browser.

    Raises:
        NotFound: it is not theirs, or signed out already.
    """
    ended = tx.run(
        "delete from session where account_id = :account_id and id = :id",
        account_id=account_id,
        id=session_id,
    )
    if not ended:
        raise NotFound


def end_app(tx: Tx, account_id: int, app_id: int, now: int) -> None:
    """Take back all that an account gave to one app, or (0) to the command line.

    Raises:
        NotFound: it gave nothing to it.
    """
    ended = tx.run(
        """
        update oauth_token set revoked_at = :now
        where account_id = :account_id and coalesce(app_id, 0) = :app_id and revoked_at is null
        """,
        account_id=account_id,
        app_id=app_id,
        now=now,
    )
    tx.run(
        "delete from oauth_code where account_id = :account_id and app_id = :app_id",
        account_id=account_id,
        app_id=app_id,
    )
    if not ended:
        raise NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """Another password for somebody, as they set it themselves.

    `session` is the browser in which they did: it stays signed in under `renewed`, and is known by
    `device` from then on. `ends_apps`: apps are signed out as well.
    """

    password_hash: str
    session: str
    renewed: str
    device: str
    ends_apps: bool


def change_password(tx: Tx, account_id: int, new: NewPassword, now: int) -> None:
    """Set a password and sign every other browser out, and apps if so wished.

    The one that stays goes on under a secret of its own from now on, so that a copy of the old
    cookie opens nothing.
    """
    tx.run(
        "update account set password_hash = :password_hash where id = :id",
        id=account_id,
        password_hash=new.password_hash,
    )
    kept = hashed(new.renewed)
    tx.run(
        "update session set token_hash = :renewed where token_hash = :old and account_id = :id",
        renewed=kept,
        old=hashed(new.session),
        id=account_id,
    )
    if new.ends_apps:
        sign_out_everywhere(tx, account_id, now, but_session=kept)
    else:
        end_other_devices(tx, account_id, kept)
    forget_devices(tx, account_id)
    remember_device(tx, "", new.device, account_id, now)
    forget_tries(tx, account_id)


def end_other_devices(tx: Tx, account_id: int, kept_hash: str) -> None:
    """Sign somebody out of every browser but one."""
    tx.run(
        "delete from session where account_id = :id and token_hash <> :kept",
        id=account_id,
        kept=kept_hash,
    )
    tx.run("delete from oauth_code where account_id = :id", id=account_id)


def note_session_used(tx: Tx, token: str, now: int) -> None:
    """Note that a session was used today."""
    tx.run(
        """
        update session set seen_at = :now
        where token_hash = :token_hash and seen_at <= :before
        """,
        token_hash=hashed(token),
        now=now,
        before=now - DAY_S,
    )


def note_token_used(tx: Tx, token: str, now: int) -> None:
    """Note that a token was used today."""
    tx.run(
        """
        update oauth_token set used_at = :now
        where token_hash = :token_hash and used_at <= :before
        """,
        token_hash=hashed(token),
        now=now,
        before=now - DAY_S,
    )
