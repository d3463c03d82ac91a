"""A domain that was silent and comes back with other keys may be somebody else's (T105)."""

from dataclasses import replace

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.held_arrivals import held_count
from node.outbox.deliveries import hear_from
from node.peers.rules import SILENCE_S, Contact, Policy, is_odd_change
from node.peers.store import peer_by_host
from node.topics.neighbours.actions import confirm, set_policy
from node.topics.publishing.activities import receive_update
from tests.neighbours import actor_document, add_neighbour, sent
from tests.peers.stub import (
    NOW,
    OTHER_PRIVATE,
    OTHER_PUBLIC,
    RSA_PUBLIC,
    THERE,
    key_of,
    person_document,
)

ROSE = f"{THERE}/people/rose"
ANN = "https://group.example/people/ann"
HOST = "valley.example"
DAY_S = 24 * 3_600


def follow(number: int = 1) -> dict[str, object]:
    return {"id": f"{ROSE}/f/{number}", "type": "Follow", "actor": ROSE, "object": ANN}


def relate(tx, heard_at=NOW) -> None:
    tx.run(
        """
        insert into destination (host, failures, retry_at, signature_form, last_heard_at)
        values (:host, 0, 0, 'cavage', :heard_at)
        """,
        host=HOST,
        heard_at=heard_at,
    )


def key(pem: str) -> documents.Key:
    return documents.Key(iri=f"{ROSE}#main-key", owner=ROSE, algorithm="rsa", public_key=pem)


def frozen(tx) -> bool:
    held = peer_by_host(tx, HOST)
    return held is not None and held.frozen_at is not None


@pytest.mark.threat("T105")
@pytest.mark.parametrize(
    ("contact", "read_at", "is_node", "is_odd"),
    [
        (Contact(NOW - DAY_S), NOW - 90 * DAY_S, False, False),
        (Contact(NOW - 31 * DAY_S), NOW - 90 * DAY_S, False, True),
        (Contact(None), NOW - 31 * DAY_S, False, True),
        (Contact(None), NOW - DAY_S, False, False),
        (Contact(NOW, returned_at=NOW - DAY_S), NOW - 90 * DAY_S, False, True),
        (Contact(NOW, returned_at=NOW - 9 * DAY_S), NOW - DAY_S, False, False),
        (Contact(NOW), NOW, True, True),
    ],
)
def test_a_new_key_is_odd_after_a_long_silence_and_for_a_node_always(
    contact, read_at, is_node, is_odd
):
    assert is_odd_change(contact, read_at, NOW, is_node=is_node) is is_odd


def test_a_host_that_speaks_again_after_a_long_silence_has_come_back(tx):
    relate(tx, heard_at=NOW - SILENCE_S - 1)

    hear_from(tx, HOST, NOW)

    (row,) = tx.all("select last_heard_at, returned_at from destination")
    assert (row["last_heard_at"], row["returned_at"]) == (NOW, NOW)


@pytest.mark.threat("T105")
@pytest.mark.parametrize(
    ("kind", "pem", "heard_at", "is_related", "is_frozen"),
    [
        ("Person", OTHER_PUBLIC, NOW - 40 * DAY_S, True, True),
        ("Person", OTHER_PUBLIC, NOW - DAY_S, True, False),
        ("Person", RSA_PUBLIC, NOW - 40 * DAY_S, True, False),
        ("Person", OTHER_PUBLIC, NOW - 40 * DAY_S, False, False),
        ("Application", OTHER_PUBLIC, NOW - DAY_S, True, True),
    ],
)
def test_a_relation_is_frozen_when_a_key_changes_oddly(
    tx, kind, pem, heard_at, is_related, is_frozen
):
    add_neighbour(tx, "rose", kind=kind, keys=(key(RSA_PUBLIC),))
    tx.run("update actor_key set fetched_at = :at", at=NOW - 90 * DAY_S)
    if is_related:
        relate(tx, heard_at)

    add_neighbour(tx, "rose", kind=kind, keys=(key(pem),))

    assert frozen(tx) is is_frozen


@pytest.mark.threat("T105")
def test_a_profile_that_is_sent_with_a_new_key_is_looked_at_as_well(tx):
    rose = add_neighbour(tx, "rose", keys=(key(RSA_PUBLIC),))
    tx.run("update actor_key set fetched_at = :at", at=NOW - 90 * DAY_S)
    relate(tx, NOW - 40 * DAY_S)
    profile = actor_document("rose", keys=(key(OTHER_PUBLIC),))

    receive_update(tx, sent(documents.Update, rose, profile), ApplyContext(NOW))

    assert frozen(tx)


