"""Suspending somebody of ours, and lifting it, with what they did to the posts of others: that does
not count while they are shown to nobody."""

from node.db.tx import Tx
from node.topics.accounts.store import Account
from node.topics.accounts.suspension import suspend, unsuspend
from node.topics.communities.succession import check_leaves_none_alone
from node.topics.reactions.store import count_anew, reacted_to_by


def suspend_person(tx: Tx, account: Account, now: int) -> None:
    """Sign somebody out everywhere and show nothing of theirs, until it is lifted.

    Raises:
        Conflict: they are suspended already.
        NotAllowed: nobody else organises a community of ours that they do.
    """
    check_leaves_none_alone(tx, account.actor_id)
    suspend(tx, account, now)
    count_anew(tx, reacted_to_by(tx, account.actor_id))


def unsuspend_person(tx: Tx, account: Account, now: int) -> None:
    """Let somebody in again, show what they wrote, and count what they did.

    Raises:
        Conflict: they are not suspended.
    """
    unsuspend(tx, account, now)
    count_anew(tx, reacted_to_by(tx, account.actor_id))
