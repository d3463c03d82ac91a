"""Whom a query finds among those who are stored here."""

from node.db.tx import Tx
from node.topics.actors.handles import actor_named
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.lookup import known_among
from node.topics.permissions.clinics import CLINIC, PERSON
from node.topics.permissions.kept_out import note_kept_out
from node.topics.posts.found_by import circles_of_finder
from node.topics.search.actor_words import actors_called
from node.topics.search.finder import finder_of

NAME_MAX = 200
"""Nobody is called by what is longer."""


def actors_found(
    tx: Tx, query: str, led_to_id: int | None, reader: Actor, limit: int
) -> list[Actor]:
    """Whom a query leads to, then those whose handle begins with it or who are called so, as far as
    the reader may know of them; an organisation finds no people but by their whole handle."""
    listed = {actor.id: actor for actor in actors_named(tx, query, led_to_id, reader)}
    if not query.startswith(("https://", "http://")):
        circles = circles_of_finder(finder_of(tx, reader.id))
        called = actors_called(tx, query, circles, limit) if len(query) <= NAME_MAX else []
        both = (*find_actors(tx, query.lstrip("@!"), reader, limit), *called)
        for actor in known_among(tx, both, reader):
            if reader.kind != CLINIC or actor.kind != PERSON:
                listed.setdefault(actor.id, actor)
        note_kept_out("search_members", reader.kind, reader.host)
    return list(listed.values())[:limit]


def actors_named(tx: Tx, query: str, led_to_id: int | None, reader: Actor | None) -> list[Actor]:
    """Whom a query leads to, and whom it names with a whole handle."""
    is_handle = "@" in query.lstrip("@!")
    exact = actor_named(tx, query.lstrip("@!"), "") if is_handle else None
    led_to = actor_by_id(tx, led_to_id) if led_to_id is not None else None
    both = {actor.id: actor for actor in (led_to, exact) if actor is not None}
    return known_among(tx, both.values(), reader)


def find_actors(tx: Tx, text: str, reader: Actor, limit: int) -> list[Actor]:
    """Actors whose handle begins with `text`, in the order of their handles.

    Communities that are hidden from the reader take nobody's place, so that no list is shorter for
    what must not be known; whether the others may be, is asked elsewhere (`known_among`).
    """
    rows = tx.all(
        """
        select * from actor
        where handle >= :low and handle < :high and kind <> 'Application'
          and deleted_at is null and hidden_at is null
          and not exists (
              select 1 from community c
              where c.actor_id = actor.id and (c.visibility = 'hidden' or c.closed_at is not null)
                and not exists (select 1 from membership m where m.community_id = c.actor_id
                                and m.actor_id = :reader_id))
        order by handle
        limit :limit
        """,
        low=text.lower(),
        high=text.lower() + "\U0010ffff",
        reader_id=reader.id,
        limit=limit,
    )
    return [actor for row in rows if not (actor := Actor.from_row(row)).is_our_node]
