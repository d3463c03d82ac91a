"""Which messages are being fetched for, and which of their origin wait until that is over.

A message that waits holds up those behind it that are about the same, and nobody else (T143).
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from federation.domains import domain_of
from federation.origin import authority_of

LANES_MAX = 64
LANES_RESERVED = 16
"""Lanes over and above those, for origins that somebody here has to do with."""

LANES_PER_ORIGIN_MAX = 4
LANES_PER_DOMAIN_MAX = 8
BEHIND_PER_ORIGIN_MAX = 50
EVERYTHING = frozenset(("everything",))
"""What a message is about that is to be translated first."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message that is not applied now: of which origin, and what it is about."""

    origin: str
    subjects: frozenset[str]


@dataclass(slots=True)
class Lanes:
    """The lanes of one process.

    `running` are the messages that have a lane, and `behind` those that wait for one to be free:
    both by the id of the arrival. `late` are origins that found all lanes taken.
    """

    running: dict[int, Held] = field(default_factory=dict)
    behind: dict[int, Held] = field(default_factory=dict)
    late: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def look_again(self) -> None:
        """For each lane that is free, look at the origin again that waits longest for one; and at
        what waits behind nothing any more.
        """
        free = max(0, LANES_MAX - len(self.running))
        for origin in [one for one in self.late if self.is_within_share(one)][:free]:
            del self.late[origin]
        fetched_for = {held.origin for held in self.running.values()}
        for origin in {held.origin for held in self.behind.values()} - fetched_for:
            self._free(origin)

    def end(self, arrival_id: int) -> None:
        """A message has its lane no longer: what waits behind it is looked at again."""
        self._free(self.running.pop(arrival_id).origin)

    def has_share(self, origin: str) -> bool:
        """Whether an origin may have another of the lanes."""
        return count_of(origin, self.running.values()) < LANES_PER_ORIGIN_MAX

    def is_within_share(self, origin: str) -> bool:
        """Whether the registered domain of an origin has fewer lanes than it may have."""
        domain = domain_of(authority_of(origin))
        taken = sum(domain_of(authority_of(one.origin)) == domain for one in self.running.values())
        return taken < LANES_PER_DOMAIN_MAX

    def origins_held(self) -> list[str]:
        """The origins that nothing at all is applied of now."""
        crowded = (
            origin
            for origin in {held.origin for held in self.behind.values()}
            if count_of(origin, self.behind.values()) >= BEHIND_PER_ORIGIN_MAX
        )
        return [*self.late, *crowded]

    def messages_held(self) -> list[int]:
        """The messages that are not looked at now."""
        return [*self.running, *self.behind]

    def subjects_held(self) -> dict[str, frozenset[str]]:
        """What the messages that wait are about, by their origin."""
        found: dict[str, frozenset[str]] = {}
        for held in (*self.running.values(), *self.behind.values()):
            found[held.origin] = found.get(held.origin, frozenset()) | held.subjects
        return found

    def _free(self, origin: str) -> None:
        for arrival_id in [one for one, held in self.behind.items() if held.origin == origin]:
            del self.behind[arrival_id]


def count_of(origin: str, held: Iterable[Held]) -> int:
    return sum(one.origin == origin for one in held)


def must_wait(held: Mapping[str, frozenset[str]], one: Held) -> bool:
    """Whether a message is about what one before it, of the same origin, waits for."""
    waiting = held.get(one.origin, frozenset())
    about_all = EVERYTHING & (waiting | one.subjects)
    return bool(waiting) and bool(about_all or waiting & one.subjects)
