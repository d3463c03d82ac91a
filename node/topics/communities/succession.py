"""A community always has somebody who organises it: the last one cannot simply go."""

from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id

NAMED_MAX = 3


def organised_alone(tx: Tx, actor_id: int) -> list[Actor]:
    """The communities that only this person organises, the oldest first; those that are closed down
    do not count, nor do organisers who are suspended or gone. Of one elsewhere as far as we know.
    """
    rows = tx.all(
        """
        select g.* from membership m
            left join community c on c.actor_id = m.community_id
            join actor g on g.id = m.community_id
        where m.actor_id = :actor_id and m.role = 'organiser' and c.closed_at is null
          and g.deleted_at is null
          and not exists (
            select 1 from membership o join actor a on a.id = o.actor_id
            where o.community_id = m.community_id and o.actor_id <> m.actor_id
              and o.role = 'organiser' and a.deleted_at is null and a.hidden_at is null)
        order by g.id
        """,
        actor_id=actor_id,
    )
    return [Actor.from_row(row) for row in rows]


def check_has_successor(tx: Tx, group_id: int, actor_id: int) -> None:
    """Raise NotAllowed for the only one who organises a community of ours, whoever would end that;
    what ends elsewhere its own home has decided."""
    group = actor_by_id(tx, group_id)
    if group is not None and group.local:
        check_may_leave(tx, group, actor_id)


def check_may_leave(tx: Tx, group: Actor, actor_id: int) -> None:
    """Raise NotAllowed for the only one who organises a community, here or elsewhere, and would
    leave it."""
    if any(one.id == group.id for one in organised_alone(tx, actor_id)):
        raise NotAllowed(
            f"Nobody else organises {group.title}. Name another organiser first, or close it down."
        )


def check_leaves_none_alone(tx: Tx, actor_id: int) -> None:
    """Raise NotAllowed for somebody without whom a community of ours would have no organiser."""
    alone = [group for group in organised_alone(tx, actor_id) if group.local]
    if alone:
        names = ", ".join(group.title for group in alone[:NAMED_MAX])
        more = " and others" if len(alone) > NAMED_MAX else ""
        raise NotAllowed(
            f"Nobody else organises {names}{more}. Name another organiser there first, or close "
            "it down."
        )
