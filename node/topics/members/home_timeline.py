"""What stands in a person's home timeline: entries are placed when a thing is published."""

from node.db.tx import Tx

NOBODY = 0
OVERTAKEN_MAX = 40
CLOCKS_APART_S = 300


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
    block, is left out, under all their names.
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
          and not exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                              join post p on m.muted_id in (:from_id, p.author_id, p.community_id)
                          where s.actor_id = f.follower_id and p.id = :post_id)
          and not exists (select 1 from same_person s join post p on p.id = :post_id
                              join block k on k.blocker_id = s.other_id
                                  and k.blocked_id = p.author_id
                          where s.actor_id = f.follower_id)
          and not exists (select 1 from same_person s join post p on p.id = :post_id
                              join block k on k.blocker_id = p.author_id
                                  and k.blocked_id = s.other_id
                          where s.actor_id = f.follower_id)
        on conflict do nothing
        """,
        item_id=item_id,
        post_id=post_id,
        boost_id=boost_id,
        from_id=from_id,
        reply_to_id=reply_to_id or NOBODY,
    )


def place_what_overtook(tx: Tx, followed_id: int, asked_id: int, asked_at: int) -> None:
    """Place in the homes of their followers what somebody published or passed on since one of ours
    asked to follow them, with a follow of that id: it came before their yes."""
    rows = tx.all(
        """
        select p.id, p.id as post_id, null as boost_id, above.author_id as reply_to_id
        from post p left join post above on above.id = p.parent_id
        where p.author_id = :followed_id and p.id > :asked_id and p.published_at >= :asked_at
          and p.visibility in ('public', 'unlisted', 'followers') and p.deleted_at is null
          and (p.parent_iri is null or p.parent_id is not null)
        union all
        select b.id, b.post_id, b.id, null from boost b
        where b.actor_id = :followed_id and b.id > :asked_id
        order by 1 desc
        limit :limit
        """,
        followed_id=followed_id,
        asked_id=asked_id,
        asked_at=asked_at - CLOCKS_APART_S,
        limit=OVERTAKEN_MAX,
    )
    for row in rows:
        place_in_homes(
            tx,
            item_id=row["id"],
            post_id=row["post_id"],
            boost_id=row["boost_id"],
            from_id=followed_id,
            reply_to_id=row["reply_to_id"],
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
          and not exists (select 1 from same_person s join mute x on x.muter_id = s.other_id
                          where s.actor_id = m.actor_id
                            and x.muted_id in (:author_id, :community_id))
          and not exists (select 1 from same_person s join block k
                              on k.blocker_id = s.other_id and k.blocked_id = :author_id
                          where s.actor_id = m.actor_id)
          and not exists (select 1 from same_person s join block k
                              on k.blocker_id = :author_id and k.blocked_id = s.other_id
                          where s.actor_id = m.actor_id)
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
