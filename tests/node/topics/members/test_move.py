"""People move to another address, in and out, and take nobody along who should not come."""

import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Invalid, Missing, NotAllowed, Refused
from node.cli.context import CommandContext
from node.cli.move import alias_task, move_task
from node.http.services import Found
from node.peers.policy_cache import PolicyCache
from node.topics.accounts.actions import create_account
from node.topics.actors.documents import actor_document
from node.topics.actors.store import actor_by_id, actor_by_iri
from node.topics.communities.store import membership
from node.topics.members.activities import receive_follow, receive_move
from node.topics.members.move import (
    MOVED_AT_ONCE,
    add_alias,
    drop_alias,
    move_away,
    move_followers,
    take_back_move,
)
from node.topics.members.move_store import move_of
from node.topics.members.rules import ALIASES_MAX, MOVE_EVERY_S
from node.topics.members.store import Follow, Relation, put_follow, relations
from node.topics.notifications.store import notifications
from node.topics.permissions.rules import Role
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.reactions.actions import boost
from tests.neighbours import KEYS, NOW, ORIGIN, add_group, add_neighbour, add_person, sent

HILL = "https://hill.example"
NEW = f"{HILL}/people/rose"
KINDS = ("move", "move_request")


def relation(tx, me, other):
    return relations(tx, me.id, [other.id])[other.id]


def kinds_sent(tx):
    rows = tx.all("select kind from outbox_entry order by id")
    return [row["kind"] for row in rows]


def told(tx, person):
    return [one.kind for one in notifications(tx, person.id, 10, kinds=KINDS)]


def follower(tx, person, followed):
    """Make an accepted follow that nobody is told of."""
    iri = f"{person.iri}/f/{followed.id}"
    put_follow(tx, Follow(person.id + followed.id, person.id, followed.id, iri, "accepted", NOW))


def move(old, target=NEW, **changes):
    return sent(documents.Move, old, old.iri, **({"target": target} | changes))


def fetched(*iris, at=NOW, outcome="stored"):
    return ApplyContext(at, dict.fromkeys(iris or (NEW,), outcome))


@pytest.fixture
def rose(tx):
    """rose lives at valley.example, and at hill.example, where she names her old address."""
    old = add_neighbour(tx, "rose")
    add_neighbour(tx, "rose", HILL, aliases=(old.iri,))
    return old


@pytest.fixture
def ann(tx, rose):
    """ann lives here and follows rose at her old address."""
    person = add_person(tx, "ann")
    follower(tx, person, rose)
    return person


def new_rose(tx):
    return actor_by_iri(tx, NEW)


def test_who_follows_is_moved_along_and_told(tx, rose, ann):
    receive_move(tx, move(rose), fetched())

    assert relation(tx, ann, rose) == Relation()
    assert relation(tx, ann, new_rose(tx)) == Relation(requested=True)
    assert sorted(kinds_sent(tx)) == ["Follow", "Undo"]
    assert told(tx, ann) == ["move"]
    assert actor_by_id(tx, rose.id).moved_to == NEW


@pytest.mark.threat("T119")
def test_a_move_that_comes_again_moves_nobody_twice(tx, rose, ann):
    receive_move(tx, move(rose), fetched())
    receive_move(tx, move(rose, iri=f"{rose.iri}/again"), fetched())

    assert len(kinds_sent(tx)) == 2
    assert told(tx, ann) == ["move"]


@pytest.mark.threat("T25")
def test_the_new_address_is_read_anew_though_it_is_known(tx, rose, ann):
    with pytest.raises(Missing) as missing:
        receive_move(tx, move(rose), ApplyContext(NOW))

    assert missing.value.iris == (NEW,)


@pytest.mark.threat("T25")
@pytest.mark.parametrize("outcome", ["gone", "failed"])
def test_a_new_address_that_cannot_be_read_moves_nobody(tx, rose, ann, outcome):
    with pytest.raises(NotAllowed):
        receive_move(tx, move(rose), fetched(outcome=outcome))

    assert relation(tx, ann, rose) == Relation(following=True)


@pytest.mark.threat("T25")
def test_a_new_address_that_does_not_name_the_old_one_moves_nobody(tx, ann, rose):
    liar = add_neighbour(tx, "liar", HILL)

    with pytest.raises(NotAllowed):
        receive_move(tx, move(rose, liar.iri), fetched(liar.iri))

    assert relation(tx, ann, rose) == Relation(following=True)
    assert kinds_sent(tx) == []


@pytest.mark.threat("T25")
def test_nobody_moves_anybody_else(tx, rose, ann):
    liar, cave = add_neighbour(tx, "liar"), add_neighbour(tx, "cave", HILL, aliases=(rose.iri,))

    with pytest.raises(NotAllowed):
        receive_move(tx, move(liar, cave.iri, object=rose.iri), fetched(cave.iri))

    assert relation(tx, ann, rose) == Relation(following=True)


