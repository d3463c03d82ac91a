"""Conversations and histories are completed in the background, each thing from its own home."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from federation.errors import FetchFailed
from federation.gate import Budget
from node.arrivals.fetch_tasks import HELD_S, add_task
from node.inbox import fetch_worker
from node.inbox.fetch_run import CONVERSATION_FETCHES_MAX
from node.inbox.fetch_worker import FetchWorker
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.notifications.store import notifications
from node.topics.posts.store import post_by_iri
from node.topics.timelines.store import Page, home, of_actor, of_community
from tests.neighbours import add_neighbour, add_person
from tests.peers.stub import NOW, THERE, PeerGate, person_document

HILL = "https://hill.example"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PICTURE = f"{THERE}/pictures/1.jpg"


def post(number: int, parent: str | None = None, origin: str = THERE, **more: Any) -> Any:
    """A public note of rose or, on the hill, of reed."""
    author = f"{origin}/people/{'rose' if origin == THERE else 'reed'}"
    return {
        "id": f"{origin}/notes/{number}",
        "type": "Note",
        "attributedTo": author,
        "to": [PUBLIC],
        "content": f"<p>{number}</p>",
        "inReplyTo": parent,
        "published": "2026-11-01T10:00:00Z",
        "attachment": [{"type": "Document", "mediaType": "image/jpeg", "url": PICTURE}],
        "tag": [{"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": PICTURE}}],
    } | more


def listing(url: str, items: list[Any], after: str | None = None) -> Any:
    return {"id": url, "type": "OrderedCollection", "orderedItems": items, "next": after}


@dataclass
class World:
    """Two other nodes, and ours, which fetches from them."""

    node: Any
    gate: PeerGate = field(init=False)

    def __post_init__(self) -> None:
        self.gate = self.node.gate
        self.serve(
            person_document("rose") | {"icon": {"type": "Image", "url": PICTURE}},
            person_document("reed", HILL),
        )

    def serve(self, *documents: Any) -> None:
        self.gate.documents |= {one["id"]: one for one in documents}

    async def add(self, kind: str, iri: str, again_s: int = 0) -> None:
        await self.node.db.write(add_task, kind, iri, self.node.clock.now(), again_s=again_s)

    async def work(self) -> None:
        """Let the background do what is due."""
        node = self.node
        worker = FetchWorker(node.db, node.fetcher, node.clock, look_every_s=0.005)
        task = asyncio.create_task(worker.run())
        for _ in range(3_000):
            await asyncio.sleep(0.005)
            if not await self.node.db.read(is_busy, self.node.clock.now()):
                break
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def complete(self, kind: str, iri: str) -> None:
        await self.add(kind, iri)
        await self.work()

    async def tree(self) -> dict[str, str | None]:
        """Every post that is stored here, and what it hangs below here."""
        return await self.node.db.read(read_tree)

    async def reason(self, iri: str) -> str | None:
        return await self.node.db.read(read_reason, iri)

    def asked_for(self, iri: str) -> int:
        return self.gate.asked.count(iri)


def is_busy(tx, now):
    """Whether a task is due, or in somebody's hands."""
    return tx.one(
        """
        select 1 as found from fetch_task
        where settled_at is null and (next_try_at <= :now or next_try_at = :held)
        """,
        now=now,
        held=now + HELD_S,
    )


def read_tree(tx):
    rows = tx.all("select p.iri, q.iri as above from post p left join post q on q.id = p.parent_id")
    return dict(sorted((row["iri"], row["above"]) for row in rows))


def read_reason(tx, iri):
    row = tx.one("select reason from fetch_task where iri = :iri", iri=iri)
    return row["reason"] if row else None


@pytest.fixture
async def world(node) -> World:
    return World(node)


async def held(world: World, *documents: Any) -> None:
    """Posts that are stored here already."""
    world.serve(*documents)
    for one in documents:
        await world.node.fetcher.fetch(one["id"], Budget())
    world.gate.asked.clear()


def iri(number: int, origin: str = THERE) -> str:
    return f"{origin}/notes/{number}"


