"""A community of ours is made, changed, closed down, opened again, and goes for good."""

import pytest

from node.base.errors import Invalid, NotAllowed, NotFound
from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from node.topics.communities.join_requests import request_of
from node.topics.communities.store import community_even_closed, membership
from node.topics.members.actions import Founding, follow, follow_only, join, take_follow, unfollow
from node.topics.members.store import follow_between
from node.topics.neighbours.directory import put_listed
from node.topics.notifications.store import notifications
from node.topics.organising.actions import change, close_down, found, restore
from node.topics.organising.member_actions import give_role, let_go, list_members
from node.topics.organising.narrowing import finish_narrowing
from node.topics.organising.rules import RESTORABLE_S, Settings
from node.topics.permissions.rules import Role
from node.topics.portability.deletion import delete_account
from node.topics.portability.ended_communities import end_closed_communities
from node.topics.posts.found_by import EVERYBODY, OUR_NODE
from node.topics.posts.views import post_views
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.reactions.suspension import suspend_person
from node.topics.search.actor_words import actors_called, index_due_actors
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_person
from tests.sent import everything_said

DAY_S = 86_400


@pytest.fixture
def ann(tx):
    return add_person(tx, "ann")


@pytest.fixture
def ben(tx):
    return add_person(tx, "ben")


def made(tx, me, door="public", settings=None, **fields):
    founding = Founding(origin=ORIGIN, name="", title="Walkers", visibility=door, **fields)
    return found(tx, me, founding, settings or Settings(), KEYS, NOW)


def said(tx, group, kind):
    return [one for one in everything_said(tx, group) if one["type"] == kind]


def told(tx, person, kind):
    return [one.words for one in notifications(tx, person.id, 20, kinds=[kind])]


@pytest.mark.feature("C01")
def test_a_community_is_made_with_all_it_says_of_itself_and_a_name_of_its_title(tx, ann):
    settings = Settings(about="We walk.\n\nSlowly.", rules="Be kind.", language="en", topics="walk")

    first, second = made(tx, ann, settings=settings), made(tx, ann)

    community = community_even_closed(tx, first.id)
    assert (first.name, second.name) == ("walkers", "walkers_2")
    assert first.summary == "<p>We walk.</p><p>Slowly.</p>"
    assert (community.rules, community.language, community.topics) == ("Be kind.", "en", "walk")
    assert membership(tx, first.id, ann.id).role is Role.ORGANISER


@pytest.mark.feature("C01")
def test_the_sixth_community_of_a_day_is_refused(tx, ann):
    for _ in range(5):
        made(tx, ann, "node")

    with pytest.raises(NotAllowed):
        made(tx, ann, "node")


def test_only_who_organises_a_community_changes_it(tx, ann, ben):
    group = made(tx, ann)
    follow(tx, ben, group, NOW)

    with pytest.raises(NotAllowed):
        change(tx, ben, group, Settings(title="Runners"), NOW)
    with pytest.raises(NotAllowed):
        close_down(tx, ben, group, NOW)
    hidden = made(tx, ann, "hidden")
    with pytest.raises(NotFound):
        change(tx, ben, hidden, Settings(title="Runners"), NOW)


def test_what_a_public_community_says_of_itself_goes_out_to_those_who_know_it(tx, ann):
    group = made(tx, ann)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/f", NOW)

    change(tx, ann, group, Settings(title="Runners", posting="moderators"), NOW)

    (update,) = said(tx, group, "Update")
    assert update["object"]["name"] == "Runners"
    assert update["object"]["postingRestrictedToMods"] is True


@pytest.mark.threat("T97")
@pytest.mark.feature("C02")
def test_whom_a_narrower_door_shuts_out_is_let_go_and_boosts_are_taken_back(tx, ann, ben):
    group = made(tx, ann)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/f", NOW, joins=False)
    follow_only(tx, ben, group, NOW)
    post_id = publish(tx, ann, Draft(text="@walkers at six"), NOW)

    change(tx, ann, group, Settings(visibility="closed", elsewhere=True), NOW + 1)
    while finish_narrowing(tx, NOW + 1):
        continue

    (update,) = said(tx, group, "Update")
    assert update["object"]["manuallyApprovesFollowers"] is True
    assert len(said(tx, group, "Undo")) == len(said(tx, group, "Reject")) == 1
    assert follow_between(tx, rose.id, group.id) is None
    assert follow_between(tx, ben.id, group.id) is None
    assert follow_between(tx, ann.id, group.id) is not None
    assert post_views(tx, [post_id], ben) == post_views(tx, [post_id], None) == {}
    assert post_id in post_views(tx, [post_id], ann)


