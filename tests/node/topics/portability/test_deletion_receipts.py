"""Whoever deletes something sees what became of it at each place that had it."""

import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed
from node.inbox.handlers import receive_announce, receive_delete, receive_no, receive_yes
from node.outbox.deletions import (
    cards,
    deletions_of,
    forget_old_deletions,
    lines_of,
    open_at,
)
from node.outbox.deliveries import (
    hear_from,
    settle_delivered,
    settle_doubted,
    settle_failed,
    settle_refused,
    waiting_deliveries,
)
from node.outbox.receipts import note_readers
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.actors.activities import delete_actor
from node.topics.actors.store import instance_actor
from node.topics.members.actions import follow, take_follow
from node.topics.posts.store import post_by_iri
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, THERE, add_neighbour, add_node, add_person, note, sent
from tests.node.topics.publishing.test_activities import APPLYING

DAY_S = 24 * 3_600
OAK, HILL = "https://oak.example", "https://hill.example"
NEWEST = 2**63 - 1


@pytest.fixture
def ann(tx):
    """ann, whom rose of valley, otto of oak and mo of hill follow."""
    add_node(tx)
    ann = add_person(tx, "ann")
    for name, origin in (("rose", THERE), ("otto", OAK), ("mo", HILL)):
        one = add_neighbour(tx, name, origin)
        take_follow(tx, one, ann, f"{one.iri}/follows/1", NOW)
        add_neighbour(tx, "actor", origin, iri=f"{origin}/actor", kind="Application")
    return ann


def deleted(tx, ann):
    """ann deleted a post that was delivered to all; the id of the deletion, and of the Delete."""
    post_id = publish(tx, ann, Draft(text="Hello"), NOW)
    for host in ("valley.example", "oak.example", "hill.example"):
        deliver(tx, host)
    deletion_id = delete(tx, ann, post_id, NOW)
    return deletion_id, tx.one("select iri from deletion where id = :id", id=deletion_id)["iri"]


def deliver(tx, host):
    for one in waiting_deliveries(tx, host, 0):
        settle_delivered(tx, one, "cavage", NOW)


def states(tx, deletion_id):
    return {one.host: one.state for one in lines_of(tx, deletion_id)}


def receipt(origin, delete_iri, what="removed", kind=documents.Accept, **changes):
    fields = {"receipt": what} if kind is documents.Accept else {}
    fields |= {"iri": f"{origin}/activities/9", "actor": f"{origin}/actor", "object": delete_iri}
    return kind(**fields | changes)


@pytest.mark.feature("F12")
def test_each_place_has_a_line_that_says_what_it_says(tx, ann):
    deletion_id, delete_iri = deleted(tx, ann)
    assert set(states(tx, deletion_id).values()) == {"waiting"}
    for host in ("valley.example", "oak.example"):
        deliver(tx, host)
    assert states(tx, deletion_id) == {
        "valley.example": "taken",
        "oak.example": "taken",
        "hill.example": "waiting",
    }

    receive_yes(tx, receipt(THERE, delete_iri), APPLYING)
    receive_no(tx, receipt(OAK, delete_iri, kind=documents.Reject), APPLYING)
    assert states(tx, deletion_id) == {
        "valley.example": "removed",
        "oak.example": "refused",
        "hill.example": "waiting",
    }
    (mine,) = deletions_of(tx, ann.id, NEWEST)
    assert (mine.places, mine.open) == (3, 2)

    receive_yes(tx, receipt(HILL, delete_iri, "neverHad"), APPLYING)
    assert states(tx, deletion_id)["hill.example"] == "never_had"


@pytest.mark.threat("T148")
@pytest.mark.feature("F12")
def test_a_place_speaks_for_itself_alone_and_by_its_own_actor(tx, ann):
    deletion_id, delete_iri = deleted(tx, ann)
    before = states(tx, deletion_id)

    with pytest.raises(NotAllowed):
        receive_yes(tx, receipt(THERE, delete_iri, actor=f"{THERE}/people/rose"), APPLYING)
    with pytest.raises(Missing):
        receive_yes(tx, receipt("https://moor.example", delete_iri), APPLYING)
    assert states(tx, deletion_id) == before

    add_neighbour(
        tx, "actor", "https://moor.example", iri="https://moor.example/actor", kind="Application"
    )
    receive_yes(tx, receipt("https://moor.example", delete_iri, "neverHad"), APPLYING)
    assert states(tx, deletion_id) == before

    receive_yes(tx, receipt("https://moor.example", delete_iri), APPLYING)
    assert states(tx, deletion_id) == before | {"moor.example": "removed"}


