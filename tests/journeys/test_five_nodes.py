"""A community behind a closed door whose members live on five nodes, from its first day to a purge.

Each step is a function; pages and apps are looked at on both sides. Whoever adds what happens in a
community adds a step.
"""

import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.circle import HOLDING_TABLES, TITLE, Circle, circle, come_in_by
from tests.mirror.neighbour import THRICE_A_MINUTE_S, Neighbour, until
from tests.pictures import a_picture, opened
from tests.stores import Stores

pytestmark = [pytest.mark.timeout(300), pytest.mark.feature("F12", "F13", "F14", "C03", "C05")]


LINE = re.compile(r'<bdi dir="ltr">([^<]*)</bdi></strong>:\s*(?:<span class="wrong">)?(\w+)')
SECRET = "canary of the circle"
COPY = re.compile(r'<img src="(/copies/[^"]+)" alt="A path"')


@pytest.mark.feature("J2.4", "J3.4", "J3.5")
async def test_a_closed_community_of_three_nodes_and_one_that_lies(
    tmp_path: Path, stores: Stores
) -> None:
    async with circle(tmp_path, stores, "hill", "vale", "moor") as world:
        await people_of_all_places_come_in(world)
        await what_is_said_is_read_by_members_and_removed_everywhere(world)


@pytest.mark.slow
@pytest.mark.feature("J2.4", "J3.4", "J3.5", "J3.6")
async def test_a_closed_community_of_five_nodes_from_its_first_day_to_a_purge(
    tmp_path: Path, stores: Stores
) -> None:
    async with circle(tmp_path, stores, "hill", "vale", "moor", "fen", "ash") as world:
        await people_of_all_places_come_in(world)
        await what_is_said_is_read_by_members_and_removed_everywhere(world)
        await ida_reports_kim_without_being_named(world)
        await kim_is_shut_out_told_so_at_home_and_her_words_are_gone(world)
        await ida_leaves_and_reads_no_more(world)
        await the_place_of_who_left_removes_all_of_it_and_hill_is_shown_its_receipt(world)


async def people_of_all_places_come_in(world: Circle) -> None:
    await ann_makes_rose_an_organiser_beside_her(world)
    await a_newcomer_comes_in_by_an_invitation_that_says_nothing(world)
    for who in world.first:
        await somebody_elsewhere_asks_and_reads_nothing_yet(world, who)
        await two_organisers_let_in_the_first_of_a_new_place(world, who)
    await the_second_of_a_place_needs_one_organiser(world)
    await otto_of_the_place_that_keeps_everything_is_let_in(world)


async def what_is_said_is_read_by_members_and_removed_everywhere(world: Circle) -> None:
    await who_holds_it_is_said_before_a_post_reaches_every_member_and_nobody_else(world)
    await an_answer_from_a_third_place_is_read_by_all_in_the_same_order(world)
    await zoe_writes_under_another_name_and_no_place_learns_whose_it_is(world)
    await a_picture_is_seen_by_members_of_all_places_and_given_to_nobody_else(world)
    await all_places_remove_it_but_one_that_is_off_and_one_that_refuses(world)


async def ann_makes_rose_an_organiser_beside_her(world: Circle) -> None:
    await world.hill.do("member", "add", "circle", "rose")
    await world.hill.do("member", "role", "circle", "rose", "organiser")

    assert "Settings" in await world.hill.page("rose", "/communities/circle")
    own = await (await world.hill.phone("rose")).ask("GET", "/api/hedgerow/v1/communities/circle")
    assert own["role"] == "organiser"


async def a_newcomer_comes_in_by_an_invitation_that_says_nothing(world: Circle) -> None:
    link = (await world.hill.do("invite", "create", "circle", "--by", "ann", "--uses", "1")).strip()

    shown = await come_in_by(link, "Joao")

    stranger, inside = shown.split("</html>", 1)
    assert "<title>An invitation</title>" in stranger
    assert [word for word in (TITLE, "circle", "ann") if f" {word}" in stranger] == []
    assert TITLE in inside
    assert "@joao" in await world.hill.page("ann", "/communities/circle/members")
    assert "joao" in await world.hill.do("invite", "list", "circle")


async def somebody_elsewhere_asks_and_reads_nothing_yet(world: Circle, who: str) -> None:
    await world.ask(who)

    await until(lambda: world.waits(who), f"{who} waits")
    held = await world.relation(who)
    assert (held["requested"], held["following"]) == (True, False)
    assert "asked to join" in await world.page_of(who)


async def two_organisers_let_in_the_first_of_a_new_place(world: Circle, who: str) -> None:
    host = world.home(who).host
    waiting = await world.hill.page("ann", "/communities/circle/waiting")
    assert f'Nobody of <bdi dir="ltr">{host}</bdi> belongs to this community yet' in waiting

    page = await world.press_let_in("ann", who, confirm="1")

    assert "Another organiser has to agree as well" in page
    assert not (await world.relation(who))["following"]
    await world.press_let_in("rose", who, confirm="1")

    async def is_in() -> bool:
        return bool((await world.relation(who))["following"])

    await until(is_in, f"{who} is in")
    assert "You are a member" in await world.page_of(who)
    assert await world.waits(who) == ""
    assert (await world.holders())[host].startswith("holds it")
    world.members[who] = world.name_of(who)


