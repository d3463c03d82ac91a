"""What is held for a look: from silenced places, and from strangers where they are held (T106)."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.config import Config, FederationSettings, NodeSettings
from node.base.errors import NotAllowed, NotFound
from node.housekeeping import TIDYING
from node.peers.policy_cache import open_policy_cache
from node.peers.rules import Policy
from node.peers.store import holds_strangers, put_mode
from node.topics.actors.store import actor_by_id
from node.topics.conversations.collections import (
    Place,
    replies_page,
    replies_total,
    thread_page,
    thread_total,
)
from node.topics.members.actions import follow
from node.topics.members.store import Follow, accept_stored, follow_between, put_follow
from node.topics.moderation.held import HELD_PER_HOST_MAX, HELD_S, decided_lately, state_of, waiting
from node.topics.moderation.log_store import entries
from node.topics.neighbours.actions import forget_policy, set_policy
from node.topics.notifications.store import notifications
from node.topics.posts.rules import STRANGERS_A_DAY_MAX
from node.topics.posts.store import is_deleted, post_by_id, post_by_iri
from node.topics.posts.views import post_glimpses, post_views
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create, receive_update
from node.topics.publishing.drafts import Draft
from node.topics.publishing.held_decisions import decide_all, leave_out, let_through, sweep_held
from node.topics.publishing.receive import store_fetched_post
from node.topics.timelines.store import Page, public
from tests.neighbours import NOW, add_group, add_neighbour, add_person, note, sent
from tests.node.topics.moderation.scenes import outbox, receive

BAD = "https://bad.example"
OURS = "group.example"


def silence(tx, host="bad.example"):
    set_policy(tx, host, Policy.SILENCED, "", NOW, ours=OURS)


def silenced_author(tx, name="mo"):
    author = add_neighbour(tx, name, BAD)
    silence(tx)
    return actor_by_id(tx, author.id)


def names(tx, author, *readers, text="Hello there", now=NOW, **changes):
    """`author` names the readers in a post, which is given."""
    document = note(
        author,
        text,
        **{
            "to": (documents.PUBLIC, *(one.iri for one in readers)),
            "mentions": tuple(documents.Mention(one.iri, f"@{one.name}") for one in readers),
        }
        | changes,
    )
    create = sent(documents.Create, author, document)
    receive_create(tx, create, ApplyContext(now, verbatim={"id": create.iri, "type": "Create"}))
    return post_by_iri(tx, document.iri)


def told(tx, reader):
    return [(one.kind, one.from_id) for one in notifications(tx, reader.id, 50)]


def sees(tx, reader, post):
    """Whether the reader is shown the post, whichever way it is asked for."""
    ways = {
        post.id in post_views(tx, [post.id], reader),
        post.id in post_glimpses(tx, [post.id], reader),
    }
    (seen,) = ways
    return seen


def waits(tx):
    return [one.post_id for one in waiting(tx, 50)]


def befriend(tx, reader, author):
    follow(tx, reader, author, NOW)
    accept_stored(tx, follow_between(tx, reader.id, author.id).id, NOW)


@pytest.mark.threat("T106")
@pytest.mark.feature("F07")
def test_what_somebody_of_a_silenced_place_sends_waits_and_is_told_to_nobody(tx):
    ann = add_person(tx, "ann")

    post = names(tx, silenced_author(tx), ann)

    assert waits(tx) == [post.id]
    assert told(tx, ann) == []
    assert not sees(tx, ann, post)


@pytest.mark.feature("F07")
def test_those_who_follow_its_author_are_told_and_read_it_meanwhile(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    mo = silenced_author(tx)
    befriend(tx, ann, mo)

    post = names(tx, mo, ann, ben)

    assert told(tx, ann) == [("mention", mo.id)]
    assert told(tx, ben) == []
    assert (sees(tx, ann, post), sees(tx, ben, post)) == (True, False)


@pytest.mark.feature("F07")
def test_let_through_it_is_shown_and_told_as_if_it_had_just_come(tx):
    olga, ann = add_person(tx, "olga"), add_person(tx, "ann")
    mo = silenced_author(tx)
    post = names(tx, mo, ann)

    for _ in range(2):
        let_through(tx, olga, post.id, NOW + 5)

    assert told(tx, ann) == [("mention", mo.id)]
    assert sees(tx, ann, post)
    assert waits(tx) == []
    (held,) = decided_lately(tx)
    assert (held.state, held.decided_by, held.decided_at) == ("passed", olga.id, NOW + 5)


def test_left_out_it_stays_unseen_and_can_be_let_through_after_all(tx):
    olga, ann = add_person(tx, "olga"), add_person(tx, "ann")
    post = names(tx, silenced_author(tx), ann)

    for _ in range(2):
        leave_out(tx, olga, post.id, NOW + 5)
    assert (waits(tx), told(tx, ann), sees(tx, ann, post)) == ([], [], False)

    let_through(tx, olga, post.id, NOW + 6)
    assert sees(tx, ann, post)


def test_let_through_it_can_be_left_out_after_all_and_what_was_told_is_taken_back(tx):
    olga, ann, ben = (add_person(tx, name) for name in ("olga", "ann", "ben"))
    mo = silenced_author(tx)
    befriend(tx, ben, mo)
    post = names(tx, mo, ann, ben)
    let_through(tx, olga, post.id, NOW)

    leave_out(tx, olga, post.id, NOW)

    assert (told(tx, ann), sees(tx, ann, post)) == ([], False)
    assert (told(tx, ben), sees(tx, ben, post)) == ([("mention", mo.id)], True)


def test_what_was_let_through_is_told_in_any_crowd_of_strangers(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    post = names(tx, mo, ann)
    for number in range(STRANGERS_A_DAY_MAX):
        names(tx, add_neighbour(tx, f"s{number}"), ann, text=f"Number {number}")

    let_through(tx, ann, post.id, NOW)

    assert ("mention", mo.id) in told(tx, ann)


def test_what_was_only_fetched_of_a_silenced_place_waits_for_nobody_and_is_not_shown(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    document = note(mo, "Fetched")

    store_fetched_post(tx, document, NOW)

    post = post_by_iri(tx, document.iri)
    assert waits(tx) == []
    assert not sees(tx, ann, post)


def test_all_of_one_author_is_decided_at_once_and_nothing_of_others(tx):
    olga, ann = add_person(tx, "olga"), add_person(tx, "ann")
    mo, pam = add_neighbour(tx, "mo", BAD), add_neighbour(tx, "pam", BAD)
    silence(tx)
    mo, pam = actor_by_id(tx, mo.id), actor_by_id(tx, pam.id)
    mine = [names(tx, mo, ann, text=f"Number {one}") for one in range(3)]
    other = names(tx, pam, ann)

    assert decide_all(tx, olga, mine[0].id, NOW, passes=True) == 3

    assert waits(tx) == [other.id]
    assert {state_of(tx, one.id) for one in mine} == {"passed"}


@pytest.mark.feature("F07")
def test_a_post_to_a_community_of_ours_is_passed_on_when_it_is_let_through_and_not_before(tx):
    ann = add_person(tx, "ann")
    walks = add_group(tx, "walks", ann)
    mo = silenced_author(tx)

    post = names(tx, mo, walks, audience=walks.iri)
    assert outbox(tx) == []
    for _ in range(2):
        let_through(tx, ann, post.id, NOW)

    assert [one["kind"] for one in outbox(tx)] == ["Announce", "Announce"]
    assert sees(tx, ann, post)
    assert [entry.verb for entry in entries(tx, walks.id, 5)] == ["let_through"]
    assert kept_words(tx) == [None]


def kept_words(tx):
    return [row["verbatim"] for row in tx.all("select verbatim from held_post")]


@pytest.mark.threat("T48")
def test_of_what_is_very_long_or_for_no_community_only_the_post_is_kept(tx):
    ann = add_person(tx, "ann")
    walks = add_group(tx, "walks", ann)
    mo = silenced_author(tx)
    document = note(mo, "Long", to=(documents.PUBLIC, walks.iri), audience=walks.iri)
    create = sent(documents.Create, mo, document)
    long = {"id": create.iri, "type": "Create", "content": "x" * 65_536}

    receive_create(tx, create, ApplyContext(NOW, verbatim=long))
    names(tx, mo, ann, text="To ann")

    assert kept_words(tx) == [None, None]
    let_through(tx, ann, post_by_iri(tx, document.iri).id, NOW)
    assert outbox(tx) == []


def test_what_a_community_has_passed_on_is_removed_there_and_not_left_out(tx):
    ann = add_person(tx, "ann")
    walks = add_group(tx, "walks", ann)
    post = names(tx, silenced_author(tx), walks, audience=walks.iri)
    let_through(tx, ann, post.id, NOW)

    with pytest.raises(NotAllowed):
        leave_out(tx, ann, post.id, NOW)


def test_an_edit_of_a_held_post_is_passed_on_to_nobody(tx):
    ann = add_person(tx, "ann")
    walks = add_group(tx, "walks", ann)
    mo = silenced_author(tx)
    names(tx, mo, walks, audience=walks.iri, text="First")

    change(tx, mo, walks, "First", "<p>Second</p>")

    assert outbox(tx) == []


def change(tx, author, reader, text, content):
    """`author` gives a post that named the reader other words."""
    document = note(
        author,
        text,
        to=(documents.PUBLIC, reader.iri),
        mentions=(documents.Mention(reader.iri, "@ann"),),
        content=content,
        updated=NOW + 60,
    )
    update = sent(documents.Update, author, document)
    receive_update(
        tx, update, ApplyContext(NOW + 60, verbatim={"id": update.iri, "type": "Update"})
    )


@pytest.mark.threat("T106")
def test_what_was_let_through_and_says_something_else_later_waits_again(tx):
    ann = add_person(tx, "ann")
    mo = silenced_author(tx)
    post = names(tx, mo, ann, text="Harmless")
    let_through(tx, ann, post.id, NOW)

    change(tx, mo, ann, "Harmless", "<p>Buy this</p>")

    assert waits(tx) == [post.id]
    assert not sees(tx, ann, post)


@pytest.mark.threat("T48")
def test_of_each_host_two_hundred_wait_and_what_is_too_much_is_not_kept(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    for number in range(HELD_PER_HOST_MAX):
        names(tx, mo, ann, text=f"Number {number}")

    assert names(tx, mo, ann, text="One too many") is None

    (row,) = tx.all("select count(*) as total from held_post")
    assert row["total"] == HELD_PER_HOST_MAX


@pytest.mark.threat("T48")
def test_what_is_too_much_is_still_kept_for_those_who_follow_its_author(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    befriend(tx, ann, mo)
    for number in range(HELD_PER_HOST_MAX):
        names(tx, mo, ann, text=f"Number {number}")

    post = names(tx, mo, ann, text="One too many")

    assert sees(tx, ann, post)
    assert post.id not in waits(tx)


def test_after_thirty_days_what_waits_or_was_left_out_is_gone(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    old, left = names(tx, mo, ann, text="Old"), names(tx, mo, ann, text="Left out")
    passed = names(tx, mo, ann, text="Let through")
    leave_out(tx, ann, left.id, NOW)
    let_through(tx, ann, passed.id, NOW)
    fresh = names(tx, mo, ann, text="Fresh", now=NOW + HELD_S)

    assert sweep_held(tx, NOW + HELD_S + 1) == 2

    assert [is_deleted(tx, one.iri) for one in (old, left, passed, fresh)] == [
        True,
        True,
        False,
        False,
    ]
    assert sees(tx, ann, passed)
    assert waits(tx) == [fresh.id]


def test_after_thirty_days_those_who_follow_its_author_keep_it(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    befriend(tx, ann, mo)
    post = names(tx, mo, ann)

    sweep_held(tx, NOW + HELD_S + 1)

    assert sees(tx, ann, post)
    assert waits(tx) == []


def test_housekeeping_sweeps_what_is_held():
    assert sweep_held in TIDYING


def test_what_its_author_deletes_waits_no_longer(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    post = names(tx, mo, ann)

    receive(tx, documents.Delete(iri=f"{mo.iri}/delete/1", actor=mo.iri, object=post.iri))

    assert waits(tx) == []
    assert state_of(tx, post.id) is None
    with pytest.raises(NotFound):
        let_through(tx, ann, post.id, NOW)


def test_when_a_host_is_silenced_no_longer_what_waited_of_it_is_shown_and_told(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    post = names(tx, mo, ann)

    forget_policy(tx, "bad.example", NOW, ours=OURS)

    assert sees(tx, ann, post)
    assert told(tx, ann) == [("mention", mo.id)]


def test_a_block_shows_nothing_of_what_waited(tx):
    ann, mo = add_person(tx, "ann"), silenced_author(tx)
    post = names(tx, mo, ann)

    set_policy(tx, "bad.example", Policy.BLOCKED, "", NOW, ours=OURS)

    assert waits(tx) == []
    with pytest.raises(NotFound):
        let_through(tx, ann, post.id, NOW)


def hold_strangers(tx):
    put_mode(tx, is_closed=False, holds_strangers=True)


@pytest.mark.threat("T106")
def test_strangers_of_hosts_without_a_relation_are_held_where_the_settings_say_so(tx):
    hold_strangers(tx)
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")

    post = names(tx, rose, ann)

    assert waits(tx) == [post.id]
    assert (told(tx, ann), sees(tx, ann, post)) == ([], False)
    assert public(tx, None, Page()) == []


@pytest.mark.threat("T106")
def test_they_are_not_held_unless_the_settings_say_so(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")

    post = names(tx, rose, ann)

    assert waits(tx) == []
    assert sees(tx, ann, post)


@pytest.mark.threat("T106")
@pytest.mark.parametrize("relation", ["followed", "follower", "trusted"])
def test_a_host_with_a_relation_is_not_held(tx, relation):
    hold_strangers(tx)
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    other = add_neighbour(tx, "ivy")
    if relation == "followed":
        befriend(tx, ann, other)
    elif relation == "follower":
        put_follow(tx, Follow(1, other.id, ann.id, f"{other.iri}/f/1", "accepted", NOW))
    else:
        set_policy(tx, "valley.example", Policy.TRUSTED, "", NOW, ours=OURS)

    assert sees(tx, ann, names(tx, rose, ann))


@pytest.mark.threat("T106")
def test_to_ask_to_follow_somebody_is_no_relation(tx):
    hold_strangers(tx)
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    put_follow(tx, Follow(1, rose.id, ann.id, f"{rose.iri}/f/1", "pending", NOW))

    names(tx, rose, ann)

    assert told(tx, ann) == []


def test_a_held_answer_stands_in_no_collection_that_others_read(tx):
    hold_strangers(tx)
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    asked = published(tx, ann)

    answer = names(tx, rose, ann, in_reply_to=asked.iri)

    assert answer.parent_id == asked.id
    assert thread_page(tx, asked, Place(0, 0)).iris == [asked.iri]
    assert replies_page(tx, asked, Place(0, 0)).iris == []
    assert (thread_total(tx, asked), replies_total(tx, asked)) == (1, 0)
    let_through(tx, ann, answer.id, NOW)
    assert replies_page(tx, asked, Place(0, 0)).iris == [answer.iri]


def published(tx, author):
    return post_by_id(tx, publish(tx, author, Draft(text="Who walks?"), NOW))


@pytest.mark.parametrize(
    ("mode", "said", "holds"),
    [
        ("open", None, False),
        ("open", True, True),
        ("closed", None, True),
        ("closed", False, False),
    ],
)
async def test_strangers_are_held_in_a_closed_circle_unless_the_settings_say_else(
    database, mode, said, holds
):
    federation = FederationSettings(mode=mode, hold_strangers=said)
    config = Config(node=NodeSettings(url="https://group.example"), federation=federation)

    await open_policy_cache(config, database)

    assert await database.read(holds_strangers) is holds