@pytest.mark.threat("T97")
@pytest.mark.feature("C02")
@pytest.mark.parametrize("door", ["node", "closed"])
def test_members_of_other_nodes_are_members_no_longer_where_there_is_no_room_for_them(
    tx, ann, door
):
    group = made(tx, ann)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/f", NOW)

    change(tx, ann, group, Settings(visibility=door), NOW)

    assert membership(tx, group.id, rose.id).role is Role.NOBODY
    assert follow_between(tx, rose.id, group.id) is None
    assert len(said(tx, group, "Reject")) == 1


@pytest.mark.feature("C02")
def test_a_door_that_is_opened_shows_nothing_that_was_said_behind_it(tx, ann, ben):
    group = made(tx, ann, "closed")
    before = publish(tx, ann, Draft(text="@walkers among us"), NOW)

    change(tx, ann, actor_by_id(tx, group.id), Settings(visibility="public"), NOW)
    after = publish(tx, ann, Draft(text="@walkers for all"), NOW)

    assert set(post_views(tx, [before, after], ben)) == {after}
    assert actor_by_id(tx, group.id).approves_followers is False


@pytest.mark.parametrize(
    "settings",
    [
        Settings(title=" "),
        Settings(visibility="ajar"),
        Settings(joining="maybe"),
        Settings(posting="nobody"),
    ],
)
def test_what_a_community_cannot_be_is_refused(tx, ann, settings):
    group = made(tx, ann)

    with pytest.raises(Invalid):
        change(tx, ann, group, settings, NOW)


@pytest.mark.threat("T88")
def test_one_that_is_closed_down_is_there_for_its_organisers_alone_and_opens_again(tx, ann, ben):
    group = made(tx, ann)
    follow(tx, ben, group, NOW)
    post_id = publish(tx, ben, Draft(text="@walkers at six"), NOW)

    close_down(tx, ann, group, NOW)
    with pytest.raises(NotFound):
        change(tx, ben, group, Settings(), NOW)
    assert post_views(tx, [post_id], None) == {}
    assert told(tx, ben, "closed_down") == [""]
    restore(tx, ann, group, NOW + RESTORABLE_S - 1)

    assert post_id in post_views(tx, [post_id], None)
    assert told(tx, ben, "opened_again") == [""]
    assert told(tx, ben, "closed_down") == []


def test_after_thirty_days_it_cannot_be_opened_and_goes_for_good(tx, ann, ben):
    group = made(tx, ann)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/f", NOW)
    follow(tx, ben, group, NOW)
    publish(tx, ben, Draft(text="@walkers a word of mine"), NOW)
    close_down(tx, ann, group, NOW)
    assert end_closed_communities(tx, NOW + RESTORABLE_S - 1) == 0

    with pytest.raises(NotAllowed):
        restore(tx, ann, group, NOW + RESTORABLE_S)
    while end_closed_communities(tx, NOW + RESTORABLE_S):
        continue

    assert actor_by_id(tx, group.id) is None
    assert [one["object"] for one in said(tx, group, "Delete")] == [group.iri]
    assert [one["type"] for one in everything_said(tx, ben)] == ["Delete"]
    row = tx.one("select count(*) as n from post where content like '%a word of mine%'")
    assert row["n"] == 0


@pytest.mark.feature("C16")
def test_the_last_organiser_stays_until_there_is_another(tx, ann, ben):
    group = made(tx, ann)
    follow(tx, ben, group, NOW)

    for leaving in (
        lambda: unfollow(tx, ann, group, NOW),
        lambda: give_role(tx, ann, group, ann, Role.MEMBER, NOW),
    ):
        with pytest.raises(NotAllowed, match="Name another organiser first"):
            leaving()
    give_role(tx, ann, group, ben, Role.ORGANISER, NOW)
    unfollow(tx, ann, group, NOW)

    assert membership(tx, group.id, ann.id).role is Role.NOBODY
    assert told(tx, ben, "organising") == [""]


