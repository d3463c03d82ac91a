"""Making an actor of ours, and changing its profile."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlsplit

from federation import documents
from node.base.errors import Conflict, Invalid, NotFound
from node.base.ids import new_id, new_name
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes
from node.topics.actors.documents import actor_value
from node.topics.actors.keys import FRAGMENTS, ActorKey, put_key
from node.topics.actors.rules import check_name
from node.topics.actors.store import (
    INSTANCE_NAME,
    REPORTER_NAME,
    Actor,
    Pairs,
    actor_by_id,
    insert_actor,
    local_actor,
    update_actor,
)

DISPLAY_NAME_CHARACTERS_MAX = 100
SUMMARY_CHARACTERS_MAX = 2_000
FIELDS_MAX = 8
FIELD_CHARACTERS_MAX = 255
FOLDERS = {"Group": "communities", "Application": ""}

T = TypeVar("T")
Keys = tuple[str, str, str, str]
"""RSA private, RSA public, Ed25519 private, Ed25519 public; all PEM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """What somebody changes of a profile; None leaves a thing as it is. `summary` is HTML.

    `face` and `banner` are addresses of pictures of ours; empty is none.
    """

    display_name: str | None = None
    summary: str | None = None
    fields: Pairs | None = None
    approves_followers: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    face: str | None = None
    banner: str | None = None


def add_local_actor(
    tx: Tx, *, origin: str, kind: str, name: str, display_name: str, keys: Keys, now: int
) -> Actor:
    """Make an actor of ours at an address under `origin`.

    Raises:
        Invalid: the name is not one an actor may have.
        Conflict: the name is taken, perhaps by somebody who is gone: names are never given twice.
    """
    if kind != "Application":
        check_name(name)
    actor = new_actor(origin, kind, name, display_name, now)
    put_local_actor(tx, actor, keys, now)
    return actor


def put_local_actor(tx: Tx, actor: Actor, keys: Keys, now: int) -> None:
    """Store a new actor of ours with its keys.

    Raises:
        Conflict: the name is taken.
    """
    taken = tx.one(
        "select id from actor where (handle = :handle and local = 1) or iri = :iri",
        handle=actor.handle,
        iri=actor.iri,
    )
    if taken:
        raise Conflict(f"The name {actor.name} is taken. Choose another.")
    insert_actor(tx, actor)
    for algorithm, private, public in pairs_of(keys):
        iri = f"{actor.iri}#{FRAGMENTS[algorithm]}"
        put_key(tx, ActorKey(iri, actor.id, algorithm, public, private, now))


def pairs_of(keys: Keys) -> tuple[tuple[str, str, str], ...]:
    """Algorithm, private part and public part of each of an actor's keys."""
    return (("rsa", keys[0], keys[1]), ("ed25519", keys[2], keys[3]))


def new_actor(origin: str, kind: str, name: str, display_name: str, now: int) -> Actor:
    folder = FOLDERS.get(kind, "people")
    iri = f"{origin}/{folder}/{name}" if folder else f"{origin}/{INSTANCE_NAME}"
    host = urlsplit(origin).netloc
    return Actor(
        id=new_id(now),
        iri=iri,
        kind=kind,
        name=name,
        host=host,
        handle=f"{name}@{host}".lower(),
        display_name=display_name,
        summary="",
        url=iri,
        inbox=f"{iri}/inbox",
        shared_inbox=f"{origin}/inbox",
        outbox=f"{iri}/outbox",
        followers=f"{iri}/followers",
        following=f"{iri}/following",
        featured=f"{iri}/featured",
        moderators=f"{iri}/moderators" if kind == "Group" else None,
        icon_url=None,
        image_url=None,
        fields=(),
        aliases=(),
        moved_to=None,
        approves_followers=False,
        discoverable=kind == "Group",
        local=True,
        version=1,
        created_at=now,
        updated_at=now,
        fetched_at=None,
        deleted_at=None,
    )


