"""Deleting an account of ours: everybody who knows it is told, and every row and word of it goes.

It is gone for all readers at once. Its words go part by part, so that nobody waits; its keys stay
until nothing that they have to sign waits any more. What is left for ever is a tombstone for the
name and for each post, which say that something is gone and keep a name from being given twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from federation import documents
from node.base.errors import Invalid
from node.base.ids import chance
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import acquainted_inboxes
from node.outbox.deletions import forget_deletions_of, open_deletion
from node.topics.accounts.acting import act_no_more
from node.topics.accounts.store import Account, hashed
from node.topics.accounts.suspension import unsuspend
from node.topics.actors.actions import new_activity_iri, node_iri
from node.topics.actors.store import Actor, actor_by_id, mark_actor_deleted
from node.topics.actors.suspended import suspended_actor
from node.topics.admissions.purge import forget_admissions
from node.topics.communities.succession import check_leaves_none_alone
from node.topics.files.store import let_go_of_files
from node.topics.moderation.purge import forget_actors
from node.topics.neighbours.purge import purge_reactions
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import post_by_id
from node.topics.pseudonyms.rules import told_at
from node.topics.pseudonyms.store import forget_whose, pseudonyms_with, put_ended
from node.topics.publishing.fanout import remove_post

POSTS_AT_ONCE = 100
LEAVING_AT_ONCE = 50


def delete_own_account(tx: Tx, account: Account, now: int, token: str) -> None:
    """Delete one's own account, as `delete_account`.

    Raises:
        NotAllowed: nobody else organises a community of ours that one does under some name; to
            whoever keeps the node, who is not to know of it, that is not said.
    """
    for made in pseudonyms_with(tx, account.id):
        check_leaves_none_alone(tx, made.actor_id)
    delete_account(tx, account, now, token)


def delete_account(tx: Tx, account: Account, now: int, token: str | None = None) -> None:
    """Delete an account, suspended or not: nobody signs in to it or sees anything of it again.

    Whoever has `token` may look for half a year at what each place says of it (F12). Their other
    names are gone at once as well; other nodes hear of each at a time of its own, and nothing that
    is kept says that they went together.

    Raises:
        NotAllowed: nobody else organises a community of ours that they do.

    Source: ActivityPub section 6.4 (Delete); Mastodon documentation, "Delete" of an actor.
    """
    check_leaves_none_alone(tx, account.actor_id)
    actor = actor_by_id(tx, account.actor_id) or unsuspend(tx, account, now)
    names = [made.actor_id for made in pseudonyms_with(tx, account.id)]
    for ended_id in forget_whose(tx, account.id):
        note_departure(tx, ended_id, now)
    for name_id in names:
        name = actor_by_id(tx, name_id) or suspended_actor(tx, name_id)
        if name is not None:
            say_gone(tx, name, now, told=told_at(now, chance()))
    delete_actor_of_ours(tx, actor, now, token)


def delete_actor_of_ours(tx: Tx, actor: Actor, now: int, token: str | None) -> None:
    """Make somebody of ours a tombstone and tell everybody who knows them now; whoever has `token`
    may look at what each place says of it."""
    said = say_gone(tx, actor, now, told=now)
    open_deletion(
        tx,
        said["id"],
        object_iri=actor.iri,
        kind="person",
        actor_id=None,
        also_at=(),
        now=now,
        token_hash=hashed(token) if token else None,
    )


def say_gone(tx: Tx, actor: Actor, now: int, *, told: int) -> Mapping[str, Any]:
    """Make somebody of ours a tombstone, and tell everybody who knows them, then or later; what is
    said."""
    known_to = acquainted_inboxes(tx, actor.id)
    drop_messages(tx, actor.id)
    activity = documents.render_delete(
        new_activity_iri(actor),
        actor.iri,
        actor.iri,
        to=[documents.PUBLIC],
        receipt_to=node_iri(actor),
    )
    said = append_activity(
        tx,
        actor_id=actor.id,
        activity=activity,
        object_iri=actor.iri,
        kind="Delete",
        inboxes=known_to,
        public=True,
        now=told,
    )
    depart(tx, actor.id, now)
    return said


def check_own_name(account: Account, typed: str) -> None:
    """Raise Invalid unless somebody typed the name of their own account."""
    if typed.strip().lstrip("@").partition("@")[0].lower() != account.name:
        raise Invalid(f"Type your own name, {account.name}, to delete this account.")


def depart(tx: Tx, actor_id: int, now: int) -> None:
    """Make somebody of ours a tombstone, without their account; the rest goes part by part."""
    account = tx.one("select id from account where actor_id = :id", id=actor_id)
    if account is not None:
        drop_account(tx, account["id"])
    mark_actor_deleted(tx, actor_id, now)
    let_go_of_files(tx, actor_id)
    put_ended(tx, actor_id, now)
    act_no_more(tx, actor_id)
    note_departure(tx, actor_id, now)


def note_departure(tx: Tx, actor_id: int, now: int) -> None:
    """Have all rows of somebody go who is a tombstone already."""
    tx.run(
        """
        insert into departure (actor_id, left_at) values (:id, :now)
        on conflict (actor_id) do nothing
        """,
        id=actor_id,
        now=now,
    )


def drop_account(tx: Tx, account_id: int) -> None:
    """Drop an account with its sessions, devices, codes, tokens and counted tries."""
    tx.run("delete from session where account_id = :id", id=account_id)
    tx.run("delete from known_device where account_id = :id", id=account_id)
    tx.run("delete from oauth_code where account_id = :id", id=account_id)
    tx.run("delete from oauth_token where account_id = :id", id=account_id)
    tx.run("delete from login_try where account_id = :id", id=account_id)
    tx.run("delete from idempotency where account_id = :id", id=account_id)
    forget_whose(tx, account_id)
    tx.run("delete from consent where account_id = :id", id=account_id)
    tx.run("delete from take_out where account_id = :id", id=account_id)
    tx.run("delete from account where id = :id", id=account_id)


def drop_messages(tx: Tx, actor_id: int) -> None:
    """Drop all that an actor ever said, also what still waits to be delivered."""
    tx.run(
        """
        delete from delivery where entry_id in (
            select id from outbox_entry where actor_id = :id)
        """,
        id=actor_id,
    )
    tx.run("delete from outbox_entry where actor_id = :id", id=actor_id)


def forget_departed(tx: Tx, now: int) -> int:
    """Drop the next part of what is left of those who have gone; of how many rows, 0 at the end."""
    rows = tx.all(
        "select actor_id from departure order by actor_id limit :limit", limit=LEAVING_AT_ONCE
    )
    for row in rows:
        done = drop_posts(tx, row["actor_id"], now) or drop_rows(tx, row["actor_id"])
        if done:
            return done
        if not has_to_sign(tx, row["actor_id"]):
            finish(tx, row["actor_id"])
            return 1
    return 0


def drop_posts(tx: Tx, actor_id: int, now: int) -> int:
    """Turn the next hundred posts of somebody who left into tombstones; how many there were."""
    rows = tx.all(
        """
        select p.id, p.iri from post p
        where p.author_id = :id and (p.deleted_at is null or p.removed_in is not null)
        limit :limit
        """,
        id=actor_id,
        limit=POSTS_AT_ONCE,
    )
    for row in rows:
        hidden = hidden_post(tx, row["iri"])
        post = hidden.post if hidden else post_by_id(tx, row["id"])
        if post is not None:
            remove_post(tx, post, now)
    drop_passed_on(tx, [row["iri"] for row in rows])
    return len(rows)


def drop_passed_on(tx: Tx, post_iris: Sequence[str]) -> None:
    """Drop what communities of ours and others here said of posts: their words stand in it."""
    tx.run(
        """
        delete from delivery where entry_id in (
            select id from outbox_entry where object_iri in (:iris[]))
        """,
        iris=post_iris,
    )
    tx.run("delete from outbox_entry where object_iri in (:iris[])", iris=post_iris)


def drop_rows(tx: Tx, actor_id: int) -> int:
    """Drop what is held of and for somebody who left; how many rows there were."""
    boosted = tx.run(
        """
        delete from home_entry where boost_id in (select id from boost where actor_id = :id)
        """,
        id=actor_id,
    )
    dropped = purge_reactions(tx, [actor_id]) + forget_actors(tx, [actor_id])
    dropped += forget_admissions(tx, [actor_id])
    total = boosted + dropped.total()
    total += tx.run("delete from home_entry where reader_id = :id", id=actor_id)
    total += tx.run("delete from notification where reader_id = :id or from_id = :id", id=actor_id)
    total += tx.run("delete from bookmark where actor_id = :id", id=actor_id)
    total += tx.run("delete from vote where actor_id = :id", id=actor_id)
    total += tx.run("delete from pin where owner_id = :id", id=actor_id)
    total += tx.run("delete from post_recipient where actor_id = :id", id=actor_id)
    total += tx.run(
        "delete from membership where actor_id = :id or community_id = :id", id=actor_id
    )
    total += tx.run("delete from refusal_told where author_id = :id or group_id = :id", id=actor_id)
    total += tx.run("delete from node_agreement where organiser_id = :id", id=actor_id)
    total += tx.run("delete from follow where follower_id = :id or followed_id = :id", id=actor_id)
    total += tx.run("delete from actor_move where actor_id = :id or target_id = :id", id=actor_id)
    total += tx.run("delete from quote_stamp where author_id = :id or asker_id = :id", id=actor_id)
    total += forget_deletions_of(tx, actor_id)
    total += tx.run("delete from community_exit where actor_id = :id", id=actor_id)
    total += tx.run("update held_post set decided_by = null where decided_by = :id", id=actor_id)
    return total + tx.run(
        """
        delete from receipt where object_iri in (select iri from post where author_id = :id)
        """,
        id=actor_id,
    )


def has_to_sign(tx: Tx, actor_id: int) -> bool:
    """Whether something of theirs still waits to be delivered: that they are gone."""
    row = tx.one(
        """
        select 1 as found from outbox_entry e join delivery d on d.entry_id = e.id
        where e.actor_id = :id and d.state = 'waiting' limit 1
        """,
        id=actor_id,
    )
    return row is not None


def finish(tx: Tx, actor_id: int) -> None:
    """Drop the last of somebody who left: what said so, and the keys that signed it."""
    drop_messages(tx, actor_id)
    tx.run(
        "delete from receipt where object_iri = (select iri from actor where id = :id)",
        id=actor_id,
    )
    tx.run("delete from actor_key where actor_id = :id", id=actor_id)
    tx.run("delete from departure where actor_id = :id", id=actor_id)
