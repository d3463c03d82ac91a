"""What becomes of one document of another server in a node of ours.

The node is group.example: rose lives there, follows whoever sends, and wrote `/posts/0a` in her
community `valley`. What a document is about is held already; it, and who is named, is served by
the other servers. A message goes the real way: read, checked, kept, applied, fetched for. Only the
network is not there: `rewire` goes over that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import msgspec

from federation import documents
from federation.discovery.webfinger import read_jrd
from federation.documents.shapes import iri_of, kind_of, one
from federation.errors import BadSignature, Malformed
from federation.gate import Budget, Gate
from federation.jsonld import is_plain
from federation.limits import FETCHES_MAX
from federation.origin import check_sender, is_iri, is_same_origin, origin_of
from federation.strictjson import read_json
from node.arrivals.apply_context import Fetched
from node.arrivals.store import NewArrival, add_arrival, waiting_arrivals
from node.base.clock import FakeClock
from node.base.errors import Problem
from node.base.ids import new_id
from node.db.tx import Tx
from node.inbox.accept import read_message
from node.inbox.apply import ROUNDS_MAX
from node.inbox.batch import apply_batch
from node.inbox.fetch import Fetcher
from node.inbox.handlers import HANDLERS
from node.topics.actors.store import actor_by_iri
from node.topics.members.store import Follow, put_follow
from node.topics.posts.store import post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.backfilled import put_in_history
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, ORIGIN, add_group, add_node, add_person
from tests.other_servers import AS2, BEFORE, OtherServers, parts_of
from tests.schema import tables

P = ParamSpec("P")
R = TypeVar("R")
Json = Any

POST_OF_ROSE = f"{ORIGIN}/posts/0a"
FOLLOW_OF_ROSE = f"{ORIGIN}/activities/0f"
UNSEEN = frozenset(
    (
        "arrival",
        "actor_key",
        "destination",
        "post_words",
        "post_words_due",
        "actor_words",
        "actor_words_due",
    )
)
SEEN = frozenset(("home_entry", "notification"))
NOT_STORED = {"gone": "it is gone", "failed": "it is nothing that is stored"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a document is read as, and what became of it: shown, kept, refused, ignored or read.

    Shown: rose sees something new or changed, or finds it by its address. Kept: stored, and seen
    by nobody yet. Refused: not taken, or dropped. Ignored: taken, and nothing done. Read: a
    document that is asked for and not stored.
    """

    kind: str
    outcome: str
    reason: str


