"""What actors do: one value a kind of activity, read from JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from federation.documents.actor import ACTOR_KINDS, Actor, read_actor
from federation.documents.post import POST_KINDS, Post, read_post
from federation.documents.shapes import (
    Json,
    instant_of,
    iri_of,
    iris_of,
    kind_of,
    many,
    one,
    text_of,
)
from federation.documents.tombstone import Tombstone
from federation.errors import Malformed

NESTING_MAX = 3
OBJECTS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something an actor did. `to` and `cc` are as written, with Public in its full form."""

    iri: str
    actor: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: str | None = None
    published: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Activity):
    """Published something; where it may not be believed, only its iri is left."""

    object: Post | Tombstone | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Activity):
    """Changed something of theirs."""

    object: Post | Actor | Tombstone | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(Activity):
    """Deleted something; a `summary` is a moderator's reason (FEP-1b12)."""

    object: str
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Activity):
    """Took back what they did."""

    object: "Activity | str"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow(Activity):
    """Asked to follow an actor, or to join a group."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Activity):
    """Said yes to a Follow."""

    object: Follow | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(Activity):
    """Said no to a Follow, or no longer."""

    object: Follow | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(Activity):
    """Boosted a post, or, as a group, passed on an activity (FEP-1b12)."""

    object: "Activity | Post | str | tuple[Activity | Post | str, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Like(Activity):
    """Favoured a post."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmojiReact(Activity):
    """Favoured a post with a little picture (FEP-c0e0)."""

    object: str
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dislike(Activity):
    """Voted against a post."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Add(Activity):
    """Put something into a collection."""

    object: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(Activity):
    """Took something out of a collection."""

    object: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Activity):
    """Shut somebody out, of a group if there is a `target`."""

    object: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock(Activity):
    """Closed a conversation to answers."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Activity):
    """Reported actors and posts."""

    objects: tuple[str, ...]
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Activity):
    """Said that an actor now lives elsewhere."""

    object: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Activity):
    """An activity of a kind we do not know; it is kept as nothing."""

    kind: str
    object: str | None = None


def read_activity(value: Json, depth: int = 0) -> Activity:
    """The activity that a JSON object describes.

    Raises:
        Malformed: it has no id, actor or type, or its object does not fit its type.
    """
    kind, iri = kind_of(value), iri_of(value)
    actor = iri_of(value.get("actor")) if isinstance(value, dict) else None
    if kind is None or iri is None or actor is None:
        raise Malformed("An activity needs an id, a type and an actor.")
    if depth > NESTING_MAX:
        raise Malformed("Activities are nested too deeply.")
    reader = READERS.get(kind, read_other)
    around = {
        "iri": iri,
        "actor": actor,
        "to": iris_of(value.get("to")),
        "cc": iris_of(value.get("cc")),
        "audience": iri_of(value.get("audience")),
        "published": instant_of(value.get("published")),
    }
    return reader(value, around, depth)


Around = dict[str, Json]


def read_create(value: Json, around: Around, depth: int) -> Activity:
    inner = one(value.get("object"))
    kind = kind_of(inner)
    if kind in POST_KINDS:
        return Create(**around, object=read_post(inner, around["actor"]))
    if kind == "Tombstone":
        return Create(**around, object=Tombstone(iri=object_iri(inner)))
    if isinstance(inner, dict) and kind is not None:
        return read_other(value, around, depth)
    return Create(**around, object=object_iri(inner))


def read_update(value: Json, around: Around, depth: int) -> Activity:
    inner = one(value.get("object"))
    kind = kind_of(inner)
    if kind in POST_KINDS:
        return Update(**around, object=read_post(inner, around["actor"]))
    if kind in ACTOR_KINDS:
        return Update(**around, object=read_actor(inner))
    if kind == "Tombstone":
        return Update(**around, object=Tombstone(iri=object_iri(inner)))
    if isinstance(inner, dict) and kind is not None:
        return read_other(value, around, depth)
    return Update(**around, object=object_iri(inner))


def read_delete(value: Json, around: Around, depth: int) -> Activity:
    summary = text_of(value.get("summary"))
    return Delete(**around, object=object_iri(value.get("object")), summary=summary)


def read_undo(value: Json, around: Around, depth: int) -> Activity:
    return Undo(**around, object=activity_or_iri(value.get("object"), around, depth))


