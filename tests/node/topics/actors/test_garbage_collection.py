"""Actors of other nodes whom nothing here refers to are forgotten, and only those (T48, T136)."""

import re

import pytest

from federation import documents
from node.base.clock import FakeClock
from node.housekeeping import TIDYING, tidy_up
from node.peers.rules import Policy
from node.peers.store import freeze, put_policy
from node.topics.actors import garbage_collection
from node.topics.actors.activities import delete_actor
from node.topics.actors.garbage_collection import UNNEEDED, UNSEEN_S, forget_strangers
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import follow
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, THERE, add_neighbour, add_person, note
from tests.schema import references

LATE = NOW + UNSEEN_S + 1

GO_WITH_IT = {
    ("actor_key", "actor_id"),
    ("other_handle", "actor_id"),
    ("actor_words", "actor_id"),
}
"""What is forgotten together with an actor."""


def key(name="rose"):
    iri = f"{THERE}/people/{name}"
    return documents.Key(iri=f"{iri}#main-key", owner=iri, algorithm="rsa", public_key="a key")


def names(tx):
    return [row["name"] for row in tx.all("select name from actor where local = 0 order by name")]


@pytest.mark.threat("T48")
def test_a_stranger_is_forgotten_after_thirty_days_with_the_key(tx):
    add_neighbour(tx, "rose", keys=(key(),))

    early = forget_strangers(tx, NOW + UNSEEN_S)
    tx.run("update actor set look_at = 0")
    late = forget_strangers(tx, LATE)

    assert (early, late) == (1, 1)
    assert names(tx) == []
    assert tx.all("select iri from actor_key where private_key is null") == []
    assert forget_strangers in TIDYING


@pytest.mark.threat("T48")
def test_each_is_looked_at_once_in_thirty_days(tx):
    add_neighbour(tx, "rose")

    assert [forget_strangers(tx, NOW), forget_strangers(tx, NOW + UNSEEN_S - 1)] == [1, 0]
    assert forget_strangers(tx, NOW + UNSEEN_S) == 1


@pytest.mark.threat("T48")
def test_everything_that_refers_to_an_actor_is_asked_first(tx):
    asked = set(re.findall(r"from (\w+) x where x\.(\w+) = a\.id\)", UNNEEDED))

    assert asked == references(tx, "actor") - GO_WITH_IT


def by_following(tx, ann, rose):
    follow(tx, ann, rose, NOW)


def by_writing(tx, ann, rose):
    store_fetched_post(tx, note(rose), NOW)


def by_being_named(tx, ann, rose):
    publish(tx, ann, Draft(text="@rose@valley.example Hello"), NOW)


def by_favouring(tx, ann, rose):
    tx.run(
        """
        insert into favourite (id, iri, actor_id, post_id, created_at)
        values (1, :iri, :rose_id, :post_id, 0)
        """,
        iri=f"{rose.iri}/likes/1",
        rose_id=rose.id,
        post_id=publish(tx, ann, Draft(text="Hello"), NOW),
    )


def by_trust(tx, ann, rose):
    put_policy(tx, rose.host, Policy.TRUSTED, "", NOW)


def by_waiting_for_a_look(tx, ann, rose):
    freeze(tx, rose.host, "The key changed.", NOW)


@pytest.mark.threat("T48")
@pytest.mark.parametrize(
    "make_known",
    [
        by_following,
        by_writing,
        by_being_named,
        by_favouring,
        by_trust,
        by_waiting_for_a_look,
    ],
)
def test_whom_we_have_to_do_with_stays_with_the_key(tx, make_known):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose", keys=(key(),))
    make_known(tx, ann, rose)

    forget_strangers(tx, LATE)

    assert names(tx) == ["rose"]
    assert len(tx.all("select iri from actor_key where private_key is null")) == 1


@pytest.mark.threat("T48")
def test_whoever_was_read_lately_stays(tx):
    add_neighbour(tx, "rose")
    tx.run("update actor set fetched_at = :at where local = 0", at=LATE - 60)

    forget_strangers(tx, LATE)

    assert names(tx) == ["rose"]


def test_our_own_are_never_strangers(tx):
    add_person(tx, "ann")

    assert forget_strangers(tx, LATE) == 0


@pytest.mark.threat("T48")
def test_somebody_who_is_gone_stays_gone_for_thirty_days(tx):
    rose = add_neighbour(tx, "rose")
    delete_actor(tx, rose, LATE)

    forget_strangers(tx, LATE)
    tx.run("update actor set look_at = 0")
    left = names(tx)
    forget_strangers(tx, LATE + UNSEEN_S + 1)

    assert (left, names(tx)) == (["rose"], [])


def test_of_a_host_that_was_given_something_one_stays_to_be_told_when_it_is_taken_back(tx):
    first, second = add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    tx.run(
        """
        insert into destination (host, failures, retry_at, signature_form, last_success_at)
        values ('valley.example', 0, 0, 'cavage', :now)
        """,
        now=NOW,
    )

    forget_strangers(tx, LATE)

    assert first.id < second.id
    assert names(tx) == ["rose"]


async def crowd(database, hosts):
    def come(tx):
        for number in range(hosts):
            add_neighbour(tx, "rose", f"https://h{number}.example")

    await database.write(come)


@pytest.mark.threat("T48")
async def test_of_a_crowd_of_invented_hosts_no_more_than_the_cap_stays(database, monkeypatch):
    monkeypatch.setattr(garbage_collection, "STRANGERS_MAX", 20)
    monkeypatch.setattr(garbage_collection, "LOOKED_AT_ONCE", 7)
    await crowd(database, 50)

    soon = await tidy_up(database, FakeClock(NOW + 60), forget_strangers)
    left = await database.read(names)
    await tidy_up(database, FakeClock(NOW + 3_700), forget_strangers)

    assert (soon, len(left)) == (50, 50)
    assert len(await database.read(names)) <= 20


async def test_an_actor_that_was_forgotten_can_be_met_again(database):
    await crowd(database, 1)
    await database.write(forget_strangers, LATE)

    await crowd(database, 1)

    assert await database.read(lambda tx: actor_by_iri(tx, "https://h0.example/people/rose"))
