"""An actor of ours gets new keys, in good order or because the old ones are lost (T135)."""

import asyncio
import json
import os
import re
import signal
from contextlib import suppress

import pytest

from federation import documents
from federation.proofs import check_proof, read_proofs
from federation.signatures import check_claim, load_public_key, make_keys, read_claim
from federation.signatures.request import Request
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Conflict, Refused
from node.base.metrics import Metrics
from node.cli.context import CommandContext
from node.cli.keys import rotate_task
from node.db.open import open_database
from node.db.postgres import PostgresTx
from node.db.sqlite_tx import SqliteTx
from node.housekeeping import TIDYING
from node.inbox.fetch import Fetcher
from node.outbox.sender import Sender
from node.outbox.signing_keys import NEWS_S
from node.peers.policy_cache import PolicyCache
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.documents import actor_document
from node.topics.actors.key_rotation import (
    OLD_KEYS_S,
    forget_retired_keys,
    next_iri,
    replace_keys,
    rotate_keys,
)
from node.topics.actors.keys import keys_of
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import take_follow
from tests.neighbours import KEYS, NOW, add_group, add_neighbour, add_node, add_person
from tests.peers.stub import PeerGate

ANN = "https://group.example/people/ann"
NODE = "https://group.example/actor"
VALLEY = "https://valley.example/inbox"
NEW = make_keys()
NEWER = make_keys()
KEY_ID = re.compile(r'keyid="([^"]*)"', re.IGNORECASE)


def ann_with_a_follower(tx):
    ann = add_person(tx, "ann")
    take_follow(tx, add_neighbour(tx, "rose"), ann, "https://valley.example/f/1", NOW)
    tx.run("delete from delivery")
    return ann


def listed(tx, iri=ANN):
    """What an actor's document says of its keys: the one for requests, and the others."""
    document = actor_document(tx, actor_by_iri(tx, iri))
    others = [(one["id"], one["publicKeyMultibase"][:4]) for one in document["assertionMethod"]]
    return document["publicKey"]["id"], document["publicKey"]["publicKeyPem"], others


async def sent_by(database, gate, at=NOW):
    """Run a sender until it has sent what is due."""
    sender = Sender(
        database,
        gate,
        FakeClock(at),
        Metrics(),
        PolicyCache("group.example"),
        is_still_there=lambda host: asyncio.sleep(0, False),
        development=False,
    )
    task = asyncio.create_task(sender.run())
    await asyncio.sleep(0.3)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return [(body["type"], KEY_ID.search(str(headers))[1]) for _, body, headers in gate.sent]


def change_profile(tx, at=NOW + 60):
    edit_profile(tx, actor_by_iri(tx, ANN).id, ProfileChanges(summary=f"<p>{at}</p>"), at)


@pytest.mark.threat("T133")
def test_a_key_is_named_by_when_it_was_made_so_that_no_name_is_given_again_after_a_restore():
    assert next_iri(f"{ANN}#main-key", 7) == f"{ANN}#main-key-7"
    assert next_iri(f"{ANN}#ed25519-key-7", 12) == f"{ANN}#ed25519-key-12"


@pytest.mark.threat("T135")
def test_new_keys_stand_at_new_addresses_and_the_old_ones_beside_them(tx):
    ann = add_person(tx, "ann")

    until = rotate_keys(tx, ann, NEW, NOW)

    iri, pem, others = listed(tx)
    assert until == NOW + OLD_KEYS_S
    assert (iri, pem) == (f"{ANN}#main-key-{NOW}", NEW[1])
    assert others == [
        (f"{ANN}#ed25519-key-{NOW}", "z6Mk"),
        (f"{ANN}#main-key", "z4MX"),
        (f"{ANN}#ed25519-key", "z6Mk"),
    ]


@pytest.mark.threat("T135")
def test_who_asks_for_the_old_key_still_finds_it_in_the_document(tx):
    ann = add_person(tx, "ann")
    rotate_keys(tx, ann, NEW, NOW)

    read = documents.read_document(actor_document(tx, ann))

    assert {key.iri: key.public_key for key in read.keys} == {
        f"{ANN}#main-key": KEYS[1],
        f"{ANN}#main-key-{NOW}": NEW[1],
        f"{ANN}#ed25519-key": KEYS[3],
        f"{ANN}#ed25519-key-{NOW}": NEW[3],
    }


