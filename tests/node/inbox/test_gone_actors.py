"""Whoever says goodbye and takes the key along is deleted once their own address says so twice."""

import pytest

from federation.errors import FetchFailed
from node.arrivals.unverified_deletes import AGAIN_AFTER_S, GIVE_UP_S
from node.db.tx import Tx
from node.inbox.gone_actors import check_gone_actors
from node.topics.actors.store import actor_by_iri
from tests.neighbours import add_neighbour
from tests.peers.stub import THERE, key_of, person_document

ROSE = f"{THERE}/people/rose"
GONE = FetchFailed("status", 410)
DELETE = {"id": f"{ROSE}#delete", "type": "Delete", "actor": ROSE, "object": ROSE}


@pytest.fixture
async def rose(node):
    """rose is known here, without a key; her address says that she is gone."""
    await node.db.write(add_neighbour, "rose")
    node.gate.documents[ROSE] = GONE


async def is_here(node) -> bool:
    return await node.db.read(actor_by_iri, ROSE) is not None


async def look(node, after_s: int) -> None:
    node.clock.at += after_s
    await check_gone_actors(node.db, node.fetcher, node.clock)


def noted(tx: Tx) -> int:
    return len(tx.all("select actor_id from unverified_delete"))


@pytest.mark.threat("T10")
async def test_a_goodbye_without_a_key_deletes_nobody_by_itself(node, rose):
    reply = await node.post(DELETE)
    await look(node, AGAIN_AFTER_S - 1)

    assert reply.status == 202
    assert await node.arrivals() == []
    assert await is_here(node)
    assert node.gate.asked == [ROSE]


@pytest.mark.threat("T10")
async def test_whoever_is_gone_a_day_later_still_is_deleted(node, rose):
    await node.post(DELETE)

    await look(node, AGAIN_AFTER_S)

    assert not await is_here(node)
    assert await node.db.read(noted) == 0


@pytest.mark.threat("T10")
async def test_whoever_is_back_a_day_later_stays(node, rose):
    await node.post(DELETE)
    node.gate.documents[ROSE] = person_document("rose")

    await look(node, AGAIN_AFTER_S)

    assert await is_here(node)
    assert await node.db.read(noted) == 0


@pytest.mark.threat("T10")
async def test_an_address_that_cannot_be_asked_says_nothing_and_is_asked_for_two_weeks(node, rose):
    await node.post(DELETE)
    node.gate.documents[ROSE] = FetchFailed("timeout")

    await look(node, AGAIN_AFTER_S)
    waiting = await node.db.read(noted)
    await look(node, GIVE_UP_S)

    assert (waiting, await node.db.read(noted)) == (1, 0)
    assert await is_here(node)


@pytest.mark.threat("T10")
@pytest.mark.parametrize("failure", [FetchFailed("timeout"), FetchFailed("status", 503)])
async def test_a_goodbye_waits_where_the_address_does_not_say_that_they_are_gone(
    node, rose, failure
):
    node.gate.documents[ROSE] = failure

    reply = await node.post(DELETE)

    assert reply.status == 503
    assert await node.db.read(noted) == 0


@pytest.mark.threat("T10")
async def test_nobody_says_goodbye_for_somebody_else(node, rose):
    liar = "https://liar.example/people/liar"

    reply = await node.post(DELETE, key=key_of(liar))
    other = await node.post(DELETE | {"object": f"{THERE}/people/reed"})

    assert (reply.status, other.status) == (401, 401)
    assert await is_here(node)


@pytest.mark.threat("T10")
async def test_a_goodbye_that_the_known_key_signed_is_kept_at_once(node):
    node.gate.documents[ROSE] = person_document("rose")
    await node.post({"id": f"{ROSE}/1", "type": "Like", "actor": ROSE, "object": f"{ROSE}/n"})
    node.gate.documents[ROSE] = GONE

    reply = await node.post(DELETE)

    assert reply.status == 202
    assert [one["kind"] for one in await node.arrivals()] == ["Like", "Delete"]
