"""Removing every trace of a host: people, posts, messages, deliveries; and the proof (T108).

It is done in parts, each a transaction of its own, and may be repeated; what was removed is counted
by table. A policy for the host stays, and so do words of others in which the host is named.
"""

from collections import Counter
from collections.abc import Sequence

from node.db.tx import Tx
from node.topics.actors.handles import drop_handles_at, drop_other_handles
from node.topics.actors.words_due import drop_actor_words
from node.topics.admissions.purge import forget_admissions
from node.topics.moderation.purge import forget_actors, forget_names, forget_posts
from node.topics.neighbours.neighbour_directory import drop_directory
from node.topics.posts.words_due import forget_words
from node.topics.pseudonyms.store import forget_communities
from node.topics.reactions.store import count_anew

AT_ONCE = 200
SCHEMES = ("https://", "http://")
Counts = Counter[str]


def purge_posts(tx: Tx, hosts: Sequence[str]) -> Counts:
    """Remove some of the posts of those hosts, with all that hangs on them; what was removed.

    Whoever has their inbox there counts as living there.
    """
    rows = tx.all(
        """
        select p.id, p.iri from actor a join post p on p.author_id = a.id
        where (a.host in (:hosts[]) or a.inbox_host in (:hosts[])) and a.local = 0 limit :limit
        """,
        hosts=hosts,
        limit=AT_ONCE,
    )
    return drop_posts(tx, [row["id"] for row in rows], [row["iri"] for row in rows])


def drop_posts(tx: Tx, ids: Sequence[int], iris: Sequence[str]) -> Counts:
    """Remove posts as if they had never been here, with all that hangs on them; what was removed.

    `iris` are theirs. What answers them stays, and begins a conversation.
    """
    removed = Counts()
    if not ids:
        return removed
    removed["home_entry"] = tx.run("delete from home_entry where post_id in (:ids[])", ids=ids)
    removed["notification"] = tx.run("delete from notification where post_id in (:ids[])", ids=ids)
    removed["post_recipient"] = tx.run(
        "delete from post_recipient where post_id in (:ids[])", ids=ids
    )
    removed["favourite"] = tx.run("delete from favourite where post_id in (:ids[])", ids=ids)
    removed["boost"] = tx.run("delete from boost where post_id in (:ids[])", ids=ids)
    removed["dislike"] = tx.run("delete from dislike where post_id in (:ids[])", ids=ids)
    removed["pin"] = tx.run("delete from pin where post_id in (:ids[])", ids=ids)
    removed.update(forget_posts(tx, ids))
    removed["bookmark"] = tx.run("delete from bookmark where post_id in (:ids[])", ids=ids)
    removed["vote"] = tx.run("delete from vote where post_id in (:ids[])", ids=ids)
    removed["post_tag"] = tx.run("delete from post_tag where post_id in (:ids[])", ids=ids)
    removed["post_words"] = forget_words(tx, ids)
    removed["unverified_post_delete"] = tx.run(
        "delete from unverified_post_delete where post_id in (:ids[])", ids=ids
    )
    removed["poll_due"] = tx.run("delete from poll_due where post_id in (:ids[])", ids=ids)
    removed["tombstone"] = tx.run("delete from tombstone where iri in (:iris[])", iris=iris)
    tx.run(
        """
        update post set parent_id = null, parent_iri = null, root_id = id, version = version + 1
        where parent_id in (:ids[])
        """,
        ids=ids,
    )
    removed["post"] = tx.run("delete from post where id in (:ids[])", ids=ids)
    return removed


