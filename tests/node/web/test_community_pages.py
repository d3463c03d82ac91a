"""Making, changing, closing a community and looking after its members on pages, without scripts."""

import pytest

from node.topics.actors.store import local_actor
from node.topics.communities.store import community_even_closed, membership
from node.topics.members.actions import Founding, follow, found_community
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.browser import Browser
from tests.node.web.conftest import HASH, PASSWORD

FORM = {
    "title": "Night Sky",
    "about": "Stars, and tea.",
    "visibility": "closed",
    "joining": "open",
    "posting": "members",
    "rules": "Bring a coat.",
    "topics": "stars",
    "language": "en",
    "shows_members": "yes",
}


def person(tx, name):
    return local_actor(tx, "Person", name)


def group_named(tx, name):
    group = local_actor(tx, "Group", name)
    return group and (group, community_even_closed(tx, group.id))


async def send(browser, path, to="", **form):
    """Send a form that stands on a page, with its token."""
    token = (await browser.open(path)).fields["token"]
    return await browser.send(to or path, {"token": token} | form)


@pytest.fixture
async def ben(house):
    await house.person("ben", password_hash=HASH)
    browser = Browser(house.client)
    await browser.sign_in("ben", PASSWORD)
    return browser


@pytest.fixture
async def walkers(house, ann):
    """A public community that ann organises."""
    founding = Founding(origin=ORIGIN, name="walkers", title="Walkers", visibility="public")
    return await house.do(found_community, founding, await house.do(person, "ann"), KEYS, NOW)


@pytest.mark.feature("C01")
async def test_a_community_is_made_after_it_was_shown_what_a_stranger_sees(house, ann):
    shown = await send(ann, "/make/community", **FORM)
    assert "Only members read what is said." in shown.text
    assert "What a stranger sees" in shown.text
    assert "it looks as if there were no such community" in shown.text
    assert await house.do(group_named, "night_sky") is None

    made = await ann.send("/make/community", shown.fields | {"step": "make"})

    assert made.location == "/communities/night_sky"
    community = (await ann.open("/communities/night_sky")).text
    for words in ("Night Sky", "Stars, and tea.", "Bring a coat.", "Closed", "You organise it"):
        assert words in community


async def test_what_was_typed_stands_in_the_form_again_when_something_is_wrong(ann):
    wrong = await send(ann, "/make/community", **(FORM | {"language": "as we speak"}))
    back = await send(ann, "/make/community", step="back", **FORM)

    assert wrong.status == 422
    assert "Say the language by its short name" in wrong.text
    for found in (wrong, back):
        assert "Bring a coat." in found.text
        assert 'value="closed" checked' in found.text


async def test_a_name_that_is_taken_is_said_to_be(ann, walkers):
    reply = await send(ann, "/make/community", step="make", **(FORM | {"name": "walkers"}))

    assert reply.status == 409
    assert "is taken" in reply.text


@pytest.mark.feature("C02")
async def test_another_door_is_asked_about_once_more_and_then_shuts(house, ann, visitor, walkers):
    page = await send(ann, "/organise/walkers", **(FORM | {"title": "Walkers"}))
    assert "At once, nobody but those named above reads anything" in page.text
    assert (await house.do(group_named, "walkers"))[1].visibility == "public"
    assert (await visitor.open("/communities/walkers")).status == 200

    done = await ann.send("/organise/walkers", page.fields | {"step": "change"})

    assert done.location == "/organise/walkers?changed=yes"
    assert (await house.do(group_named, "walkers"))[1].visibility == "closed"
    assert (await visitor.open("/communities/walkers")).status == 404


async def test_a_wider_door_says_that_it_is_for_what_comes(ann, house):
    founding = Founding(origin=ORIGIN, name="hollow", title="Hollow", visibility="closed")
    await house.do(found_community, founding, await house.do(person, "ann"), KEYS, NOW)

    page = await send(ann, "/organise/hollow", **(FORM | {"visibility": "public"}))

    assert "The new door is for what is said from now on." in page.text


async def test_what_does_not_move_the_door_is_saved_at_once(house, ann, walkers):
    reply = await send(ann, "/organise/walkers", **(FORM | {"visibility": "public"}))

    group, community = await house.do(group_named, "walkers")
    assert reply.location == "/organise/walkers?changed=yes"
    assert (group.title, community.rules) == ("Night Sky", "Bring a coat.")


@pytest.mark.threat("T88")
@pytest.mark.feature("C02")
async def test_one_that_is_closed_down_is_opened_again_by_a_button(house, ann, ben, walkers):
    await house.do(follow, await house.do(person, "ben"), walkers, NOW)
    await send(ann, "/organise/walkers/close")
    mine, theirs = await ann.open("/communities/walkers"), await ben.open("/communities/walkers")
    news, listed = await ben.open("/notifications"), await ann.open("/organise")

    await send(ann, "/communities/walkers", "/organise/walkers/restore")

    assert "is closed down" in mine.text
    assert theirs.status == 404
    assert "was closed down" in news.text
    assert "Closed down." in listed.text
    assert (await ben.open("/communities/walkers")).status == 200


