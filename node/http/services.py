"""What every request has at hand: settings, store, clock, gate, and who to wake."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from federation.discovery.nodeinfo import NodeSaid
from federation.gate import Gate
from node.base.clock import Clock
from node.base.config import Config
from node.base.metrics import Metrics
from node.db.blobs import Blobs
from node.db.database import Database
from node.peers.policy_cache import PolicyCache
from node.pictures.redraw import Redrawing


@dataclass(frozen=True, slots=True)
class Found:
    """Who or what an address or handle leads to, as stored here."""

    actor_id: int | None = None
    post_id: int | None = None


class Resolver(Protocol):
    """Finds people and posts of other nodes."""

    async def resolve(self, query: str) -> Found:
        """What a handle (`@name@host`) or an https address leads to, fetched if need be.

        Nothing there, and nothing to be had, are both an empty `Found`.
        """
        ...

    async def read_anew(self, query: str) -> Found:
        """Who a handle or an address leads to, read at their own home just now."""
        ...

    async def read_node(self, iri: str) -> NodeSaid | None:
        """What the node at which `iri` lives says that it is; None where it does not say."""
        ...


class Nowhere:
    """The resolver of a command that needs no other node: it finds nobody."""

    async def resolve(self, query: str) -> Found:
        """Nothing."""
        return Found()

    async def read_anew(self, query: str) -> Found:
        """Nobody."""
        return Found()

    async def read_node(self, iri: str) -> NodeSaid | None:
        """Nothing."""
        return None


class Readers(Protocol):
    """Knows which other nodes may read our documents."""

    async def check(self, request: web.Request, *, is_who: bool = False) -> str | None:
        """The iri of the actor that asks, by its signature; None for a visitor.

        Raises Unauthorised or NotAllowed unless whoever asks may read documents here; `is_who` is
        for those that say who somebody is.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One running node. `wake_sender` follows a commit and costs nothing."""

    config: Config
    db: Database
    clock: Clock
    gate: Gate
    resolver: Resolver
    readers: Readers
    metrics: Metrics
    peers: PolicyCache
    blobs: Blobs
    pictures: Redrawing
    wake_sender: Callable[[], None]


SERVICES: web.AppKey[Services] = web.AppKey("shell", Services)
CLIENT: web.RequestKey[str] = web.RequestKey("client", str)
"""The address that limits count a request for (`node.http.listener`)."""
SIGNER: web.RequestKey[str | None] = web.RequestKey("signer", str)
"""Who asks for a document, if they have signed (`node.documents.negotiation`)."""
