"""What the commands about reports and communities do and print."""

from pathlib import Path

import pytest

from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Invalid, NotAllowed, Refused
from node.cli.context import CommandContext
from node.cli.moderation import ban_task, lock_task, log_task, pin_task
from node.cli.reports import list_reports_task, resolve_report_task
from node.peers.policy_cache import open_policy_cache
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.report_store import open_reports
from tests.neighbours import NOW, add_node
from tests.node.topics.moderation.scenes import UNTOUCHED, ours, outbox, state


@pytest.fixture
async def context(database):
    config = Config(node=NodeSettings(url="https://group.example"), data=Path())
    return CommandContext(
        config, database, FakeClock(NOW), await open_policy_cache(config, database)
    )


@pytest.fixture
async def scene(context):
    await context.db.write(add_node)
    return await context.db.write(ours)


async def now_is(context, scene):
    return await context.db.read(state, scene.walkers, scene.post, scene.rose)


async def kinds(context):
    return [one["kind"] for one in await context.db.read(outbox)]


def pinning(post, *, by="ann", undo=False):
    return {"post": post, "by": by, "undo": undo}


async def test_a_post_is_put_first_by_its_address_and_taken_back_by_its_number(context, scene):
    assert await pin_task(context, pinning(scene.post.iri)) == "It stands first."
    assert (await now_is(context, scene)).pinned == (scene.post.id,)
    assert await kinds(context) == ["Add", "Announce"]

    printed = await pin_task(context, pinning(str(scene.post.id), undo=True))

    assert printed == "It stands first no longer."
    assert await now_is(context, scene) == UNTOUCHED


async def test_a_conversation_is_closed_and_opened(context, scene):
    values = pinning(scene.post.iri) | {"reason": "enough"}

    assert await lock_task(context, values) == "It takes no more answers."
    assert (await now_is(context, scene)).locked
    assert await lock_task(context, values | {"undo": True}) == "It takes answers again."
    assert not (await now_is(context, scene)).locked


def banning(**changes):
    values = {"name": "walkers", "handle": "@rose@valley.example", "by": "ann", "reason": ""}
    return values | {"days": None, "posts": False, "undo": False} | changes


async def test_somebody_is_shut_out_with_what_they_wrote_and_let_in_again(context, scene):
    printed = await ban_task(context, banning(posts=True, days=3))
    shut_out = await now_is(context, scene)
    again = await ban_task(context, banning(posts=True, undo=True))

    assert printed == "rose@valley.example is shut out of walkers for 3 days."
    assert (shut_out.banned, shut_out.hidden) == (True, True)
    assert again == "rose@valley.example may write in walkers again."
    assert await now_is(context, scene) == UNTOUCHED


@pytest.mark.parametrize(
    "changes",
    [{"by": "nobody"}, {"name": "nowhere"}, {"handle": "nobody@valley.example"}],
    ids=["account", "community", "person"],
)
async def test_what_is_not_known_here_is_refused(context, scene, changes):
    with pytest.raises(Refused):
        await ban_task(context, banning(**changes))
    with pytest.raises(Refused):
        await pin_task(context, pinning("https://valley.example/nothing"))


async def test_only_who_looks_after_the_community_does_it(context, scene):
    with pytest.raises(NotAllowed):
        await pin_task(context, pinning(scene.post.iri, by="ben"))
    with pytest.raises(NotAllowed):
        await ban_task(context, banning(by="ben"))
    assert await now_is(context, scene) == UNTOUCHED


async def test_a_ban_lasts_a_number_of_days_that_there_is(context, scene):
    with pytest.raises(Invalid):
        await ban_task(context, banning(days=0))


async def test_the_log_of_a_community_is_printed(context, scene):
    asked = {"name": "walkers", "json": False}
    before = await log_task(context, asked)
    await lock_task(context, pinning(scene.post.iri) | {"reason": "en\x1bough"})

    (line,) = (await log_task(context, asked)).splitlines()

    assert before == "Nothing was done yet."
    about = f"{scene.post.iri}, by {scene.ann.iri}: en ough"
    assert line == f"15 January 2027, 08:00 UTC  lock  {about}"
    assert '"verb":"lock"' in await log_task(context, asked | {"json": True})
    with pytest.raises(Refused):
        await log_task(context, asked | {"name": "nowhere"})


async def test_reports_are_printed_oldest_first_and_settled_by_their_number(context, scene):
    assert await list_reports_task(context, {}) == "Nothing waits."
    complaint = Complaint(about_id=scene.rose.id, post_ids=(scene.post.id,), words="Ru\x1bde.")
    await context.db.write(file_report, scene.ben, complaint, NOW)
    (report,) = await context.db.read(open_reports)

    printed = await list_reports_task(context, {})
    settled = await resolve_report_task(context, {"number": report.case_id})

    about = "about rose@valley.example in walkers@group.example"
    assert printed.splitlines() == [
        f"{report.case_id}  15 January 2027, 08:00 UTC  {about}",
        "  Something else, by ben@group.example: Ru de.",
        f"  {scene.post.iri}",
        "    hello walkers",
    ]
    assert settled == f"Case {report.case_id} is settled."
    assert await context.db.read(open_reports) == []
    with pytest.raises(Refused):
        await resolve_report_task(context, {"number": report.case_id})


async def test_a_report_that_does_not_wait_is_not_settled(context, scene):
    with pytest.raises(Refused):
        await resolve_report_task(context, {"number": 5})
