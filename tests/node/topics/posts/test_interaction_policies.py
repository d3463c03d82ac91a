"""What the author of a post on another node lets our people do with it is kept to."""

import pytest

from federation import documents
from federation.documents import PUBLIC, Approval, InteractionPolicy
from node.base.errors import NotAllowed
from node.topics.members.actions import follow
from node.topics.members.store import Follow, accept_stored, follow_between, put_follow
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.reactions.actions import boost, favourite
from tests.neighbours import NOW, add_neighbour, add_person, note

SAY = {"like": "like it", "reply": "answer it", "announce": "pass it on"}


def do(tx, deed, me, post_id):
    if deed == "like":
        favourite(tx, me, post_id, NOW)
    elif deed == "announce":
        boost(tx, me, post_id, NOW)
    else:
        publish(tx, me, Draft(text="Yes", parent_id=post_id), NOW)


def restricted(tx, author, deed, *named, manual=(), **changes):
    """A post of another node whose author lets only those named do a thing."""
    policy = InteractionPolicy(**{deed: Approval(named, manual)})
    return store_fetched_post(tx, note(author, policy=policy, **changes), NOW)


DEEDS = pytest.mark.parametrize("deed", SAY)


@DEEDS
def test_who_is_not_named_is_refused_with_a_sentence_and_nothing_is_sent(tx, deed):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post_id = restricted(tx, rose, deed, rose.iri)

    with pytest.raises(NotAllowed) as refused:
        do(tx, deed, ann, post_id)

    assert refused.value.sentence == f"Who wrote this lets only some people {SAY[deed]}."
    assert tx.all("select id from outbox_entry") == []


@DEEDS
@pytest.mark.parametrize("named", ["everybody", "ann", "to-be-looked-at"])
def test_who_is_named_may(tx, deed, named):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    one = {"everybody": PUBLIC, "ann": ann.iri, "to-be-looked-at": ann.iri}[named]
    is_manual = named == "to-be-looked-at"
    post_id = restricted(
        tx, rose, deed, *(() if is_manual else (one,)), manual=(one,) if is_manual else ()
    )

    do(tx, deed, ann, post_id)

    assert len(tx.all("select id from outbox_entry")) == 1


@DEEDS
def test_followers_may_where_the_author_says_so_and_who_has_only_asked_may_not(tx, deed):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post_id = restricted(tx, rose, deed, rose.followers)
    follow(tx, ann, rose, NOW)

    with pytest.raises(NotAllowed):
        do(tx, deed, ann, post_id)
    accept_stored(tx, follow_between(tx, ann.id, rose.id).id, NOW)
    do(tx, deed, ann, post_id)


def test_whom_the_author_follows_may_where_the_author_says_so(tx):
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    put_follow(tx, Follow(1, rose.id, ann.id, f"{rose.iri}/follows/1", "accepted", NOW))
    post_id = restricted(tx, rose, "like", rose.following)

    favourite(tx, ann, post_id, NOW)
    with pytest.raises(NotAllowed):
        favourite(tx, ben, post_id, NOW)


def test_whom_a_post_names_may_answer_it_whatever_the_policy(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    mention = documents.Mention(ann.iri, "@ann")
    post_id = restricted(tx, rose, "reply", rose.iri, to=(PUBLIC, ann.iri), mentions=(mention,))

    do(tx, "reply", ann, post_id)

    assert len(tx.all("select id from outbox_entry")) == 1


@DEEDS
def test_what_a_policy_does_not_speak_of_is_left_to_who_sees_the_post(tx, deed):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    other = next(one for one in SAY if one != deed)
    post_id = restricted(tx, rose, other, rose.iri)

    do(tx, deed, ann, post_id)

    assert len(tx.all("select id from outbox_entry")) == 1
