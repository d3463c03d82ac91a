"""Joining a community under another name: who may, and that one is in it under one name alone."""

import pytest

from node.base.errors import Conflict, Invalid, NotAllowed, NotFound
from node.topics.accounts.store import account_by_name, password_of
from node.topics.actors.documents import actor_document
from node.topics.admissions.actions import ask_to_join, check_may_ask
from node.topics.admissions.invitations import Wanted, join_by_invitation, make_invitation
from node.topics.admissions.vouches import vouch
from node.topics.communities.permissions import who_is
from node.topics.communities.store import membership
from node.topics.members.actions import follow, follow_only, join, unfollow
from node.topics.members.store import follow_between
from node.topics.moderation.ban_store import Ban, put_ban
from node.topics.notifications.store import notifications
from node.topics.permissions.rules import Role
from node.topics.portability.deletion import forget_departed
from node.topics.portability.names import delete_name, own_names
from node.topics.pseudonyms.rules import (
    IN_ALREADY,
    IN_AS_ANOTHER,
    NAMES_MAX,
    NO_MORE,
    NO_NAMES_S,
    STOPPED,
)
from node.topics.reactions.suspension import let_go_on, stop_person
from node.topics.timelines.node_usage import usage
from tests.neighbours import NOW, add_neighbour

pytestmark = pytest.mark.feature("C10")


def test_another_name_is_an_actor_of_its_own_that_is_in_no_list(world):
    birch = world.join("birch")

    assert membership(world.tx, world.walkers.id, birch.id).role is Role.MEMBER
    assert membership(world.tx, world.walkers.id, world.rose.id).role is Role.NOBODY
    document = actor_document(world.tx, birch)
    assert document["manuallyApprovesFollowers"] is True
    assert document["discoverable"] is False
    assert document["indexable"] is False
    assert "rose" not in str(document).lower()


def test_names_are_not_counted_as_people_and_have_no_account(world):
    world.join("birch")

    assert usage(world.tx, NOW).people == 1
    assert account_by_name(world.tx, "birch") is None


@pytest.mark.threat("T70")
def test_nobody_signs_in_by_another_name_as_if_there_were_none(world):
    world.join("birch")

    assert password_of(world.tx, "birch") is None
    assert password_of(world.tx, "nobody_at_all") is None


def test_names_come_from_the_one_space_of_names(world):
    for taken in ("ann", "rose", "walkers"):
        with pytest.raises(Conflict):
            world.join(taken)
    with pytest.raises(Invalid):
        world.join("not a name")


@pytest.mark.threat("T88")
def test_dates_of_two_names_are_cut_to_the_day(world):
    birch = world.join("birch", now=NOW + 17)

    said = {actor_document(world.tx, one)["published"] for one in (birch, world.rose)}

    assert all(one.endswith("T00:00:00Z") for one in said)


@pytest.mark.feature("M10")
def test_who_is_in_under_one_name_is_in_under_no_other(world):
    birch = world.join("birch")
    for act in (follow, follow_only, join):
        with pytest.raises(NotAllowed, match="under another name of yours"):
            act(world.tx, world.rose, world.walkers, NOW)
    with pytest.raises(NotAllowed, match="under another name of yours"):
        check_may_ask(world.tx, world.walkers, world.rose, NOW)
    with pytest.raises(NotAllowed) as refusal:
        world.join("willow")
    assert refusal.value.sentence == IN_AS_ANOTHER

    unfollow(world.tx, birch, world.walkers, NOW)
    join(world.tx, world.rose, world.walkers, NOW)
    with pytest.raises(NotAllowed) as refusal:
        world.join("willow")
    assert refusal.value.sentence == IN_ALREADY


@pytest.mark.feature("M10")
def test_who_waits_under_one_name_or_is_invited_waits_under_no_other(world):
    asking = world.found("asking", visibility="closed", joining="approval")
    birch = world.join("birch", asking, answer="Let me in")
    code = make_invitation(world.tx, asking, world.ann, Wanted(), NOW)

    with pytest.raises(NotAllowed, match="under another name of yours"):
        ask_to_join(world.tx, asking, world.rose, answer="", iri="https://group.example/x", now=NOW)
    with pytest.raises(NotAllowed, match="under another name of yours"):
        join_by_invitation(world.tx, code, world.rose, NOW)

    assert who_is(world.tx, asking.id, birch).role is Role.NOBODY
    assert [one.from_id for one in told(world, "join_request")] == [birch.id]


def told(world, kind):
    return [
        one for one in notifications(world.tx, world.ann.id, 40, kinds=(kind,)) if one.kind == kind
    ]


