"""Whoever is shut out of a closed community, or let go, is told so at home, and why."""

import json

import pytest

from node.topics.communities.store import put_role
from node.topics.members.actions import Founding, found_community, take_follow
from node.topics.members.answers import accept_follow
from node.topics.moderation.member_actions import ban, unban
from node.topics.moderation.waiting import put_first_posts_wait
from node.topics.organising.member_actions import let_go
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_person, note
from tests.node.topics.moderation.scenes import clear_outbox, documents, receive, sent

MOOR = "https://moor.example"
WHY = "No cures here."


@pytest.fixture
def circle(tx):
    """A closed community of dee with kim of valley.example, and gus of moor.example."""
    dee = add_person(tx, "dee")
    founding = Founding(
        origin=ORIGIN,
        name="circle",
        title="Circle",
        visibility="closed",
        joining="approval",
        elsewhere=True,
    )
    group = found_community(tx, founding, dee, KEYS, NOW)
    for who in (add_neighbour(tx, "kim"), add_neighbour(tx, "gus", MOOR)):
        take_follow(tx, who, group, f"{who.iri}/follows/1", NOW)
        accept_follow(tx, group, who, NOW)
    clear_outbox(tx)
    return dee, group, kim_of(tx)


def kim_of(tx):
    return add_neighbour(tx, "kim")


def written(tx, group, author):
    to = (group.iri, f"{group.iri}/followers")
    document = note(author, "My tea heals", to=to, cc=(), audience=group.iri)
    receive(tx, sent(documents.Create, author, document, to=to, cc=()))
    clear_outbox(tx)


def said(tx, kind):
    """What was said of that kind, by whether it went to kim or to gus."""
    rows = tx.all(
        """
        select d.inbox, e.body from outbox_entry e join delivery d on d.entry_id = e.id
        where e.kind = :kind order by d.id
        """,
        kind=kind,
    )
    return {row["inbox"].split("/")[-2]: json.loads(row["body"]) for row in rows}


@pytest.mark.feature("M04", "F13")
@pytest.mark.threat("T90")
@pytest.mark.parametrize("has_written", [True, False])
def test_who_is_shut_out_is_told_why_and_others_are_if_they_had_written(tx, circle, has_written):
    dee, group, kim = circle
    if has_written:
        written(tx, group, kim)

    ban(tx, dee, group.id, kim.id, NOW, reason=WHY, days=7)

    assert said(tx, "Reject")["kim"]["content"] == WHY
    told = said(tx, "Announce")
    assert set(told) == ({"kim", "gus"} if has_written else {"kim"})
    block = told["kim"]["object"]
    assert (block["type"], block["object"], block["target"]) == ("Block", kim.iri, group.iri)
    assert dee.iri not in json.dumps(told)

    clear_outbox(tx)
    unban(tx, dee, group.id, kim.id, NOW)
    assert "kim" in said(tx, "Announce")


@pytest.mark.feature("M04", "F13")
@pytest.mark.threat("T97")
def test_that_all_somebody_wrote_is_removed_is_told_to_every_node_that_has_it(tx, circle):
    dee, group, kim = circle
    written(tx, group, kim)

    ban(tx, dee, group.id, kim.id, NOW, removes=True)

    assert said(tx, "Announce")["gus"]["object"]["removeData"] is True


@pytest.mark.threat("T90")
def test_who_has_only_written_what_waits_for_a_look_is_named_to_nobody(tx, circle):
    dee, group, kim = circle
    put_first_posts_wait(tx, group, NOW - 1)
    written(tx, group, kim)

    ban(tx, dee, group.id, kim.id, NOW, removes=True)

    assert set(said(tx, "Announce")) == {"kim"}


@pytest.mark.feature("F13")
@pytest.mark.threat("T90")
def test_a_ban_by_somebody_elsewhere_who_looks_after_it_is_told_to_whom_it_is_about(tx, circle):
    _, group, kim = circle
    gus = add_neighbour(tx, "gus", MOOR)
    put_role(tx, group.id, gus.id, Role.MODERATOR, NOW)

    block = documents.Block(
        iri=f"{MOOR}/blocks/1", actor=gus.iri, object=kim.iri, target=group.iri, summary=WHY
    )
    receive(tx, block, verbatim={"id": block.iri, "type": "Block", "actor": gus.iri})

    told = said(tx, "Announce")
    assert set(told) == {"kim"}
    assert gus.iri not in json.dumps(told)


@pytest.mark.feature("F13")
def test_who_is_let_go_is_told_why_at_home(tx, circle):
    dee, group, kim = circle

    let_go(tx, dee, group, kim, NOW, reason="We are full.")

    assert said(tx, "Reject")["kim"]["content"] == "We are full."