@pytest.mark.threat("T25")
def test_an_actor_moves_once_in_thirty_days(tx, rose, ann):
    further = add_neighbour(tx, "further", HILL, aliases=(rose.iri,))
    receive_move(tx, move(rose), fetched())
    ben = add_person(tx, "ben")
    follower(tx, ben, rose)
    again = move(rose, further.iri, iri=f"{rose.iri}/again")

    with pytest.raises(NotAllowed):
        receive_move(tx, again, fetched(further.iri, at=NOW + MOVE_EVERY_S - 1))
    assert relation(tx, ben, rose) == Relation(following=True)

    receive_move(tx, again, fetched(further.iri, at=NOW + MOVE_EVERY_S))
    assert relation(tx, ben, further) == Relation(requested=True)


def test_a_move_that_concerns_nobody_here_costs_no_fetch(tx, rose):
    receive_move(tx, move(rose), ApplyContext(NOW))

    assert move_of(tx, rose.id) is None


@pytest.mark.threat("T25")
def test_members_of_a_private_group_elsewhere_are_asked_and_not_moved(tx):
    ann = add_person(tx, "ann")
    old = add_neighbour(tx, "circle", kind="Group", approves_followers=True)
    add_neighbour(tx, "circle", HILL, kind="Group", aliases=(old.iri,))
    follower(tx, ann, old)

    receive_move(tx, move(old, f"{HILL}/people/circle"), fetched(f"{HILL}/people/circle"))

    assert relation(tx, ann, old) == Relation(following=True)
    assert kinds_sent(tx) == []
    assert told(tx, ann) == ["move_request"]


@pytest.mark.threat("T119")
def test_a_move_of_a_private_group_that_comes_again_changes_nothing(tx):
    ann = add_person(tx, "ann")
    old = add_neighbour(tx, "circle", kind="Group", approves_followers=True)
    add_neighbour(tx, "circle", HILL, kind="Group", aliases=(old.iri,))
    follower(tx, ann, old)

    for number in range(3):
        again = move(old, f"{HILL}/people/circle", iri=f"{old.iri}/moves/{number}")
        receive_move(tx, again, fetched(f"{HILL}/people/circle"))

    assert told(tx, ann) == ["move_request"]


@pytest.mark.threat("T25")
def test_a_member_of_our_community_who_moves_does_not_bring_the_membership(tx, rose, ann):
    walkers = add_group(tx, "walkers", ann, joining="approval")
    receive_follow(tx, sent(documents.Follow, rose, walkers.iri), ApplyContext(NOW))

    receive_move(tx, move(rose), fetched())

    assert membership(tx, walkers.id, new_rose(tx).id).role == Role.NOBODY
    assert relation(tx, new_rose(tx), walkers) == Relation()


def test_who_cannot_follow_at_the_new_address_is_told_and_stays(tx, ann):
    old = add_neighbour(tx, "old", kind="Group")
    group = add_group(tx, "walkers", ann, joining="invite")
    tx.run("update actor set aliases = :v where id = :id", v=f'["{old.iri}"]', id=group.id)
    ben = add_person(tx, "ben")
    follower(tx, ben, old)

    receive_move(tx, move(old, group.iri), ApplyContext(NOW))

    assert relation(tx, ben, old) == Relation(following=True)
    assert told(tx, ben) == ["move_request"]


def test_many_are_moved_along_in_several_passes(tx, rose):
    people = [add_person(tx, f"p{number}") for number in range(MOVED_AT_ONCE + 5)]
    for person in people:
        follower(tx, person, rose)

    receive_move(tx, move(rose), fetched())
    moved = [relation(tx, one, new_rose(tx)).requested for one in people]
    assert moved.count(True) == MOVED_AT_ONCE

    assert move_followers(tx, NOW) == 1
    assert move_followers(tx, NOW) == 0
    assert all(relation(tx, one, new_rose(tx)).requested for one in people)


def test_somebody_who_moves_to_us_is_followed_here_by_those_who_followed_elsewhere(tx, rose, ann):
    here = add_person(tx, "rosa")
    add_alias(tx, here, rose, NOW)

    receive_move(tx, move(rose, here.iri), ApplyContext(NOW))

    assert relation(tx, ann, here) == Relation(following=True)


def test_old_addresses_stand_in_the_document_that_others_read(tx, rose):
    me = add_person(tx, "rosa")

    add_alias(tx, me, rose, NOW)
    me = actor_by_id(tx, me.id)
    assert actor_document(tx, me)["alsoKnownAs"] == [rose.iri]

    drop_alias(tx, me, rose.iri, NOW)
    assert "alsoKnownAs" not in actor_document(tx, actor_by_id(tx, me.id))


def test_one_names_only_so_many_old_addresses_and_not_oneself(tx):
    me = add_person(tx, "rosa")
    for number in range(ALIASES_MAX):
        add_alias(tx, actor_by_id(tx, me.id), add_neighbour(tx, f"n{number}"), NOW)

    with pytest.raises(Invalid):
        add_alias(tx, actor_by_id(tx, me.id), add_neighbour(tx, "more"), NOW)
    with pytest.raises(Invalid):
        add_alias(tx, me, me, NOW)


