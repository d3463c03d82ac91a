"""An author elsewhere is told why a community did not take a post, and one of ours hears it."""

import json

import pytest

from federation import documents
from federation.documents import read_activity
from node.arrivals.apply_context import ApplyContext
from node.inbox.handlers import receive_no
from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, found_community
from node.topics.moderation.member_actions import ban
from node.topics.notifications.store import notifications
from node.topics.organising.actions import close_down
from node.topics.permissions.rules import Role
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.drafts import Draft
from node.topics.publishing.refusals import (
    CLOSED_DOWN,
    NotTaken,
    forget_refusals,
    refusal_of,
    tell_refused,
)
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_person, note, sent
from tests.sent import everything_said

DAY_S = 86_400
THERE = "https://lemmy.example"


@pytest.fixture
def ann(tx):
    return add_person(tx, "ann")


@pytest.fixture
def rose(tx):
    return add_neighbour(tx, "rose")


def walkers(tx, ann, door="public", **fields):
    founding = Founding(origin=ORIGIN, name="walkers", title="Walkers", visibility=door, **fields)
    return found_community(tx, founding, ann, KEYS, NOW)


def write(tx, rose, group, number=1, now=NOW):
    """Rose writes in a community; what she is told by then."""
    iri, to = f"{rose.iri}/notes/{number}", (group.iri, documents.PUBLIC)
    create = sent(documents.Create, rose, note(rose, iri=iri, to=to))
    with pytest.raises(NotTaken) as caught:
        receive_create(tx, create, ApplyContext(now, {}))
    tell_refused(tx, caught.value, create.iri, now)
    return [one["content"] for one in everything_said(tx, group) if one["type"] == "Reject"]


@pytest.mark.feature("C02")
def test_who_is_no_member_reads_why_and_to_nobody_but_them_it_goes(tx, ann, rose):
    group = walkers(tx, ann, joining="approval")

    assert write(tx, rose, group) == [
        "This community lets only its members write. Join it, and wait until it lets you in."
    ]
    rows = tx.all("select d.inbox from delivery d join outbox_entry e on e.id = d.entry_id limit 9")
    assert [row["inbox"] for row in rows] == [rose.inbox]


def test_who_is_shut_out_reads_that(tx, ann, rose):
    group = walkers(tx, ann)
    ban(tx, ann, group.id, rose.id, NOW)

    assert write(tx, rose, group) == ["This community has shut you out for now."]


def test_who_may_not_begin_reads_that(tx, ann, rose):
    group = walkers(tx, ann, posting="moderators")

    assert write(tx, rose, group)[0].startswith("In this community only those who look after it")


def test_who_writes_where_all_is_closed_down_reads_that(tx, ann, rose):
    group = walkers(tx, ann)
    close_down(tx, ann, group, NOW)

    assert write(tx, rose, group) == [CLOSED_DOWN]


@pytest.mark.threat("T88")
@pytest.mark.parametrize(
    ("door", "is_closed"), [("hidden", False), ("node", False), ("node", True)]
)
def test_of_a_community_that_one_may_not_know_of_nothing_is_told(tx, ann, rose, door, is_closed):
    group = walkers(tx, ann, door)
    if is_closed:
        close_down(tx, ann, group, NOW)

    assert write(tx, rose, group) == []


@pytest.mark.threat("T88")
def test_a_member_elsewhere_of_a_hidden_one_is_told_that_it_is_closed_down(tx, ann, rose):
    group = walkers(tx, ann, "hidden", elsewhere=True)
    put_member(tx, group.id, rose.id, Role.MEMBER, NOW)
    close_down(tx, ann, group, NOW)

    assert write(tx, rose, group) == [CLOSED_DOWN]


@pytest.mark.threat("T106")
def test_somebody_who_goes_on_writing_is_told_once_a_day(tx, ann, rose):
    group = walkers(tx, ann, joining="approval")

    told = [len(write(tx, rose, group, number)) for number in range(20)]
    before = forget_refusals(tx, NOW + DAY_S - 1)
    again = write(tx, rose, group, 21, NOW + DAY_S)

    assert told == [1] * 20
    assert before == 0
    assert len(again) == 2
    assert forget_refusals(tx, NOW + 2 * DAY_S) == 1


def theirs(tx):
    return add_neighbour(
        tx, "rollators", THERE, kind="Group", iri=f"{THERE}/c/rollators", url=f"{THERE}/c/rollators"
    )


def refuse(tx, actor, create_iri, **fields):
    value = {
        "id": f"{actor.iri}/rejects/1",
        "type": "Reject",
        "actor": actor.iri,
        "object": create_iri,
    } | fields
    receive_no(tx, read_activity(json.loads(json.dumps(value))), ApplyContext(NOW, {}))


def news(tx, person):
    return [one.words for one in notifications(tx, person.id, 20, kinds=["refused"])]


def test_one_of_ours_hears_why_a_community_elsewhere_did_not_take_their_post(tx, ann):
    group = theirs(tx)
    post_id = publish(tx, ann, Draft(text="@rollators@lemmy.example Mine squeaks."), NOW)
    (create,) = everything_said(tx, ann)

    for _ in range(2):
        refuse(tx, group, create["id"], content="<p>Members <b>only</b>.</p>")

    assert news(tx, ann) == ["Members only."]
    assert refusal_of(tx, ann.id, post_id).group.id == group.id
    assert refusal_of(tx, group.id, post_id) is None


@pytest.mark.threat("T21")
def test_nobodys_word_counts_but_that_of_the_community_that_the_post_was_for(tx, ann, rose):
    theirs(tx)
    other = add_neighbour(tx, "others", THERE, kind="Group", iri=f"{THERE}/c/others")
    post_id = publish(tx, ann, Draft(text="@rollators@lemmy.example Mine squeaks."), NOW)
    (create,) = everything_said(tx, ann)

    for actor in (rose, other):
        refuse(tx, actor, create["id"], content="Go away.")

    assert news(tx, ann) == []
    assert refusal_of(tx, ann.id, post_id) is None