@pytest.mark.feature("F10")
async def test_what_a_post_hangs_below_is_fetched_up_to_the_first(world):
    world.serve(post(1), *(post(n, iri(n - 1)) for n in range(2, 31)))

    await world.complete("parents", iri(30))

    tree = await world.tree()
    assert tree == {iri(1): None} | {iri(n): iri(n - 1) for n in range(2, 31)}


@pytest.mark.feature("F10")
@pytest.mark.parametrize("name", ["contextHistory", "context", "replies"])
async def test_a_conversation_is_completed_from_whatever_lists_it(world, name):
    place = f"{THERE}/lists/{name}"
    answer, deeper = post(2, iri(1)), post(3, iri(2), HILL)
    create = {"id": f"{THERE}/creates/2", "type": "Create", "actor": answer["attributedTo"]}
    items = {
        "contextHistory": [create | {"object": answer}, deeper["id"]],
        "context": [iri(1), answer["id"], deeper],
        "replies": [answer["id"]],
    }
    answer["replies"] = f"{THERE}/lists/deeper"
    world.serve(
        answer,
        deeper,
        listing(place, items[name]),
        listing(f"{THERE}/lists/deeper", [deeper["id"]]),
    )
    await held(world, post(1, **{name: place}))

    await world.complete("answers", iri(1))

    tree = await world.tree()
    assert tree == {iri(1): None, iri(2): iri(1), iri(3, HILL): iri(2)}


async def test_the_whole_conversation_is_asked_for_before_the_answers(world):
    root = post(1, context=f"{THERE}/contexts/1", replies=f"{THERE}/lists/1")
    world.serve(post(2, iri(1)), listing(f"{THERE}/contexts/1", [iri(1), iri(2)]))
    await held(world, root)

    await world.complete("answers", iri(1))

    assert list(await world.tree()) == [iri(1), iri(2)]
    assert world.asked_for(f"{THERE}/lists/1") == 0


async def test_where_a_context_leads_nowhere_the_answers_are_asked_for(world):
    root = post(1, context=f"{THERE}/contexts/gone", replies=f"{THERE}/lists/1")
    world.serve(post(2, iri(1)), listing(f"{THERE}/lists/1", [iri(2)]))
    await held(world, root)

    await world.complete("answers", iri(1))

    assert list(await world.tree()) == [iri(1), iri(2)]


@pytest.mark.threat("T16")
async def test_an_embedded_answer_of_another_origin_is_read_at_its_own(world):
    true, false = post(2, iri(1), HILL), post(2, iri(1), HILL, content="<p>forged</p>")
    world.serve(true)
    await held(world, post(1, replies=[false]))

    await world.complete("answers", iri(1))

    stored = await world.node.db.read(post_by_iri, iri(2, HILL))
    assert stored.content == "<p>2</p>"
    assert world.asked_for(iri(2, HILL)) == 1


@pytest.mark.threat("T16")
async def test_a_post_in_the_name_of_somebody_elsewhere_is_not_stored(world):
    await held(world, post(1, replies=[post(2, iri(1), attributedTo=f"{HILL}/people/reed")]))

    await world.complete("answers", iri(1))

    assert list(await world.tree()) == [iri(1)]


async def test_what_is_listed_and_answers_nothing_here_is_not_kept(world):
    strays = [post(2), post(3, iri(99)), post(4, iri(1))]
    await held(world, post(1, context=f"{THERE}/contexts/1", replies=strays))
    world.serve(listing(f"{THERE}/contexts/1", [iri(1), *strays]))

    await world.complete("answers", iri(1))

    assert await world.tree() == {iri(1): None, iri(4): iri(1)}


@pytest.mark.threat("T108")
async def test_no_picture_of_another_node_is_ever_asked_for(world):
    group = person_document("walks") | {"type": "Group", "featured": f"{THERE}/featured"}
    world.serve(
        group,
        post(3),
        listing(f"{THERE}/people/walks/outbox", [{
            "id": f"{THERE}/announces/3", "type": "Announce", "object": post(3),
        }]),
        listing(f"{THERE}/featured", [post(4, url={"type": "Link", "href": PICTURE})]),
    )  # fmt: skip
    await held(world, post(1, replies=[post(2, iri(1), image={"type": "Image", "url": PICTURE})]))
    await world.node.db.write(add_neighbour, "walks", kind="Group", featured=f"{THERE}/featured")

    await world.complete("answers", iri(1))
    await world.complete("history", group["id"])

    assert len(await world.tree()) == 4
    assert [one for one in world.gate.asked if "pictures" in one] == []


