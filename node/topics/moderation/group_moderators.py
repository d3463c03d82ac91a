"""Who looks after communities elsewhere, as these say themselves."""

from collections.abc import Sequence

from node.db.tx import Tx
from node.topics.actors.store import Actor

MODERATORS_MAX = 200
GROUPS_MAX = 200


def put_group_moderator(tx: Tx, group_id: int, actor_iri: str, now: int) -> bool:
    """Note that somebody looks after a community elsewhere; False if that is known, or 200 do."""
    changed = tx.run(
        """
        insert into group_moderator (group_id, actor_iri, since)
        select :group_id, :actor_iri, :now
        from (select count(*) as total from group_moderator where group_id = :group_id) as held
        where held.total < :most
        on conflict do nothing
        """,
        group_id=group_id,
        actor_iri=actor_iri,
        now=now,
        most=MODERATORS_MAX,
    )
    return changed == 1


def drop_group_moderator(tx: Tx, group_id: int, actor_iri: str) -> bool:
    """Note that somebody looks after a community elsewhere no longer."""
    changed = tx.run(
        "delete from group_moderator where group_id = :group_id and actor_iri = :actor_iri",
        group_id=group_id,
        actor_iri=actor_iri,
    )
    return changed == 1


def put_group_moderators(tx: Tx, group_id: int, iris: Sequence[str], now: int) -> None:
    """Keep who looks after a community elsewhere, as its own collection says, in place of before.

    The caller has read the collection at the address that the group's document names.
    """
    tx.run("delete from group_moderator where group_id = :group_id", group_id=group_id)
    for iri in iris[:MODERATORS_MAX]:
        put_group_moderator(tx, group_id, iri, now)


def groups_of_host(tx: Tx, host: str) -> list[Actor]:
    """The communities of another node that are known here, at most 200."""
    rows = tx.all(
        """
        select * from actor
        where host = :host and kind = 'Group' and local = 0 and deleted_at is null
        order by id limit :limit
        """,
        host=host,
        limit=GROUPS_MAX,
    )
    return [Actor.from_row(row) for row in rows]


def group_moderators(tx: Tx, group_id: int) -> list[str]:
    """The iris of those who look after a community elsewhere."""
    rows = tx.all(
        """
        select actor_iri from group_moderator where group_id = :group_id
        order by actor_iri limit :limit
        """,
        group_id=group_id,
        limit=MODERATORS_MAX,
    )
    return [row["actor_iri"] for row in rows]
