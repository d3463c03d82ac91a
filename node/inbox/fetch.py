"""Fetches what is missing through the gate and stores it, each thing from its own home."""

from federation import documents
from federation.discovery.lookup import Lead, Lookup
from federation.discovery.nodeinfo import NodeSaid, nodeinfo_address, read_nodeinfo
from federation.discovery.webfinger import Resource
from federation.documents.shapes import Json, iri_of, kind_of
from federation.errors import FetchFailed, Malformed
from federation.followers_sync import PartialList, fetch_list
from federation.gate import Budget, Gate
from federation.limits import DISCOVERY_BYTES_MAX
from federation.origin import is_same_origin, trusted_parts
from federation.responses import Version
from federation.signatures import SigningKey
from federation.strictjson import read_json
from node.arrivals.apply_context import Fetched
from node.base.clock import Clock
from node.base.errors import Busy, Missing, Problem
from node.db.database import Database
from node.outbox.signing_keys import node_key
from node.topics.actors.activities import store_actor
from node.topics.actors.hosts import somebody_of
from node.topics.actors.store import Actor
from node.topics.publishing.receive import store_fetched_post
from node.topics.quotes.activities import store_stamp

FETCHES_TO_LOOK = 4

NOT_FOR_US_NOW = (401, 403)
"""What a home says that does not know our key yet: at first contact both ask each other."""


