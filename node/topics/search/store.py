"""Whom a query finds among those who are stored here."""

from node.db.tx import Tx
from node.topics.actors.handles import actor_named
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.lookup import known_among


def actors_found(
    tx: Tx, query: str, led_to_id: int | None, reader: Actor | None, limit: int
) -> list[Actor]:
    """Whom a query leads to, then those whose handle begins with it, as far as a reader may know
    of them."""
    listed = {actor.id: actor for actor in actors_named(tx, query, led_to_id, reader)}
    if not query.startswith(("https://", "http://")):
        for actor in known_among(tx, find_actors(tx, query.lstrip("@!"), limit), reader):
            listed.setdefault(actor.id, actor)
    return list(listed.values())[:limit]


def actors_named(tx: Tx, query: str, led_to_id: int | None, reader: Actor | None) -> list[Actor]:
    """Whom a query leads to, and whom it names with a whole handle."""
    is_handle = "@" in query.lstrip("@!")
    exact = actor_named(tx, query.lstrip("@!"), "") if is_handle else None
    led_to = actor_by_id(tx, led_to_id) if led_to_id is not None else None
    both = {actor.id: actor for actor in (led_to, exact) if actor is not None}
    return known_among(tx, both.values(), reader)


def find_actors(tx: Tx, text: str, limit: int) -> list[Actor]:
    """Actors whose handle begins with `text`, in the order of their handles."""
    rows = tx.all(
        """
        select * from actor
        where handle >= :low and handle < :high and kind <> 'Application'
          and deleted_at is null and hidden_at is null
        order by handle
        limit :limit
        """,
        low=text.lower(),
        high=text.lower() + "\U0010ffff",
        limit=limit,
    )
    return [actor for row in rows if not (actor := Actor.from_row(row)).is_our_node]
