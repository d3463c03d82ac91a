"""What is sent when somebody of ours is suspended, let in again, or leaves."""

from node.db.tx import Tx
from node.topics.accounts.actions import create_account
from node.topics.accounts.store import Account
from node.topics.accounts.suspension import suspend
from node.topics.actors.store import Actor, actor_by_id
from node.topics.members.actions import take_follow
from node.topics.portability.deletion import delete_account
from tests.neighbours import NOW, ORIGIN
from tests.sent import KEYS, LATER, Json, Maker, said, world


def bob_with_a_follower(tx: Tx) -> Account:
    here = world(tx)
    account = create_account(
        tx,
        origin=ORIGIN,
        name="bob",
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    bob = actor_by_id(tx, account.actor_id)
    assert bob is not None
    take_follow(tx, here.rose, bob, f"{here.rose.iri}/follows/3", NOW)
    return account


def last_of(tx: Tx, account: Account) -> Json:
    """The newest activity of somebody, also of one who is hidden or gone."""
    row = tx.one("select * from actor where id = :id", id=account.actor_id)
    assert row is not None
    return said(tx, Actor.from_row(row))


def update_suspended(tx: Tx) -> Json:
    account = bob_with_a_follower(tx)
    suspend(tx, account, LATER)
    return last_of(tx, account)


def delete_person(tx: Tx) -> Json:
    account = bob_with_a_follower(tx)
    delete_account(tx, account, LATER)
    return last_of(tx, account)


ACCOUNTS: dict[str, Maker] = {
    "mastodon/update_suspended": update_suspended,
    "mastodon/delete_person": delete_person,
}
