"""Who can sign in here: accounts, their sessions, and the tokens of their apps.

Only the SHA-256 of a session or token is stored; whoever reads the database cannot use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.pseudonyms.store import pseudonym_of

ENDED_AT_ONCE = 1_000
EVERYTHING = frozenset(("read", "write", "follow", "push"))
"""The scopes of somebody who signed in on our own pages."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of this node who can sign in. `role` is member, moderator, organiser or clinic."""

    id: int
    actor_id: int
    name: str
    email: str | None
    role: str
    language: str
    default_visibility: str
    created_at: int
    disabled_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Account":
        """The account in a row that has its columns."""
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of this node who asks: account, actor, and what the session or token lets them do.

    `csrf` is the secret of the session's forms; it is empty for a token. Who goes on under another
    name of theirs is that `actor`, without what their account may do for the node; `own` is who
    they are under their own name, None where they act under that.
    """

    account: Account
    actor: Actor
    scopes: frozenset[str]
    csrf: str = ""
    own: Actor | None = None


def hashed(token: str) -> str:
    """What is stored of a session, token or code."""
    return sha256(token.encode()).hexdigest()


def account_by_name(tx: Tx, name: str) -> Account | None:
    """The account of that name, unless disabled."""
    row = tx.one(
        """
        select id, actor_id, name, email, role, language, default_visibility, created_at,
            disabled_at
        from account where name = :name and disabled_at is null
        """,
        name=name.lower(),
    )
    return Account.from_row(row) if row else None


def any_account_by_name(tx: Tx, name: str) -> Account | None:
    """The account of that name, suspended or not."""
    row = tx.one(
        """
        select id, actor_id, name, email, role, language, default_visibility, created_at,
            disabled_at
        from account where name = :name
        """,
        name=name.lower(),
    )
    return Account.from_row(row) if row else None


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as the keeper sees it: `used_at` is the last day on which it was used, if any."""

    name: str
    role: str
    email: str | None
    created_at: int
    disabled_at: int | None
    used_at: int | None


def listed_accounts(tx: Tx, after: str, most: int) -> list[ListedAccount]:
    """Accounts by name, those whose name comes after one first, at most `most`."""
    rows = tx.all(
        """
        select a.name, a.role, a.email, a.created_at, a.disabled_at,
            (select max(used_at) from (
                select max(s.seen_at) as used_at from session s where s.account_id = a.id
                union all
                select max(t.used_at) from oauth_token t where t.account_id = a.id) as u)
            as used_at
        from account a where a.name > :after order by a.name limit :most
        """,
        after=after,
        most=most,
    )
    return [ListedAccount(**row) for row in rows]


def password_of(tx: Tx, name_or_email: str) -> tuple[int, str | None] | None:
    """The account's id and password hash, by name or e-mail, unless disabled."""
    row = tx.one(
        """
        select id, password_hash from account
        where (name = :wanted or email = :wanted) and disabled_at is null
        """,
        wanted=name_or_email.strip().lower(),
    )
    return (row["id"], row["password_hash"]) if row else None


def insert_account(tx: Tx, account: Account, password_hash: str | None) -> None:
    """Store a new account."""
    tx.run(
        """
        insert into account (id, actor_id, name, email, password_hash, role, language,
            default_visibility, created_at)
        values (:id, :actor_id, :name, :email, :password_hash, :role, :language,
            :default_visibility, :created_at)
        """,
        id=account.id,
        actor_id=account.actor_id,
        name=account.name,
        email=account.email,
        password_hash=password_hash,
        role=account.role,
        language=account.language,
        default_visibility=account.default_visibility,
        created_at=account.created_at,
    )


def add_session(
    tx: Tx, token: str, account_id: int, csrf: str, now: int, ends_at: int, device: str = ""
) -> None:
    """Store a session; `device` is what to call the browser, at most 60 characters."""
    tx.run(
        """
        insert into session (token_hash, id, account_id, csrf, device, created_at, seen_at,
            expires_at)
        values (:token_hash, :id, :account_id, :csrf, :device, :now, :now, :ends_at)
        """,
        token_hash=hashed(token),
        id=new_id(now),
        account_id=account_id,
        csrf=csrf,
        device=device,
        now=now,
        ends_at=ends_at,
    )


def drop_session(tx: Tx, token: str) -> None:
    """End a session; repeating it does nothing."""
    tx.run("delete from session where token_hash = :token_hash", token_hash=hashed(token))


