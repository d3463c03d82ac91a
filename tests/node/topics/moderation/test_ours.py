"""What is said of a community of ours from elsewhere: its moderators are heard, nobody else."""

from contextlib import suppress
from dataclasses import replace

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import NotAllowed
from node.inbox.handlers import HANDLERS
from node.topics.communities.store import put_role
from node.topics.members.actions import follow
from node.topics.members.store import follow_between
from node.topics.permissions.rules import Role
from node.topics.posts.pins import pinned
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import edit, publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.timelines.store import Page, home, of_community
from tests.neighbours import NOW, add_neighbour, note, sent
from tests.node.topics.moderation.scenes import (
    BACK,
    LEMMY,
    UNTOUCHED,
    VERBS,
    add_valley,
    after,
    announced,
    boosts_said,
    clear_outbox,
    ours,
    outbox,
    passed_on,
    receive,
    state,
    undo,
    verb,
    write,
)


def taken_back(scene, name, done, by=None):
    by = by or scene.mia
    if name in BACK:
        return verb(BACK[name], by, scene.walkers, scene.post, scene.rose)
    return undo(by, done)


@pytest.mark.feature("C05")
@pytest.mark.parametrize("name", VERBS)
def test_what_a_moderator_elsewhere_does_is_done_and_announced_as_it_came(tx, name):
    scene = ours(tx)
    done = verb(name, scene.mia, scene.walkers, scene.post, scene.rose)
    verbatim = {"id": done.iri, "type": type(done).__name__, "@context": "x"}

    receive(tx, done, verbatim=verbatim)

    assert state(tx, scene.walkers, scene.post, scene.rose) == after(name, scene.post)
    (body,) = passed_on(tx)
    assert body["actor"] == scene.walkers.iri
    assert body["object"]["id"] == done.iri


@pytest.mark.threat("T119")
@pytest.mark.parametrize("name", VERBS)
def test_what_is_repeated_is_done_and_announced_once(tx, name):
    scene = ours(tx)
    done = verb(name, scene.mia, scene.walkers, scene.post, scene.rose)

    for number in range(5):
        receive(tx, replace(done, iri=f"{done.iri}/{number}"))

    assert state(tx, scene.walkers, scene.post, scene.rose) == after(name, scene.post)
    assert len(passed_on(tx)) == 1
    assert len(boosts_said(tx, scene.post)) == (1 if name == "remove" else 0)
    assert tx.one("select count(*) as n from moderation_entry")["n"] == 1


@pytest.mark.parametrize("name", VERBS)
def test_what_a_moderator_takes_back_is_as_it_was(tx, name):
    scene = ours(tx)
    done = verb(name, scene.mia, scene.walkers, scene.post, scene.rose)
    if name == "appoint":
        put_role(tx, scene.walkers.id, scene.mia.id, Role.ORGANISER, NOW)
    receive(tx, done)

    receive(tx, taken_back(scene, name, done))

    assert state(tx, scene.walkers, scene.post, scene.rose) == UNTOUCHED
    assert len(passed_on(tx)) == 2


@pytest.mark.threat("T24")
@pytest.mark.threat("T109")
@pytest.mark.parametrize("who", ["rose", "stranger", "self-appointed"])
@pytest.mark.parametrize("name", VERBS)
def test_what_anybody_else_says_has_no_effect(tx, name, who):
    scene = ours(tx)
    actor = scene.rose if who == "rose" else add_neighbour(tx, "reed")
    victim = scene.rose if who != "rose" else scene.mia
    if who == "self-appointed":
        elsewhere = {"featured": scene.walkers.featured, "moderators": scene.walkers.moderators}
        actor = add_neighbour(tx, "sly", kind="Group", **elsewhere)
    before = state(tx, scene.walkers, scene.post, victim)
    post = write(tx, scene.mia, scene.walkers, "by mia") if who == "rose" else scene.post
    clear_outbox(tx)

    with suppress(NotAllowed):
        receive(tx, verb(name, actor, scene.walkers, post, victim), {post.iri: "stored"})

    assert state(tx, scene.walkers, post, victim) == before
    assert outbox(tx) == []
    assert tx.one("select count(*) as n from moderation_entry")["n"] == 0


