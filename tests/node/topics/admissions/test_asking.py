"""Asking to join: whoever asks always hears back, and nobody but organisers reads the answer."""

import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Invalid, NotAllowed, NotFound
from node.inbox.handlers import HANDLERS
from node.topics.admissions.actions import ask_to_join, let_in, note_unanswered, refuse
from node.topics.admissions.invitations import Wanted, join_by_invitation, make_invitation
from node.topics.admissions.rules import UNANSWERED_S
from node.topics.admissions.settings import AdmissionSettings, change_settings
from node.topics.admissions.vouches import vouch, vouchers
from node.topics.communities.join_requests import request_of, waiting_in
from node.topics.communities.permissions import who_is
from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, follow, found_community, unfollow
from node.topics.members.new_nodes import Agreement
from node.topics.members.rules import ASK_ANEW_AFTER_S
from node.topics.members.store import follow_between, relations
from node.topics.moderation.ban_store import Ban, put_ban
from node.topics.notifications.store import notifications
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_node, add_person, sent

KINDS = ("join_request", "join_reminder", "join_accepted", "join_refused", "join_waiting")


@pytest.fixture
def circle(tx):
    """A closed community in which people are let in by hand, and rosa, who organises it."""
    add_node(tx)
    rosa = add_person(tx, "rosa")
    founding = Founding(
        origin=ORIGIN,
        name="circle",
        title="Circle",
        visibility="closed",
        joining="approval",
        elsewhere=True,
    )
    return found_community(tx, founding, rosa, KEYS, NOW), rosa


def ask(tx, group, actor, answer="I walk", at=NOW, number=1):
    iri = f"{actor.iri}/asks/{number}"
    return ask_to_join(tx, group, actor, answer=answer, iri=iri, now=at)


def told(tx, actor):
    return [one.kind for one in notifications(tx, actor.id, 10, kinds=KINDS)]


def said(tx):
    return [json.loads(row["body"]) for row in tx.all("select body from outbox_entry order by id")]


def role(tx, group, actor):
    return who_is(tx, group.id, actor).role


@pytest.mark.feature("C03", "C04")
def test_who_asks_waits_and_is_told_when_they_are_let_in(tx, circle):
    group, rosa = circle
    ben = add_person(tx, "ben")

    assert ask(tx, group, ben) is False
    ((waiting, person),) = waiting_in(tx, group.id, 10)
    assert (waiting.answer, person.id) == ("I walk", ben.id)
    assert role(tx, group, ben) is Role.NOBODY
    assert follow_between(tx, ben.id, group.id) is None
    assert relations(tx, ben.id, [group.id])[group.id].requested
    assert told(tx, rosa) == ["join_request"]

    let_in(tx, group, ben, rosa, NOW + 60)

    assert role(tx, group, ben) is Role.MEMBER
    assert follow_between(tx, ben.id, group.id).is_accepted
    assert (told(tx, ben), told(tx, rosa)) == (["join_accepted"], [])
    assert waiting_in(tx, group.id, 10) == []


@pytest.mark.feature("C04", "J2.5")
def test_who_is_refused_is_told_why_and_asks_again_after_a_week(tx, circle):
    group, rosa = circle
    ben = add_person(tx, "ben")
    ask(tx, group, ben)
    with pytest.raises(Invalid):
        refuse(tx, group, ben, rosa, " ", NOW)

    refuse(tx, group, ben, rosa, "We are full this winter.", NOW)

    assert request_of(tx, group.id, ben.id).reason == "We are full this winter."
    assert told(tx, ben) == ["join_refused"]
    assert role(tx, group, ben) is Role.NOBODY
    with pytest.raises(NotAllowed, match="a week"):
        ask(tx, group, ben, at=NOW + ASK_ANEW_AFTER_S - 1, number=2)
    ask(tx, group, ben, at=NOW + ASK_ANEW_AFTER_S, number=2)
    assert request_of(tx, group.id, ben.id).waits
    assert told(tx, ben) == []


