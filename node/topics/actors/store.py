"""The actors and keys stored here."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from node.base.errors import Missing
from node.db.tx import Row, Tx
from node.topics.actors.words_due import drop_actor_words, index_name_later

Pairs = tuple[tuple[str, str], ...]
read_pairs = msgspec.json.Decoder(Pairs).decode
read_texts = msgspec.json.Decoder(tuple[str, ...]).decode
write_json = msgspec.json.Encoder().encode

INSTANCE_NAME = "actor"
REPORTER_NAME = "moderators"
"""Under this name the node sends reports: a name that nobody of ours may have."""


@dataclass(frozen=True, slots=True)
class Emoji:
    """A picture that stands for `:shortcode:` in a name or a text."""

    shortcode: str
    url: str


SOMEBODY_WHO_LEFT = "somebody-who-left"
"""A name that no account can have: the signs between its words are not for names."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts: a person, a group (which is a community), or a service.

    `handle` is `name@host` in lower case, the host in ASCII: what WebFinger has confirmed at
    `handle_confirmed_at`, or else the name and the host of the iri. `inbox_host` is where the inbox
    is, if not at home with the actor. `fields` are the profile's label and text pairs;
    `summary` is HTML that was cleaned when it was stored. `hidden_at`: their host is blocked, and
    nothing of them is shown, or they are suspended; `silenced_at`: it is silenced, and they are
    shown as text, to those who follow them. `posting_restricted`: of a community, that only its
    moderators begin conversations. `suspended_at`: their own home shows them to nobody.
    """

    id: int
    iri: str
    kind: str
    name: str
    host: str
    handle: str
    display_name: str
    summary: str
    url: str
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    following: str | None
    featured: str | None
    moderators: str | None
    icon_url: str | None
    image_url: str | None
    fields: Pairs
    aliases: tuple[str, ...]
    moved_to: str | None
    approves_followers: bool
    discoverable: bool
    local: bool
    version: int
    created_at: int
    updated_at: int
    fetched_at: int | None
    deleted_at: int | None
    hidden_at: int | None = None
    silenced_at: int | None = None
    suspended_at: int | None = None
    emojis: tuple[Emoji, ...] = ()
    indexable: bool = False
    handle_confirmed_at: int | None = None
    inbox_host: str | None = None
    posting_restricted: bool = False

    @property
    def acct(self) -> str:
        """The handle as the client API writes it: without the host for our own."""
        return self.name if self.local else self.full_handle

    @property
    def full_handle(self) -> str:
        """`name@host` as it is shown, the name spelt as its owner spells it."""
        return f"{self.name}@{self.handle.rpartition('@')[2]}"

    @property
    def is_group(self) -> bool:
        """Whether this is a community."""
        return self.kind == "Group"

    @property
    def is_our_node(self) -> bool:
        """Whether this is the node itself, which fetches and reports, or whoever stands for those
        who left: nobody to follow or show."""
        is_reporter = self.kind == "Service" and self.name == REPORTER_NAME
        is_node = self.local and (self.kind == "Application" or is_reporter)
        return is_node or self.is_somebody_who_left

    @property
    def is_somebody_who_left(self) -> bool:
        """Whether this stands for all who took their names off what they wrote here."""
        return self.local and self.name == SOMEBODY_WHO_LEFT

    @property
    def title(self) -> str:
        """What to call them: the display name, or the name where there is none."""
        return self.display_name or self.name

    @classmethod
    def from_row(cls, row: Row) -> "Actor":
        """The actor in a row that has all columns of the table."""
        values: dict[str, Any] = {name: row[name] for name in COLUMNS}
        values["fields"] = read_pairs(row["fields"])
        values["aliases"] = read_texts(row["aliases"])
        values["emojis"] = read_emojis(row["emojis"])
        for name in FLAGS:
            values[name] = bool(row[name])
        return cls(**values)


FLAGS = ("approves_followers", "discoverable", "indexable", "local", "posting_restricted")
COLUMNS = tuple(field.name for field in fields(Actor))
read_emojis = msgspec.json.Decoder(tuple[Emoji, ...]).decode


ACTOR_BY_ID = "select * from actor where id = :id and deleted_at is null and hidden_at is null"
ACTOR_BY_IRI = "select * from actor where iri = :iri and deleted_at is null and hidden_at is null"
ACTORS_BY_IDS = """
    select * from actor where id in (:ids[]) and deleted_at is null and hidden_at is null
"""
ACTORS_BY_IRIS = """
    select * from actor where iri in (:iris[]) and deleted_at is null and hidden_at is null
