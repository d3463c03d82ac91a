"""Two nodes on one clock, and a line that loses one message in five without a word."""

from dataclasses import dataclass, field
from random import Random

import pytest

from federation.documents import read_activity
from federation.errors import FetchFailed
from federation.followers_sync import PartialList, read_claim_header
from federation.origin import authority_of, origin_of
from federation.strictjson import read_json
from node.arrivals.follower_digests import note_digest
from node.arrivals.store import NewArrival, add_arrival, waiting_arrivals
from node.base.clock import FakeClock
from node.db.open import open_database
from node.inbox.batch import apply_batch
from node.inbox.handlers import HANDLERS
from node.outbox.deliveries import settle_delivered, waiting_deliveries
from node.outbox.follower_digests import claims_for, followers_at
from node.topics.actors.actions import add_local_actor
from node.topics.actors.activities import store_actor
from node.topics.actors.documents import actor_value
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import follow, unfollow
from node.topics.members.answers import reject_follow
from node.topics.members.follow_retries import FollowKeeper
from node.topics.members.store import follow_between
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW

GROUP, VALLEY = "https://group.example", "https://valley.example"
NAMES = ("ann", "ben", "cleo")
TICK_S, HOUR_S, DAY_S = 1_800, 3_600, 86_400
LOST = 0.2


@dataclass
class Node:
    """One node: its store, and who lives there."""

    origin: str
    db: object
    clock: FakeClock
    line: "Line"
    keeper: FollowKeeper = None
    people: list[str] = field(default_factory=list)

    async def prepare(self):
        """Make the people who live here; their documents, for the neighbours."""

        def prepare(tx):
            made = [
                add_local_actor(
                    tx,
                    origin=self.origin,
                    kind="Person",
                    name=name,
                    display_name="",
                    keys=KEYS,
                    now=NOW,
                )
                for name in NAMES
            ]
            return [actor_value(tx, one) for one in made]

        found = await self.db.write(prepare)
        self.people = [one.iri for one in found]
        self.keeper = FollowKeeper(self.db, self.line.fetch_list, self.clock, lambda: None)
        return found

    async def say(self):
        """Everybody here writes to their followers."""

        def write(tx, iri, now):
            publish(tx, actor_by_iri(tx, iri), Draft(text="Hello", visibility="followers"), now)

        for iri in self.people:
            await self.db.write(write, iri, self.clock.now())

    async def receive(self, body, claim):
        """Take a message as the inbox does once its signature was checked, and apply it."""
        activity, now = read_activity(read_json(body.encode())), self.clock.now()

        def take(tx):
            arrival = NewArrival(
                activity_iri=activity.iri,
                origin=origin_of(activity.actor),
                actor_iri=activity.actor,
                kind=type(activity).__name__,
                body=body,
                body_hash="0",
            )
            add_arrival(tx, arrival, now)
            if claim is not None:
                note_digest(tx, activity.actor, read_claim_header(claim), now)
            batch = apply_batch(tx, waiting_arrivals(tx, now), HANDLERS, {}, now)
            assert not batch.failing
            assert not batch.lacking

        await self.db.write(take)

    async def accepted(self):
        """Every accepted follow between the two nodes, as this one knows it."""
        rows = await self.db.read(
            lambda tx: tx.all(
                """
                select a.iri as follower, b.iri as followed
                from follow f join actor a on a.id = f.follower_id
                join actor b on b.id = f.followed_id
                where f.state = 'accepted'
                """
            )
        )
        return {(row["follower"], row["followed"]) for row in rows}


class Line:
    """What joins the two, and loses some of what it carries."""

    def __init__(self, seed):
        self.random, self.nodes = Random(seed), {}

    def is_lost(self):
        return self.random.random() < LOST

    async def carry(self, node):
        """Bring over what waits at `node`; it hears of nothing that was lost."""
        (other,) = (one for one in self.nodes.values() if one is not node)
        host = authority_of(other.origin)
        while batch := await node.db.read(waiting_deliveries, host, 0):
            claims = await node.db.read(claims_for, host, batch)
            for one in batch:
                if not self.is_lost():
                    await other.receive(one.body, claims.get(one.id))
                await node.db.write(settle_delivered, one, "cavage", node.clock.now())

    async def fetch_list(self, url):
        if self.is_lost():
            raise FetchFailed("timeout")
        collection, host = url.split("?domain=")
        node = self.nodes[authority_of(collection)]
        iri = collection.removesuffix("/followers")

        def read(tx):
            return followers_at(tx, actor_by_iri(tx, iri).id, host)

        return PartialList(frozenset(await node.db.read(read)), True)


async def act(line, clock):
    """Somebody follows somebody of the other node, stops following them, or is removed by them."""
    one, other = line.random.sample(sorted(line.nodes.values(), key=lambda node: node.origin), 2)
    me, them = line.random.choice(one.people), line.random.choice(other.people)
    deed = line.random.choice(["follow", "follow", "unfollow", "remove"])

    def do(tx):
        mine, theirs = actor_by_iri(tx, me), actor_by_iri(tx, them)
        if deed == "follow":
            follow(tx, mine, theirs, clock.now())
        elif deed == "unfollow":
            unfollow(tx, mine, theirs, clock.now())
        elif follow_between(tx, theirs.id, mine.id):
            reject_follow(tx, mine, theirs, clock.now())

    if deed == "remove" and not await has_heard(other, me):
        return
    await one.db.write(do)


async def has_heard(node, iri):
    """Whether a node had contact with somebody: heard once who of its own follows them."""
    sql = """
        select 1 as found from follower_digest h join actor a on a.id = h.actor_id
        where a.iri = :iri
        """
    return await node.db.read(lambda tx: tx.one(sql, iri=iri)) is not None


async def pass_time(line, clock, for_s, *, acting):
    for tick in range(for_s // TICK_S):
        clock.at += TICK_S
        if acting:
            await act(line, clock)
        for node in line.nodes.values():
            if tick % (HOUR_S // TICK_S) == 0:
                await node.say()
            await line.carry(node)
            await node.keeper.look()


@pytest.fixture
async def nodes(new_store, tmp_path):
    """Makes two nodes that know of each other's people, joined by a line."""
    opened = []

    async def make(seed):
        line, clock = Line(seed), FakeClock(NOW)
        documents = {}
        for origin in (GROUP, VALLEY):
            folder = tmp_path / f"{seed}-{authority_of(origin)}"
            db = await open_database(new_store(folder), folder, NOW, on_fatal=print)
            opened.append(db)
            node = Node(origin, db, clock, line)
            line.nodes[authority_of(origin)] = node
            documents[origin] = await node.prepare()
        for node in line.nodes.values():
            for origin, found in documents.items():
                if origin != node.origin:
                    for one in found:
                        await node.db.write(store_actor, one, NOW)
        return line, clock

    yield make
    for db in opened:
        await db.close()


@pytest.mark.promise("R7")
@pytest.mark.threat("T122")
@pytest.mark.threat("T97")
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 34))]
)
async def test_both_nodes_agree_on_who_follows_whom_a_day_after_the_last_change(nodes, seed):
    line, clock = await nodes(seed)
    one, other = line.nodes.values()

    await pass_time(line, clock, 2 * DAY_S, acting=True)
    await pass_time(line, clock, DAY_S, acting=False)

    assert await one.accepted() == await other.accepted()
    assert await one.accepted()
