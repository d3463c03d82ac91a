"""Names end: one by one, all with the account; and nobody can tell by it that they were one's."""

import json
from datetime import datetime

import pytest

from node.base.clock import FakeClock
from node.base.errors import NotAllowed, NotFound
from node.documents.actors import read_person
from node.outbox.deletions import deletion_by_token
from node.topics.accounts.store import any_account_by_name, hashed
from node.topics.accounts.suspension import suspend, unsuspend
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.store import actor_by_id
from node.topics.communities.store import put_role
from node.topics.members.actions import follow, unfollow
from node.topics.permissions.rules import Role
from node.topics.portability.archive import archive_json, archive_page
from node.topics.portability.deletion import (
    delete_account,
    delete_own_account,
    forget_departed,
)
from node.topics.portability.names import end_name, own_names, remove_name
from node.topics.pseudonyms.rules import SPREAD_S, check_may_make, told_at
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_neighbour
from tests.node.topics.pseudonyms.conftest import make_world

pytestmark = pytest.mark.feature("C10")


@pytest.fixture
def known(world):
    """birch in the walkers and willow in the rovers, which live elsewhere; all three names of rose
    are known at one other place."""
    there = add_neighbour(world.tx, "rovers", kind="Group")
    cat = add_neighbour(world.tx, "cat")
    follow(world.tx, cat, world.walkers, NOW)
    names = world.join("birch"), world.join("willow", there)
    publish(world.tx, names[0], Draft(text="@walkers birchwords"), NOW)
    publish(world.tx, world.rose, Draft(text=f"@{cat.handle} rosewords"), NOW)
    world.tx.run("delete from delivery")
    world.tx.run(
        """
        insert into receipt (object_iri, host, kind, delivered_at)
        select iri, :host, 'Create', :now from post where local = 1
        on conflict do nothing
        """,
        host=cat.host,
        now=NOW,
    )
    return names


def deliveries(world, kind):
    return world.tx.all(
        """
        select e.actor_id, e.body, e.created_at, d.next_try_at
        from delivery d join outbox_entry e on e.id = d.entry_id where e.kind = :kind order by d.id
        """,
        kind=kind,
    )


def check_apart(world, names, rows):
    """What says so of each name goes out at a time of its own, which nothing in it gives away."""
    at = {row["actor_id"]: row["next_try_at"] for row in rows}
    assert set(at) == {world.rose.id, *(one.id for one in names)}
    assert at[world.rose.id] == NOW
    assert len(set(at.values())) == len(at)
    assert all(NOW < at[one.id] <= NOW + SPREAD_S for one in names)
    for row in rows:
        said = json.loads(row["body"]).get("proof", {}).get("created")
        assert said is None or datetime.fromisoformat(said).timestamp() == row["next_try_at"]
        for other in {"rose", "birch", "willow"} - {actor_name(world, row["actor_id"])}:
            assert other not in row["body"]


def actor_name(world, actor_id):
    row = world.tx.one("select name from actor where id = :id", id=actor_id)
    return row["name"]


@pytest.mark.threat("T88")
def test_with_the_account_all_names_are_gone_and_each_is_said_by_itself(world, known):
    delete_account(world.tx, world.account, NOW)

    assert [actor_by_id(world.tx, one.id) for one in (*known, world.rose)] == [None] * 3
    assert world.tx.all("select * from pseudonym") == world.tx.all("select * from same_person")
    check_apart(world, known, deliveries(world, "Delete"))


def test_words_of_all_names_are_gone_and_no_community_says_so_at_the_time(world, known):
    delete_account(world.tx, world.account, NOW)
    before = world.tx.all("select id from outbox_entry where actor_id = :id", id=world.walkers.id)
    while forget_departed(world.tx, NOW):
        continue

    assert len(deliveries(world, "Delete")) == 3
    assert world.tx.all("select id from post where content like '%words%'") == []
    after = world.tx.all("select id from outbox_entry where actor_id = :id", id=world.walkers.id)
    assert {row["id"] for row in after} <= {row["id"] for row in before}


@pytest.mark.threat("T88")
def test_tombstones_say_no_more_than_the_day(world, known):
    delete_account(world.tx, world.account, NOW + 17)

    for one in (*known, world.rose):
        document, is_gone = read_person(world.tx, one.iri, one.name)
        assert is_gone
        assert document["deleted"].endswith("T00:00:00Z")