def read_follow(value: Json, around: Around, depth: int) -> Activity:
    return Follow(**around, object=object_iri(value.get("object")))


def read_accept(value: Json, around: Around, depth: int) -> Activity:
    return Accept(**around, object=follow_or_iri(value.get("object"), depth))


def read_reject(value: Json, around: Around, depth: int) -> Activity:
    return Reject(**around, object=follow_or_iri(value.get("object"), depth))


def follow_or_iri(value: Json, depth: int) -> Follow | str:
    inner = one(value)
    if kind_of(inner) == "Follow" and iri_of(inner):
        try:
            found = read_activity(inner, depth + 1)
        except Malformed:
            return object_iri(inner)
        if isinstance(found, Follow):
            return found
    return object_iri(inner)


def read_announce(value: Json, around: Around, depth: int) -> Activity:
    inner = [announced(each, around, depth) for each in many(value.get("object"))[:OBJECTS_MAX]]
    if not inner:
        raise Malformed("An Announce needs an object.")
    return Announce(**around, object=inner[0] if len(inner) == 1 else tuple(inner))


def announced(value: Json, around: Around, depth: int) -> Activity | Post | str:
    kind = kind_of(value)
    if kind in POST_KINDS:
        try:
            return read_post(value)
        except Malformed:
            return object_iri(value)
    return activity_or_iri(value, around, depth)


def activity_or_iri(value: Json, around: Around, depth: int) -> Activity | str:
    """An activity inside another; where it names no id or actor, the outer one's actor is meant."""
    inner = one(value)
    if not isinstance(inner, dict) or kind_of(inner) is None or "object" not in inner:
        return object_iri(inner)
    completed = {"id": f"{around['iri']}#object", "actor": around["actor"]} | inner
    return read_activity(completed, depth + 1)


def read_like(value: Json, around: Around, depth: int) -> Activity:
    return Like(**around, object=object_iri(value.get("object")))


def read_emoji_react(value: Json, around: Around, depth: int) -> Activity:
    content = text_of(value.get("content"))
    return EmojiReact(**around, object=object_iri(value.get("object")), content=content)


def read_dislike(value: Json, around: Around, depth: int) -> Activity:
    return Dislike(**around, object=object_iri(value.get("object")))


def read_add(value: Json, around: Around, depth: int) -> Activity:
    target = object_iri(value.get("target"))
    return Add(**around, object=object_iri(value.get("object")), target=target)


def read_remove(value: Json, around: Around, depth: int) -> Activity:
    target = object_iri(value.get("target"))
    return Remove(**around, object=object_iri(value.get("object")), target=target)


def read_block(value: Json, around: Around, depth: int) -> Activity:
    target = iri_of(value.get("target"))
    return Block(**around, object=object_iri(value.get("object")), target=target)


def read_lock(value: Json, around: Around, depth: int) -> Activity:
    return Lock(**around, object=object_iri(value.get("object")))


def read_flag(value: Json, around: Around, depth: int) -> Activity:
    objects = iris_of(value.get("object"))[:OBJECTS_MAX]
    return Flag(**around, objects=objects, content=text_of(value.get("content")))


def read_move(value: Json, around: Around, depth: int) -> Activity:
    target = iri_of(value.get("target"))
    return Move(**around, object=object_iri(value.get("object")), target=target)


def read_other(value: Json, around: Around, depth: int) -> Activity:
    kind = kind_of(value) or ""
    return Other(**around, kind=kind[:100], object=iri_of(value.get("object")))


def object_iri(value: Json) -> str:
    found = iri_of(value)
    if found is None:
        raise Malformed("The activity does not say what it is about.")
    return found


READERS: Mapping[str, Callable[[Json, Around, int], Activity]] = {
    "Create": read_create,
    "Update": read_update,
    "Delete": read_delete,
    "Undo": read_undo,
    "Follow": read_follow,
    "Accept": read_accept,
    "Reject": read_reject,
    "Announce": read_announce,
    "Like": read_like,
    "EmojiReact": read_emoji_react,
    "Dislike": read_dislike,
    "Add": read_add,
    "Remove": read_remove,
    "Block": read_block,
    "Lock": read_lock,
    "Flag": read_flag,
    "Move": read_move,
}
