"""What stands in a person's home timeline: entries are placed when a thing is published."""

from node.db.tx import Tx

NOBODY = 0


def place_in_homes(
    tx: Tx,
    *,
    item_id: int,
    post_id: int,
    boost_id: int | None,
    from_id: int,
    reply_to_id: int | None = None,
) -> int:
    """Place an item by `from_id` in the homes of their followers here; how many got it.

    A post stands in each home once, however often it is boosted. A reply is placed only where the
    reader also follows the one it answers (`reply_to_id`), or is that person. Whoever has muted
    who wrote it, who passed it on or the community it stands in, or is apart from its author by a
    block, is left out.
    """
    return tx.run(
        """
        insert into home_entry (reader_id, item_id, post_id, boost_id, from_id)
        select f.follower_id, :item_id, :post_id, :boost_id, :from_id
        from follow f join actor a on a.id = f.follower_id
        where f.followed_id = :from_id and f.state = 'accepted'
          and a.local = 1 and a.kind <> 'Group'
          and (:reply_to_id in (0, :from_id, f.follower_id)
               or exists (select 1 from follow also
                          where also.follower_id = f.follower_id
                            and also.followed_id = :reply_to_id and also.state = 'accepted'))
          and not exists (select 1 from post p join mute m on m.muter_id = f.follower_id
                          where p.id = :post_id
                            and m.muted_id in (:from_id, p.author_id, p.community_id))
          and not exists (select 1 from post p join block k on k.blocker_id = f.follower_id
                          where p.id = :post_id and k.blocked_id = p.author_id)
          and not exists (select 1 from post p join block k on k.blocker_id = p.author_id
                          where p.id = :post_id and k.blocked_id = f.follower_id)
        on conflict do nothing
        """,
        item_id=item_id,
        post_id=post_id,
        boost_id=boost_id,
        from_id=from_id,
        reply_to_id=reply_to_id or NOBODY,
    )


def place_in_member_homes(tx: Tx, post_id: int, community_id: int, author_id: int) -> int:
    """Place what was said in a community that not everybody may read in the homes of its members
    here; how many got it. Whoever has muted the community or its author, or is apart from the
    author by a block, is left out.
    """
    return tx.run(
        """
        insert into home_entry (reader_id, item_id, post_id, boost_id, from_id)
        select m.actor_id, :post_id, :post_id, null, :community_id
        from membership m join actor a on a.id = m.actor_id
        where m.community_id = :community_id and a.local = 1 and a.kind <> 'Group'
          and not exists (select 1 from mute x where x.muter_id = m.actor_id
                          and x.muted_id in (:author_id, :community_id))
          and not exists (select 1 from block k where k.blocker_id = m.actor_id
                          and k.blocked_id = :author_id)
          and not exists (select 1 from block k where k.blocker_id = :author_id
                          and k.blocked_id = m.actor_id)
        on conflict do nothing
        """,
        post_id=post_id,
        community_id=community_id,
        author_id=author_id,
    )


def place_in_home(tx: Tx, reader_id: int, *, item_id: int, post_id: int, from_id: int) -> None:
    """Place a post in one person's home."""
    tx.run(
        """
        insert into home_entry (reader_id, item_id, post_id, boost_id, from_id)
        values (:reader_id, :item_id, :post_id, null, :from_id)
        on conflict do nothing
        """,
        reader_id=reader_id,
        item_id=item_id,
        post_id=post_id,
        from_id=from_id,
    )


def clear_home_of(tx: Tx, reader_id: int, from_id: int) -> None:
    """Take everything by `from_id` out of one person's home."""
    tx.run(
        "delete from home_entry where reader_id = :reader_id and from_id = :from_id",
        reader_id=reader_id,
        from_id=from_id,
    )


def clear_home_about(tx: Tx, reader_id: int, actor_id: int) -> None:
    """Take all that somebody wrote or passed on, or that stands in that community, out of one
    person's home."""
    tx.run(
        """
        delete from home_entry
        where reader_id = :reader_id and (from_id = :actor_id or exists (
            select 1 from post p where p.id = home_entry.post_id
              and (p.author_id = :actor_id or p.community_id = :actor_id)))
        """,
        reader_id=reader_id,
        actor_id=actor_id,
    )


def remove_post_from_homes(tx: Tx, post_id: int) -> None:
    """Take a post out of every home."""
    tx.run("delete from home_entry where post_id = :post_id", post_id=post_id)


def remove_boost_from_homes(tx: Tx, boost_id: int) -> None:
    """Take a boost out of every home."""
    tx.run("delete from home_entry where boost_id = :boost_id", boost_id=boost_id)
