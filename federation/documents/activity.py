"""What actors do, read from JSON: one reader a kind of activity."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from federation.documents.actor import ACTOR_KINDS, read_actor
from federation.documents.collection import COLLECTION_KINDS
from federation.documents.introduction import is_introduction, read_introduction
from federation.documents.kinds import (
    Accept,
    Activity,
    Add,
    Affiliation,
    Announce,
    Block,
    Create,
    Delete,
    Dislike,
    EmojiReact,
    Flag,
    Follow,
    Invite,
    Join,
    Leave,
    Like,
    Lock,
    Move,
    Offer,
    Other,
    QuoteRequest,
    Reject,
    Remove,
    Undo,
    Update,
)
from federation.documents.post import POST_KINDS, Post, read_post
from federation.documents.shapes import (
    Json,
    first_in,
    instant_of,
    iri_of,
    iris_of,
    kind_of,
    many,
    one,
    text_of,
    without_nothing,
)
from federation.documents.tombstone import Tombstone
from federation.errors import Malformed

NESTING_MAX = 3
OBJECTS_MAX = 100
ROLE_CHARACTERS_MAX = 100


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
    inner, *others = many(value.get("object"))[:OBJECTS_MAX] or [None]
    kind = kind_of(inner)
    if kind in POST_KINDS:
        also = (post_in(each, around) for each in others if kind_of(each) in POST_KINDS)
        return Create(**around, object=post_in(inner, around), also=tuple(also))
    if kind == "Tombstone":
        return Create(**around, object=Tombstone(iri=object_iri(inner)))
    if isinstance(inner, dict) and kind is not None:
        return read_other(value, around, depth)
    return Create(**around, object=object_iri(inner))


def post_in(value: Json, around: Around) -> Post:
    """The post in a Create or Update; what it does not say of whom it is for, they say."""
    post = read_post(value, around["actor"])
    audience = post.audience or around["audience"]
    if post.to or post.cc:
        return replace(post, audience=audience)
    return replace(post, to=around["to"], cc=around["cc"], audience=audience)


def read_update(value: Json, around: Around, depth: int) -> Activity:
    inner = one(value.get("object"))
    kind = kind_of(inner)
    if kind in POST_KINDS:
        return Update(**around, object=post_in(inner, around))
    if kind in ACTOR_KINDS:
        return Update(**around, object=read_actor(inner))
    if kind == "Tombstone":
        return Update(**around, object=Tombstone(iri=object_iri(inner)))
    if isinstance(inner, dict) and kind is not None:
        return read_other(value, around, depth)
    return Update(**around, object=object_iri(inner))


def read_delete(value: Json, around: Around, depth: int) -> Activity:
    return Delete(
        **around,
        object=object_iri(value.get("object")),
        summary=text_of(value.get("summary")),
        with_replies=value.get("withReplies") is True,
        receipt_to=iri_of(value.get("receiptTo")),
    )


def read_undo(value: Json, around: Around, depth: int) -> Activity:
    return Undo(
        **around,
        object=activity_or_iri(value.get("object"), around, depth),
        summary=text_of(value.get("summary")),
        restores=value.get("restoreData") is True,
    )


def read_follow(value: Json, around: Around, depth: int) -> Activity:
    return Follow(**around, object=object_iri(value.get("object")))


def read_accept(value: Json, around: Around, depth: int) -> Activity:
    return Accept(
        **around,
        object=follow_or_iri(value.get("object"), around, depth),
        result=iri_of(value.get("result")),
        receipt=text_of(value.get("receipt")),
    )


def read_reject(value: Json, around: Around, depth: int) -> Activity:
    inner = follow_or_iri(value.get("object"), around, depth)
    return Reject(**around, object=inner, content=text_of(value.get("content")))


def follow_or_iri(value: Json, around: Around, depth: int) -> Follow | str:
    """The Follow that an answer is about; one without an id is known by who follows whom."""
    inner = one(value)
    if kind_of(inner) == "Follow":
        inner = completed(inner, around)
        try:
            found = read_activity(inner, depth + 1)
        except Malformed:
            return object_iri(inner)
        if isinstance(found, Follow):
            return found
    return object_iri(inner)


def read_offer(value: Json, around: Around, depth: int) -> Activity:
    inner = one(value.get("object"))
    if isinstance(inner, dict) and is_introduction(inner):
        return Offer(**around, object=read_introduction(inner))
    return Offer(**around, object=object_iri(inner))


def read_quote_request(value: Json, around: Around, depth: int) -> Activity:
    instrument = iri_of(value.get("instrument"))
    if instrument is None:
        raise Malformed("A QuoteRequest names the post that quotes.")
    return QuoteRequest(**around, object=object_iri(value.get("object")), instrument=instrument)


def read_announce(value: Json, around: Around, depth: int) -> Activity:
    listed = many(items_of(value.get("object")))[:OBJECTS_MAX]
    inner = [announced(each, around, depth) for each in listed]
    if not inner:
        raise Malformed("An Announce needs an object.")
    return Announce(**around, object=inner[0] if len(inner) == 1 else tuple(inner))


def items_of(value: Json) -> Json:
    """What a collection holds; anything else as it is. PieFed passes votes on in batches."""
    if kind_of(value) not in COLLECTION_KINDS:
        return value
    return first_in(value, "orderedItems", "items")


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
    if not isinstance(inner, dict) or kind_of(inner) is None or inner.get("object") is None:
        return object_iri(inner)
    return read_activity(completed(inner, around), depth + 1)


def completed(inner: dict[str, Json], around: Around) -> dict[str, Json]:
    """An activity inside another with an id and an actor, which it need not have."""
    assumed = {"id": f"{around['iri']}#object", "actor": around["actor"]}
    return assumed | without_nothing(inner)


def read_like(value: Json, around: Around, depth: int) -> Activity:
    return Like(**around, object=object_iri(value.get("object")))


def read_emoji_react(value: Json, around: Around, depth: int) -> Activity:
    content = text_of(value.get("content"))
    return EmojiReact(**around, object=object_iri(value.get("object")), content=content)


def read_dislike(value: Json, around: Around, depth: int) -> Activity:
    return Dislike(**around, object=object_iri(value.get("object")))


def read_add(value: Json, around: Around, depth: int) -> Activity:
    return Add(**around, **put_where(value))


def read_remove(value: Json, around: Around, depth: int) -> Activity:
    return Remove(**around, **put_where(value))


def put_where(value: Json) -> Around:
    """What is put into which collection; of an affiliation, who it is about (FEP-5219)."""
    inner = one(value.get("object"))
    target = object_iri(value.get("target"))
    if kind_of(inner) != "Relationship":
        return {"object": object_iri(inner), "target": target}
    affiliation = Affiliation(
        person=object_iri(inner.get("subject")),
        group=object_iri(inner.get("object")),
        role=last_word(text_of(inner.get("relationship")) or "")[:ROLE_CHARACTERS_MAX],
    )
    iri = iri_of(inner) or affiliation.person
    return {"object": iri, "target": target, "affiliation": affiliation}


def last_word(value: str) -> str:
    """A role alone, where a server writes it as an address."""
    return value.rpartition("/")[2].rpartition("#")[2]


def read_block(value: Json, around: Around, depth: int) -> Activity:
    return Block(
        **around,
        object=object_iri(value.get("object")),
        target=iri_of(value.get("target")),
        summary=text_of(value.get("summary")),
        ends_at=instant_of(value.get("endTime")) or instant_of(value.get("expires")),
        removes=value.get("removeData") is True,
    )


def read_lock(value: Json, around: Around, depth: int) -> Activity:
    summary = text_of(value.get("summary"))
    return Lock(**around, object=object_iri(value.get("object")), summary=summary)


def read_flag(value: Json, around: Around, depth: int) -> Activity:
    objects = iris_of(value.get("object"))[:OBJECTS_MAX]
    content = text_of(value.get("content")) or text_of(value.get("summary"))
    return Flag(**around, objects=objects, content=content)


def read_join(value: Json, around: Around, depth: int) -> Activity:
    return Join(**around, object=object_iri(value.get("object")))


def read_leave(value: Json, around: Around, depth: int) -> Activity:
    return Leave(**around, object=object_iri(value.get("object")))


def read_invite(value: Json, around: Around, depth: int) -> Activity:
    target = iri_of(value.get("target"))
    return Invite(**around, object=object_iri(value.get("object")), target=target)


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
    "QuoteRequest": read_quote_request,
    "Announce": read_announce,
    "Like": read_like,
    "EmojiReact": read_emoji_react,
    "Dislike": read_dislike,
    "Add": read_add,
    "Remove": read_remove,
    "Block": read_block,
    "Lock": read_lock,
    "Flag": read_flag,
    "Offer": read_offer,
    "Join": read_join,
    "Leave": read_leave,
    "Invite": read_invite,
    "Move": read_move,
}
