"""Where actors have moved, as far as both of their addresses say so (FEP-7628)."""

from collections.abc import Iterable

from node.db.tx import Tx
from node.topics.actors.store import Actor, actors_by_iris


def is_alias_of(target: Actor, iri: str) -> bool:
    """Whether somebody says of themselves that they are known at `iri` as well."""
    return iri in target.aliases


def new_homes(tx: Tx, actors: Iterable[Actor]) -> dict[int, Actor]:
    """Who each of the actors is now, by the id of the old one; those who stayed are left out.

    It counts only where the new address names the old one too, as we last read it (T25).
    """
    moved = [actor for actor in actors if actor.moved_to is not None]
    if not moved:
        return {}
    found = actors_by_iris(tx, [actor.moved_to for actor in moved if actor.moved_to])
    homes = {actor.id: found.get(actor.moved_to or "") for actor in moved}
    return {
        actor.id: home
        for actor in moved
        if (home := homes[actor.id]) is not None and is_alias_of(home, actor.iri)
    }


def put_moved_to(tx: Tx, actor: Actor, moved_to: str | None, now: int) -> None:
    """Store where an actor has moved; None takes it back."""
    tx.run(
        """
        update actor set moved_to = :moved_to, version = version + 1, updated_at = :now
        where id = :id
        """,
        id=actor.id,
        moved_to=moved_to,
        now=now,
    )
