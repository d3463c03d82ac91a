"""Those who look after a community see where it is kept, and what became of it there."""

import pytest

from node.topics.members.actions import Founding, follow, found_community
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.browser import Browser
from tests.node.web.conftest import HASH, PASSWORD

STATES = {
    "held": "keeps it, since",
    "asked": "was asked to remove it on",
    "removed": "removed it on",
    "never": "never had any of it",
    "refused": "refuses to remove it",
    "silent": "never answered",
}


async def signed_in(house, name):
    person = await house.person(name, password_hash=HASH)
    browser = Browser(house.client)
    await browser.sign_in(name, PASSWORD)
    return person, browser


@pytest.fixture
async def organiser(house):
    """rosa, who organises communities, and her browser."""
    return await signed_in(house, "rosa")


@pytest.fixture
async def hollow(house, organiser):
    founding = Founding(
        origin=ORIGIN,
        name="hollow",
        title="Hollow",
        visibility="closed",
        joining="open",
        elsewhere=True,
    )
    group = await house.do(found_community, founding, organiser[0].actor, KEYS, NOW)

    def keep(tx):
        for state in STATES:
            tx.run(
                """
                insert into community_copy (community_id, host, inbox, since, state, asked_at,
                    answered_at)
                values (:id, :host, 'https://x.example/inbox', :now, :state, :now, :now)
                """,
                id=group.id,
                host=f"{state}.example",
                state=state,
                now=NOW,
            )

    await house.do(keep)
    return group


@pytest.mark.feature("F12", "F14")
async def test_an_organiser_reads_a_line_for_each_place(organiser, hollow):
    _, browser = organiser
    entrance = await browser.open("/communities/hollow")
    kept = await browser.open("/communities/hollow/copies")

    assert "/communities/hollow/copies" in entrance.text
    words = " ".join(kept.text.split())
    for state, said in STATES.items():
        assert f"{state}.example</bdi></strong>: " in words
        assert said in words.partition(f"{state}.example</bdi>")[2][:120]


@pytest.mark.threat("T90")
async def test_members_are_not_told_where_others_live(house, hollow):
    tilda, browser = await signed_in(house, "tilda")
    await house.do(follow, tilda.actor, hollow, NOW)

    page = await browser.open("/communities/hollow/copies")

    assert page.status == 403
    assert "held.example" not in page.text
    assert "/copies" not in (await browser.open("/communities/hollow")).text


@pytest.mark.feature("F14")
async def test_what_is_kept_nowhere_else_is_said_to_be_kept_here_alone(house, organiser):
    _, browser = organiser
    founding = Founding(origin=ORIGIN, name="den", title="Den", visibility="closed", joining="open")
    await house.do(found_community, founding, organiser[0].actor, KEYS, NOW)

    assert "kept here alone" in (await browser.open("/communities/den/copies")).text
