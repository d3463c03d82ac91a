"""Our own API for coming in: asking, the answer, invitations and vouching, as on the pages."""

import pytest

from node.topics.actors.store import actor_by_iri
from node.topics.communities.store import membership, put_role
from node.topics.members.actions import take_follow
from node.topics.organising.actions import change
from node.topics.organising.rules import Settings
from node.topics.permissions.rules import Role
from tests.neighbours import NOW, ORIGIN, add_neighbour
from tests.node.api.described import ask

CIRCLE = {"title": "Circle", "visibility": "closed", "joining": "approval"}


@pytest.fixture
async def circle(house, rosa):
    """A closed community where rosa lets people in by hand, and asks them something."""
    await ask(rosa, "POST", "/communities", json=CIRCLE, status=201)
    coming_in = {"question": "Who sent you?", "pledge": "What is said here stays here."}
    await ask(rosa, "PATCH", "/communities/circle/coming-in", json=coming_in)
    return await house.do(actor_by_iri, f"{ORIGIN}/communities/circle")


async def asks(caller, **form):
    form = {"answer": "A friend", "pledge": 1} | form
    return await ask(caller, "POST", "/communities/circle/join", json=form)


@pytest.mark.feature("C03", "C04", "C19")
async def test_the_question_is_answered_and_whoever_asks_reads_the_answer(rosa, tilda, circle):
    entry = await ask(tilda, "GET", "/communities/circle/join")
    assert entry["question"] == "Who sent you?"
    assert entry["pledge"] == {"version": 1, "words": "What is said here stays here."}

    assert await asks(tilda) == {"joined": False}
    await ask(tilda, "PATCH", f"/askings/{circle.id}", json={"answer": "An old friend"})
    (one,) = (await ask(rosa, "GET", "/communities/circle/waiting"))["waiting"]
    assert (one["person"]["id"], one["answer"]) == (tilda.id, "An old friend")
    await ask(
        rosa,
        "POST",
        f"/communities/circle/waiting/{tilda.id}/refuse",
        json={"reason": "We are full."},
    )

    (asked,) = await ask(tilda, "GET", "/askings")
    assert (asked["state"], asked["reason"]) == ("refused", "We are full.")
    problem = await ask(tilda, "POST", "/communities/circle/join", json={"pledge": 1}, status=403)
    assert "a week" in problem["detail"]


@pytest.mark.feature("C03")
async def test_who_is_let_in_is_a_member_and_asking_can_be_taken_back(house, rosa, tilda, circle):
    await asks(tilda)
    await ask(tilda, "DELETE", f"/askings/{circle.id}")
    assert (await ask(rosa, "GET", "/communities/circle/waiting"))["waiting"] == []
    await asks(tilda)

    accepted = await ask(rosa, "POST", f"/communities/circle/waiting/{tilda.id}/accept")

    assert accepted == {"outcome": "agreed"}
    assert (await house.do(membership, circle.id, int(tilda.id))).role is Role.MEMBER
    again = f"/communities/circle/waiting/{tilda.id}/accept"
    await ask(rosa, "POST", again, status=404)


@pytest.mark.feature("C19")
async def test_a_pledge_that_has_changed_is_read_once_more(rosa, tilda, circle):
    await ask(rosa, "PATCH", "/communities/circle/coming-in", json={"pledge": "Be kind."})

    form = {"answer": "A friend", "pledge": 1}
    await ask(tilda, "POST", "/communities/circle/join", json=form, status=409)
    await asks(tilda, pledge=2)

    found = await ask(rosa, "GET", "/communities/circle/coming-in")
    assert (found["question"], found["pledge"]["words"]) == ("Who sent you?", "Be kind.")
    assert (found["agreed"], found["members"]) == (1, 1)


