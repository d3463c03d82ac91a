"""What may be hidden is answered at even times; everything else at once."""

from dataclasses import dataclass, field

import pytest

from node.base.clock import Clock, FakeClock
from node.http.even_times import EVERY_S
from node.http.services import SERVICES
from node.topics.members.actions import Founding, found_community
from tests.neighbours import KEYS, NOW, ORIGIN


@dataclass
class Waiting(FakeClock):
    """A clock on which each look takes a while, and that says how long was waited."""

    takes_s: float = 0.003
    since: float = 0.0
    waited_s: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        self.since += self.takes_s
        return self.since

    async def wait_until(self, at: float) -> None:
        self.waited_s.append(round((at - self.since) % EVERY_S, 6))


@pytest.fixture
def clock(house):
    services = house.client.app[SERVICES]
    made = Waiting(NOW)
    object.__setattr__(services, "clock", made)
    return made


@pytest.mark.threat("T94")
@pytest.mark.parametrize(
    "path",
    [
        "/communities/hollow",
        "/communities/never",
        "/.well-known/webfinger?resource=acct:hollow@group.example",
        "/api/v1/accounts/lookup?acct=hollow",
        "/api/v1/accounts?id[]=1",
        "/api/v2/search?q=hollow",
        "/api/v2/search/?q=hollow",
    ],
)
async def test_what_may_be_hidden_is_held_back_until_an_even_time(house, rosa, clock, path):
    founding = Founding(origin=ORIGIN, name="hollow", title="Hollow", visibility="hidden")
    await house.do(found_community, founding, rosa.actor, KEYS, NOW)

    await house.visitor.ask("GET", path)

    assert len(clock.waited_s) == 1


@pytest.mark.parametrize("path", ["/", "/people/rosa", "/api/v2/instance"])
async def test_what_is_there_for_everybody_is_answered_at_once(house, rosa, clock, path):
    await house.visitor.ask("GET", path)

    assert clock.waited_s == []


@pytest.mark.threat("T94")
@pytest.mark.parametrize("started_s", [0.0, 0.0003, 0.0007])
async def test_a_wait_ends_when_it_should_wherever_in_a_millisecond_it_began(started_s):
    """The event loop alone rounds up to whole milliseconds, which would tell when it began."""
    clock = Clock()
    at = clock.monotonic() + 0.01 + started_s

    await clock.wait_until(at)

    assert 0 <= clock.monotonic() - at < 0.25
