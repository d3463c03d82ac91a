"""Any document another server gives: an actor, a post, an activity, a collection, a tombstone."""

from federation.documents.activity import read_activity
from federation.documents.actor import ACTOR_KINDS, Actor, read_actor
from federation.documents.collection import COLLECTION_KINDS, Collection, read_collection
from federation.documents.kinds import Activity
from federation.documents.post import POST_KINDS, Post, read_post
from federation.documents.quote import STAMP_KIND, QuoteAuthorization, read_quote_authorization
from federation.documents.shapes import Json, instant_of, iri_of, kind_of, text_of
from federation.documents.tombstone import Tombstone

Document = Actor | Post | Tombstone | Activity | Collection | QuoteAuthorization


def read_document(value: Json) -> Document:
    """What a JSON object is, read as that.

    Raises:
        Malformed: it is none of these, or lacks what it needs.
    """
    kind = kind_of(value)
    if kind in ACTOR_KINDS:
        return read_actor(value)
    if kind in POST_KINDS:
        return read_post(value)
    if kind in COLLECTION_KINDS:
        return read_collection(value)
    if kind == STAMP_KIND:
        return read_quote_authorization(value)
    if kind == "Tombstone" and (iri := iri_of(value)):
        former, deleted = text_of(value.get("formerType")), instant_of(value.get("deleted"))
        return Tombstone(iri=iri, former_kind=former, deleted=deleted)
    return read_activity(value)
