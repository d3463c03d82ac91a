"""What a community elsewhere says of itself is read once somebody here has joined it."""

import pytest

from federation.gate import Budget
from node.topics.actors.counts import actor_counts
from node.topics.actors.store import actor_by_iri
from node.topics.communities.moderators import moderators_known
from node.topics.moderation.group_moderators import group_moderators, put_group_moderator
from node.topics.posts.pins import pinned
from tests.node.inbox.test_backfill import PUBLIC, World, listing, post, world
from tests.peers.stub import NOW, THERE, person_document

__all__ = ["world"]

GROUP = f"{THERE}/people/walkers"
ROSE, REED = f"{THERE}/people/rose", "https://hill.example/people/reed"


def group_document(**changes):
    return (
        person_document("walkers")
        | {
            "type": "Group",
            "attributedTo": f"{GROUP}/moderators",
            "featured": f"{GROUP}/featured",
            "outbox": f"{GROUP}/outbox",
            "followers": f"{GROUP}/followers",
        }
        | changes
    )


def written(number, **changes):
    return post(number, None, to=[PUBLIC, GROUP], audience=GROUP) | changes


async def joined(world: World, *documents, **changes):
    """The community is known here, and its history is read."""
    world.serve(group_document(**changes), *documents)
    await world.node.fetcher.fetch(GROUP, Budget())
    await world.complete("history", GROUP)
    return await world.node.db.read(actor_by_iri, GROUP)


def totals(url, total):
    return {"id": url, "type": "OrderedCollection", "totalItems": total}


async def test_who_looks_after_it_is_known_in_place_of_before(world):
    moderators = listing(f"{GROUP}/moderators", [ROSE, {"id": REED, "type": "Person"}])
    world.serve(group_document(), moderators)
    await world.node.fetcher.fetch(GROUP, Budget())
    await world.node.db.write(stale, "https://gone.example/people/old")

    await world.complete("history", GROUP)

    group = await world.node.db.read(actor_by_iri, GROUP)
    assert await world.node.db.read(group_moderators, group.id) == sorted([REED, ROSE])


def stale(tx, iri):
    put_group_moderator(tx, actor_by_iri(tx, GROUP).id, iri, NOW)


async def test_those_of_them_who_are_known_here_can_be_shown(world):
    await world.node.fetcher.fetch(ROSE, Budget())

    group = await joined(world, listing(f"{GROUP}/moderators", [ROSE, REED]))

    (one,) = await world.node.db.read(moderators_known, group.id)
    assert one.iri == ROSE


@pytest.mark.threat("T24")
async def test_a_collection_of_another_origin_names_nobody(world):
    other = "https://hill.example/moderators"

    group = await joined(world, listing(other, [REED]), attributedTo=other)

    assert await world.node.db.read(group_moderators, group.id) == []
    assert world.asked_for(other) == 0


async def test_a_collection_that_cannot_be_had_leaves_them_as_they_were(world):
    world.serve(group_document())
    await world.node.fetcher.fetch(GROUP, Budget())
    await world.node.db.write(stale, ROSE)

    await world.complete("history", GROUP)

    group = await world.node.db.read(actor_by_iri, GROUP)
    assert await world.node.db.read(group_moderators, group.id) == [ROSE]


@pytest.mark.threat("T30")
async def test_how_many_follow_it_and_were_written_in_it_is_what_it_says(world):
    group = await joined(world, totals(f"{GROUP}/followers", 1_234), totals(f"{GROUP}/outbox", 99))

    counts = (await world.node.db.read(actor_counts, [group.id]))[group.id]
    assert (counts.claimed_followers, counts.posts) == (1_234, 99)


@pytest.mark.threat("T30")
@pytest.mark.parametrize("claim", [-5, 10**30, "many", 1.5])
async def test_a_number_that_is_none_counts_nothing(world, claim):
    group = await joined(world, totals(f"{GROUP}/followers", claim))

    counts = (await world.node.db.read(actor_counts, [group.id]))[group.id]
    assert 0 <= counts.claimed_followers <= 10**9


async def test_what_it_shows_first_stands_first_here_in_its_order_in_place_of_before(world):
    first = [written(2), written(1)]
    group = await joined(world, listing(f"{GROUP}/featured", first), *first)
    assert [one.iri for one in await world.node.db.read(pinned, group.id)] == [
        f"{THERE}/notes/2",
        f"{THERE}/notes/1",
    ]

    world.serve(listing(f"{GROUP}/featured", [written(1)]))
    await world.node.db.write(settle_long_ago)
    await world.complete("history", GROUP)

    assert [one.iri for one in await world.node.db.read(pinned, group.id)] == [f"{THERE}/notes/1"]


def settle_long_ago(tx):
    tx.run("update fetch_task set settled_at = 1, etag = null where id > 0")


@pytest.mark.threat("T24")
async def test_a_person_puts_only_their_own_posts_first(world):
    featured = listing(f"{ROSE}/featured", [post(1), post(2, origin="https://hill.example")])
    world.serve(
        person_document("rose") | {"featured": f"{ROSE}/featured"},
        featured,
        post(1),
        post(2, origin="https://hill.example"),
    )
    await world.node.fetcher.fetch(ROSE, Budget())

    await world.complete("history", ROSE)

    rose = await world.node.db.read(actor_by_iri, ROSE)
    assert [one.iri for one in await world.node.db.read(pinned, rose.id)] == [f"{THERE}/notes/1"]
    assert world.asked_for(f"{ROSE}/followers") == 0
