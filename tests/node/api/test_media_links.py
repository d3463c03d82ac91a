"""Pictures that not everybody may see have addresses for one reader, and for ten minutes (T69)."""

import pytest

from node.files_at_rest import clear_away
from node.http.file_links import GOOD_S_MAX
from node.http.services import SERVICES
from node.topics.accounts.store import any_account_by_name
from node.topics.accounts.suspension import suspend
from node.topics.members.actions import Founding, found_community
from node.topics.moderation.post_actions import remove, restore
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.api.sending import (
    STATUSES,
    load,
    loads,
    picture_in,
    say_with_picture,
    send_picture,
)

pytestmark = pytest.mark.threat("T69")


@pytest.fixture
async def group(house, rosa, tilda):
    """A closed community of Rosa's that Tilda has joined."""
    founding = Founding(origin=ORIGIN, name="walkers", title="Walkers", visibility="closed")
    group = await house.do(found_community, founding, rosa.actor, KEYS, NOW)
    await tilda.post(f"/api/v1/accounts/{group.id}/follow")
    return group


@pytest.fixture
async def status(house, rosa, group):
    """What Rosa showed there, as she sees it."""
    return await say_with_picture(rosa, "@walkers look")


async def seen(caller, status):
    """A picture as somebody sees it."""
    return picture_in((await caller.get(f"{STATUSES}/{status['id']}")).value)


async def shown_everywhere(caller, status_id):
    """A status each time that it is shown to somebody, by where."""
    found = {
        "single": (await caller.get(f"{STATUSES}/{status_id}")).value,
        "several": (await caller.get(f"{STATUSES}?id[]={status_id}")).value[0],
        "context": (await caller.get(f"{STATUSES}/{status_id}/context")).value,
        "home": (await caller.get("/api/v1/timelines/home")).value,
        "history": (await caller.get(f"{STATUSES}/{status_id}/history")).value[-1],
    }
    return found | {"home": next(one for one in found["home"] if one["id"] == status_id)}


async def test_no_reader_is_given_the_address_of_another_wherever_they_look(
    house, rosa, tilda, status
):
    for caller in (rosa, tilda, rosa):
        shown = await shown_everywhere(caller, status["id"])
        del shown["context"]
        for where, one in shown.items():
            picture = picture_in(one)
            for url in (picture["url"], picture["preview_url"]):
                assert f"?for={caller.id}." in url, where
                assert await loads(house, url) == [200], where


async def test_an_answer_in_a_conversation_has_addresses_for_its_reader(house, rosa, tilda, status):
    await say_with_picture(tilda, "And here", in_reply_to_id=status["id"])

    for caller in (rosa, tilda):
        context = (await caller.get(f"{STATUSES}/{status['id']}/context")).value
        url = picture_in(context["descendants"][0])["url"]
        assert f"?for={caller.id}." in url
        assert await loads(house, url) == [200]


async def test_what_is_told_of_and_what_is_found_has_addresses_for_its_reader(house, rosa, tilda):
    await rosa.post(f"/api/v1/accounts/{tilda.id}/follow")
    await say_with_picture(tilda, "@rosa hedges", visibility="private")

    told = (await rosa.get("/api/v1/notifications?types[]=mention")).value
    grouped = (await rosa.get("/api/v2/notifications?types[]=mention")).value
    found = (await rosa.get("/api/v2/search?q=hedges&type=statuses")).value
    shown = [told[0]["status"], grouped["statuses"][0], found["statuses"][0]]

    for one in shown:
        assert f"?for={rosa.id}." in picture_in(one)["url"]


async def test_bookmarks_and_boosts_have_addresses_for_their_reader(rosa, tilda, status):
    await tilda.post(f"{STATUSES}/{status['id']}/bookmark")
    await rosa.post(f"{STATUSES}/{status['id']}/bookmark")

    for caller in (rosa, tilda):
        kept = (await caller.get("/api/v1/bookmarks")).value
        assert f"?for={caller.id}." in picture_in(kept[0])["url"]


async def test_the_address_without_a_reader_is_nothing_to_a_visitor(house, tilda, status):
    picture = await seen(tilda, status)

    for url in (picture["url"], picture["preview_url"]):
        bare, absent = (
            await load(house, url.partition("?")[0]),
            await load(house, f"{ORIGIN}/files/{'0' * 32}.jpg"),
        )
        assert (bare.status, bare.body) == (absent.status, absent.body)
        assert bare.status == 404


async def test_an_address_is_good_for_ten_minutes_at_most_and_another_follows(house, tilda, status):
    house.clock.at = house.clock.at // GOOD_S_MAX * GOOD_S_MAX
    url = (await seen(tilda, status))["url"]

    house.clock.at += GOOD_S_MAX
    assert await loads(house, url) == [200]
    house.clock.at += 1
    assert await loads(house, url) == [404]
    assert await loads(house, (await seen(tilda, status))["url"]) == [200]


async def test_a_kept_status_gets_new_addresses_each_time(house, tilda, status):
    house.clock.at = house.clock.at // GOOD_S_MAX * GOOD_S_MAX
    first = picture_in((await tilda.get("/api/v1/timelines/home")).value[0])["url"]
    house.clock.at += GOOD_S_MAX + 1
    later = picture_in((await tilda.get("/api/v1/timelines/home")).value[0])["url"]

    assert await loads(house, first, later) == [404, 200]


