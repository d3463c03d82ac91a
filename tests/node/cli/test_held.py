"""What the commands about held posts do and print."""

from pathlib import Path

import msgspec
import pytest

from federation import documents
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import NotFound
from node.cli.context import Desk
from node.cli.held import decide_held_task, list_held_task
from node.peers.policy_cache import opened_book
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
async def desk(database):
    config = Config(node=NodeSettings(url="https://group.example"), data=Path())
    return Desk(config, database, FakeClock(NOW), await opened_book(config, database))


async def decide(desk, post, *, passes, everything=False):
    return await decide_held_task(desk, {"number": post.id, "passes": passes, "all": everything})


async def left(desk):
    return [one.post_id for one in await desk.db.read(waiting, 50)]


async def test_without_any_it_says_so(desk):
    assert await list_held_task(desk, {"json": False}) == "Nothing waits."


async def test_what_waits_is_printed_with_its_number_and_cannot_steer_a_terminal(desk):
    posts = await desk.db.write(fill)

    printed = await list_held_task(desk, {"json": False})

    assert (
        printed.splitlines()[0] == f"{posts[3].id}  2027-01-15 08:00 UTC  pam@bad.example, silenced"
    )
    assert "Number" in printed
    assert "\x1b" not in printed


async def test_programs_read_it_as_json(desk):
    posts = await desk.db.write(fill)

    found = msgspec.json.decode(await list_held_task(desk, {"json": True}))

    assert [one["number"] for one in found] == [post.id for post in reversed(posts)]
    assert found[0]["words"] == "By pam"


async def test_the_words_of_a_message_to_one_person_are_not_printed(desk):
    await desk.db.write(fill_privately)

    printed = await list_held_task(desk, {"json": False})

    assert "only for them" not in printed
    assert "(for single people or followers)" in printed


def fill_privately(tx):
    ann = add_person(tx, "ann")
    silence(tx)
    mo = add_neighbour(tx, "mo", BAD)
    tags = (documents.Mention(ann.iri, "@ann"),)
    names(tx, mo, ann, text="only for them", to=(ann.iri,), cc=(), mentions=tags)


async def test_one_is_let_through_by_its_number(desk):
    posts = await desk.db.write(fill)

    assert await decide(desk, posts[0], passes=True) == "1 post is let through."

    assert posts[0].id not in await left(desk)
    assert len(await left(desk)) == 3


async def test_all_of_one_author_is_left_out_at_once(desk):
    posts = await desk.db.write(fill)

    printed = await decide(desk, posts[0], passes=False, everything=True)

    assert printed == "3 posts are left out."
    assert await left(desk) == [posts[3].id]


async def test_a_number_that_is_none_is_refused(desk):
    with pytest.raises(NotFound):
        await decide_held_task(desk, {"number": 5, "passes": True, "all": False})
