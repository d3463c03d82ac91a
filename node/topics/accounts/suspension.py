"""Suspending somebody of ours, and lifting it: signed out everywhere, and shown to nobody.

Nothing is lost: what they wrote and whom they follow is there again when it is lifted. Other nodes
are told that the account is suspended at home, as Mastodon tells it (`toot:suspended`). Their other
names go with them, and others hear of each at a time of its own, so that nobody puts them together.
"""

from dataclasses import replace

from node.base.errors import Conflict
from node.base.ids import chance
from node.db.tx import Tx
from node.outbox.append import cancel_unsent
from node.outbox.audience import acquainted_inboxes
from node.topics.accounts.acting import act_no_more, put_no_names_until
from node.topics.accounts.devices import forget_devices
from node.topics.accounts.store import Account
from node.topics.actors.actions import tell_followers
from node.topics.actors.store import Actor, actor_by_id
from node.topics.actors.suspended import put_suspended, suspended_actor
from node.topics.pseudonyms.rules import NO_NAMES_S, told_at
from node.topics.pseudonyms.store import has_stopped, pseudonym_of, pseudonyms_with, put_stopped


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
    hide(tx, actor, now, told=now)
    for made in pseudonyms_with(tx, account.id):
        name = actor_by_id(tx, made.actor_id)
        if name is not None:
            hide(tx, name, now, told=told_at(now, chance()))


def hide(tx: Tx, actor: Actor, now: int, *, told: int) -> None:
    """Show somebody to nobody from now on, and say so to those who know them, then or later."""
    known_to = acquainted_inboxes(tx, actor.id)
    tell_followers(tx, replace(actor, suspended_at=now), told, also=known_to)
    put_suspended(tx, actor.id, now)


def show(tx: Tx, actor: Actor, *, told: int) -> Actor:
    """Show somebody again, and say so to those who know them; what was not said yet is not."""
    put_suspended(tx, actor.id, None)
    cancel_unsent(tx, actor.iri)
    known_to = acquainted_inboxes(tx, actor.id)
    lifted = replace(actor, suspended_at=None, hidden_at=None)
    tell_followers(tx, lifted, told, also=known_to)
    return lifted


def stop_name(tx: Tx, actor: Actor, now: int) -> None:
    """Let another name of somebody do nothing, and show nothing of it; its owner makes no other for
    thirty days. Nobody is told whose it is.

    Raises:
        Conflict: it is stopped already.
    """
    made = pseudonym_of(tx, actor.id)
    if made is None or made.stopped_at is not None:
        raise Conflict(f"{actor.name} is suspended already.")
    put_stopped(tx, actor.id, now)
    put_no_names_until(tx, made.account_id, now + NO_NAMES_S)
    act_no_more(tx, actor.id)
    if actor.suspended_at is None:
        hide(tx, actor, now, told=now)


def let_name_go_on(tx: Tx, actor: Actor, now: int) -> None:
    """Let a name that was stopped go on; not while its owner is suspended. They make new ones again
    once none of theirs is stopped any more.

    Raises:
        Conflict: it is not stopped.
    """
    made = pseudonym_of(tx, actor.id)
    if made is None or made.stopped_at is None:
        raise Conflict(f"{actor.name} is not suspended.")
    put_stopped(tx, actor.id, None)
    if not has_stopped(tx, made.account_id):
        put_no_names_until(tx, made.account_id, None)
    owner = tx.one("select disabled_at from account where id = :id", id=made.account_id)
    if owner is not None and owner["disabled_at"] is None:
        show(tx, actor, told=now)


def unsuspend(tx: Tx, account: Account, now: int) -> Actor:
    """Let somebody in again and show what they wrote; they sign in anew.

    Raises:
        Conflict: they are not suspended.
    """
    actor = suspended_actor(tx, account.actor_id)
    if actor is None:
        raise Conflict(f"{account.name} is not suspended.")
    tx.run("update account set disabled_at = null where id = :id", id=account.id)
    for made in pseudonyms_with(tx, account.id):
        name = suspended_actor(tx, made.actor_id)
        if name is not None and made.stopped_at is None:
            show(tx, name, told=told_at(now, chance()))
    return show(tx, actor, told=now)


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