def end_all_sessions(tx: Tx) -> None:
    """Sign everybody out of their browsers; what apps were given is good still, codes are not."""
    tx.run("delete from session")
    tx.run("delete from oauth_code")


def revoke_tokens(tx: Tx, token_hashes: Sequence[str], now: int) -> None:
    """Let tokens be good no more."""
    tx.run(
        "update oauth_token set revoked_at = :now where token_hash in (:token_hashes[])",
        token_hashes=token_hashes,
        now=now,
    )


def person_by_session(tx: Tx, token: str, now: int) -> Person | None:
    """Who is signed in with that session, if it has not ended."""
    row = tx.one(
        """
        select a.id, a.actor_id, a.name, a.email, a.role, a.language, a.default_visibility,
            a.created_at, a.disabled_at, s.csrf, s.acting_id
        from session s join account a on a.id = s.account_id
        where s.token_hash = :token_hash and s.expires_at > :now and a.disabled_at is null
        """,
        token_hash=hashed(token),
        now=now,
    )
    person = person_of(tx, row, EVERYTHING, row["csrf"]) if row else None
    return person_acting(tx, person, row["acting_id"]) if person and row else person


def person_acting(tx: Tx, person: Person, acting_id: int | None) -> Person:
    """Somebody as they go on in a browser: under the name `acting_id`, as long as it is theirs.

    The forms of each name have a secret of their own, so that one that was opened under another
    name says nothing under this one.
    """
    made = pseudonym_of(tx, acting_id) if acting_id is not None else None
    if made is None or made.account_id != person.account.id or made.stopped_at is not None:
        return person
    actor = actor_by_id(tx, made.actor_id)
    if actor is None:
        return person
    account = replace(person.account, role="member")
    return Person(account, actor, person.scopes, f"{person.csrf} {actor.id}", person.actor)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who shows a token: an app for somebody, or (`person` is None) for itself alone."""

    person: Person | None
    scopes: frozenset[str]


def bearer_by_token(tx: Tx, token: str) -> Bearer | None:
    """What a token stands for, unless it was revoked or its account is disabled."""
    row = tx.one(
        """
        select a.id, a.actor_id, a.name, a.email, a.role, a.language, a.default_visibility,
            a.created_at, a.disabled_at, t.scopes, t.account_id
        from oauth_token t left join account a on a.id = t.account_id
        where t.token_hash = :token_hash and t.revoked_at is null and a.disabled_at is null
        """,
        token_hash=hashed(token),
    )
    if row is None:
        return None
    scopes = frozenset(row["scopes"].split())
    if row["account_id"] is None:
        return Bearer(None, scopes)
    person = person_of(tx, row, scopes, "")
    return Bearer(person, scopes) if person else None


def somebody_here(tx: Tx, actor_id: int) -> Actor | None:
    """Who has an account under that name of theirs, unless it is disabled."""
    row = tx.one(
        "select 1 as found from account where actor_id = :id and disabled_at is null", id=actor_id
    )
    return actor_by_id(tx, actor_id) if row else None


def account_of_token(tx: Tx, token: str) -> int | None:
    """The account that a token is for, good or revoked; None if there is none."""
    row = tx.one(
        "select account_id from oauth_token where token_hash = :token_hash",
        token_hash=hashed(token),
    )
    return row["account_id"] if row else None


def person_of(tx: Tx, row: Row, scopes: frozenset[str], csrf: str) -> Person | None:
    actor = actor_by_id(tx, row["actor_id"])
    return Person(Account.from_row(row), actor, scopes, csrf) if actor else None


def put_preferences(tx: Tx, account_id: int, visibility: str, language: str) -> None:
    """Store how somebody's posts start out."""
    tx.run(
        """
        update account set default_visibility = :visibility, language = :language where id = :id
        """,
        id=account_id,
        visibility=visibility,
        language=language,
    )


def forget_ended_sessions(tx: Tx, now: int) -> int:
    """Drop sessions, codes and counts of tries whose time is over; how many there were."""
    dropped = tx.run(
        """
        delete from session where token_hash in (
            select token_hash from session where expires_at < :now limit :limit)
        """,
        now=now,
        limit=ENDED_AT_ONCE,
    )
    dropped += tx.run(
        """
        delete from oauth_code where code_hash in (
            select code_hash from oauth_code where expires_at < :now limit :limit)
        """,
        now=now,
        limit=ENDED_AT_ONCE,
    )
    dropped += tx.run(
        """
        delete from login_try where key in (
            select key from login_try where until < :now limit :limit)
        """,
        now=now,
        limit=ENDED_AT_ONCE,
    )
    return dropped
