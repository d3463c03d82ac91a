"""The actors and keys stored here."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from node.db.tx import Row, Tx
from node.errors import Missing

Pairs = tuple[tuple[str, str], ...]
read_pairs = msgspec.json.Decoder(Pairs).decode
read_texts = msgspec.json.Decoder(tuple[str, ...]).decode
write_json = msgspec.json.Encoder().encode

INSTANCE_NAME = "actor"


@dataclass(frozen=True, slots=True)
class Emoji:
    """A picture that stands for `:shortcode:` in a name or a text."""

    shortcode: str
    url: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts: a person, a group (which is a community), or a service.

    `handle` is `name@host` in lower case; `fields` are the profile's label and text pairs;
    `summary` is HTML that was cleaned when it was stored. `hidden_at`: their host is blocked, and
    nothing of them is shown; `silenced_at`: it is silenced, and they are shown as text, to
    those who follow them.
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
    emojis: tuple[Emoji, ...] = ()

    @property
    def acct(self) -> str:
        """The handle as the client API writes it: without the host for our own."""
        return self.name if self.local else f"{self.name}@{self.host}"

    @property
    def is_group(self) -> bool:
        """Whether this is a community."""
        return self.kind == "Group"

    @property
    def is_our_node(self) -> bool:
        """Whether this is the node itself, which fetches, and is nobody to follow or show."""
        return self.local and self.kind == "Application"

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
        for name in ("approves_followers", "discoverable", "local"):
            values[name] = bool(row[name])
        return cls(**values)


COLUMNS = tuple(field.name for field in fields(Actor))
read_emojis = msgspec.json.Decoder(tuple[Emoji, ...]).decode


@dataclass(frozen=True, slots=True)
class ActorKey:
    """A key of an actor; `private_key` (PEM) is there for our own only."""

    iri: str
    actor_id: int
    algorithm: str
    public_key: str
    private_key: str | None
    fetched_at: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands under a profile."""

    posts: int = 0
    followers: int = 0
    following: int = 0
    last_post_at: int | None = None


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


def actor_by_handle(tx: Tx, handle: str) -> Actor | None:
    """The actor that goes by `name@host`; case does not matter. The newest where several do."""
    row = tx.one(
        """
        select * from actor
        where handle = :handle and deleted_at is null and hidden_at is null
        order by id desc
        limit 1
        """,
        handle=handle.lower(),
    )
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


def local_actor(tx: Tx, kind: str, name: str) -> Actor | None:
    """Our own person or community of that name."""
    row = tx.one(
        """
        select * from actor
        where handle = (select :name || '@' || host from actor where local = 1 order by id limit 1)
          and kind = :kind and local = 1 and deleted_at is null
        """,
        name=name.lower(),
        kind=kind,
    )
    return Actor.from_row(row) if row else None


def instance_actor(tx: Tx) -> Actor:
    """The node's own actor, in whose name it fetches."""
    row = tx.one("select * from actor where local = 1 and kind = 'Application' limit 1")
    if row is None:
        raise LookupError("the node has no actor of its own: run `hedgerow init`")
    return Actor.from_row(row)


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
    return [Actor.from_row(row) for row in rows]


def actor_counts(tx: Tx, ids: Sequence[int]) -> dict[int, Counts]:
    """How many live posts, followers and followed people each of `ids` has, as known here."""
    rows = tx.all(
        """
        select a.id,
            (select count(*) from post p
             where p.author_id = a.id and p.deleted_at is null
               and p.visibility in ('public', 'unlisted')) as posts,
            (select count(*) from follow f
             where f.followed_id = a.id and f.state = 'accepted') as followers,
            (select count(*) from follow f
             where f.follower_id = a.id and f.state = 'accepted') as following,
            (select max(p.published_at) from post p
             where p.author_id = a.id and p.deleted_at is null
               and p.visibility in ('public', 'unlisted')) as last_post_at
        from actor a
        where a.id in (:ids[])
        """,
        ids=ids,
    )
    return {
        row["id"]: Counts(row["posts"], row["followers"], row["following"], row["last_post_at"])
        for row in rows
    }


def key_by_iri(tx: Tx, iri: str) -> ActorKey | None:
    """The key at `iri`, of an actor that is not deleted."""
    row = tx.one(
        """
        select k.iri, k.actor_id, k.algorithm, k.public_key, k.private_key, k.fetched_at
        from actor_key k join actor a on a.id = k.actor_id
        where k.iri = :iri and a.deleted_at is null
        """,
        iri=iri,
    )
    return ActorKey(**row) if row else None


def signing_keys(tx: Tx, actor_id: int) -> dict[str, ActorKey]:
    """Our own keys of one actor, by algorithm (`rsa`, `ed25519`)."""
    rows = tx.all(
        """
        select iri, actor_id, algorithm, public_key, private_key, fetched_at
        from actor_key
        where actor_id = :actor_id and private_key is not null
        """,
        actor_id=actor_id,
    )
    return {row["algorithm"]: ActorKey(**row) for row in rows}


