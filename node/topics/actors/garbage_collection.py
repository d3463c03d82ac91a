"""Forgetting actors of other nodes whom nothing here refers to, with their keys (T48, T136)."""

from collections.abc import Sequence

from node.db.tx import Tx
from node.topics.actors.handles import drop_other_handles
from node.topics.actors.words_due import drop_actor_words

UNSEEN_S = 30 * 24 * 3_600
CROWDED_UNSEEN_S = 3_600
STRANGERS_MAX = 200_000
LOOKED_AT_ONCE = 200


def forget_strangers(tx: Tx, now: int) -> int:
    """Look at the next 200 actors of other nodes, and forget those that nobody needs; how many
    were looked at.

    Each is looked at once in thirty days. It is forgotten if nothing here refers to it and its
    document was not read for so long; if more than 200,000 actors of other nodes are held, every
    one is due at once, and an hour is long enough.
    """
    is_crowded = has_more_than(tx, STRANGERS_MAX)
    unseen_s = CROWDED_UNSEEN_S if is_crowded else UNSEEN_S
    due = due_actors(tx, now + UNSEEN_S - unseen_s)
    unneeded = unneeded_among(tx, due, now - unseen_s)
    tx.run("delete from actor_key where actor_id in (:ids[])", ids=unneeded)
    drop_other_handles(tx, unneeded)
    drop_actor_words(tx, unneeded)
    tx.run("delete from actor where id in (:ids[])", ids=unneeded)
    tx.run(
        "update actor set look_at = :look_at where id in (:ids[])",
        ids=sorted(set(due) - set(unneeded)),
        look_at=now + UNSEEN_S,
    )
    return len(due)


