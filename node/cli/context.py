"""What a command works with, whether in a process of its own or inside the running node."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from node.base.clock import Clock
from node.base.config import Config
from node.db.database import Database
from node.http.services import Nowhere, Resolver
from node.peers.policy_cache import PolicyCache


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The settings, the store, the clock and the policies of one node, and its way to others."""

    config: Config
    db: Database
    clock: Clock
    peers: PolicyCache
    resolver: Resolver = field(default_factory=Nowhere)


Task = Callable[[CommandContext, Mapping[str, Any]], Awaitable[str]]
"""One thing an operator asks for: what is given as JSON, what is printed comes back.

Raises a Problem or Refused, whose sentence goes to standard error.
"""
