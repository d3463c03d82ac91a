"""The page on which people say where they come from, and that they go elsewhere."""

import pytest

from node.http.services import Found
from node.topics.actors.store import actor_by_iri
from tests.neighbours import ORIGIN, add_neighbour
from tests.node.web.conftest import PASSWORD

MOVING = "/settings/moving"
HILL = "https://hill.example"
ROSE = "@rose@hill.example"
ANN = f"{ORIGIN}/people/ann"


async def press(browser, path, **fields):
    page = await browser.open(MOVING)
    return await browser.send(path, {"token": page.fields["token"]} | fields)


async def me(house):
    return await house.do(actor_by_iri, ANN)


@pytest.fixture
async def rose(house, ann):
    """Somebody of another node who names ann's address as an old one, and can be found."""
    made = await house.do(add_neighbour, "rose", HILL, aliases=(ANN,))
    house.resolver.known[ROSE] = Found(actor_id=made.id)
    return made


async def test_old_addresses_are_added_shown_and_removed(house, ann, rose):
    await press(ann, f"{MOVING}/add", address=ROSE)
    shown = await ann.open(MOVING)
    assert ROSE in shown.text
    assert (await me(house)).aliases == (rose.iri,)

    await press(ann, f"{MOVING}/drop", iri=rose.iri)
    assert (await me(house)).aliases == ()


async def test_an_address_where_nobody_is_stays_in_the_form_with_what_is_wrong(ann):
    page = await press(ann, f"{MOVING}/add", address="@nobody@hill.example")

    assert page.status == 422
    assert "Nobody is to be found" in page.text
    assert 'value="@nobody@hill.example"' in page.text


async def test_moving_away_is_shown_to_everybody_and_can_be_taken_back(house, ann, rose, visitor):
    moved = await press(ann, f"{MOVING}/away", address=ROSE, password=PASSWORD)
    profile = await visitor.open("/people/ann")
    shown = await ann.open(MOVING)

    assert (moved.status, (await me(house)).moved_to) == (303, rose.iri)
    assert "They have moved to" in profile.text
    assert "You have moved" in shown.text

    await press(ann, f"{MOVING}/back")
    assert (await me(house)).moved_to is None


@pytest.mark.threat("T25")
async def test_nobody_is_sent_away_without_their_password(house, ann, rose):
    page = await press(ann, f"{MOVING}/away", address=ROSE, password="not it")

    assert page.status == 401
    assert (await me(house)).moved_to is None


@pytest.mark.threat("T25")
async def test_an_address_that_does_not_name_this_one_is_explained(house, ann):
    other = await house.do(add_neighbour, "other", HILL)
    house.resolver.known["@other@hill.example"] = Found(actor_id=other.id)

    page = await press(ann, f"{MOVING}/away", address="@other@hill.example", password=PASSWORD)

    assert page.status == 403
    assert "does not say that it is yours" in page.text
    assert (await me(house)).moved_to is None


@pytest.mark.threat("T25")
async def test_clients_are_told_of_a_move_only_if_both_addresses_say_so(house, rosa, ann, rose):
    mine = await me(house)

    def claim(tx, iri):
        tx.run("update actor set moved_to = :iri where id = :id", iri=iri, id=mine.id)

    liar = await house.do(add_neighbour, "liar", HILL)
    await house.do(claim, liar.iri)
    before = await rosa.get(f"/api/v1/accounts/{mine.id}")
    await house.do(claim, rose.iri)
    after = await rosa.get(f"/api/v1/accounts/{mine.id}")

    assert before.value.get("moved") is None
    assert after.value["moved"]["acct"] == "rose@hill.example"