def public_keys(tx: Tx, actor_id: int) -> dict[str, ActorKey]:
    """The keys of one actor by algorithm, without their private parts."""
    rows = tx.all(
        """
        select iri, actor_id, algorithm, public_key, null as private_key, fetched_at
        from actor_key
        where actor_id = :actor_id
        """,
        actor_id=actor_id,
    )
    return {row["algorithm"]: ActorKey(**row) for row in rows}


def insert_actor(tx: Tx, actor: Actor) -> None:
    """Store a new actor; every column is given."""
    tx.run(
        """
        insert into actor (id, iri, kind, name, host, handle, display_name, summary, url, inbox,
            shared_inbox, outbox, followers, following, featured, moderators, icon_url, image_url,
            fields, aliases, moved_to, approves_followers, discoverable, local, version,
            created_at, updated_at, fetched_at, deleted_at, hidden_at, silenced_at, emojis)
        values (:id, :iri, :kind, :name, :host, :handle, :display_name, :summary, :url, :inbox,
            :shared_inbox, :outbox, :followers, :following, :featured, :moderators, :icon_url,
            :image_url, :fields, :aliases, :moved_to, :approves_followers, :discoverable, :local,
            :version, :created_at, :updated_at, :fetched_at, :deleted_at, :hidden_at,
            :silenced_at, :emojis)
        """,
        **actor_params(actor),
    )


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
            version = version + 1, updated_at = :updated_at, fetched_at = :fetched_at,
            emojis = :emojis
        where id = :id
        """,
        **actor_params(actor),
    )


def actor_params(actor: Actor) -> dict[str, Any]:
    values = {name: getattr(actor, name) for name in COLUMNS}
    values["fields"] = write_json(actor.fields).decode()
    values["aliases"] = write_json(actor.aliases).decode()
    values["emojis"] = write_json(actor.emojis).decode()
    for name in ("approves_followers", "discoverable", "local"):
        values[name] = int(values[name])
    return values


def put_key(tx: Tx, key: ActorKey, key_id: int) -> None:
    """Store a key, or replace the one at its iri if that is the same actor's."""
    tx.run(
        """
        insert into actor_key (id, actor_id, iri, algorithm, public_key, private_key, fetched_at)
        values (:id, :actor_id, :iri, :algorithm, :public_key, :private_key, :fetched_at)
        on conflict (iri) do update
        set public_key = excluded.public_key, algorithm = excluded.algorithm,
            fetched_at = excluded.fetched_at
        where actor_key.actor_id = excluded.actor_id and actor_key.private_key is null
        """,
        id=key_id,
        actor_id=key.actor_id,
        iri=key.iri,
        algorithm=key.algorithm,
        public_key=key.public_key,
        private_key=key.private_key,
        fetched_at=key.fetched_at,
    )


def drop_other_keys(tx: Tx, actor_id: int, iris: Sequence[str]) -> None:
    """Forget the keys of a remote actor that are not among `iris`."""
    tx.run(
        """
        delete from actor_key
        where actor_id = :actor_id and private_key is null and iri not in (:iris[])
        """,
        actor_id=actor_id,
        iris=iris,
    )


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
    tx.run(
        "delete from actor_key where actor_id = :id and private_key is null",
        id=actor_id,
    )


def hosts_known(tx: Tx) -> list[str]:
    """The host of every actor stored here, each once, by steps on the index."""
    rows = tx.all(
        """
        with recursive known (host) as (
            select min(host) from actor
            union all
            select (select min(a.host) from actor a where a.host > known.host)
            from known where known.host is not null
        )
        select host from known where host is not null
        """
    )
    return [row["host"] for row in rows]


def count_actors_of(tx: Tx, hosts: Sequence[str]) -> int:
    """How many actors of those hosts are stored here, the hidden ones as well."""
    row = tx.one(
        "select count(*) as total from actor where host in (:hosts[]) and deleted_at is null",
        hosts=hosts,
    )
    return int(row["total"]) if row else 0


def put_standing(tx: Tx, hosts: Sequence[str], *, hidden: bool, silenced: bool, now: int) -> None:
    """Say of everybody of those hosts whether they are hidden, and whether they are silenced."""
    tx.run(
        """
        update actor
        set hidden_at = case when :hidden = 1 then coalesce(hidden_at, :now) end,
            silenced_at = case when :silenced = 1 then coalesce(silenced_at, :now) end,
            version = version + 1
        where host in (:hosts[]) and local = 0
        """,
        hosts=hosts,
        hidden=int(hidden),
        silenced=int(silenced),
        now=now,
    )
