"""Twelve ways around a block, at every place where a host is met (T104), and the way back."""

from dataclasses import replace

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import NotAllowed, NotFound
from node.inbox.resolve import found_at
from node.outbox.append import append_activity
from node.outbox.audience import copy_holders, follower_inboxes, inboxes_of
from node.outbox.deliveries import waiting_deliveries
from node.peers.policy_cache import PolicyCache
from node.peers.rules import Policy
from node.topics.actors.activities import store_actor
from node.topics.actors.handles import actor_by_handle
from node.topics.actors.store import actor_by_id, actor_by_iri
from node.topics.conversations.collections import Place, replies_page, thread_page
from node.topics.conversations.threads import thread
from node.topics.members.store import Follow, follow_between, put_follow
from node.topics.neighbours.actions import forget_policy, set_policy
from node.topics.notifications.store import notifications, notify
from node.topics.posts.store import post_by_iri
from node.topics.posts.views import post_glimpses, post_views
from node.topics.publishing.activities import receive_create
from node.topics.reactions.boosts import add_boost
from node.topics.reactions.store import boosted_by
from node.topics.search.store import find_actors
from node.topics.timelines.store import Page, home
from node.web.timelines import listing_of, read_public
from tests.neighbours import actor_document, add_neighbour, add_person, note, sent
from tests.peers.stub import NOW, THERE, key_of, person_document

OURS = "group.example"
BAD = "https://bad.example"
ROSE = f"{THERE}/people/rose"
ANN = "https://group.example/people/ann"


def block(tx, host="bad.example"):
    return set_policy(tx, host, Policy.BLOCKED, "", NOW, ours=OURS)


def said(kind, actor, what, **more):
    context = "https://www.w3.org/ns/activitystreams"
    about = {"id": f"{actor}/{kind}/1", "type": kind, "actor": actor, "object": what}
    return {"@context": context, **about, **more}


def note_by(actor, iri=None):
    return {"id": iri or f"{actor}/notes/1", "type": "Note", "attributedTo": actor, "content": "."}


BADS = f"{BAD}/people/mo"
SIGNED_BY_THEM = {
    "its own name": BADS,
    "a subdomain": "https://www.bad.example/people/mo",
    "a subdomain of that": "https://a.b.bad.example/people/mo",
    "another port": "https://bad.example:8443/people/mo",
}
CARRIED_BY_OTHERS = {
    "a boost": said("Announce", ROSE, f"{BADS}/notes/1"),
    "a boost of a whole post": said("Announce", ROSE, note_by(BADS)),
    "an activity passed on": said("Announce", ROSE, said("Create", BADS, note_by(BADS))),
    "a post said to be by them": said("Create", ROSE, note_by(BADS, f"{ROSE}/notes/1")),
    "a post at their address": said("Create", ROSE, note_by(ROSE, f"{BADS}/notes/1")),
    "an edit of theirs": said("Update", ROSE, note_by(BADS)),
    "a favour of theirs": said("Like", ROSE, f"{BADS}/notes/1"),
    "a move to them": said("Move", ROSE, ROSE, target=BADS),
    "an undoing of theirs": said("Undo", ROSE, said("Announce", BADS, f"{ROSE}/notes/1")),
    "an acceptance of theirs": said("Accept", ROSE, said("Follow", BADS, ROSE)),
}


@pytest.fixture
async def guarded(node):
    """An inbox whose node has blocked bad.example; everybody's documents can be had."""
    for iri in (ROSE, *SIGNED_BY_THEM.values()):
        name, origin = iri.rpartition("/")[2], iri.rpartition("/people/")[0]
        node.gate.documents[iri] = person_document(name, origin)
    await node.db.write(block)
    await node.peers.refresh(node.db)
    return node


@pytest.mark.threat("T104")
@pytest.mark.threat("T11")
@pytest.mark.parametrize("way", SIGNED_BY_THEM)
async def test_nothing_signed_there_is_taken_and_its_key_is_not_asked_for(guarded, way):
    reply = await guarded.post(said("Follow", SIGNED_BY_THEM[way], ANN))

    assert reply.status == 403
    assert guarded.gate.asked == []
    assert await guarded.arrivals() == []


@pytest.mark.threat("T104")
@pytest.mark.threat("T11")
@pytest.mark.parametrize("way", CARRIED_BY_OTHERS)
async def test_nothing_of_theirs_that_others_carry_is_kept(guarded, way):
    reply = await guarded.post(CARRIED_BY_OTHERS[way], key=key_of(ROSE))

    assert reply.status == 202
    assert await guarded.arrivals() == []


@pytest.mark.threat("T104")
async def test_somebody_else_does_not_sign_for_those_of_a_blocked_host(guarded):
    reply = await guarded.post(said("Follow", BADS, ANN), key=key_of(ROSE))

    assert reply.status == 403
    assert guarded.gate.asked == []


async def test_what_the_others_say_themselves_is_kept(guarded):
    await guarded.post(said("Follow", ROSE, ANN))

    assert [one["kind"] for one in await guarded.arrivals()] == ["Follow"]