@pytest.mark.feature("C03")
def test_organisers_alone_decide_and_only_about_those_who_wait(tx, circle):
    group, rosa = circle
    ben, mod = add_person(tx, "ben"), add_person(tx, "mod")
    put_member(tx, group.id, mod.id, Role.MODERATOR, NOW)
    ask(tx, group, ben)

    for somebody in (ben, mod):
        with pytest.raises(NotAllowed):
            let_in(tx, group, ben, somebody, NOW)
        with pytest.raises(NotAllowed):
            refuse(tx, group, ben, somebody, "no", NOW)
    let_in(tx, group, ben, rosa, NOW)
    for decide in (let_in, lambda *args: refuse(*args[:4], "no", NOW)):
        with pytest.raises(NotFound):
            decide(tx, group, ben, rosa, NOW)


def test_who_was_shut_out_while_they_waited_is_not_let_in(tx, circle):
    group, rosa = circle
    ben = add_person(tx, "ben")
    ask(tx, group, ben)
    put_ban(tx, group.id, Ban(ben.id, NOW + 60, "", 0), NOW)

    with pytest.raises(NotAllowed):
        let_in(tx, group, ben, rosa, NOW)


@pytest.mark.feature("C04")
def test_asking_is_taken_back_as_a_follow_is_and_asked_twice_it_is_one(tx, circle):
    group, rosa = circle
    ben = add_person(tx, "ben")
    follow(tx, ben, group, NOW)
    ask(tx, group, ben, answer="Better said", number=2)
    assert [one.answer for one, _ in waiting_in(tx, group.id, 10)] == ["Better said"]
    assert told(tx, rosa) == ["join_request"]

    unfollow(tx, ben, group, NOW)

    assert waiting_in(tx, group.id, 10) == []
    assert not relations(tx, ben.id, [group.id])[group.id].requested
    assert told(tx, rosa) == []
    assert ask(tx, group, ben, number=3) is False


@pytest.mark.feature("C04", "J2.5")
def test_after_three_days_without_an_answer_both_sides_are_told_once(tx, circle):
    group, rosa = circle
    ben = add_person(tx, "ben")
    ask(tx, group, ben)

    assert note_unanswered(tx, NOW + UNANSWERED_S - 1) == 0
    assert note_unanswered(tx, NOW + UNANSWERED_S) == 1
    assert note_unanswered(tx, NOW + UNANSWERED_S + 60) == 0

    assert told(tx, ben) == ["join_waiting"]
    assert told(tx, rosa) == ["join_reminder", "join_request"]


@pytest.mark.feature("C03", "C11")
def test_somebody_elsewhere_is_answered_by_what_they_asked_with_and_hears_the_reason(tx, circle):
    group, rosa = circle
    rose, ivy = add_neighbour(tx, "rose"), add_neighbour(tx, "ivy")
    asking = [sent(documents.Follow, one, group.iri) for one in (rose, ivy)]
    for one in asking:
        HANDLERS[documents.Follow](tx, one, ApplyContext(NOW))
    assert said(tx) == []

    assert let_in(tx, group, rose, rosa, NOW) is Agreement.NEEDS_CONFIRMING
    assert said(tx) == []
    let_in(tx, group, rose, rosa, NOW, is_confirmed=True)
    refuse(tx, group, ivy, rosa, "<b>Full</b>", NOW)

    accept, reject = said(tx)
    assert (accept["type"], accept["object"]["id"]) == ("Accept", asking[0].iri)
    assert (reject["type"], reject["object"]["id"]) == ("Reject", asking[1].iri)
    assert reject["content"] == "&lt;b&gt;Full&lt;/b&gt;"
    assert "content" not in accept
    assert role(tx, group, rose) is Role.MEMBER


