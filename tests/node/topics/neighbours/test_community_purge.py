"""The end of a membership at another node: its copy is asked for, removed, and that is answered."""

import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.inbox.handlers import HANDLERS
from node.topics.actors.store import Actor
from node.topics.members.actions import (
    Founding,
    follow,
    found_community,
    take_follow,
    take_yes,
    unfollow,
)
from node.topics.members.answers import accept_follow, reject_follow
from node.topics.members.copies import AGAIN_AFTER_S, ask_for_purges, copies_of
from node.topics.members.store import follow_between
from node.topics.neighbours.community_purge import purge_left
from node.topics.organising.actions import change
from node.topics.organising.narrowing import finish_narrowing
from node.topics.organising.rules import Settings
from node.topics.posts.store import post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import (
    KEYS,
    NOW,
    ORIGIN,
    add_neighbour,
    add_node,
    add_person,
    note,
    sent,
)

MOOR = "https://moor.example"


@pytest.fixture
def circle(tx):
    """A closed community of dee with ann and bob of valley.example and cat of moor.example."""
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
    for who in (add_neighbour(tx, "ann"), add_neighbour(tx, "bob"), add_neighbour(tx, "cat", MOOR)):
        take_follow(tx, who, group, f"{who.iri}/follows/1", NOW)
        accept_follow(tx, group, who, NOW)
    return group


def leave(tx, group, *names, origin="https://valley.example"):
    for name in names:
        reject_follow(tx, group, add_neighbour(tx, name, origin), NOW)


def states(tx, group):
    return {one.host: one.state for one in copies_of(tx, group.id)}


def deletes(tx):
    rows = tx.all(
        """
        select e.body, d.inbox from outbox_entry e join delivery d on d.entry_id = e.id
        where e.kind = 'Delete' order by d.id
        """
    )
    return [(json.loads(row["body"]), row["inbox"]) for row in rows]


@pytest.mark.feature("F13", "F12")
@pytest.mark.threat("T97")
def test_a_node_is_asked_to_remove_all_when_its_last_member_has_left_and_not_before(tx, circle):
    leave(tx, circle, "ann")
    assert ask_for_purges(tx, NOW) == 0
    assert states(tx, circle) == {"valley.example": "held", "moor.example": "held"}

    leave(tx, circle, "bob")
    assert ask_for_purges(tx, NOW) == 1

    assert states(tx, circle) == {"valley.example": "asked", "moor.example": "held"}
    ((delete, inbox),) = deletes(tx)
    assert inbox == "https://valley.example/inbox"
    assert delete["object"] == f"{circle.iri}/outbox"
    assert "proof" not in delete


@pytest.mark.feature("F13", "F12", "C02")
@pytest.mark.threat("T97")
@pytest.mark.parametrize(
    "settings",
    [Settings(elsewhere=False), Settings(visibility="node")],
    ids=["only here", "this node"],
)
def test_nodes_for_which_a_narrower_door_has_no_room_are_asked_to_remove_all_and_say_so(
    tx, circle, settings
):
    add_node(tx)
    tx.run("delete from follow where follower_id = :id", id=add_neighbour(tx, "cat", MOOR).id)
    change(tx, dee_of(tx), circle, settings, NOW)
    while finish_narrowing(tx, NOW):
        continue

    assert ask_for_purges(tx, NOW) == 2
    assert ask_for_purges(tx, NOW) == 0

    assert states(tx, circle) == {"valley.example": "asked", "moor.example": "asked"}
    (iri,) = {delete["id"] for delete, inbox in deletes(tx) if "moor" in inbox}
    moor = add_neighbour(tx, "moor", MOOR, kind="Application")
    answer(tx, documents.Accept, moor, iri, receipt="removed")
    assert states(tx, circle) == {"valley.example": "asked", "moor.example": "removed"}


@pytest.mark.feature("F13", "F12", "C02")
@pytest.mark.threat("T97")
def test_nodes_that_have_a_member_when_the_door_is_shut_hold_what_is_said_behind_it(tx):
    dee = add_person(tx, "dee")
    founding = Founding(origin=ORIGIN, name="hill", title="Hill", visibility="public")
    hill = found_community(tx, founding, dee, KEYS, NOW)
    for who in (add_neighbour(tx, "ann"), add_neighbour(tx, "cat", MOOR)):
        take_follow(tx, who, hill, f"{who.iri}/follows/1", NOW)
    assert states(tx, hill) == {}

    change(tx, dee, hill, Settings(visibility="closed", elsewhere=True), NOW)
    assert states(tx, hill) == {"valley.example": "held", "moor.example": "held"}
    leave(tx, hill, "ann")
    ask_for_purges(tx, NOW)

    assert states(tx, hill) == {"valley.example": "asked", "moor.example": "held"}


