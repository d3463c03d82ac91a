"""What peers may do to posts, and what they may not."""

import itertools
from dataclasses import replace

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed
from node.inbox.handlers import HANDLERS
from node.topics.members.actions import follow
from node.topics.members.activities import receive_accept, receive_reject
from node.topics.members.store import accept_stored, follow_between
from node.topics.notifications.store import notifications
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create, receive_delete, receive_update
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.timelines.store import Page, home
from tests.neighbours import NOW, THERE, add_group, add_neighbour, add_person, note, sent

APPLYING = ApplyContext(NOW)


def followed_by_ann(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    accept_stored(tx, follow_between(tx, ann.id, rose.id).id, NOW)
    return ann, rose


def create(author, post, **changes):
    return sent(documents.Create, author, post, **changes)


def receive(tx, activity, context=APPLYING):
    HANDLERS[type(activity)](tx, activity, context)


def test_a_post_by_somebody_followed_stands_at_home(tx):
    ann, rose = followed_by_ann(tx)
    post = note(rose)

    receive_create(tx, create(rose, post), APPLYING)

    assert [item.post_id for item in home(tx, ann.id, Page())] == [post_by_iri(tx, post.iri).id]


@pytest.mark.threat("T119")
def test_the_same_post_sent_five_times_shows_once_and_tells_once(tx):
    ann, rose = followed_by_ann(tx)
    post = note(rose, to=(documents.PUBLIC, ann.iri), mentions=(documents.Mention(ann.iri, "@a"),))

    for number in range(5):
        receive_create(tx, create(rose, post, iri=f"{THERE}/create/{number}"), APPLYING)

    assert len(home(tx, ann.id, Page())) == 1
    assert len(notifications(tx, ann.id, 10)) == 1


@pytest.mark.threat("T122")
def test_what_is_sent_ahead_of_the_yes_to_a_follow_stands_at_home_after_it(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    post, older = note(rose), note(rose, "Long ago", published=NOW - 10_000)

    receive_create(tx, create(rose, post), APPLYING)
    receive_create(tx, create(rose, older, iri=f"{THERE}/create/older"), APPLYING)
    assert home(tx, ann.id, Page()) == []

    asked = follow_between(tx, ann.id, rose.id)
    receive_accept(tx, sent(documents.Accept, rose, asked.iri), APPLYING)
    assert [item.post_id for item in home(tx, ann.id, Page())] == [post_by_iri(tx, post.iri).id]


@pytest.mark.threat("T122")
def test_what_is_sent_ahead_of_a_no_to_a_follow_stands_in_no_home(tx):
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    follow(tx, ben, rose, NOW)
    receive_create(tx, create(rose, note(rose)), APPLYING)

    asked = follow_between(tx, ann.id, rose.id)
    receive_reject(tx, sent(documents.Reject, rose, asked.iri), APPLYING)
    asked = follow_between(tx, ben.id, rose.id)
    receive_accept(tx, sent(documents.Accept, rose, asked.iri), APPLYING)

    assert home(tx, ann.id, Page()) == []
    assert len(home(tx, ben.id, Page())) == 1


def test_what_concerns_nobody_here_is_not_kept(tx):
    add_person(tx, "ann")
    rose = add_neighbour(tx, "rose")

    receive_create(tx, create(rose, note(rose)), APPLYING)

    assert post_by_iri(tx, note(rose).iri) is None


@pytest.mark.threat("T17")
def test_a_post_in_somebody_elses_name_is_refused(tx):
    _, rose = followed_by_ann(tx)
    reed = add_neighbour(tx, "reed")

    with pytest.raises(NotAllowed):
        receive_create(tx, create(rose, note(reed)), APPLYING)

    assert post_by_iri(tx, note(reed).iri) is None


@pytest.mark.threat("T27")
def test_no_post_is_made_or_changed_here_in_the_name_of_one_of_ours(tx):
    ann = add_person(tx, "ann")
    mine = post_by_id(tx, publish(tx, ann, Draft(text="mine"), NOW))

    for iri in (mine.iri, f"{ann.iri}/invented"):
        with pytest.raises(NotAllowed):
            store_fetched_post(tx, note(ann, "usurped", iri=iri), NOW)

    assert post_by_iri(tx, mine.iri) == mine
    assert post_by_iri(tx, f"{ann.iri}/invented") is None


@pytest.mark.threat("T16")
def test_where_only_the_address_is_believed_the_post_is_asked_for_there(tx):
    _, rose = followed_by_ann(tx)

    with pytest.raises(Missing) as missing:
        receive_create(tx, create(rose, "https://elsewhere.example/1"), APPLYING)

    assert missing.value.iris == ("https://elsewhere.example/1",)


@pytest.mark.threat("T18")
def test_an_edit_by_anybody_but_the_author_changes_nothing(tx):
    _, rose = followed_by_ann(tx)
    reed = add_neighbour(tx, "reed")
    post = note(rose, "first")
    receive_create(tx, create(rose, post), APPLYING)
    usurped = note(reed, "usurped", iri=post.iri)

    with pytest.raises(NotAllowed):
        receive_update(tx, sent(documents.Update, reed, usurped), APPLYING)

    assert post_by_iri(tx, post.iri).content == "<p>first</p>"


@pytest.mark.threat("T18")
def test_an_edit_never_changes_the_author_or_the_day_of_a_post(tx):
    _, rose = followed_by_ann(tx)
    post = note(rose, "first")
    receive_create(tx, create(rose, post), APPLYING)
    edited = note(rose, "second", iri=post.iri, published=NOW + 500, updated=NOW + 600)

    receive_update(tx, sent(documents.Update, rose, edited), APPLYING)

    held = post_by_iri(tx, post.iri)
    assert (held.content, held.author_id, held.published_at) == (
        "<p>second</p>",
        rose.id,
        NOW - 60,
    )
    assert held.edited_at == NOW + 600


@pytest.mark.threat("T19")
def test_a_delete_by_another_account_of_the_same_host_asks_the_post_itself(tx):
    _, rose = followed_by_ann(tx)
    reed = add_neighbour(tx, "reed")
    post = note(rose)
    receive_create(tx, create(rose, post), APPLYING)
    delete = sent(documents.Delete, reed, post.iri)

    with pytest.raises(Missing):
        receive_delete(tx, delete, APPLYING)
    receive_delete(tx, delete, ApplyContext(NOW, {post.iri: "stored"}))
    assert post_by_iri(tx, post.iri) is not None

    receive_delete(tx, delete, ApplyContext(NOW, {post.iri: "gone"}))
    assert post_by_iri(tx, post.iri) is None


@pytest.mark.threat("T19")
def test_a_delete_of_a_post_of_ours_from_outside_changes_nothing(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, publish(tx, ann, Draft(text="mine"), NOW))

    receive_delete(
        tx, sent(documents.Delete, rose, post.iri), ApplyContext(NOW, {post.iri: "gone"})
    )

    assert post_by_iri(tx, post.iri) is not None


@pytest.mark.threat("T20")
def test_a_favour_is_taken_back_by_its_giver_alone(tx):
    ann, rose, reed = (
        add_person(tx, "ann"),
        add_neighbour(tx, "rose"),
        add_neighbour(tx, "reed"),
    )
    post_id = publish(tx, ann, Draft(text="mine"), NOW)
    like = sent(documents.Like, rose, post_by_id(tx, post_id).iri)
    receive(tx, like)

    receive(tx, sent(documents.Undo, reed, like))
    assert post_by_id(tx, post_id).favourites_count == 1

    receive(tx, sent(documents.Undo, rose, like))
    assert post_by_id(tx, post_id).favourites_count == 0


@pytest.mark.threat("T20")
def test_what_an_undo_says_of_the_undone_is_not_believed(tx):
    ann, rose, reed = (
        add_person(tx, "ann"),
        add_neighbour(tx, "rose"),
        add_neighbour(tx, "reed"),
    )
    post_id = publish(tx, ann, Draft(text="mine"), NOW)
    post = post_by_id(tx, post_id)
    receive(tx, sent(documents.Like, rose, post.iri))
    forged = sent(documents.Like, reed, post.iri)

    receive(tx, sent(documents.Undo, reed, forged))

    assert post_by_id(tx, post_id).favourites_count == 1


@pytest.mark.threat("T119")
def test_favours_and_boosts_count_once_a_person(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, publish(tx, ann, Draft(text="mine"), NOW))

    for number in range(4):
        receive(tx, sent(documents.Like, rose, post.iri, iri=f"{THERE}/like/{number}"))
        receive(tx, sent(documents.Announce, rose, post.iri, iri=f"{THERE}/boost/{number}"))

    held = post_by_id(tx, post.id)
    assert (held.favourites_count, held.boosts_count) == (1, 1)
    assert sorted(one.kind for one in notifications(tx, ann.id, 10)) == ["favourite", "reblog"]


def post_family(rose):
    post = note(rose, "first")
    edited = note(rose, "second", iri=post.iri, published=post.published, updated=NOW + 10)
    return [
        create(rose, post),
        sent(documents.Update, rose, edited),
        sent(documents.Delete, rose, post.iri),
    ]


@pytest.mark.threat("T120")
@pytest.mark.promise("R2")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("repeated", [1, 2])
def test_any_order_of_create_update_and_delete_ends_with_nothing(tx, order, repeated):
    ann, rose = followed_by_ann(tx)
    family = post_family(rose)

    for at in order * repeated:
        receive(tx, family[at])

    assert home(tx, ann.id, Page()) == []
    assert tx.one("select count(*) as n from post where deleted_at is null")["n"] == 0


@pytest.mark.threat("T120")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_of_create_and_updates_ends_with_the_last_edit(tx, order):
    _, rose = followed_by_ann(tx)
    family = post_family(rose)[:2]
    later = replace(family[1].object, content="<p>third</p>", updated=NOW + 200)
    family.append(sent(documents.Update, rose, later, iri=f"{THERE}/edits/2"))

    for at in order * 2:
        receive(tx, family[at])

    assert post_by_iri(tx, later.iri).content == "<p>third</p>"


@pytest.mark.threat("T120")
@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
@pytest.mark.parametrize("repeated", [1, 2])
@pytest.mark.parametrize("kind", [documents.Like, documents.Announce, documents.Follow])
def test_what_is_undone_stays_undone_in_any_order(tx, order, kind, repeated):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, publish(tx, ann, Draft(text="mine"), NOW))
    done = sent(kind, rose, ann.iri if kind is documents.Follow else post.iri)
    family = [done, sent(documents.Undo, rose, done)]

    for at in order * repeated:
        receive(tx, family[at])

    held = post_by_id(tx, post.id)
    assert (held.favourites_count, held.boosts_count) == (0, 0)
    assert follow_between(tx, rose.id, ann.id) is None


@pytest.mark.threat("T90")
def test_a_tag_alone_makes_nobody_a_reader(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    ben = add_person(tx, "ben")
    message = note(rose, to=(ben.iri,), cc=(), mentions=(documents.Mention(ann.iri, "@ann"),))

    receive_create(tx, create(rose, message), APPLYING)

    assert notifications(tx, ann.id, 10) == []
    assert [one.kind for one in notifications(tx, ben.id, 10)] == ["mention"]


def test_a_community_of_ours_passes_on_what_a_neighbour_writes_in_it(tx):
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    follow(tx, ben, walkers, NOW)
    post = note(rose, to=(walkers.iri, documents.PUBLIC), audience=walkers.iri)
    verbatim = {"id": f"{rose.iri}/create", "type": "Create"}

    receive_create(tx, create(rose, post), ApplyContext(NOW, {}, verbatim))

    held = post_by_iri(tx, post.iri)
    assert held.community_id == walkers.id
    assert [item.booster_id for item in home(tx, ben.id, Page())] == [walkers.id]
    bodies = [row["body"] for row in tx.all("select body from outbox_entry order by id")]
    assert len(bodies) == 2
    assert verbatim["id"] in bodies[0]


def test_a_message_to_a_member_reaches_only_that_member(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    message = note(rose, to=(ann.iri,), cc=(), mentions=(documents.Mention(ann.iri, "@ann"),))

    receive_create(tx, create(rose, message), APPLYING)

    assert post_by_iri(tx, message.iri).visibility == "direct"
    assert home(tx, ann.id, Page()) == []


def test_an_actor_that_deletes_itself_is_gone_with_its_posts(tx):
    ann, rose = followed_by_ann(tx)
    receive_create(tx, create(rose, note(rose)), APPLYING)

    receive_delete(tx, sent(documents.Delete, rose, rose.iri), APPLYING)

    assert home(tx, ann.id, Page()) == []
    assert tx.one("select deleted_at from actor where id = :id", id=rose.id)["deleted_at"] == NOW


def test_an_event_is_kept_with_its_time_and_place(tx):
    _, rose = followed_by_ann(tx)
    event = note(
        rose,
        kind="Event",
        title="Walk to the mill",
        start_at=NOW + 3_600,
        end_at=NOW + 7_200,
        place="The <b>chapel</b>",
    )

    receive(tx, create(rose, event))

    kept = post_by_iri(tx, event.iri)
    assert (kept.starts_at, kept.ends_at, kept.place) == (NOW + 3_600, NOW + 7_200, "The chapel")


def test_a_note_has_no_time_whatever_it_says(tx):
    _, rose = followed_by_ann(tx)
    post = note(rose, start_at=NOW + 3_600, end_at=NOW + 7_200)

    receive(tx, create(rose, post))

    kept = post_by_iri(tx, post.iri)
    assert (kept.starts_at, kept.ends_at) == (None, None)


def announced_by(tx):
    rows = tx.all("select actor_id from outbox_entry where kind = 'Announce' order by id")
    return [row["actor_id"] for row in rows]


@pytest.mark.threat("T107")
def test_what_another_community_passed_on_is_not_passed_on_again(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walks = add_group(tx, "walks", ann)
    hill = add_neighbour(tx, "hill", "https://hill.example", kind="Group")
    post = note(rose, to=(documents.PUBLIC, walks.iri), audience=walks.iri)
    receive(tx, create(rose, post), ApplyContext(NOW, verbatim={"id": "a"}))
    before = announced_by(tx)

    edit = sent(documents.Update, rose, replace(post, content="<p>Later</p>", updated=NOW))
    passed_on = sent(documents.Announce, hill, edit)
    receive(tx, passed_on, ApplyContext(NOW, verbatim={"id": "b"}, proven=(edit,)))

    assert post_by_iri(tx, post.iri).content == "<p>Later</p>"
    assert before == [walks.id] * 2
    assert announced_by(tx) == before