@pytest.fixture
def leaving(tx):
    """ann, whom ben here and reed elsewhere follow, with an address at hill.example."""
    me = add_person(tx, "ann")
    for one in (add_person(tx, "ben"), add_neighbour(tx, "reed")):
        follower(tx, one, me)
    add_neighbour(tx, "rose", HILL, aliases=(me.iri,))
    return me


def test_who_moves_away_tells_everybody_who_follows(tx, leaving):
    move_away(tx, leaving, new_rose(tx), NOW)

    ben = actor_by_iri(tx, f"{ORIGIN}/people/ben")
    row = tx.one("select body from outbox_entry where kind = 'Move'")
    said = documents.read_activity(json.loads(row["body"]))
    inboxes = tx.all(
        """
        select d.inbox from delivery d join outbox_entry e on e.id = d.entry_id
        where e.kind = 'Move'
        """
    )
    assert (said.actor, said.object, said.target) == (leaving.iri, leaving.iri, NEW)
    assert said.to == (leaving.followers,)
    assert [row["inbox"] for row in inboxes] == ["https://valley.example/inbox"]
    assert actor_document(tx, actor_by_id(tx, leaving.id))["movedTo"] == NEW
    assert relation(tx, ben, new_rose(tx)) == Relation(requested=True)
    assert told(tx, ben) == ["move"]


@pytest.mark.threat("T25")
def test_one_does_not_move_to_an_address_that_does_not_name_this_one(tx, leaving):
    liar = add_neighbour(tx, "liar", HILL)

    with pytest.raises(NotAllowed, match="does not say that it is yours"):
        move_away(tx, leaving, liar, NOW)

    assert kinds_sent(tx) == []


def test_who_has_moved_away_publishes_nothing_new(tx, leaving):
    post = publish(tx, leaving, Draft(text="Still here."), NOW)
    move_away(tx, leaving, new_rose(tx), NOW)
    me = actor_by_id(tx, leaving.id)

    with pytest.raises(NotAllowed):
        publish(tx, me, Draft(text="Hello"), NOW)
    with pytest.raises(NotAllowed):
        boost(tx, me, post, NOW)


def test_a_move_can_be_taken_back_and_is_the_only_one_for_a_month(tx, leaving):
    move_away(tx, leaving, new_rose(tx), NOW)
    take_back_move(tx, actor_by_id(tx, leaving.id), NOW)
    me = actor_by_id(tx, leaving.id)

    assert "movedTo" not in actor_document(tx, me)
    assert publish(tx, me, Draft(text="Back again."), NOW)
    with pytest.raises(NotAllowed, match="once in 30 days"):
        move_away(tx, me, new_rose(tx), NOW + MOVE_EVERY_S - 1)
    with pytest.raises(Invalid):
        take_back_move(tx, me, NOW)

    move_away(tx, me, new_rose(tx), NOW + MOVE_EVERY_S)


def test_a_move_that_was_taken_back_moves_nobody_further(tx):
    me = add_person(tx, "ann")
    add_neighbour(tx, "rose", HILL, aliases=(me.iri,))
    people = [add_person(tx, f"p{number}") for number in range(MOVED_AT_ONCE + 5)]
    for person in people:
        follower(tx, person, me)
    move_away(tx, me, new_rose(tx), NOW)

    take_back_move(tx, actor_by_id(tx, me.id), NOW)

    assert move_followers(tx, NOW) == 0


class Phone:
    """Finds people of other nodes, for commands."""

    def __init__(self, known):
        self.known, self.read = known, []

    async def resolve(self, query):
        return self.known.get(query, Found())

    async def read_anew(self, query):
        self.read.append(query)
        return self.known.get(query, Found())


async def test_the_commands_name_old_addresses_and_move_and_take_back(database):
    def prepare(tx):
        create_account(
            tx,
            origin=ORIGIN,
            name="ann",
            email=None,
            password_hash=None,
            role="member",
            keys=KEYS,
            now=NOW,
        )
        me = actor_by_iri(tx, f"{ORIGIN}/people/ann")
        return add_neighbour(tx, "rose", HILL, aliases=(me.iri,)).id

    rose_id = await database.write(prepare)
    phone = Phone({"@rose@hill.example": Found(actor_id=rose_id)})
    config = Config(node=NodeSettings(url=ORIGIN))
    context = CommandContext(config, database, FakeClock(NOW), PolicyCache("group.example"), phone)
    names = {"name": "ann", "add": "@rose@hill.example", "drop": None}

    assert await alias_task(context, names) == "@rose@hill.example"
    assert await alias_task(context, {"name": "ann", "add": None, "drop": names["add"]}) == ""
    moved = await move_task(context, {"name": "ann", "to": "@rose@hill.example"})
    assert moved == "ann has moved to @rose@hill.example. Those who follow are told."
    assert phone.read == ["@rose@hill.example"]
    assert await move_task(context, {"name": "ann", "to": None}) == "ann lives here again."
    with pytest.raises(Refused):
        await alias_task(context, {"name": "ann", "add": "@nobody@hill.example", "drop": None})
    with pytest.raises(Refused):
        await move_task(context, {"name": "nobody", "to": "@rose@hill.example"})
