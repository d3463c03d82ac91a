"""The first member from a node that has none yet: the organisers of the community agree."""

import pytest

from federation.discovery.nodeinfo import NodeSaid, nodeinfo_address, read_nodeinfo
from node.base.errors import NotAllowed
from node.peers.rules import Policy
from node.topics.communities.store import put_role
from node.topics.members.actions import Founding, found_community, take_follow
from node.topics.members.answers import accept_follow
from node.topics.members.copies import copies_of
from node.topics.members.new_nodes import (
    Agreement,
    agree_to_node,
    is_new_node,
    node_facts,
    put_node_said,
)
from node.topics.members.rules import what_it_can
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN, THERE, add_neighbour, add_person


@pytest.fixture
def dee(tx):
    return add_person(tx, "dee")


@pytest.fixture
def circle(tx, dee):
    founding = Founding(
        origin=ORIGIN,
        name="circle",
        title="Circle",
        visibility="closed",
        joining="approval",
        elsewhere=True,
    )
    return found_community(tx, founding, dee, KEYS, NOW)


def asks(tx, group, name, origin=THERE):
    who = add_neighbour(tx, name, origin)
    take_follow(tx, who, group, f"{who.iri}/follows/1", NOW)
    return who


@pytest.mark.feature("F14")
@pytest.mark.threat("T91")
def test_two_organisers_agree_to_a_new_node_where_there_are_two(tx, circle, dee):
    ivo, ann = add_person(tx, "ivo"), asks(tx, circle, "ann")
    put_role(tx, circle.id, ivo.id, Role.ORGANISER, NOW)

    for _ in range(2):
        first = agree_to_node(tx, circle, ann, dee, NOW, is_confirmed=True)
        assert first is Agreement.NEEDS_SECOND
    assert agree_to_node(tx, circle, ann, ivo, NOW, is_confirmed=False) is Agreement.AGREED


@pytest.mark.feature("F14")
@pytest.mark.threat("T91")
def test_one_organiser_alone_says_it_twice(tx, circle, dee):
    ann = asks(tx, circle, "ann")

    once = agree_to_node(tx, circle, ann, dee, NOW, is_confirmed=False)

    assert once is Agreement.NEEDS_CONFIRMING
    assert agree_to_node(tx, circle, ann, dee, NOW, is_confirmed=True) is Agreement.AGREED


@pytest.mark.feature("F14")
def test_a_moderator_lets_in_others_of_a_node_that_has_a_member_and_not_the_first(tx, circle, dee):
    ann, bob, mia = asks(tx, circle, "ann"), asks(tx, circle, "bob"), add_person(tx, "mia")
    put_role(tx, circle.id, mia.id, Role.MODERATOR, NOW)
    with pytest.raises(NotAllowed):
        agree_to_node(tx, circle, ann, mia, NOW, is_confirmed=True)
    accept_follow(tx, circle, ann, NOW)

    assert not is_new_node(tx, circle, bob)
    assert agree_to_node(tx, circle, bob, mia, NOW, is_confirmed=False) is Agreement.AGREED
    assert [(one.host, one.state) for one in copies_of(tx, circle.id)] == [
        ("valley.example", "held")
    ]


@pytest.mark.feature("F14")
@pytest.mark.threat("T91")
@pytest.mark.parametrize("software", ["kbin", "mbin"])
def test_what_shows_everything_to_everybody_is_not_let_in(tx, circle, dee, software):
    ann = asks(tx, circle, "ann")
    put_node_said(tx, ann.host, NodeSaid(software, "1.8", "Valley"), NOW)

    with pytest.raises(NotAllowed):
        agree_to_node(tx, circle, ann, dee, NOW, is_confirmed=True)


@pytest.mark.feature("F14")
def test_organisers_are_told_what_the_node_is(tx, circle, dee):
    ann = asks(tx, circle, "ann")
    assert node_facts(tx, ann.host).software == ""

    put_node_said(tx, ann.host, NodeSaid("lemmy", "1.0.0", "Valley"), NOW)

    facts = node_facts(tx, ann.host)
    assert (facts.software, facts.version, facts.title) == ("lemmy", "1.0.0", "Valley")
    assert (facts.policy, facts.known_since) == (Policy.OPEN, NOW)
    words = {what_it_can(one) for one in ("hedgerow", "lemmy", "mastodon", "")}
    assert len(words) == 4


def test_a_node_says_what_it_is_at_its_own_origin_alone():
    schema = "http://nodeinfo.diaspora.software/ns/schema/"
    links = {
        "links": [
            {"rel": f"{schema}2.0", "href": f"{THERE}/nodeinfo/2.0"},
            {"rel": f"{schema}2.1", "href": "https://other.example/nodeinfo/2.1"},
        ]
    }

    assert nodeinfo_address({"links": links["links"][1:]}, THERE) is None
    assert nodeinfo_address(links, THERE) == f"{THERE}/nodeinfo/2.0"
    assert nodeinfo_address(["odd"], THERE) is None
    document = {"software": {"name": "Lemmy", "version": "1.0"}, "metadata": {"nodeName": "V"}}
    assert read_nodeinfo(document) == NodeSaid("lemmy", "1.0", "V")
    assert read_nodeinfo("odd") == NodeSaid("", "", "")