@pytest.mark.feature("F13")
@pytest.mark.threat("T121")
def test_what_was_not_yet_sent_to_such_a_node_is_not_sent_any_more(tx, circle):
    publish(tx, dee_of(tx), Draft(text="@circle Too late"), NOW)
    leave(tx, circle, "ann", "bob")

    ask_for_purges(tx, NOW)

    rows = tx.all(
        """
        select d.host, e.kind from delivery d join outbox_entry e on e.id = d.entry_id
        where e.kind = 'Announce'
        """
    )
    assert [row["host"] for row in rows] == ["moor.example"]


def dee_of(tx):
    return of_ours(tx, "dee")


@pytest.mark.feature("F12")
@pytest.mark.promise("R3")
def test_it_is_asked_again_until_it_answers_and_is_silent_after_three_months(tx, circle):
    leave(tx, circle, "ann", "bob")
    ask_for_purges(tx, NOW)
    ((first, _),) = deletes(tx)
    now, asked = NOW, 0

    for wait_s in AGAIN_AFTER_S:
        tx.run("delete from delivery")
        assert ask_for_purges(tx, now + wait_s - 1) == 0
        now += wait_s
        asked += ask_for_purges(tx, now)
        again = deletes(tx)
        assert again == [] or again == [(first, "https://valley.example/inbox")]

    assert asked == len(AGAIN_AFTER_S)
    assert now - NOW > 85 * 24 * 3_600
    assert states(tx, circle)["valley.example"] == "silent"


def answer(tx, kind, who, delete_iri, **fields):
    said = kind(iri=f"{who.iri}/answers/1", actor=who.iri, object=delete_iri, **fields)
    HANDLERS[kind](tx, said, ApplyContext(NOW + 60))


@pytest.mark.feature("F12")
@pytest.mark.threat("T21")
@pytest.mark.parametrize(
    ("kind", "fields", "state"),
    [
        (documents.Accept, {"receipt": "removed"}, "removed"),
        (documents.Accept, {"receipt": "neverHad"}, "never"),
        (documents.Reject, {}, "refused"),
    ],
)
def test_only_the_node_that_was_asked_answers_for_itself(tx, circle, kind, fields, state):
    leave(tx, circle, "ann", "bob")
    ask_for_purges(tx, NOW)
    ((delete, _),) = deletes(tx)
    other = add_neighbour(tx, "actor", MOOR, kind="Application")
    theirs = add_neighbour(tx, "actor", kind="Application")

    answer(tx, kind, other, delete["id"], **fields)
    answer(tx, kind, add_neighbour(tx, "ann"), delete["id"], **fields)
    assert states(tx, circle)["valley.example"] == "asked"

    answer(tx, kind, theirs, delete["id"], **fields)
    assert states(tx, circle)["valley.example"] == state
    assert ask_for_purges(tx, NOW + 100 * 24 * 3_600) == 0


@pytest.mark.feature("F13")
def test_who_comes_in_again_makes_the_node_a_holder_again(tx, circle):
    leave(tx, circle, "ann", "bob")
    ask_for_purges(tx, NOW)
    ann = add_neighbour(tx, "ann")
    take_follow(tx, ann, circle, f"{ann.iri}/follows/2", NOW)
    accept_follow(tx, circle, ann, NOW + 1)

    assert states(tx, circle)["valley.example"] == "held"
    assert ask_for_purges(tx, NOW + 30 * 24 * 3_600) == 0


@pytest.fixture
def choir(tx):
    """A closed community of valley.example: rose of ours belongs to it and wrote there, and so did
    ann; tilda of ours has asked."""
    add_node(tx)
    group = add_neighbour(tx, "choir", kind="Group", approves_followers=True)
    rose, tilda = add_person(tx, "rose"), add_person(tx, "tilda")
    follow(tx, rose, group, NOW)
    take_yes(tx, follow_between(tx, rose.id, group.id), group, NOW)
    follow(tx, tilda, group, NOW)
    ann = add_neighbour(tx, "ann")
    post = note(
        ann,
        "Canary",
        iri=f"{ann.iri}/notes/1",
        to=(group.iri, f"{group.iri}/followers"),
        cc=(),
        audience=group.iri,
    )
    store_fetched_post(tx, post, NOW)
    publish(tx, rose, Draft(text="@choir@valley.example Of mine"), NOW)
    return group


