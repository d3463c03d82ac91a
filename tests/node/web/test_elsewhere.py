"""A visitor says where they belong: from our own page alone, and not too often."""

import pytest

from federation.documents.directory import Directory, ListedCommunity
from node.http.rate_limits import ELSEWHERE
from node.http.services import SERVICES
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.neighbours.neighbour_directory import receive_directory
from tests.neighbours import NOW

FORM = {"handle": "not an address at all", "path": "/people/rosa"}


@pytest.mark.threat("T62")
async def test_only_our_own_page_has_other_servers_asked(house, rosa, visitor):
    answers = [
        (await visitor.send("/elsewhere", FORM)).status,
        (await visitor.send("/elsewhere", FORM, headers={"Origin": "https://evil.example"})).status,
        (await visitor.send("/elsewhere", FORM, headers={"Sec-Fetch-Site": "cross-site"})).status,
    ]
    async with house.client.post("/elsewhere", data=FORM) as said_nothing:
        answers.append(said_nothing.status)

    assert answers == [422, 403, 403, 403]


@pytest.mark.threat("T56")
async def test_an_address_has_other_servers_asked_twenty_times_in_five_minutes(rosa, visitor):
    answers = [
        (await visitor.send("/elsewhere", FORM)).status for _ in range(ELSEWHERE.per_address + 1)
    ]

    assert answers == [422] * ELSEWHERE.per_address + [429]


NEIGHBOURS = {
    "vale.example": Policy.TRUSTED,
    "moor.example": Policy.BLOCKED,
    "quiet.example": Policy.TRUSTED,
}


def listing(host):
    iri = f"https://{host}/communities/walks"
    listed = ListedCommunity(iri, "walks", "Walks", "On Sundays")
    return Directory(f"https://{host}/d", f"https://{host}/actor", NOW - 60, (listed,))


@pytest.mark.threat("T103")
@pytest.mark.feature("F15", "J3.1")
async def test_a_visitor_chooses_among_neighbours_and_types_nothing(house, rosa, visitor):
    for host, policy in NEIGHBOURS.items():
        await house.do(put_policy, host, policy, "", NOW)
    for host in ("vale.example", "moor.example"):
        await house.do(receive_directory, host, listing(host), NOW)
    await house.client.app[SERVICES].peers.refresh(house.db)

    page = await visitor.open("/people/rosa")
    led = await visitor.send("/elsewhere", {"handle": "vale.example", "path": "/people/rosa"})

    assert '<button class="soft" name="handle" value="vale.example">' in page.text
    assert "moor.example" not in page.text
    assert "quiet.example" not in page.text
    assert "You are leaving for" in led.text
    assert "https://vale.example/authorize_interaction?uri=" in led.text