@pytest.mark.threat("T88")
def test_with_the_owner_all_names_are_suspended_and_each_is_said_by_itself(world, known):
    suspend(world.tx, world.account, NOW)

    assert [actor_by_id(world.tx, one.id) for one in (*known, world.rose)] == [None] * 3
    check_apart(world, known, deliveries(world, "Update"))

    unsuspend(world.tx, any_account_by_name(world.tx, "rose"), NOW)
    assert None not in [actor_by_id(world.tx, one.id) for one in (*known, world.rose)]
    rows = deliveries(world, "Update")
    check_apart(world, known, rows)
    assert not any('"suspended":true' in row["body"] for row in rows)


def test_a_change_of_the_account_sends_nothing_for_its_names(world, known):
    edit_profile(world.tx, world.rose.id, ProfileChanges(display_name="Rosa"), NOW)

    assert {row["actor_id"] for row in deliveries(world, "Update")} <= {world.rose.id}
    assert actor_by_id(world.tx, known[0].id).display_name == "Birch"


def test_a_name_that_belongs_to_no_community_any_more_is_ended_with_receipts(world, known):
    birch = known[0]
    with pytest.raises(NotAllowed, match="leave there first"):
        end_name(world.tx, world.account.id, birch.id, NOW, "key")
    unfollow(world.tx, birch, world.walkers, NOW)

    end_name(world.tx, world.account.id, birch.id, NOW, "key")

    assert [one.actor.name for one in own_names(world.tx, world.account.id)] == ["willow"]
    assert {row["actor_id"] for row in deliveries(world, "Delete")} == {birch.id}
    assert deletion_by_token(world.tx, hashed("key")) is not None
    assert world.tx.one("select id from deletion where actor_id is not null") is None


@pytest.mark.threat("T81")
def test_nobody_ends_a_name_that_is_not_theirs(world, known):
    birch = known[0]
    unfollow(world.tx, birch, world.walkers, NOW)
    with pytest.raises(NotFound):
        end_name(world.tx, world.account.id + 1, birch.id, NOW, "key")
    for other_id in (world.ann.id, world.rose.id, 12, None):
        with pytest.raises(NotFound):
            end_name(world.tx, world.account.id, other_id, NOW, "key")


@pytest.mark.feature("M10")
def test_who_has_a_name_deleted_by_those_who_look_after_the_node_makes_none_for_a_month(
    world, known
):
    remove_name(world.tx, known[0], NOW, "key")

    with pytest.raises(NotAllowed, match="stopped a name of yours"):
        world.join("elm", world.found("place", visibility="public"))


@pytest.mark.threat("T88")
def test_what_a_keeper_is_told_says_nothing_of_other_names(world, known):
    put_role(world.tx, world.walkers.id, known[0].id, Role.ORGANISER, NOW)
    world.tx.run("update membership set role = 'member' where actor_id = :id", id=world.ann.id)

    with pytest.raises(NotAllowed, match="Nobody else organises Walkers"):
        delete_own_account(world.tx, world.account, NOW, "key")
    suspend(world.tx, world.account, NOW)
    delete_account(world.tx, any_account_by_name(world.tx, "rose"), NOW)

    assert any_account_by_name(world.tx, "rose") is None


def lived(tx):
    world = make_world(tx)
    publish(tx, world.join("birch"), Draft(text="@walkers birchwords"), NOW)
    return world.account


async def test_ones_own_file_holds_what_is_ones_own_under_each_name(database):
    account = await database.write(lived)
    pieces = [piece async for piece in archive_json(database, FakeClock(NOW), account)]
    page = "".join([piece async for piece in archive_page(database, FakeClock(NOW), account)])
    things = json.loads("".join(pieces))

    assert "Another name of yours" in page
    kept = [one async for one in archive_page(database, FakeClock(NOW), account, has_names=False)]
    assert "birch" not in "".join(kept)

    (name,) = things["names"]
    assert name["account"]["handle"] == "@birch@group.example"
    assert "birchwords" in name["posts"][0]["html"]
    assert "birchwords" not in str(things["posts"])
    assert "sign_ins" not in name


def test_chances_spread_over_three_days():
    assert told_at(NOW, 0.0) == NOW + 60
    assert told_at(NOW, 0.999999) <= NOW + SPREAD_S
    with pytest.raises(NotAllowed, match="An organisation"):
        check_may_make(0, None, NOW, is_person=False)
