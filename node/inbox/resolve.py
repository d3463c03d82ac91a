"""Finds people and posts by handle or address: here first, then at their own home."""

import re
from contextlib import suppress

import structlog

from federation import documents
from federation.discovery.lookup import Lead, Lookup
from federation.discovery.nodeinfo import NodeSaid
from federation.discovery.webfinger import Resource, read_resource
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget
from federation.origin import is_iri, origin_of
from node.base.clock import Clock
from node.base.config import Config
from node.base.errors import Problem
from node.db.database import Database
from node.db.tx import Tx
from node.http.services import Found
from node.inbox.fetch import Fetcher
from node.topics.actors.handles import actor_by_handle, put_found_by, put_handle
from node.topics.actors.store import actor_by_id, actor_by_iri
from node.topics.posts.store import post_by_iri, post_id_at

log = structlog.get_logger()

FETCHES_FOR_A_SEARCH = 12
QUERY_CHARACTERS_MAX = 2_048
HANDLE = re.compile(r"[@!]?[^\s@/]+@[^\s@/]+")


class HomeResolver:
    """The resolver of one node."""

    def __init__(self, config: Config, db: Database, fetcher: Fetcher, clock: Clock) -> None:
        self._origin, self._host = config.node.url, config.host
        self._db, self._fetcher, self._clock = db, fetcher, clock

    async def resolve(self, query: str) -> Found:
        """What a handle or an address leads to; empty if to nothing, or to nothing to be had."""
        query = query.strip()
        try:
            if len(query) <= QUERY_CHARACTERS_MAX and HANDLE.fullmatch(query):
                return await self._by_handle(read_resource(query.removeprefix("!")))
            if is_iri(query):
                return await self._by_address(query)
        except (FetchFailed, Malformed, Problem) as error:
            log.info("search_found_nothing", reason=type(error).__name__)
        return Found()

    async def read_anew(self, query: str) -> Found:
        """Who a handle or an address leads to, read at their own home just now; ours are known.

        Empty where there is nobody, or their home does not answer.
        """
        found = await self.resolve(query)
        actor = (
            await self._db.read(actor_by_id, found.actor_id) if found.actor_id is not None else None
        )
        if actor is None or actor.is_our_node:
            return Found()
        if not actor.local:
            outcome = await self._fetcher.fetch(actor.iri, Budget(FETCHES_FOR_A_SEARCH))
            if outcome != "stored":
                return Found()
        return Found(actor_id=actor.id)

    async def read_node(self, iri: str) -> NodeSaid | None:
        """What the node at which `iri` lives says that it is; None where it does not say."""
        try:
            return await self._fetcher.read_node(origin_of(iri))
        except (FetchFailed, Malformed):
            return None

    async def _by_handle(self, resource: Resource) -> Found:
        found = await self._db.read(found_by_handle, resource.handle)
        if found.actor_id is not None or resource.host == self._host:
            return found
        budget = Budget(FETCHES_FOR_A_SEARCH)
        lookup, lead = await self._fetcher.find_actors(resource, budget)
        for iri in lead.actors[:2]:
            document = await self._fetcher.fetch_document(iri, budget)
            if isinstance(document, documents.Actor) and self._is_meant(document, resource, lead):
                return await self._keep(document, resource, lookup)
        return Found()

    def _is_meant(self, document: documents.Actor, resource: Resource, lead: Lead) -> bool:
        """Whether an actor goes by the name asked for, or by that which its host says is right;
        and is not said to be one of ours."""
        names = (resource.user.lower(), lead.handle.user.lower())
        return document.name.lower() in names and origin_of(document.iri) != self._origin

    async def _keep(self, document: documents.Actor, asked: Resource, lookup: Lookup) -> Found:
        """Store somebody who was found, by the handle that both ends agree on (T71)."""
        iri, now = document.iri, self._clock.now()
        await self._fetcher.store(document, lookup.budget)
        with suppress(FetchFailed):
            found = await lookup.handle_of(iri, document.name, document.claimed_handle)
            await self._db.write(put_handle, iri, found.handle if found else None, now)
        await self._db.write(put_found_by, iri, asked.handle, now)
        return await self._db.read(found_at, iri)

    async def _by_address(self, address: str, budget: Budget | None = None) -> Found:
        """What lives at an address, or where the page there says that it does.

        With a `budget` it is such a claim already, which leads no further.
        """
        found = await self._db.read(found_at, address)
        is_here = found.actor_id is not None or found.post_id is not None
        if is_here or origin_of(address) == self._origin:
            return found
        left = budget or Budget(FETCHES_FOR_A_SEARCH)
        try:
            document = await self._fetcher.fetch_document(address, left)
        except FetchFailed as error:
            if budget is not None or not is_iri(error.alternate):
                raise
            return await self._by_address(str(error.alternate), left)
        if await self._fetcher.store(document, left) != "stored":
            return Found()
        return await self._db.read(found_at, object_of(document) or address)


def object_of(document: documents.Document) -> str | None:
    """The address of what a document is about: of a Create, that of the post."""
    about = document.object if isinstance(document, documents.Create) else document
    return about if isinstance(about, str) else about.iri


def found_by_handle(tx: Tx, handle: str) -> Found:
    actor = actor_by_handle(tx, handle.lower())
    return Found(actor_id=actor.id) if actor else Found()


def found_at(tx: Tx, address: str) -> Found:
    """Who or what is stored here by its iri or the address of its page."""
    actor = actor_by_iri(tx, address)
    if actor is not None:
        return Found(actor_id=actor.id)
    post = post_by_iri(tx, address)
    return Found(post_id=post.id if post else post_id_at(tx, address))