"""
"""Those whose host is blocked count as absent, wherever somebody is asked for."""


def actor_by_id(tx: Tx, actor_id: int) -> Actor | None:
    """The actor with that id, unless deleted or hidden."""
    row = tx.one(ACTOR_BY_ID, id=actor_id)
    return Actor.from_row(row) if row else None


def actor_by_iri(tx: Tx, iri: str) -> Actor | None:
    """The actor at `iri`, unless deleted or hidden."""
    row = tx.one(ACTOR_BY_IRI, iri=iri)
    return Actor.from_row(row) if row else None


def known_actor(tx: Tx, iri: str) -> Actor:
    """The actor at `iri`.

    Raises:
        Missing: nobody is stored here by that iri.
    """
    actor = actor_by_iri(tx, iri)
    if actor is None:
        raise Missing([iri])
    return actor


def actors_by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Actor]:
    """The actors with those ids, by id; deleted and hidden ones are left out."""
    rows = tx.all(ACTORS_BY_IDS, ids=ids)
    return {row["id"]: Actor.from_row(row) for row in rows}


def actors_by_iris(tx: Tx, iris: Sequence[str]) -> dict[str, Actor]:
    """The actors at those iris, by iri; unknown, deleted and hidden ones are left out."""
    rows = tx.all(ACTORS_BY_IRIS, iris=iris)
    return {row["iri"]: Actor.from_row(row) for row in rows}


def ours_among(tx: Tx, iris: Sequence[str]) -> list[str]:
    """Those of the iris at which somebody of ours lives."""
    rows = tx.all(
        "select iri from actor where iri in (:iris[]) and local = 1 and deleted_at is null",
        iris=iris,
    )
    return [row["iri"] for row in rows]


def local_actor(tx: Tx, kind: str, name: str) -> Actor | None:
    """Our own person or community of that name."""
    row = tx.one(
        """
        select * from actor
        where handle = (select :name || '@' || host from actor where local = 1 order by id limit 1)
          and kind = :kind and local = 1 and deleted_at is null and hidden_at is null
        """,
        name=name.lower(),
        kind=kind,
    )
    return Actor.from_row(row) if row else None


def instance_actor(tx: Tx) -> Actor:
    """The node's own actor, in whose name it fetches."""
    found = our_node(tx)
    if found is None:
        raise LookupError("the node has no actor of its own: run `hedgerow init`")
    return found


def our_node(tx: Tx) -> Actor | None:
    """The node's own actor; None where the node is not made yet."""
    row = tx.one("select * from actor where local = 1 and kind = 'Application' limit 1")
    return Actor.from_row(row) if row else None


def reporting_actor(tx: Tx) -> Actor:
    """In whose name the node tells other nodes what members report.

    A service, since Lemmy (1.0) and PieFed take a Flag of people and services alone.
    """
    actor = local_actor(tx, "Service", REPORTER_NAME)
    if actor is None:
        raise LookupError("the node has nobody to report as: it is made when the node starts")
    return actor


def insert_actor(tx: Tx, actor: Actor) -> None:
    """Store a new actor; every column is given."""
    tx.run(
        """
        insert into actor (id, iri, kind, name, host, handle, display_name, summary, url, inbox,
            shared_inbox, outbox, followers, following, featured, moderators, icon_url, image_url,
            fields, aliases, moved_to, approves_followers, discoverable, indexable, local, version,
            created_at, updated_at, fetched_at, deleted_at, hidden_at, silenced_at, suspended_at,
            emojis, posting_restricted, handle_confirmed_at, inbox_host)
        values (:id, :iri, :kind, :name, :host, :handle, :display_name, :summary, :url, :inbox,
            :shared_inbox, :outbox, :followers, :following, :featured, :moderators, :icon_url,
            :image_url, :fields, :aliases, :moved_to, :approves_followers, :discoverable,
            :indexable, :local, :version, :created_at, :updated_at, :fetched_at, :deleted_at,
            :hidden_at, :silenced_at, :suspended_at, :emojis, :posting_restricted,
            :handle_confirmed_at, :inbox_host)
        """,
        **actor_params(actor),
    )
    index_name_later(tx, actor.id)


def update_actor(tx: Tx, actor: Actor) -> None:
    """Replace what may change of an actor: never its iri, its kind's home, or when it was made."""
    tx.run(
        """
        update actor
        set kind = :kind, name = :name, handle = :handle, display_name = :display_name,
            summary = :summary, url = :url, inbox = :inbox, shared_inbox = :shared_inbox,
            outbox = :outbox, followers = :followers, following = :following,
            featured = :featured, moderators = :moderators, icon_url = :icon_url,
            image_url = :image_url, fields = :fields, aliases = :aliases, moved_to = :moved_to,
            approves_followers = :approves_followers, discoverable = :discoverable,
            indexable = :indexable, posting_restricted = :posting_restricted,
            version = version + 1, updated_at = :updated_at, fetched_at = :fetched_at,
            emojis = :emojis, handle_confirmed_at = :handle_confirmed_at, inbox_host = :inbox_host
        where id = :id
        """,
        **actor_params(actor),
    )
    index_name_later(tx, actor.id)


def actor_params(actor: Actor) -> dict[str, Any]:
    values = {name: getattr(actor, name) for name in COLUMNS}
    values["fields"] = write_json(actor.fields).decode()
    values["aliases"] = write_json(actor.aliases).decode()
    values["emojis"] = write_json(actor.emojis).decode()
    for name in FLAGS:
        values[name] = int(values[name])
    return values


def mark_actor_deleted(tx: Tx, actor_id: int, now: int) -> None:
    """Turn an actor into a tombstone: its name stays taken, its texts and keys go."""
    tx.run(
        """
        update actor
        set deleted_at = :now, display_name = '', summary = '', icon_url = null,
            image_url = null, fields = '[]', aliases = '[]', emojis = '[]',
            version = version + 1
        where id = :id and deleted_at is null
        """,
        id=actor_id,
        now=now,
    )
    drop_actor_words(tx, [actor_id])
    tx.run(
        "delete from actor_key where actor_id = :id and private_key is null",
        id=actor_id,
    )


def is_known(tx: Tx, actor_iri: str) -> bool:
    row = tx.one(
        "select 1 as found from actor where iri = :iri and deleted_at is null", iri=actor_iri
    )
    return row is not None
