"""Every reader at every address: who is told what is hidden, and who is told what is for them.

The addresses are those of the routing tables, so that a new one is looked at by itself; a part of
one that is of a new kind fails until `node/leak_audit/plant.py` says what can be asked for.
"""

from dataclasses import replace

import pytest

from node.app import make_app
from node.base.config import Config, NodeSettings
from node.leak_audit.audit import planted_node
from node.leak_audit.readers import OTHERS, Link
from node.leak_audit.walk import Walk, read_all
from tests.neighbours import NOW, ORIGIN

CONFIG = Config(node=NodeSettings(url=ORIGIN, name="Group"))


pytestmark = pytest.mark.feature("V02")


async def look_as(database, name):
    """Ask for everything as a reader: they are told what is for them, and nothing else."""
    app, planted = await planted_node(CONFIG, database, NOW, make_app)
    reader = next(one for one in planted.readers if one.name == name)

    found = Walk()

    await read_all(app, replace(planted, readers=[reader]), found)

    assert found.leaks == []
    assert {what for _, what in found.shown} == {
        one.what for one in planted.secrets if name in one.readers
    }
    assert found.asked > 500


@pytest.mark.threat("T81")
@pytest.mark.threat("T82")
@pytest.mark.threat("T88")
@pytest.mark.threat("T94")
@pytest.mark.threat("T95")
async def test_a_visitor_is_told_nothing_that_is_hidden(database):
    await look_as(database, "visitor")


@pytest.mark.threat("T81")
@pytest.mark.threat("T82")
@pytest.mark.threat("T88")
@pytest.mark.threat("T94")
@pytest.mark.threat("T95")
async def test_somebody_else_of_the_node_is_told_no_more_than_that_a_community_is_there(database):
    await look_as(database, "other member")


@pytest.mark.threat("T81")
@pytest.mark.threat("T82")
@pytest.mark.threat("T88")
@pytest.mark.threat("T94")
@pytest.mark.threat("T95")
async def test_who_has_left_is_told_no_more_than_anybody_else(database):
    await look_as(database, "ex-member")


@pytest.mark.threat("T81")
@pytest.mark.threat("T82")
@pytest.mark.threat("T88")
@pytest.mark.threat("T94")
@pytest.mark.threat("T95")
async def test_an_organisation_is_told_nothing_that_is_said_behind_a_door(database):
    await look_as(database, "clinic")


@pytest.mark.threat("T81")
@pytest.mark.threat("T82")
@pytest.mark.threat("T88")
@pytest.mark.threat("T94")
@pytest.mark.threat("T95")
async def test_a_node_that_does_not_sign_is_told_nothing_that_is_hidden(database):
    await look_as(database, "unsigned node")


@pytest.mark.threat("T81")
@pytest.mark.threat("T82")
@pytest.mark.threat("T88")
@pytest.mark.threat("T94")
@pytest.mark.threat("T95")
async def test_a_node_without_a_member_is_told_nothing_that_is_hidden(database):
    await look_as(database, "unrelated node")


@pytest.mark.threat("T88")
@pytest.mark.feature("C10")
async def test_words_of_two_names_in_one_answer_are_noticed(database):
    app, planted = await planted_node(CONFIG, database, NOW, make_app)
    (link,) = planted.links
    reader = next(one for one in planted.readers if one.name == "member")
    both = Link(link.one, ("For all",), "whose another name is")
    asked = {**planted.values, "name": [link.one[0]], "number": [link.one[1]]}

    found = Walk()
    await read_all(app, replace(planted, readers=[reader], values=asked, links=[both]), found)

    assert "whose another name is" in {one.what for one in found.leaks}


@pytest.mark.threat("T88")
@pytest.mark.parametrize("name", OTHERS)
async def test_whom_it_is_for_is_told_it_and_nothing_else(database, name):
    await look_as(database, name)
