"""What an author has proven counts, whoever brings it; what is proven wrongly counts for nobody."""

import json

import pytest

from federation import documents
from federation.errors import BadSignature, FetchFailed
from federation.origin import trusted_parts
from federation.proofs import with_proof
from federation.signatures import load_signing_key, make_keys
from federation.signatures.multikey import multikey_of_pem
from node.arrivals.store import NewArrival, add_arrival, waiting_arrivals
from node.base.errors import Missing
from node.inbox.batch import apply_batch
from node.inbox.handlers import HANDLERS
from node.inbox.proofs import is_proven
from node.topics.actors.activities import delete_actor
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.posts.store import post_by_iri
from node.topics.reactions.store import favourite_by_iri
from tests.neighbours import add_neighbour, add_person
from tests.peers.stub import ACTIVITY, NOW, THERE, key_of, person_document
from tests.peers.stub import OTHER_PUBLIC as OTHER_RSA

AS2 = "https://www.w3.org/ns/activitystreams"
HILL = "https://hill.example"
ROSE, CLUB = f"{THERE}/people/rose", f"{HILL}/people/club"
_, _, PRIVATE, PUBLIC = make_keys()
_, _, OTHER_PRIVATE, OTHER_PUBLIC = make_keys()


def key(pem=PRIVATE, actor=ROSE):
    return load_signing_key(f"{actor}#ed25519-key", pem)


def key_listed(pem=PUBLIC, actor=ROSE):
    return documents.Key(
        iri=f"{actor}#ed25519-key", owner=actor, algorithm="ed25519", public_key=pem
    )


def said(kind="Create", number=1, **changes):
    """What rose says of her note."""
    note = {
        "id": f"{ROSE}/notes/{number}",
        "type": "Note",
        "attributedTo": ROSE,
        "to": [f"{AS2}#Public"],
        "cc": [CLUB],
        "content": "Hello",
        "published": "2026-11-01T00:00:00Z",
    }
    whole = kind in ("Create", "Update")
    activity = {
        "@context": [AS2],
        "id": f"{ROSE}/{kind.lower()}/{number}",
        "type": kind,
        "actor": ROSE,
        "to": [f"{AS2}#Public"],
        "object": note if whole else note["id"],
    }
    return activity | changes


def passed_on(inner, number=1):
    return {
        "@context": [AS2],
        "id": f"{CLUB}/announce/{number}",
        "type": "Announce",
        "actor": CLUB,
        "to": [f"{AS2}#Public"],
        "object": inner,
    }


def arrive(tx, activity, fetched=None, now=NOW, signed_at=0):
    """Have an activity arrive and be applied; what became of it."""
    new = NewArrival(
        activity_iri=activity["id"],
        origin=HILL,
        actor_iri=activity["actor"],
        kind=activity["type"],
        body=json.dumps(activity),
        body_hash="0",
        signed_at=signed_at,
    )
    add_arrival(tx, new, NOW)
    return apply_batch(tx, waiting_arrivals(tx, now), HANDLERS, fetched or {}, now)


def outcome(batch):
    if batch.lacking:
        return [iris for _, iris in batch.lacking.values()]
    return ["dropped" if batch.dropped else "failed" if batch.failing else "done"]


@pytest.fixture
def club(tx):
    """ann has joined a club on hill.example; rose, of valley.example, is known with her key."""
    ann = add_person(tx, "ann")
    club = add_neighbour(tx, "club", HILL, kind="Group")
    follow(tx, ann, club, NOW)
    accept_stored(tx, follow_between(tx, ann.id, club.id).id, NOW)
    add_neighbour(tx, "rose", keys=(key_listed(),))
    return club


def test_a_post_that_its_author_has_proven_is_kept_without_a_fetch(tx, club):
    batch = arrive(tx, passed_on(with_proof(said(), key(), NOW)))

    post = post_by_iri(tx, f"{ROSE}/notes/1")
    assert outcome(batch) == ["done"]
    assert (post.content, post.community_id) == ("Hello", club.id)


@pytest.mark.threat("T16")
def test_a_post_without_a_proof_is_asked_for_at_its_own_address(tx, club):
    batch = arrive(tx, passed_on(said()))

    assert outcome(batch) == [(f"{ROSE}/notes/1",)]
    assert post_by_iri(tx, f"{ROSE}/notes/1") is None


