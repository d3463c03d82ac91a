"""People, groups and what they send, for tests: ours on group.example, theirs on valley.example."""

from dataclasses import replace
from typing import Any

from federation import documents
from federation.signatures import make_keys
from node.db.tx import Tx
from node.topics.actors.actions import add_local_actor, make_reporter
from node.topics.actors.activities import store_actor
from node.topics.actors.store import Actor
from node.topics.communities.actions import create_community

NOW = 1_800_000_000
ORIGIN = "https://group.example"
THERE = "https://valley.example"
KEYS = make_keys()
"""Keys that sign; every actor of ours in tests has the same ones."""


def add_person(tx: Tx, name: str, **columns: Any) -> Actor:
    """A person of ours; `columns` are set as they are said."""
    actor = add_local_actor(
        tx, origin=ORIGIN, kind="Person", name=name, display_name="", keys=KEYS, now=NOW
    )
    for column, value in columns.items():
        assert column == "approves_followers"
        tx.run("update actor set approves_followers = :v where id = :id", v=value, id=actor.id)
    return replace(actor, **columns)


def add_group(tx: Tx, name: str, organiser: Actor, joining: str = "open") -> Actor:
    """A public community of ours."""
    return create_community(
        tx,
        origin=ORIGIN,
        name=name,
        title=name.title(),
        organiser=organiser,
        visibility="public",
        joining=joining,
        posting="anyone",
        keys=KEYS,
        now=NOW,
    )


def actor_document(name: str, origin: str = THERE, **changes: Any) -> documents.Actor:
    """Who somebody of another node says they are."""
    iri = f"{origin}/people/{name}"
    made = documents.Actor(
        iri=iri,
        kind="Person",
        name=name,
        display_name=name.title(),
        summary="",
        url=iri,
        inbox=f"{iri}/inbox",
        shared_inbox=f"{origin}/inbox",
        outbox=f"{iri}/outbox",
        followers=f"{iri}/followers",
        following=f"{iri}/following",
        featured=None,
        moderators=None,
        icon_url=None,
        image_url=None,
        fields=(),
        aliases=(),
        moved_to=None,
        approves_followers=False,
        discoverable=True,
        keys=(),
        published=None,
    )
    return replace(made, **changes)


def add_neighbour(tx: Tx, name: str, origin: str = THERE, **changes: Any) -> Actor:
    """Somebody of another node, stored here."""
    return store_actor(tx, actor_document(name, origin, **changes), NOW)


def note(author: Actor, text: str = "Hello", **changes: Any) -> documents.Post:
    """A public note by `author`, as their node sends it."""
    iri = f"{author.iri}/notes/{abs(hash(text)) % 10**9}"
    made = documents.Post(
        iri=iri,
        kind="Note",
        url=iri,
        author=author.iri,
        to=(documents.PUBLIC,),
        cc=(f"{author.iri}/followers",),
        content=f"<p>{text}</p>",
        published=NOW - 60,
    )
    return replace(made, **changes)


def sent(kind: type[documents.Activity], actor: Actor, what: Any, **changes: Any) -> Any:
    """An activity of `kind` by `actor` about `what`, with an address of its own."""
    about = getattr(what, "iri", what)
    iri = f"{actor.iri}/{kind.__name__.lower()}/{abs(hash(str(about))) % 10**9}"
    fields = {"iri": iri, "actor": actor.iri, "object": what} | changes
    return kind(**fields)


def add_node(tx: Tx) -> Actor:
    """The node's own actor, with a key that really signs; and whom it reports as."""
    make_reporter(tx, ORIGIN, "Group", KEYS, NOW)
    return add_local_actor(
        tx,
        origin=ORIGIN,
        kind="Application",
        name="actor",
        display_name="Group",
        keys=KEYS,
        now=NOW,
    )