@pytest.mark.threat("T120")
def test_what_somebody_elsewhere_took_back_waits_no_more_also_under_its_older_id(tx, circle):
    group, _ = circle
    rose = add_neighbour(tx, "rose")
    first = sent(documents.Follow, rose, group.iri)
    second = sent(documents.Follow, rose, group.iri, iri=f"{rose.iri}/follows/again")
    for one in (first, second):
        HANDLERS[documents.Follow](tx, one, ApplyContext(NOW))
    assert len(waiting_in(tx, group.id, 10)) == 1

    HANDLERS[documents.Undo](tx, sent(documents.Undo, rose, first), ApplyContext(NOW))
    assert len(waiting_in(tx, group.id, 10)) == 1
    HANDLERS[documents.Undo](tx, sent(documents.Undo, rose, second), ApplyContext(NOW))
    assert waiting_in(tx, group.id, 10) == []
    HANDLERS[documents.Follow](tx, second, ApplyContext(NOW))
    assert waiting_in(tx, group.id, 10) == []


def test_nobody_takes_back_what_somebody_else_asked(tx, circle):
    group, _ = circle
    rose, ivy = add_neighbour(tx, "rose"), add_neighbour(tx, "ivy")
    asking = sent(documents.Follow, rose, group.iri)
    HANDLERS[documents.Follow](tx, asking, ApplyContext(NOW))

    HANDLERS[documents.Undo](tx, sent(documents.Undo, ivy, asking.iri), ApplyContext(NOW))

    assert len(waiting_in(tx, group.id, 10)) == 1


@pytest.mark.feature("C08")
def test_two_who_vouch_let_somebody_in_where_the_community_has_it_so(tx, circle):
    group, rosa = circle
    ben, ada, eva = (add_person(tx, name) for name in ("ben", "ada", "eva"))
    for one in (ada, eva):
        put_member(tx, group.id, one.id, Role.MEMBER, NOW)
    ask(tx, group, ben)
    with pytest.raises(NotAllowed):
        vouch(tx, group, ben, ben, NOW)
    for one in (ada, ada, eva):
        vouch(tx, group, ben, one, NOW)
    assert [one.id for one in vouchers(tx, group.id, ben.id)] == [ada.id, eva.id]
    assert role(tx, group, ben) is Role.NOBODY

    change_settings(tx, group, rosa, AdmissionSettings(vouches_needed=2), NOW)
    vouch(tx, group, ben, eva, NOW)

    assert role(tx, group, ben) is Role.MEMBER
    assert told(tx, ben) == ["join_accepted"]


@pytest.mark.feature("C08", "C06")
def test_a_members_invitation_into_a_place_with_a_door_keeper_asks_and_vouches(tx, circle):
    group, rosa = circle
    ada, ben, eva = (add_person(tx, name) for name in ("ada", "ben", "eva"))
    put_member(tx, group.id, ada.id, Role.MEMBER, NOW)

    join_by_invitation(tx, make_invitation(tx, group, ada, Wanted(), NOW), ben, NOW)
    join_by_invitation(tx, make_invitation(tx, group, rosa, Wanted(), NOW), eva, NOW)

    assert (role(tx, group, ben), role(tx, group, eva)) == (Role.NOBODY, Role.MEMBER)
    assert [one.id for one in vouchers(tx, group.id, ben.id)] == [ada.id]
    assert request_of(tx, group.id, ben.id).waits

    join_by_invitation(tx, make_invitation(tx, group, rosa, Wanted(), NOW), ben, NOW)
    assert role(tx, group, ben) is Role.MEMBER
    assert waiting_in(tx, group.id, 10) == []


@pytest.mark.feature("C05")
def test_where_only_those_who_look_after_it_invite_members_do_not(tx, circle):
    group, rosa = circle
    ada = add_person(tx, "ada")
    put_member(tx, group.id, ada.id, Role.MEMBER, NOW)
    code = make_invitation(tx, group, ada, Wanted(), NOW)

    change_settings(tx, group, rosa, AdmissionSettings(inviting="moderators"), NOW)

    with pytest.raises(NotAllowed):
        make_invitation(tx, group, ada, Wanted(), NOW)
    with pytest.raises(NotFound):
        join_by_invitation(tx, code, add_person(tx, "ben"), NOW)
    make_invitation(tx, group, rosa, Wanted(), NOW)
