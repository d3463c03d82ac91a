"""Following, saying who one is, moving and reporting: done on one node, seen on the other."""

import pytest
import pytest_asyncio

from tests.journeys.processes import FOR_ALL
from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(world: World) -> World:
    """fay, gil, hal and ian live at vale too, and ida at moor; kai looks after vale."""
    for name in ("fay", "gil", "hal", "ian"):
        await world.vale.add(name)
    await world.vale.add("kai", "organiser")
    await world.moor.add("ida")
    return world


async def account(place, who: str, handle: str) -> dict:
    """Somebody as an app of `who` shows them; empty where they are not known."""
    phone = await place.phone(who)
    return dict(await phone.ask("GET", f"/api/v1/accounts/lookup?acct={handle.lstrip('@')}") or {})


async def relation(place, who: str, account_id: str) -> dict:
    phone = await place.phone(who)
    return dict((await phone.ask("GET", f"/api/v1/accounts/relationships?id[]={account_id}"))[0])


async def asks(world, who: str) -> str:
    """cat of moor asks to follow somebody of vale who wants to be asked; whom, at moor."""
    phone = await world.vale.phone(who)
    await phone.ask("PATCH", "/api/v1/accounts/update_credentials", locked="true")
    whom = await world.moor.find("cat", world.vale.handle(who))
    cat = await world.moor.phone("cat")
    await cat.ask("POST", f"/api/v1/accounts/{whom['id']}/follow")

    async def is_asked() -> bool:
        return world.moor.handle("cat") in await world.vale.page(who, "/requests")

    await until(is_asked, f"{who} is asked")
    assert (await relation(world.moor, "cat", whom["id"]))["requested"]
    return str(whom["id"])


@pytest.mark.mirrors("mastodon/follow_person", "lemmy/accept")
async def test_somebody_who_follows_is_told_of_and_seen_where_the_other_lives(world):
    whom = await world.moor.follow("cat", world.vale.handle("fay"))

    told = await world.vale.page("fay", "/notifications")
    assert world.moor.handle("cat") in told
    there = await account(world.vale, "fay", world.moor.handle("cat"))
    assert (await relation(world.vale, "fay", there["id"]))["followed_by"]
    assert (await relation(world.moor, "cat", whom["id"]))["following"]


@pytest.mark.mirrors("mastodon/follow_person", "lemmy/accept")
async def test_who_is_accepted_follows_on_both_nodes(world):
    whom = await asks(world, "gil")
    there = await account(world.vale, "gil", world.moor.handle("cat"))
    form = {"actor": there["id"], "next": "/requests"}

    await world.vale.press("gil", "/requests", to="/requests/accept", **form)

    async def follows() -> bool:
        return bool((await relation(world.moor, "cat", whom))["following"])

    await until(follows, "cat follows gil")
    assert "You follow them" in await world.moor.page("cat", f"/seen/people/{whom}")


@pytest.mark.mirrors("lemmy/reject")
async def test_who_is_declined_is_told_so_and_waits_no_more(world):
    whom = await asks(world, "hal")
    there = await account(world.vale, "hal", world.moor.handle("cat"))
    form = {"actor": there["id"], "next": "/requests"}

    await world.vale.press("hal", "/requests", to="/requests/decline", **form)

    async def waits_no_more() -> bool:
        held = await relation(world.moor, "cat", whom)
        return not held["requested"] and not held["following"]

    await until(waits_no_more, "cat waits no more")
    assert "have not answered yet" not in await world.moor.page("cat", f"/seen/people/{whom}")


@pytest.mark.mirrors("lemmy/follow_group", "lemmy/accept", "lemmy/undo_follow")
async def test_who_leaves_a_community_is_sent_nothing_of_it_any_more(world):
    await world.hill.do(
        "community",
        "create",
        "rowers",
        *FOR_ALL,
        "--title",
        "Rowers",
        "--organiser",
        "ann",
    )
    rowers = world.hill.handle("rowers")
    whom = await world.vale.follow("bob", rowers)
    await world.moor.follow("cat", rowers)
    await world.hill.say("ann", f"{rowers} While he was in it")
    await until(lambda: id_of(world.vale, "bob", "While he was in it"), "bob reads it")
    await world.vale.press("bob", f"/seen/people/{whom['id']}", to="/unfollow", actor=whom["id"])
    await world.hill.say("ann", f"{rowers} Some time after")

    await until(lambda: id_of(world.moor, "cat", "Some time after"), "cat reads it")
    assert not await id_of(world.vale, "bob", "Some time after")
    assert not (await relation(world.vale, "bob", whom["id"]))["following"]


