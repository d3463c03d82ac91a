"""Another name acts in its community alone, without what its owner may do for the node."""

from dataclasses import replace

import pytest

from node.base.errors import NotAllowed
from node.topics.accounts.acting import act_under
from node.topics.accounts.actions import create_account
from node.topics.accounts.store import add_session, person_by_session
from node.topics.accounts.suspension import suspend
from node.topics.blocks.store import block_between
from node.topics.communities.permissions import who_is
from node.topics.communities.store import put_member, put_role
from node.topics.members.actions import Founding, follow, found_community, take_follow, unfollow
from node.topics.members.blocks import block
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.organising.member_actions import add_member
from node.topics.permissions.rules import Act, Place, Role, Who, may
from node.topics.polls.actions import vote
from node.topics.portability.names import go_on_as
from node.topics.posts.views import post_view
from node.topics.publishing.actions import edit, publish
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.publishing.may_write import why_not_answer, why_not_in
from node.topics.reactions.actions import boost, favourite
from node.topics.reactions.suspension import let_go_on, stop_person
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_person

pytestmark = pytest.mark.feature("C10")
ALONE = "Birch is your name in Walkers alone"
ANOTHER = "under another name of yours"
POLL = PollDraft(choices=("Friday", "Sunday"), lasts_s=3_600)


def say(world, author, text="Hello", **fields):
    return publish(world.tx, author, Draft(text=text, **fields), NOW)


def in_walkers(world, author, text="Hello", **fields):
    return say(world, author, f"@walkers {text}", **fields)


def session(world, token="secret"):
    add_session(world.tx, token, world.account.id, "csrf", NOW, NOW + 100)
    return token


def test_a_browser_goes_on_under_another_name_and_back(world):
    birch, token = world.join("birch"), session(world)

    go_on_as(world.tx, world.account, token, birch.id)
    person = person_by_session(world.tx, token, NOW)
    assert (person.actor.id, person.own.id) == (birch.id, world.rose.id)

    go_on_as(world.tx, world.account, token, None)
    person = person_by_session(world.tx, token, NOW)
    assert (person.actor.id, person.own) == (world.rose.id, None)


@pytest.mark.threat("T80")
def test_a_form_that_was_opened_under_one_name_says_nothing_under_another(world):
    birch, token = world.join("birch"), session(world)
    own = person_by_session(world.tx, token, NOW)
    go_on_as(world.tx, world.account, token, birch.id)

    assert person_by_session(world.tx, token, NOW).csrf != own.csrf


@pytest.mark.threat("T81")
def test_nobody_goes_on_under_a_name_that_is_not_theirs(world):
    token, birch = session(world), world.join("birch")
    world.tx.run("update pseudonym set account_id = :id", id=account_of(world, "ben"))
    for other in (world.ann, birch):
        act_under(world.tx, token, world.account.id, other.id)
        assert person_by_session(world.tx, token, NOW).actor.id == world.rose.id


