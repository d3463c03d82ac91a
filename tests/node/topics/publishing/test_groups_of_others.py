"""Communities of PieFed, NodeBB and Lemmy: what they pass on of their own people counts by itself,
and those of ours whom it concerns are told."""

from dataclasses import replace
from pathlib import Path

import pytest

from federation import documents
from federation.origin import trusted_parts
from federation.strictjson import read_json
from node.arrivals.apply_context import ApplyContext
from node.arrivals.fetch_tasks import take_task, waiting_tasks
from node.base.errors import Missing, NotAllowed
from node.inbox.handlers import HANDLERS
from node.topics.actors.activities import store_actor
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.notifications.store import notifications
from node.topics.posts.recipients import recipients_of
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.timelines.store import Page, home
from tests.neighbours import NOW, actor_document, add_neighbour, add_person, note, sent

WIRE = Path(__file__).parents[3] / "wire"
PIEFED = "https://piefed.example"
GARDENS, NOOR = f"{PIEFED}/c/gardens", f"{PIEFED}/u/noor"
PAGE = f"{PIEFED}/post/4"


def add_at(tx, iri, **changes):
    made = {"iri": iri, "url": iri, "inbox": f"{iri}/inbox", "followers": f"{iri}/followers"}
    origin, _, name = iri.partition("/u/")
    return store_actor(tx, actor_document(name or "gardens", origin[:30], **(made | changes)), NOW)


def settle(tx, group=GARDENS, author=NOOR):
    """rose of this node follows a community elsewhere and wrote in it; an author lives there."""
    rose = add_person(tx, "rose")
    gardens = add_at(tx, group, kind="Group")
    noor = add_at(tx, author)
    follow(tx, rose, gardens, NOW)
    accept_stored(tx, follow_between(tx, rose.id, gardens.id).id, NOW)
    asked = publish(tx, rose, Draft(text="Where do you keep your tools?"), NOW)
    tx.run(
        "update post set iri = :iri, community_id = :group where id = :id",
        iri="https://group.example/posts/0a",
        group=gardens.id,
        id=asked,
    )
    return rose, gardens, noor, asked


def receive(tx, name, fetched=None, **context):
    activity = trusted_parts(
        documents.read_activity(read_json((WIRE / f"{name}.json").read_bytes()))
    )
    HANDLERS[type(activity)](tx, activity, ApplyContext(NOW, fetched or {}, **context))


def told(tx, person):
    return [(one.kind, one.post_id) for one in notifications(tx, person.id, 10, kinds=KINDS)]


KINDS = ("mention", "favourite", "removed")


@pytest.mark.feature("C05")
def test_whom_an_answer_in_a_community_elsewhere_is_to_is_told_of_it(tx):
    rose, *_ = settle(tx)

    receive(tx, "piefed/announce_create_answer")

    answer = post_by_iri(tx, f"{PIEFED}/comment/101")
    assert told(tx, rose) == [("mention", answer.id)]


def test_who_wrote_in_a_community_is_told_of_answers_without_following_it(tx):
    rose, gardens, *_ = settle(tx)
    tx.run("delete from follow where followed_id = :id", id=gardens.id)

    receive(tx, "piefed/announce_create_answer")

    assert [kind for kind, _ in told(tx, rose)] == ["mention"]


def test_a_copy_that_is_fetched_later_takes_away_nobody_whom_the_sent_one_named(tx):
    rose, *_ = settle(tx)
    receive(tx, "piefed/announce_create_answer")
    wire = read_json((WIRE / "piefed/announce_create_answer.json").read_bytes())
    served = documents.read_post(wire["object"]["object"] | {"tag": [], "to": [documents.PUBLIC]})

    store_fetched_post(tx, served, NOW + 60)

    answer = post_by_iri(tx, served.iri)
    assert (rose.id, True) in recipients_of(tx, answer.id)


