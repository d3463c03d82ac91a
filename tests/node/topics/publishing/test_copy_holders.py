"""Who is known to hold a copy of a post hears when it is changed or deleted."""

import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.outbox.deliveries import settle_failed, waiting_deliveries
from node.outbox.receipts import note_readers, unread_by
from node.topics.members.activities import receive_follow
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.activities import receive_create, receive_delete
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.quotes.store import Stamp, add_stamp
from node.topics.reactions.actions import boost
from tests.neighbours import NOW, THERE, add_group, add_neighbour, add_person, note, sent
from tests.node.topics.publishing.test_activities import APPLYING, create, followed_by_ann, receive
from tests.node.topics.publishing.test_publishing import deliveries

HILL = "https://hill.example"
INBOX = f"{THERE}/inbox"


def liked(tx, post, rose):
    receive(tx, sent(documents.Like, rose, post.iri))


def disliked(tx, post, rose):
    receive(tx, sent(documents.Dislike, rose, post.iri))


def boosted(tx, post, rose):
    receive(tx, sent(documents.Announce, rose, post.iri))


def answered(tx, post, rose):
    receive(tx, create(rose, note(rose, "I do", in_reply_to=post.iri)))


def voted(tx, post, rose):
    ballot = note(rose, "", content="", title="Hill", in_reply_to=post.iri, to=(post.iri,))
    receive(tx, create(rose, ballot))


def quoted(tx, post, rose):
    add_stamp(
        tx,
        Stamp(
            iri=f"{post.iri}/stamp",
            author_id=post.author_id,
            quoted_iri=post.iri,
            quoting_iri=f"{rose.iri}/notes/7",
            asker_id=rose.id,
        ),
        NOW,
    )


def fetched(tx, post, rose):
    note_readers(tx, [post.iri], rose.host, NOW)


HOW = [liked, disliked, boosted, answered, voted, quoted, fetched]


@pytest.mark.threat("T146", "T148")
@pytest.mark.parametrize("how", HOW, ids=lambda how: how.__name__)
def test_whoever_did_something_with_a_post_gets_the_edit_and_the_delete(tx, how):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    poll = PollDraft(choices=("Hill", "Lake"), lasts_s=3_600)
    post_id = publish(tx, ann, Draft(text="Where to?", poll=poll), NOW)
    how(tx, post_by_id(tx, post_id), rose)

    edit(tx, ann, post_id, Draft(text="Where to, then?", poll=poll), NOW + 5)
    assert deliveries(tx) == [("Update", INBOX)]
    tx.run("delete from delivery")
    delete(tx, ann, post_id, NOW + 9)

    assert ("Delete", INBOX) in deliveries(tx)


def test_who_never_had_anything_to_do_with_a_post_hears_nothing(tx):
    ann = add_person(tx, "ann")
    add_neighbour(tx, "rose")

    delete(tx, ann, publish(tx, ann, Draft(text="Hello"), NOW), NOW)

    assert deliveries(tx) == []


def test_where_there_is_no_shared_inbox_everybody_known_there_gets_the_delete(tx):
    ann = add_person(tx, "ann")
    two = [add_neighbour(tx, name, shared_inbox=None) for name in ("rose", "reed")]
    post_id = publish(tx, ann, Draft(text="Hello"), NOW)
    fetched(tx, post_by_id(tx, post_id), two[0])

    delete(tx, ann, post_id, NOW)

    assert deliveries(tx) == sorted(("Delete", one.inbox) for one in two)


def test_who_may_have_got_it_without_a_word_gets_the_delete_and_not_the_post_again(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)
    tx.run("delete from delivery")
    post_id = publish(tx, ann, Draft(text="Hello"), NOW)
    (tried,) = waiting_deliveries(tx, rose.host, 0)
    settle_failed(tx, tried, "timeout", NOW, jitter=1.0)
    tx.run("delete from follow")

    delete(tx, ann, post_id, NOW + 5)

    assert deliveries(tx) == [("Delete", INBOX)]


def test_of_each_post_at_most_a_thousand_readers_are_noted(tx, monkeypatch):
    monkeypatch.setattr("node.outbox.receipts.READERS_MAX", 2)
    iri = f"{THERE}/notes/1"

    for number in range(3):
        note_readers(tx, [iri], f"h{number}.example", NOW)

    assert unread_by(tx, [iri], "h1.example") == []
    assert unread_by(tx, [iri], "h2.example") == [iri]


@pytest.mark.parametrize("visibility", ["public", "unlisted", "followers"])
def test_an_edit_that_drops_a_mention_goes_to_whoever_was_named(tx, visibility):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    text = f"@rose@{rose.host} see"
    post_id = publish(tx, ann, Draft(text=text, visibility=visibility), NOW)
    tx.run("delete from delivery")

    edit(tx, ann, post_id, Draft(text="never mind"), NOW + 5)

    inbox = rose.inbox if visibility == "followers" else INBOX
    assert deliveries(tx) == [("Update", inbox)]


def boosted_by_ann(tx, **changes):
    """A post of rose's that ann boosted, and otto, who follows ann from a third place."""
    ann, rose = followed_by_ann(tx)
    otto = add_neighbour(tx, "otto", HILL)
    receive_follow(tx, sent(documents.Follow, otto, ann.iri), APPLYING)
    post = note(rose, **changes)
    receive_create(tx, create(rose, post), APPLYING)
    boost(tx, ann, post_by_iri(tx, post.iri).id, NOW)
    tx.run("delete from delivery")
    return ann, rose, post


def deleted_by(tx, rose, post, **more):
    delete = sent(documents.Delete, rose, post.iri)
    verbatim = {"id": delete.iri, "type": "Delete", "actor": rose.iri, "object": post.iri} | more
    receive_delete(tx, delete, ApplyContext(NOW, verbatim=verbatim))
    return verbatim


@pytest.mark.threat("T148")
def test_a_proven_delete_is_passed_on_to_those_who_have_the_post_from_a_booster(tx):
    ann, rose, post = boosted_by_ann(tx)
    ben = add_person(tx, "ben")
    boost(tx, ben, post_by_iri(tx, post.iri).id, NOW)
    tx.run("delete from delivery")

    said = deleted_by(tx, rose, post, proof={"type": "DataIntegrityProof"})

    (row,) = tx.all(
        "select e.actor_id, e.body, e.public, d.inbox"
        " from delivery d join outbox_entry e on e.id = d.entry_id"
    )
    assert (row["actor_id"], row["inbox"], row["public"]) == (ann.id, f"{HILL}/inbox", 0)
    assert json.loads(row["body"]) == said


def test_a_delete_without_a_proof_is_not_passed_on(tx):
    _, rose, post = boosted_by_ann(tx)

    deleted_by(tx, rose, post)

    assert deliveries(tx) == []


def test_a_community_passes_a_delete_on_to_whoever_has_the_post_from_it(tx):
    ann, rose = followed_by_ann(tx)
    walkers = add_group(tx, "walkers", ann)
    add_neighbour(tx, "otto", HILL)
    post = note(rose, to=(documents.PUBLIC, walkers.iri), audience=walkers.iri)
    receive_create(tx, create(rose, post), APPLYING)
    tx.run(
        "insert into receipt (object_iri, host, kind, delivered_at)"
        " values (:iri, 'hill.example', 'Announce', 1)",
        iri=post.iri,
    )
    tx.run("delete from delivery")

    deleted_by(tx, rose, post)

    assert ("Announce", f"{HILL}/inbox") in deliveries(tx)
