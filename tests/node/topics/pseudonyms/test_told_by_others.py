"""What somebody else does about a name is answered as if its person had no other."""

import pytest

from node.base.errors import NotAllowed
from node.topics.admissions.actions import ask_to_join, let_in, refuse
from node.topics.admissions.invitations import Wanted, make_invitation, open_offer
from node.topics.blocks.store import Block, put_block
from node.topics.communities.store import membership
from node.topics.members.actions import follow, join, unfollow
from node.topics.members.move import take_move
from node.topics.members.store import accept_stored, follow_between
from node.topics.moderation.ban_store import Ban, put_ban
from node.topics.permissions.rules import Role
from node.topics.polls.actions import vote
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.publishing.may_write import check_may_post_in
from node.topics.reactions.actions import favourite
from tests.neighbours import NOW, add_neighbour, add_person

pytestmark = pytest.mark.feature("C10")
HILL = "https://hill.example"


def asks(world, group):
    iri = f"{world.rose.iri}/follows/9"
    ask_to_join(world.tx, group, world.rose, answer="", iri=iri, now=NOW)


def ban(world, group, person):
    put_ban(world.tx, group.id, Ban(person.id, NOW + 999, "", 7), NOW)


def follow_elsewhere(tx, person, other):
    follow(tx, person, other, NOW)
    accept_stored(tx, follow_between(tx, person.id, other.id).id, NOW)


@pytest.mark.threat("T88")
def test_who_blocked_one_name_and_moves_here_is_followed_by_the_other_as_by_anybody(world):
    tx, emil = world.tx, add_person(world.tx, "emil")
    pat = add_neighbour(tx, "pat")
    vic = add_neighbour(tx, "vic", HILL, aliases=(pat.iri,))
    for one in (world.rose, emil):
        follow_elsewhere(tx, one, pat)
    birch = world.join("birch")
    put_block(tx, Block(9, f"{HILL}/blocks/1", vic.id, birch.id), NOW)

    take_move(tx, pat, vic, NOW + 10)

    for one in (world.rose, emil):
        assert follow_between(tx, one.id, vic.id) is not None
        assert follow_between(tx, one.id, pat.id) is None


@pytest.mark.threat("T88")
def test_nobody_is_moved_along_with_a_community_so_that_nobody_stands_out(world):
    tx, emil = world.tx, add_person(world.tx, "emil")
    old = add_neighbour(tx, "old", kind="Group")
    new = add_neighbour(tx, "new", HILL, kind="Group", aliases=(old.iri,))
    for one in (world.rose, emil):
        follow_elsewhere(tx, one, old)
    world.join("birch", new)

    take_move(tx, old, new, NOW + 10)

    for one in (world.rose, emil):
        assert follow_between(tx, one.id, new.id) is None
        assert follow_between(tx, one.id, old.id) is not None


@pytest.mark.threat("T88")
def test_a_ban_of_one_name_does_not_keep_an_organiser_from_letting_the_other_in(world):
    circle = world.found("circle", visibility="node", joining="approval")
    asks(world, circle)
    birch = world.join("birch")
    ban(world, circle, birch)

    let_in(world.tx, circle, world.rose, world.ann, NOW)

    assert membership(world.tx, circle.id, world.rose.id).role is Role.MEMBER
    with pytest.raises(NotAllowed):
        publish(world.tx, world.rose, Draft(text="@circle Hello"), NOW)


@pytest.mark.threat("T88")
def test_a_ban_of_one_name_leaves_the_invitations_of_the_other_open(world):
    join(world.tx, world.rose, world.walkers, NOW)
    code = make_invitation(world.tx, world.walkers, world.rose, Wanted(), NOW)
    birch = world.join("birch", world.found("den", visibility="node"))
    ban(world, world.walkers, birch)

    assert open_offer(world.tx, code, NOW).inviter.id == world.rose.id


@pytest.mark.threat("T88")
def test_what_waits_is_let_through_though_its_author_has_come_in_under_another_name(world):
    world.join("birch")

    check_may_post_in(world.tx, world.walkers, world.rose, NOW, to_others=True)
    with pytest.raises(NotAllowed):
        check_may_post_in(world.tx, world.walkers, world.rose, NOW)


@pytest.mark.threat("T82")
def test_a_vote_and_a_favour_count_once_whatever_name_they_are_given_under(world):
    tx = world.tx
    join(tx, world.rose, world.walkers, NOW)
    poll = PollDraft(choices=("Hill", "Valley"), lasts_s=3_600)
    post_id = publish(tx, world.ann, Draft(text="@walkers Where?", poll=poll), NOW)
    vote(tx, world.rose, post_id, [0], NOW)
    favourite(tx, world.rose, post_id, NOW)
    unfollow(tx, world.rose, world.walkers, NOW)
    birch = world.join("birch")

    with pytest.raises(NotAllowed):
        vote(tx, birch, post_id, [0], NOW)
    with pytest.raises(NotAllowed):
        favourite(tx, birch, post_id, NOW)

    post = post_by_id(tx, post_id)
    assert (post.favourites_count, post.poll.voters) == (1, 1)


@pytest.mark.threat("T82")
def test_who_was_refused_does_not_ask_again_at_once_under_another_name(world):
    circle = world.found("circle", visibility="node", joining="approval")
    asks(world, circle)
    refuse(world.tx, circle, world.rose, world.ann, "Not now.", NOW)

    with pytest.raises(NotAllowed):
        world.join("birch", circle)
