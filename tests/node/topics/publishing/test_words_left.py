"""What is deleted has left no word behind: a marker is looked for in every text of every table."""

import json
from dataclasses import replace

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.store import NewArrival, add_arrival, settle_arrivals, waiting_arrivals
from node.outbox.deliveries import settle_failed, waiting_deliveries
from node.peers.store import put_mode
from node.topics.members.activities import receive_follow
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.post_actions import pin, remove
from node.topics.polls.actions import vote
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.activities import receive_create, receive_delete
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.reactions.actions import bookmark, boost, favourite
from tests.neighbours import NOW, THERE, add_group, add_neighbour, add_node, add_person, note, sent
from tests.node.topics.publishing.test_activities import APPLYING, create, followed_by_ann
from tests.schema import columns

MARKER = "zebrafinch"
TEXTS = ("text", "blob", "bytea", "character varying")


def places(tx):
    """Every column of every table that holds the marker, with how many rows do."""
    found = {}
    for column in columns(tx):
        if column.kind in TEXTS:
            row = tx.one(
                f'select count(*) as n from "{column.table}"'
                f" where lower(cast({column.name} as text)) like :marker",
                marker=f"%{MARKER}%",
            )
            if row["n"]:
                found[f"{column.table}.{column.name}"] = row["n"]
    return found


def written(tx, ann, **fields):
    """A post of ann's in her community, with the marker wherever she can write it; and edited."""
    draft = Draft(
        text=f"@walkers@group.example the {MARKER} is back #{MARKER}",
        content_note=f"about a {MARKER}",
        **fields,
    )
    post_id = publish(tx, ann, draft, NOW)
    edit(tx, ann, post_id, replace(draft, text=f"{draft.text}, I think"), NOW + 5)
    return post_by_id(tx, post_id)


def ours(tx):
    """ann, who looks after walkers, ben of ours, and rose, who follows it from elsewhere."""
    add_node(tx)
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    receive_follow(tx, sent(documents.Follow, rose, walkers.iri), APPLYING)
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)
    return ann, ben, rose


@pytest.mark.threat("T148")
@pytest.mark.parametrize(
    "fields",
    [
        {"title": f"A {MARKER}"},
        {"poll": PollDraft(choices=(f"{MARKER} A", "none"), lasts_s=3_600)},
    ],
)
def test_no_word_of_a_post_of_ours_is_left_when_it_is_deleted(tx, fields):
    ann, ben, rose = ours(tx)
    post = written(tx, ben, **fields)
    answer = note(rose, "I saw it", in_reply_to=post.iri)
    receive_create(tx, create(rose, answer), APPLYING)
    favourite(tx, ann, post.id, NOW)
    boost(tx, ann, post.id, NOW)
    bookmark(tx, ann, post.id, NOW)
    pin(tx, ann, post.id, NOW)
    file_report(tx, ann, Complaint(about_id=ben.id, post_ids=[post.id], words="odd"), NOW)
    for delivery in waiting_deliveries(tx, "valley.example", 0)[::2]:
        settle_failed(tx, delivery, "timeout", NOW, jitter=1.0)
    assert {"post.content", "post.source", "outbox_entry.body"} <= set(places(tx))

    delete(tx, ben, post.id, NOW + 9)

    assert places(tx) == {}


@pytest.mark.threat("T148")
@pytest.mark.parametrize(("is_held", "is_removed"), [(False, False), (False, True), (True, False)])
def test_no_word_of_a_post_from_elsewhere_is_left_when_its_author_deletes_it(
    tx, is_held, is_removed
):
    ann, _, rose = ours(tx)
    if is_held:
        put_mode(tx, is_closed=False, holds_strangers=True)
        tx.run("delete from follow")
    walkers = f"{ann.iri[: ann.iri.index('/people')]}/communities/walkers"
    post = note(
        rose,
        f"the {MARKER}",
        kind="Question",
        iri=f"{rose.iri}/notes/1",
        url=f"{rose.iri}/the-{MARKER}",
        to=(documents.PUBLIC, walkers),
        audience=walkers,
        summary=f"about a {MARKER}",
        sensitive=True,
        hashtags=(documents.Hashtag(MARKER, f"{THERE}/tags/{MARKER}"),),
        attachments=(
            documents.Attachment(kind="Image", url=f"{THERE}/{MARKER}", description=MARKER),
        ),
        poll=documents.Poll(options=(documents.PollOption(f"{MARKER} A", 0),), multiple=False),
    )
    verbatim = {"id": f"{rose.iri}/create/1", "actor": rose.iri, "object": f"the {MARKER}"}
    made = create(rose, post, iri=verbatim["id"])
    receive_create(tx, made, ApplyContext(NOW, verbatim=verbatim))
    set_aside(tx, rose, post.iri)
    if not is_held:
        vote(tx, ann, post_by_iri(tx, post.iri).id, [0], NOW)
    kept = {"held_post.verbatim"} if is_held else {"outbox_entry.body"}
    assert {"post.content", "post.url", "arrival.body"} | kept <= set(places(tx))
    if is_removed:
        remove(tx, ann, post_by_iri(tx, post.iri).id, "not here", NOW + 6)

    receive_delete(tx, sent(documents.Delete, rose, post.iri), APPLYING)

    assert places(tx) == {}


def set_aside(tx, rose, about):
    """A message of rose's about it could not be applied."""
    arrival = NewArrival(
        activity_iri=f"{rose.iri}/update/1",
        origin=THERE,
        actor_iri=rose.iri,
        kind="Update",
        body=json.dumps({"content": f"the {MARKER}"}),
        body_hash="",
        object_iri=about,
    )
    add_arrival(tx, arrival, NOW)
    (waiting,) = waiting_arrivals(tx, NOW)
    settle_arrivals(tx, [waiting.id], "quarantined", NOW, "bug")


@pytest.mark.threat("T148")
def test_what_was_set_aside_of_a_post_that_never_came_goes_with_its_delete(tx):
    _, rose = followed_by_ann(tx)
    mo = add_neighbour(tx, "mo", "https://hill.example")
    set_aside(tx, rose, f"{rose.iri}/notes/9")

    receive_delete(tx, sent(documents.Delete, mo, f"{rose.iri}/notes/9"), APPLYING)
    assert places(tx) == {"arrival.body": 1}

    receive_delete(tx, sent(documents.Delete, rose, f"{rose.iri}/notes/9"), APPLYING)
    assert places(tx) == {}


def test_the_marker_is_found_wherever_it_stands(tx):
    add_person(tx, MARKER)

    assert set(places(tx)) >= {"actor.iri", "actor.name", "actor_key.iri"}