@pytest.mark.threat("T135")
async def test_the_news_is_signed_with_the_old_key_and_what_is_said_later_with_the_new(database):
    await database.write(ann_with_a_follower)
    await database.write(change_profile, NOW - 60)
    await database.write(lambda tx: rotate_keys(tx, actor_by_iri(tx, ANN), NEW, NOW))
    await database.write(change_profile)
    gate = PeerGate()

    sent = await sent_by(database, gate, NOW + 60)

    assert sent == [
        ("Update", f"{ANN}#main-key"),
        ("Update", f"{ANN}#main-key"),
        ("Update", f"{ANN}#main-key-{NOW}"),
    ]
    news = gate.sent[1][1]["object"]
    assert news["publicKey"]["id"] == f"{ANN}#main-key-{NOW}"
    assert "proof" not in gate.sent[1][1]
    body = await database.read(
        lambda tx: tx.all("select body from outbox_entry order by id")[-1]["body"]
    )
    url, _, headers = gate.sent[2]
    pairs = [(name.lower(), value) for name, value in headers.items()]
    check_claim(
        read_claim(Request("POST", url, pairs, body.encode()), NOW + 60), load_public_key(NEW[1])
    )


@pytest.mark.threat("T135")
@pytest.mark.parametrize("status", [400, 401, 403])
async def test_who_does_not_believe_the_new_key_is_asked_once_more_with_the_old(database, status):
    await database.write(ann_with_a_follower)
    await database.write(lambda tx: rotate_keys(tx, actor_by_iri(tx, ANN), NEW, NOW))
    await database.write(lambda tx: tx.run("delete from delivery"))
    await database.write(change_profile)

    sent = await sent_by(database, PeerGate(answers=[status, 202]), NOW + 60)

    assert [key for _, key in sent] == [f"{ANN}#main-key-{NOW}", f"{ANN}#main-key"]
    assert await database.read(lambda tx: tx.all("select id from delivery")) == []


@pytest.mark.threat("T135")
async def test_who_has_read_the_new_key_already_is_told_the_news_with_it(database):
    await database.write(ann_with_a_follower)
    await database.write(lambda tx: rotate_keys(tx, actor_by_iri(tx, ANN), NEW, NOW))

    sent = await sent_by(database, PeerGate(answers=[401, 202]))

    assert [key for _, key in sent] == [f"{ANN}#main-key", f"{ANN}#main-key-{NOW}"]
    assert await database.read(lambda tx: tx.all("select id from delivery")) == []


@pytest.mark.threat("T135")
async def test_a_host_that_believes_no_key_is_asked_three_times_in_all(database):
    await database.write(ann_with_a_follower)
    await database.write(lambda tx: rotate_keys(tx, actor_by_iri(tx, ANN), NEW, NOW))

    sent = await sent_by(database, PeerGate(answers=[401] * 9))

    assert len(sent) == 3


def proofs_made(tx):
    rows = tx.all("select body from outbox_entry order by id")
    return [read_proofs(json.loads(row["body"]), NOW) for row in rows]


@pytest.mark.threat("T135")
def test_a_proof_by_the_old_key_holds_by_what_the_document_lists(tx):
    ann = add_person(tx, "ann")
    change_profile(tx, NOW)
    rotate_keys(tx, ann, NEW, NOW)
    change_profile(tx)

    before, news, after = proofs_made(tx)

    keys = {key.iri: key.public_key for key in keys_of(tx, ann.id)}
    assert news == ()
    assert [before[0].key_iri, after[0].key_iri] == [
        f"{ANN}#ed25519-key",
        f"{ANN}#ed25519-key-{NOW}",
    ]
    for (proof,) in (before, after):
        check_proof(proof, load_public_key(keys[proof.key_iri]))


