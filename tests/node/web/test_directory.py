"""The page of communities, here and at neighbours."""

from dataclasses import replace

import pytest

from federation.documents.directory import Directory, ListedCommunity
from node.http.services import Found
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.members.actions import Founding, found_community
from node.topics.neighbours.neighbour_directory import receive_directory
from tests.neighbours import KEYS, NOW, ORIGIN, THERE, add_neighbour

HOST = "valley.example"
WALKERS = ListedCommunity(f"{THERE}/communities/walkers", "walkers", "Walkers", "Every Thursday")
THEIRS = Directory(f"{THERE}/actor/communities", f"{THERE}/actor", NOW, (WALKERS,))
JOIN = "/directory/join"


def listed_there(tx, directory=THEIRS):
    put_policy(tx, HOST, Policy.TRUSTED, "", NOW)
    receive_directory(tx, HOST, directory, NOW)


async def found(house, organiser, name, door, **fields):
    founding = Founding(origin=ORIGIN, name=name, title=name.title(), visibility=door, **fields)
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


@pytest.mark.feature("D01")
@pytest.mark.threat("T88")
async def test_everybody_sees_what_they_may_know_of_and_no_more(house, rosa, ann, visitor):
    await found(house, rosa, "meadow", "public")
    await found(house, rosa, "spinney", "closed")
    await found(house, rosa, "hollow", "hidden")

    mine, open_to_all = (await ann.open("/directory")).text, (await visitor.open("/directory")).text

    names = ("Meadow", "Spinney", "Hollow")
    assert [name in mine for name in names] == [True, True, False]
    assert [name in open_to_all for name in names] == [True, False, False]
    assert 'href="/directory"' in open_to_all


@pytest.mark.threat("T94")
async def test_a_hidden_community_changes_no_byte_of_the_page_for_others(house, rosa, visitor):
    before = (await visitor.open("/directory")).text

    await found(house, rosa, "hollow", "hidden")
    await found(house, rosa, "spinney", "closed")
    await found(house, rosa, "copse", "node")

    assert (await visitor.open("/directory")).text == before


@pytest.mark.feature("D01")
async def test_visitors_see_those_of_neighbours_and_members_can_join(house, ann, visitor):
    await house.do(listed_there)

    mine, open_to_all = (await ann.open("/directory")).text, (await visitor.open("/directory")).text

    for page in (mine, open_to_all):
        assert 'From <bdi dir="ltr">valley.example</bdi>' in page
        assert "Every Thursday" in page
    assert (f'action="{JOIN}"' in mine, f'action="{JOIN}"' in open_to_all) == (True, False)
    assert f'href="{WALKERS.iri}"' in open_to_all


@pytest.mark.feature("F15")
async def test_one_tap_asks_to_join_a_community_of_a_neighbour(house, ann):
    await house.do(listed_there)
    group = await house.do(add_neighbour, "walkers", kind="Group")
    house.resolver.known[WALKERS.iri] = Found(actor_id=group.id)
    token = (await ann.open("/directory")).fields["token"]

    reply = await ann.send(JOIN, {"token": token, "community": WALKERS.iri})

    assert (reply.status, reply.location) == (303, f"/seen/people/{group.id}")
    assert "not answered yet" in (await ann.open(reply.location)).text


async def test_only_what_stands_in_the_directory_is_asked_for(house, ann):
    token = (await ann.open("/directory")).fields["token"]

    reply = await ann.send(JOIN, {"token": token, "community": f"{THERE}/communities/else"})

    assert (reply.status, house.resolver.asked) == (404, [])


async def test_a_place_that_does_not_answer_is_said_to_be_that(house, ann):
    await house.do(listed_there)
    token = (await ann.open("/directory")).fields["token"]

    reply = await ann.send(JOIN, {"token": token, "community": WALKERS.iri})

    assert (reply.status, "does not answer just now" in reply.text) == (422, True)


async def test_an_organiser_says_whether_neighbours_show_it(house, rosa, ann):
    me = await house.do(lambda tx: tx.one("select actor_id as id from account where name = 'ann'"))
    organiser = replace(rosa, actor=replace(rosa.actor, id=me["id"]))
    await found(house, organiser, "meadow", "public")
    page = await ann.open("/moderate/meadow")
    form = {"token": page.fields["token"], "community": "meadow", "listed": "true"}

    assert "They do not show it." in page.text
    assert (await ann.send("/directory/listed", form)).location == "/moderate/meadow"
    assert "They show it." in (await ann.open("/moderate/meadow")).text
    await ann.send("/directory/listed", form | {"listed": ""})
    assert "They do not show it." in (await ann.open("/moderate/meadow")).text


async def test_whoever_does_not_organise_it_cannot(house, rosa, ann):
    await found(house, rosa, "meadow", "public")
    await found(house, rosa, "hollow", "hidden")
    token = (await ann.open("/directory")).fields["token"]

    async def status(name):
        form = {"token": token, "community": name, "listed": "true"}
        return (await ann.send("/directory/listed", form)).status

    assert [await status(name) for name in ("meadow", "hollow", "nowhere")] == [403, 404, 404]


async def test_long_lists_are_paged_ours_before_theirs(house, rosa, visitor, monkeypatch):
    monkeypatch.setattr("node.topics.neighbours.directory.PAGE_MAX", 2)
    for name in ("aspen", "birch", "cedar"):
        await found(house, rosa, name, "public")
    await house.do(listed_there)

    first = (await visitor.open("/directory")).text
    second = (await visitor.open("/directory?after=birch")).text
    third = (await visitor.open("/directory?host=valley.example&name=walkers")).text

    words = ("Aspen", "Birch", "Cedar", "Walkers")
    assert [word in first for word in words] == [True, True, False, False]
    assert 'href="/directory?after=birch"' in first
    assert [word in second for word in words] == [False, False, True, True]
    assert [word in third for word in words] == [False] * 4


async def test_documents_of_the_directory_are_for_other_nodes(house, rosa, visitor):
    group = await found(house, rosa, "meadow", "public")
    await house.do(lambda tx: tx.run("update community set listed = 1 where actor_id > 0"))

    reply = await visitor.open(
        "/actor/communities", headers={"Accept": "application/activity+json"}
    )

    assert (reply.status, reply.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert group.iri in reply.text
    assert '"proof"' in reply.text