@pytest.mark.parametrize(
    "change",
    [
        lambda url, rosa, tilda: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url, rosa, tilda: url.replace(f"for={tilda.id}.", f"for={rosa.id}."),
        lambda url, rosa, tilda: url.replace(".jpg?", "-small.jpg?"),
        lambda url, rosa, tilda: f"{url}x",
        lambda url, rosa, tilda: url.rpartition(".")[0],
        lambda url, rosa, tilda: url.partition("=")[0] + "=",
        lambda url, rosa, tilda: later_by(url, 300),
    ],
    ids=["mac", "reader", "path", "longer", "shorter", "empty", "later"],
)
async def test_an_address_that_was_changed_answers_as_a_picture_that_is_not_there(
    house, rosa, tilda, status, change
):
    url = (await seen(tilda, status))["url"]

    changed = await load(house, change(url, rosa, tilda))
    absent = await load(house, f"{ORIGIN}/files/{'0' * 32}.jpg{url[url.index('?') :]}")

    assert await loads(house, url) == [200]
    assert changed == absent
    assert changed.status == 404


def later_by(url, seconds):
    start, until, mac = url.rsplit(".", 2)
    return f"{start}.{int(until) + seconds}.{mac}"


async def test_the_address_of_one_picture_opens_no_other(house, rosa, tilda, status):
    other = await send_picture(rosa)
    url = (await seen(tilda, status))["url"]

    borrowed = other["url"].partition("?")[0] + url[url.index("?") :]

    assert await loads(house, borrowed) == [404]


async def test_the_address_of_somebody_who_has_left_the_community_opens_nothing(
    house, tilda, group, status
):
    url = (await seen(tilda, status))["url"]
    await tilda.post(f"/api/v1/accounts/{group.id}/unfollow")

    assert await loads(house, url) == [404]


@pytest.mark.threat("T150")
async def test_the_address_of_somebody_who_is_suspended_opens_nothing(house, tilda, status):
    url = (await seen(tilda, status))["url"]
    await house.do(suspend, await house.do(any_account_by_name, "tilda"), NOW)

    assert await loads(house, url) == [404]


async def test_the_address_of_somebody_whose_account_is_disabled_opens_nothing(
    house, tilda, status
):
    url = (await seen(tilda, status))["url"]
    await house.do(lambda tx: tx.run("update account set disabled_at = 1 where name = 'tilda'"))

    assert await loads(house, url) == [404]


async def test_one_who_blocks_the_author_loads_their_pictures_no_more(house, rosa, tilda):
    await tilda.post(f"/api/v1/accounts/{rosa.id}/follow")
    status = await say_with_picture(rosa, visibility="private")
    url = (await seen(tilda, status))["url"]

    await rosa.post(f"/api/v1/accounts/{tilda.id}/block")

    assert await loads(house, url) == [404]


async def test_what_was_sent_and_hangs_on_nothing_is_shown_to_its_owner_alone(
    house, rosa, tilda, status
):
    sent = await send_picture(rosa)
    of_tilda = (await send_picture(tilda))["url"]
    swapped = sent["url"].partition("?")[0] + of_tilda[of_tilda.index("?") :]

    assert f"?for={rosa.id}." in sent["url"]
    assert await loads(house, sent["url"], swapped, sent["url"].partition("?")[0]) == [
        200,
        404,
        404,
    ]


async def test_a_private_picture_is_kept_by_no_cache_between(house, tilda, status):
    url = (await seen(tilda, status))["url"]

    async with house.client.get(url.removeprefix(ORIGIN)) as reply:
        assert "public" not in reply.headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in reply.headers


async def test_a_visitor_is_given_the_plain_address_of_what_is_open(house, rosa):
    status = await say_with_picture(rosa)

    url = (await seen(house.visitor, status))["url"]

    assert "?" not in url
    assert await loads(house, url) == [200]


async def test_a_door_that_closes_later_closes_the_pictures_as_well(house, rosa):
    founding = Founding(origin=ORIGIN, name="gate", title="Gate", visibility="public")
    group = await house.do(found_community, founding, rosa.actor, KEYS, NOW)
    status = await say_with_picture(rosa, "@gate look")
    plain = picture_in(status)["url"]

    await house.do(
        lambda tx: tx.run(
            "update community set visibility = 'closed' where actor_id = :id", id=group.id
        )
    )

    assert await loads(house, plain, (await seen(rosa, status))["url"]) == [404, 200]


@pytest.mark.threat("T68")
async def test_a_post_that_is_hidden_keeps_its_pictures_for_its_author_until_it_is_shown_again(
    house, rosa, tilda, group
):
    status = await say_with_picture(tilda, "@walkers look")
    of_rosa = (await seen(rosa, status))["url"]

    await house.do(remove, rosa.actor, int(status["id"]), "Not here.", NOW)
    await clear_away(house.db, house.client.app[SERVICES].blobs, house.clock)
    of_tilda = (await seen(tilda, status))["url"]
    assert await loads(house, of_tilda, of_rosa) == [200, 404]

    await house.do(restore, rosa.actor, int(status["id"]), NOW)
    assert await loads(house, of_rosa) == [200]
