"""All bytes that go to a host over a thousand random acts: nobody is named in them who lives
elsewhere and has not written in that conversation, and nothing that is for this node alone.

Looked at are each delivery as it goes out (its address, its headers as the sender signs them, its
body), and what each host is given that asks for all there is, as its people and as itself.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from federation.followers_sync import HEADER
from federation.signatures import sign_request
from node.base.errors import NotFound, Problem
from node.documents.actors import read_community
from node.documents.collections import read_partial_followers, read_told
from node.documents.objects import read_activity, read_post
from node.outbox.deliveries import Delivery, settle_delivered, waiting_deliveries
from node.outbox.follower_digests import claims_for
from node.outbox.signing_keys import keys_to_sign
from node.topics.actors.store import Actor
from tests.neighbours import NOW
from tests.node.topics.publishing.packet_world import CANARY, DEEDS, HOSTS, World, made

OWN_PART = "/followers?domain"
"""Where a host asks who of it belongs to a community: it is told of nobody else, and where nobody
does, of nobody."""

LISTS = ("outbox", "followers", "following", "featured", "moderators")
EVERY_ACTS = 20
"""So often each host asks for all there is."""


def note_writers(world: World) -> None:
    """Who has ever written in which conversation, by the id of its first post."""
    rows = world.tx.all(
        """
        select p.root_id, a.iri from post p join actor a on a.id = p.author_id
        where p.community_id = :circle
        """,
        circle=world.circle.id,
    )
    for row in rows:
        world.writers.setdefault(row["root_id"], set()).add(row["iri"])


def look_at_what_is_sent(world: World) -> None:
    """Look at all that was said since, as it goes out, and have most hosts take it."""
    tx = world.tx
    for host in HOSTS:
        while batch := waiting_deliveries(tx, host, world.read_to.get(host, 0)):
            claims, keys = claims_for(tx, host, batch), keys_to_sign(tx, batch)
            for one in batch:
                also = {HEADER: claims[one.id]} if one.id in claims else {}
                world.read_to[host], world.sent = one.id, world.sent + 1
                world.faults += faults_in(world, host, packet(one, keys, also), one.object_iri)
                if world.random.random() < 0.9:
                    settle_delivered(tx, one, "cavage", world.now)


def packet(one: Delivery, keys: Any, also: dict[str, str]) -> str:
    """A delivery as it stands on the line; what is in it, with no letter written as a number."""
    body = one.body.encode()
    headers = sign_request("POST", one.inbox, body, keys[one.id][0], NOW, "cavage", also=also)
    lines = [f"{name}: {value}" for name, value in headers.items()]
    said = json.dumps(json.loads(one.body), ensure_ascii=False)
    return "\n".join([f"POST {one.inbox}", *lines, "", said])


def look_at_what_is_given(world: World) -> None:
    """Have each host ask for everything, as itself and as somebody of it."""
    for host in HOSTS:
        people = [one.iri for one in world.theirs if one.host == host]
        for signer in (f"https://{host}/actor", world.random.choice(people)):
            for iri, document in documents_for(world, host, signer):
                world.given += 1
                text = json.dumps(document, ensure_ascii=False)
                world.faults += faults_in(world, host, text, iri)
                is_for_all = iri in (world.circle.iri, world.circle.iri + OWN_PART)
                if not is_for_all and not is_member_at(world, host):
                    world.faults.append(f"{host}, where nobody is a member, is given {iri}")


def documents_for(world: World, host: str, signer: str) -> Iterator[tuple[str, Any]]:
    """What is given to whoever signs, by address."""
    tx, circle = world.tx, world.circle
    for group in (circle, world.burrow):
        with suppress(NotFound):
            yield group.iri, read_community(tx, group.iri, group.name, signer)[0]
        for name in LISTS:
            with suppress(NotFound):
                listed = read_told(tx, "communities", group.name, name, None, signer)[0]
                yield f"{group.iri}/{name}", listed
        with suppress(NotFound):
            partial = read_partial_followers(tx, "communities", group.name, host, signer)
            yield f"{group.iri}{OWN_PART}", partial
    for row in tx.all("select iri from post where local = 1 order by id desc limit 12"):
        with suppress(NotFound):
            yield row["iri"], read_post(tx, row["iri"], signer).document
    for row in tx.all("select iri, object_iri from outbox_entry order by id desc limit 12"):
        with suppress(NotFound):
            if (said := read_activity(tx, row["iri"], signer)) is not None:
                yield row["object_iri"], said


def is_member_at(world: World, host: str) -> bool:
    row = world.tx.one(
        """
        select 1 as found from membership m join actor a on a.id = m.actor_id
        where m.community_id = :circle and a.host = :host limit 1
        """,
        circle=world.circle.id,
        host=host,
    )
    return row is not None


def faults_in(world: World, host: str, text: str, object_iri: str) -> list[str]:
    """What a host is told that it is not to learn. Whoever of ours looks after the community is
    named where that is asked for."""
    row = world.tx.one("select root_id from post where iri = :iri", iri=object_iri)
    anywhere = set[str]().union(*world.writers.values()) if world.writers else set()
    wrote = world.writers.get(row["root_id"], set()) if row else anywhere
    if object_iri == f"{world.circle.iri}/moderators":
        wrote = wrote | {world.ours[0].iri}
    found = [
        f"{host} is told of {one.name}: {text}"
        for one in (*world.theirs, *world.ours)
        if one.host != host and one.iri not in wrote and is_named(one, text)
    ]
    if CANARY in text or world.burrow.iri in text or "burrow" in text:
        found.append(f"{host} is told what is for this node: {text}")
    return found


def is_named(one: Actor, text: str) -> bool:
    return one.name in text


def acted(tx: Any, seed: int, acts: int) -> tuple[World, int]:
    """What came of so many random acts, and how many of them could be done."""
    world, done = made(tx, seed), 0
    for number in range(acts):
        world.count, world.now = number, NOW + 60 * number
        with suppress(Problem), tx.savepoint():
            world.random.choice(DEEDS)(world)
            done += 1
        note_writers(world)
        look_at_what_is_sent(world)
        if number % EVERY_ACTS == 0:
            look_at_what_is_given(world)
    return world, done


@pytest.mark.threat("T90", "T91")
@pytest.mark.feature("F13")
@pytest.mark.parametrize("seed", [1, 2])
def test_no_host_is_told_of_members_elsewhere_who_have_not_written_or_of_what_stays_here(tx, seed):
    world, done = acted(tx, seed, 500)

    assert world.faults == []
    assert done > 150
    assert world.sent > 100
    assert world.given > 300


@pytest.mark.slow
@pytest.mark.threat("T90", "T91")
@pytest.mark.feature("F13")
@pytest.mark.parametrize("seed", [3, 4, 5, 6])
def test_over_a_thousand_acts_no_host_is_told_of_them_either(tx, seed):
    world, done = acted(tx, seed, 1_000)

    assert world.faults == []
    assert done > 300
    assert world.sent > 300
    assert world.given > 600
