"""Before they write in a community, members are told which other places get a copy."""

import pytest

from node.topics.actors.store import local_actor
from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, found_community
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour

MOOR = "https://moor.example"


@pytest.mark.feature("F14")
async def test_the_page_says_where_it_will_be_kept(house, ann):
    founding = Founding(
        origin=ORIGIN, name="hollow", title="Hollow", visibility="closed", elsewhere=True
    )
    actor = await house.do(local_actor, "Person", "ann")
    group = await house.do(found_community, founding, actor, KEYS, NOW)
    page = await ann.open("/new?with=@hollow")
    assert "stays on this place" in page.text

    def come_in(tx):
        put_member(tx, group.id, add_neighbour(tx, "vera").id, Role.MEMBER, NOW)

    await house.do(come_in)

    page = await ann.open("/new?with=@hollow")
    assert "valley.example" in page.text
    assert "stays on this place" not in page.text


@pytest.mark.feature("F14")
@pytest.mark.threat("T88")
async def test_who_may_not_read_there_is_told_of_no_place_that_has_a_member(house, ann):
    founding = Founding(
        origin=ORIGIN, name="hollow", title="Hollow", visibility="closed", elsewhere=True
    )
    rosa = await house.person("rosa")

    def come_in(tx):
        group = found_community(tx, founding, rosa.actor, KEYS, NOW)
        put_member(tx, group.id, add_neighbour(tx, "vera", MOOR).id, Role.MEMBER, NOW)

    await house.do(come_in)

    assert "moor.example" not in (await ann.open("/new?with=@hollow")).text
