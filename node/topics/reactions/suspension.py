"""Suspending somebody of ours, and lifting it, with what they did to the posts of others: that does
not count while they are shown to nobody."""

from node.db.tx import Tx
from node.topics.accounts.store import Account
from node.topics.accounts.suspension import let_name_go_on, stop_name, suspend, unsuspend
from node.topics.actors.store import Actor
from node.topics.communities.succession import check_leaves_none_alone
from node.topics.pseudonyms.store import pseudonyms_with
from node.topics.reactions.store import count_anew, reacted_to_by


def suspend_person(tx: Tx, account: Account, now: int) -> None:
    """Sign somebody out everywhere and show nothing of theirs, until it is lifted.

    Raises:
        Conflict: they are suspended already.
        NotAllowed: nobody else organises a community of ours that they do.
    """
    check_leaves_none_alone(tx, account.actor_id)
    suspend(tx, account, now)
    count_names_anew(tx, account)


def unsuspend_person(tx: Tx, account: Account, now: int) -> None:
    """Let somebody in again, show what they wrote, and count what they did.

    Raises:
        Conflict: they are not suspended.
    """
    unsuspend(tx, account, now)
    count_names_anew(tx, account)


def count_names_anew(tx: Tx, account: Account) -> None:
    names = [made.actor_id for made in pseudonyms_with(tx, account.id)]
    for actor_id in (account.actor_id, *names):
        count_anew(tx, reacted_to_by(tx, actor_id))


def stop_person(tx: Tx, name: Actor, now: int) -> None:
    """Stop another name of somebody, with what it did to the posts of others.

    Raises:
        Conflict: it is stopped already.
        NotAllowed: nobody else organises a community of ours that it does.
    """
    check_leaves_none_alone(tx, name.id)
    stop_name(tx, name, now)
    count_anew(tx, reacted_to_by(tx, name.id))


def let_go_on(tx: Tx, name: Actor, now: int) -> None:
    """Let a name go on that was stopped.

    Raises:
        Conflict: it is not stopped.
    """
    let_name_go_on(tx, name, now)
    count_anew(tx, reacted_to_by(tx, name.id))
