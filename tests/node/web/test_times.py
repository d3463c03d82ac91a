"""Times on pages: by the clocks of the place, said once; for machines in UTC; how long ago."""

import re
from dataclasses import replace

import msgspec
import pytest

from node.http.services import SERVICES
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.web.render import environment
from node.web.times import ago
from tests.neighbours import NOW, ORIGIN

NOON_S = NOW - 20 * 3_600
"""14 January 2027, 12:00 UTC."""

TIME = re.compile(r'<time dir="ltr" datetime="([^"]*)" title="([^"]*)">([^<]*)</time>')
FOOT = re.compile(r'<p class="quiet small">(Times are in [^<]*)</p>')
DAY_S = 86_400


def put_in(house, zone):
    """Have the place be somewhere."""
    services = house.client.app[SERVICES]
    node = msgspec.structs.replace(services.config.node, time_zone=zone)
    config = msgspec.structs.replace(services.config, node=node)
    house.client.app._state[SERVICES] = replace(services, config=config)


async def say(house, caller, text="Words", at=NOON_S, **fields):
    post_id = await house.do(publish, caller.actor, Draft(text=text, **fields), at)
    post = await house.do(post_by_id, post_id)
    return post.iri.removeprefix(ORIGIN)


@pytest.mark.parametrize(
    ("zone", "words", "foot"),
    [
        ("UTC", "14 January 2027, 12:00", "Times are in UTC."),
        ("Europe/Berlin", "14 January 2027, 13:00", "Times are in Berlin time (CET)."),
        ("America/Los_Angeles", "14 January 2027, 04:00", "Times are in Los Angeles time (PST)."),
        ("Pacific/Kiritimati", "15 January 2027, 02:00", "Times are in Kiritimati time (UTC+14)."),
    ],
)
async def test_a_post_says_when_by_the_clocks_of_the_place(house, rosa, visitor, zone, words, foot):
    put_in(house, zone)
    path = await say(house, rosa)

    page = await visitor.open(path)

    assert TIME.findall(page.text) == [("2027-01-14T12:00:00Z", words, words)]
    assert FOOT.findall(page.text) == [foot]


async def test_a_list_says_how_long_ago_with_the_date_behind_it(house, rosa, visitor):
    put_in(house, "Europe/Berlin")
    await say(house, rosa)

    page = await visitor.open("/public")

    assert TIME.findall(page.text) == [
        ("2027-01-14T12:00:00Z", "14 January 2027, 13:00", "20 hours ago")
    ]


async def test_what_hangs_around_the_post_that_is_read_says_how_long_ago(house, rosa, visitor):
    path = await say(house, rosa)
    parent = await house.do(lambda tx: tx.one("select id from post")["id"])
    await say(house, rosa, "An answer", at=NOW - 60, parent_id=parent)

    shown = [words for _, _, words in TIME.findall((await visitor.open(path)).text)]

    assert shown == ["14 January 2027, 12:00", "1 minute ago"]


async def test_a_page_without_times_says_nothing_of_clocks(house, visitor):
    assert FOOT.findall((await visitor.open("/sign-in")).text) == []


async def test_one_page_leaves_nothing_behind_for_the_next(house, rosa, visitor):
    path = await say(house, rosa)
    first = await visitor.open(path)
    put_in(house, "Asia/Tokyo")

    assert FOOT.findall((await visitor.open("/sign-in")).text) == []
    assert FOOT.findall((await visitor.open(path)).text) == ["Times are in Tokyo time (JST)."]
    assert FOOT.findall(first.text) == ["Times are in UTC."]


async def test_a_feed_says_the_zone_with_the_hour_of_an_event(house, rosa, visitor):
    put_in(house, "Europe/Berlin")
    changes = ProfileChanges(discoverable=True)
    await house.do(edit_profile, rosa.actor.id, changes, NOW)
    await say(house, rosa)
    await house.do(lambda tx: tx.run("update post set starts_at = :at where id > 0", at=NOW))

    page = await visitor.open("/people/rosa/feed.atom")

    assert "15 January 2027, 09:00 CET" in page.text
    assert "<updated>2027-01-15T08:00:00.000Z</updated>" in page.text


@pytest.mark.parametrize(
    ("passed_s", "words"),
    [
        (-500, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (119, "1 minute ago"),
        (120, "2 minutes ago"),
        (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (DAY_S - 1, "23 hours ago"),
        (DAY_S, "1 day ago"),
        (29 * DAY_S, "29 days ago"),
        (30 * DAY_S, "1 month ago"),
        (60 * DAY_S, "2 months ago"),
        (365 * DAY_S, "1 year ago"),
        (800 * DAY_S, "2 years ago"),
    ],
)
def test_how_long_ago_is_said_in_whole_parts_of_one_size(passed_s, words):
    assert ago(NOW - passed_s, NOW) == words


def test_every_page_that_shows_times_has_a_foot_to_say_which():
    assert environment.loader is not None
    texts = {
        name: environment.loader.get_source(environment, name)[0]
        for name in environment.list_templates(extensions=["html"])
    }
    showing = {name for name, text in texts.items() if "day_and_hour" in text}

    assert "posts/parts.html" in showing
    assert [name for name in showing if "block foot" in texts[name]] == []