class Fetcher:
    """Fetches in the name of the node's own actor."""

    def __init__(self, db: Database, gate: Gate, clock: Clock) -> None:
        self._db, self._gate, self._clock = db, gate, clock

    async def fetch(self, iri: str, budget: Budget) -> Fetched:
        """Fetch and store what lives at `iri`; what became of it, whatever a stranger does."""
        try:
            document = await self.fetch_document(iri, budget)
            return await self.store(document, budget)
        except FetchFailed as error:
            return outcome_of(error, iri)
        except Busy:
            return "later"
        except (Malformed, Problem):
            return "failed"

    async def fetch_owner(self, iri: str, budget: Budget) -> Fetched:
        """Fetch and store the actor at `iri`, or the owner of the key that lives there.

        Who somebody is is said to everybody: nobody there (404) counts as gone.

        GoToSocial serves a stub of the actor at the address of its key, and others the key alone:
        neither is believed; the owner is asked (T2).
        """
        try:
            value = await self._gate.fetch_document(iri, await self._key_for(iri), budget)
            owner = owner_in(value)
            if owner is not None and is_same_origin(owner, iri):
                outcome = await self.fetch(owner, budget)
                return "gone" if outcome == "absent" else outcome
            return await self.store(documents.read_document(value), budget)
        except FetchFailed as error:
            if error.is_gone or error.is_absent:
                return "gone"
            is_worth_a_try = error.is_passing or error.status in NOT_FOR_US_NOW
            return "failed" if is_worth_a_try else "unusable"
        except Busy:
            return "failed"
        except (Malformed, Problem):
            return "unusable"

    async def is_still_there(self, host: str) -> bool:
        """Whether the document of somebody of that host, who is known here, can be had again."""
        iri = await self._db.read(somebody_of, host)
        if iri is None:
            return False
        return await self.fetch(iri, Budget(FETCHES_TO_LOOK)) == "stored"

    async def fetch_document(self, iri: str, budget: Budget) -> documents.Document:
        """The document at `iri`, which has been checked to live there (T13).

        Raises:
            FetchFailed: it cannot be had.
            Malformed: it is nothing that we know.
        """
        key = await self._key_for(iri)
        return documents.read_document(await self._gate.fetch_document(iri, key, budget))

    async def find_actors(self, resource: Resource, budget: Budget) -> tuple[Lookup, Lead]:
        """Whom a handle leads to, and what was asked for that.

        Raises:
            FetchFailed, Malformed: as `Lookup.find_actors`.
        """
        lookup = Lookup(self._gate, budget, self._gate.is_development)
        return lookup, await lookup.find_actors(resource)

    async def handle_of(self, actor: Actor, claimed: str | None, budget: Budget) -> str | None:
        """The handle that both ends agree on for an actor who is known here; None: they do not.

        Raises:
            FetchFailed: that cannot be asked now.
        """
        lookup = Lookup(self._gate, budget, self._gate.is_development)
        found = await lookup.handle_of(actor.iri, actor.name, claimed)
        return found.handle if found else None

    async def read_node(self, origin: str) -> NodeSaid:
        """What the node of that origin says that it is.

        Raises:
            FetchFailed, Malformed: it does not say.
        """
        budget = Budget(FETCHES_TO_LOOK)
        links = await self._plain_json(f"{origin}/.well-known/nodeinfo", budget)
        address = nodeinfo_address(links, origin)
        if address is None:
            raise Malformed("That node does not say what it is.")
        return read_nodeinfo(await self._plain_json(address, budget))

    async def _plain_json(self, url: str, budget: Budget) -> Json:
        found = await self._gate.fetch(
            url, accept="application/json", body_bytes_max=DISCOVERY_BYTES_MAX, budget=budget
        )
        return read_json(found.body)

    async def fetch_followers(self, url: str) -> PartialList:
        """The followers that an actor elsewhere lists for this node (FEP-8fcf).

        Raises:
            FetchFailed, Malformed: as `fetch_list`.
        """
        return await fetch_list(self._gate, url, await self._key_for(url))

    async def fetch_version(self, iri: str, budget: Budget, etag: str | None = None) -> Version:
        """What stands at `iri` word for word, unless it still is the version that `etag` marks.

        Raises:
            FetchFailed: it cannot be had; `unchanged` where it is that version.
        """
        return await self._gate.fetch_version(iri, await self._key_for(iri), budget, etag)

    async def store(self, document: documents.Document, budget: Budget) -> Fetched:
        """Store a document that was fetched from its own address, a post after its author.

        Raises:
            FetchFailed, Malformed: the author cannot be had.
            Problem: it may not be stored.
        """
        if isinstance(document, documents.Tombstone):
            return "gone"
        if isinstance(document, documents.Actor):
            await self._db.write(store_actor, document, self._clock.now())
            return "stored"
        if isinstance(document, documents.QuoteAuthorization):
            await self._db.write(store_stamp, document, self._clock.now())
            return "stored"
        if isinstance(document, documents.Create):
            inner = trusted_parts(document).object
            return (
                await self.store(inner, budget) if isinstance(inner, documents.Post) else "failed"
            )
        if isinstance(document, documents.Post):
            return await self._store_post(document, budget)
        return "failed"

    async def _store_post(self, post: documents.Post, budget: Budget) -> Fetched:
        """Store a post, after its author, who must be of the same origin (T16)."""
        if not is_same_origin(post.author, post.iri):
            return "failed"
        now, in_its_place = self._clock.now(), budget.is_polite
        try:
            await self._db.write(store_fetched_post, post, now, in_its_place=in_its_place)
        except Missing:
            author = await self.fetch_document(post.author, budget)
            if not isinstance(author, documents.Actor):
                return "failed"
            await self.store(author, budget)
            try:
                await self._db.write(store_fetched_post, post, now, in_its_place=in_its_place)
            except Missing:
                return "failed"
        return "stored"

    async def _key_for(self, iri: str) -> SigningKey:
        """The key to ask for `iri` with. We do not ask ourselves: what is not here is not (T27)."""
        key = await self._db.read(node_key, self._clock.now())
        if is_same_origin(iri, key.iri):
            raise FetchFailed("refused-url")
        return key


def outcome_of(error: FetchFailed, iri: str) -> Fetched:
    """What a failure says of the thing at `iri`; that it is gone counts from its own server, and
    from no other that it leads to (T146)."""
    if error.is_gone and is_same_origin(error.url or iri, iri):
        return "gone"
    if error.is_absent:
        return "absent"
    return "later" if error.is_passing else "failed"


def owner_in(value: Json) -> str | None:
    """Whose a document is that is no actor but a key; None for an actor and anything else."""
    if not isinstance(value, dict) or kind_of(value) in documents.ACTOR_KINDS:
        return None
    return iri_of(value.get("owner")) or iri_of(value.get("controller"))
