"""What comes with a message about its sender's followers is kept with it, to be compared later."""

import pytest

from federation.followers_sync import HEADER, FollowersClaim, render_claim
from federation.signatures import sign_request
from node.arrivals.follower_digests import (
    FORGOTTEN_AFTER_S,
    HEARD_AGAIN_S,
    due_digests,
    forget_old_digests,
    look_again,
    note_digest,
)
from tests.neighbours import add_neighbour
from tests.node.inbox.test_accept import ROSE, URL, follow
from tests.peers.stub import NOW, THERE, key_of, person_document

DIGEST, OTHER = "a" * 64, "b" * 64
FOLLOWERS = f"{ROSE}/followers"
CLAIM = FollowersClaim(FOLLOWERS, f"{FOLLOWERS}?domain=group.example", DIGEST)


async def post_with(node, claim, *, is_covered=True):
    node.gate.documents[ROSE] = person_document("rose")
    body = b'{"id":"%s/1","type":"Follow","actor":"%s","object":"%s"}' % (
        ROSE.encode(),
        ROSE.encode(),
        b"https://group.example/people/ann",
    )
    header = {HEADER: render_claim(claim)}
    also = header if is_covered else {}
    headers = sign_request("POST", URL, body, key_of(ROSE), NOW, also=also) | header
    return await node.send(body, headers)


async def heard_by(node):
    return await node.db.read(due_digests, NOW)


async def test_what_is_signed_for_is_kept_with_the_message(node):
    reply = await post_with(node, CLAIM)

    (heard,) = await heard_by(node)
    assert reply.status == 202
    assert (heard.url, heard.digest, heard.due_at) == (CLAIM.url, DIGEST, NOW)


@pytest.mark.threat("T92")
async def test_what_is_not_covered_by_the_signature_has_no_effect(node):
    reply = await post_with(node, CLAIM, is_covered=False)

    assert reply.status == 202
    assert await heard_by(node) == []


@pytest.mark.threat("T92")
@pytest.mark.parametrize(
    "claim",
    [
        FollowersClaim(f"{THERE}/people/reed/followers", CLAIM.url, DIGEST),
        FollowersClaim(FOLLOWERS, "https://evil.example/list", DIGEST),
    ],
    ids=["another's followers", "a list elsewhere"],
)
async def test_what_is_not_said_of_ones_own_followers_at_home_has_no_effect(node, claim):
    reply = await post_with(node, claim)

    assert reply.status == 202
    assert await heard_by(node) == []


async def test_a_message_that_says_nothing_of_followers_keeps_nothing_of_them(node):
    node.gate.documents[ROSE] = person_document("rose")

    await node.post(follow())

    assert await heard_by(node) == []


def test_the_same_is_noted_once_an_hour_and_something_else_at_once(tx):
    rose = add_neighbour(tx, "rose")
    note_digest(tx, rose.iri, CLAIM, NOW)
    (heard,) = due_digests(tx, NOW)
    look_again(tx, heard, NOW + 10 * HEARD_AGAIN_S, NOW)

    note_digest(tx, rose.iri, CLAIM, NOW + HEARD_AGAIN_S - 1)
    assert due_digests(tx, NOW + HEARD_AGAIN_S) == []

    note_digest(tx, rose.iri, FollowersClaim(CLAIM.collection, CLAIM.url, OTHER), NOW + 1)
    assert [one.digest for one in due_digests(tx, NOW + 1)] == [OTHER]

    look_again(tx, due_digests(tx, NOW + 1)[0], NOW + 10 * HEARD_AGAIN_S, NOW)
    note_digest(
        tx, rose.iri, FollowersClaim(CLAIM.collection, CLAIM.url, OTHER), NOW + 1 + HEARD_AGAIN_S
    )
    assert len(due_digests(tx, NOW + 1 + HEARD_AGAIN_S)) == 1


def test_what_was_heard_meanwhile_is_not_put_off(tx):
    rose = add_neighbour(tx, "rose")
    note_digest(tx, rose.iri, CLAIM, NOW)
    (heard,) = due_digests(tx, NOW)
    note_digest(tx, rose.iri, FollowersClaim(CLAIM.collection, CLAIM.url, OTHER), NOW)

    look_again(tx, heard, NOW + HEARD_AGAIN_S, NOW)

    assert [one.digest for one in due_digests(tx, NOW)] == [OTHER]


def test_what_nobody_says_any_more_is_forgotten(tx):
    note_digest(tx, add_neighbour(tx, "rose").iri, CLAIM, NOW)

    assert forget_old_digests(tx, NOW + FORGOTTEN_AFTER_S) == 0
    assert forget_old_digests(tx, NOW + FORGOTTEN_AFTER_S + 1) == 1


async def test_a_message_that_says_nothing_of_followers_costs_no_further_question(node):
    node.gate.documents[ROSE] = person_document("rose")
    await node.post(follow())
    asked = []

    def counting(ask):
        async def counted(fn, *args, **kwargs):
            asked.append(fn.__name__)
            return await ask(fn, *args, **kwargs)

        return counted

    node.db.read, node.db.write = counting(node.db.read), counting(node.db.write)
    await node.post(follow(2))

    assert asked == ["remote_key", "keep"]
