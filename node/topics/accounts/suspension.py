"""Suspending somebody of ours, and lifting it: signed out everywhere, and shown to nobody.

Nothing is lost: what they wrote and whom they follow is there again when it is lifted. Other nodes
are told that the account is suspended at home, as Mastodon tells it (`toot:suspended`).
"""

from dataclasses import replace

from node.base.errors import Conflict
from node.db.tx import Tx
from node.outbox.audience import acquainted_inboxes
from node.topics.accounts.devices import forget_devices
from node.topics.accounts.store import Account
from node.topics.actors.actions import tell_followers
from node.topics.actors.store import Actor, actor_by_id
from node.topics.actors.suspended import put_suspended, suspended_actor


def suspend(tx: Tx, account: Account, now: int) -> None:
    """Sign somebody out everywhere and show nothing of theirs, until it is lifted.

    Raises:
        Conflict: they are suspended already.
    """
    actor = actor_by_id(tx, account.actor_id)
    if actor is None or account.disabled_at is not None:
        raise Conflict(f"{account.name} is suspended already.")
    tx.run("update account set disabled_at = :now where id = :id", id=account.id, now=now)
    sign_out_everywhere(tx, account.id, now)
    forget_devices(tx, account.id)
    known_to = acquainted_inboxes(tx, actor.id)
    tell_followers(tx, replace(actor, suspended_at=now), now, also=known_to)
    put_suspended(tx, actor.id, now)


def unsuspend(tx: Tx, account: Account, now: int) -> Actor:
    """Let somebody in again and show what they wrote; they sign in anew.

    Raises:
        Conflict: they are not suspended.
    """
    actor = suspended_actor(tx, account.actor_id)
    if actor is None:
        raise Conflict(f"{account.name} is not suspended.")
    tx.run("update account set disabled_at = null where id = :id", id=account.id)
    put_suspended(tx, actor.id, None)
    known_to = acquainted_inboxes(tx, actor.id)
    lifted = replace(actor, suspended_at=None, hidden_at=None)
    tell_followers(tx, lifted, now, also=known_to)
    return lifted


def sign_out_everywhere(tx: Tx, account_id: int, now: int, *, but_session: str = "") -> None:
    """End every session, code and token of an account, but for one session by its hash."""
    tx.run(
        "delete from session where account_id = :id and token_hash <> :kept",
        id=account_id,
        kept=but_session,
    )
    tx.run("delete from oauth_code where account_id = :id", id=account_id)
    tx.run(
        """
        update oauth_token set revoked_at = :now where account_id = :id and revoked_at is null
        """,
        id=account_id,
        now=now,
    )