async def test_the_answer_is_the_same_whatever_a_blocked_host_asks_for(guarded):
    there = await guarded.post(said("Follow", BADS, ANN), path="/people/ann/inbox")
    nowhere = await guarded.post(said("Follow", BADS, ANN), path="/people/nobody/inbox")

    assert (there.status, await there.text()) == (nowhere.status, await nowhere.text())


@pytest.mark.threat("T104")
def test_somebody_of_a_blocked_host_is_not_stored(tx):
    block(tx)
    mo = actor_document("mo", "https://www.bad.example")

    for one in (mo, replace(mo, inbox="https://fine.example/mo", shared_inbox=None)):
        with pytest.raises(NotAllowed):
            store_actor(tx, one, NOW)


@pytest.fixture
def held(tx):
    """mo and rose write to ann, who follows both; then bad.example, where mo lives, is blocked."""
    ann, mo, rose = add_person(tx, "ann"), add_neighbour(tx, "mo", BAD), add_neighbour(tx, "rose")
    for number, other in enumerate((mo, rose)):
        put_follow(tx, Follow(number + 1, ann.id, other.id, f"{ANN}/f/{number}", "accepted", NOW))
    put_follow(tx, Follow(3, mo.id, ann.id, f"{BADS}/f/1", "accepted", NOW))
    for author in (rose, mo):
        named = (documents.Mention(ann.iri, "@ann"),)
        parent = f"{rose.iri}/notes/1" if author is mo else None
        post = note(
            author,
            iri=f"{author.iri}/notes/1",
            to=(documents.PUBLIC, ann.iri),
            mentions=named,
            in_reply_to=parent,
        )
        receive_create(tx, sent(documents.Create, author, post), ApplyContext(NOW))
    roses, mos = post_by_iri(tx, f"{ROSE}/notes/1"), post_by_iri(tx, f"{BADS}/notes/1")
    add_boost(tx, mo.id, roses, f"{BADS}/boosts/1", NOW)
    notify(tx, ann.id, "follow", mo.id, 0, NOW)
    block(tx)
    return ann, mo, rose, roses, mos


def told(tx, ann):
    return [one.from_id for one in notifications(tx, ann.id, 20)]


def shown_of(tx, ann, mo, roses, mos):
    """Every way out by which mo, or what mo wrote, could be seen."""
    page = Page()
    items = home(tx, ann.id, page)
    found = {
        "post": mos.id in post_views(tx, [mos.id], ann),
        "glimpse": mos.id in post_glimpses(tx, [mos.id], ann),
        "thread": [one.post.id for one in thread(tx, roses.id, ann).descendants] == [mos.id],
        "documents": mos.iri in thread_page(tx, roses, Place()).iris,
        "answers": mos.iri in replies_page(tx, roses, Place()).iris,
        "home": mos.id in [one.view.post.id for one in listing_of(tx, items, ann, page).entries],
        "boosts": bool(boosted_by(tx, roses.id, 10, None)),
        "notifications": mo.id in told(tx, ann),
        "profile": actor_by_id(tx, mo.id) is not None,
        "handle": actor_by_handle(tx, mo.handle) is not None,
        "address": actor_by_iri(tx, mo.iri) is not None,
        "search": mo.id in [one.id for one in find_actors(tx, "mo@", ann, 10)],
        "resolving": found_at(tx, mo.iri).actor_id is not None,
    }
    return {way for way, is_shown in found.items() if is_shown}


@pytest.mark.threat("T104")
@pytest.mark.threat("T11")
def test_nothing_of_a_blocked_host_is_shown_by_any_way_out(tx, held):
    ann, mo, _, roses, mos = held

    assert shown_of(tx, ann, mo, roses, mos) == set()


@pytest.mark.feature("F18")
def test_taking_the_block_back_shows_again_what_is_still_held(tx, held):
    ann, mo, _, roses, mos = held

    forget_policy(tx, "bad.example", NOW, ours=OURS)

    assert shown_of(tx, ann, mo, roses, mos) == {
        "post", "glimpse", "thread", "documents", "answers", "home", "boosts", "notifications",
        "profile",
        "handle", "address", "search", "resolving",
    }  # fmt: skip


def test_a_block_ends_the_follows_both_ways_and_no_others(tx, held):
    ann, mo, rose, *_ = held

    assert follow_between(tx, ann.id, mo.id) is None
    assert follow_between(tx, mo.id, ann.id) is None
    assert follow_between(tx, ann.id, rose.id) is not None


def test_what_a_block_reaches_is_said_before_it_is_gone(tx, held):
    forget_policy(tx, "bad.example", NOW, ours=OURS)
    ann, mo, *_ = held
    put_follow(tx, Follow(9, ann.id, mo.id, f"{ANN}/f/9", "accepted", NOW))

    reached = block(tx)

    assert (reached.people, reached.ours_follow, reached.they_follow) == (1, 1, 0)


