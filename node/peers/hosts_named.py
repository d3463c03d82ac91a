"""The hosts that an activity names: its id, who acts, and what it is about, however deep."""

from collections.abc import Iterator

from federation import documents
from federation.errors import Malformed
from federation.origin import authority_of


def hosts_named(activity: documents.Activity) -> frozenset[str]:
    """`host[:port]` of each id that the activity stands or falls with (T11, T104).

    Those it is merely addressed to, or answers, are not among them: they are looked at when they
    are met.
    """
    return frozenset(host for iri in iris_named(activity) for host in host_in(iri))


def iris_named(activity: documents.Activity) -> Iterator[str]:
    yield activity.iri
    yield activity.actor
    yield from iris_in(getattr(activity, "object", None))
    yield from iris_in(getattr(activity, "target", None))


def iris_in(thing: object) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from iris_in(one)
    elif isinstance(thing, documents.Activity):
        yield from iris_named(thing)
    elif isinstance(thing, documents.Post):
        yield from (thing.iri, thing.author)
    elif isinstance(thing, documents.Actor | documents.Tombstone):
        yield thing.iri


def host_in(iri: str) -> Iterator[str]:
    try:
        yield authority_of(iri)
    except Malformed:
        return