@pytest.mark.threat("T105")
@pytest.mark.threat("T135")
@pytest.mark.parametrize(
    ("heard_at", "is_frozen"),
    [(NOW - DAY_S, False), (NOW - 40 * DAY_S, True)],
    ids=["a host that speaks", "a host that was silent"],
)
def test_new_keys_of_a_node_that_the_old_one_has_signed_freeze_only_after_a_silence(
    tx, heard_at, is_frozen
):
    actor = add_neighbour(tx, "rose", kind="Application", keys=(key(RSA_PUBLIC),))
    tx.run("update actor_key set fetched_at = :at", at=NOW - 90 * DAY_S)
    relate(tx, heard_at)
    news = actor_document("rose", kind="Application", keys=(key(OTHER_PUBLIC),))

    receive_update(tx, sent(documents.Update, actor, news), ApplyContext(NOW))

    assert frozen(tx) is is_frozen


@pytest.mark.threat("T105")
@pytest.mark.threat("T135")
def test_a_key_that_a_key_held_before_stands_beside_is_a_new_one_all_the_same(tx):
    both = (replace(key(OTHER_PUBLIC), iri=f"{ROSE}#main-key-2"), key(RSA_PUBLIC))
    add_neighbour(tx, "rose", keys=(key(RSA_PUBLIC),))
    tx.run("update actor_key set fetched_at = :at", at=NOW - 90 * DAY_S)
    relate(tx, NOW - 40 * DAY_S)

    add_neighbour(tx, "rose", keys=both)

    assert frozen(tx)


@pytest.mark.threat("T105")
def test_keys_that_were_all_known_before_are_no_change(tx):
    both = (replace(key(OTHER_PUBLIC), iri=f"{ROSE}#main-key-2"), key(RSA_PUBLIC))
    add_neighbour(tx, "rose", kind="Application", keys=both)
    relate(tx)

    add_neighbour(tx, "rose", kind="Application", keys=both[:1])

    assert not frozen(tx)


@pytest.fixture
async def seized(node):
    """rose was followed once; after forty days somebody with another key speaks in her name."""
    node.gate.documents[ROSE] = person_document("rose")
    await node.post(follow())
    await node.db.write(relate, NOW)
    node.clock.at += 40 * DAY_S
    node.gate.documents[ROSE] = person_document("rose", pem=OTHER_PUBLIC)
    reply = await node.post(follow(2), key=key_of(ROSE, OTHER_PRIVATE), now=node.clock.at)
    assert reply.status == 202
    return node


@pytest.mark.threat("T105")
async def test_what_comes_with_the_new_key_is_held_from_the_first_message_on(seized):
    assert [one["activity_iri"] for one in await seized.arrivals()] == [f"{ROSE}/f/1"]
    assert await seized.db.read(held_count, HOST) == 1
    assert not seized.peers.may_ask(HOST)


@pytest.mark.threat("T105")
async def test_what_was_held_comes_in_when_an_organiser_has_looked(seized):
    coming = await seized.db.write(confirm, HOST, seized.clock.at)
    await seized.peers.refresh(seized.db)

    assert coming == 1
    assert [one["activity_iri"] for one in await seized.arrivals()] == [
        f"{ROSE}/f/1",
        f"{ROSE}/f/2",
    ]
    assert seized.peers.may_ask(HOST)


async def test_what_was_held_is_gone_when_the_host_is_blocked_instead(seized):
    await seized.db.write(set_policy, HOST, Policy.BLOCKED, "", NOW, ours="group.example")

    assert await seized.db.read(held_count, HOST) == 0


@pytest.mark.threat("T106")
async def test_a_host_that_sends_too_much_is_told_when_to_come_back(node):
    node.gate.documents[ROSE] = person_document("rose")
    for _ in range(9_000):
        node.rates.counts.count(HOST, NOW)

    reply = await node.post(follow())

    assert reply.status == 429
    assert await node.arrivals() == []


@pytest.mark.threat("T106")
async def test_nobody_uses_up_the_share_of_a_host_in_whose_name_they_cannot_sign(node):
    node.gate.documents[ROSE] = person_document("rose")

    await node.post(follow(), key=key_of(ROSE, OTHER_PRIVATE))

    assert len(node.rates.counts) == 0