def test_a_later_copy_of_a_fetched_post_tells_those_whom_only_it_names(tx):
    rose, *_ = settle(tx)
    wire = read_json((WIRE / "piefed/announce_create_answer.json").read_bytes())
    served = wire["object"]["object"] | {"tag": [], "to": [documents.PUBLIC], "inReplyTo": None}
    store_fetched_post(tx, documents.read_post(served), NOW)

    receive(tx, "piefed/announce_create_answer")

    assert [kind for kind, _ in told(tx, rose)] == ["mention"]


def test_an_answer_of_nodebb_does_not_show_the_name_of_its_topic(tx):
    nodebb = "https://nodebb.example"
    rose, *_ = settle(tx, f"{nodebb}/category/3", f"{nodebb}/uid/4")

    receive(tx, "nodebb/announce_create_answer")

    answer = post_by_iri(tx, f"{nodebb}/post/9")
    assert answer.title is None
    assert told(tx, rose) == [("mention", answer.id)]


def test_a_name_is_plain_text_and_keeps_its_angle_brackets(tx):
    _, gardens, noor, _ = settle(tx)
    page = note(noor, kind="Page", title="Tools < 5 kg & <b>where</b>", audience=gardens.iri)

    store_fetched_post(tx, page, NOW)

    assert post_by_iri(tx, page.iri).title == "Tools < 5 kg & <b>where</b>"


@pytest.mark.feature("C05")
def test_a_vote_passed_on_counts_for_a_post_of_ours_and_its_author_is_told(tx):
    rose, _, _, asked = settle(tx)

    receive(tx, "piefed/announce_like_of_ours")

    assert post_by_id(tx, asked).favourites_count == 1
    assert told(tx, rose) == [("favourite", asked)]


@pytest.mark.threat("T45")
def test_a_voter_who_is_not_known_is_fetched_and_left_out_where_that_fails(tx):
    _, _, noor, asked = settle(tx)
    tx.run("update actor set iri = iri || '-other' where id = :id", id=noor.id)

    with pytest.raises(Missing) as missing:
        receive(tx, "piefed/announce_like_of_ours")
    assert missing.value.iris == (NOOR,)
    with pytest.raises(Missing):
        receive(tx, "piefed/announce_like_of_ours", {NOOR: "later"})

    receive(tx, "piefed/announce_like_of_ours", {NOOR: "failed"})
    assert post_by_id(tx, asked).favourites_count == 0


def test_of_a_batch_of_votes_all_who_are_not_known_are_asked_for_at_once(tx):
    _, gardens, noor, asked = settle(tx)
    iri = post_by_id(tx, asked).iri
    votes = [sent(documents.Like, replace(noor, iri=f"{PIEFED}/u/v{one}"), iri) for one in range(3)]
    announce = sent(documents.Announce, gardens, (*votes, sent(documents.Like, noor, iri)))

    with pytest.raises(Missing) as missing:
        HANDLERS[documents.Announce](tx, announce, ApplyContext(NOW))

    assert missing.value.iris == tuple(vote.actor for vote in votes)
    fetched = dict.fromkeys(missing.value.iris, "failed")
    HANDLERS[documents.Announce](tx, announce, ApplyContext(NOW, fetched))
    assert post_by_id(tx, asked).favourites_count == 1


@pytest.mark.threat("T17")
@pytest.mark.parametrize("kind", [documents.Like, documents.Delete, documents.Update])
def test_what_a_community_says_of_people_of_another_node_counts_only_where_that_says_so(tx, kind):
    rose, gardens, _, asked = settle(tx)
    reed = add_neighbour(tx, "reed")
    theirs = note(reed, "By reed", to=(documents.PUBLIC, gardens.iri))
    store_fetched_post(tx, theirs, NOW)
    changed = replace(theirs, content="<p>Put into their mouth</p>", updated=NOW)
    about = {documents.Like: post_by_id(tx, asked).iri, documents.Update: changed}
    inner = sent(kind, reed, about.get(kind, theirs.iri))
    announce = trusted_parts(sent(documents.Announce, gardens, inner))

    fetched = {theirs.iri: "stored", theirs.author: "stored"}
    HANDLERS[documents.Announce](tx, announce, ApplyContext(NOW, fetched))

    assert post_by_id(tx, asked).favourites_count == 0
    assert post_by_iri(tx, theirs.iri).content == theirs.content
    assert told(tx, rose) == []


