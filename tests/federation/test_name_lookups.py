"""Names whose servers are silent hold up nobody else's."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from federation import name_lookups
from federation.name_lookups import LOOKUPS_MAX, LOOKUPS_PER_DOMAIN_MAX, NameLookups


class Servers:
    """The system's look-up: names that end in `silent` are not answered until the test is over."""

    def __init__(self) -> None:
        self.ended, self.asked = threading.Event(), list[str]()

    def look_up(self, host, port, **how):
        self.asked.append(host)
        if ".silent" in host:
            self.ended.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "silent")
        if host.startswith("nobody."):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", port))]


@pytest.fixture
def servers(monkeypatch) -> Iterator[Servers]:
    monkeypatch.setattr(name_lookups, "LOOKUP_S_MAX", 0.5)
    made = Servers()
    yield made
    made.ended.set()


async def test_a_name_leads_to_its_addresses(servers):
    (found,) = await NameLookups(servers.look_up).resolve("valley.example", 443)

    assert (found["hostname"], found["host"], found["port"]) == ("valley.example", "192.0.2.7", 443)


async def test_a_name_that_is_none_fails_at_once(servers):
    with pytest.raises(socket.gaierror, match="unknown"):
        await NameLookups(servers.look_up).resolve("nobody.example")


@pytest.mark.threat("T143")
async def test_a_silent_name_fails_in_time_and_the_system_may_take_as_long_as_it_wants(servers):
    began = time.monotonic()

    with pytest.raises(OSError, match="silent"):
        await NameLookups(servers.look_up).resolve("a.silent")

    assert time.monotonic() - began < 5


@pytest.mark.threat("T143")
async def test_the_names_below_one_domain_hold_four_threads_at_most(servers):
    names = NameLookups(servers.look_up)
    silent = [asyncio.create_task(names.resolve(f"n{n}.silent.example")) for n in range(200)]
    await asyncio.sleep(0.05)

    found = await names.resolve("valley.example", 443)
    held = len([name for name in servers.asked if "silent" in name])
    await asyncio.gather(*silent, return_exceptions=True)

    assert found[0]["host"] == "192.0.2.7"
    assert held == LOOKUPS_PER_DOMAIN_MAX


@pytest.mark.threat("T143")
async def test_many_silent_domains_leave_threads_for_names_that_were_found_before(servers):
    names = NameLookups(servers.look_up)
    await names.resolve("valley.example")
    silent = [asyncio.create_task(names.resolve(f"n{n}.silent")) for n in range(LOOKUPS_MAX + 20)]
    await asyncio.sleep(0.05)

    found = await names.resolve("valley.example", 443)
    with pytest.raises(OSError, match="silent"):
        await names.resolve("stranger.example", 443)
    servers.ended.set()
    await asyncio.gather(*silent, return_exceptions=True)

    assert found[0]["host"] == "192.0.2.7"
    assert (await names.resolve("stranger.example", 443))[0]["host"] == "192.0.2.7"
