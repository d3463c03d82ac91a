"""How much the node is used: of this node alone, and of those who are still there."""

import pytest

from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.reactions.actions import favourite
from node.topics.timelines.node_usage import HALF_YEAR_S, MONTH_S, Usage, told_usage, usage
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, note


def member(tx, name):
    account = create_account(
        tx,
        origin=ORIGIN,
        name=name,
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    return actor_by_id(tx, account.actor_id)


def say(tx, author, now=NOW, **fields):
    return publish(tx, author, Draft(text="Hello", **fields), now)


def test_people_and_their_open_posts_are_counted_answers_too(tx):
    ann, ben = member(tx, "ann"), member(tx, "ben")
    first = say(tx, ann)
    say(tx, ben, parent_id=first)
    say(tx, ann, visibility="followers")

    assert usage(tx, NOW) == Usage(people=2, active_month=2, active_half_year=2, posts=2)


def test_what_is_of_other_nodes_or_deleted_is_not(tx):
    ann, rose = member(tx, "ann"), add_neighbour(tx, "rose")
    store_fetched_post(tx, note(rose), NOW)
    delete(tx, ann, say(tx, ann), NOW)

    counted = usage(tx, NOW)

    assert (counted.people, counted.posts) == (1, 0)


@pytest.mark.parametrize(
    "gone",
    [
        "update account set disabled_at = 1 where actor_id = :id",
        "update actor set deleted_at = 1 where id = :id",
    ],
)
def test_who_is_shut_out_or_gone_counts_for_nothing_nor_does_what_they_wrote(tx, gone):
    ann, ben = member(tx, "ann"), member(tx, "ben")
    say(tx, ann)
    say(tx, ben)

    tx.run(gone, id=ben.id)

    assert usage(tx, NOW) == Usage(1, 1, 1, 1)


def test_active_is_who_did_something_within_a_month_and_within_half_a_year(tx):
    ann, ben, cat = (member(tx, name) for name in ("ann", "ben", "cat"))
    post = say(tx, ann)
    favourite(tx, ben, post, NOW + HALF_YEAR_S - MONTH_S)
    member(tx, "dan")
    tx.run(
        """
        insert into session (token_hash, account_id, csrf, created_at, expires_at)
        select 'x', id, 'x', :at, :at + 1 from account where actor_id = :id
        """,
        at=NOW + HALF_YEAR_S,
        id=cat.id,
    )

    def active(after):
        counted = usage(tx, NOW + after)
        return counted.active_month, counted.active_half_year

    assert active(HALF_YEAR_S) == (2, 3)
    assert active(HALF_YEAR_S + 1) == (1, 2)
    assert active(2 * HALF_YEAR_S + 1) == (0, 0)


@pytest.mark.threat("T103")
def test_others_are_told_tens_and_of_few_people_nothing():
    assert told_usage(Usage(49, 12, 30, 9)) == Usage(0, 0, 0, 0)
    assert told_usage(Usage(128, 51, 77, 1_234)) == Usage(120, 50, 70, 1_230)