async def test_a_conversation_that_has_not_changed_is_not_sent_again(world):
    place = f"{THERE}/lists/1"
    world.serve(post(2, iri(1)), listing(place, [iri(2)]))
    world.gate.marks[place] = '"one"'
    await held(world, post(1, replies=place))
    await world.complete("answers", iri(1))
    world.serve(post(3, iri(1)), listing(place, [iri(2), iri(3)]))

    await world.complete("answers", iri(1))
    unchanged = list(await world.tree())
    world.gate.marks[place] = '"two"'
    await world.complete("answers", iri(1))

    assert unchanged == [iri(1), iri(2)]
    assert list(await world.tree()) == [iri(1), iri(2), iri(3)]
    assert [mark for url, mark in world.gate.marks_asked if url == place] == [
        None,
        '"one"',
        '"one"',
    ]


async def test_one_page_of_several_is_no_sign_that_nothing_changed(world):
    place = f"{THERE}/lists/1"
    world.serve(post(2, iri(1)), post(3, iri(1)))
    world.serve(listing(place, [iri(2)], f"{place}?2"), listing(f"{place}?2", [iri(3)]))
    world.gate.marks[place] = '"one"'
    await held(world, post(1, replies=place))

    await world.complete("answers", iri(1))
    await world.complete("answers", iri(1))

    assert [mark for url, mark in world.gate.marks_asked if url == place] == [None, None]


@pytest.mark.promise("R2")
async def test_what_cannot_be_had_now_is_asked_for_again(world):
    place = f"{THERE}/lists/1"
    world.serve(post(2, iri(1)), post(3, iri(1)), listing(place, [iri(2), iri(3)]))
    await held(world, post(1, replies=place))
    world.gate.documents[iri(2)] = FetchFailed("status", 503)

    await world.complete("answers", iri(1))
    before = list(await world.tree())
    world.serve(post(2, iri(1)))
    world.node.clock.at += 60
    await world.work()

    assert before == [iri(1), iri(3)]
    assert list(await world.tree()) == [iri(1), iri(2), iri(3)]


async def test_what_asks_us_to_wait_is_not_asked_before(world):
    await held(world, post(1, replies=f"{THERE}/lists/1"))
    world.gate.documents[iri(1)] = FetchFailed("status", 429, retry_after_s=7_200)

    await world.complete("answers", iri(1))
    world.node.clock.at += 7_199
    await world.work()
    early = world.asked_for(iri(1))
    world.node.clock.at += 1
    await world.work()

    assert (early, world.asked_for(iri(1))) == (1, 2)


async def test_what_is_gone_is_asked_for_once(world):
    await world.complete("parents", iri(1))
    world.node.clock.at += 100_000
    await world.work()

    assert await world.reason(iri(1)) == "status 404"
    assert world.asked_for(iri(1)) == 1


async def test_what_a_bug_of_ours_stops_at_is_given_up_after_the_sixth_time(world, monkeypatch):
    met = []

    async def stumble(fetch_run):
        met.append(fetch_run.task.iri)
        raise IndexError

    monkeypatch.setattr(fetch_worker, "complete", stumble)
    await world.add("parents", iri(1))
    for _ in range(10):
        await world.work()
        world.node.clock.at += 100_000

    assert met == [iri(1)] * 6
    assert await world.reason(iri(1)) == "bug: IndexError"


@pytest.mark.threat("T45")
async def test_a_conversation_without_end_costs_what_a_conversation_may_cost(world, monkeypatch):
    monkeypatch.setattr("node.inbox.fetch_run.CONVERSATION_FETCHES_MAX", 25)
    for n in range(2, 100):
        world.serve(post(n, iri(n - 1), replies=f"{THERE}/lists/{n}"))
        world.serve(listing(f"{THERE}/lists/{n - 1}", [iri(n)]))
    await held(world, post(1, replies=f"{THERE}/lists/1"))

    await world.complete("answers", iri(1))
    for _ in range(10):
        world.node.clock.at += 30_000
        await world.work()

    assert len(world.gate.asked) <= 25
    assert CONVERSATION_FETCHES_MAX == 1_000


