"""Who moderates and organises communities, ours and those elsewhere."""

from node.db.tx import Tx
from node.topics.actors.store import Actor


def moderators_known(tx: Tx, group_id: int) -> list[Actor]:
    """Those who look after a community elsewhere, as it says itself, and are known here."""
    rows = tx.all(
        """
        select a.* from group_moderator m join actor a on a.iri = m.actor_iri
        where m.group_id = :group_id and a.deleted_at is null and a.hidden_at is null
        order by a.id limit 50
        """,
        group_id=group_id,
    )
    return [Actor.from_row(row) for row in rows]


def moderator_iris(tx: Tx, community_id: int) -> list[str]:
    """The iris of those who moderate or organise a community, the first to come first."""
    rows = tx.all(
        """
        select a.iri from membership m join actor a on a.id = m.actor_id
        where m.community_id = :community_id and m.role in ('moderator', 'organiser')
          and a.deleted_at is null and a.hidden_at is null
        order by m.since, a.id
        limit 200
        """,
        community_id=community_id,
    )
    return [row["iri"] for row in rows]


def moderated_groups(tx: Tx, actor_id: int) -> list[int]:
    """The communities of ours that somebody moderates or organises, at most 200."""
    rows = tx.all(
        """
        select community_id from membership
        where actor_id = :actor_id and role in ('moderator', 'organiser')
        order by community_id limit 200
        """,
        actor_id=actor_id,
    )
    return [row["community_id"] for row in rows]
