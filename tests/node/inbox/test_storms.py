"""Farewells in masses cost next to nothing, and nobody can point our deliveries at a victim."""

import time

import pytest

from tests.cpu import measured
from tests.node.inbox.test_accept import ROSE, URL, follow
from tests.peers.stub import THERE, key_of, person_document, signed

FAREWELLS = 200
CPU_S_MAX = 0.005
VICTIM = "https://victim.example/inbox"


def farewell(number: int) -> dict[str, object]:
    actor = f"{THERE}/people/gone{number}"
    return {"id": f"{actor}#delete", "type": "Delete", "actor": actor, "object": actor}


@pytest.mark.threat("T118")
async def test_a_storm_of_farewells_of_strangers_costs_no_fetch_no_row_and_little_time(node):
    messages = [
        signed(URL, farewell(number), key_of(f"{THERE}/people/gone{number}"))
        for number in range(FAREWELLS)
    ]

    with measured(time.process_time) as cost:
        statuses = {(await node.send(body, headers)).status for body, headers in messages}

    assert statuses == {202}
    assert node.gate.asked == []
    assert await node.arrivals() == []
    assert await node.db.read(actor_count) == 3
    assert cost.cpu_s / FAREWELLS < CPU_S_MAX


def actor_count(tx):
    """The node's own actor, whom it reports as, and ann."""
    return tx.one("select count(*) as total from actor")["total"]


@pytest.mark.threat("T47")
@pytest.mark.parametrize(
    "inbox",
    ["http://valley.example/inbox", "https://Victim.example/inbox", "nonsense"],
)
async def test_an_actor_whose_inbox_has_no_plain_address_is_not_taken(node, inbox):
    node.gate.documents[ROSE] = person_document("rose") | {"inbox": inbox}

    reply = await node.post(follow())

    assert reply.status == 401
    assert await node.db.read(actor_count) == 3


@pytest.mark.threat("T47")
async def test_a_shared_inbox_that_is_not_at_home_is_left_out(node):
    node.gate.documents[ROSE] = person_document("rose") | {"endpoints": {"sharedInbox": VICTIM}}

    reply = await node.post(follow())

    assert reply.status == 202
    inboxes = await node.db.read(
        lambda tx: tx.one("select inbox, shared_inbox from actor where iri = :iri", iri=ROSE)
    )
    assert dict(inboxes) == {"inbox": f"{ROSE}/inbox", "shared_inbox": None}