@pytest.fixture
def page(tx):
    """A page by noor in the community; rose, who was told of it, and its author."""
    rose, gardens, noor, _ = settle(tx)
    made = note(noor, "A page", iri=PAGE, kind="Page", title="Ladders", audience=gardens.iri)
    store_fetched_post(tx, made, NOW)
    return rose, gardens, noor, made


@pytest.mark.feature("C05")
def test_what_its_author_deletes_and_brings_back_is_read_again_and_stands_where_it_stood(tx, page):
    rose, _, noor, made = page
    before = post_by_iri(tx, PAGE)
    follow(tx, rose, noor, NOW)
    accept_stored(tx, follow_between(tx, rose.id, noor.id).id, NOW)

    receive(tx, "piefed/announce_delete_by_author")
    assert post_by_iri(tx, PAGE) is None
    with pytest.raises(NotAllowed):
        store_fetched_post(tx, made, NOW)
    receive(tx, "piefed/announce_undo_delete_by_author")

    tasks = [take_task(tx, NOW)[0] for _ in range(waiting_tasks(tx))]
    assert ("parents", PAGE) in [(task.kind, task.iri) for task in tasks]
    store_fetched_post(tx, made, NOW + 9)
    after = post_by_iri(tx, PAGE)
    assert (after.id, after.title, after.content) == (before.id, "Ladders", before.content)
    assert home(tx, rose.id, Page())[0].post_id == before.id


@pytest.mark.threat("T120")
def test_an_author_brings_back_nothing_that_was_removed_before(tx, page):
    _, _, noor, made = page
    tx.run("update post set deleted_at = 1, removed_in = 7 where iri = :iri", iri=PAGE)
    assert hidden_post(tx, PAGE)

    receive(tx, "piefed/announce_delete_by_author")
    delete = sent(documents.Delete, noor, PAGE)
    HANDLERS[documents.Delete](tx, delete, ApplyContext(NOW))
    receive(tx, "piefed/announce_undo_delete_by_author")

    with pytest.raises(NotAllowed):
        store_fetched_post(tx, made, NOW)


@pytest.mark.threat("T20")
def test_nobody_else_brings_back_what_an_author_deleted(tx, page):
    _, _, noor, made = page
    troll = add_at(tx, f"{PIEFED}/u/troll")
    receive(tx, "piefed/announce_delete_by_author")
    delete = sent(documents.Delete, noor, PAGE)
    lies = [sent(documents.Undo, troll, replace(delete, actor=who.iri)) for who in (noor, troll)]

    for lie in lies:
        HANDLERS[documents.Undo](tx, lie, ApplyContext(NOW))

    with pytest.raises(NotAllowed):
        store_fetched_post(tx, made, NOW)


def test_whose_post_a_community_elsewhere_removes_is_told_and_told_no_more_when_it_is_back(tx):
    rose, gardens, noor, asked = settle(tx)
    removal = sent(documents.Delete, noor, post_by_id(tx, asked).iri, summary="Off topic")
    announce = sent(documents.Announce, gardens, removal)
    HANDLERS[documents.Announce](tx, announce, ApplyContext(NOW))

    assert told(tx, rose) == [("removed", asked)]
    assert post_by_id(tx, asked) is not None

    back = sent(
        documents.Announce, gardens, sent(documents.Undo, noor, removal), iri=f"{GARDENS}/2"
    )
    HANDLERS[documents.Announce](tx, back, ApplyContext(NOW))
    assert told(tx, rose) == []
