"""Two nodes of ours over loopback, one of which gets new keys while the other holds the old (T135).

They run in one process on one clock, which can be put forward; all else is as an operator has it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from federation.limits import KEY_REFETCH_S
from node.app import running_node
from node.base.clock import Clock
from node.base.config import read_config, render_config, write_config
from node.cli.accounts import create_account_task
from node.cli.context import CommandContext
from node.cli.keys import rotate_task
from node.cli.node import make_node
from node.cli.peers import confirm_task, set_policy_task
from node.db.open import open_database
from node.db.tx import Tx
from node.http.listener import listen
from node.http.services import SERVICES, Services
from node.peers.policy_cache import open_policy_cache
from node.topics.actors.handles import actor_by_handle
from node.topics.actors.key_rotation import OLD_KEYS_S, forget_retired_keys
from node.topics.actors.store import Actor, actor_by_id
from node.topics.members.actions import follow
from node.topics.members.store import follow_between
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.journeys.processes import NodeProcess, free_port

DAY_S = 24 * 3_600
TRIES = 300
pytestmark = pytest.mark.timeout(300)


@dataclass
class ShiftedClock(Clock):
    """The machine's clock, put forward by so many seconds."""

    ahead_s: int = 0

    def now(self) -> int:
        return super().now() + self.ahead_s


@dataclass
class Node:
    """A running node, and how often its people's own documents were asked for."""

    services: Services
    asked: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.services.config.host

    @property
    def context(self) -> CommandContext:
        """What a command that is given meanwhile works with."""
        services = self.services
        return CommandContext(
            services.config, services.db, services.clock, services.peers, services.resolver
        )

    def one(self, name: str) -> Callable[[Tx], Actor]:
        """Reads one of its people."""

        def read(tx: Tx) -> Actor:
            found = actor_by_handle(tx, f"{name}@{self.host}")
            assert found is not None
            return found

        return read

    async def say(self, text: str) -> None:
        """Have ann write something for everybody."""

        def write(tx: Tx) -> None:
            publish(tx, self.one("ann")(tx), Draft(text=text), self.services.clock.now())

        await self.services.db.write(write)
        self.services.wake_sender()

    async def has(self, text: str) -> bool:
        """Whether a post with those words is held."""
        found = await self.services.db.read(
            lambda tx: tx.one("select id from post where content = :t", t=f"<p>{text}</p>")
        )
        return found is not None

    async def has_read_all(self) -> bool:
        """Whether nothing is left to be fetched in the background."""
        return not await self.services.db.read(
            lambda tx: tx.all("select id from fetch_task where settled_at is null")
        )

    async def keys(self, iri: str) -> dict[str, str]:
        """The RSA keys that are held of somebody, by what they are called."""
        rows = await self.services.db.read(
            lambda tx: tx.all(
                """
                select k.iri, k.public_key from actor_key k join actor a on a.id = k.actor_id
                where a.iri = :iri and k.algorithm = 'rsa'
                """,
                iri=iri,
            )
        )
        return {row["iri"].partition("#")[2]: row["public_key"] for row in rows}

    async def rotate(self, name: str, *, lost: bool = False) -> None:
        """`hedgerow key rotate NAME`"""
        await rotate_task(self.context, {"actor": name, "lost": lost})
        self.services.wake_sender()