def edit_profile(tx: Tx, actor_id: int, changes: ProfileChanges, now: int) -> Actor:
    """Change the profile of an actor of ours; the actor as it is now.

    Raises:
        Invalid: something is longer than it may be.
        NotFound: there is no such actor of ours.
    """
    check_profile(changes)
    actor = actor_by_id(tx, actor_id)
    if actor is None or not actor.local:
        raise NotFound
    changed = replace(
        actor,
        display_name=take(changes.display_name, actor.display_name),
        summary=take(changes.summary, actor.summary),
        fields=take(changes.fields, actor.fields),
        approves_followers=take(changes.approves_followers, actor.approves_followers),
        discoverable=take(changes.discoverable, actor.discoverable),
        indexable=take(changes.indexable, actor.indexable),
        icon_url=take(changes.face, actor.icon_url or "") or None,
        image_url=take(changes.banner, actor.image_url or "") or None,
        updated_at=now,
    )
    update_actor(tx, changed)
    tell_followers(tx, changed, now)
    return replace(changed, version=actor.version + 1)


def tell_followers(
    tx: Tx, actor: Actor, now: int, *, also: Collection[str] = (), proven: bool = True
) -> None:
    """Send the followers of an actor of ours, and the inboxes `also`, what it is now.

    Unless `proven` it carries no proof, so that it counts only as a message of the actor's own.
    """
    followers = actor.followers or f"{actor.iri}/followers"
    update = documents.render_update_actor(
        new_activity_iri(actor), actor_value(tx, actor), to=[documents.PUBLIC, followers]
    )
    append_activity(
        tx,
        actor_id=actor.id,
        activity=update,
        object_iri=actor.iri,
        kind="Update",
        inboxes=follower_inboxes(tx, actor.id) | set(also),
        public=True,
        proven=proven,
        now=now,
    )


def new_activity_iri(actor: Actor) -> str:
    """A fresh address for an activity of one of our actors."""
    scheme = actor.iri.partition("://")[0]
    return f"{scheme}://{actor.host}/activities/{new_name()}"


def node_iri(actor: Actor) -> str:
    """The node's own actor, as it stands beside one of our people and communities."""
    return f"{actor.iri.partition('://')[0]}://{actor.host}/actor"


def take(new: T | None, old: T) -> T:
    return old if new is None else new


def check_profile(changes: ProfileChanges) -> None:
    """Raise Invalid unless every part of a profile keeps its limit."""
    if len(changes.display_name or "") > DISPLAY_NAME_CHARACTERS_MAX:
        raise Invalid(f"A display name has at most {DISPLAY_NAME_CHARACTERS_MAX} characters.")
    if len(changes.summary or "") > SUMMARY_CHARACTERS_MAX * 4:
        raise Invalid(f"A profile text has at most {SUMMARY_CHARACTERS_MAX} characters.")
    if len(changes.fields or ()) > FIELDS_MAX:
        raise Invalid(f"A profile has at most {FIELDS_MAX} rows.")
    if any(len(text) > FIELD_CHARACTERS_MAX for row in changes.fields or () for text in row):
        raise Invalid(f"A row of a profile has at most {FIELD_CHARACTERS_MAX} characters a side.")


def make_node_actor(tx: Tx, origin: str, name: str, keys: Keys, now: int) -> bool:
    """Make the node's own actor; False if it is there already."""
    if tx.one("select id from actor where local = 1 and kind = 'Application' limit 1"):
        return False
    add_local_actor(
        tx,
        origin=origin,
        kind="Application",
        name=INSTANCE_NAME,
        display_name=name,
        keys=keys,
        now=now,
    )
    return True


def has_reporter(tx: Tx) -> bool:
    """Whether the node has somebody to report as."""
    return local_actor(tx, "Service", REPORTER_NAME) is not None


def make_reporter(tx: Tx, origin: str, name: str, keys: Keys, now: int) -> None:
    """Make the actor in whose name a node called `name` sends reports; nothing if it is there.

    Its page is the first one of the node: it is nobody to look at.
    """
    if has_reporter(tx):
        return
    actor = new_actor(origin, "Service", REPORTER_NAME, f"{name}: reports", now)
    put_local_actor(tx, replace(actor, url=f"{origin}/"), keys, now)
