"""The address that a request comes from has a share of the keys that are asked for."""

import asyncio
from types import SimpleNamespace

import pytest

from federation.errors import BadSignature
from node.base.config import WebSettings
from node.base.errors import Busy
from node.http.rate_limits import asker_of
from node.http.services import CLIENT
from node.inbox import remote_keys
from node.inbox.remote_keys import FETCHES_AT_ONCE_PER_ADDRESS, KEY_REFETCH_S


def claim(number):
    return SimpleNamespace(key_iri=f"https://n{number}.example/ann#key")


async def outcome(node, number, asker):
    """What becomes of a request that is signed by a key nobody has."""
    try:
        await node.keys.signer(claim(number), asker=asker)
    except BadSignature:
        return "asked"
    except Busy as busy:
        return "come back" if busy.sentence.startswith("Too many keys") else "asked"
    return "known"


@pytest.mark.threat("T143")
async def test_an_address_causes_so_many_questions_and_another_address_has_its_own(
    node, monkeypatch
):
    monkeypatch.setattr(remote_keys, "FETCHES_PER_ADDRESS", 3)

    first = [await outcome(node, number, "192.0.2.7") for number in range(5)]
    again = await outcome(node, 1, "192.0.2.7")
    other = await outcome(node, 7, "192.0.2.8")
    nobodys = [await outcome(node, number, "") for number in range(10, 20)]
    node.clock.at += KEY_REFETCH_S

    assert first == ["asked"] * 3 + ["come back"] * 2
    assert (again, other) == ("asked", "asked")  # what is known already costs nothing
    assert nobodys == ["asked"] * 10
    assert await outcome(node, 30, "192.0.2.7") == "asked"


@pytest.mark.threat("T143")
async def test_an_address_has_eight_questions_at_once(node, monkeypatch):
    silent = asyncio.Event()

    async def fetch_owner(iri, budget):
        await silent.wait()
        return "failed"

    monkeypatch.setattr(node.fetcher, "fetch_owner", fetch_owner)
    tasks = [asyncio.create_task(outcome(node, number, "192.0.2.7")) for number in range(20)]
    done, _ = await asyncio.wait(tasks, timeout=1)

    assert [one.result() for one in done] == ["come back"] * (20 - FETCHES_AT_ONCE_PER_ADDRESS)
    silent.set()
    await asyncio.gather(*tasks)
    assert await outcome(node, 40, "192.0.2.7") == "asked"


@pytest.mark.parametrize(
    ("address", "rate_limits", "asker"),
    [("192.0.2.7", True, "192.0.2.7"), ("127.0.0.1", True, ""), ("192.0.2.7", False, "")],
)
def test_our_own_proxy_has_no_share_of_its_own(address, rate_limits, asker):
    settings = WebSettings(rate_limits=rate_limits, trusted_proxies=("127.0.0.1",))

    assert asker_of({CLIENT: address}, settings) == asker
