"""Somebody says that another's post is deleted: its own address decides, and not at once."""

import pytest

from federation import documents
from federation.errors import FetchFailed
from federation.gate import Budget
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed
from node.inbox.gone_posts import check_gone_posts
from node.topics.notifications.store import notifications
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import post_by_iri
from node.topics.posts.unverified_deletes import (
    AGAIN_AFTER_S,
    FIRST_LOOK_S,
    GIVE_UP_S,
    UnverifiedPostDelete,
)
from node.topics.publishing.activities import receive_create, receive_delete, receive_update
from node.topics.publishing.gone_posts import settle_post_delete
from node.topics.publishing.receive import store_fetched_post
from node.topics.reactions.boosts import add_boost
from node.topics.timelines.store import Page, home
from tests.neighbours import NOW, THERE, add_neighbour, note, sent
from tests.node.topics.publishing.test_activities import APPLYING, create, followed_by_ann
from tests.peers.stub import person_document

HILL = "https://hill.example"


def told(iri, outcome, now=NOW):
    return ApplyContext(now, {iri: outcome})


def post_to_ann(tx, **changes):
    """A post of rose's, whom ann follows, that names ann; and mo, who has nothing to do with it."""
    ann, rose = followed_by_ann(tx)
    post = note(
        rose, to=(documents.PUBLIC, ann.iri), mentions=(documents.Mention(ann.iri, "@ann"),)
    )
    post = note(rose, "Hello", iri=post.iri, **changes) if changes else post
    receive_create(tx, create(rose, post), APPLYING)
    mo = add_neighbour(tx, "mo", HILL)
    return ann, rose, mo, post


def at_home(tx, ann):
    return [one.post_id for one in home(tx, ann.id, Page())]


@pytest.mark.threat("T146")
@pytest.mark.parametrize("visible_to", ["followers", "ann"])
def test_whoever_deletes_what_is_not_for_everybody_has_nobody_asked(tx, visible_to):
    ann, rose = followed_by_ann(tx)
    to = (rose.followers,) if visible_to == "followers" else (ann.iri,)
    post = note(rose, to=to, cc=())
    receive_create(tx, create(rose, post), APPLYING)
    mo = add_neighbour(tx, "mo", HILL)

    for outcome in (None, "gone", "absent"):
        context = told(post.iri, outcome) if outcome else APPLYING
        receive_delete(tx, sent(documents.Delete, mo, post.iri), context)

    assert post_by_iri(tx, post.iri).content == "<p>Hello</p>"


@pytest.mark.threat("T146")
@pytest.mark.parametrize("outcome", ["absent", "failed", "unusable", "stored"])
def test_what_is_only_not_there_is_not_deleted(tx, outcome):
    ann, _, mo, post = post_to_ann(tx)

    receive_delete(tx, sent(documents.Delete, mo, post.iri), told(post.iri, outcome))

    assert at_home(tx, ann) == [post_by_iri(tx, post.iri).id]


@pytest.mark.threat("T146")
def test_what_its_address_says_is_gone_is_hidden_with_its_words(tx):
    ann, _, mo, post = post_to_ann(tx)
    delete = sent(documents.Delete, mo, post.iri)

    with pytest.raises(Missing):
        receive_delete(tx, delete, APPLYING)
    receive_delete(tx, delete, told(post.iri, "gone"))

    assert (at_home(tx, ann), notifications(tx, ann.id, 9)) == ([], [])
    assert hidden_post(tx, post.iri).post.content == "<p>Hello</p>"


@pytest.mark.threat("T146")
@pytest.mark.parametrize("how", ["fetched", "created", "updated"])
def test_what_one_odd_answer_took_away_is_back_when_it_is_there_again(tx, how):
    ann, rose, mo, post = post_to_ann(tx)
    post_id = post_by_iri(tx, post.iri).id
    add_boost(tx, mo.id, post_by_iri(tx, post.iri), f"{HILL}/boosts/1", NOW)
    receive_delete(tx, sent(documents.Delete, mo, post.iri), told(post.iri, "gone"))

    if how == "fetched":
        store_fetched_post(tx, post, NOW + 9)
    elif how == "created":
        receive_create(tx, create(rose, post, iri=f"{THERE}/create/again"), APPLYING)
    else:
        receive_update(tx, sent(documents.Update, rose, post), APPLYING)

    assert at_home(tx, ann) == [post_id]
    assert [one.post_id for one in notifications(tx, ann.id, 9)] == [post_id]
    assert post_by_iri(tx, post.iri).boosts_count == 1