@pytest.mark.feature("F12")
def test_who_only_read_it_is_asked_too_and_who_is_blocked_is_said_not_to_be(tx, ann):
    post_id = publish(tx, ann, Draft(text="Hello"), NOW)
    iri = tx.one("select iri from post where id = :id", id=post_id)["iri"]
    add_neighbour(tx, "may", "https://moor.example")
    note_readers(tx, [iri], "moor.example", NOW)
    deliver(tx, "oak.example")
    put_policy(tx, "oak.example", Policy.BLOCKED, "", NOW)

    deletion_id = delete(tx, ann, post_id, NOW)

    assert states(tx, deletion_id) == {
        "valley.example": "waiting",
        "hill.example": "waiting",
        "moor.example": "waiting",
        "oak.example": "unasked",
    }


@pytest.mark.threat("T148")
@pytest.mark.feature("F12")
@pytest.mark.promise("R3")
def test_a_place_that_was_gone_for_longer_than_we_try_is_asked_again_when_it_speaks(tx, ann):
    deletion_id, _ = deleted(tx, ann)
    for day in range(91):
        for one in waiting_deliveries(tx, "oak.example", 0):
            settle_failed(tx, one, "timeout", NOW + day * DAY_S, jitter=1.0)
    (one,) = waiting_deliveries(tx, "oak.example", 0)
    settle_failed(tx, one, "timeout", NOW + 91 * DAY_S, jitter=1.0)
    later = NOW + 100 * DAY_S
    assert waiting_deliveries(tx, "oak.example", 0) == []
    assert states(tx, deletion_id)["oak.example"] == "waiting"

    hear_from(tx, "oak.example", later)
    (again,) = waiting_deliveries(tx, "oak.example", 0)
    settle_delivered(tx, again, "cavage", later)

    assert again.kind == "Delete"
    assert states(tx, deletion_id)["oak.example"] == "taken"


