"""What a delivery says of the followers where it goes, and to whom it says nothing of them."""

import asyncio
from contextlib import suppress

import pytest

from federation import documents
from federation.followers_sync import HEADER, claim_of, followers_digest, read_claim_header
from federation.signatures import Request, check_claim, load_public_key, read_claim
from node.base.clock import FakeClock
from node.base.metrics import Metrics
from node.outbox.append import append_activity
from node.outbox.deliveries import waiting_deliveries
from node.outbox.follower_digests import claims_for, followers_at
from node.outbox.sender import Sender
from node.peers.policy_cache import PolicyCache
from node.topics.members.store import Follow, put_follow
from tests.neighbours import KEYS, THERE, add_neighbour, add_person
from tests.peers.stub import NOW, PeerGate

VALLEY, HILL = f"{THERE}/inbox", "https://hill.example/inbox"


def add_follower(tx, follower, followed, state="accepted"):
    iri = f"{follower.iri}/follows/{followed.name}"
    put_follow(tx, Follow(follower.id, follower.id, followed.id, iri, state, NOW))


def say(tx, actor, to, inbox=VALLEY):
    iri = f"{actor.iri}/said/{len(to)}/{abs(hash(inbox))}"
    activity = {"id": iri, "type": "Create", "actor": actor.iri, "to": to, "cc": []}
    append_activity(
        tx,
        actor_id=actor.id,
        activity=activity,
        object_iri=iri,
        kind="Create",
        inboxes=[inbox],
        public=True,
        now=NOW,
    )


async def nobody_looks(host):
    return True


def claims(tx, host="valley.example"):
    """What goes out with the deliveries that wait for a host, in their order; None for nothing."""
    waiting = waiting_deliveries(tx, host, 0)
    found = claims_for(tx, host, waiting)
    return [read_claim_header(found[one.id]) if one.id in found else None for one in waiting]


def test_what_goes_to_followers_says_who_follows_from_there(tx):
    ann = add_person(tx, "ann")
    rose, reed = add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    for other in (rose, reed, add_neighbour(tx, "hilda", "https://hill.example")):
        add_follower(tx, other, ann)

    say(tx, ann, [documents.PUBLIC, ann.followers])

    (claim,) = claims(tx)
    assert claim.collection == ann.followers
    assert claim.url == f"{ann.followers}?domain=valley.example"
    assert claim.digest == followers_digest([rose.iri, reed.iri])


@pytest.mark.threat("T92")
def test_what_does_not_go_to_followers_says_nothing_of_them(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    add_follower(tx, rose, ann)

    say(tx, ann, [rose.iri])

    assert claims(tx) == [None]


@pytest.mark.threat("T92")
def test_a_host_without_an_accepted_follower_is_told_nothing(tx):
    ann = add_person(tx, "ann", approves_followers=True)
    add_follower(tx, add_neighbour(tx, "rose"), ann)
    add_follower(tx, add_neighbour(tx, "hilda", "https://hill.example"), ann, "pending")

    say(tx, ann, [ann.followers], HILL)

    assert claims(tx, "hill.example") == [None]


@pytest.mark.threat("T92")
def test_the_list_for_a_host_holds_only_its_own_accepted_followers(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    add_follower(tx, rose, ann)
    add_follower(tx, add_neighbour(tx, "reed"), ann, "pending")
    add_follower(tx, add_neighbour(tx, "hilda", "https://hill.example"), ann)
    add_follower(tx, add_person(tx, "ben"), ann)

    assert followers_at(tx, ann.id, "valley.example") == [rose.iri]


@pytest.mark.threat("T92")
@pytest.mark.parametrize("answers", [[202], [401, 202]], ids=["cavage", "rfc9421"])
async def test_the_header_that_is_sent_is_covered_by_the_signature(database, answers):
    def prepare(tx):
        ann = add_person(tx, "ann")
        add_follower(tx, add_neighbour(tx, "rose"), ann)
        say(tx, ann, [ann.followers])
        return ann

    ann = await database.write(prepare)
    gate = PeerGate(answers=list(answers))
    sender = Sender(
        database,
        gate,
        FakeClock(NOW),
        Metrics(),
        PolicyCache("group.example"),
        is_still_there=nobody_looks,
        development=False,
    )
    task = asyncio.create_task(sender.run())
    await asyncio.sleep(0.3)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    url, _, headers = gate.sent[-1]
    body = await database.read(lambda tx: tx.one("select body from outbox_entry")["body"])
    pairs = [(name.lower(), value) for name, value in headers.items()]
    message = Request("POST", url, pairs, body.encode())
    signed = read_claim(message, NOW)
    check_claim(signed, load_public_key(KEYS[1]))
    assert len(gate.sent) == len(answers)
    assert claim_of(message, signed, ann.iri) == read_claim_header(headers[HEADER])
