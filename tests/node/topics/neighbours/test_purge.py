"""A host is removed whole: no text of the store names it any more (T108)."""

from dataclasses import replace
from pathlib import Path

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.held_arrivals import hold_arrival
from node.arrivals.host_rates import count_request
from node.arrivals.store import NewArrival, add_arrival
from node.arrivals.tombstones import add_tombstone
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Refused
from node.cli.context import CommandContext
from node.cli.peers import purge_task
from node.outbox.deliveries import settle_delivered, waiting_deliveries
from node.peers.policy_cache import open_policy_cache
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.actors.handles import put_found_by, put_handle
from node.topics.members.store import Follow, put_follow
from node.topics.moderation.changes import Change, ban_person, close_post, pin_post
from node.topics.moderation.group_moderators import put_group_moderators
from node.topics.moderation.report_store import NewReport, add_report
from node.topics.moderation.rules import FOR_EVER
from node.topics.neighbours.actions import set_policy
from node.topics.neighbours.introductions import introduce
from node.topics.notifications.store import notify
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.drafts import Draft
from node.topics.reactions.boosts import add_boost
from node.topics.reactions.store import add_bookmark, add_dislike, add_favourite
from tests.neighbours import KEYS, THERE, add_group, add_neighbour, add_node, add_person, note, sent
from tests.peers.stub import NOW
from tests.schema import columns

BAD = "https://www.bad.example"
API_CACHE = {"peer"}
"""Tables in which a purged host may still be named."""


def fill(tx) -> int:
    """A store in which www.bad.example has left a trace wherever it can; a post of ann's."""
    add_node(tx)
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    key = documents.Key(
        iri=f"{BAD}/k", owner=f"{BAD}/people/mo", algorithm="rsa", public_key=KEYS[1]
    )
    mo = add_neighbour(tx, "mo", BAD, keys=(key,))
    there = add_neighbour(tx, "club", BAD, kind="Group")
    for number, (one, other) in enumerate(((ann, mo), (mo, ann), (mo, walkers), (ann, rose))):
        put_follow(
            tx, Follow(number + 1, one.id, other.id, f"{one.iri}/f/{number}", "accepted", NOW)
        )
    post = note(mo, to=(documents.PUBLIC, ann.iri), mentions=(documents.Mention(ann.iri, "@ann"),))
    receive_create(tx, sent(documents.Create, mo, post), ApplyContext(NOW))
    theirs = post_by_iri(tx, post.iri)
    answer = publish(tx, ann, Draft(text="Yes.", parent_id=theirs.id), NOW)
    roses = note(rose, "Rose's")
    receive_create(tx, sent(documents.Create, rose, roses), ApplyContext(NOW))
    roses = post_by_iri(tx, roses.iri)
    add_boost(tx, mo.id, roses, f"{BAD}/b/1", NOW)
    add_favourite(tx, mo.id, roses.id, f"{BAD}/l/1", NOW)
    add_bookmark(tx, ann.id, theirs.id, NOW)
    notify(tx, ann.id, "follow", mo.id, 0, NOW)
    tx.run(
        "insert into follower_digest values (:id, :url, '', :now, :now, null)",
        id=mo.id,
        url=f"{BAD}/followers",
        now=NOW,
    )
    tx.run("insert into actor_move values (:id, :to, :now, 0, null)", id=rose.id, to=mo.id, now=NOW)
    tx.run(
        """
        insert into fetch_task
            (id, kind, iri, host, cause_id, level, fetches, tries, next_try_at, created_at)
        values (1, 'answers', :iri, 'www.bad.example', 1, 0, 0, 0, :now, :now)
        """,
        iri=f"{BAD}/notes/9",
        now=NOW,
    )
    count_request(tx, "www.bad.example", NOW, is_polite=False)
    tx.run("update post set community_id = :id where id = :post", id=there.id, post=roses.id)
    moderate(tx, walkers, there, mo, theirs)
    put_found_by(tx, mo.iri, "mo@old.example", NOW)
    put_found_by(tx, rose.iri, "rosy@www.bad.example", NOW)
    put_handle(tx, rose.iri, "rose@www.bad.example", NOW)
    add_neighbour(tx, "guest", "https://own.example", inbox=f"{BAD}/inboxes/1")
    add_tombstone(tx, f"{BAD}/gone", mo.iri, "deleted", NOW)
    arrival = NewArrival(
        activity_iri=f"{BAD}/a/1", origin=BAD, actor_iri=mo.iri, kind="Like", body="", body_hash=""
    )
    add_arrival(tx, arrival, NOW)
    about = f'{{"object": "{BAD}/notes/1"}}'
    named = replace(arrival, activity_iri=f"{rose.iri}/a/1", origin=THERE, actor_iri=rose.iri)
    add_arrival(tx, replace(named, body=about), NOW)
    hold_arrival(tx, arrival, "www.bad.example", NOW)
    put_policy(tx, "www.bad.example", Policy.TRUSTED, "", NOW)
    put_policy(tx, "hill.example", Policy.TRUSTED, "", NOW)
    introduce(tx, "www.bad.example", "hill.example", "", NOW)
    delete(tx, ann, publish(tx, ann, Draft(text="No."), NOW), NOW)
    for delivery in waiting_deliveries(tx, "www.bad.example", 0)[:1]:
        settle_delivered(tx, delivery, "cavage", NOW)
    return answer