def of_ours(tx, name):
    return Actor.from_row(tx.one("select * from actor where name = :name and local = 1", name=name))


def posts(tx):
    return sorted(row["content"] for row in tx.all("select content from post"))


@pytest.mark.feature("F13", "F12")
@pytest.mark.threat("T97")
def test_all_that_a_community_elsewhere_said_goes_when_it_asks_and_that_is_answered(tx, choir):
    rose, tilda = of_ours(tx, "rose"), of_ours(tx, "tilda")
    delete = sent(documents.Delete, choir, f"{choir.iri}/outbox")

    HANDLERS[documents.Delete](tx, delete, ApplyContext(NOW))
    while purge_left(tx, NOW):
        pass

    assert posts(tx) == ["<p>Of mine</p>"]
    assert follow_between(tx, rose.id, choir.id) is None
    assert not follow_between(tx, tilda.id, choir.id).is_accepted
    (row,) = tx.all("select body from outbox_entry where kind = 'Accept'")
    said = json.loads(row["body"])
    assert (said["actor"], said["object"], said["receipt"]) == (
        f"{ORIGIN}/actor",
        delete.iri,
        "removed",
    )


@pytest.mark.feature("F12")
def test_where_nothing_was_held_that_is_said(tx, choir):
    square = add_neighbour(tx, "square", kind="Group", approves_followers=True)

    HANDLERS[documents.Delete](
        tx, sent(documents.Delete, square, f"{square.iri}/outbox"), ApplyContext(NOW)
    )
    purge_left(tx, NOW)

    (row,) = tx.all("select body from outbox_entry where kind = 'Accept'")
    assert json.loads(row["body"])["receipt"] == "neverHad"
    assert len(posts(tx)) == 2


@pytest.mark.threat("T19", "T24")
def test_nothing_but_a_communitys_own_word_about_all_it_said_has_that_removed_here(tx, choir):
    square, ann = add_neighbour(tx, "square", kind="Group"), add_neighbour(tx, "ann")
    for who, what in ((square, "outbox"), (ann, "outbox"), (choir, "else")):
        delete = sent(documents.Delete, who, f"{choir.iri}/{what}")
        HANDLERS[documents.Delete](tx, delete, ApplyContext(NOW))
    purge_left(tx, NOW)

    assert len(posts(tx)) == 2
    assert post_by_iri(tx, "https://valley.example/people/ann/notes/1") is not None


@pytest.mark.feature("F13")
@pytest.mark.threat("T97")
def test_when_the_last_of_ours_leaves_it_goes_without_being_asked_for(tx, choir):
    unfollow(tx, of_ours(tx, "rose"), choir, NOW)

    while purge_left(tx, NOW):
        pass

    assert posts(tx) == ["<p>Of mine</p>"]
    assert tx.all("select body from outbox_entry where kind = 'Accept'") == []


@pytest.mark.feature("F13")
def test_what_is_there_stays_where_somebody_has_come_in_again(tx, choir):
    rose = of_ours(tx, "rose")
    unfollow(tx, rose, choir, NOW)
    follow(tx, rose, choir, NOW)
    take_yes(tx, follow_between(tx, rose.id, choir.id), choir, NOW)

    purge_left(tx, NOW)

    assert len(posts(tx)) == 2


@pytest.mark.feature("F12")
@pytest.mark.threat("T120")
def test_what_went_before_its_home_asked_for_it_is_said_to_be_removed(tx, choir):
    unfollow(tx, of_ours(tx, "rose"), choir, NOW)
    while purge_left(tx, NOW):
        pass

    delete = sent(documents.Delete, choir, f"{choir.iri}/outbox")
    HANDLERS[documents.Delete](tx, delete, ApplyContext(NOW + 60))
    purge_left(tx, NOW + 60)

    (row,) = tx.all("select body from outbox_entry where kind = 'Accept'")
    assert json.loads(row["body"])["receipt"] == "removed"
    assert tx.all("select * from purge_order") == []