def has_more_than(tx: Tx, most: int) -> bool:
    """Whether more actors of other nodes are held; it counts no further than that."""
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from actor where local = 0 and look_at >= 0 limit :limit) as several
        """,
        limit=most + 1,
    )
    return bool(row and row["total"] > most)


def due_actors(tx: Tx, before: int) -> list[int]:
    """The actors of other nodes that are to be looked at by then, the longest due first."""
    rows = tx.all(
        """
        select id from actor where local = 0 and look_at <= :before
        order by look_at limit :limit
        """,
        before=before,
        limit=LOOKED_AT_ONCE,
    )
    return [row["id"] for row in rows]


UNNEEDED = """
    select a.id from actor a
    where a.id in (:ids[]) and coalesce(a.deleted_at, a.fetched_at, a.updated_at) < :before
      and not exists (select 1 from peer p where p.host = a.host
                      and (p.policy = 'trusted' or p.frozen_at is not null))
      and (not exists (select 1 from destination d where d.host = a.host
                       and d.last_success_at is not null)
           or exists (select 1 from actor b where b.host = a.host and b.id < a.id
                      and b.deleted_at is null))
      and not exists (select 1 from follow x where x.follower_id = a.id)
      and not exists (select 1 from follow x where x.followed_id = a.id)
      and not exists (select 1 from membership x where x.actor_id = a.id)
      and not exists (select 1 from membership x where x.community_id = a.id)
      and not exists (select 1 from purge_order x where x.group_id = a.id)
      and not exists (select 1 from node_agreement x where x.organiser_id = a.id)
      and not exists (select 1 from community x where x.actor_id = a.id)
      and not exists (select 1 from invitation x where x.community_id = a.id)
      and not exists (select 1 from invitation x where x.inviter_id = a.id)
      and not exists (select 1 from invitation_use x where x.community_id = a.id)
      and not exists (select 1 from invitation_use x where x.actor_id = a.id)
      and not exists (select 1 from join_request x where x.community_id = a.id)
      and not exists (select 1 from join_request x where x.actor_id = a.id)
      and not exists (select 1 from join_request x where x.decided_by = a.id)
      and not exists (select 1 from vouch x where x.community_id = a.id)
      and not exists (select 1 from vouch x where x.actor_id = a.id)
      and not exists (select 1 from vouch x where x.voucher_id = a.id)
      and not exists (select 1 from pledge x where x.community_id = a.id)
      and not exists (select 1 from pledge_agreement x where x.community_id = a.id)
      and not exists (select 1 from pledge_agreement x where x.actor_id = a.id)
      and not exists (select 1 from admission x where x.community_id = a.id)
      and not exists (select 1 from community_exit x where x.actor_id = a.id)
      and not exists (select 1 from community_exit x where x.group_id = a.id)
      and not exists (select 1 from deletion x where x.actor_id = a.id)
      and not exists (select 1 from account x where x.actor_id = a.id)
      and not exists (select 1 from departure x where x.actor_id = a.id)
      and not exists (select 1 from pseudonym x where x.actor_id = a.id)
      and not exists (select 1 from pseudonym x where x.community_id = a.id)
      and not exists (select 1 from same_person x where x.actor_id = a.id)
      and not exists (select 1 from same_person x where x.other_id = a.id)
      and not exists (select 1 from session x where x.acting_id = a.id)
      and not exists (select 1 from post x where x.author_id = a.id)
      and not exists (select 1 from post x where x.community_id = a.id)
      and not exists (select 1 from file x where x.owner_id = a.id)
      and not exists (select 1 from held_post x where x.author_id = a.id)
      and not exists (select 1 from held_post x where x.decided_by = a.id)
      and not exists (select 1 from post_recipient x where x.actor_id = a.id)
      and not exists (select 1 from favourite x where x.actor_id = a.id)
      and not exists (select 1 from dislike x where x.actor_id = a.id)
      and not exists (select 1 from boost x where x.actor_id = a.id)
      and not exists (select 1 from bookmark x where x.actor_id = a.id)
      and not exists (select 1 from vote x where x.actor_id = a.id)
      and not exists (select 1 from pin x where x.owner_id = a.id)
      and not exists (select 1 from home_entry x where x.reader_id = a.id)
      and not exists (select 1 from notification x where x.reader_id = a.id)
      and not exists (select 1 from notification x where x.from_id = a.id)
      and not exists (select 1 from quote_stamp x where x.author_id = a.id)
      and not exists (select 1 from quote_stamp x where x.asker_id = a.id)
      and not exists (select 1 from outbox_entry x where x.actor_id = a.id)
      and not exists (select 1 from moderation_entry x where x.group_id = a.id)
      and not exists (select 1 from moderation_entry x where x.person_id = a.id)
      and not exists (select 1 from ban x where x.group_id = a.id)
      and not exists (select 1 from ban x where x.person_id = a.id)
      and not exists (select 1 from home_ban x where x.person_id = a.id)
      and not exists (select 1 from group_moderator x where x.group_id = a.id)
      and not exists (select 1 from report x where x.reporter_id = a.id)
      and not exists (select 1 from report x where x.about_id = a.id)
      and not exists (select 1 from report x where x.group_id = a.id)
      and not exists (select 1 from desk_case x where x.about_id = a.id)
      and not exists (select 1 from desk_case x where x.group_id = a.id)
      and not exists (select 1 from desk_case x where x.taken_by = a.id)
      and not exists (select 1 from desk_case x where x.settled_by = a.id)
      and not exists (select 1 from desk_note x where x.by_id = a.id)
      and not exists (select 1 from appeal x where x.person_id = a.id)
      and not exists (select 1 from appeal x where x.group_id = a.id)
      and not exists (select 1 from waiting_post x where x.author_id = a.id)
      and not exists (select 1 from waiting_post x where x.group_id = a.id)
      and not exists (select 1 from word_filter x where x.group_id = a.id)
      and not exists (select 1 from block x where x.blocker_id = a.id)
      and not exists (select 1 from block x where x.blocked_id = a.id)
      and not exists (select 1 from mute x where x.muter_id = a.id)
      and not exists (select 1 from mute x where x.muted_id = a.id)
      and not exists (select 1 from unverified_delete x where x.actor_id = a.id)
      and not exists (select 1 from follower_digest x where x.actor_id = a.id)
      and not exists (select 1 from actor_move x where x.actor_id = a.id)
      and not exists (select 1 from actor_move x where x.target_id = a.id)
      and not exists (select 1 from refusal_told x where x.author_id = a.id)
      and not exists (select 1 from refusal_told x where x.group_id = a.id)
"""
"""Besides those of trusted or frozen hosts, of each host that was given something one actor stays:
by its inbox a Delete finds the way there."""


def unneeded_among(tx: Tx, ids: Sequence[int], before: int) -> list[int]:
    """Those of `ids` whose document was not read since, and whom nothing here refers to."""
    return [row["id"] for row in tx.all(UNNEEDED, ids=ids, before=before)]
