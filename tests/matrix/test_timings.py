"""Whoever asks for a community by name learns nothing, not even from how long the answer takes.

One that is closed, one for this node and one that is hidden, asked for by six strangers each in
every way in which a name can be asked for, beside one that never was (T94).
"""

import asyncio
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from node.app import make_app
from node.base.clock import Clock
from node.leak_audit.addresses import addresses, patterns
from node.leak_audit.ask import ask
from node.leak_audit.audit import planted_node
from node.leak_audit.readers import STRANGERS, Hidden, Reader
from node.leak_audit.walk import NOT_ASKED, Planted
from tests.matrix.kolmogorov_smirnov import p_value
from tests.matrix.test_matrix import CONFIG
from tests.neighbours import NOW

pytestmark = [pytest.mark.feature("V02"), pytest.mark.timeout(3_600)]

DOORS = ("closed", "node", "hidden")
OUTSIDE = ("visitor", "unsigned node", "unrelated node", "node with a member")
"""To whom what is not hidden from this node's own people is hidden all the same."""

WAYS_MIN = 40
TIMINGS = 2_000
P_MIN = 0.01
SERIES_MAX = 3
"""So often is measured what seems to differ: by chance one of a hundred does once."""


@dataclass
class Asked:
    """A node, one of its hidden communities, and those who are to learn nothing of it."""

    app: web.Application
    host: str
    hidden: Hidden
    strangers: list[Reader]
    ways: list[str]

    def twin_of(self, way: str) -> str:
        return way.replace(self.hidden.address, self.hidden.twin)


class TickingClock(Clock):
    """The machine's clock, on the day of the tests."""

    def now(self) -> int:
        return NOW


async def asked(database: Any, door: str, clock: Clock | None = None) -> Asked:
    app, planted = await planted_node(CONFIG, database, NOW, make_app, clock)
    hidden = next(one for one in planted.hidden if one.what == f"a {door} community")
    names = STRANGERS if door == "hidden" else OUTSIDE
    strangers = [one for one in planted.readers if one.name in names]
    if door != "hidden":
        strangers += [Reader("a session that is over", session="x" * 43)]
        strangers += [Reader("a token that is none", token="x" * 43)]
    assert [one.name for one in strangers if one.name in hidden.readers] == []
    return Asked(app, planted.host, hidden, strangers, list(ways_to(app, planted, hidden)))


def ways_to(app: web.Application, planted: Planted, hidden: Hidden) -> Iterator[str]:
    """Every address that a community can be asked for by, from the routing table."""
    (iri,) = (one for one in planted.values["iri"] if one.endswith(f"/{hidden.address}"))
    values = {**planted.values, "name": [hidden.address], "iri": [iri]}
    values["number"] = values["number"][:1]
    for pattern in patterns(app, "GET"):
        if pattern in NOT_ASKED:
            continue
        for one in addresses(pattern, values):
            if hidden.address in one.path:
                yield one.path


async def took_ns(asked: Asked, path: str, reader: Reader) -> int:
    began = time.perf_counter_ns()
    await ask(asked.app, "GET", path, reader, asked.host)
    return time.perf_counter_ns() - began


async def series(asked: Asked, reader: Reader, timings: int) -> tuple[list[float], list[float]]:
    """How long the answers took: of what is there, and of what never was. Of each way, what is
    usual for it is taken off, so that all ways can be compared at once."""
    there, never = list[float](), list[float]()
    rounds = -(-timings // len(asked.ways))
    for way in asked.ways:
        one, other = list[int](), list[int]()
        for _ in range(rounds + 2):
            pair = [(one, way), (other, asked.twin_of(way))]
            random.shuffle(pair)
            for kept, path in pair:
                kept.append(await took_ns(asked, path, reader))
        usual = statistics.median(one[2:] + other[2:])
        there += [each - usual for each in one[2:]]
        never += [each - usual for each in other[2:]]
    return there, never


async def can_tell(asked: Asked, reader: Reader, timings: int) -> float:
    """How likely such a difference is by chance, at best of a few series."""
    best = 0.0
    for _ in range(SERIES_MAX):
        best = max(best, p_value(*await series(asked, reader, timings)))
        if best > P_MIN:
            break
    return best


@pytest.mark.threat("T94")
@pytest.mark.parametrize("door", DOORS)
async def test_what_strangers_are_answered_is_the_same_to_the_byte(database, door):
    it = await asked(database, door)

    assert len(it.ways) >= WAYS_MIN
    assert len(it.strangers) == 6
    for way in it.ways:
        for reader in it.strangers:
            there = await ask(it.app, "GET", way, reader, it.host)
            never = await ask(it.app, "GET", it.twin_of(way), reader, it.host)
            assert there.without(it.hidden.address) == never.without(it.hidden.twin), way


@pytest.mark.slow
@pytest.mark.threat("T94")
@pytest.mark.parametrize("door", DOORS)
async def test_how_long_it_takes_tells_strangers_nothing(database, door):
    it = await asked(database, door, TickingClock())

    told = await asyncio.gather(*(can_tell(it, one, TIMINGS) for one in it.strangers))

    names = [one.name for one in it.strangers]
    assert {name: p for name, p in zip(names, told, strict=True) if p <= P_MIN} == {}