@pytest.mark.mirrors("lemmy/reject")
async def test_a_community_by_invitation_turns_down_who_only_asks(world):
    words = ("--title", "Quiet", "--organiser", "ann", "--join", "invite", "--elsewhere")
    await world.hill.do("community", "create", "quiet", "--visibility", "closed", *words)
    whom = await world.moor.find("cat", world.hill.handle("quiet"))

    await (await world.moor.phone("cat")).ask("POST", f"/api/v1/accounts/{whom['id']}/follow")

    async def is_declined() -> bool:
        held = await relation(world.moor, "cat", whom["id"])
        return not held["requested"] and not held["following"]

    await until(is_declined, "cat is not let in")


@pytest.mark.mirrors("mastodon/update_person")
async def test_a_new_name_and_new_words_about_oneself_are_shown_elsewhere(world):
    whom = await world.moor.follow("cat", world.vale.handle("fay"))
    phone = await world.vale.phone("fay")

    path, form = "/api/v1/accounts/update_credentials", {"note": "Walks slowly"}
    await phone.ask("PATCH", path, display_name="Fay of the mill", **form)

    async def is_shown() -> bool:
        page = await world.moor.page("cat", f"/seen/people/{whom['id']}")
        return "Fay of the mill" in page and "Walks slowly" in page

    await until(is_shown, "moor shows the new name")
    shown = await account(world.moor, "cat", world.vale.handle("fay"))
    assert shown["display_name"] == "Fay of the mill"
    assert "Walks slowly" in shown["note"]


@pytest.mark.mirrors("mastodon/update_person")
async def test_what_somebody_says_with_new_keys_is_taken_elsewhere(world):
    await world.moor.follow("cat", world.vale.handle("fay"))
    await world.vale.do("key", "rotate", "fay")

    await world.vale.say("fay", "Said with new keys")

    async def arrives() -> bool:
        return "Said with new keys" in await world.moor.texts("cat", "/api/v1/timelines/home")

    await until(arrives, "moor takes it")


@pytest.mark.mirrors("mastodon/move", "mastodon/update_person")
async def test_who_moves_is_followed_at_the_new_address(world):
    old, new = world.vale.handle("ian"), world.moor.handle("ida")
    followed = await world.hill.follow("ann", old)
    await world.moor.press("ida", "/settings/moving", to="/settings/moving/add", address=old)

    form = {"address": new, "password": "a long walk on sunday"}
    await world.vale.press("ian", "/settings/moving", to="/settings/moving/away", **form)

    async def follows_there() -> bool:
        there = await account(world.hill, "ann", new)
        return bool(there) and bool((await relation(world.hill, "ann", there["id"]))["following"])

    await until(follows_there, "ann follows ida")
    page = await world.hill.page("ann", f"/seen/people/{followed['id']}")
    assert "They have moved to" in page
    assert new in page
    assert not (await relation(world.hill, "ann", followed["id"]))["following"]


@pytest.mark.mirrors("lemmy/flag_in_community")
async def test_a_report_of_a_post_in_a_community_elsewhere_reaches_those_who_look_after_it(world):
    post = await world.say_in_walkers("Rude in the community")

    form = {"reason": "unkind", "words": "It hurts me.", "tells_home": "1"}
    await world.moor.press("cat", f"/report/posts/{post['moor']}", **form)

    async def is_told() -> bool:
        return "Rude in the community" in await world.hill.page("ann", "/desk")

    await until(is_told, "ann is told")
    page = await world.hill.page("ann", "/desk")
    assert "It hurts me" not in page
    assert world.moor.handle("cat") not in page.partition("<main")[2]


@pytest.mark.mirrors("mastodon/flag")
async def test_a_report_reaches_those_who_look_after_the_other_node_without_the_reporter(world):
    said = await world.vale.say("fay", f"{world.moor.handle('cat')} Something rude")

    async def seen() -> str:
        for one in await (await world.moor.phone("cat")).ask("GET", "/api/v1/notifications"):
            if one["type"] == "mention" and "Something rude" in one["status"]["content"]:
                return str(one["status"]["id"])
        return ""

    there = await until(seen, "cat reads it")
    form = {"reason": "unkind", "words": "It hurts me.", "tells_home": "1"}
    await world.moor.press("cat", f"/report/posts/{there}", **form)

    async def is_told() -> bool:
        return "Something rude" in await world.vale.page("kai", "/desk")

    await until(is_told, "kai is told")
    page = await world.vale.page("kai", "/desk")
    assert f'somebody of <bdi dir="ltr">{world.moor.host}' in page
    assert "It hurts me" not in page
    assert world.moor.handle("cat") not in page.partition("<main")[2]
    listed = await world.vale.do("report", "list")
    assert said["uri"] in listed
