"""What our actors say is kept with what they did, and delivered in order, once, for 90 days."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from node.base.clock import FakeClock
from node.base.errors import Invalid
from node.base.metrics import Metrics
from node.outbox.append import append_activity
from node.outbox.audience import copy_holders, follower_inboxes, inboxes_given, once_a_host
from node.outbox.deliveries import (
    DOUBTED_TRIES_MAX,
    POISON_TRIES_MAX,
    destination,
    due_hosts,
    hear_from,
    settle_delivered,
    settle_failed,
    waiting_deliveries,
)
from node.outbox.sender import Sender
from node.peers.policy_cache import PolicyCache
from node.peers.rules import Policy
from node.peers.store import freeze, put_mode, put_policy
from node.topics.actors.store import local_actor
from tests.neighbours import THERE, add_neighbour, add_person
from tests.peers.stub import NOW, PeerGate

VALLEY, HILL = f"{THERE}/inbox", "https://hill.example/inbox"
DAY_S = 24 * 3_600


def say(tx, actor, number, inboxes=(VALLEY,), kind="Create", about=None):
    activity = {"id": f"{actor.iri}/said/{number}", "type": kind, "actor": actor.iri}
    append_activity(
        tx,
        actor_id=actor.id,
        activity=activity,
        object_iri=about or f"{actor.iri}/posts/{number}",
        kind=kind,
        inboxes=inboxes,
        public=True,
        now=NOW,
    )


def said(delivery) -> str:
    return delivery.activity_iri.rpartition("/")[2]


@pytest.mark.threat("T110")
def test_what_is_said_and_what_must_be_delivered_are_kept_or_lost_together(tx):
    ann = add_person(tx, "ann")

    with suppress(Invalid), tx.savepoint():
        say(tx, ann, 1)
        raise Invalid("No.")

    assert tx.all("select id from outbox_entry") == []
    assert tx.all("select id from delivery") == []


def test_each_inbox_gets_an_activity_once_and_our_own_none(tx):
    ann = add_person(tx, "ann")

    say(tx, ann, 1, [VALLEY, VALLEY, HILL, "https://group.example/inbox", "javascript:1"])

    assert [row["inbox"] for row in tx.all("select inbox from delivery order by inbox")] == [
        HILL,
        VALLEY,
    ]


@pytest.mark.threat("T121")
def test_a_delete_takes_back_what_was_not_sent_of_its_object(tx):
    ann = add_person(tx, "ann")
    say(tx, ann, 1, about=f"{ann.iri}/posts/1")
    say(tx, ann, 2, about=f"{ann.iri}/posts/2")

    say(tx, ann, 3, kind="Delete", about=f"{ann.iri}/posts/1")

    waiting = waiting_deliveries(tx, "valley.example", 0)
    assert [said(one) for one in waiting] == ["2", "3"]


def test_hosts_that_failed_are_not_due_until_their_time(tx):
    ann = add_person(tx, "ann")
    say(tx, ann, 1, [VALLEY, HILL])
    (first,) = waiting_deliveries(tx, "valley.example", 0)

    delay_s = settle_failed(tx, first, "timeout", NOW, jitter=1.0)

    assert due_hosts(tx, NOW) == ["hill.example"]
    assert due_hosts(tx, NOW + delay_s) == ["hill.example", "valley.example"]
    assert due_hosts(tx, NOW + delay_s, but=["hill.example"]) == ["valley.example"]


@pytest.mark.threat("T113")
def test_hearing_from_a_host_ends_its_waiting(tx):
    ann = add_person(tx, "ann")
    say(tx, ann, 1)
    (first,) = waiting_deliveries(tx, "valley.example", 0)
    settle_failed(tx, first, "timeout", NOW, jitter=1.0)

    was_failing = hear_from(tx, "valley.example", NOW + 1)

    assert was_failing
    assert due_hosts(tx, NOW + 1) == ["valley.example"]
    assert not hear_from(tx, "valley.example", NOW + 2)


@pytest.mark.threat("T112")
def test_a_delivery_is_tried_for_ninety_days_and_then_parked(tx):
    ann = add_person(tx, "ann")
    say(tx, ann, 1)
    (first,) = waiting_deliveries(tx, "valley.example", 0)

    settle_failed(tx, first, "timeout", NOW + 89 * DAY_S, jitter=1.0)
    still = waiting_deliveries(tx, "valley.example", 0)
    settle_failed(tx, first, "timeout", NOW + 91 * DAY_S, jitter=1.0)

    assert len(still) == 1
    assert waiting_deliveries(tx, "valley.example", 0) == []
    assert [row["state"] for row in tx.all("select state from delivery")] == ["parked"]


def test_a_receipt_says_who_holds_a_copy(tx):
    ann = add_person(tx, "ann")
    add_neighbour(tx, "rose")
    say(tx, ann, 1)
    (first,) = waiting_deliveries(tx, "valley.example", 0)

    settle_delivered(tx, first, "cavage", NOW)

    assert waiting_deliveries(tx, "valley.example", 0) == []
    assert copy_holders(tx, f"{ann.iri}/posts/1") == {VALLEY}


def test_followers_of_one_node_share_an_inbox_unless_it_is_private(tx):
    ann = add_person(tx, "ann")
    for name in ("rose", "reed"):
        other = add_neighbour(tx, name)
        tx.run(
            """
            insert into follow (id, follower_id, followed_id, iri, state, created_at)
            values (:id, :id, :followed_id, :iri, 'accepted', 0)
            """,
            id=other.id,
            followed_id=ann.id,
            iri=other.iri + "/f",
        )

    assert follower_inboxes(tx, ann.id) == {VALLEY}
    assert follower_inboxes(tx, ann.id, shared=False) == {
        f"{THERE}/people/rose/inbox",
        f"{THERE}/people/reed/inbox",
    }


def prepare(tx, numbers, inboxes=(VALLEY,)):
    ann = add_person(tx, "ann")
    for number in numbers:
        say(tx, ann, number, inboxes)
    return ann


async def nobody(host: str) -> bool:
    return False


async def send(database, gate, clock, *, is_still_there=nobody):
    """Run a sender until it has sent nothing for a while."""
    await run_until_quiet(
        await sender_of(database, gate, clock, is_still_there=is_still_there), gate
    )


async def sender_of(database, gate, clock, *, is_still_there=nobody):
    peers = PolicyCache("group.example")
    await peers.refresh(database)
    return Sender(
        database,
        gate,
        clock,
        Metrics(),
        peers,
        is_still_there=is_still_there,
        development=False,
    )


async def run_until_quiet(sender, gate):
    task = asyncio.create_task(sender.run())
    before = -1
    while len(gate.sent) > before:
        before = len(gate.sent)
        await asyncio.sleep(0.3)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def sent(gate, host="valley.example"):
    return [int(body["id"].rpartition("/")[2]) for url, body, _ in gate.sent if host in url]


async def rows(database, sql="select state from delivery order by id"):
    return [row["state"] for row in await database.read(lambda tx: tx.all(sql))]


@pytest.mark.threat("T121")
async def test_a_host_gets_what_was_said_in_order_and_once(database):
    await database.write(prepare, range(70))
    gate = PeerGate()

    await send(database, gate, FakeClock(NOW))

    assert sent(gate) == list(range(70))
    assert await rows(database) == []


@pytest.mark.threat("T121")
async def test_what_is_said_as_a_lane_ends_goes_out_at_once(database):
    await database.write(prepare, range(1))
    gate = PeerGate()
    late = SaysMoreAtTheEnd(database)
    sender = late.sender = await sender_of(late, gate, FakeClock(NOW))

    await run_until_quiet(sender, gate)

    assert late.is_said
    assert sent(gate) == [0, 1]


class SaysMoreAtTheEnd:
    """A store where something more is said right after a lane has found that nothing waits."""

    def __init__(self, database):
        self.database, self.sender, self.is_said = database, None, False
        self.write = database.write

    async def read(self, fn, *args):
        found = await self.database.read(fn, *args)
        if fn is waiting_deliveries and not found and not self.is_said:
            self.is_said = True
            await self.database.write(say_more)
            self.sender.wake()
            await asyncio.sleep(0.05)
        return found


def say_more(tx):
    say(tx, local_actor(tx, "Person", "ann"), 1)


@pytest.mark.threat("T115")
async def test_what_a_bug_of_ours_stops_at_is_parked_and_holds_up_nobody(database):
    await database.write(prepare, range(3))
    gate, clock = PeerGate(), FakeClock(NOW)

    async def post(url, body, headers):
        if b"said/1" in body:
            raise ZeroDivisionError
        return await PeerGate.post(gate, url, body, headers)

    broken = type("Gate", (), {"post": staticmethod(post), "sent": gate.sent})()
    for _ in range(POISON_TRIES_MAX):
        await send(database, broken, clock)
        clock.at += 120

    assert sent(gate) == [0, 2]
    assert await rows(database) == ["parked"]
    assert await rows(database, "select reason as state from delivery") == [
        "bug: ZeroDivisionError"
    ]


@pytest.mark.threat("T121")
async def test_what_is_about_one_thing_waits_for_what_was_said_of_it_before(database):
    def prepare_edits(tx):
        ann = add_person(tx, "ann")
        for number, about in enumerate(("one", "one", "other")):
            say(tx, ann, number, kind="Update", about=f"{ann.iri}/posts/{about}")

    await database.write(prepare_edits)
    gate = PeerGate(answers=[422])

    await send(database, gate, FakeClock(NOW))

    assert sent(gate) == [0, 2]


@pytest.mark.threat("T123")
@pytest.mark.parametrize("failure", ["dns", "tls", "connection", "timeout", 307, 500, 503])
async def test_whatever_goes_wrong_on_the_line_is_tried_again(database, failure):
    await database.write(prepare, range(1))
    gate, clock = PeerGate(), FakeClock(NOW)

    for _ in range(POISON_TRIES_MAX + 2):
        gate.answers = [failure]
        await send(database, gate, clock)
        clock.at += DAY_S
    assert await rows(database) == ["waiting"]

    gate.answers = [202]
    await send(database, gate, clock)
    assert await rows(database) == []


async def test_a_host_that_does_not_answer_holds_up_only_itself(database):
    await database.write(prepare, range(3), (VALLEY, HILL))
    gate = PeerGate()

    async def post(url, body, headers):
        if "valley" in url:
            gate.answers.insert(0, "timeout")
        return await PeerGate.post(gate, url, body, headers)

    failing = type("Gate", (), {"post": staticmethod(post), "sent": gate.sent})()
    await send(database, failing, FakeClock(NOW))

    assert sent(gate, "hill.example") == [0, 1, 2]
    assert sent(gate) == [0]
    assert await rows(database) == ["waiting"] * 3


@pytest.mark.threat("T115")
@pytest.mark.parametrize("status", [404, 405, 409, 410, 413, 418, 422, 424, 451, 499])
async def test_what_a_host_will_not_have_is_parked_after_three_tries_and_the_next_goes(
    database, status
):
    await database.write(prepare, range(2))
    gate, clock = PeerGate(answers=[status]), FakeClock(NOW)

    await send(database, gate, clock)
    for _ in range(POISON_TRIES_MAX - 1):
        clock.at += 120
        gate.answers = [status]
        await send(database, gate, clock)

    assert sent(gate) == [0, 1, 0, 0]
    assert await rows(database) == ["parked"]


@pytest.mark.threat("T115")
async def test_a_message_that_a_host_hangs_on_lets_the_others_pass_after_three_tries(database):
    await database.write(prepare, range(3))
    gate, clock = PeerGate(), FakeClock(NOW)

    async def post(url, body, headers):
        if b"said/0" in body:
            gate.answers.insert(0, "timeout")
        return await PeerGate.post(gate, url, body, headers)

    hanging = type("Gate", (), {"post": staticmethod(post), "sent": gate.sent})()
    for _ in range(9):
        await send(database, hanging, clock)
        clock.at += 60

    assert [number for number in sent(gate) if number] == [1, 2]
    assert await rows(database) == ["waiting"]
    assert 3 <= sent(gate).count(0) <= 6


@pytest.mark.threat("T115")
async def test_a_host_that_does_not_know_our_key_yet_costs_no_message(database):
    await database.write(prepare, range(2))
    gate, clock = PeerGate(), FakeClock(NOW)
    for _ in range(POISON_TRIES_MAX + 1):
        gate.answers = [401, 401]
        await send(database, gate, clock)
        clock.at += DAY_S

    assert set(sent(gate)) == {0}
    assert await rows(database) == ["waiting", "waiting"]


@pytest.mark.threat("T115")
@pytest.mark.parametrize("status", [401, 403])
async def test_a_host_that_does_not_believe_one_of_ours_gets_what_others_say(database, status):
    """What the first says waits, all of it, and is parked after a day; the other is heard."""
    await database.write(prepare, range(2))
    await database.write(lambda tx: say(tx, add_person(tx, "ben"), 7))
    gate, clock = PeerGate(), FakeClock(NOW)

    async def post(url, body, headers):
        answer = await PeerGate.post(gate, url, body, headers)
        return replace(answer, status=status) if b"people/ann" in body else answer

    doubting = type("Gate", (), {"post": staticmethod(post), "sent": gate.sent})()
    await send(database, doubting, clock)
    assert sent(gate) == [0, 0, 7]
    assert await rows(database) == ["waiting", "waiting"]

    for _ in range(DOUBTED_TRIES_MAX):
        clock.at += DAY_S
        await send(database, doubting, clock)
    assert await rows(database) == ["parked", "parked"]
    assert set(sent(gate)) == {0, 7}


@pytest.mark.threat("T115")
async def test_who_is_not_believed_holds_up_nobody_else_who_speaks_of_the_same(database):
    """As when somebody has blocked one of ours: what others say of that person goes, also later."""

    def speak_of_it(tx):
        about = f"{local_actor(tx, 'Person', 'ann').iri}/posts/0"
        say(tx, add_person(tx, "ben"), 7, kind="Like", about=about)

    await database.write(prepare, range(1))
    gate, clock = PeerGate(), FakeClock(NOW)

    async def post(url, body, headers):
        answer = await PeerGate.post(gate, url, body, headers)
        return replace(answer, status=403) if b"people/ann" in body else answer

    doubting = type("Gate", (), {"post": staticmethod(post), "sent": gate.sent})()
    await send(database, doubting, clock)
    await database.write(speak_of_it)
    await send(database, doubting, clock)

    assert sent(gate) == [0, 0, 7]
    assert await rows(database) == ["waiting"]


def test_what_is_deleted_is_deleted_in_every_inbox_that_got_it_and_once_where_one_is_shared(tx):
    """snac has no shared inbox; followers who left meanwhile hold their copies still."""
    ann = add_person(tx, "ann")
    alone = [f"https://snac.example/{name}/inbox" for name in ("pia", "tom")]
    for inbox in alone:
        add_neighbour(tx, inbox.split("/")[3], "https://snac.example", shared_inbox=None)
    rose = add_neighbour(tx, "rose")
    say(tx, ann, 1, [*alone, VALLEY, rose.inbox])
    for host in ("snac.example", "valley.example"):
        for delivery in waiting_deliveries(tx, host, 0):
            settle_delivered(tx, delivery, "cavage", NOW)

    given = inboxes_given(tx, f"{ann.iri}/posts/1")

    assert given == {*alone, VALLEY, rose.inbox}
    assert once_a_host(tx, given) == {*alone, VALLEY}


@pytest.mark.threat("T113")
async def test_what_a_host_hung_on_goes_as_soon_as_it_speaks_again(database):
    await database.write(prepare, range(1))
    gate, clock = PeerGate(), FakeClock(NOW)
    for _ in range(POISON_TRIES_MAX + 3):
        gate.answers = ["timeout"]
        await send(database, gate, clock)
        clock.at += DAY_S
    tried = len(sent(gate))
    gate.answers = ["timeout"]
    clock.at += 1
    await send(database, gate, clock)

    await database.write(hear_from, "valley.example", clock.at)
    await send(database, gate, clock)

    assert len(sent(gate)) == tried + 2
    assert await rows(database) == []


@pytest.mark.threat("T115")
@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
async def test_what_is_said_of_the_host_is_not_taken_as_said_of_the_message(database, status):
    await database.write(prepare, range(2))
    gate, clock = PeerGate(), FakeClock(NOW)
    for _ in range(POISON_TRIES_MAX + 1):
        gate.answers = [status]
        await send(database, gate, clock)
        clock.at += DAY_S

    assert sent(gate) == [0] * (POISON_TRIES_MAX + 1)
    assert await rows(database) == ["waiting", "waiting"]


async def test_the_other_form_of_signature_is_tried_once_and_remembered(database):
    await database.write(prepare, range(2))
    gate = PeerGate(answers=[401, 202, 202])

    await send(database, gate, FakeClock(NOW))

    forms = ["Signature-Input" in headers for _, _, headers in gate.sent]
    assert forms == [False, True, True]
    known = await database.read(destination, "valley.example")
    assert known.signature_form == "rfc9421"


@pytest.mark.threat("T104")
async def test_what_waits_for_a_host_that_is_blocked_meanwhile_is_parked_and_not_sent(database):
    await database.write(prepare, [1])
    await database.write(put_policy, "example", Policy.BLOCKED, "", NOW)
    gate = PeerGate()

    await send(database, gate, FakeClock(NOW))

    assert gate.sent == []
    assert await rows(database) == ["parked"]


@pytest.mark.feature("F05")
async def test_a_closed_circle_sends_to_those_it_trusts_alone(database):
    await database.write(prepare, [1], [VALLEY, HILL])
    await database.write(put_policy, "hill.example", Policy.TRUSTED, "", NOW)
    await database.write(put_mode, is_closed=True)
    gate = PeerGate()

    await send(database, gate, FakeClock(NOW))

    assert [url for url, *_ in gate.sent] == [HILL]


@pytest.mark.threat("T105")
async def test_what_is_for_a_frozen_host_waits(database):
    await database.write(prepare, [1])
    await database.write(freeze, "valley.example", "its key changed", NOW)
    gate = PeerGate()

    await send(database, gate, FakeClock(NOW))

    assert gate.sent == []
    assert await rows(database) == ["waiting"]


@pytest.mark.feature("F05")
def test_a_closed_circle_puts_nothing_out_for_strangers(tx):
    ann = add_person(tx, "ann")
    put_policy(tx, "hill.example", Policy.TRUSTED, "", NOW)
    put_mode(tx, is_closed=True)

    say(tx, ann, 1, [VALLEY, HILL])

    assert [row["inbox"] for row in tx.all("select inbox from delivery")] == [HILL]


@pytest.mark.threat("T105")
@pytest.mark.parametrize("is_there", [True, False])
async def test_a_page_for_an_answer_counts_once_the_actors_document_was_read_again(
    database, is_there
):
    await database.write(prepare, [1, 2])
    gate, asked = PeerGate(page=b"<html>This domain is for sale</html>"), []

    async def looks(host: str) -> bool:
        asked.append(host)
        return is_there

    await send(database, gate, FakeClock(NOW), is_still_there=looks)

    assert asked == ["valley.example"]
    assert await rows(database) == ([] if is_there else ["waiting", "waiting"])


async def test_what_a_host_asks_to_be_signed_is_signed_and_sent_once_more(database):
    await database.write(prepare, range(1))
    gate = PeerGate(answers=[401, 202])
    asked = 'here=("@method" "@target-uri" "content-digest");created;nonce="n1"'

    async def post(url, body, headers):
        answer = await PeerGate.post(gate, url, body, headers)
        return replace(answer, headers={"Accept-Signature": asked})

    asking = type("Gate", (), {"post": staticmethod(post), "sent": gate.sent})()
    await send(database, asking, FakeClock(NOW))

    described = gate.sent[1][2]["Signature-Input"]
    assert described.startswith('here=("@method" "@target-uri" "content-digest");created=')
    assert 'nonce="n1"' in described
    assert await rows(database) == []


async def test_a_host_that_was_slow_once_is_still_asked_in_the_other_form(database):
    await database.write(prepare, range(1))
    gate, clock = PeerGate(answers=["timeout", 401, 202]), FakeClock(NOW)

    await send(database, gate, clock)
    clock.at += DAY_S
    await send(database, gate, clock)

    assert ["Signature-Input" in headers for _, _, headers in gate.sent] == [False, False, True]
    assert await rows(database) == []


async def test_a_host_is_sent_each_message_three_times_at_most(database):
    await database.write(prepare, range(1), ["https://valley.example/inbox?to=all"])
    gate = PeerGate(answers=[401] * 9)

    await send(database, gate, FakeClock(NOW))

    assert len(gate.sent) == 3