@pytest.mark.feature("C16")
@pytest.mark.parametrize("ending", [suspend_person, delete_account])
def test_an_account_that_a_community_hangs_on_is_not_ended(tx, ending):
    account = create_account(
        tx,
        origin=ORIGIN,
        name="cleo",
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    cleo = actor_by_id(tx, account.actor_id)
    group = made(tx, cleo)

    with pytest.raises(NotAllowed, match="Walkers"):
        ending(tx, account, NOW)
    close_down(tx, cleo, group, NOW)
    ending(tx, account, NOW)

    assert actor_by_id(tx, cleo.id) is None


@pytest.mark.feature("C09")
def test_following_reads_and_joining_takes_part(tx, ann, ben):
    group = made(tx, ann, joining="approval")

    follow_only(tx, ben, group, NOW)
    assert follow_between(tx, ben.id, group.id).is_accepted
    assert membership(tx, group.id, ben.id).role is Role.NOBODY
    with pytest.raises(NotAllowed):
        publish(tx, ben, Draft(text="@walkers hello"), NOW)
    join(tx, ben, group, NOW)

    assert follow_between(tx, ben.id, group.id).is_accepted
    assert request_of(tx, group.id, ben.id).waits
    assert membership(tx, group.id, ben.id).role is Role.NOBODY


@pytest.mark.feature("C09")
def test_who_follows_an_open_community_joins_it_with_one_button(tx, ann, ben):
    group = made(tx, ann)
    follow_only(tx, ben, group, NOW)

    join(tx, ben, group, NOW)
    join(tx, ben, group, NOW)

    assert membership(tx, group.id, ben.id).role is Role.MEMBER


@pytest.mark.threat("T82")
@pytest.mark.feature("C12")
@pytest.mark.parametrize(("shows", "is_listed"), [(True, True), (False, False)])
def test_members_are_listed_for_members_where_it_is_wanted(tx, ann, ben, shows, is_listed):
    group = made(tx, ann, settings=Settings(shows_members=shows))
    follow(tx, ben, group, NOW)
    cora = add_person(tx, "cora")

    for reader in (cora, None):
        with pytest.raises(NotFound):
            list_members(tx, reader, group)
    assert [one.actor.name for one in list_members(tx, ann, group).members] == ["ann", "ben"]
    if is_listed:
        assert len(list_members(tx, ben, group).members) == 2
    else:
        with pytest.raises(NotFound):
            list_members(tx, ben, group)


@pytest.mark.feature("C12")
def test_a_long_list_of_members_goes_on_behind_the_last(tx, ann, ben):
    group = made(tx, ann)
    follow(tx, ben, group, NOW + 5)

    first = list_members(tx, ann, group, 1)
    second = list_members(tx, ann, group, 1, first.after)

    assert [one.actor.name for one in (*first.members, *second.members)] == ["ann", "ben"]
    assert [one.came_by for one in (*first.members, *second.members)] == ["founding", "open"]


def test_a_member_who_is_let_go_is_told_why(tx, ann, ben):
    group = made(tx, ann, "closed")
    follow(tx, ben, group, NOW)

    let_go(tx, ann, group, ben, NOW, reason="This is for people of the valley.")

    assert membership(tx, group.id, ben.id).role is Role.NOBODY
    assert follow_between(tx, ben.id, group.id) is None
    assert told(tx, ben, "let_go") == ["This is for people of the valley."]
    with pytest.raises(NotFound):
        let_go(tx, ann, group, ben, NOW)


def test_moderators_let_members_go_and_no_equals(tx, ann, ben):
    group = made(tx, ann)
    cora = add_person(tx, "cora")
    for person in (ben, cora):
        follow(tx, person, group, NOW)
        give_role(tx, ann, group, person, Role.MODERATOR, NOW)

    with pytest.raises(NotAllowed):
        let_go(tx, ben, group, cora, NOW)
    with pytest.raises(NotAllowed):
        let_go(tx, ben, group, ann, NOW)
    with pytest.raises(NotAllowed):
        give_role(tx, ben, group, ben, Role.ORGANISER, NOW)


@pytest.mark.threat("T88")
def test_one_that_is_public_no_longer_leaves_the_list_of_neighbours_and_what_strangers_find(
    tx, ann
):
    group = made(tx, ann)
    put_listed(tx, ann, group, NOW, is_listed=True)
    index_due_actors(tx, NOW)

    change(tx, ann, group, Settings(visibility="node"), NOW)

    row = tx.one("select listed from community where actor_id = :id", id=group.id)
    assert row["listed"] == 0
    assert actors_called(tx, "walkers", [EVERYBODY], 5) == []
    index_due_actors(tx, NOW)
    assert actors_called(tx, "walkers", [EVERYBODY], 5) == []
    assert [one.id for one in actors_called(tx, "walkers", [OUR_NODE], 5)] == [group.id]


@pytest.mark.feature("C01")
def test_a_community_is_found_by_what_it_is_called_now(tx, ann):
    group = made(tx, ann)
    index_due_actors(tx, NOW)

    change(tx, ann, group, Settings(title="Runners", about="We hurry."), NOW)
    index_due_actors(tx, NOW)

    assert [one.id for one in actors_called(tx, "hurry", [EVERYBODY], 5)] == [group.id]


@pytest.mark.threat("T82")
def test_who_does_not_look_after_a_community_learns_of_nobody_what_they_are_in_it(tx, ann, ben):
    group = made(tx, ann, "closed")
    cleo, dora = add_person(tx, "cleo"), add_person(tx, "dora")
    follow(tx, cleo, group, NOW)

    for person in (ann, cleo, dora):
        for role in (Role.MEMBER, Role.MODERATOR, Role.ORGANISER):
            with pytest.raises(NotAllowed):
                give_role(tx, ben, group, person, role, NOW)
        with pytest.raises(NotAllowed):
            let_go(tx, ben, group, person, NOW)