@pytest.mark.threat("T82")
@pytest.mark.parametrize("path", ["", "/close", "/restore"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_settings_are_there_for_those_who_organise_it_alone(
    house, ben, walkers, path, method
):
    token = (await ben.open("/make/community")).fields["token"]

    there = await ben.ask(method, f"/organise/walkers{path}", data={"token": token} | FORM)
    absent = await ben.ask(method, f"/organise/never{path}", data={"token": token} | FORM)

    assert there.status == absent.status
    assert there.status in (404, 405)
    assert (await house.do(group_named, "walkers"))[0].title == "Walkers"


@pytest.mark.threat("T62")
async def test_a_form_without_its_token_changes_nothing(house, ann, walkers):
    for path in ("/organise/walkers", "/organise/walkers/close", "/communities/walkers/members"):
        assert (await ann.send(path, FORM | {"token": "x.y"})).status == 403
    assert (await house.do(group_named, "walkers"))[1].closed_at is None


@pytest.mark.feature("C09")
async def test_joining_and_following_are_two_buttons(house, ben, walkers):
    page = await ben.open("/communities/walkers")
    assert 'action="/join"' in page.text
    assert 'action="/follow-only"' in page.text

    await send(ben, "/communities/walkers", "/follow-only", actor=str(walkers.id))
    follows = await ben.open("/communities/walkers")
    await send(ben, "/communities/walkers", "/join", actor=str(walkers.id))
    joined = await ben.open("/communities/walkers")

    assert "You follow it" in follows.text
    assert 'action="/join"' in follows.text
    assert "You are a member" in joined.text
    assert "/communities/walkers/members" in joined.text


@pytest.mark.threat("T82")
@pytest.mark.feature("C12")
async def test_members_are_listed_for_members_and_organisers_see_how_each_came(
    house, ann, ben, visitor, walkers
):
    assert (await ben.open("/communities/walkers/members")).status == 404
    await house.do(follow, await house.do(person, "ben"), walkers, NOW)

    mine, theirs = [await one.open("/communities/walkers/members") for one in (ann, ben)]

    assert "made this community" in mine.text
    assert "Let them go" in mine.text
    assert "@ann" in theirs.text
    assert "made this community" not in theirs.text
    assert "Let them go" not in theirs.text
    assert (await visitor.open("/communities/walkers/members")).status == 303


@pytest.mark.feature("C16")
async def test_roles_are_given_and_members_let_go_by_buttons(house, ann, ben, walkers):
    me = await house.do(person, "ben")
    await house.do(follow, me, walkers, NOW)
    members = "/communities/walkers/members"
    leaving = await send(ann, "/communities/walkers", "/unfollow", actor=str(walkers.id))
    assert leaving.status == 403
    assert "Name another organiser first" in leaving.text

    await send(ann, members, person=str(me.id), deed="moderator")
    assert (await house.do(membership, walkers.id, me.id)).role is Role.MODERATOR
    await send(ann, members, person=str(me.id), deed="let_go", reason="You asked for it.")

    assert (await house.do(membership, walkers.id, me.id)).role is Role.NOBODY
    assert "You asked for it." in (await ben.open("/notifications")).text


@pytest.mark.feature("C16")
async def test_an_account_that_a_community_hangs_on_says_so_on_its_page(ann, walkers):
    reply = await send(ann, "/settings/account/delete", name="ann", password=PASSWORD)

    assert reply.status == 403
    assert "Nobody else organises Walkers" in reply.text


async def test_words_of_a_community_do_nothing_on_its_page(ann):
    bad = '"><script>alert(1)</script>'
    form = FORM | {"title": f"Sky {bad}", "about": bad, "rules": bad, "topics": bad}

    shown = await send(ann, "/make/community", **form)
    await ann.send("/make/community", shown.fields | {"step": "make", "name": "sky"})
    pages = [await ann.open(path) for path in ("/communities/sky", "/organise/sky", "/organise")]

    for page in (shown, *pages):
        assert page.status == 200
        assert "<script>alert" not in page.text


@pytest.mark.feature("C02", "F13")
@pytest.mark.parametrize("door", ["public", "closed", "node", "hidden"])
async def test_what_is_said_behind_any_door_is_answered_on_its_page(house, ann, door):
    me = await house.do(person, "ann")
    founding = Founding(origin=ORIGIN, name="owls", title="Owls", visibility=door)
    await house.do(found_community, founding, me, KEYS, NOW)
    said = await send(ann, "/new", text="@owls Who heard one?")

    form = (await ann.open(said.location)).fields
    answered = await ann.send("/new", form | {"text": "I did"})

    assert answered.status == 303
    assert "I did" in (await ann.open(said.location)).text