@pytest.mark.threat("T146")
def test_nobody_else_brings_it_back(tx):
    _, _, mo, post = post_to_ann(tx)
    receive_delete(tx, sent(documents.Delete, mo, post.iri), told(post.iri, "gone"))

    with pytest.raises(NotAllowed):
        receive_create(tx, create(mo, post), APPLYING)
    receive_update(tx, sent(documents.Update, mo, note(mo, iri=post.iri, to=())), APPLYING)

    assert post_by_iri(tx, post.iri) is None


@pytest.mark.threat("T146")
def test_what_is_gone_a_day_later_still_is_deleted_with_its_words(tx):
    _, _, mo, post = post_to_ann(tx)
    receive_delete(tx, sent(documents.Delete, mo, post.iri), told(post.iri, "gone"))

    looks = looked(tx, post.iri, ["gone", "gone"])

    assert looks == [FIRST_LOOK_S, AGAIN_AFTER_S]
    assert hidden_post(tx, post.iri) is None
    assert words_of(tx, post.iri) == ""


@pytest.mark.threat("T146")
def test_an_address_that_says_neither_is_asked_for_two_weeks_and_the_post_is_back(tx):
    ann, _, mo, post = post_to_ann(tx)
    receive_delete(tx, sent(documents.Delete, mo, post.iri), told(post.iri, "gone"))

    looks = looked(tx, post.iri, ["gone", "absent", "failed"] + ["failed"] * 20)

    assert looks[-1] == GIVE_UP_S
    assert at_home(tx, ann) == [post_by_iri(tx, post.iri).id]


def looked(tx, iri, outcomes):
    """Ask the address whenever that is due; after how many seconds that was."""
    looks = []
    for outcome in outcomes:
        due = tx.one("select look_at, gone_at, post_id from unverified_post_delete")
        if due is None:
            break
        looks.append(due["look_at"] - NOW)
        delete = UnverifiedPostDelete(due["post_id"], iri, due["gone_at"])
        settle_post_delete(tx, delete, outcome, due["look_at"])
    return looks


def words_of(tx, iri):
    row = tx.one("select content from post where iri = :iri", iri=iri)
    return row["content"]


@pytest.mark.threat("T146")
def test_its_author_deletes_it_at_once_also_while_it_is_put_aside(tx):
    _, rose, mo, post = post_to_ann(tx)
    receive_delete(tx, sent(documents.Delete, mo, post.iri), told(post.iri, "gone"))

    receive_delete(tx, sent(documents.Delete, rose, post.iri), APPLYING)

    assert words_of(tx, post.iri) == ""
    assert tx.all("select post_id from unverified_post_delete") == []


@pytest.mark.threat("T146")
async def test_the_address_is_asked_again_and_shows_the_post(node):
    iri = f"{THERE}/people/rose/notes/1"
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": iri,
        "type": "Note",
        "attributedTo": f"{THERE}/people/rose",
        "to": documents.PUBLIC,
        "content": "<p>Here again</p>",
    }
    node.gate.documents = {iri: document, f"{THERE}/people/rose": person_document("rose")}
    assert await node.fetcher.fetch(iri, Budget(4)) == "stored"
    await node.db.write(put_aside_by_a_stranger, iri)

    node.clock.at += FIRST_LOOK_S - 1
    await check_gone_posts(node.db, node.fetcher, node.clock)
    assert await node.db.read(post_by_iri, iri) is None
    node.clock.at += 1
    await check_gone_posts(node.db, node.fetcher, node.clock)

    assert (await node.db.read(post_by_iri, iri)).content == "<p>Here again</p>"


@pytest.mark.threat("T146")
@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (FetchFailed("status", 410), "gone"),
        (FetchFailed("status", 410, url=f"{THERE}/people/rose/notes/1.json"), "gone"),
        (FetchFailed("status", 410, url=f"{HILL}/where-it-led"), "failed"),
        (FetchFailed("status", 404), "absent"),
        (FetchFailed("status", 403), "failed"),
    ],
)
async def test_gone_is_what_its_own_server_says_with_410(node, failure, outcome):
    iri = f"{THERE}/people/rose/notes/1"
    node.gate.documents[iri] = failure

    assert await node.fetcher.fetch(iri, Budget(4)) == outcome


@pytest.mark.threat("T146")
async def test_a_tombstone_says_that_it_is_gone_whatever_the_status(node):
    iri = f"{THERE}/people/rose/notes/1"
    stone = {"@context": "https://www.w3.org/ns/activitystreams", "id": iri, "type": "Tombstone"}
    node.gate.documents[iri] = stone

    assert await node.fetcher.fetch(iri, Budget(4)) == "gone"


def put_aside_by_a_stranger(tx, iri):
    mo = add_neighbour(tx, "mo", HILL)
    receive_delete(tx, sent(documents.Delete, mo, iri), told(iri, "gone"))
