"""What stays of something deleted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Something was at `iri` and is deleted. Source: ActivityStreams, Tombstone; FEP-4f05."""

    iri: str
