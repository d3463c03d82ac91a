"""The page on which those who look after a node see its neighbours, and answer."""

import pytest

from node.peers.rules import Policy
from node.peers.store import circle_around, freeze, peer_by_host, put_policy
from node.topics.neighbours.store import Held, add_introduction
from tests.node.browser import Browser
from tests.node.web.conftest import HASH, PASSWORD
from tests.peers.stub import NOW


async def somebody(house, name: str, role: str) -> Browser:
    caller = await house.person(name, password_hash=HASH)
    await house.do(put_role, caller.account.id, role)
    browser = Browser(house.client)
    await browser.sign_in(name, PASSWORD)
    return browser


def put_role(tx, account_id: int, role: str) -> None:
    tx.run("update account set role = :role where id = :id", role=role, id=account_id)


def fill(tx) -> None:
    put_policy(tx, "valley.example", Policy.TRUSTED, "The clinic", NOW)
    put_policy(tx, "bad.example", Policy.BLOCKED, "", NOW)
    freeze(tx, "oak.example", "The key of rose@oak.example changed.", NOW)
    held = Held(
        id=7,
        iri="https://valley.example/offers/1",
        given=False,
        host="hill.example",
        partner_host="valley.example",
        partner_iri="https://valley.example/actor",
        name="Hill <b>Farm</b>",
        url="https://hill.example/",
        words="We have met.",
        card="{}",
        state="waiting",
        created_at=NOW,
        expires_at=NOW + 10**6,
    )
    add_introduction(tx, held)


@pytest.mark.feature("F06")
async def test_an_organiser_sees_neighbours_in_plain_words(house):
    await house.do(fill)
    olga = await somebody(house, "olga", "organiser")

    page = await olga.open("/neighbours")

    assert page.status == 200
    for words in (
        "A neighbour we trust",
        "The clinic",
        "Blocked: nothing comes in",
        "Never heard yet.",
        "It may be somebody else now.",
        "Hill &lt;b&gt;Farm&lt;/b&gt;",
        "We have met.",
    ):
        assert words in page.text
    assert "<script" not in page.text


@pytest.mark.feature("F06")
async def test_an_introduction_is_accepted_with_one_button(house):
    await house.do(fill)
    olga = await somebody(house, "olga", "organiser")
    token = (await olga.open("/neighbours")).fields["token"]

    reply = await olga.send("/neighbours/accept", {"token": token, "introduction": "7"})

    assert reply.status == 303
    circle = await house.do(circle_around, ["hill.example"])
    assert circle.policy_of("hill.example") is Policy.TRUSTED


@pytest.mark.threat("T105")
async def test_a_neighbour_is_confirmed_with_one_button(house):
    await house.do(fill)
    olga = await somebody(house, "olga", "organiser")
    token = (await olga.open("/neighbours")).fields["token"]

    await olga.send("/neighbours/confirm", {"token": token, "host": "oak.example"})

    assert (await house.do(peer_by_host, "oak.example")).frozen_at is None


@pytest.mark.parametrize(("role", "status"), [("moderator", 200), ("member", 404), ("clinic", 404)])
async def test_only_those_who_look_after_the_node_see_its_neighbours(house, role, status):
    somebody_else = await somebody(house, "sam", role)

    assert (await somebody_else.open("/neighbours")).status == status


@pytest.mark.parametrize("role", ["moderator", "member"])
async def test_only_an_organiser_decides(house, role):
    await house.do(fill)
    sam = await somebody(house, "sam", role)
    token = (await sam.open("/new")).fields["token"]

    for path in ("accept", "decline", "confirm"):
        form = {"token": token, "introduction": "7", "host": "oak.example"}
        assert (await sam.send(f"/neighbours/{path}", form)).status == 404


async def test_visitors_are_led_to_the_door(house, visitor):
    reply = await visitor.open("/neighbours")

    assert reply.headers["Location"].startswith("/sign-in")
