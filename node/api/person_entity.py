"""People and communities in a line, as our own API names them inside other things."""

from collections.abc import Iterable

from node.http.responses import Entity
from node.topics.actors.store import Actor


def person_entity(actor: Actor) -> Entity:
    """Somebody, or a community: `id`, `handle`, and what they are called."""
    return {"id": str(actor.id), "handle": actor.handle, "title": actor.title}


def optional_person(actor: Actor | None) -> Entity | None:
    """The same; None where there is nobody any more."""
    return person_entity(actor) if actor is not None else None


def person_entities(actors: Iterable[Actor]) -> list[Entity]:
    """Several of them."""
    return [person_entity(one) for one in actors]