@pytest.mark.threat("T109")
@pytest.mark.threat("T17")
@pytest.mark.parametrize("name", VERBS)
def test_what_another_community_says_our_moderator_did_has_no_effect(tx, name):
    scene, valley = ours(tx), add_valley(tx)
    spoofed = verb(name, scene.mia, scene.walkers, scene.post, scene.rose)

    with suppress(NotAllowed):
        receive(tx, announced(valley, spoofed), {scene.post.iri: "stored"})

    assert state(tx, scene.walkers, scene.post, scene.rose) == UNTOUCHED
    assert outbox(tx) == []


@pytest.mark.threat("T20")
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_nobody_else_takes_back_what_a_moderator_did(tx, name):
    scene = ours(tx)
    done = verb(name, scene.mia, scene.walkers, scene.post, scene.rose)
    receive(tx, done)
    clear_outbox(tx)

    with suppress(NotAllowed):
        receive(tx, undo(scene.rose, done), {scene.post.iri: "stored"})

    assert state(tx, scene.walkers, scene.post, scene.rose) == after(name, scene.post)
    assert outbox(tx) == []


@pytest.mark.threat("T20")
@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_an_undo_that_only_names_what_it_undoes_is_looked_up_in_our_log(tx, name):
    scene = ours(tx)
    done = verb(name, scene.mia, scene.walkers, scene.post, scene.rose)
    receive(tx, done)

    receive(tx, undo(scene.mia, done.iri))

    assert state(tx, scene.walkers, scene.post, scene.rose) == UNTOUCHED


@pytest.mark.parametrize("name", ["ban", "dismiss"])
def test_a_moderator_elsewhere_has_no_power_over_who_organises(tx, name):
    scene = ours(tx)

    with pytest.raises(NotAllowed):
        receive(tx, verb(name, scene.mia, scene.walkers, scene.post, scene.ann))

    assert state(tx, scene.walkers, scene.post, scene.ann).moderates
    assert not state(tx, scene.walkers, scene.post, scene.ann).banned


def test_a_moderator_who_was_dismissed_has_no_more_say(tx):
    scene = ours(tx)
    put_role(tx, scene.walkers.id, scene.mia.id, Role.MEMBER, NOW)

    with pytest.raises(NotAllowed):
        receive(tx, verb("lock", scene.mia, scene.walkers, scene.post, scene.rose))

    assert not post_by_id(tx, scene.post.id).locked_at


@pytest.mark.threat("T24")
def test_a_post_of_another_community_is_not_pinned_closed_or_removed(tx):
    scene, valley = ours(tx), add_valley(tx)
    follow(tx, scene.ann, valley, NOW)
    tx.run("update follow set state = 'accepted' where followed_id = :id", id=valley.id)
    other = write(tx, add_neighbour(tx, "otto", LEMMY), valley, "elsewhere")

    for name in ("pin", "lock", "remove"):
        with suppress(NotAllowed):
            receive(
                tx,
                verb(name, scene.mia, scene.walkers, other, scene.rose),
                {other.iri: "stored"},
            )

    assert state(tx, scene.walkers, other, scene.rose) == UNTOUCHED


def test_a_closed_conversation_takes_no_answers_from_anybody(tx):
    scene = ours(tx)
    receive(tx, verb("lock", scene.mia, scene.walkers, scene.post, scene.rose))
    clear_outbox(tx)
    answer = note(scene.mia, "too late", to=(documents.PUBLIC,), in_reply_to=scene.post.iri)

    with pytest.raises(NotAllowed):
        receive(tx, sent(documents.Create, scene.mia, answer))
    with pytest.raises(NotAllowed):
        store_fetched_post(tx, answer, NOW)
    with pytest.raises(NotAllowed):
        publish(tx, scene.ben, Draft(text="me too", parent_id=scene.post.id), NOW)

    assert post_by_iri(tx, answer.iri) is None
    assert outbox(tx) == []


def test_what_hangs_below_a_closed_post_takes_no_answers_either(tx):
    scene = ours(tx)
    answer = write(tx, scene.mia, scene.walkers, "in time", in_reply_to=scene.post.iri)
    receive(tx, verb("lock", scene.mia, scene.walkers, scene.post, scene.rose))

    with pytest.raises(NotAllowed):
        publish(tx, scene.ben, Draft(text="me too", parent_id=answer.id), NOW)