def moderate(tx, ours, there, mo, post) -> None:
    """What moderation holds of the host: its people, its community, what they did and reported."""
    change = Change(group=ours, by_iri=mo.iri, activity_iri=f"{BAD}/lock/1", now=NOW, reason="mo")
    tx.run("update post set community_id = :id where id = :post", id=ours.id, post=post.id)
    close_post(tx, change, post)
    pin_post(tx, change, post)
    ban_person(tx, change, mo, FOR_EVER)
    put_group_moderators(tx, there.id, [mo.iri], NOW)
    put_group_moderators(tx, add_neighbour(tx, "hill", kind="Group").id, [mo.iri], NOW)
    add_dislike(tx, mo.id, post.id, f"{BAD}/dislike/1", NOW)
    report = NewReport(
        iri=f"{BAD}/flag/1",
        reporter_id=mo.id,
        about_id=mo.id,
        group_id=ours.id,
        words="look",
        post_ids=[post.id],
    )
    add_report(tx, report, NOW)


def traces(tx, host: str) -> list[str]:
    """Every column of every table in which a text names the host."""
    found = []
    for column in columns(tx):
        if column.kind == "text" and column.table not in API_CACHE:
            sql = f"select count(*) as total from {column.table} where {column.name} like :host"
            if tx.one(sql, host=f"%{host}%")["total"]:
                found.append(f"{column.table}.{column.name}")
    return found


@pytest.fixture
async def context(database):
    config = Config(node=NodeSettings(url="https://group.example"), data=Path())
    return CommandContext(
        config, database, FakeClock(NOW), await open_policy_cache(config, database)
    )


@pytest.mark.threat("T108")
async def test_every_trace_of_a_host_is_removed_and_counted(context):
    answer = await context.db.write(fill)
    before = await context.db.read(traces, "bad.example")

    printed = await purge_task(context, {"host": "bad.example", "yes": True})

    assert len(before) >= 12
    assert await context.db.read(traces, "bad.example") == []
    counted = dict(line.split() for line in printed.splitlines()[:-1])
    assert {"actor", "post", "follow", "boost", "favourite", "arrival", "held_arrival"} <= set(
        counted
    )
    assert printed.splitlines()[-1].startswith("Removed. 0 posts of other people")
    kept = await context.db.read(post_by_id, answer)
    assert (kept.parent_id, kept.parent_iri, kept.root_id) == (None, None, answer)


async def test_what_others_wrote_stays_and_their_counts_are_right(context):
    await context.db.write(fill)

    await purge_task(context, {"host": "bad.example", "yes": True})

    def roses(tx):
        return tx.all(
            """
            select p.favourites_count, p.boosts_count from post p
            join actor a on a.id = p.author_id where a.host = 'valley.example'
            """
        )

    (row,) = await context.db.read(roses)
    assert (row["favourites_count"], row["boosts_count"]) == (0, 0)


async def test_nothing_is_removed_before_somebody_says_yes(context):
    await context.db.write(fill)
    before = await context.db.read(traces, "bad.example")

    with pytest.raises(Refused):
        await purge_task(context, {"host": "bad.example", "yes": False})

    assert await context.db.read(traces, "bad.example") == before


async def test_our_own_host_is_not_removed(context):
    with pytest.raises(Refused):
        await purge_task(context, {"host": "group.example", "yes": True})


async def test_a_block_outlives_a_purge(context):
    await context.db.write(set_policy, "bad.example", Policy.BLOCKED, "", NOW, ours="group.example")
    await context.db.write(add_neighbour, "rose")

    await purge_task(context, {"host": "bad.example", "yes": True})

    assert not context.peers.may_ask("www.bad.example")
