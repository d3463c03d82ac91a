"""The one gate of a process: every request that we make goes through it."""

from collections.abc import Callable

from federation.gate import Gate
from federation.jsonld import Plain, only_plain
from federation.pacing import Pacing
from node.base.clock import Clock
from node.base.config import Config
from node.base.version import __version__


def gate_of(
    config: Config,
    clock: Clock,
    plain: Plain = only_plain,
    may_ask: Callable[[str], bool] = lambda authority: True,
    pacing: Pacing | None = None,
) -> Gate:
    """The one gate of a process; without pacing for the operator's own questions."""
    return Gate(
        may_ask=may_ask,
        now=clock.now,
        user_agent=f"Hedgerow/{__version__} (+{config.node.url})",
        development=config.federation.development,
        ca_file=config.federation.ca_file or None,
        allowed_hosts=config.federation.allowed_hosts,
        plain=plain,
        pacing=pacing,
    )