def test_an_author_closes_their_own_conversation_with_an_edit_and_opens_none(tx):
    scene = ours(tx)
    edited = note(scene.rose, "hello", iri=scene.post.iri, updated=NOW, comments_enabled=False)

    receive(tx, sent(documents.Update, scene.rose, edited))
    assert post_by_id(tx, scene.post.id).locked_at == NOW

    receive(tx, sent(documents.Update, scene.rose, replace(edited, comments_enabled=True)))
    assert post_by_id(tx, scene.post.id).locked_at == NOW


def test_a_copy_from_the_authors_home_closes_nothing_that_the_community_has_opened_again(tx):
    """It is from before the author's node heard of that."""
    scene = ours(tx)
    lock = verb("lock", scene.mia, scene.walkers, scene.post, scene.rose)
    receive(tx, lock)
    receive(tx, sent(documents.Undo, scene.mia, lock))
    assert post_by_id(tx, scene.post.id).locked_at is None
    copy = note(scene.rose, "hello", iri=scene.post.iri, updated=NOW + 9, comments_enabled=False)

    store_fetched_post(tx, copy, NOW + 9)

    assert post_by_id(tx, scene.post.id).locked_at is None


@pytest.mark.threat("T11")
def test_who_is_banned_neither_writes_nor_edits_nor_joins(tx):
    scene = ours(tx)
    receive(tx, verb("ban", scene.mia, scene.walkers, scene.post, scene.rose))
    clear_outbox(tx)
    fresh = note(scene.rose, "again", to=(scene.walkers.iri, documents.PUBLIC))
    edited = note(scene.rose, "changed", iri=scene.post.iri, updated=NOW)

    for refused in (
        sent(documents.Create, scene.rose, fresh),
        sent(documents.Update, scene.rose, edited),
    ):
        with pytest.raises(NotAllowed):
            receive(tx, refused)
    with pytest.raises(NotAllowed):
        store_fetched_post(tx, fresh, NOW)
    receive(tx, sent(documents.Follow, scene.rose, scene.walkers.iri))

    assert post_by_iri(tx, fresh.iri) is None
    assert post_by_id(tx, scene.post.id).content == "<p>hello walkers</p>"
    assert follow_between(tx, scene.rose.id, scene.walkers.id) is None
    assert [one["kind"] for one in outbox(tx)] == ["Reject"]


@pytest.mark.threat("T11")
def test_a_member_of_ours_who_is_banned_neither_writes_nor_edits(tx):
    scene = ours(tx)
    made = publish(tx, scene.ben, Draft(text="mine @walkers"), NOW)
    receive(tx, verb("ban", scene.mia, scene.walkers, scene.post, scene.ben))

    with pytest.raises(NotAllowed):
        publish(tx, scene.ben, Draft(text="again @walkers"), NOW)
    with pytest.raises(NotAllowed):
        edit(tx, scene.ben, made, Draft(text="changed @walkers"), NOW)

    assert follow_between(tx, scene.ben.id, scene.walkers.id) is None


def test_a_ban_with_an_end_is_over_then(tx):
    scene = ours(tx)
    ban = verb("ban", scene.mia, scene.walkers, scene.post, scene.rose)
    receive(tx, replace(ban, ends_at=NOW + 60))
    late = note(scene.rose, "back", to=(scene.walkers.iri, documents.PUBLIC))
    create = sent(documents.Create, scene.rose, late)

    with pytest.raises(NotAllowed):
        HANDLERS[documents.Create](tx, create, ApplyContext(NOW + 59))
    HANDLERS[documents.Create](tx, create, ApplyContext(NOW + 60))

    assert post_by_iri(tx, late.iri).community_id == scene.walkers.id


def test_a_ban_that_is_over_when_it_comes_has_no_effect(tx):
    scene = ours(tx)
    ban = verb("ban", scene.mia, scene.walkers, scene.post, scene.rose)

    receive(tx, replace(ban, ends_at=NOW))

    assert state(tx, scene.walkers, scene.post, scene.rose) == UNTOUCHED
    assert outbox(tx) == []