class Ended(Exception):
    """It is clear what becomes of the document."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome, self.reason = outcome, reason


class TxDatabase:
    """The one open transaction of a test, as async code sees a store."""

    waiting = 0

    def __init__(self, tx: Tx) -> None:
        self._tx, self.engine = tx, tx.engine

    async def read(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return fn(self._tx, *args, **kwargs)

    async def write(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        with self._tx.savepoint():
            return fn(self._tx, *args, **kwargs)

    async def close(self) -> None:
        """Nothing is held."""


def settle(tx: Tx) -> None:
    """Rose, her community and her post come to live on the node."""
    add_node(tx)
    rose = add_person(tx, "rose")
    add_group(tx, "valley", rose)
    post_id = publish(tx, rose, Draft(text="@valley@group.example Who has seen my cat?"), NOW)
    tx.run("update post set iri = :iri where id = :id", iri=POST_OF_ROSE, id=post_id)


async def received(tx: Tx, body: bytes, servers: OtherServers) -> Outcome:
    """Give a document to the node, which `settle` has made, and see what becomes of it."""
    receiver = Receiver(tx, servers)
    try:
        value = read_json(body)
        await receiver.take(value, body)
    except Ended as end:
        return Outcome(receiver.kind, end.outcome, end.reason)
    except Malformed as refused:
        return Outcome(receiver.kind, "refused", refused.sentence)
    except BadSignature as refused:
        return Outcome(receiver.kind, "refused", refused.reason)
    except Problem as refused:
        return Outcome(receiver.kind, "refused", refused.sentence)
    raise AssertionError("a document came to no end")


class Receiver:
    """One document on its way."""

    def __init__(self, tx: Tx, servers: OtherServers) -> None:
        self._tx, self._servers = tx, servers
        self._fetcher = Fetcher(TxDatabase(tx), cast(Gate, servers), FakeClock(NOW))
        self.kind = self.sender_iri = "-"

    async def take(self, value: Json, body: bytes) -> None:
        self.kind = kind_of(value) or "-"
        if isinstance(value, dict) and "links" in value:
            self._take_discovery(value)
        value = value if is_plain(value) else await self._servers.plain(value)
        self._servers.instead |= {part["id"]: part for part in parts_of(value)}
        is_message = isinstance(value, dict) and "actor" in value and "object" in value
        document = documents.read_document(value) if not is_message else None
        if document is None or isinstance(document, documents.Activity):
            await self._take_message(value, body)
        else:
            self.kind = name_of(document)
            await self._find(document, value)

    def _take_discovery(self, value: Json) -> None:
        self.kind = "WebFinger" if "subject" in value else "NodeInfo"
        if self.kind == "NodeInfo":
            raise Ended("ignored", "nobody asks for it")
        actors = read_jrd(value).actors
        raise Ended("read" if actors else "refused", f"{len(actors)} actors")

    async def _find(self, document: documents.Document, value: Json) -> None:
        """Look a document up by its address, as a member does."""
        if isinstance(document, documents.Collection):
            raise Ended("read", f"{len(document.items)} items on this page")
        if not is_iri(document.iri):
            raise Ended("refused", "it has no plain http(s) address")
        if isinstance(document, documents.Post) and not is_same_origin(
            document.author, document.iri
        ):
            raise Ended("refused", "its author is of another origin")
        self._servers.instead[document.iri] = value
        outcome = await self._fetcher.store(document, Budget(FETCHES_MAX))
        if outcome != "stored":
            raise Ended("refused", NOT_STORED[outcome])
        post = post_by_iri(self._tx, document.iri)
        if post is not None and post.visibility not in ("public", "unlisted"):
            raise Ended("kept", "for those it names")
        raise Ended("shown", "found by its address")

    async def _take_message(self, value: Json, body: bytes) -> None:
        activity = read_message(value)
        self.kind = name_of(activity)
        check_sender(activity, activity.actor)
        self.sender_iri = activity.actor
        if type(activity) not in HANDLERS:
            raise Ended("ignored", "not handled")
        await self._meet(activity)
        await self._hold(activity, value)
        before = contents(self._tx)
        await self._deliver(activity, value, body)
        after = contents(self._tx)
        changed = {name for name, rows in after.items() if rows != before[name]}
        if not changed:
            raise Ended("ignored", "changes nothing")
        is_edit = any(before[name] - after[name] for name in ("post", "actor"))
        outcome = "shown" if changed & SEEN or is_edit else "kept"
        raise Ended(outcome, ", ".join(sorted(changed)))

    async def _meet(self, activity: documents.Activity) -> None:
        """Have rose follow whoever sends; if they answer a follow, it waits for that answer."""
        await self._fetcher.fetch(activity.actor, Budget(FETCHES_MAX))
        sender = actor_by_iri(self._tx, activity.actor)
        rose = actor_by_iri(self._tx, f"{ORIGIN}/people/rose")
        if sender is not None and rose is not None:
            is_answer = isinstance(activity, documents.Accept | documents.Reject)
            state = "pending" if is_answer else "accepted"
            follow = Follow(new_id(NOW), rose.id, sender.id, FOLLOW_OF_ROSE, state, NOW)
            put_follow(self._tx, follow)

    async def _hold(self, activity: documents.Activity, value: Json) -> None:
        """Hold what the activity is about, as it was before."""
        while isinstance(activity, documents.Announce) and isinstance(
            activity.object, documents.Activity
        ):
            context = {"@context": value.get("@context", AS2)}
            activity, value = activity.object, context | one(value["object"])
        if isinstance(activity, documents.Undo) and isinstance(activity.object, documents.Activity):
            around = {"@context": value.get("@context", AS2), "id": activity.object.iri}
            inner = around | {"actor": activity.actor} | one(value["object"])
            await self._hold(activity.object, inner)
            await self._deliver(activity.object, inner, msgspec.json.encode(inner))
            return
        about = one(value.get("object"))
        if isinstance(about, dict):
            about = {"@context": value.get("@context", AS2)} | about
        iri = iri_of(about)
        if not isinstance(activity, documents.Create) and is_iri(iri) and origin_of(iri) != ORIGIN:
            await self._hold_object(activity, about, iri)

    async def _hold_object(self, activity: documents.Activity, about: Json, iri: str) -> None:
        servers = self._servers
        if is_same_origin(iri, activity.actor):
            servers.owners[iri] = activity.actor
        if isinstance(activity, documents.Delete):
            servers.restore(iri)
        if isinstance(activity, documents.Update) and isinstance(about, dict):
            servers.instead[iri] = as_before(about)
        if not isinstance(activity, documents.Announce) or isinstance(about, str):
            await self._fetcher.fetch(iri, Budget(FETCHES_MAX))
            self._announce(iri)
        if isinstance(activity, documents.Update) and isinstance(about, dict):
            servers.instead[iri] = about
        if isinstance(activity, documents.Delete) and iri != activity.actor:
            servers.gone.add(iri)

    def _announce(self, iri: str) -> None:
        """Where a community speaks, it has announced before what it speaks about."""
        sender = actor_by_iri(self._tx, self.sender_iri)
        if sender is not None:
            put_in_history(self._tx, sender, iri, iri)

    async def _deliver(self, activity: documents.Activity, value: Json, body: bytes) -> None:
        """Keep a message and apply it, fetching what it lacks."""
        arrival = NewArrival(
            activity_iri=activity.iri,
            origin=origin_of(activity.actor),
            actor_iri=activity.actor,
            kind=type(activity).__name__,
            body=body.decode(),
            body_hash=sha256(body).hexdigest(),
        )
        add_arrival(self._tx, arrival, NOW)
        (kept,) = waiting_arrivals(self._tx, NOW)
        fetched: dict[str, Fetched] = {}
        budget = Budget(FETCHES_MAX)
        for _ in range(ROUNDS_MAX):
            with self._tx.savepoint():
                words = {kept.id: value}
                batch = apply_batch(self._tx, [kept], HANDLERS, fetched, NOW, words)
            for _, error in batch.failing:
                raise error
            for _, reason in batch.dropped:
                raise Ended("refused", reason)
            if not batch.lacking:
                return
            _, iris = batch.lacking[kept.id]
            if all(iri in fetched for iri in iris):
                break
            for iri in iris:
                fetched[iri] = await self._fetcher.fetch(iri, budget)
        raise Ended("refused", "what it needs cannot be fetched")


def as_before(about: Json) -> Json:
    """An earlier version of what an Update brings."""
    left_out = ("contentMap", "nameMap", "updated", "source", "summary")
    earlier = {key: item for key, item in about.items() if key not in left_out}
    return earlier | {key: BEFORE for key in ("name", "content") if isinstance(about.get(key), str)}


def contents(tx: Tx) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table that an activity may change."""
    return {
        name: {tuple(row.values()) for row in map(dict, tx.all(f"select * from {name}"))}
        for name in tables(tx) - UNSEEN
    }


def name_of(document: Any) -> str:
    """What a document is read as, from the outside in: `Announce(Create(Note))`."""
    if isinstance(document, documents.Post | documents.Actor | documents.Other):
        return document.kind
    kind = type(document).__name__
    if not isinstance(document, documents.Activity):
        return kind
    about = getattr(document, "object", None)
    if isinstance(about, str | None):
        return f"{kind}(iri)" if about else kind
    return f"{kind}({'several' if isinstance(about, tuple) else name_of(about)})"
