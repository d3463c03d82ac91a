"""The commands about what waits for a look."""

import json

import pytest

from node.base.errors import Invalid, Refused
from node.cli.waits import (
    add_filter_task,
    drop_filter_task,
    first_posts_task,
    list_filters_task,
    offer_filters_task,
)
from node.topics.moderation.waiting import first_posts_wait
from tests.node.cli.test_moderation import context, scene

__all__ = ("context", "scene")
pytestmark = pytest.mark.feature("M06")


def about(phrase="", site=False, community="", **more):
    return {"phrase": phrase, "site": site, "community": community, "as_json": False} | more


async def test_words_and_sites_are_put_on_a_list_printed_and_taken_off(context, scene):
    said = [
        await add_filter_task(context, about("Miracle CURE")),
        await add_filter_task(context, about("https://pills.example/", site=True)),
    ]

    listed = await list_filters_task(context, about())
    off = await drop_filter_task(context, about("miracle cure"))
    as_json = await list_filters_task(context, about(as_json=True))

    assert said == [
        "Posts with miracle cure wait for a look.",
        "Posts with pills.example wait for a look.",
    ]
    assert listed.splitlines() == ["site  pills.example", "words  miracle cure"]
    assert off == "Posts with miracle cure wait no longer."
    assert json.loads(as_json) == [["site", "pills.example"]]


async def test_a_community_has_a_list_of_its_own(context, scene):
    await offer_filters_task(context, {"name": "cures", "community": "walkers"})

    assert "words  miracle cure" in await list_filters_task(context, about(community="walkers"))
    assert await list_filters_task(context, about()) == "Nothing is on the list."


async def test_what_cannot_be_is_refused(context, scene):
    with pytest.raises(Invalid):
        await add_filter_task(context, about("ab"))
    with pytest.raises(Refused):
        await drop_filter_task(context, about("not there"))
    with pytest.raises(Refused):
        await list_filters_task(context, about(community="nowhere"))


@pytest.mark.feature("M02")
async def test_first_posts_are_made_to_wait_and_freed(context, scene):
    waits = await first_posts_task(context, {"name": "walkers", "how": "wait"})
    held = await context.db.read(first_posts_wait, scene.walkers)
    free = await first_posts_task(context, {"name": "walkers", "how": "free"})

    assert waits == "The first post of each newcomer waits in walkers."
    assert free == "Newcomers write at once in walkers."
    assert (held, await context.db.read(first_posts_wait, scene.walkers)) == (True, False)
