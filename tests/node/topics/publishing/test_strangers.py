"""Strangers who name people of ours: told, and not without end."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.notifications.store import notifications
from node.topics.posts.rules import STRANGERS_A_DAY_MAX
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.drafts import Draft
from node.topics.publishing.fanout import DAY_S
from tests.neighbours import NOW, add_group, add_neighbour, add_person, note, sent


def names(tx, author, reader, number, now=NOW, **changes):
    """`author` names `reader` in a post, which is given."""
    post = note(
        author,
        f"Number {number}",
        to=(documents.PUBLIC, reader.iri),
        mentions=(documents.Mention(reader.iri, "@ann"),),
        **changes,
    )
    receive_create(tx, sent(documents.Create, author, post), ApplyContext(now))
    return post


def crowd(tx, reader, now=NOW):
    """More strangers than are told in a day name the reader."""
    for number in range(STRANGERS_A_DAY_MAX + 5):
        origin = f"https://open{number}.example"
        names(tx, add_neighbour(tx, f"s{number}", origin), reader, number, now)


def told(tx, reader):
    return len(notifications(tx, reader.id, 100))


@pytest.mark.threat("T106")
def test_of_strangers_twenty_a_day_are_told_and_what_the_others_said_stays(tx):
    ann = add_person(tx, "ann")

    crowd(tx, ann)

    assert told(tx, ann) == STRANGERS_A_DAY_MAX
    (row,) = tx.all("select count(*) as total from post")
    assert row["total"] == STRANGERS_A_DAY_MAX + 5


def test_a_day_later_strangers_are_told_again(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    crowd(tx, ann)

    names(tx, rose, ann, 1, NOW + DAY_S + 1)

    assert told(tx, ann) == STRANGERS_A_DAY_MAX + 1


def test_those_one_follows_are_told_in_any_crowd(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    accept_stored(tx, follow_between(tx, ann.id, rose.id).id, NOW)
    crowd(tx, ann)

    names(tx, rose, ann, 1)

    assert told(tx, ann) == STRANGERS_A_DAY_MAX + 1


def test_an_answer_to_ones_own_post_is_told_in_any_crowd(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = post_by_id(tx, publish(tx, ann, Draft(text="Who walks?"), NOW))
    crowd(tx, ann)

    names(tx, rose, ann, 1, in_reply_to=asked.iri)

    assert told(tx, ann) == STRANGERS_A_DAY_MAX + 1


@pytest.mark.threat("T106")
def test_of_one_stranger_twenty_answers_a_day_are_told_and_others_are_heard(tx):
    ann, rose, reed = add_person(tx, "ann"), add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    asked = post_by_id(tx, publish(tx, ann, Draft(text="Who walks?"), NOW))

    for number in range(STRANGERS_A_DAY_MAX + 5):
        names(tx, rose, ann, number, in_reply_to=asked.iri)
    assert told(tx, ann) == STRANGERS_A_DAY_MAX

    names(tx, reed, ann, 1, in_reply_to=asked.iri)
    assert told(tx, ann) == STRANGERS_A_DAY_MAX + 1


def test_what_is_said_in_a_community_is_told_in_any_crowd(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walks = add_group(tx, "walks", ann)
    crowd(tx, ann)

    post = names(tx, rose, ann, 1, audience=walks.iri, cc=(walks.iri,))

    assert post_by_iri(tx, post.iri).community_id == walks.id
    assert told(tx, ann) == STRANGERS_A_DAY_MAX + 1
