"""A message under an id that was used before: it counts by the state that it asks for."""

from hashlib import sha256

import msgspec
import pytest

from federation import documents
from federation.documents import read_activity
from node.arrivals.store import NewArrival, add_arrival, waiting_arrivals
from node.inbox.batch import apply_batch
from node.inbox.handlers import HANDLERS
from node.topics.members.store import follow_between
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_neighbour, add_person


def take(tx, value, signed_at, now=NOW, inboxes=""):
    """Take and apply a message; whether it was taken as something new."""
    body = msgspec.json.encode(value).decode()
    activity = read_activity(value)
    arrival = NewArrival(
        activity_iri=activity.iri,
        origin="https://valley.example",
        actor_iri=activity.actor,
        kind=type(activity).__name__,
        body=body,
        body_hash=sha256(body.encode()).hexdigest(),
        signed_at=signed_at,
        inboxes=inboxes,
    )
    is_new = add_arrival(tx, arrival, now)
    batch = apply_batch(tx, waiting_arrivals(tx, now), HANDLERS, {}, now)
    assert not batch.failing
    assert not batch.lacking
    return is_new


def undo_of(value):
    return {
        "id": f"{value['id']}/undo",
        "type": "Undo",
        "actor": value["actor"],
        "object": value,
    }


@pytest.mark.threat("T122")
def test_whoever_follows_anew_under_the_id_that_they_took_back_follows(tx):
    """As Misskey does; each time, and at once."""
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow = {"id": f"{rose.iri}/f/1", "type": "Follow", "actor": rose.iri, "object": ann.iri}

    for at in range(NOW, NOW + 60, 20):
        assert take(tx, follow, at, at)
        assert follow_between(tx, rose.id, ann.id).is_accepted
        assert take(tx, undo_of(follow), at + 9, at + 9)
        assert follow_between(tx, rose.id, ann.id) is None


@pytest.mark.threat("T6")
def test_a_message_that_somebody_kept_does_not_count_again(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow = {"id": f"{rose.iri}/f/1", "type": "Follow", "actor": rose.iri, "object": ann.iri}
    take(tx, follow, NOW)
    take(tx, undo_of(follow), NOW + 5, NOW + 5)

    assert not take(tx, follow, NOW, NOW + 9)
    assert follow_between(tx, rose.id, ann.id) is None


@pytest.mark.threat("T120")
def test_what_was_taken_back_before_it_came_stays_so(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow = {"id": f"{rose.iri}/f/1", "type": "Follow", "actor": rose.iri, "object": ann.iri}

    take(tx, undo_of(follow), NOW)
    take(tx, follow, NOW + 5, NOW + 5)

    assert follow_between(tx, rose.id, ann.id) is None


@pytest.mark.parametrize("kind", ["Like", "EmojiReact"])
def test_a_favour_under_the_id_of_one_that_was_taken_back_counts(tx, kind):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post_id = publish(tx, ann, Draft(text="Hello"), NOW)
    iri = post_by_id(tx, post_id).iri
    like = {"id": f"{rose.iri}/l/1", "type": kind, "actor": rose.iri, "object": iri}

    counts = []
    for at, said in enumerate([like, like, undo_of(like), like, undo_of(like), like]):
        take(tx, said, NOW + at, NOW + at)
        counts.append(post_by_id(tx, post_id).favourites_count)

    assert counts == [1, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("apart_s", [1, 0])
def test_an_edit_under_the_id_of_another_edit_counts(tx, apart_s):
    """As GoToSocial does, now and then several times in one second."""
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    words = {
        "id": f"{rose.iri}/n/1",
        "type": "Note",
        "attributedTo": rose.iri,
        "to": [documents.PUBLIC, ann.iri],
    }
    update = {"id": f"{rose.iri}/n/1#update", "type": "Update", "actor": rose.iri}

    for at, text in enumerate(["one", "two", "three"]):
        edit = words | {"content": text, "updated": f"2027-01-15T08:0{at}:00Z"}
        assert take(tx, update | {"object": edit}, NOW + at * apart_s)

    assert post_by_iri(tx, words["id"]).content == "three"


def test_what_still_waits_is_replaced_by_what_is_said_later_under_its_id(tx):
    rose = add_neighbour(tx, "rose")

    def arrive(text, signed_at):
        return add_arrival(
            tx,
            NewArrival(
                activity_iri=f"{rose.iri}/n/1#update",
                origin="https://valley.example",
                actor_iri=rose.iri,
                kind="Update",
                body=text,
                body_hash=sha256(text.encode()).hexdigest(),
                object_iri=f"{rose.iri}/n/1",
                signed_at=signed_at,
            ),
            NOW,
        )

    assert [arrive("one", NOW), arrive("two", NOW), arrive("two", NOW + 1)] == [True, True, False]
    assert not arrive("one", NOW - 1)
    assert [one.body for one in waiting_arrivals(tx, NOW)] == ["two"]


def test_the_same_message_to_several_people_is_for_each_of_them(tx):
    """A list is delivered to one inbox after the other, and is one message."""
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    note = {"id": f"{rose.iri}/n/1", "type": "Note", "attributedTo": rose.iri, "content": "Hi"}
    create = {"id": f"{rose.iri}/c/1", "type": "Create", "actor": rose.iri, "object": note}

    assert take(tx, create, NOW, inboxes="ann")
    assert take(tx, create, NOW, inboxes="ben")
    assert not take(tx, create, NOW, inboxes="ann")

    rows = tx.all("select reader_id from notification order by reader_id")
    assert [row["reader_id"] for row in rows] == sorted([ann.id, ben.id])
