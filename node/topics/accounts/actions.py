"""Making an account, and giving out and taking back tokens."""

import re

from node.base.errors import Conflict, Invalid
from node.base.ids import new_id, new_token
from node.db.errors import AlreadyThere
from node.db.tx import Tx
from node.topics.accounts.devices import forget_devices
from node.topics.accounts.scopes import WHOLE, are_scopes
from node.topics.accounts.sign_in import forget_tries
from node.topics.accounts.store import Account, hashed, insert_account
from node.topics.accounts.suspension import sign_out_everywhere
from node.topics.actors.actions import Keys, add_local_actor

ROLES = ("member", "moderator", "organiser", "clinic")
EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,188}")


def create_account(
    tx: Tx,
    *,
    origin: str,
    name: str,
    email: str | None,
    password_hash: str | None,
    role: str,
    keys: Keys,
    now: int,
    display_name: str = "",
) -> Account:
    """Make an account with its actor: an organisation for a clinic, a person for everybody else.

    Raises:
        Invalid: the name, e-mail or role is not one it may have.
        Conflict: the name or the e-mail is taken.
    """
    if role not in ROLES:
        raise Invalid(f"A role is one of: {', '.join(ROLES)}.")
    if email is not None and not EMAIL.fullmatch(email):
        raise Invalid("That does not look like an e-mail address.")
    actor = add_local_actor(
        tx,
        origin=origin,
        kind="Organization" if role == "clinic" else "Person",
        name=name,
        display_name=display_name,
        keys=keys,
        now=now,
    )
    made = Account(
        id=new_id(now),
        actor_id=actor.id,
        name=name,
        email=email.lower() if email else None,
        role=role,
        language="en",
        default_visibility="public",
        created_at=now,
        disabled_at=None,
    )
    try:
        insert_account(tx, made, password_hash)
    except AlreadyThere:
        raise Conflict("Somebody here has that name or e-mail already.") from None
    return made


def replace_password(tx: Tx, account: Account, password_hash: str, now: int) -> None:
    """Give an account another password, and end all that the old one had let in.

    Sessions end, apps and scripts are signed out, and the name may be tried anew at once: whoever
    asks for it may have been tried out of, or found in, by somebody else.
    """
    tx.run(
        "update account set password_hash = :password_hash where id = :id",
        password_hash=password_hash,
        id=account.id,
    )
    sign_out_everywhere(tx, account.id, now)
    forget_devices(tx, account.id)
    forget_tries(tx, account.id)


def issue_token(tx: Tx, account_id: int, scopes: str, now: int) -> str:
    """A new bearer token for the client API; it is shown once and stored nowhere.

    Raises:
        Invalid: a scope is not one there is.
    """
    if not are_scopes(scopes):
        raise Invalid(f"Scopes are some of {', '.join(WHOLE)}, or parts such as read:statuses.")
    token = new_token()
    tx.run(
        """
        insert into oauth_token (token_hash, app_id, account_id, code_hash, scopes, created_at)
        values (:token_hash, null, :account_id, null, :scopes, :now)
        """,
        token_hash=hashed(token),
        account_id=account_id,
        scopes=" ".join(scopes.split()),
        now=now,
    )
    return token