@pytest.mark.threat("T135")
def test_a_second_change_within_seven_days_is_refused_with_a_plain_sentence(tx):
    ann = add_person(tx, "ann")
    rotate_keys(tx, ann, NEW, NOW)

    with pytest.raises(Conflict) as refused:
        rotate_keys(tx, ann, NEWER, NOW + OLD_KEYS_S - 1)

    assert refused.value.sentence == (
        "ann has had new keys less than seven days ago; the old ones are good until 2027-01-22 "
        "08:00 UTC. Wait until then, or say --lost if nobody is to believe them any more."
    )
    assert listed(tx)[1] == NEW[1]


@pytest.mark.threat("T135")
def test_old_keys_are_forgotten_after_seven_days_and_those_who_follow_are_told(tx):
    ann = ann_with_a_follower(tx)
    rotate_keys(tx, ann, NEW, NOW)
    tx.run("delete from delivery")

    early = forget_retired_keys(tx, NOW + OLD_KEYS_S - 1)
    late = forget_retired_keys(tx, NOW + OLD_KEYS_S)

    assert (early, late) == (0, 2)
    assert listed(tx)[2] == [(f"{ANN}#ed25519-key-{NOW}", "z6Mk")]
    assert [row["inbox"] for row in tx.all("select inbox from delivery")] == [VALLEY]
    assert forget_retired_keys(tx, NOW + OLD_KEYS_S) == 0
    assert forget_retired_keys in TIDYING
    rotate_keys(tx, ann, NEWER, NOW + OLD_KEYS_S)
    assert listed(tx)[0] == f"{ANN}#main-key-{NOW + OLD_KEYS_S}"


@pytest.mark.threat("T135")
async def test_what_still_waits_when_the_old_key_is_forgotten_goes_with_the_new(database):
    await database.write(ann_with_a_follower)
    await database.write(lambda tx: rotate_keys(tx, actor_by_iri(tx, ANN), NEW, NOW))
    await database.write(forget_retired_keys, NOW + OLD_KEYS_S)

    sent = await sent_by(database, PeerGate(), NOW + OLD_KEYS_S)

    assert [key for _, key in sent] == [f"{ANN}#main-key-{NOW}"] * 2


@pytest.mark.threat("T135")
@pytest.mark.parametrize("is_changed_lately", [False, True])
async def test_lost_keys_are_replaced_at_their_addresses_and_count_no_more(
    database, is_changed_lately
):
    await database.write(ann_with_a_follower)
    if is_changed_lately:
        await database.write(lambda tx: rotate_keys(tx, actor_by_iri(tx, ANN), NEW, NOW - 60))

    await database.write(lambda tx: replace_keys(tx, actor_by_iri(tx, ANN), NEWER, NOW))

    number = f"-{NOW - 60}" if is_changed_lately else ""
    assert await database.read(listed) == (
        f"{ANN}#main-key{number}",
        NEWER[1],
        [(f"{ANN}#ed25519-key{number}", "z6Mk")],
    )
    sent = await sent_by(database, PeerGate())
    assert {key for _, key in sent} == {f"{ANN}#main-key{number}"}


@pytest.mark.threat("T135")
def test_keys_that_are_not_there_at_all_are_made_at_the_first_addresses(tx):
    ann = add_person(tx, "ann")
    tx.run("delete from actor_key")

    replace_keys(tx, ann, NEW, NOW)

    assert listed(tx)[:2] == (f"{ANN}#main-key", NEW[1])


@pytest.mark.threat("T135")
def test_the_neighbours_that_are_trusted_are_told_of_new_keys_of_the_node(tx):
    node = add_node(tx)
    add_neighbour(tx, "rose")
    add_neighbour(tx, "hilda", "https://hill.example")
    put_policy(tx, "valley.example", Policy.TRUSTED, "", NOW)

    rotate_keys(tx, node, NEW, NOW)

    assert [row["inbox"] for row in tx.all("select inbox from delivery")] == [VALLEY]


@pytest.mark.threat("T135")
async def test_the_node_can_fetch_with_its_old_key_for_seven_days(database):
    await database.write(add_node)
    old, new = f"{NODE}#main-key", "another"

    async def keys_at(now):
        fetcher = Fetcher(database, PeerGate(), FakeClock(now))
        key = await fetcher._key_for(ANN.replace("group", "valley"))
        found = [key.iri, *([key.other.iri] if key.other else [])]
        return [old if iri == old else new for iri in found]

    assert await keys_at(NOW) == [old]
    await database.write(lambda tx: rotate_keys(tx, actor_by_iri(tx, NODE), NEW, NOW))

    assert await keys_at(NOW) == [old, new]
    assert await keys_at(NOW + NEWS_S - 1) == [old, new]
    assert await keys_at(NOW + NEWS_S) == [new, old]
    await database.write(forget_retired_keys, NOW + OLD_KEYS_S)
    assert await keys_at(NOW + OLD_KEYS_S) == [new]