@asynccontextmanager
async def node_of(folder: Path, person: str, clock: Clock) -> AsyncIterator[Node]:
    """A node on loopback where one person lives."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    write_config(folder, render_config(url, person, True, ""))
    config = read_config(folder)
    db = await open_database("", folder, clock.now())
    context = CommandContext(config, db, clock, await open_policy_cache(config, db))
    await make_node(context, {})
    account = {"name": person, "email": None, "role": "organiser", "password": None}
    await create_account_task(context, account)
    await db.close()
    async with running_node(config, clock) as app:
        node = Node(app[SERVICES])

        @web.middleware
        async def note(request: web.Request, handler: Any) -> web.StreamResponse:
            if request.method == "GET":
                node.asked.append(request.path)
            answer: web.StreamResponse = await handler(request)
            return answer

        app.middlewares.insert(0, note)
        listener = await listen(app, "127.0.0.1", port)
        try:
            yield node
        finally:
            await listener.stop()


async def until(question: Callable[[], Any], what: str) -> None:
    """Ask until the answer is yes."""
    for _ in range(TRIES):
        if await question():
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"never: {what}")


@dataclass
class Pair:
    """ann lives at home; bob, who follows her, away."""

    home: Node
    away: Node
    clock: ShiftedClock
    ann: Actor

    async def arrives(self, text: str) -> None:
        await self.home.say(text)
        await until(lambda: self.away.has(text), text)

    def asked_for_ann(self) -> int:
        return self.home.asked.count("/people/ann")


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    clock = ShiftedClock()
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(node_of(tmp_path / "home", "ann", clock))
        away = await stack.enter_async_context(node_of(tmp_path / "away", "bob", clock))
        found = await away.services.resolver.resolve(f"@ann@{home.host}")
        assert found.actor_id is not None

        def begin(tx: Tx) -> Actor:
            bob, ann = away.one("bob")(tx), actor_by_id(tx, found.actor_id or 0)
            assert ann is not None
            follow(tx, bob, ann, clock.now())
            return ann

        ann = await away.services.db.write(begin)
        away.services.wake_sender()

        async def is_accepted() -> bool:
            def read(tx: Tx) -> bool:
                held = follow_between(tx, away.one("bob")(tx).id, ann.id)
                return held is not None and held.state == "accepted"

            return await away.services.db.read(read)

        await until(is_accepted, "ann accepts bob")
        await until(away.has_read_all, "what ann wrote before is read")
        made = Pair(home, away, clock, ann)
        await made.arrives("Before")
        yield made


@pytest.mark.threat("T135")
async def test_a_change_in_good_order_is_believed_without_asking_and_nothing_is_missed(pair):
    before, asked = await pair.away.keys(pair.ann.iri), pair.asked_for_ann()

    await pair.home.rotate("ann")
    await pair.arrives("After")

    both = await pair.away.keys(pair.ann.iri)
    assert both == await pair.home.keys(pair.ann.iri)
    (new,) = set(both) - {"main-key"}
    assert re.fullmatch(r"main-key-\d{10}", new)
    assert both["main-key"] == before["main-key"]
    assert pair.asked_for_ann() == asked

    pair.clock.ahead_s += OLD_KEYS_S
    await pair.home.services.db.write(forget_retired_keys, pair.clock.now())
    pair.home.services.wake_sender()
    await pair.arrives("Seven days later")

    assert set(await pair.away.keys(pair.ann.iri)) == {new}


@pytest.mark.threat("T135")
@pytest.mark.threat("T112")
async def test_what_was_said_before_a_change_still_arrives_when_the_old_key_is_forgotten(pair):
    pair.clock.ahead_s += 60
    at = pair.clock.now()

    def say_for_later(tx: Tx) -> None:
        publish(tx, pair.home.one("ann")(tx), Draft(text="Long ago"), at)
        tx.run(
            "update delivery set next_try_at = :later where created_at = :at",
            later=at + 8 * DAY_S,
            at=at,
        )

    async def is_on_its_way() -> bool:
        rows = await pair.home.services.db.read(
            lambda tx: tx.all("select id from delivery where created_at = :at", at=at)
        )
        return bool(rows)

    async def is_taken() -> bool:
        return not await is_on_its_way()

    await pair.home.services.db.write(say_for_later)
    pair.clock.ahead_s += 60
    await pair.home.rotate("ann")
    pair.clock.ahead_s += OLD_KEYS_S
    await pair.home.services.db.write(forget_retired_keys, pair.clock.now())
    await pair.arrives("Seven days later")
    there = await pair.away.keys(pair.ann.iri)
    assert there == await pair.home.keys(pair.ann.iri)
    assert "main-key" not in there
    assert await is_on_its_way()

    pair.clock.ahead_s += DAY_S
    pair.home.services.wake_sender()

    await until(is_taken, "what was said long ago is taken")
    await until(lambda: pair.away.has("Long ago"), "and it is there")


@pytest.mark.threat("T135")
@pytest.mark.threat("T9")
async def test_who_holds_a_key_that_was_lost_reads_it_anew_within_its_limits_and_goes_on(pair):
    old, asked = await pair.away.keys(pair.ann.iri), pair.asked_for_ann()

    await pair.home.rotate("ann", lost=True)
    await pair.home.say("Too soon")
    await asyncio.sleep(1.5)

    assert not await pair.away.has("Too soon")
    assert pair.asked_for_ann() == asked

    pair.clock.ahead_s += KEY_REFETCH_S
    pair.home.services.wake_sender()
    await until(lambda: pair.away.has("Too soon"), "what came too soon comes again")
    await pair.arrives("After")

    new = await pair.away.keys(pair.ann.iri)
    assert set(new) == set(old) == {"main-key"}
    assert new != old
    assert pair.asked_for_ann() == asked + 1


@pytest.mark.threat("T135")
@pytest.mark.threat("T105")
async def test_after_thirty_days_of_silence_what_comes_with_a_lost_key_waits_for_a_look(pair):
    pair.clock.ahead_s += 31 * DAY_S
    await pair.home.rotate("ann", lost=True)
    await pair.home.say("We are back")

    async def is_frozen() -> bool:
        return pair.away.services.peers.circle.is_frozen(pair.home.host)

    async def is_held() -> bool:
        rows = await pair.away.services.db.read(lambda tx: tx.all("select kind from held_arrival"))
        return "Create" in [row["kind"] for row in rows]

    await until(is_frozen, "the host is frozen")
    await until(is_held, "what came is held")
    assert not await pair.away.has("We are back")

    await confirm_task(pair.away.context, {"host": pair.home.host})

    await until(lambda: pair.away.has("We are back"), "what was held comes in")
    await pair.arrives("And go on")


@pytest.mark.threat("T135")
@pytest.mark.threat("T105")
@pytest.mark.parametrize("lost", [False, True], ids=["in good order", "lost"])
@pytest.mark.parametrize("is_trusted", [True, False], ids=["trusted", "met"])
async def test_new_keys_of_a_node_freeze_it_at_its_neighbours_unless_the_old_one_signs_them(
    pair, lost, is_trusted
):
    for here, there in ((pair.home, pair.away), (pair.away, pair.home)) if is_trusted else ():
        values = {"host": there.host, "policy": "trusted", "reason": ""}
        await set_policy_task(here.context, values)
    await pair.arrives("Before")
    node = f"{pair.home.services.config.node.url}/actor"
    await pair.away.services.resolver.read_anew(node)
    old = await pair.away.keys(node)
    pair.clock.ahead_s += KEY_REFETCH_S

    await pair.home.rotate("actor", lost=lost)

    async def is_changed() -> bool:
        return await pair.away.keys(node) not in (old, {})

    assert old
    await until(is_changed, "the new key of the node is known")
    await pair.away.services.peers.refresh(pair.away.services.db)
    assert pair.away.services.peers.circle.is_frozen(pair.home.host) is lost


@pytest.mark.threat("T135")
async def test_the_command_changes_keys_while_the_node_runs_and_says_why_it_does_not(
    tmp_path: Path,
) -> None:
    node = NodeProcess(tmp_path / "data")
    try:
        await node.make("ann")
        await node.start()
        first = await node.run("key", "rotate", "ann")
        second = await node.run("key", "rotate", "ann")
        lost = await node.run("key", "rotate", "ann", "--lost")
        nobody = await node.run("key", "rotate", "reed")
    finally:
        await node.end()

    assert (first[0], first[2]) == (0, "")
    assert "The old ones are good until" in first[1]
    assert (second[0], second[1]) == (1, "")
    assert "Wait until then, or say --lost" in second[2]
    assert lost == (
        0,
        "ann has new keys. The old ones count no more. Those who follow are told.\n",
        "",
    )
    assert nobody == (1, "", "Nobody here is called reed.\n")
