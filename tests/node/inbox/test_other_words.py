"""Messages in other words than ours: taken once signed, kept as they came, read when applied."""

import asyncio
import json
from contextlib import suppress

import pytest

from federation import documents
from federation.errors import Malformed, Overloaded
from federation.jsonld import Expander, expander
from node.arrivals.store import NewArrival, add_arrival
from node.base.metrics import Metrics
from node.inbox.apply import Applier
from tests.node.inbox.test_accept import ANN, ROSE, follow
from tests.peers.stub import OTHER_PRIVATE, THERE, key_of, person_document

IN_OTHER_WORDS = {
    "@context": {"a": "https://www.w3.org/ns/activitystreams#"},
    "@id": f"{ROSE}/follows/1",
    "@type": "a:Follow",
    "as:actor": {"@id": ROSE},
    "a:object": {"@id": ANN},
}


@pytest.fixture
def rose(node):
    """rose lives at valley.example, and her document can be had there."""
    node.gate.documents[ROSE] = person_document("rose")


@pytest.fixture
async def translated():
    """What was handed to the processor."""
    made, seen = Expander(), []

    async def plain(value, whose=""):
        seen.append(value)
        return await made.plain(value, whose)

    yield plain, seen
    await made.close()


@pytest.fixture
def node_that_translates(node, translated):
    node.plain, seen = translated
    return seen


async def test_a_message_in_other_words_is_taken_and_kept_as_it_was_signed(
    node, rose, node_that_translates
):
    reply = await node.post(IN_OTHER_WORDS, key=key_of(ROSE))

    assert reply.status == 202
    (kept,) = await node.arrivals()
    assert (kept["activity_iri"], kept["kind"]) == (f"{ROSE}/follows/1", "Follow")
    assert '"a:object"' in await node.db.read(lambda tx: tx.one("select body from arrival")["body"])


@pytest.mark.threat("T33")
@pytest.mark.parametrize("actor", [ROSE, f"{THERE}/people/reed", "x", None])
async def test_who_has_not_signed_has_nothing_translated(node, rose, node_that_translates, actor):
    message = IN_OTHER_WORDS | {"as:actor": actor}

    reply = await node.post(message, key=key_of(ROSE, OTHER_PRIVATE))

    assert reply.status in (400, 401)
    assert node_that_translates == []


@pytest.mark.threat("T1")
async def test_who_acts_is_looked_at_again_in_what_was_translated(node, rose, node_that_translates):
    message = IN_OTHER_WORDS | {
        "@context": {"a": "https://www.w3.org/ns/activitystreams#", "doer": "a:actor"},
        "doer": {"@id": f"{THERE}/people/reed"},
        "as:actor": {"@id": ROSE},
    }

    reply = await node.post(message, key=key_of(ROSE))
    other = await node.post(
        {**message, "as:actor": {"@id": ROSE}, "a:actor": {"@id": f"{THERE}/people/reed"}},
        key=key_of(f"{THERE}/people/reed"),
    )

    assert (reply.status, other.status) != (202, 202)
    assert all(one["activity_iri"] == f"{ROSE}/follows/1" for one in await node.arrivals())


@pytest.mark.threat("T31")
async def test_a_message_that_redefines_a_word_is_refused(node, rose):
    reply = await node.post(follow() | {"@context": {"object": "as:target"}})

    assert reply.status == 400
    assert await node.arrivals() == []


@pytest.mark.threat("T33")
async def test_poison_from_somebody_who_signs_is_refused(node, rose, node_that_translates):
    poison = IN_OTHER_WORDS | {"a:to": [{"@id": f"a:{number}"} for number in range(9_000)]}

    reply = await node.post(poison, key=key_of(ROSE))

    assert reply.status == 400
    assert await node.arrivals() == []


@pytest.mark.threat("T143")
async def test_where_too_much_waits_to_be_translated_the_sender_is_asked_to_come_back(node, rose):
    tried = []

    async def overloaded(value, whose=""):
        tried.append(whose)
        raise Overloaded

    async def post(text):
        return (await node.post(IN_OTHER_WORDS | {"a:content": text}, key=key_of(ROSE))).status

    node.plain = overloaded
    answers = [await post("short"), await post("x" * 20_000)]
    node.clock.at += 30

    assert [*answers, await post("x" * 20_000)] == [503] * 3
    assert tried == ["valley.example"] * 2  # nothing is read of what is long and too early


@pytest.mark.threat("T34")
async def test_a_message_nested_too_deeply_is_refused_before_its_words_are_looked_at(node, rose):
    deep: dict[str, object] = {}
    for _ in range(63):
        deep = {"more": deep}

    reply = await node.post(follow() | {"more": deep["more"]})
    deeper = await node.post(follow() | {"more": deep})

    assert (reply.status, deeper.status) == (202, 400)


@pytest.mark.threat("T32")
async def test_a_linked_data_signature_of_the_author_gives_the_sender_no_authority(node, rose):
    liar = f"{THERE}/people/liar"
    node.gate.documents[liar] = person_document("liar")
    signature = {
        "type": "RsaSignature2017",
        "creator": f"{ROSE}#main-key",
        "created": "2026-11-01T00:00:00Z",
        "signatureValue": "bm90IGxvb2tlZCBhdA==",
    }

    reply = await node.post(follow() | {"signature": signature}, key=key_of(liar))

    assert reply.status == 401
    assert await node.arrivals() == []


async def applied(node, plain, states):
    """Run an applier until the one arrival is in one of `states`; what its handler was given."""
    seen = []
    applier = Applier(
        node.db,
        node.fetcher,
        node.clock,
        Metrics(),
        {documents.Follow: lambda tx, follow, context: seen.append((follow, context.verbatim))},
        wake_sender=lambda: None,
        waiting_max=100,
        plain=plain,
    )
    task = asyncio.create_task(applier.run())
    for _ in range(500):
        await asyncio.sleep(0.01)
        (state,) = await node.arrivals()
        if state["state"] in states or state["tries"]:
            break
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return seen, state


async def keep_it(node):
    arrival = NewArrival(
        activity_iri=f"{ROSE}/follows/1",
        origin=THERE,
        actor_iri=ROSE,
        kind="Follow",
        body=json.dumps(IN_OTHER_WORDS),
        body_hash="0",
    )
    await node.db.write(add_arrival, arrival, node.clock.now())


async def test_what_was_kept_in_other_words_is_applied_in_ours(node, translated):
    await keep_it(node)

    seen, state = await applied(node, translated[0], ("done",))

    assert state["state"] == "done"
    follow, verbatim = seen[-1]
    assert (follow.actor, follow.object) == (ROSE, ANN)
    assert verbatim == IN_OTHER_WORDS


async def test_what_cannot_be_translated_now_is_tried_again_later(node):
    await keep_it(node)

    async def refuse(value):
        raise Malformed(expander.REFUSED)

    seen, state = await applied(node, refuse, ())

    assert seen == []
    assert (state["state"], state["tries"]) == ("waiting", 1)
