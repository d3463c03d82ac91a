"""Two records of who follows whom are compared, and made to agree without following anybody new."""

import pytest

from federation import documents
from federation.errors import FetchFailed
from federation.followers_sync import FollowersClaim, PartialList, followers_digest
from node.arrivals.apply_context import ApplyContext
from node.arrivals.follower_digests import due_digests, note_digest
from node.base.clock import FakeClock
from node.topics.members.actions import follow
from node.topics.members.activities import receive_accept
from node.topics.members.follow_retries import AGAIN_AFTER_FAILURE_S, FollowKeeper
from node.topics.members.followers_sync import UNDONE_AT_ONCE, Reconciled, reconcile
from node.topics.members.rules import HOUR_S, LIST_EVERY_S, QUIET_S
from node.topics.members.store import Relation, follow_between, relations
from tests.neighbours import NOW, add_neighbour, add_person, sent

LATER = NOW + 2 * HOUR_S


def relation(tx, me, other):
    return relations(tx, me.id, [other.id])[other.id]


def undone(tx):
    rows = tx.all(
        """
        select a.name from outbox_entry e join actor a on a.id = e.actor_id
        where e.kind = 'Undo' order by a.name
        """
    )
    return [row["name"] for row in rows]


def following(tx, name, rose, at=NOW):
    """Somebody of ours who follows rose, and whom she accepted."""
    person = add_person(tx, name)
    follow(tx, person, rose, at)
    asked = follow_between(tx, person.id, rose.id)
    receive_accept(tx, sent(documents.Accept, rose, asked.iri), ApplyContext(at))
    return person


@pytest.mark.threat("T97")
def test_a_follow_that_the_other_side_does_not_list_ends(tx):
    rose = add_neighbour(tx, "rose")
    ann, ben = following(tx, "ann", rose), following(tx, "ben", rose)

    done = reconcile(tx, rose.id, {ben.iri}, LATER, LATER)

    assert done == Reconciled(ended=1)
    assert relation(tx, ann, rose) == Relation()
    assert relation(tx, ben, rose) == Relation(following=True)


def test_a_follow_that_was_accepted_after_the_list_was_asked_for_stays(tx):
    rose = add_neighbour(tx, "rose")
    ann = following(tx, "ann", rose)

    reconcile(tx, rose.id, set(), NOW, LATER)

    assert relation(tx, ann, rose) == Relation(following=True)


def test_somebody_of_ours_who_is_listed_and_does_not_follow_is_undone_there(tx):
    rose, ann = add_neighbour(tx, "rose"), add_person(tx, "ann")

    done = reconcile(tx, rose.id, {ann.iri, "https://group.example/people/nobody"}, NOW, NOW)

    assert done == Reconciled(undone=1)
    assert undone(tx) == ["ann"]
    assert relation(tx, ann, rose) == Relation()


@pytest.mark.threat("T92")
def test_only_so_many_are_undone_at_once(tx):
    rose = add_neighbour(tx, "rose")
    people = {add_person(tx, f"p{number}").iri for number in range(UNDONE_AT_ONCE + 5)}

    assert reconcile(tx, rose.id, people, NOW, NOW).undone == UNDONE_AT_ONCE
    assert len(undone(tx)) == UNDONE_AT_ONCE


@pytest.mark.threat("T21")
def test_nobody_is_made_to_follow_whom_they_did_not_ask_to_follow(tx):
    rose, hilda = add_neighbour(tx, "rose"), add_neighbour(tx, "hilda", "https://hill.example")
    ann = add_person(tx, "ann")

    reconcile(tx, rose.id, {ann.iri, hilda.iri}, NOW, NOW)

    assert tx.all("select id from follow") == []


@pytest.mark.threat("T122")
def test_a_pending_follow_that_is_listed_is_accepted_once_it_is_an_hour_old(tx):
    rose, ann = add_neighbour(tx, "rose"), add_person(tx, "ann")
    follow(tx, ann, rose, NOW)

    reconcile(tx, rose.id, {ann.iri}, NOW, NOW + HOUR_S - 1)
    assert relation(tx, ann, rose) == Relation(requested=True)

    assert reconcile(tx, rose.id, {ann.iri}, NOW, NOW + HOUR_S) == Reconciled(accepted=1)
    assert relation(tx, ann, rose) == Relation(following=True)
    assert undone(tx) == []


class Lists:
    """Stands for the network: the list that each address gives, and what was asked for."""

    def __init__(self):
        self.lists, self.asked = {}, []

    async def fetch(self, url):
        self.asked.append(url)
        if url not in self.lists:
            raise FetchFailed("status", 404)
        return self.lists[url]