@pytest.mark.threat("T135")
async def test_what_the_node_fetches_is_signed_with_its_new_key_at_once_if_the_old_one_is_lost(
    database,
):
    await database.write(add_node)

    await database.write(lambda tx: replace_keys(tx, actor_by_iri(tx, NODE), NEW, NOW))

    key = await Fetcher(database, PeerGate(), FakeClock(NOW))._key_for("https://valley.example/1")
    assert (key.iri, key.other) == (f"{NODE}#main-key", None)
    assert key.public == load_public_key(NEW[1])


@pytest.fixture
def context(database):
    config = Config(node=NodeSettings(url="https://group.example"))
    return CommandContext(config, database, FakeClock(NOW), PolicyCache("group.example"))


def people(tx):
    add_node(tx)
    add_group(tx, "walkers", add_person(tx, "ann"))
    add_neighbour(tx, "rose")


@pytest.mark.threat("T135")
@pytest.mark.parametrize("name", ["ann", "@ann@group.example", "walkers", "actor"])
async def test_a_person_a_community_and_the_node_itself_can_be_given_new_keys(context, name):
    await context.db.write(people)

    said = await rotate_task(context, {"actor": name, "lost": False})
    lost = await rotate_task(context, {"actor": name, "lost": True})

    assert said == (
        f"{name} has new keys. The old ones are good until 2027-01-22. Those who follow are told."
    )
    assert lost == f"{name} has new keys. The old ones count no more. Those who follow are told."


@pytest.mark.parametrize("name", ["reed", "@rose@valley.example", "rose"])
async def test_nobody_elsewhere_can_be_given_new_keys(context, name):
    await context.db.write(people)

    with pytest.raises(Refused, match="Nobody here is called"):
        await rotate_task(context, {"actor": name, "lost": True})


def keys_held(tx):
    rows = tx.all("select iri, private_key, retired_at from actor_key order by iri")
    updates = tx.all("select id from outbox_entry where kind = 'Update'")
    return [tuple(row.values()) for row in map(dict, rows)], len(updates)


@pytest.mark.threat("T135")
@pytest.mark.promise("R1")
@pytest.mark.parametrize("change", [rotate_keys, replace_keys])
def test_a_kill_at_any_statement_leaves_the_keys_as_they_were_or_as_they_are_to_be(
    stores, engine, tmp_path, change
):
    killed, found = 0, []
    for count in range(1, 60):
        folder = tmp_path / str(count)
        url = stores.new(folder)
        before = asyncio.run(in_store(url, folder, lambda tx: (people(tx), keys_held(tx))[1]))
        was_killed = change_and_die(url, folder, engine, change, count)
        killed += was_killed
        after = asyncio.run(in_store(url, folder, keys_held))
        stores.drop(url)
        found.append(after == before)
        assert after == before or (after != before and after[1] == 1)
        assert len({private for _, private, _ in after[0]} - set(KEYS)) in (0, 2)
        if not was_killed:
            break

    assert killed > 8
    assert found == sorted(found, reverse=True)
    assert found[-1] is False


async def in_store(url, folder, function):
    db = await open_database(url, folder, NOW)
    try:
        return await db.write(function)
    finally:
        await db.close()


def change_and_die(url, folder, engine, change, count):
    """Change ann's keys in a process that is killed right after its statement number `count`."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(in_store(url, folder, dying(engine, change, count)))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def dying(engine, change, count):
    kind = SqliteTx if engine == "sqlite" else PostgresTx
    run, ran = kind._run, 0

    def counted(self, *args, **more):
        nonlocal ran
        outcome = run(self, *args, **more)
        ran += 1
        if ran == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    def function(tx):
        kind._run = counted
        change(tx, actor_by_iri(tx, ANN), NEW, NOW)

    return function