@pytest.mark.threat("T32")
def test_a_message_with_a_wrong_proof_inside_is_refused(tx, club):
    inner = with_proof(said(), key(), NOW)
    inner["object"]["content"] = "Something else"

    batch = arrive(tx, passed_on(inner), now=NOW)

    assert outcome(batch) == ["dropped"]
    assert post_by_iri(tx, f"{ROSE}/notes/1") is None


@pytest.mark.threat("T32")
def test_a_proof_by_somebody_else_of_the_same_server_counts_for_nobody(tx, club):
    reed = f"{THERE}/people/reed"
    add_neighbour(tx, "reed", keys=(key_listed(OTHER_PUBLIC, reed),))

    batch = arrive(tx, passed_on(with_proof(said(), key(OTHER_PRIVATE, reed), NOW)))

    assert outcome(batch) == ["dropped"]


@pytest.mark.threat("T32")
def test_a_proof_by_the_one_who_passes_on_is_not_the_authors(tx, club):
    add_neighbour(tx, "club", HILL, kind="Group", keys=(key_listed(OTHER_PUBLIC, CLUB),))

    batch = arrive(tx, passed_on(with_proof(said(), key(OTHER_PRIVATE, CLUB), NOW)))

    assert outcome(batch) == ["dropped"]


@pytest.mark.threat("T16")
def test_a_proven_activity_still_vouches_for_nothing_of_another_server(tx, club):
    foreign = said()
    foreign["object"] |= {"id": f"{HILL}/notes/9", "attributedTo": CLUB}

    batch = arrive(tx, passed_on(with_proof(foreign, key(), NOW)))

    assert outcome(batch) == [(f"{HILL}/notes/9",)]


@pytest.mark.threat("T32")
def test_another_activity_of_the_same_id_is_not_proven_by_its_twin(tx, club):
    forged = said()
    forged["object"]["content"] = "Forged"
    proven = with_proof(said(), key(), NOW)
    both = documents.read_activity(passed_on([proven, forged])).object

    announce = documents.read_activity(passed_on([proven, forged]))
    found = trusted_parts(announce, [both[0]]).object

    assert isinstance(found[0].object, documents.Post)
    assert found[1].object == f"{ROSE}/notes/1"


def test_an_author_whose_key_is_not_known_is_asked_for_first(tx, club):
    tx.run("delete from actor_key where private_key is null")
    tx.run("update actor set fetched_at = 0")

    first = outcome(arrive(tx, passed_on(with_proof(said(), key(), NOW))))
    add_neighbour(tx, "rose", keys=(key_listed(),))
    second = arrive(tx, passed_on(with_proof(said(), key(), NOW)), {ROSE: "stored"})

    assert first == [(ROSE,)]
    assert outcome(second) == ["done"]
    assert post_by_iri(tx, f"{ROSE}/notes/1").content == "Hello"


def test_an_author_who_cannot_be_asked_now_has_proven_nothing(tx, club):
    tx.run("delete from actor_key where private_key is null")
    inner = with_proof(said(), key(), NOW)

    batch = arrive(tx, passed_on(inner), {ROSE: "failed"})

    assert outcome(batch) == [(f"{ROSE}/notes/1",)]


@pytest.mark.threat("T9")
def test_an_authors_new_key_is_asked_for_once_and_not_within_five_minutes(tx, club):
    inner = with_proof(said(), key(OTHER_PRIVATE), NOW)

    with pytest.raises(BadSignature):
        is_proven(tx, inner, {}, NOW + 299)
    with pytest.raises(Missing):
        is_proven(tx, inner, {}, NOW + 301)
    with pytest.raises(BadSignature):
        is_proven(tx, inner, {ROSE: "stored"}, NOW + 301)


@pytest.mark.threat("T135")
@pytest.mark.threat("T9")
def test_a_proof_by_a_key_that_its_owner_lists_no_more_counts_as_none(tx, club):
    inner = with_proof(said(), load_signing_key(f"{ROSE}#ed25519-key-0", OTHER_PRIVATE), NOW)

    assert not is_proven(tx, inner, {}, NOW + 299)
    with pytest.raises(Missing):
        is_proven(tx, inner, {}, NOW + 301)
    assert not is_proven(tx, inner, {ROSE: "stored"}, NOW + 301)
    assert outcome(arrive(tx, passed_on(inner), {ROSE: "stored"})) == [(f"{ROSE}/notes/1",)]


