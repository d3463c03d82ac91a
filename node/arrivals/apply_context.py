"""What a handler of an inbound activity is told beside the transaction and the activity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from federation.documents import Activity

Fetched = Literal["stored", "gone", "absent", "failed", "unusable", "later"]
"""What a fetch came to. `gone` is what its own address says was deleted (410, or a Tombstone);
`absent` is what is not there, or not for us (404). What is `unusable` was read, and is nothing that
may be stored here. What comes `later` cannot be had now: its home is down, busy, or wants to be
left alone."""


@dataclass(frozen=True, slots=True)
class ApplyContext:
    """One attempt at applying an arrival.

    `fetched` says what became of the iris that earlier attempts raised as `Missing`: a handler
    that finds its iri there as `gone` or `failed` decides, and does not ask again. One that
    cannot do without raises `Missing` again for what comes `later`, and is put off.
    `verbatim` is the activity as it came, for a community that passes it on; nothing is read
    from it. It is empty for what came inside another, which is not passed on again.
    `proven` are the activities inside an Announce that carry their own actor's proof.
    `inboxes` are the names of people here whose personal inboxes it came to.
    `signed_at` is when the message was signed, by its actor's clock; 0 where that is not known, as
    of what was brought by somebody else.
    """

    now: int
    fetched: Mapping[str, Fetched] = field(default_factory=dict)
    verbatim: Mapping[str, Any] = field(default_factory=dict)
    proven: tuple[Activity, ...] = ()
    inboxes: tuple[str, ...] = ()
    signed_at: int = 0

    @property
    def said_at(self) -> int:
        """When it was said: by its sender's clock, else by ours."""
        return self.signed_at or self.now

    def is_settled(self, iri: str) -> bool:
        """Whether it is known what is to be had at `iri`; what only cannot be had now is not."""
        return self.fetched.get(iri, "later") != "later"
