"""Follows that nobody answers, answers that get lost, and messages that come in any order."""

import contextlib
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.store import ANSWERED_AGAIN_S, NewArrival, add_arrival, settle_arrivals
from node.base.errors import NotFound
from node.inbox.handlers import HANDLERS
from node.outbox.deliveries import settle_delivered, settle_refused, waiting_deliveries
from node.topics.members.actions import ask_again, follow, unfollow
from node.topics.members.activities import (
    receive_accept,
    receive_follow,
    receive_join,
    receive_reject,
)
from node.topics.members.answers import reject_follow
from node.topics.members.rules import DAY_S, HOUR_S, next_ask_at
from node.topics.members.store import Relation, follow_between, relations
from node.topics.notifications.store import notifications
from node.topics.permissions.rules import Reading, may_see
from tests.neighbours import NOW, THERE, add_group, add_neighbour, add_person, sent

APPLYING = ApplyContext(NOW)


def relation(tx, me, other):
    return relations(tx, me.id, [other.id])[other.id]


def deliver_all(tx, at=NOW):
    """Everything that waits reaches valley.example; the ids of what did."""
    waiting = waiting_deliveries(tx, "valley.example", 0)
    for one in waiting:
        settle_delivered(tx, one, "cavage", at)
    return [one.activity_iri for one in waiting]


def answers(tx):
    rows = tx.all("select kind from outbox_entry where kind in ('Accept', 'Reject') order by id")
    return [row["kind"] for row in rows]


def test_asking_again_is_due_after_an_hour_a_day_and_a_week():
    assert [next_ask_at(NOW, asks) for asks in (1, 2, 3, 4)] == [
        NOW + HOUR_S,
        NOW + DAY_S,
        NOW + 7 * DAY_S,
        None,
    ]


