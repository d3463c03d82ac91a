"""A community that is left alone for a week takes in nobody by itself, until somebody is back."""

import pytest

from node.housekeeping import TIDYING
from node.topics.accounts.actions import create_account
from node.topics.accounts.store import add_session
from node.topics.actors.store import actor_by_id
from node.topics.communities.permissions import place_of
from node.topics.communities.store import community_by_actor, put_role
from node.topics.members.actions import follow
from node.topics.members.store import follow_between
from node.topics.moderation.watch import UNSEEN_S, is_unwatched, watch_over
from node.topics.notifications.store import notifications
from node.topics.permissions.rules import Role
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import KEYS, NOW, ORIGIN, add_group, add_neighbour, add_person, note

pytestmark = pytest.mark.feature("M05")
WEEK = NOW + UNSEEN_S


def be_here(tx, account_id, at):
    add_session(tx, f"token at {at}", account_id, "csrf", at, at + UNSEEN_S, "Firefox")


@pytest.fixture
def walkers(tx):
    """A community whose organiser signed in when it was made."""
    account = create_account(
        tx,
        origin=ORIGIN,
        name="olga",
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    be_here(tx, account.id, NOW)
    group = add_group(tx, "walkers", actor_by_id(tx, account.actor_id))
    watch_over(tx, NOW)
    return group


def olga(tx):
    return tx.one("select id, actor_id from account where name = 'olga'")


def told(tx):
    kinds = ["unwatched", "watched"]
    return [one.kind for one in notifications(tx, olga(tx)["actor_id"], 5, kinds=kinds)]


def test_it_asks_first_once_nobody_was_seen_for_a_week_and_says_so(tx, walkers):
    early = watch_over(tx, WEEK - 1)
    late = watch_over(tx, WEEK)

    assert (early, late, watch_over(tx, WEEK)) == (0, 1, 0)
    assert is_unwatched(tx, walkers)
    assert place_of(tx, walkers).joining == "approval"
    assert community_by_actor(tx, walkers.id).joining == "open"
    assert told(tx) == ["unwatched"]
    assert watch_over in TIDYING


def test_whoever_joins_then_waits(tx, walkers):
    ben, cora = add_person(tx, "ben"), add_person(tx, "cora")
    follow(tx, ben, walkers, NOW)
    watch_over(tx, WEEK)

    follow(tx, cora, walkers, WEEK)

    assert follow_between(tx, ben.id, walkers.id).is_accepted
    held = follow_between(tx, cora.id, walkers.id)
    assert held is None or not held.is_accepted


def test_it_opens_again_when_one_is_seen(tx, walkers):
    watch_over(tx, WEEK)

    be_here(tx, olga(tx)["id"], WEEK + 60)

    assert watch_over(tx, WEEK + 60) == 1
    assert place_of(tx, walkers).joining == "open"
    assert told(tx) == ["watched"]


def test_whoever_signs_out_was_seen_all_the_same(tx, walkers):
    tx.run("delete from session")

    assert watch_over(tx, WEEK - 1) == 0
    assert watch_over(tx, WEEK) == 1


def test_a_moderator_of_another_node_is_seen_by_what_they_write(tx, walkers):
    mia = add_neighbour(tx, "mia")
    put_role(tx, walkers.id, mia.id, Role.MODERATOR, NOW)
    store_fetched_post(tx, note(mia, "I am here", published=WEEK - 60), WEEK - 30)

    assert watch_over(tx, WEEK) == 0
    assert watch_over(tx, WEEK + UNSEEN_S) == 1


def test_what_is_said_to_be_written_later_counts_for_nothing(tx, walkers):
    mia = add_neighbour(tx, "mia")
    put_role(tx, walkers.id, mia.id, Role.MODERATOR, NOW)
    store_fetched_post(tx, note(mia, "From the future", published=WEEK * 2), WEEK - 30)

    assert watch_over(tx, WEEK + 60) == 1


@pytest.mark.parametrize("joining", ["approval", "invite"])
def test_one_that_asks_anyway_goes_on_as_it_is(tx, walkers, joining):
    tx.run("update community set joining = :joining", joining=joining)

    watch_over(tx, WEEK)

    assert place_of(tx, walkers).joining == joining
