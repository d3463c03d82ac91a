"""Arrivals are applied in order, once, and a bad one does not stop the others."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

import pytest

from federation import documents
from federation.errors import FetchFailed
from node.arrivals.apply_context import ApplyContext
from node.arrivals.store import BATCH_MAX, NewArrival, add_arrival, waiting_arrivals
from node.base.errors import Missing, NotAllowed
from node.base.metrics import Metrics
from node.inbox.apply import TRIES_MAX, Applier
from node.inbox.batch import apply_batch
from node.inbox.lanes import (
    LANES_MAX,
    LANES_PER_DOMAIN_MAX,
    LANES_PER_ORIGIN_MAX,
    LANES_RESERVED,
)
from node.topics.members.actions import follow
from tests.neighbours import add_neighbour, add_person
from tests.peers.stub import NOW, THERE, person_document

ROSE = f"{THERE}/people/rose"
KNOWN = "https://known.example"


def arrival(
    number: int, kind: str = "Like", origin: str = THERE, about: int | None = None
) -> NewArrival:
    """A message, about something of its own, or about what others are about as well."""
    actor = f"{origin}/people/rose"
    activity = {
        "id": f"{actor}/{number}",
        "type": kind,
        "actor": actor,
        "object": f"{origin}/notes/{number if about is None else about}",
    }
    body = json.dumps(activity)
    return NewArrival(
        activity_iri=activity["id"],
        origin=origin,
        actor_iri=actor,
        kind=kind,
        body=body,
        body_hash="0",
    )


def numbers(seen: list[str]) -> list[int]:
    return [int(iri.rpartition("/")[2]) for iri in seen]


async def applied(node, handler, arrivals, *, passes: int = 1):
    """Run an applier over `arrivals` with one handler for everything; what the store says then.

    Each pass ends when nothing is due any more, and the next one begins an hour later.
    """
    for one in arrivals:
        await node.db.write(add_arrival, one, node.clock.now())
    applier = Applier(
        node.db,
        node.fetcher,
        node.clock,
        Metrics(),
        {documents.Like: handler},
        wake_sender=lambda: None,
        waiting_max=1_000,
    )
    for _ in range(passes):
        task = asyncio.create_task(applier.run())
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not await node.db.read(waiting_arrivals, node.clock.now()):
                break
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        node.clock.at += 4_000
    return await node.arrivals()


async def test_messages_of_one_origin_are_applied_in_the_order_they_came(node):
    seen = []

    def handler(tx, like, context):
        if like.iri not in seen:
            seen.append(like.iri)

    states = await applied(node, handler, [arrival(number) for number in range(60)])

    assert numbers(seen) == list(range(60))
    assert {one["state"] for one in states} == {"done"}


@pytest.mark.threat("T116")
async def test_a_message_that_fails_is_set_aside_after_five_tries_and_the_others_go_on(node):
    def handler(tx, like, context):
        if like.iri.endswith("/1"):
            raise ZeroDivisionError

    states = await applied(
        node, handler, [arrival(number) for number in range(3)], passes=TRIES_MAX + 1
    )

    assert [one["state"] for one in states] == ["done", "quarantined", "done"]
    assert states[1]["reason"] == "bug: ZeroDivisionError"


async def test_a_refused_message_is_dropped_with_its_reason(node):
    def handler(tx, like, context):
        raise NotAllowed("They may not.")

    (state,) = await applied(node, handler, [arrival(1)])

    assert (state["state"], state["reason"]) == ("dropped", "They may not.")


async def test_what_a_message_lacks_is_fetched_and_it_is_tried_again(node):
    node.gate.documents[f"{THERE}/people/reed"] = person_document("reed")
    seen: list[ApplyContext] = []

    def handler(tx, like, context):
        seen.append(context)
        if not context.fetched:
            raise Missing([f"{THERE}/people/reed"])

    (state,) = await applied(node, handler, [arrival(1)])

    assert state["state"] == "done"
    assert seen[-1].fetched == {f"{THERE}/people/reed": "stored"}
    assert node.gate.asked == [f"{THERE}/people/reed"]


@pytest.mark.threat("T45")
async def test_a_message_causes_twenty_fetches_at_most(node):
    def handler(tx, like, context):
        raise Missing([f"{THERE}/notes/{len(context.fetched) + n}" for n in range(15)])

    await applied(node, handler, [arrival(1)], passes=TRIES_MAX + 1)

    assert len(node.gate.asked) <= 20


@pytest.mark.threat("T116")
async def test_a_message_that_a_bug_stops_at_while_it_is_fetched_for_is_set_aside_as_well(
    node, monkeypatch
):
    asked = []

    async def fetch(iri, budget):
        asked.append(iri)
        raise ZeroDivisionError

    monkeypatch.setattr(node.fetcher, "fetch", fetch)

    def handler(tx, like, context):
        if like.iri.endswith("/1"):
            raise Missing([ROSE])

    states = await applied(node, handler, [arrival(1), arrival(2)], passes=TRIES_MAX + 1)

    assert [one["state"] for one in states] == ["quarantined", "done"]
    assert states[0]["reason"] == "bug: ZeroDivisionError"
    assert len(asked) == TRIES_MAX


@pytest.mark.promise("R2")
async def test_a_message_whose_author_cannot_be_asked_now_is_tried_again_later(node):
    node.gate.documents[ROSE] = FetchFailed("timeout")

    def handler(tx, like, context):
        if context.fetched.get(ROSE) != "stored":
            raise Missing([ROSE])

    tried = await applied(node, handler, [arrival(1)])
    node.gate.documents[ROSE] = person_document("rose")
    (state,) = await applied(node, handler, [])

    assert tried[0]["state"] == "waiting"
    assert state["state"] == "done"


async def test_origins_that_take_all_lanes_stop_nobody_else(node, monkeypatch):
    """The last message lacks nothing, and the one before it is of an origin that is known here."""
    crowd = LANES_MAX + LANES_RESERVED + 6
    origins = [f"https://o{number}.example" for number in range(crowd)]
    seen, hanging = [], asyncio.Event()

    def handler(tx, like, context):
        if "/o" in like.iri or (KNOWN in like.iri and KNOWN not in context.fetched):
            raise Missing([KNOWN if KNOWN in like.iri else f"{like.actor}/slow"])
        seen.append(like.iri)

    async def fetch(iri, budget):
        if iri != KNOWN:
            await hanging.wait()
        return "failed"

    monkeypatch.setattr(node.fetcher, "fetch", fetch)
    await node.db.write(make_related)

    waiting = [arrival(1, origin=one) for one in (*origins, KNOWN, THERE)]
    await applied(node, handler, waiting)

    assert set(seen) == {f"{one}/people/rose/1" for one in (KNOWN, THERE)}


@pytest.mark.threat("T143")
async def test_origins_have_their_turns_however_much_waits_of_one(node):
    seen = []

    def handler(tx, like, context):
        if like.iri not in seen:
            seen.append(like.iri)

    crowd = [arrival(number, origin="https://crowd.example") for number in range(60)]

    await applied(node, handler, [*crowd, arrival(1)])

    assert len(seen) == 61
    assert seen.index(f"{THERE}/people/rose/1") <= BATCH_MAX
    assert numbers([one for one in seen if "crowd" in one]) == list(range(60))


@pytest.mark.threat("T143")
async def test_the_names_below_one_domain_take_eight_lanes_and_others_get_theirs(node, monkeypatch):
    """Whoever else lacks something is fetched for, though nobody here knows them."""
    seen, hanging, asked = [], asyncio.Event(), set()

    def handler(tx, like, context):
        if f"{like.actor}/slow" not in context.fetched:
            raise Missing([f"{like.actor}/slow"])
        seen.append(like.iri)

    async def fetch(iri, budget):
        asked.add(iri)
        if ".crowd.example" in iri:
            await hanging.wait()
        return "failed"

    monkeypatch.setattr(node.fetcher, "fetch", fetch)
    crowd = [arrival(1, origin=f"https://n{number}.crowd.example") for number in range(70)]

    await applied(node, handler, [*crowd, arrival(1)])

    assert set(seen) == {f"{THERE}/people/rose/1"}
    assert len(asked) == LANES_PER_DOMAIN_MAX + 1


@pytest.mark.parametrize("is_freed", [False, True])
async def test_an_origin_waits_for_a_lane_in_its_order_and_gets_the_next(
    node, monkeypatch, is_freed
):
    hanging, seen = asyncio.Event(), []
    slow = f"{THERE}/people/rose/slow"

    def handler(tx, like, context):
        lacking = f"{like.actor}/slow"
        is_first = not like.iri.startswith(THERE) or like.iri.endswith("/1")
        if is_first and lacking not in context.fetched:
            raise Missing([lacking])
        if like.iri not in seen:
            seen.append(like.iri)

    async def fetch(iri, budget):
        if iri != slow:
            await hanging.wait()
        return "failed"

    monkeypatch.setattr(node.fetcher, "fetch", fetch)
    if is_freed:
        asyncio.get_running_loop().call_later(0.3, hanging.set)
    crowd = [arrival(1, origin=f"https://o{number}.example") for number in range(LANES_MAX)]

    theirs = [arrival(number, about=0) for number in range(1, 30)]
    await applied(node, handler, [*crowd, *theirs])

    done = [iri for iri in seen if iri.startswith(THERE)]
    assert numbers(done) == (list(range(1, 30)) if is_freed else [])


def make_related(tx):
    """Somebody of ours follows somebody of the known origin."""
    follow(tx, add_person(tx, "ben"), add_neighbour(tx, "reed", KNOWN), NOW)


def test_a_failing_message_writes_nothing_and_the_others_are_done(tx):
    for number in range(3):
        add_arrival(tx, arrival(number), NOW)

    def handler(tx, like, context):
        tx.run("insert into setting (name, value) values (:name, '')", name=like.iri)
        if like.iri.endswith("/1"):
            raise ZeroDivisionError

    batch = apply_batch(tx, waiting_arrivals(tx, NOW), {documents.Like: handler}, {}, NOW)

    assert numbers([one.activity_iri for one in batch.done]) == [0, 2]
    assert numbers([row["name"] for row in tx.all("select name from setting order by name")]) == [
        0,
        2,
    ]
    assert len(waiting_arrivals(tx, NOW)) == 1


def test_what_is_about_the_same_waits_behind_a_message_that_lacks_something_and_nothing_else(tx):
    """The third is about the like that waits behind the first: it waits as well."""
    undo = replace(arrival(5, "Undo"), body=json.dumps(undoing(f"{ROSE}/2")))
    hill = arrival(4, origin="https://hill.example", about=1)
    for one in (arrival(1), arrival(2, about=1), undo, hill, arrival(6)):
        add_arrival(tx, one, NOW)

    def handler(tx, like, context):
        if like.iri == f"{ROSE}/1":
            raise Missing(["https://valley.example/missing"])

    due = waiting_arrivals(tx, NOW)
    batch = apply_batch(tx, due, {documents.Like: handler}, {}, NOW)

    assert numbers([one.activity_iri for one in batch.done]) == [4, 6]
    assert list(batch.lacking) == [due[0].id]
    assert batch.behind == [due[1].id, due[2].id]
    assert len(waiting_arrivals(tx, NOW)) == 3
    assert waiting_arrivals(tx, NOW, [THERE]) == []
    assert waiting_arrivals(tx, NOW, [], [one.id for one in due[:2]]) == [due[2]]


def undoing(iri: str) -> dict[str, str]:
    return {"id": f"{ROSE}/5", "type": "Undo", "actor": ROSE, "object": iri}


async def test_a_message_that_waits_for_a_silent_server_holds_up_nothing_about_anything_else(
    node, monkeypatch
):
    """Ten wait for what never comes, more than an origin's share of lanes; the last for nothing."""
    seen, hanging, asked = [], asyncio.Event(), []

    def handler(tx, like, context):
        if not like.iri.endswith("/11"):
            raise Missing([f"{like.iri}/slow"])
        seen.append(like.iri)

    async def fetch(iri, budget):
        asked.append(iri)
        await hanging.wait()
        return "failed"

    monkeypatch.setattr(node.fetcher, "fetch", fetch)

    await applied(node, handler, [arrival(number) for number in range(1, 12)])

    assert set(numbers(seen)) == {11}
    assert len(asked) == LANES_PER_ORIGIN_MAX


@pytest.mark.promise("R2")
async def test_what_cannot_be_had_for_the_time_being_is_waited_for_longer_than_five_tries(node):
    """Where the handler cannot do without it; there are nine tries in all."""
    node.gate.documents[ROSE] = FetchFailed("status", 503)

    def handler(tx, like, context):
        if not context.is_settled(ROSE):
            raise Missing([ROSE])

    tried = await applied(node, handler, [arrival(1)], passes=TRIES_MAX + 1)
    node.clock.at += 48 * 3_600
    node.gate.documents[ROSE] = person_document("rose")
    (state,) = await applied(node, handler, [])

    assert tried[0]["state"] == "waiting"
    assert state["state"] == "done"


@pytest.mark.parametrize("steps", range(4))
async def test_an_applier_that_is_ended_as_it_is_woken_ends(node, steps):
    applier = Applier(
        node.db,
        node.fetcher,
        node.clock,
        Metrics(),
        {},
        wake_sender=lambda: None,
        waiting_max=1_000,
    )
    task = asyncio.create_task(applier.run())
    await asyncio.sleep(0.05)

    applier.wake()
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()

    done, _ = await asyncio.wait([task], timeout=2)
    assert done == {task}