@pytest.mark.threat("T26")
def test_a_ban_removes_only_what_was_written_in_that_community(tx):
    scene = ours(tx)
    follow(tx, scene.ann, scene.rose, NOW)
    tx.run("update follow set state = 'accepted' where followed_id = :id", id=scene.rose.id)
    elsewhere = note(scene.rose, "on my own page")
    receive(tx, sent(documents.Create, scene.rose, elsewhere))
    ban = verb("ban", scene.mia, scene.walkers, scene.post, scene.rose)

    receive(tx, replace(ban, removes=True))

    assert post_by_iri(tx, scene.post.iri) is None
    assert post_by_iri(tx, elsewhere.iri) is not None

    receive(tx, undo(scene.mia, ban, restores=True))
    assert post_by_iri(tx, scene.post.iri).content == "<p>hello walkers</p>"


def test_a_removed_post_is_seen_nowhere_and_comes_back_where_it_was(tx):
    scene = ours(tx)
    before = [item.post_id for item in home(tx, scene.ben.id, Page())]
    remove = verb("remove", scene.mia, scene.walkers, scene.post, scene.rose)

    receive(tx, remove)
    assert of_community(tx, scene.walkers.id, None, Page()) == []
    assert home(tx, scene.ben.id, Page()) == []

    receive(tx, undo(scene.mia, remove))
    assert [item.post_id for item in of_community(tx, scene.walkers.id, None, Page())] == [
        scene.post.id
    ]
    assert [item.post_id for item in home(tx, scene.ben.id, Page())] == before == [scene.post.id]
    assert post_by_id(tx, scene.post.id).content == "<p>hello walkers</p>"


def test_a_removal_with_its_answers_takes_and_brings_back_all_of_them(tx):
    scene = ours(tx)
    answer = write(tx, scene.mia, scene.walkers, "an answer", in_reply_to=scene.post.iri)
    below = write(tx, scene.rose, scene.walkers, "below", in_reply_to=answer.iri)
    aside = write(tx, scene.rose, scene.walkers, "beside")
    remove = verb("remove", scene.mia, scene.walkers, scene.post, scene.rose)

    receive(tx, replace(remove, with_replies=True))
    held = [post_by_id(tx, one.id) is not None for one in (scene.post, answer, below, aside)]
    assert held == [False, False, False, True]

    receive(tx, undo(scene.mia, remove))
    assert all(post_by_id(tx, one.id) for one in (scene.post, answer, below, aside))
    assert post_by_id(tx, scene.post.id).replies_count == 1
    assert post_by_id(tx, answer.id).replies_count == 1


@pytest.mark.threat("T119")
def test_the_count_of_answers_equals_the_answers_when_some_are_removed(tx):
    scene = ours(tx)
    answer = write(tx, scene.rose, scene.walkers, "an answer", in_reply_to=scene.post.iri)
    remove = verb("remove", scene.mia, scene.walkers, answer, scene.rose)

    receive(tx, remove)
    assert post_by_id(tx, scene.post.id).replies_count == 0

    receive(tx, sent(documents.Delete, scene.rose, answer.iri))
    assert post_by_id(tx, scene.post.id).replies_count == 0


def test_what_its_author_deleted_meanwhile_does_not_come_back(tx):
    scene = ours(tx)
    remove = verb("remove", scene.mia, scene.walkers, scene.post, scene.rose)
    receive(tx, remove)
    receive(tx, sent(documents.Delete, scene.rose, scene.post.iri))

    receive(tx, undo(scene.mia, remove))

    assert post_by_iri(tx, scene.post.iri) is None
    row = tx.one("select content, removed_in from post where id = :id", id=scene.post.id)
    assert dict(row) == {"content": "", "removed_in": None}


def test_a_moderator_who_deletes_their_own_post_deletes_it_for_good(tx):
    scene = ours(tx)
    own = write(tx, scene.mia, scene.walkers, "mine")

    receive(tx, sent(documents.Delete, scene.mia, own.iri))

    row = tx.one("select content, removed_in from post where id = :id", id=own.id)
    assert dict(row) == {"content": "", "removed_in": None}


def test_at_most_twenty_posts_stand_first(tx):
    scene = ours(tx)
    for number in range(21):
        post = write(tx, scene.rose, scene.walkers, f"post {number}")
        receive(tx, verb("pin", scene.mia, scene.walkers, post, scene.rose))

    assert len(pinned(tx, scene.walkers.id)) == 20