def say_to(tx, actor, *inboxes):
    append_activity(
        tx,
        actor_id=actor.id,
        activity={"id": f"{actor.iri}/said/{len(inboxes)}", "actor": actor.iri},
        object_iri=f"{actor.iri}/posts/1",
        kind="Create",
        inboxes=inboxes,
        public=True,
        now=NOW,
    )


@pytest.mark.threat("T104")
@pytest.mark.parametrize(
    "inbox",
    [
        "https://bad.example/inbox",
        "https://bad.example:8443/inbox",
        "https://shared.bad.example/inbox",
    ],
)
def test_nothing_is_put_out_for_a_blocked_host(tx, inbox):
    ann = add_person(tx, "ann")
    block(tx)

    say_to(tx, ann, inbox, f"{THERE}/inbox")

    assert [one["inbox"] for one in tx.all("select inbox from delivery")] == [f"{THERE}/inbox"]


@pytest.mark.threat("T104")
def test_nobody_of_a_blocked_host_is_among_those_something_goes_to(tx, held):
    ann, mo, rose, roses, _ = held
    put_follow(tx, Follow(9, mo.id, ann.id, f"{BADS}/f/9", "accepted", NOW))
    tx.run(
        "insert into receipt (object_iri, host, kind, delivered_at)"
        " values (:iri, 'bad.example', 'Create', :now)",
        iri=roses.iri,
        now=NOW,
    )

    assert follower_inboxes(tx, ann.id) == set()
    assert inboxes_of(tx, [mo.id, rose.id], shared=True) == {f"{THERE}/inbox"}
    assert copy_holders(tx, roses.iri) == set()


def test_what_waits_for_a_host_when_it_is_blocked_goes_on_when_the_block_is_taken_back(tx):
    ann = add_person(tx, "ann")
    add_neighbour(tx, "mo", BAD)
    say_to(tx, ann, f"{BAD}/inbox")

    block(tx)
    parked = waiting_deliveries(tx, "bad.example", 0)
    forget_policy(tx, "bad.example", NOW, ours=OURS)

    assert parked == []
    assert [one.inbox for one in waiting_deliveries(tx, "bad.example", 0)] == [f"{BAD}/inbox"]


def test_nothing_is_forgotten_that_was_never_said(tx):
    with pytest.raises(NotFound):
        forget_policy(tx, "hill.example", NOW, ours=OURS)


@pytest.mark.feature("F07")
def test_what_a_silenced_host_sends_is_text_for_those_who_follow_its_author(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    set_policy(tx, "bad.example", Policy.SILENCED, "", NOW, ours=OURS)
    mo = add_neighbour(tx, "mo", BAD, icon_url=f"{BAD}/face.png")
    put_follow(tx, Follow(1, ann.id, mo.id, f"{ANN}/f/1", "accepted", NOW))
    picture = documents.Attachment(kind="Image", url=f"{BAD}/picture.png")
    post = note(mo, to=(documents.PUBLIC, ben.iri), attachments=(picture,))

    receive_create(tx, sent(documents.Create, mo, post), ApplyContext(NOW))

    stored = post_by_iri(tx, post.iri)
    assert stored is not None
    assert stored.attachments == ()
    assert [bool(post_views(tx, [stored.id], one)) for one in (ann, ben, None)] == [
        True,
        False,
        False,
    ]
    assert read_public(tx, ann, Page()).entries == ()


@pytest.mark.feature("F07")
def test_pictures_held_before_a_host_was_silenced_are_not_shown_until_it_is_no_longer(tx):
    ann, mo = add_person(tx, "ann"), add_neighbour(tx, "mo", BAD)
    put_follow(tx, Follow(1, ann.id, mo.id, f"{ANN}/f/1", "accepted", NOW))
    picture = documents.Attachment(kind="Image", url=f"{BAD}/picture.png")
    post = note(mo, attachments=(picture,))
    receive_create(tx, sent(documents.Create, mo, post), ApplyContext(NOW))
    stored = post_by_iri(tx, post.iri)

    set_policy(tx, "bad.example", Policy.SILENCED, "", NOW, ours=OURS)
    silenced = post_views(tx, [stored.id], ann)[stored.id].post.attachments
    forget_policy(tx, "bad.example", NOW, ours=OURS)

    assert silenced == ()
    assert len(post_views(tx, [stored.id], ann)[stored.id].post.attachments) == 1


async def test_a_copy_of_the_policies_notices_what_another_process_wrote(database):
    book = PolicyCache(OURS)
    await book.refresh(database)
    await database.write(block)

    before = book.may_ask("bad.example")
    await book.refresh(database)

    assert (before, book.may_ask("www.bad.example")) == (True, False)


async def test_a_message_costs_no_reading_of_the_policies(guarded, monkeypatch):
    await guarded.post(said("Follow", ROSE, ANN))
    asked, plain = [], guarded.db.read

    async def counted(fn, *args, **kwargs):
        asked.append(fn.__name__)
        return await plain(fn, *args, **kwargs)

    monkeypatch.setattr(guarded.db, "read", counted)
    await guarded.post(said("Follow", ROSE, f"{ANN}2"))

    assert asked == ["remote_key"]
