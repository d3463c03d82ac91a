"""Following a person and joining a community, on both sides of the line."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import forget_old_tombstones
from node.base.errors import Missing, NotAllowed
from node.inbox.handlers import HANDLERS
from node.topics.members.actions import follow, unfollow
from node.topics.members.activities import (
    SIGNATURE_S_MAX,
    receive_accept,
    receive_follow,
    receive_invite,
    receive_join,
    receive_reject,
    undo_follow,
)
from node.topics.members.answers import accept_follow, reject_follow
from node.topics.members.store import Relation, follow_between, relations
from node.topics.notifications.store import notifications
from tests.neighbours import NOW, THERE, actor_document, add_group, add_neighbour, add_person, sent

APPLYING = ApplyContext(NOW)


def receive(tx, activity):
    HANDLERS[type(activity)](tx, activity, APPLYING)


def kinds_sent(tx):
    return [row["kind"] for row in tx.all("select kind from outbox_entry order by id")]


def relation(tx, me, other):
    return relations(tx, me.id, [other.id])[other.id]


def test_somebody_of_this_node_is_followed_at_once_and_told(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")

    follow(tx, ann, ben, NOW)

    assert relation(tx, ann, ben) == Relation(following=True)
    assert [one.kind for one in notifications(tx, ben.id, 10)] == ["follow"]
    assert kinds_sent(tx) == []


def test_somebody_who_looks_at_each_request_is_asked_first(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben", approves_followers=True)

    follow(tx, ann, ben, NOW)
    assert relation(tx, ann, ben) == Relation(requested=True)
    assert [one.kind for one in notifications(tx, ben.id, 10)] == ["follow_request"]

    accept_follow(tx, ben, ann, NOW)
    assert relation(tx, ann, ben) == Relation(following=True)


@pytest.mark.threat("T22")
def test_somebody_of_another_node_is_followed_only_once_they_accept(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")

    follow(tx, ann, rose, NOW)
    follow(tx, ann, rose, NOW)
    assert relation(tx, ann, rose) == Relation(requested=True)
    assert kinds_sent(tx) == ["Follow"]

    asked = follow_between(tx, ann.id, rose.id)
    receive_accept(tx, sent(documents.Accept, rose, asked.iri), APPLYING)
    assert relation(tx, ann, rose) == Relation(following=True)


@pytest.mark.threat("T21")
def test_an_accept_by_anybody_but_the_one_asked_has_no_effect(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    liar = add_neighbour(tx, "liar", "https://liar.example")
    follow(tx, ann, rose, NOW)
    asked = follow_between(tx, ann.id, rose.id)

    receive_accept(tx, sent(documents.Accept, liar, asked.iri), APPLYING)
    embedded = documents.Follow(iri="https://liar.example/f", actor=ann.iri, object=rose.iri)
    receive_accept(tx, sent(documents.Accept, liar, embedded), APPLYING)

    assert relation(tx, ann, rose) == Relation(requested=True)


@pytest.mark.threat("T21")
def test_an_accept_of_what_was_never_asked_makes_no_follow(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    embedded = documents.Follow(iri=f"{ann.iri}/f", actor=ann.iri, object=rose.iri)

    receive_accept(tx, sent(documents.Accept, rose, embedded), APPLYING)

    assert relation(tx, ann, rose) == Relation()


@pytest.mark.threat("T21")
def test_a_neighbour_cannot_accept_in_their_own_favour_on_our_side(tx):
    ann = add_person(tx, "ann", approves_followers=True)
    rose = add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)
    asked = follow_between(tx, rose.id, ann.id)

    receive_accept(tx, sent(documents.Accept, rose, asked.iri), APPLYING)

    assert relation(tx, ann, rose) == Relation(requested_by=True)


@pytest.mark.threat("T21")
def test_a_reject_after_an_accept_ends_the_follow(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    asked = follow_between(tx, ann.id, rose.id)
    receive_accept(tx, sent(documents.Accept, rose, asked.iri), APPLYING)

    receive_reject(tx, sent(documents.Reject, rose, asked.iri), APPLYING)

    assert relation(tx, ann, rose) == Relation()


@pytest.mark.threat("T21")
def test_an_invitation_by_somebody_of_another_server_is_not_told(tx):
    ann, hikers = add_person(tx, "ann"), add_neighbour(tx, "hikers", kind="Group")
    liar = add_neighbour(tx, "liar", "https://liar.example")
    for number, host in enumerate((liar, hikers)):
        iri = f"{host.iri}/invites/{number}"
        invite = documents.Invite(iri=iri, actor=host.iri, object=hikers.iri, target=ann.iri)
        receive_invite(tx, invite, ApplyContext(NOW, {hikers.iri: "stored"}))
        assert len(notifications(tx, ann.id, 10, kinds=["invite"])) == number


def test_a_follow_that_arrives_is_answered_and_told(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")

    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)

    assert relation(tx, ann, rose) == Relation(followed_by=True)
    assert kinds_sent(tx) == ["Accept"]
    assert [one.kind for one in notifications(tx, ann.id, 10)] == ["follow"]


def test_a_repeated_follow_is_answered_again_and_told_once(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    first = sent(documents.Follow, rose, ann.iri)

    receive_follow(tx, first, APPLYING)
    receive_follow(tx, sent(documents.Follow, rose, ann.iri, iri=first.iri + "-again"), APPLYING)

    assert kinds_sent(tx) == ["Accept", "Accept"]
    assert len(notifications(tx, ann.id, 10)) == 1


def test_a_follow_by_somebody_unknown_asks_for_them_first(tx):
    ann = add_person(tx, "ann")
    stranger = actor_document("stranger")

    with pytest.raises(Missing) as missing:
        receive_follow(
            tx,
            documents.Follow(iri=f"{THERE}/f", actor=stranger.iri, object=ann.iri),
            APPLYING,
        )

    assert missing.value.iris == (stranger.iri,)


@pytest.mark.feature("C09")
def test_following_an_open_community_is_accepted_and_joining_it_makes_a_member(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    receive_follow(tx, sent(documents.Follow, rose, walkers.iri), APPLYING)
    assert kinds_sent(tx) == ["Accept"]
    assert tx.one("select role from membership where actor_id = :id", id=rose.id) is None

    receive_join(tx, sent(documents.Join, rose, walkers.iri), APPLYING)

    assert kinds_sent(tx) == ["Accept", "Accept"]
    member = tx.one("select role from membership where actor_id = :id", id=rose.id)
    assert member["role"] == "member"


def test_a_community_by_invitation_takes_nobody_who_asks(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    walkers = add_group(tx, "walkers", ann, joining="invite")

    with pytest.raises(NotAllowed):
        follow(tx, ben, walkers, NOW)


@pytest.mark.threat("T20")
def test_an_undo_by_the_follower_ends_the_follow_and_by_another_does_nothing(tx):
    ann, rose, liar = add_person(tx, "ann"), add_neighbour(tx, "rose"), add_neighbour(tx, "liar")
    asked = sent(documents.Follow, rose, ann.iri)
    receive_follow(tx, asked, APPLYING)

    assert not undo_follow(tx, sent(documents.Undo, liar, asked), APPLYING)
    assert not undo_follow(tx, sent(documents.Undo, liar, asked.iri), APPLYING)
    assert relation(tx, ann, rose) == Relation(followed_by=True)

    assert undo_follow(tx, sent(documents.Undo, rose, asked), APPLYING)
    assert relation(tx, ann, rose) == Relation()


@pytest.mark.threat("T120")
def test_a_follow_that_was_undone_has_no_effect_while_its_signature_would_hold(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = sent(documents.Follow, rose, ann.iri)
    receive(tx, asked)
    receive(tx, sent(documents.Undo, rose, asked))

    forget_old_tombstones(tx, NOW + SIGNATURE_S_MAX - 1)
    receive(tx, asked)

    assert follow_between(tx, rose.id, ann.id) is None


def test_who_followed_once_may_follow_again_under_the_same_id(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = sent(documents.Follow, rose, ann.iri)
    receive(tx, asked)
    receive(tx, sent(documents.Undo, rose, asked))

    forget_old_tombstones(tx, NOW + SIGNATURE_S_MAX + 1)
    receive(tx, asked)

    assert follow_between(tx, rose.id, ann.id).is_accepted


def test_unfollowing_tells_the_other_node_what_is_undone(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)

    unfollow(tx, ann, rose, NOW)
    unfollow(tx, ann, rose, NOW)

    assert relation(tx, ann, rose) == Relation()
    assert kinds_sent(tx) == ["Follow", "Undo"]


def test_ending_that_somebody_follows_me_tells_their_node(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)

    reject_follow(tx, ann, rose, NOW)

    assert relation(tx, ann, rose) == Relation()
    assert kinds_sent(tx) == ["Accept", "Reject"]