async def the_second_of_a_place_needs_one_organiser(world: Circle) -> None:
    await world.ask("bob")
    await until(lambda: world.waits("bob"), "bob waits")

    page = await world.press_let_in("rose", "bob")

    assert "Another organiser" not in page

    async def is_in() -> bool:
        return bool((await world.relation("bob"))["following"])

    await until(is_in, "bob is in")
    world.members["bob"] = "vale"


async def otto_of_the_place_that_keeps_everything_is_let_in(world: Circle) -> None:
    await world.liar.follow(f"{world.hill.url}/communities/circle")
    await until(lambda: world.waits("otto"), "otto waits")
    await world.press_let_in("ann", "otto", confirm="1")
    await world.press_let_in("rose", "otto", confirm="1")

    async def is_told() -> bool:
        return "Accept" in world.liar.got

    await until(is_told, "otto is told")


async def who_holds_it_is_said_before_a_post_reaches_every_member_and_nobody_else(
    world: Circle,
) -> None:
    form = await world.hill.page("ann", "/new?with=@circle")
    named = set(re.findall(r'<bdi dir="ltr">(127[^<]*)</bdi>', form))
    assert named == {world.home(who).host for who in world.first} | {world.liar.host}

    await world.hill.press("ann", "/new", text=f"@circle Welcome, {SECRET}")

    ids = await world.reaches(f"Welcome, {SECRET}")
    shown = await world.home("gus").status("gus", ids["gus"])
    assert shown["visibility"] == "private"
    assert not await world.places["vale"].has("zoe", ids["eve"])
    assert await world.places["vale"].texts("zoe", "/api/v1/timelines/home") == []
    assert SECRET not in await world.places["vale"].page("zoe", f"/seen/people/{world.ids['vale']}")
    await the_place_that_keeps_all_has(world, SECRET)


async def the_place_that_keeps_all_has(world: Circle, words: str) -> None:
    async def has() -> bool:
        return any(words in one for one in world.liar.kept)

    await until(has, f"otto has: {words}")


async def an_answer_from_a_third_place_is_read_by_all_in_the_same_order(world: Circle) -> None:
    await world.places["vale"].say("eve", f"{world.handle} Who walks on Thursday?")
    asked = await world.reaches("Who walks on Thursday?")
    await world.places["moor"].say("gus", "I do, from the moor", in_reply_to_id=asked["gus"])
    await world.reaches("I do, from the moor")
    path, form = f"/seen/posts/{asked['bob']}", {"parent": asked["bob"]}
    await world.places["vale"].press("bob", path, "/new", text="I do, from the vale", **form)
    await world.reaches("I do, from the vale")

    orders = [await world.thread(who, asked[who]) for who in world.members]

    assert {tuple(one) for one in orders} == {("I do, from the moor", "I do, from the vale")}
    page = await world.places["moor"].page("gus", f"/seen/posts/{asked['gus']}")
    assert page.index("from the moor") < page.index("from the vale")


async def zoe_writes_under_another_name_and_no_place_learns_whose_it_is(world: Circle) -> None:
    vale, number = world.places["vale"], world.ids["vale"]
    way = f"/another-name/{number}"
    await vale.press("zoe", way, user_name="birch", shown_name="Birch", answer="I am new.")
    await until(lambda: world.waits_at("birch", vale.host), "birch waits")
    await world.press_let_in_as("rose", "birch", vale.host)

    async def is_in() -> bool:
        shown = await vale.page("zoe", f"/seen/people/{number}")
        return "You are a member" in shown and ">Birch</strong> here." in shown

    await until(is_in, "birch is in")
    text = f"{world.handle} I would not say this as myself"
    await vale.press("zoe", f"/new?with={world.handle}", "/new", text=text)

    await world.reaches("I would not say this as myself")
    for name in world.places.keys() - {"vale"}:
        got = "".join([await world.rows(name, one) for one in ("actor", "post", "arrival")])
        assert "/people/birch" in got, name
        assert "zoe" not in got, name
    assert "zoe" not in "".join(world.liar.kept)
    assert "zoe" not in await world.hill.page("ann", "/communities/circle/members")
    await vale.press("zoe", "/", "/go-on", name="")
    assert await vale.texts("zoe", "/api/v1/timelines/home") == []


async def a_picture_is_seen_by_members_of_all_places_and_given_to_nobody_else(
    world: Circle,
) -> None:
    phone, text = await world.hill.phone("ann"), "The path by the hedge"
    picture = BytesIO(a_picture())
    sent = await phone.ask("POST", "/api/v2/media", file=picture, description="A path")
    form = {"status": f"@circle {text}", "media_ids[]": sent["id"]}
    await phone.ask("POST", "/api/v1/statuses", **form)
    ids = await world.reaches(text)
    assert await nobodys(str(sent["url"]).partition("?")[0]) == 404

    for who in world.first:
        place, path = world.home(who), f"/seen/posts/{ids[who]}"

        async def copy(place: Neighbour = place, who: str = who, path: str = path) -> str:
            shown = COPY.search(await place.page(who, path))
            return shown[1] if shown else ""

        address = place.url + await until(copy, f"{who} sees the picture")
        assert await nobodys(address) == 404
        async with (await place.browser(who)).get(address) as reply:
            assert opened(await reply.read()).size == (480, 360)


