"""Who leaves a community says what becomes of their posts there: kept, without a name, or gone."""

import pytest

from node.base.errors import Invalid, NotAllowed, NotFound
from node.documents.objects import read_post
from node.outbox.deletions import deletions_of
from node.topics.actors.store import actor_by_iri
from node.topics.communities.lookup import known_by_handle, known_local
from node.topics.communities.store import membership, put_role
from node.topics.members.actions import follow, take_follow, unfollow
from node.topics.moderation.post_actions import remove
from node.topics.organising.store import put_closed
from node.topics.permissions.rules import Role
from node.topics.portability.leave_community import leave_community, settle_exits
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.posts.views import post_views
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, ORIGIN, add_group, add_neighbour, add_node, add_person, note
from tests.node.topics.publishing.test_activities import APPLYING, create

NEWEST = 2**63 - 1
LATER = NOW + 9_000


@pytest.fixture
def walkers(tx):
    """ann's community, which ida belongs to and rose follows; its posts by name."""
    add_node(tx)
    ann, ida = add_person(tx, "ann"), add_person(tx, "ida")
    group = add_group(tx, "walkers", ann)
    follow(tx, ida, group, NOW)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/follows/1", NOW)
    return group


def person(tx, name):
    return actor_by_iri(tx, f"{ORIGIN}/people/{name}")


def wrote(tx):
    """ida wrote in walkers and elsewhere; ann and rose answered; one of hers was removed."""
    ida, ann, rose = person(tx, "ida"), person(tx, "ann"), actor_by_iri(tx, ROSE)
    first = publish(tx, ida, Draft(text="@walkers@group.example The lake is frozen"), NOW)
    publish(tx, ann, Draft(text="How thick?", parent_id=first), NOW + 1)
    iri = post_by_id(tx, first).iri
    receive_create(tx, create(rose, note(rose, "Very", in_reply_to=iri)), APPLYING)
    second = publish(tx, ida, Draft(text="A hand", parent_id=first), NOW + 2)
    other = publish(tx, ida, Draft(text="Not in walkers"), NOW + 3)
    gone = publish(tx, ida, Draft(text="@walkers@group.example Off the topic"), NOW + 4)
    remove(tx, ann, gone, "off", NOW + 5)
    return first, second, other, gone


ROSE = "https://valley.example/people/rose"


def settle(tx):
    while settle_exits(tx, LATER):
        continue


def words_of(tx, group_id):
    rows = tx.all(
        """
        select p.content, a.name, p.visibility from post p join actor a on a.id = p.author_id
        where p.community_id = :id and p.content <> '' order by p.published_at, p.id
        """,
        id=group_id,
    )
    return [(row["name"], row["visibility"]) for row in rows]


@pytest.mark.feature("C13")
def test_who_leaves_and_keeps_their_posts_is_no_member_and_has_them_still(tx, walkers):
    first, second, *_ = wrote(tx)
    ida = person(tx, "ida")

    leave_community(tx, ida, walkers, "keep", LATER)
    settle(tx)

    assert membership(tx, walkers.id, ida.id).role is Role.NOBODY
    assert post_by_id(tx, first).author_id == post_by_id(tx, second).author_id == ida.id
    assert deletions_of(tx, ida.id, NEWEST) == []


@pytest.mark.feature("C13")
def test_who_removes_their_posts_has_none_there_and_the_rest_elsewhere(tx, walkers):
    first, second, other, gone = wrote(tx)
    ida = person(tx, "ida")

    leave_community(tx, ida, walkers, "remove", LATER)
    settle(tx)

    assert [post_by_id(tx, one) for one in (first, second, gone)] == [None] * 3
    rows = tx.all("select content from post where author_id = :id order by id", id=ida.id)
    assert [row["content"] for row in rows if row["content"]] == [post_by_id(tx, other).content]
    assert len(deletions_of(tx, ida.id, NEWEST)) == 2
    assert [name for name, _ in words_of(tx, walkers.id)] == ["rose", "ann"]


@pytest.mark.feature("C13")
@pytest.mark.threat("T148")
def test_who_takes_their_name_off_leaves_the_words_to_this_node_and_no_way_to_them(tx, walkers):
    first, *_ = wrote(tx)
    ida, ann = person(tx, "ida"), person(tx, "ann")
    old = post_by_id(tx, first)

    leave_community(tx, ida, walkers, "unsign", LATER)
    settle(tx)

    nobody = "somebody-who-left"
    assert words_of(tx, walkers.id) == [
        ("rose", "public"),
        (nobody, "node"),
        ("ann", "public"),
        (nobody, "node"),
    ]
    (answer,) = tx.all("select parent_id, root_id from post where author_id = :id", id=ann.id)
    again = post_by_id(tx, answer["parent_id"])
    assert answer["root_id"] == again.id == again.root_id
    assert (again.content, again.published_at) == (old.content, old.published_at)
    assert again.replies_count == 3
    assert (again.iri != old.iri, again.source, again.edited_at) == (True, None, None)
    view = post_views(tx, [again.id], ann)[again.id]
    assert (view.author.title, view.author.is_somebody_who_left) == ("Somebody who left", True)
    assert post_views(tx, [again.id], None) == {}
    told = tx.all("select body from outbox_entry where body like '%frozen%'")
    assert told == []