@pytest.mark.feature("F14")
@pytest.mark.threat("T91")
async def test_the_first_of_a_new_node_needs_two_organisers(house, rosa, tilda, circle):
    await house.do(opens_to_rose, rosa.actor, circle)
    (one,) = (await ask(rosa, "GET", "/communities/circle/waiting"))["waiting"]
    assert one["new_node"]["host"] == "valley.example"
    way = f"/communities/circle/waiting/{one['person']['id']}/accept"

    assert await ask(rosa, "POST", way) == {"outcome": "needs_confirming"}
    await house.do(put_role, circle.id, int(tilda.id), Role.ORGANISER, NOW)
    assert await ask(rosa, "POST", way) == {"outcome": "needs_second"}
    assert await ask(tilda, "POST", way) == {"outcome": "agreed"}


def opens_to_rose(tx, rosa, group):
    change(tx, rosa, group, Settings(elsewhere=True), NOW)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/follows/1", NOW)


@pytest.mark.feature("C05", "C06", "C07")
@pytest.mark.threat("T74")
async def test_an_invitation_is_made_leads_in_once_and_is_taken_back(rosa, tilda, circle):
    form = {"uses": 1, "days": 2, "signed": "Rosa from the mill"}
    made = await ask(rosa, "POST", "/communities/circle/invitations", json=form, status=201)
    code = made["link"].rpartition("/")[2]

    offer = await ask(tilda, "GET", f"/invitations/{code}")
    assert (offer["inviter"]["id"], offer["signed"]) == (rosa.id, "Rosa from the mill")
    joined = await ask(tilda, "POST", f"/invitations/{code}/join", json={"pledge": 1})
    assert joined["community"] == offer["community"]
    await ask(tilda, "GET", f"/invitations/{code}", status=404)
    below = await ask(tilda, "POST", "/communities/circle/invitations", status=201)

    (tree,) = await ask(rosa, "GET", "/communities/circle/invitations")
    assert [one["id"] for one in tree["people"]] == [tilda.id]
    (mine,) = await ask(tilda, "GET", "/communities/circle/invitations")
    assert mine["id"] == tree["below"][0]["id"]
    way = f"/communities/circle/invitations/{tree['id']}"
    assert await ask(rosa, "DELETE", way) == {"revoked": 2}
    await ask(rosa, "GET", f"/invitations/{below['link'].rpartition('/')[2]}", status=404)


@pytest.mark.feature("C08")
@pytest.mark.threat("T88")
async def test_vouching_answers_the_same_whoever_it_is(rosa, tilda, circle):
    await asks(tilda)

    for who in ("tilda", "@nobody", "@somebody@valley.example"):
        assert await ask(rosa, "POST", "/communities/circle/vouches", json={"who": who}) == {}

    (one,) = (await ask(rosa, "GET", "/communities/circle/waiting"))["waiting"]
    assert [voucher["id"] for voucher in one["vouchers"]] == [rosa.id]
    await ask(tilda, "POST", "/communities/circle/vouches", json={"who": "rosa"}, status=403)


@pytest.mark.threat("T88", "T82")
async def test_nobody_but_organisers_learns_who_waits_or_lets_in(house, rosa, tilda, circle):
    await asks(tilda)
    ben = await house.person("ben")

    for method, path in (
        ("GET", "/communities/circle/waiting"),
        ("GET", "/communities/circle/coming-in"),
        ("PATCH", "/communities/circle/coming-in"),
        ("POST", f"/communities/circle/waiting/{tilda.id}/accept"),
        ("POST", f"/communities/circle/waiting/{tilda.id}/refuse"),
        ("POST", "/communities/circle/waiting/1/accept"),
        ("GET", "/communities/circle/invitations"),
    ):
        for caller in (ben, tilda):
            await ask(caller, method, path, status=403)

    await ask(ben, "PATCH", f"/askings/{circle.id}", json={"answer": "x"}, status=404)
    (one,) = (await ask(rosa, "GET", "/communities/circle/waiting"))["waiting"]
    assert one["answer"] == "A friend"
