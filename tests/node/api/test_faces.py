"""Faces and banners: sent, shown, and taken off over the client API."""

import pytest

from node.files_at_rest import clear_away
from node.http.services import SERVICES
from node.pictures.forms import FORMS
from node.topics.accounts.store import any_account_by_name
from node.topics.accounts.suspension import suspend
from node.topics.communities.store import drop_member, put_member
from node.topics.files.actions import Said, new_file
from node.topics.members.actions import Founding, found_community
from node.topics.organising.picture import show_community_picture
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.api.sending import STATUSES, form_of, load, loads
from tests.pictures import a_picture, opened

UPDATE = "/api/v1/accounts/update_credentials"
NEUTRAL = "https://group.example/static/avatar.png"


async def with_picture(caller, field, **fields):
    return (await caller.must("PATCH", UPDATE, data=form_of(a_picture(), field, **fields))).value


async def test_a_face_is_shown_whole_and_small_to_everybody(house, rosa):
    own = await with_picture(rosa, "avatar", display_name="Rosa Hill")

    seen = (await house.visitor.get(f"/api/v1/accounts/{rosa.id}")).value
    whole, small = await load(house, seen["avatar"]), await load(house, seen["avatar_static"])
    assert opened(whole.body).size == FORMS["face"].whole
    assert opened(small.body).size == FORMS["face"].small
    assert (own["display_name"], own["avatar"]) == ("Rosa Hill", seen["avatar"])
    assert (await rosa.say("Hello"))["account"]["avatar"] == own["avatar"]


async def test_a_face_and_a_banner_are_told_to_others_in_one_message(house, rosa):
    form = form_of(a_picture(), "avatar")
    form.add_field("header", a_picture(size=(1_600, 700)), filename="a.jpg")

    own = (await rosa.must("PATCH", UPDATE, data=form)).value

    assert await loads(house, own["avatar"], own["header"]) == [200, 200]
    assert own["header"] != own["avatar"]
    said = await house.do(lambda tx: tx.all("select body from outbox_entry"))
    assert len(said) == 1
    assert own["avatar"] in said[0]["body"]
    assert own["header"] in said[0]["body"]


async def test_a_banner_leaves_the_face_as_it_is(rosa):
    face = (await with_picture(rosa, "avatar"))["avatar"]

    assert (await with_picture(rosa, "header"))["avatar"] == face


@pytest.mark.threat("T68")
@pytest.mark.parametrize("which", ["avatar", "header"])
async def test_what_is_taken_off_is_gone_from_the_node(house, rosa, which):
    url = (await with_picture(rosa, which))[which]

    off = (await rosa.must("DELETE", f"/api/v1/profile/{which}")).value
    again = (await rosa.must("DELETE", f"/api/v1/profile/{which}")).value
    await clear_away(house.db, house.client.app[SERVICES].blobs, house.clock)

    assert off[which] == again[which] == f"https://group.example/static/{which}.png"
    assert await loads(house, url) == [404]
    assert list(house.client.app[SERVICES].blobs.names()) == []


async def test_a_file_that_is_no_picture_changes_nothing(rosa):
    form = form_of(b"no picture", "avatar", display_name="Other")

    reply = await rosa.must("PATCH", UPDATE, 422, data=form)

    assert "no picture that can be read" in reply.error
    own = (await rosa.get("/api/v1/accounts/verify_credentials")).value
    assert (own["display_name"], own["avatar"]) != ("Other", NEUTRAL)
    assert own["avatar"] == NEUTRAL


async def test_who_has_no_room_left_shows_no_new_face(house, rosa, monkeypatch):
    monkeypatch.setattr("node.api.credentials.room_for_member", lambda _request: 0)

    reply = await rosa.must("PATCH", UPDATE, 422, data=form_of(a_picture(), "avatar"))

    assert "as many pictures as there is room for" in reply.error


@pytest.mark.threat("T150")
async def test_the_face_of_somebody_who_is_suspended_is_shown_to_nobody(house, rosa):
    url = (await with_picture(rosa, "avatar"))["avatar"]
    await house.do(suspend, await house.do(any_account_by_name, "rosa"), NOW)

    assert await loads(house, url) == [404]


async def test_a_face_hangs_on_no_post(house, rosa):
    await with_picture(rosa, "avatar")
    row = await house.do(lambda tx: tx.one("select id from file"))

    hung = await rosa.ask("POST", STATUSES, data={"status": "x", "media_ids[]": str(row["id"])})
    read = await rosa.ask("GET", f"/api/v1/media/{row['id']}")

    assert (hung.status, read.status) == (422, 404)


@pytest.fixture(params=["public", "hidden"])
async def pictured(request, house, rosa):
    """A community of Rosa's that has a picture, and its door."""
    door = request.param
    founding = Founding(origin=ORIGIN, name="walkers", title="Walkers", visibility=door)
    group = await house.do(found_community, founding, rosa.actor, KEYS, NOW)
    services = house.client.app[SERVICES]
    drawn = await services.pictures.redraw(a_picture(), "face")
    file = new_file(group.id, "face", drawn, Said(), ORIGIN, NOW)
    services.blobs.put(file.key, drawn.whole)
    services.blobs.put(f"{file.key}-small", drawn.small)
    await house.do(show_community_picture, rosa.actor, group, file, 10**9, NOW)
    return group, file, door


@pytest.mark.threat("T69")
async def test_the_picture_of_a_hidden_community_is_loaded_by_its_members_alone(
    house, rosa, pictured
):
    group, file, door = pictured

    seen = (await rosa.get(f"/api/v1/accounts/{group.id}")).value
    assert await loads(house, seen["avatar"], seen["avatar_static"]) == [200, 200]
    assert (seen["avatar"] == file.url) == (door == "public")
    assert (await loads(house, file.url) == [200]) == (door == "public")


@pytest.mark.threat("T69")
async def test_the_link_to_the_picture_of_a_hidden_community_ends_with_the_membership(
    house, rosa, tilda, pictured
):
    group, _, door = pictured
    await house.do(put_member, group.id, tilda.actor.id, Role.MEMBER, NOW)
    url = (await tilda.get(f"/api/v1/accounts/{group.id}")).value["avatar"]
    assert await loads(house, url) == [200]

    await house.do(drop_member, group.id, tilda.actor.id)

    assert await loads(house, url) == [200 if door == "public" else 404]
