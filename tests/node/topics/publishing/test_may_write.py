"""What a member may not write is refused where they write, and said before they begin."""

import pytest

from node.base.errors import NotAllowed
from node.topics.actors.store import actor_by_id
from node.topics.communities.store import put_member
from node.topics.members.store import Follow, put_follow
from node.topics.moderation.changes import Change, ban_person, close_post
from node.topics.moderation.group_moderators import put_group_moderators
from node.topics.moderation.rules import FOR_EVER
from node.topics.permissions.rules import Role
from node.topics.posts.store import post_by_id
from node.topics.posts.views import post_view
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.may_write import (
    MODERATORS_ONLY,
    NOT_LET_IN,
    why_not_answer,
    why_not_in,
)
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_group, add_neighbour, add_node, add_person, note

BANNED = "This community has shut you out for now."
CLOSED = "This conversation is closed: it takes no more answers."


@pytest.fixture
def ann(tx):
    add_node(tx)
    return add_person(tx, "ann")


def elsewhere(tx, **changes):
    return add_neighbour(tx, "club", kind="Group", **changes)


def say(tx, me, group, **fields):
    return publish(tx, me, Draft(text=f"Hello @{group.handle}", **fields), NOW)


def join(tx, me, group, state):
    put_follow(tx, Follow(1, me.id, group.id, f"{me.iri}/f/1", state, NOW))


def test_who_is_shut_out_learns_it_before_and_when_they_write(tx, ann):
    group = add_group(tx, "walkers", add_person(tx, "olga"))
    change = Change(group=group, by_iri=group.iri, activity_iri=f"{group.iri}/b", now=NOW)
    ban_person(tx, change, ann, FOR_EVER, removes=False)

    assert why_not_in(tx, ann, group, NOW) == BANNED
    with pytest.raises(NotAllowed, match=BANNED):
        say(tx, ann, group)


@pytest.mark.parametrize("state", [None, "pending"])
def test_a_community_elsewhere_that_has_not_let_somebody_in_takes_nothing_of_them(tx, ann, state):
    club = elsewhere(tx, approves_followers=True)
    if state:
        join(tx, ann, club, state)

    assert why_not_in(tx, ann, club, NOW) == NOT_LET_IN
    with pytest.raises(NotAllowed, match=NOT_LET_IN):
        say(tx, ann, club)
    assert tx.all("select id from post") == []


def test_once_it_has_let_them_in_it_takes_what_they_write(tx, ann):
    club = elsewhere(tx, approves_followers=True)
    join(tx, ann, club, "accepted")
    put_member(tx, club.id, ann.id, Role.MEMBER, NOW)

    assert why_not_in(tx, ann, club, NOW) == ""
    assert say(tx, ann, club)


def test_where_only_moderators_begin_others_answer(tx, ann):
    club = elsewhere(tx, posting_restricted=True)
    rose = add_neighbour(tx, "rose")
    post = note(rose, "News", iri=f"{rose.iri}/1", url=f"{rose.iri}/1", audience=club.iri)
    parent = store_fetched_post(tx, post, NOW)
    tx.run("update post set community_id = :g where id = :id", g=club.id, id=parent)

    assert why_not_in(tx, ann, club, NOW) == MODERATORS_ONLY
    with pytest.raises(NotAllowed, match=MODERATORS_ONLY):
        say(tx, ann, club)
    assert why_not_answer(tx, ann, post_view(tx, parent, ann), NOW) == ""
    assert publish(tx, ann, Draft(text="Thanks", parent_id=parent), NOW)
    put_group_moderators(tx, club.id, [ann.iri], NOW)
    assert why_not_in(tx, ann, club, NOW) == ""


def test_an_answer_in_a_closed_conversation_is_refused_before_and_when_it_is_written(tx, ann):
    olga = add_person(tx, "olga")
    group = add_group(tx, "walkers", olga)
    parent = say(tx, olga, group)
    change = Change(group=group, by_iri=group.iri, activity_iri=f"{group.iri}/l", now=NOW)
    close_post(tx, change, post_by_id(tx, parent))

    assert why_not_answer(tx, ann, post_view(tx, parent, ann), NOW) == CLOSED
    with pytest.raises(NotAllowed, match=CLOSED):
        publish(tx, ann, Draft(text="Late", parent_id=parent), NOW)


def test_who_may_write_is_told_nothing(tx, ann):
    group = add_group(tx, "walkers", add_person(tx, "olga"))

    assert why_not_in(tx, ann, group, NOW) == ""
    assert actor_by_id(tx, group.id).posting_restricted is False