@pytest.mark.threat("T135")
async def test_a_proof_by_a_key_that_is_listed_no_more_leaves_the_signature_to_count(node):
    node.gate.documents[ROSE] = rose_with_keys()
    node.gate.documents[CLUB] = person_document("club", HILL)
    old = load_signing_key(f"{ROSE}#ed25519-key-0", OTHER_PRIVATE)

    brought = await node.post(with_proof(said(), old, NOW), key_of(CLUB))
    own = await node.post(with_proof(said(), old, NOW))

    assert (brought.status, own.status) == (401, 202)


@pytest.mark.threat("T11")
def test_the_proof_of_somebody_deleted_counts_no_more(tx, club):
    delete_actor(tx, add_neighbour(tx, "rose", keys=(key_listed(),)), NOW)

    batch = arrive(tx, passed_on(with_proof(said(), key(), NOW)), now=NOW + 3_600)

    assert outcome(batch) == ["dropped"]


def test_a_proof_by_one_of_ours_is_no_news_to_us(tx, club):
    ann = "https://group.example/people/ann"
    inner = said(actor=ann, id=f"{ann}/likes/1")

    assert not is_proven(tx, with_proof(inner, key(actor=ann), NOW), {}, NOW)


@pytest.mark.threat("T6")
def test_a_favour_that_was_taken_back_cannot_be_brought_again(tx, club):
    arrive(tx, passed_on(with_proof(said(), key(), NOW), 1))
    like = with_proof(said("Like"), key(), NOW)
    undo = with_proof(said("Undo", object=f"{ROSE}/like/1"), key(), NOW)

    arrive(tx, passed_on(like, 2), signed_at=NOW)
    was_counted = favourite_by_iri(tx, like["id"]) is not None
    arrive(tx, passed_on(undo, 3), signed_at=NOW + 1)
    arrive(tx, passed_on(like, 4), signed_at=NOW + 2)

    assert was_counted
    assert favourite_by_iri(tx, like["id"]) is None


def test_a_favour_without_a_proof_that_another_server_reports_is_not_counted(tx, club):
    arrive(tx, passed_on(with_proof(said(), key(), NOW), 1))

    arrive(tx, passed_on(said("Like"), 2))

    assert favourite_by_iri(tx, f"{ROSE}/like/1") is None


@pytest.mark.threat("T6")
def test_an_edit_and_a_delete_are_applied_and_an_old_edit_brought_again_is_not(tx, club):
    def edited(number, text, at):
        update = said("Update", number)
        update["object"] |= {"id": f"{ROSE}/notes/1", "content": text, "updated": at}
        return with_proof(update, key(), NOW)

    first, second = (
        edited(2, "Second", "2026-11-02T00:00:00Z"),
        edited(3, "Third", "2026-11-03T00:00:00Z"),
    )
    arrive(tx, passed_on(with_proof(said(), key(), NOW), 1))
    arrive(tx, passed_on(first, 2))
    arrive(tx, passed_on(second, 3))
    arrive(tx, passed_on(first, 4))
    words = post_by_iri(tx, f"{ROSE}/notes/1").content
    arrive(tx, passed_on(with_proof(said("Delete"), key(), NOW), 5))
    arrive(tx, passed_on(with_proof(said(), key(), NOW), 6))

    assert words == "Third"
    assert post_by_iri(tx, f"{ROSE}/notes/1") is None


@pytest.mark.threat("T6")
def test_an_edit_without_a_date_may_be_an_old_one_and_is_read_at_its_own_address(tx, club):
    arrive(tx, passed_on(with_proof(said(), key(), NOW), 1))

    batch = arrive(tx, passed_on(with_proof(said("Update"), key(), NOW), 2))

    assert outcome(batch) == [(f"{ROSE}/notes/1",)]


@pytest.mark.threat("T22")
def test_a_post_for_some_that_somebody_passes_on_is_not_kept(tx, club):
    private = said()
    private["object"]["to"] = [f"{ROSE}/followers"]

    batch = arrive(tx, passed_on(with_proof(private, key(), NOW)), {f"{ROSE}/notes/1": "failed"})

    assert outcome(batch) == ["done"]
    assert post_by_iri(tx, f"{ROSE}/notes/1") is None


async def test_what_a_failed_fetch_says_is_not_held_against_the_author(node):
    node.gate.documents[ROSE] = FetchFailed("timeout")

    assert await node.db.read(no_proof_without_a_home)