class House:
    """A node with a keeper, on a clock that a test moves."""

    def __init__(self, database):
        self.db, self.clock, self.lists = database, FakeClock(LATER), Lists()
        self.keeper = FollowKeeper(database, self.lists.fetch, self.clock, lambda: None)

    async def hear(self, rose, iris):
        url = f"{rose.followers}?domain=group.example"
        claim = FollowersClaim(rose.followers, url, followers_digest(iris))
        await self.db.write(note_digest, rose.iri, claim, self.clock.now())
        return url

    async def relation(self, me, other):
        return await self.db.read(relation, me, other)


@pytest.fixture
async def house(database):
    return House(database)


async def people(house):
    def prepare(tx):
        rose = add_neighbour(tx, "rose")
        return rose, following(tx, "ann", rose), following(tx, "ben", rose)

    return await house.db.write(prepare)


async def test_two_records_that_agree_cost_no_fetch(house):
    rose, ann, ben = await people(house)
    await house.hear(rose, [ann.iri, ben.iri])

    await house.keeper.look()

    assert house.lists.asked == []
    assert await house.db.read(due_digests, LATER + QUIET_S - 1) == []


@pytest.mark.threat("T97")
@pytest.mark.promise("R7")
async def test_a_removal_that_was_not_heard_of_is_made_good(house):
    rose, ann, ben = await people(house)
    url = await house.hear(rose, [ben.iri])
    house.lists.lists[url] = PartialList(frozenset([ben.iri]), True)

    await house.keeper.look()

    assert await house.relation(ann, rose) == Relation()
    assert await house.relation(ben, rose) == Relation(following=True)


async def test_the_list_of_an_actor_is_asked_for_twice_an_hour_at_most(house):
    rose, ann, ben = await people(house)
    url = await house.hear(rose, [ben.iri])
    house.lists.lists[url] = PartialList(frozenset([ann.iri, ben.iri]), True)

    await house.keeper.look()
    await house.hear(rose, [ann.iri])
    await house.keeper.look()
    house.clock.at += LIST_EVERY_S - 1
    await house.keeper.look()
    assert len(house.lists.asked) == 1

    house.clock.at += 1
    await house.keeper.look()
    assert len(house.lists.asked) == 2


@pytest.mark.threat("T92")
async def test_a_list_of_another_address_counts_only_if_it_is_what_was_signed_for(house):
    rose, ann, ben = await people(house)
    url = await house.hear(rose, [ben.iri])
    house.lists.lists[url] = PartialList(frozenset(), False)

    await house.keeper.look()
    assert await house.relation(ann, rose) == Relation(following=True)

    house.lists.lists[url] = PartialList(frozenset([ben.iri]), False)
    house.clock.at += QUIET_S
    await house.keeper.look()
    assert await house.relation(ann, rose) == Relation()


async def test_a_list_that_cannot_be_had_changes_nothing_and_is_asked_for_later(house):
    rose, ann, _ = await people(house)
    await house.hear(rose, [])

    await house.keeper.look()
    assert await house.relation(ann, rose) == Relation(following=True)
    assert await house.db.read(due_digests, LATER + AGAIN_AFTER_FAILURE_S - 1) == []

    house.clock.at += AGAIN_AFTER_FAILURE_S
    await house.keeper.look()
    assert len(house.lists.asked) == 2


@pytest.mark.threat("T97")
async def test_an_actor_who_says_nothing_for_most_of_a_day_is_asked(house):
    rose, ann, ben = await people(house)
    url = await house.hear(rose, [ann.iri, ben.iri])
    house.lists.lists[url] = PartialList(frozenset(), True)
    await house.keeper.look()

    house.clock.at += QUIET_S
    await house.keeper.look()

    assert await house.relation(ann, rose) == Relation()
    assert await house.relation(ben, rose) == Relation()


async def test_nothing_is_kept_of_an_actor_whom_nobody_follows_and_who_knows_it(house):
    rose = await house.db.write(add_neighbour, "rose")
    await house.hear(rose, [])

    await house.keeper.look()

    assert await house.db.read(due_digests, LATER + 10 * QUIET_S) == []


async def test_a_bug_with_one_actor_does_not_keep_the_others_from_their_turn(house):
    rose, ann, ben = await people(house)
    hilda = await house.db.write(add_neighbour, "hilda", "https://hill.example")
    bad = await house.hear(hilda, [ann.iri])
    house.lists.lists[bad] = None
    house.clock.at += 1
    url = await house.hear(rose, [ben.iri])
    house.lists.lists[url] = PartialList(frozenset([ben.iri]), True)

    await house.keeper.look()
    await house.keeper.look()

    assert house.lists.asked == [bad, url]
    assert await house.relation(ann, rose) == Relation()
