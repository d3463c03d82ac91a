"""What the commands about held posts do and print."""

from pathlib import Path

import msgspec
import pytest

from federation import documents
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import NotFound
from node.cli.context import CommandContext
from node.cli.held import decide_held_task, list_held_task
from node.peers.policy_cache import open_policy_cache
from node.topics.moderation.held import waiting
from tests.neighbours import NOW, add_neighbour, add_person
from tests.node.topics.publishing.test_held_decisions import BAD, names, silence


def fill(tx, **changes):
    """Three posts by mo and one by pam, who live in a silenced place, name ann."""
    ann = add_person(tx, "ann")
    silence(tx)
    mo, pam = add_neighbour(tx, "mo", BAD), add_neighbour(tx, "pam", BAD)
    posts = [names(tx, mo, ann, text=f"Number\x1b {one}", **changes) for one in range(3)]
    return [*posts, names(tx, pam, ann, text="By pam", **changes)]


@pytest.fixture
async def context(database):
    config = Config(node=NodeSettings(url="https://group.example"), data=Path())
    return CommandContext(
        config, database, FakeClock(NOW), await open_policy_cache(config, database)
    )


async def decide(context, post, *, passes, everything=False):
    return await decide_held_task(context, {"number": post.id, "passes": passes, "all": everything})


async def left(context):
    return [one.post_id for one in await context.db.read(waiting, 50)]


async def test_without_any_it_says_so(context):
    assert await list_held_task(context, {"json": False}) == "Nothing waits."


async def test_what_waits_is_printed_with_its_number_and_cannot_steer_a_terminal(context):
    posts = await context.db.write(fill)

    printed = await list_held_task(context, {"json": False})

    assert (
        printed.splitlines()[0] == f"{posts[3].id}  2027-01-15 08:00 UTC  pam@bad.example, silenced"
    )
    assert "Number" in printed
    assert "\x1b" not in printed


async def test_programs_read_it_as_json(context):
    posts = await context.db.write(fill)

    found = msgspec.json.decode(await list_held_task(context, {"json": True}))

    assert [one["number"] for one in found] == [post.id for post in reversed(posts)]
    assert found[0]["words"] == "By pam"


async def test_the_words_of_a_message_to_one_person_are_not_printed(context):
    await context.db.write(fill_privately)

    printed = await list_held_task(context, {"json": False})

    assert "only for them" not in printed
    assert "(for single people or followers)" in printed


def fill_privately(tx):
    ann = add_person(tx, "ann")
    silence(tx)
    mo = add_neighbour(tx, "mo", BAD)
    tags = (documents.Mention(ann.iri, "@ann"),)
    names(tx, mo, ann, text="only for them", to=(ann.iri,), cc=(), mentions=tags)


async def test_one_is_let_through_by_its_number(context):
    posts = await context.db.write(fill)

    assert await decide(context, posts[0], passes=True) == "1 post is let through."

    assert posts[0].id not in await left(context)
    assert len(await left(context)) == 3


async def test_all_of_one_author_is_left_out_at_once(context):
    posts = await context.db.write(fill)

    printed = await decide(context, posts[0], passes=False, everything=True)

    assert printed == "3 posts are left out."
    assert await left(context) == [posts[3].id]


async def test_a_number_that_is_none_is_refused(context):
    with pytest.raises(NotFound):
        await decide_held_task(context, {"number": 5, "passes": True, "all": False})