def no_proof_without_a_home(tx):
    return not is_proven(tx, with_proof(said(), key(), NOW), {ROSE: "failed"}, NOW)


async def test_what_its_author_has_proven_is_taken_from_whoever_brings_it(node):
    node.gate.documents[ROSE] = rose_with_keys()
    node.gate.documents[CLUB] = person_document("club", HILL)

    reply = await node.post(with_proof(said(), key(), NOW), key_of(CLUB))

    assert reply.status == 202
    assert [one["activity_iri"] for one in await node.arrivals()] == [f"{ROSE}/create/1"]


@pytest.mark.threat("T1")
@pytest.mark.threat("T12")
@pytest.mark.threat("T32")
async def test_what_somebody_else_brings_without_a_good_proof_is_dropped(node):
    node.gate.documents[ROSE] = rose_with_keys()
    node.gate.documents[CLUB] = person_document("club", HILL)
    node.gate.documents[f"{ROSE}/create/1"] = said()
    changed = with_proof(said(), key(), NOW) | {"summary": "x"}
    linked = said() | {"signature": {"type": "RsaSignature2017", "creator": f"{ROSE}#main-key"}}
    unknown = with_proof(said(), key(), NOW)
    unknown["proof"]["cryptosuite"] = "eddsa-rdfc-2022"

    replies = [await node.post(one, key_of(CLUB)) for one in (said(), changed, linked, unknown)]

    assert [reply.status for reply in replies] == [401] * 4
    assert f"{ROSE}/create/1" not in node.gate.asked
    assert await node.arrivals() == []


@pytest.mark.threat("T32")
async def test_a_wrong_proof_outranks_the_signature_of_its_own_actor(node):
    node.gate.documents[ROSE] = rose_with_keys()
    changed = with_proof(said(), key(), NOW) | {"summary": "x"}

    reply = await node.post(changed, key_of(ROSE))

    assert reply.status == 401
    assert await node.arrivals() == []


async def test_a_proof_of_a_kind_not_known_here_leaves_the_signature_to_count(node):
    node.gate.documents[ROSE] = rose_with_keys()
    other = said() | {"proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}}

    assert (await node.post(other, key_of(ROSE))).status == 202


@pytest.mark.threat("T3")
async def test_what_is_proven_still_needs_a_signature_that_holds_around_it(node):
    node.gate.documents[ROSE] = rose_with_keys()
    node.gate.documents[CLUB] = person_document("club", HILL, pem=OTHER_RSA)
    proven = with_proof(said(), key(), NOW)

    signed_wrongly = await node.post(proven, key_of(CLUB))
    unsigned = await node.send(json.dumps(proven).encode(), {"Content-Type": ACTIVITY})

    assert (signed_wrongly.status, unsigned.status) == (401, 401)
    assert await node.arrivals() == []


@pytest.mark.threat("T6")
async def test_what_somebody_else_brings_is_never_said_anew(node):
    node.gate.documents[ROSE] = rose_with_keys()
    node.gate.documents[CLUB] = person_document("club", HILL)

    await node.post(with_proof(said(number=1), key(), NOW), key_of(CLUB))
    await node.post(with_proof(said(number=2), key(), NOW), key_of(ROSE))

    assert [one["signed_at"] for one in await node.arrivals()] == [0, NOW]


@pytest.mark.threat("T6")
async def test_an_old_follow_cannot_be_brought_by_somebody_else(node):
    node.gate.documents[ROSE] = rose_with_keys()
    node.gate.documents[CLUB] = person_document("club", HILL)
    asked = said("Follow", object="https://group.example/people/ann")

    reply = await node.post(with_proof(asked, key(), NOW), key_of(CLUB))

    assert reply.status == 401


@pytest.mark.threat("T1")
async def test_a_proven_activity_has_an_id_of_its_actors_server(node):
    node.gate.documents[ROSE] = rose_with_keys()
    node.gate.documents[CLUB] = person_document("club", HILL)

    reply = await node.post(with_proof(said(id=f"{HILL}/1"), key(), NOW), key_of(CLUB))

    assert reply.status == 401
    assert await node.arrivals() == []


def rose_with_keys():
    """rose's document, with the keys of both kinds."""
    return person_document("rose") | {
        "assertionMethod": [
            {
                "id": f"{ROSE}#ed25519-key",
                "type": "Multikey",
                "controller": ROSE,
                "publicKeyMultibase": multikey_of_pem(PUBLIC),
            }
        ]
    }