def test_an_invitation_lets_another_name_in_as_it_would_the_own(world):
    hidden = world.found("hidden", visibility="hidden", joining="invite")
    code = make_invitation(world.tx, hidden, world.ann, Wanted(), NOW)
    with pytest.raises(NotFound):
        world.join("birch", hidden)

    birch = world.join("birch", hidden, code=code)

    assert who_is(world.tx, hidden.id, birch).role is Role.MEMBER
    assert who_is(world.tx, hidden.id, world.rose).role is Role.NOBODY


def test_a_community_elsewhere_is_asked_by_the_name_alone(world):
    there = add_neighbour(world.tx, "rovers", kind="Group")

    birch = world.join("birch", there)

    entries = world.tx.all("select actor_id, body from outbox_entry order by id")
    assert [row["actor_id"] for row in entries] == [birch.id]
    assert "rose" not in entries[0]["body"]
    with pytest.raises(NotAllowed, match="under another name of yours"):
        follow(world.tx, world.rose, there, NOW)


def test_there_are_ten_names_at_most(world):
    for number in range(NAMES_MAX):
        world.join(f"name_{number}", world.found(f"place_{number}", visibility="public"))

    with pytest.raises(NotAllowed) as refusal:
        world.join("one_more")
    assert refusal.value.sentence == NO_MORE


@pytest.mark.feature("M10")
@pytest.mark.threat("T97")
def test_who_is_shut_out_under_one_name_is_shut_out_under_all_and_nobody_else_is_told(world):
    birch = world.join("birch")
    put_ban(world.tx, world.walkers.id, Ban(birch.id, NOW + 100, None, 0), NOW)
    unfollow(world.tx, birch, world.walkers, NOW)
    before = notifications(world.tx, world.ann.id, 40)

    with pytest.raises(NotAllowed, match="shut you out"):
        join(world.tx, world.rose, world.walkers, NOW)
    with pytest.raises(NotAllowed, match="shut you out"):
        world.join("willow")

    assert notifications(world.tx, world.ann.id, 40) == before


@pytest.mark.feature("M10")
@pytest.mark.threat("T97")
def test_a_ban_outlives_the_name_that_it_was_for(world):
    birch = world.join("birch")
    put_ban(world.tx, world.walkers.id, Ban(birch.id, NOW + 100, None, 0), NOW)
    unfollow(world.tx, birch, world.walkers, NOW)
    delete_name(world.tx, birch, NOW, "key")
    settle(world)
    assert own_names(world.tx, world.account.id) == []

    with pytest.raises(NotAllowed, match="shut you out"):
        world.join("willow")


def settle(world):
    world.tx.run("delete from delivery")
    while forget_departed(world.tx, NOW):
        continue


@pytest.mark.feature("M10")
def test_a_ban_by_a_community_elsewhere_counts_for_all_names(world):
    there = add_neighbour(world.tx, "rovers", kind="Group")
    put_ban(world.tx, there.id, Ban(world.rose.id, NOW + 100, None, 0), NOW)

    with pytest.raises(NotAllowed, match="shut you out"):
        world.join("birch", there)


@pytest.mark.feature("M10")
@pytest.mark.threat("T97")
def test_who_had_a_name_stopped_makes_none_for_thirty_days(world):
    birch = world.join("birch")
    stop_person(world.tx, birch, NOW)
    place = world.found("place", visibility="public")

    with pytest.raises(NotAllowed) as refusal:
        world.join("willow", place, now=NOW + NO_NAMES_S - 1)
    assert refusal.value.sentence == STOPPED
    with pytest.raises(Conflict):
        stop_person(world.tx, birch, NOW)

    let_go_on(world.tx, birch, NOW)
    assert world.join("willow", place).name == "willow"


@pytest.mark.feature("M10")
def test_nobody_vouches_for_themselves_under_another_name(world):
    asking = world.found("asking", visibility="closed", joining="approval")
    birch = world.join("birch", asking)

    with pytest.raises(NotAllowed):
        vouch(world.tx, asking, birch, world.rose, NOW)
    assert follow_between(world.tx, birch.id, asking.id) is None


@pytest.mark.feature("M10")
@pytest.mark.threat("T97")
def test_while_one_name_is_stopped_another_that_goes_on_lets_nobody_make_more(world):
    other, third = (world.found(name, visibility="public") for name in ("rovers", "readers"))
    birch, willow = world.join("birch"), world.join("willow", other)
    stop_person(world.tx, birch, NOW)
    stop_person(world.tx, willow, NOW)

    let_go_on(world.tx, willow, NOW)
    with pytest.raises(NotAllowed, match="stopped a name of yours"):
        world.join("elm", third)
    let_go_on(world.tx, birch, NOW)

    assert world.join("elm", third).name == "elm"