async def nobodys(url: str) -> int:
    """The status of what somebody is given who says nothing of who they are."""
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        return reply.status


async def all_places_remove_it_but_one_that_is_off_and_one_that_refuses(world: Circle) -> None:
    """Of five: 3 have removed it, 1 is silent, 1 refuses; and once it is back, 4 have."""
    words, places = "Known in all places", len(world.first)
    *others, away = world.first
    await world.hill.press("ann", "/new", text=f"@circle {words}")
    ids = await world.reaches(words)
    await the_place_that_keeps_all_has(world, words)
    await world.home(away).node.end()

    await world.hill.press("ann", f"/delete/{ids['ann']}")

    path = re.search(r'href="(/deleted/\d+)"', await world.hill.page("ann", "/deleted"))
    assert path

    async def has(wanted: dict[str, int]) -> bool:
        page = await world.hill.page("ann", path[1])
        return Counter(dict(LINE.findall(page)).values()) == wanted

    wanted = {"removed": places - 1, "silent": 1, "refuses": 1}
    await until(lambda: has(wanted), "all have removed it but two")
    for who in (*others, "bob"):
        assert await world.is_gone(who, ids[who])
    assert any(words in one for one in world.liar.kept)
    card = await world.hill.do("deletion", "list")
    assert {world.home(away).host, world.liar.host} <= set(card.split())
    assert world.home("eve").host not in card

    await world.home(away).start()
    await until(lambda: has({"removed": places, "refuses": 1}), "the one that was off has as well")
    assert await world.is_gone(away, ids[away])
    by_app = await (await world.hill.phone("ann")).ask("GET", "/api/hedgerow/v1/deletions")
    assert by_app


async def ida_reports_kim_without_being_named(world: Circle) -> None:
    await world.places["ash"].say("kim", f"{world.handle} My tea heals lungs")
    ids = await world.reaches("My tea heals lungs")

    form = {"reason": "medical_advice", "words": "Said by ida.", "tells_home": "1"}
    await world.places["fen"].press("ida", f"/report/posts/{ids['ida']}", **form)

    case = await until(lambda: world.case_about("My tea heals lungs"), "it is on the desk")
    shown = await world.hill.page("ann", case)
    assert "Said by ida." not in shown
    assert world.address("ida") not in shown
    assert case in await world.hill.page("rose", "/desk")
    assert "Nobody has decided yet" in await world.places["fen"].page("ida", "/reported")


async def kim_is_shut_out_told_so_at_home_and_her_words_are_gone(world: Circle) -> None:
    ids = await world.reaches("My tea heals lungs")
    case = await world.case_about("My tea heals lungs")
    form = {"deed": "shut_out", "days": "7", "reason": "No cures here.", "removes": "1"}

    await world.hill.press("ann", case, **form)

    told = await world.news("kim", "has shut you out")
    for name in ("ann", "rose", "ida"):
        assert world.address(name) not in told.partition("<main")[2]
    for who in ("eve", "gus", "ida"):
        await until(lambda who=who: world.is_gone(who, ids[who]), f"it is gone for {who}")
    phone = await world.places["ash"].phone("kim")
    text = f"{world.handle} Said all the same"
    await phone.ask("POST", "/api/v1/statuses", status=text)
    await world.hill.press("ann", "/new", text="@circle After kim")
    await world.reaches("After kim", "eve", "gus", "ida")
    assert "Said all the same" not in await world.rows("moor", "post")
    assert "kim" in await world.hill.page("ann", "/moderate/circle")
    del world.members["kim"]


async def ida_leaves_and_reads_no_more(world: Circle) -> None:
    group_id, fen = world.ids["fen"], world.places["fen"]
    before = (await world.reaches("After kim", "ida"))["ida"]

    await fen.press("ida", f"/leave/{group_id}", posts="keep")

    assert await world.is_gone("ida", before)
    assert not (await world.relation("ida"))["following"]
    del world.members["ida"]
    await world.hill.press("ann", "/new", text="@circle After ida had left")
    await world.reaches("After ida had left", "eve", "gus")
    assert "After ida had left" not in await world.rows("fen", "post")
    assert "@ida@" not in await world.hill.page("ann", "/communities/circle/members")


async def the_place_of_who_left_removes_all_of_it_and_hill_is_shown_its_receipt(
    world: Circle,
) -> None:
    host = world.places["fen"].host

    async def is_removed() -> bool:
        return "has removed it" in (await world.holders())[host]

    await until(is_removed, "fen says that it has removed it", THRICE_A_MINUTE_S)
    for table in HOLDING_TABLES:
        assert SECRET not in await world.rows("fen", table), table
    assert (await world.holders())[world.places["moor"].host].startswith("holds it")
    assert await world.reaches(SECRET, "eve", "gus")
