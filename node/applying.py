"""What a handler of an inbound activity is told beside the transaction and the activity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Fetched = Literal["stored", "gone", "failed"]


@dataclass(frozen=True, slots=True)
class Applying:
    """One attempt at applying an arrival.

    `fetched` says what became of the iris that earlier attempts raised as `Missing`: a handler
    that finds its iri there as `gone` or `failed` decides, and does not ask again.
    `verbatim` is the activity as it came, for a community that passes it on; nothing is read
    from it.
    """

    now: int
    fetched: Mapping[str, Fetched] = field(default_factory=dict)
    verbatim: Mapping[str, Any] = field(default_factory=dict)