@pytest.mark.threat("T122")
def test_a_follow_that_nobody_answers_is_asked_for_again_under_the_same_id(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    asked = [deliver_all(tx)]

    for at in (HOUR_S - 1, HOUR_S, DAY_S - 1, DAY_S, 7 * DAY_S - 1, 7 * DAY_S, 90 * DAY_S):
        ask_again(tx, NOW + at)
        asked.append(deliver_all(tx, NOW + at))

    iri = follow_between(tx, ann.id, rose.id).iri
    assert asked == [[iri], [], [iri], [], [iri], [], [iri], []]


@pytest.mark.threat("T122")
def test_after_the_last_asking_it_stays_pending_and_says_that_nobody_answered(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)

    for at in (HOUR_S, DAY_S, 7 * DAY_S):
        assert relation(tx, ann, rose) == Relation(requested=True)
        ask_again(tx, NOW + at)

    assert relation(tx, ann, rose) == Relation(requested=True, unanswered=True)


def test_what_was_answered_or_taken_back_is_not_asked_for_again(tx):
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    for person in (ann, ben):
        follow(tx, person, rose, NOW)
    asked = follow_between(tx, ann.id, rose.id)
    receive_accept(tx, sent(documents.Accept, rose, asked.iri), APPLYING)
    unfollow(tx, ben, rose, NOW)

    assert ask_again(tx, NOW + 90 * DAY_S) == 0


def test_what_still_waits_to_be_delivered_is_not_sent_twice(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)

    ask_again(tx, NOW + HOUR_S)

    assert len(deliver_all(tx)) == 1


def test_a_follow_that_was_set_aside_is_sent_again(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    for _ in range(3):
        (waiting,) = waiting_deliveries(tx, "valley.example", 0)
        settle_refused(tx, waiting, "status 403", NOW, 60)
    assert waiting_deliveries(tx, "valley.example", 0) == []

    ask_again(tx, NOW + HOUR_S)

    assert len(waiting_deliveries(tx, "valley.example", 0)) == 1


def arrival(follow_made, kind="Follow"):
    return NewArrival(
        activity_iri=follow_made.iri,
        origin=THERE,
        actor_iri=follow_made.actor,
        kind=kind,
        body="{}",
        body_hash="0",
    )


@pytest.mark.threat("T122")
def test_a_follow_that_comes_again_is_applied_again_once_it_was_answered_for_a_while(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = arrival(sent(documents.Follow, rose, ann.iri))
    add_arrival(tx, asked, NOW)
    assert not add_arrival(tx, asked, NOW + ANSWERED_AGAIN_S)
    ids = [row["id"] for row in tx.all("select id from arrival")]
    settle_arrivals(tx, ids, "done", NOW)

    assert not add_arrival(tx, asked, NOW + ANSWERED_AGAIN_S - 1)
    assert add_arrival(tx, asked, NOW + ANSWERED_AGAIN_S)


@pytest.mark.threat("T6")
def test_nothing_but_a_follow_by_the_same_actor_is_applied_again(tx):
    ann, rose, liar = add_person(tx, "ann"), add_neighbour(tx, "rose"), add_neighbour(tx, "liar")
    like, asked = sent(documents.Like, rose, ann.iri), sent(documents.Follow, rose, ann.iri)
    add_arrival(tx, arrival(like, "Like"), NOW)
    add_arrival(tx, arrival(asked), NOW)
    settle_arrivals(tx, [row["id"] for row in tx.all("select id from arrival")], "done", NOW)
    forged = documents.Follow(iri=asked.iri, actor=liar.iri, object=ann.iri)

    assert not add_arrival(tx, arrival(like, "Like"), NOW + DAY_S)
    assert not add_arrival(tx, arrival(like, "Follow"), NOW + DAY_S)
    assert not add_arrival(tx, arrival(forged), NOW + DAY_S)


@pytest.mark.threat("T122")
@pytest.mark.threat("T119")
def test_the_same_follow_again_is_accepted_again_and_told_once(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = sent(documents.Follow, rose, ann.iri)

    for _ in range(3):
        receive_follow(tx, asked, APPLYING)

    assert answers(tx) == ["Accept"] * 3
    assert len(notifications(tx, ann.id, 10)) == 1
    assert len(tx.all("select id from follow")) == 1


@pytest.mark.threat("T97")
def test_who_was_removed_reads_no_more_at_once_and_the_same_asking_is_answered_no(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = sent(documents.Follow, rose, ann.iri)
    receive_follow(tx, asked, APPLYING)
    assert may_see("followers", Reading(is_follower=relation(tx, rose, ann).following))

    reject_follow(tx, ann, rose, NOW)
    assert not may_see("followers", Reading(is_follower=relation(tx, rose, ann).following))

    receive_follow(tx, asked, APPLYING)
    assert relation(tx, rose, ann) == Relation()
    assert answers(tx) == ["Accept", "Reject", "Reject"]


def test_who_was_removed_may_ask_anew(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)
    reject_follow(tx, ann, rose, NOW)

    receive_follow(tx, sent(documents.Follow, rose, ann.iri, iri=f"{rose.iri}/anew"), APPLYING)

    assert relation(tx, rose, ann) == Relation(following=True)


def test_who_asks_to_join_a_community_by_invitation_is_told_no(tx):
    walkers = add_group(tx, "walkers", add_person(tx, "ann"), joining="invite")

    receive_join(tx, sent(documents.Join, add_neighbour(tx, "rose"), walkers.iri), APPLYING)

    assert answers(tx) == ["Reject"]
    assert tx.all("select id from follow") == []


@pytest.mark.threat("T21")
def test_an_answer_to_an_asking_that_was_taken_back_does_not_answer_the_next_one(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    first = follow_between(tx, ann.id, rose.id)
    unfollow(tx, ann, rose, NOW)
    follow(tx, ann, rose, NOW)
    embedded = documents.Follow(iri=first.iri, actor=ann.iri, object=rose.iri)

    receive_accept(tx, sent(documents.Accept, rose, embedded), APPLYING)
    receive_reject(tx, sent(documents.Reject, rose, embedded), APPLYING)

    assert relation(tx, ann, rose) == Relation(requested=True)


def apply(tx, activity):
    HANDLERS[type(activity)](tx, activity, APPLYING)


ORDERS = sorted(
    {
        *permutations(["Follow", "Follow", "Undo"]),
        *permutations(["Follow", "Follow", "Undo", "Undo"]),
    }
)


@pytest.mark.promise("R2")
@pytest.mark.threat("T120")
@pytest.mark.threat("T119")
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("inside", ["whole", "by id"])
def test_a_follow_and_its_undo_end_the_same_in_every_order(tx, order, inside):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = sent(documents.Follow, rose, ann.iri)
    taken = sent(documents.Undo, rose, asked if inside == "whole" else asked.iri)

    for kind in order:
        apply(tx, asked if kind == "Follow" else taken)

    assert tx.all("select id from follow") == []
    assert notifications(tx, ann.id, 10) == []


@pytest.mark.promise("R2")
@pytest.mark.threat("T120")
@pytest.mark.parametrize("order", sorted(set(permutations(["Accept", "Accept", "Reject"]))))
def test_an_accept_and_a_reject_of_one_asking_end_the_same_in_every_order(tx, order):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    iri = follow_between(tx, ann.id, rose.id).iri

    for kind in order:
        apply(tx, sent(getattr(documents, kind), rose, iri))

    assert relation(tx, ann, rose) == Relation()


DEEDS = st.lists(
    st.sampled_from(["Follow", "Undo", "Accept", "Reject", "remove", "unfollow"]),
    max_size=12,
)


@pytest.mark.promise("R2")
@pytest.mark.threat("T120")
@pytest.mark.threat("T21")
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
def test_whatever_comes_in_whatever_order_the_last_word_of_each_side_holds(stores, deeds):
    with stores.transaction() as tx:
        ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
        follow(tx, ann, rose, NOW)
        ours = follow_between(tx, ann.id, rose.id).iri
        theirs = sent(documents.Follow, rose, ann.iri)

        for deed in deeds:
            do(tx, deed, ann, rose, ours, theirs)

        is_ended = bool({"Reject", "unfollow"} & set(deeds))
        is_held = "Accept" in deeds and not is_ended
        found = relation(tx, ann, rose)
        assert found.following == is_held
        assert found.requested == (not is_ended and not is_held)
        assert found.followed_by == follows_in_the_end(deeds)


def do(tx, deed, ann, rose, ours, theirs):
    if deed == "Follow":
        apply(tx, theirs)
    elif deed == "Undo":
        apply(tx, sent(documents.Undo, rose, theirs))
    elif deed in ("Accept", "Reject"):
        apply(tx, sent(getattr(documents, deed), rose, ours))
    elif deed == "unfollow":
        unfollow(tx, ann, rose, NOW)
    else:
        with contextlib.suppress(NotFound):
            reject_follow(tx, ann, rose, NOW)


def follows_in_the_end(deeds):
    """rose follows if she asked, never took it back, and was not removed once she followed."""
    if "Undo" in deeds or "Follow" not in deeds:
        return False
    return "remove" not in deeds[deeds.index("Follow") :]