@pytest.mark.threat("T27")
async def test_we_do_not_ask_ourselves(world):
    ours = "https://group.example/posts/invented"
    await held(world, post(1, replies=[ours]))

    await world.complete("answers", iri(1))
    await world.complete("parents", ours)

    assert world.asked_for(ours) == 0


def walks(**changes: Any) -> Any:
    return person_document("walks") | {"type": "Group"} | changes


def passed_on(number: int, object_: Any, kind: str | None = "Create") -> Any:
    """What the community of walkers announced."""
    author = f"{THERE}/people/rose"
    inner = {"id": f"{THERE}/creates/{number}", "type": kind, "actor": author, "object": object_}
    return {
        "id": f"{THERE}/announces/{number}",
        "type": "Announce",
        "actor": f"{THERE}/people/walks",
        "object": inner if kind else object_,
    }


def follow_walks(tx):
    ann, group = add_person(tx, "bea"), add_neighbour(tx, "walks", kind="Group")
    follow(tx, ann, group, NOW)
    accept_stored(tx, follow_between(tx, ann.id, group.id).id, NOW)
    return ann, group


@pytest.mark.feature("F10")
@pytest.mark.threat("T24")
async def test_the_history_of_a_community_is_shown_in_it_and_nobody_is_told(world):
    bea, group = await world.node.db.write(follow_walks)
    bea_iri, audience = bea.iri, {"audience": group.iri, "to": [PUBLIC, group.iri]}
    named = {"tag": [{"type": "Mention", "href": bea_iri}], "cc": [bea_iri]}
    world.serve(
        walks(),
        post(2, None, HILL, published="2026-11-02T10:00:00Z", **audience),
        post(3, None, HILL, published="2026-10-02T10:00:00Z"),
        listing(group.outbox, [
            passed_on(4, post(4, iri(1), published="2026-11-03T10:00:00Z")),
            passed_on(2, iri(2, HILL), None),
            passed_on(1, post(1, **audience, **named)),
            passed_on(3, iri(3, HILL), None),
            passed_on(9, iri(1), "Like"),
        ]),
    )  # fmt: skip

    await world.complete("history", group.iri)

    shown = await world.node.db.read(shown_in, group.id)
    boosted = await world.node.db.read(boosted_by, group.id)
    at_home = await world.node.db.read(home, bea.id, Page())
    told = await world.node.db.read(notifications, bea.id, 10)
    assert shown == [iri(2, HILL), iri(1)]
    assert boosted == [iri(2, HILL), iri(1), iri(3, HILL)]
    assert (await world.tree())[iri(4)] == iri(1)
    assert (at_home, told) == ([], [])


def shown_in(tx, group_id):
    return [iri_at(tx, item) for item in of_community(tx, group_id, None, Page())]


def boosted_by(tx, group_id):
    return [iri_at(tx, item) for item in of_actor(tx, group_id, None, Page()) if item.boost_id]


def iri_at(tx, item):
    return tx.one("select iri from post where id = :id", id=item.post_id)["iri"]


async def test_at_most_fifty_things_of_a_history_are_read(world):
    _, group = await world.node.db.write(follow_walks)
    world.serve(walks(), listing(group.outbox, [passed_on(n, post(n)) for n in range(80)]))

    await world.complete("history", group.iri)

    assert list(await world.tree()) == sorted(iri(n) for n in range(50))


async def test_the_history_of_a_person_is_what_they_wrote_and_not_what_they_boosted(world):
    await world.node.db.write(add_neighbour, "rose")
    rose = await world.node.db.read(actor_by_iri, f"{THERE}/people/rose")
    boost = {"id": f"{THERE}/boosts/1", "type": "Announce", "object": iri(2, HILL)}
    create = {"id": f"{THERE}/creates/1", "type": "Create", "object": post(1)}
    world.serve(post(2, None, HILL), listing(rose.outbox, [create, boost]))

    await world.complete("history", rose.iri)

    assert list(await world.tree()) == [iri(1)]