@pytest.mark.feature("C13")
@pytest.mark.threat("T94")
def test_elsewhere_what_lost_its_name_is_deleted_and_is_not_there_anew(tx, walkers):
    first, *_ = wrote(tx)
    ida = person(tx, "ida")
    old = post_by_id(tx, first)

    leave_community(tx, ida, walkers, "unsign", LATER)
    settle(tx)

    again = tx.one("select iri from post where visibility = 'node' order by id limit 1")["iri"]
    assert read_post(tx, old.iri, None).is_gone
    for signer in (None, ROSE):
        with pytest.raises(NotFound):
            read_post(tx, again, signer)
    assert sorted(one.open for one in deletions_of(tx, ida.id, NEWEST)) == [0, 1]


@pytest.mark.feature("C13")
@pytest.mark.threat("T94")
def test_whoever_stands_for_those_who_left_is_nobody_to_find_or_to_be(tx, walkers):
    wrote(tx)
    leave_community(tx, person(tx, "ida"), walkers, "unsign", LATER)
    settle(tx)

    with pytest.raises(NotFound):
        known_local(tx, "people", "somebody-who-left", person(tx, "ann"))
    with pytest.raises(Invalid):
        add_person(tx, "somebody-who-left")
    handle = "@somebody-who-left@group.example"
    assert known_by_handle(tx, handle, "group.example", person(tx, "ann")) is None


@pytest.mark.feature("C13")
def test_many_posts_go_part_by_part_and_what_comes_after_coming_back_stays(tx, walkers):
    ida = person(tx, "ida")
    made = [
        publish(tx, ida, Draft(text=f"@walkers@group.example {number}"), NOW + number)
        for number in range(45)
    ]
    leave_community(tx, ida, walkers, "remove", NOW + 100)
    follow(tx, ida, walkers, NOW + 101)
    new = publish(tx, ida, Draft(text="@walkers@group.example I am back"), NOW + 102)

    done = [settle_exits(tx, LATER) for _ in range(5)]

    assert done == [20, 20, 5, 1, 0]
    assert [post_by_id(tx, one) for one in made] == [None] * 45
    assert post_by_id(tx, new).author_id == ida.id


@pytest.mark.feature("C13")
def test_the_only_organiser_names_another_one_first(tx, walkers):
    ann, ida = person(tx, "ann"), person(tx, "ida")

    with pytest.raises(NotAllowed, match="Name another organiser"):
        leave_community(tx, ann, walkers, "keep", LATER)
    put_role(tx, walkers.id, ida.id, Role.ORGANISER, LATER)
    leave_community(tx, ann, walkers, "keep", LATER)

    assert membership(tx, walkers.id, ann.id).role is Role.NOBODY


@pytest.mark.feature("C13")
def test_who_closed_a_community_down_can_leave_it(tx, walkers):
    ann = person(tx, "ann")
    put_closed(tx, walkers.id, NOW + 1)

    leave_community(tx, ann, walkers, "keep", LATER)

    assert membership(tx, walkers.id, ann.id).role is Role.NOBODY


@pytest.mark.feature("C13")
def test_an_organiser_who_is_suspended_does_not_count(tx, walkers):
    ann, ida = person(tx, "ann"), person(tx, "ida")
    put_role(tx, walkers.id, ida.id, Role.ORGANISER, NOW)
    tx.run("update actor set hidden_at = :now where id = :id", now=NOW, id=ida.id)

    with pytest.raises(NotAllowed, match="Name another organiser"):
        leave_community(tx, ann, walkers, "keep", LATER)


@pytest.mark.feature("C13", "C16")
@pytest.mark.parametrize(
    "leaving",
    [unfollow, lambda tx, me, group, now: leave_community(tx, me, group, "keep", now)],
    ids=["unfollow", "leave"],
)
def test_the_only_known_organiser_of_a_community_elsewhere_stays(tx, leaving):
    add_node(tx)
    ida = add_person(tx, "ida")
    club = add_neighbour(tx, "club", kind="Group")
    follow(tx, ida, club, NOW)
    put_role(tx, club.id, ida.id, Role.ORGANISER, NOW)

    with pytest.raises(NotAllowed, match="Name another organiser"):
        leaving(tx, ida, club, LATER)
    put_role(tx, club.id, add_person(tx, "ben").id, Role.ORGANISER, NOW)
    leaving(tx, ida, club, LATER)

    assert membership(tx, club.id, ida.id).role is Role.NOBODY


@pytest.mark.feature("C13")
def test_a_community_elsewhere_takes_no_name_off(tx):
    add_node(tx)
    ida = add_person(tx, "ida")
    club = add_neighbour(tx, "club", kind="Group")
    follow(tx, ida, club, NOW)
    said = publish(tx, ida, Draft(text="@club@valley.example Hello"), NOW)
    iri = post_by_id(tx, said).iri

    with pytest.raises(Invalid, match="at another place"):
        leave_community(tx, ida, club, "unsign", LATER)
    leave_community(tx, ida, club, "remove", LATER)
    settle(tx)

    assert post_by_iri(tx, iri) is None
    kinds = tx.all("select kind from outbox_entry where actor_id = :id order by id", id=ida.id)
    assert [row["kind"] for row in kinds][-2:] == ["Undo", "Delete"]


def test_who_is_no_community_is_not_left(tx):
    ida, ann = add_person(tx, "ida"), add_person(tx, "ann")

    with pytest.raises(NotFound):
        leave_community(tx, ida, ann, "keep", NOW)