def purge_actors(tx: Tx, hosts: Sequence[str]) -> Counts:
    """Remove some of the actors of those hosts, whose posts are gone; what was removed."""
    rows = tx.all(
        """
        select id from actor
        where (host in (:hosts[]) or inbox_host in (:hosts[])) and local = 0
        order by id limit :limit
        """,
        hosts=hosts,
        limit=AT_ONCE,
    )
    ids = [row["id"] for row in rows]
    removed = Counts()
    if not ids:
        return removed
    removed["home_entry"] = tx.run(
        """
        delete from home_entry
        where boost_id in (select id from boost where actor_id in (:ids[]))
        """,
        ids=ids,
    )
    removed.update(purge_reactions(tx, ids))
    removed["pin"] = tx.run("delete from pin where owner_id in (:ids[])", ids=ids)
    removed.update(forget_actors(tx, ids))
    removed.update(forget_admissions(tx, ids))
    removed["notification"] = tx.run("delete from notification where from_id in (:ids[])", ids=ids)
    removed["post_recipient"] = tx.run(
        "delete from post_recipient where actor_id in (:ids[])", ids=ids
    )
    removed["vote"] = tx.run("delete from vote where actor_id in (:ids[])", ids=ids)
    removed["follower_digest"] = tx.run(
        "delete from follower_digest where actor_id in (:ids[])", ids=ids
    )
    removed["actor_move"] = tx.run(
        "delete from actor_move where actor_id in (:ids[]) or target_id in (:ids[])", ids=ids
    )
    removed["follow"] = tx.run(
        "delete from follow where follower_id in (:ids[]) or followed_id in (:ids[])", ids=ids
    )
    removed["block"] = tx.run(
        "delete from block where blocker_id in (:ids[]) or blocked_id in (:ids[])", ids=ids
    )
    removed["mute"] = tx.run("delete from mute where muted_id in (:ids[])", ids=ids)
    removed["membership"] = tx.run(
        "delete from membership where actor_id in (:ids[]) or community_id in (:ids[])", ids=ids
    )
    removed["refusal_told"] = tx.run(
        "delete from refusal_told where author_id in (:ids[])", ids=ids
    )
    removed["community_exit"] = tx.run(
        "delete from community_exit where group_id in (:ids[])", ids=ids
    )
    removed["purge_order"] = tx.run("delete from purge_order where group_id in (:ids[])", ids=ids)
    forget_communities(tx, ids)
    removed["other_handle"] = drop_other_handles(tx, ids)
    removed["actor_key"] = tx.run("delete from actor_key where actor_id in (:ids[])", ids=ids)
    tx.run(
        """
        update post set community_id = null, version = version + 1
        where community_id in (:ids[])
        """,
        ids=ids,
    )
    removed["actor_words"] = drop_actor_words(tx, ids)
    removed["actor"] = tx.run("delete from actor where id in (:ids[])", ids=ids)
    return removed


def purge_reactions(tx: Tx, ids: Sequence[int]) -> Counts:
    """Take back what those actors favoured and boosted, out of the counts as well."""
    rows = tx.all(
        """
        select post_id from favourite where actor_id in (:ids[])
        union select post_id from boost where actor_id in (:ids[])
        union select post_id from dislike where actor_id in (:ids[])
        """,
        ids=ids,
    )
    removed = Counts()
    removed["favourite"] = tx.run("delete from favourite where actor_id in (:ids[])", ids=ids)
    removed["boost"] = tx.run("delete from boost where actor_id in (:ids[])", ids=ids)
    removed["dislike"] = tx.run("delete from dislike where actor_id in (:ids[])", ids=ids)
    count_anew(tx, [row["post_id"] for row in rows])
    return removed


def purge_traffic(tx: Tx, host: str) -> Counts:
    """Remove every message from, to and about a host; what was removed."""
    at, named = f"%://{host}/%", f"%@{host}%"
    origins = [scheme + host for scheme in SCHEMES]
    removed = Counts()
    removed["arrival"] = tx.run(
        "delete from arrival where origin in (:origins[]) or body like :at or body like :named",
        origins=origins,
        at=at,
        named=named,
    )
    removed["held_arrival"] = tx.run("delete from held_arrival where host = :host", host=host)
    removed["fetch_task"] = tx.run(
        "delete from fetch_task where host = :host or iri like :at", host=host, at=at
    )
    removed["asked_host"] = tx.run("delete from asked_host where host = :host", host=host)
    removed["other_handle"] = drop_handles_at(tx, host)
    removed["introduction"] = tx.run(
        "delete from introduction where host = :host or partner_host = :host", host=host
    )
    removed["tombstone"] = tx.run(
        "delete from tombstone where actor_iri like :at or iri like :at", at=at
    )
    removed.update(forget_names(tx, at))
    removed["delivery"] = tx.run(
        """
        delete from delivery
        where host = :host or entry_id in (
            select id from outbox_entry where body like :at or body like :named)
        """,
        host=host,
        at=at,
        named=named,
    )
    removed["outbox_entry"] = tx.run(
        "delete from outbox_entry where body like :at or body like :named", at=at, named=named
    )
    removed["receipt"] = tx.run(
        "delete from receipt where host = :host or object_iri like :at", host=host, at=at
    )
    removed["neighbour_community"] = drop_directory(tx, host)
    removed["deletion_line"] = tx.run("delete from deletion_line where host = :host", host=host)
    removed["destination"] = tx.run("delete from destination where host = :host", host=host)
    tx.run(
        """
        update post set parent_iri = null, version = version + 1
        where parent_iri like :at and parent_id is null
        """,
        at=at,
    )
    return removed


def words_left(tx: Tx, host: str) -> int:
    """How many posts of other people name that host in their words."""
    row = tx.one(
        """
        select count(*) as total from post
        where content like :at or content like :named or source like :at or source like :named
        """,
        at=f"%://{host}/%",
        named=f"%@{host}%",
    )
    return int(row["total"]) if row else 0