def account_of(world, name):
    made = create_account(
        world.tx,
        origin=ORIGIN,
        name=name,
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    return made.id


@pytest.mark.threat("T85")
def test_under_another_name_nobody_looks_after_the_node(world):
    world.tx.run("update account set role = 'organiser' where id = :id", id=world.account.id)
    birch, token = world.join("birch"), session(world)
    go_on_as(world.tx, world.account, token, birch.id)

    assert person_by_session(world.tx, token, NOW).account.role == "member"
    assert not who_is(world.tx, world.walkers.id, birch).looks_after_node
    assert who_is(world.tx, world.walkers.id, world.rose).looks_after_node


def test_a_name_that_was_stopped_ends_where_somebody_goes_on_under_it(world):
    birch, token = world.join("birch"), session(world)
    go_on_as(world.tx, world.account, token, birch.id)

    stop_person(world.tx, birch, NOW)
    assert person_by_session(world.tx, token, NOW).actor.id == world.rose.id
    act_under(world.tx, token, world.account.id, birch.id)
    assert person_by_session(world.tx, token, NOW).actor.id == world.rose.id

    let_go_on(world.tx, birch, NOW)
    assert person_by_session(world.tx, token, NOW).actor.id == birch.id


def test_in_its_community_a_name_writes_answers_likes_and_votes(world):
    birch = world.join("birch")
    asked = in_walkers(world, world.ann, "When?", poll=POLL)

    answer = in_walkers(world, birch, "Sunday", parent_id=asked)
    edit(world.tx, birch, answer, Draft(text="@ann Sunday then"), NOW)
    favourite(world.tx, birch, asked, NOW)
    vote(world.tx, birch, asked, [1], NOW)
    file_report(world.tx, birch, Complaint(about_id=world.ann.id, post_ids=[asked]), NOW)

    assert why_not_in(world.tx, birch, world.walkers, NOW) == ""
    assert post_view(world.tx, asked, birch).own_votes == (1,)


@pytest.mark.threat("T98")
def test_whatever_a_name_would_do_elsewhere_is_refused_in_plain_words(world):
    birch, cat = world.join("birch"), add_neighbour(world.tx, "cat")
    other = world.found("readers", visibility="public", posting="anyone")
    public, there = say(world, world.ann), say(world, world.ann, "@readers Hello")
    here, asked = in_walkers(world, world.ann), say(world, world.ann, "Which?", poll=POLL)
    founding = Founding(origin=ORIGIN, name="mine", title="Mine")

    for act in (
        lambda: say(world, birch),
        lambda: say(world, birch, "@readers Hello"),
        lambda: say(world, birch, "Yes", parent_id=public),
        lambda: say(world, birch, "Yes", parent_id=there),
        lambda: say(world, birch, f"@{cat.handle} Hello", visibility="direct"),
        lambda: in_walkers(world, birch, f"@{cat.handle} Hello"),
        lambda: edit(
            world.tx, birch, in_walkers(world, birch), Draft(text=f"@{cat.handle} Hello"), NOW
        ),
        lambda: follow(world.tx, birch, cat, NOW),
        lambda: follow(world.tx, birch, world.ann, NOW),
        lambda: follow(world.tx, birch, other, NOW),
        lambda: take_follow(world.tx, birch, other, "https://group.example/f", NOW),
        lambda: favourite(world.tx, birch, public, NOW),
        lambda: vote(world.tx, birch, asked, [0], NOW),
        lambda: boost(world.tx, birch, here, NOW),
        lambda: found_community(world.tx, founding, birch, KEYS, NOW),
    ):
        with pytest.raises(NotAllowed, match=ALONE):
            act()
    assert ALONE in why_not_in(world.tx, birch, other, NOW)
    assert ALONE in why_not_answer(world.tx, birch, post_view(world.tx, public, birch), NOW)


def test_to_those_of_its_community_and_whoever_wrote_to_it_a_name_writes_alone(world):
    birch, ben = world.join("birch"), add_person(world.tx, "ben")

    say(world, birch, "@ann Hello", visibility="direct")
    asked = say(world, ben, "@birch Who are you?", visibility="direct")
    say(world, birch, "@ben A walker", visibility="direct", parent_id=asked)
    favourite(world.tx, birch, asked, NOW)
    block(world.tx, birch, ben, NOW)


@pytest.mark.threat("T88")
@pytest.mark.parametrize("is_member", [True, False])
def test_a_name_tries_out_of_nobody_whether_they_are_in_a_community_that_hides_its_list(
    world, is_member
):
    den, ben = world.found("den", visibility="node"), add_person(world.tx, "ben")
    world.tx.run("update community set shows_members = 0 where actor_id = :id", id=den.id)
    if is_member:
        put_member(world.tx, den.id, ben.id, Role.MEMBER, NOW, "open")
    birch = world.join("birch", den)

    with pytest.raises(NotAllowed):
        say(world, birch, "@ben Hello", visibility="direct")
    block(world.tx, birch, ben, NOW)
    file_report(world.tx, birch, Complaint(about_id=ben.id), NOW)

    assert block_between(world.tx, birch.id, ben.id)


@pytest.mark.feature("M10")
@pytest.mark.threat("T82")
def test_where_one_takes_part_under_one_name_one_does_nothing_under_the_others(world):
    world.join("birch")
    asked = in_walkers(world, world.ann, "When?", poll=POLL)

    for act in (
        lambda: in_walkers(world, world.rose),
        lambda: in_walkers(world, world.rose, parent_id=asked),
        lambda: favourite(world.tx, world.rose, asked, NOW),
        lambda: vote(world.tx, world.rose, asked, [0], NOW),
        lambda: boost(world.tx, world.rose, asked, NOW),
    ):
        with pytest.raises(NotAllowed, match=ANOTHER):
            act()
    assert ANOTHER in why_not_in(world.tx, world.rose, world.walkers, NOW)


@pytest.mark.threat("T88")
def test_nobody_tries_out_whose_a_name_is_by_appointing_somebody(world):
    birch = world.join("birch")
    put_role(world.tx, world.walkers.id, world.rose.id, Role.MODERATOR, NOW)

    in_walkers(world, birch)

    assert may(Act.MODERATE, Place(), who_is(world.tx, world.walkers.id, world.rose))
    with pytest.raises(NotAllowed, match=ANOTHER):
        in_walkers(world, world.rose)


@pytest.mark.threat("T88")
def test_nobody_tries_out_whose_a_name_is_by_adding_somebody(world):
    birch = world.join("birch")
    add_member(world.tx, world.walkers, world.rose, NOW + 5)
    add_member(world.tx, world.walkers, world.rose, NOW + 6)

    in_walkers(world, birch)

    with pytest.raises(NotAllowed, match=ANOTHER):
        in_walkers(world, world.rose)
    unfollow(world.tx, world.rose, world.walkers, NOW + 7)
    in_walkers(world, birch)


@pytest.mark.threat("T82")
def test_who_follows_by_themselves_and_is_added_takes_part_under_that_name(world):
    follow(world.tx, world.rose, world.walkers, NOW)
    add_member(world.tx, world.walkers, world.rose, NOW + 5)

    with pytest.raises(NotAllowed):
        world.join("birch")


@pytest.mark.threat("T82")
def test_the_one_permission_function_lets_nobody_take_part_under_two_names():
    place, guest = Place(posting="anyone"), Who(is_here=True)
    for act in (Act.FOLLOW, Act.JOIN, Act.ANSWER, Act.BEGIN, Act.REACT):
        assert may(act, place, guest)
        assert not may(act, place, replace(guest, is_in_as_another=True))
        assert not may(act, place, replace(guest, is_misplaced=True))
    assert may(Act.READ, place, replace(guest, is_misplaced=True))


def test_a_name_leaves_and_comes_back(world):
    birch = world.join("birch")
    unfollow(world.tx, birch, world.walkers, NOW)
    follow(world.tx, birch, world.walkers, NOW)

    assert why_not_in(world.tx, birch, world.walkers, NOW) == ""


def test_who_is_suspended_goes_on_under_no_name(world):
    world.join("birch")
    token = session(world)
    suspend(world.tx, world.account, NOW)

    assert person_by_session(world.tx, token, NOW) is None
