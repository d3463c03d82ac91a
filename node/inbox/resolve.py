"""Finds people and posts by handle or address: here first, then at their own home."""

import re

import structlog

from federation import documents
from federation.discovery.lookup import find_actors
from federation.discovery.webfinger import Resource, read_resource
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget, Gate
from federation.origin import is_iri, origin_of
from node.base.config import Config
from node.base.errors import Problem
from node.db.database import Database
from node.db.tx import Tx
from node.http.services import Found
from node.inbox.fetch import Fetcher
from node.topics.actors.store import actor_by_handle, actor_by_id, actor_by_iri
from node.topics.posts.store import post_by_iri, post_id_at

log = structlog.get_logger()

FETCHES_FOR_A_SEARCH = 8
QUERY_CHARACTERS_MAX = 2_048
HANDLE = re.compile(r"@?[^\s@/]+@[^\s@/]+")


class HomeResolver:
    """The resolver of one node."""

    def __init__(self, config: Config, db: Database, gate: Gate, fetcher: Fetcher) -> None:
        self._origin, self._host = config.node.url, config.host
        self._development = config.federation.development
        self._db, self._gate, self._fetcher = db, gate, fetcher

    async def resolve(self, query: str) -> Found:
        """What a handle or an address leads to; empty if to nothing, or to nothing to be had."""
        query = query.strip()
        try:
            if len(query) <= QUERY_CHARACTERS_MAX and HANDLE.fullmatch(query):
                return await self._by_handle(read_resource(query))
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

    async def _by_handle(self, resource: Resource) -> Found:
        found = await self._db.read(found_by_handle, resource.handle)
        if found.actor_id is not None or resource.host == self._host:
            return found
        budget = Budget(FETCHES_FOR_A_SEARCH)
        iris = await find_actors(self._gate, resource, budget, development=self._development)
        for iri in iris[:2]:
            document = await self._fetcher.fetch_document(iri, budget)
            if isinstance(document, documents.Actor) and self._is_meant(document, resource):
                await self._fetcher.store(document, budget)
                return await self._db.read(found_at, document.iri)
        return Found()

    def _is_meant(self, document: documents.Actor, resource: Resource) -> bool:
        """Whether an actor goes by the name asked for, and is not said to be one of ours."""
        is_named = document.name.lower() == resource.user.lower()
        return is_named and origin_of(document.iri) != self._origin

    async def _by_address(self, address: str) -> Found:
        found = await self._db.read(found_at, address)
        is_here = found.actor_id is not None or found.post_id is not None
        if is_here or origin_of(address) == self._origin:
            return found
        budget = Budget(FETCHES_FOR_A_SEARCH)
        document = await self._fetcher.fetch_document(address, budget)
        if await self._fetcher.store(document, budget) != "stored":
            return Found()
        return await self._db.read(found_at, document.iri or address)


def found_by_handle(tx: Tx, handle: str) -> Found:
    actor = actor_by_handle(tx, handle)
    return Found(actor_id=actor.id) if actor else Found()


def found_at(tx: Tx, address: str) -> Found:
    """Who or what is stored here by its iri or the address of its page."""
    actor = actor_by_iri(tx, address)
    if actor is not None:
        return Found(actor_id=actor.id)
    post = post_by_iri(tx, address)
    return Found(post_id=post.id if post else post_id_at(tx, address))