@pytest.mark.feature("F12")
@pytest.mark.parametrize("settle", ["refused", "doubted"])
def test_a_place_that_refuses_the_message_refuses_and_is_asked_again_once_a_day(tx, ann, settle):
    deletion_id, _ = deleted(tx, ann)
    (one,) = waiting_deliveries(tx, "oak.example", 0)
    while waiting_deliveries(tx, "oak.example", 0):
        (one,) = waiting_deliveries(tx, "oak.example", 0)
        if settle == "refused":
            settle_refused(tx, one, "status 410", NOW, 60)
        else:
            settle_doubted(tx, one, "status 403", NOW, 60)

    assert states(tx, deletion_id)["oak.example"] == "refused"
    assert [(card.host, card.refused) for card in cards(tx)] == [
        ("hill.example", 0),
        ("oak.example", 1),
        ("valley.example", 0),
    ]
    hear_from(tx, "oak.example", NOW + DAY_S // 2)
    assert waiting_deliveries(tx, "oak.example", 0) == []
    hear_from(tx, "oak.example", NOW + 2 * DAY_S)
    assert len(waiting_deliveries(tx, "oak.example", 0)) == 1


def test_what_is_open_at_a_place_is_listed_and_forgotten_after_half_a_year(tx, ann):
    for at in (NOW, NOW + 9):
        delete(tx, ann, publish(tx, ann, Draft(text="Hello"), at), at)

    assert [one.created_at for one in open_at(tx, "oak.example")] == [NOW + 9, NOW]
    assert forget_old_deletions(tx, NOW + 180 * DAY_S) == 0
    assert forget_old_deletions(tx, NOW + 180 * DAY_S + 1) == 1
    assert [one.created_at for one in open_at(tx, "oak.example")] == [NOW + 9]


# what we answer to others


def asking(rose, iri, number=1, **changes):
    """A Delete of rose's that asks for a receipt."""
    fields = {"iri": f"{THERE}/activities/{number}", "actor": rose.iri, "object": iri}
    return documents.Delete(**fields | {"receipt_to": f"{THERE}/actor"} | changes)


def answers(tx):
    rows = tx.all(
        """
        select e.object_iri, e.body, d.inbox from outbox_entry e
            join delivery d on d.entry_id = e.id
        where e.actor_id = :id order by e.id
        """,
        id=instance_actor(tx).id,
    )
    return [(row["inbox"], row["object_iri"], json.loads(row["body"])["receipt"]) for row in rows]


@pytest.fixture
def rose(tx, ann):
    rose = add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    return rose


def held(tx, rose, number=1):
    iri = f"{rose.iri}/notes/{number}"
    store_fetched_post(tx, note(rose, "Theirs", iri=iri, url=iri), NOW)
    return iri


@pytest.mark.feature("F12")
def test_a_node_that_removed_something_tells_the_one_that_asked_for_it_once(tx, rose):
    iri = held(tx, rose)

    for number in (1, 1, 2):
        receive_delete(tx, asking(rose, iri, number), APPLYING)

    assert post_by_iri(tx, iri) is None
    assert answers(tx) == [
        (f"{THERE}/inbox", f"{THERE}/activities/1", "removed"),
        (f"{THERE}/inbox", f"{THERE}/activities/2", "removed"),
    ]


@pytest.mark.feature("F12")
def test_a_node_that_never_had_it_says_so(tx, rose):
    receive_delete(tx, asking(rose, f"{rose.iri}/notes/7"), APPLYING)

    assert [what for *_, what in answers(tx)] == ["neverHad"]


@pytest.mark.feature("F12")
def test_who_leaves_is_said_to_be_removed_as_well(tx, rose):
    receive_delete(tx, asking(rose, rose.iri), APPLYING)

    assert [what for *_, what in answers(tx)] == ["removed"]


@pytest.mark.threat("T148")
@pytest.mark.feature("F12")
@pytest.mark.parametrize(
    "changes",
    [
        {"receipt_to": None},
        {"receipt_to": f"{OAK}/actor"},
        {"object": f"{OAK}/people/otto/notes/1"},
        {"receipt_to": "not an address"},
    ],
)
def test_nobody_is_told_who_did_not_ask_or_is_not_at_home_there(tx, rose, changes):
    receive_delete(tx, asking(rose, f"{rose.iri}/notes/7", **changes), APPLYING)

    assert answers(tx) == []


@pytest.mark.threat("T148")
@pytest.mark.feature("F12")
def test_nothing_is_said_to_be_removed_that_is_still_here(tx, rose):
    wren = add_neighbour(tx, "wren")
    iri = held(tx, rose)

    with pytest.raises(Missing):
        receive_delete(tx, asking(wren, iri), APPLYING)
    receive_delete(tx, asking(wren, iri), ApplyContext(NOW, fetched={iri: "gone"}))

    assert tx.one("select content from post where iri = :iri", iri=iri)["content"] != ""
    assert answers(tx) == []


@pytest.mark.threat("T148")
@pytest.mark.feature("F12")
@pytest.mark.parametrize("is_proven", [True, False])
def test_what_a_community_passes_on_is_answered_if_its_author_has_proven_it(tx, rose, is_proven):
    group = add_neighbour(tx, "rollators", OAK, kind="Group")
    inner = asking(rose, f"{rose.iri}/notes/8")
    announce = sent(documents.Announce, group, inner)
    context = ApplyContext(NOW, proven=(inner,) if is_proven else ())

    receive_announce(tx, announce, context)

    assert len(answers(tx)) == int(is_proven)


@pytest.mark.feature("F12")
def test_the_home_of_somebody_who_is_gone_already_is_told(tx, rose):
    delete_actor(tx, rose, NOW)

    receive_delete(tx, asking(rose, rose.iri), APPLYING)

    assert [what for *_, what in answers(tx)] == ["removed"]
