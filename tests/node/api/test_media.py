"""Pictures are sent over the client API, hang on posts, and go with them."""

import pytest

from node.files_at_rest import clear_away
from node.http.services import SERVICES
from node.topics.files.rules import ANEW_S_MAX
from tests.node.api.sending import (
    MEDIA,
    STATUSES,
    form_of,
    load,
    loads,
    picture_in,
    say_with_picture,
    send_picture,
    try_to_send,
)
from tests.pictures import a_picture, opened

DAY_S = 24 * 3_600
NOT_THERE = "A picture is not there any more. Send it again."


async def test_a_picture_that_was_sent_is_finished_when_the_answer_comes(house, rosa):
    sent = await send_picture(rosa, description=" A hedge ", focus="0.5,-0.25")

    loaded = await load(house, sent["url"])
    assert (loaded.status, loaded.media_type) == (200, "image/jpeg")
    assert opened(loaded.body).size == (640, 480)
    assert sent["description"] == "A hedge"
    assert sent["meta"] == {
        "original": {"width": 640, "height": 480, "size": "640x480", "aspect": 640 / 480},
        "focus": {"x": 0.5, "y": -0.25},
    }
    assert (sent["type"], sent["remote_url"]) == ("image", None)
    assert sent["blurhash"]


async def test_the_old_way_of_sending_one_does_the_same(rosa):
    reply = await try_to_send(rosa, a_picture(), "/api/v1/media")

    assert (reply.status, reply.value["type"]) == (200, "image")


async def test_the_small_picture_is_smaller(house, rosa):
    sent = await send_picture(rosa)

    small = opened((await load(house, sent["preview_url"])).body)
    assert small.size == (480, 360)


@pytest.mark.parametrize(
    ("body", "fields", "sentence"),
    [
        (b"", {}, "Choose a picture to send."),
        (b"GIF, honestly", {}, "no picture that can be read"),
        (a_picture(), {"description": "x" * 1_501}, "at most 1500 characters"),
        (a_picture(), {"focus": "2,0"}, "two numbers from -1 to 1"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_sentence(rosa, body, fields, sentence):
    reply = await try_to_send(rosa, body, **fields)

    assert reply.status == 422
    assert sentence in reply.error


async def test_a_form_without_a_file_is_refused_with_a_sentence(rosa):
    assert (await rosa.post(MEDIA, {"description": "x"}, status=422)).error == (
        "Choose a picture to send."
    )


@pytest.fixture
def services(house, monkeypatch):
    """What works at a place where there is room for nothing."""
    monkeypatch.setattr("node.api.media.room_for_member", lambda _request: 0)
    return house.client.app[SERVICES]


async def test_who_has_no_room_left_is_told_before_anything_is_drawn(rosa, services, monkeypatch):
    async def drawn(body, use):
        raise AssertionError("it was drawn")

    monkeypatch.setattr(services.pictures, "redraw", drawn)

    reply = await try_to_send(rosa, a_picture())
    assert reply.status == 422
    assert "as many pictures as there is room for" in reply.error


async def test_bytes_for_which_there_was_no_room_are_gone_at_once(rosa, services, monkeypatch):
    monkeypatch.setattr("node.api.media.check_room", lambda *_: None)

    reply = await try_to_send(rosa, a_picture())

    assert reply.status == 422
    assert list(services.blobs.names()) == []


async def test_one_sees_changes_and_drops_ones_own_picture_while_it_hangs_on_nothing(rosa):
    path = f"/api/v1/media/{(await send_picture(rosa, description='A hege'))['id']}"

    changed = (await rosa.must("PUT", path, data={"description": "A hedge"})).value
    focused = (await rosa.must("PUT", path, json={"focus": "0.5,0.5"})).value
    seen = (await rosa.get(path)).value
    await rosa.must("DELETE", path)

    assert changed["description"] == "A hedge"
    assert (seen["description"], focused["meta"]["focus"]) == ("A hedge", {"x": 0.5, "y": 0.5})
    assert (await rosa.get(path, status=404)).error == "Record not found"


async def test_a_picture_that_hangs_on_a_post_is_changed_and_dropped_with_that_alone(rosa):
    picture = picture_in(await say_with_picture(rosa))
    path = f"/api/v1/media/{picture['id']}"

    await rosa.get(path, status=404)
    await rosa.must("PUT", path, 404, data={"description": "x"})
    refused = await rosa.must("DELETE", path, 422)

    assert refused.error == "This picture hangs on a post. Change the post, or delete it."


@pytest.mark.threat("T94")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_picture_of_somebody_else_answers_as_one_that_is_not_there(rosa, tilda, method):
    sent = await send_picture(rosa)

    of_others = await tilda.must(method, f"/api/v1/media/{sent['id']}", 404)
    of_none = await tilda.must(method, f"/api/v1/media/{int(sent['id']) + 99}", 404)

    assert of_others.text == of_none.text


async def test_a_post_carries_its_pictures_in_the_order_said(rosa):
    one, two = await send_picture(rosa, description="One"), await send_picture(rosa)

    form = {"status": "", "media_ids": [two["id"], one["id"]]}
    status = (await rosa.must("POST", STATUSES, json=form)).value

    assert [found["id"] for found in status["media_attachments"]] == [two["id"], one["id"]]
    assert status["media_attachments"][1]["description"] == "One"


async def test_everybody_loads_the_picture_of_a_public_post(house, rosa):
    picture = picture_in(await say_with_picture(rosa))

    assert picture["url"] == f"https://group.example/files/{picture['url'].rpartition('/')[2]}"
    assert await loads(house, picture["url"], picture["preview_url"]) == [200, 200]


async def test_more_than_four_pictures_or_one_of_somebody_else_are_refused(rosa, tilda):
    sent = await send_picture(rosa)
    many = {"status": "x", "media_ids": [sent["id"], "1", "2", "3", "4"]}

    too_many = await rosa.must("POST", STATUSES, 422, json=many)
    of_others = await tilda.must("POST", STATUSES, 422, json=many | {"media_ids": [sent["id"]]})
    no_id = await rosa.must("POST", STATUSES, 422, json=many | {"media_ids": ["one"]})

    assert too_many.error == "A post has at most 4 pictures."
    assert (of_others.error, no_id.error) == (NOT_THERE, NOT_THERE)


async def test_a_picture_hangs_on_one_post_only(rosa):
    picture = picture_in(await say_with_picture(rosa))

    again = {"status": "Again", "media_ids[]": picture["id"]}
    assert (await rosa.post(STATUSES, again, status=422)).error == NOT_THERE


async def test_a_post_has_pictures_or_a_poll_whether_new_or_changed(rosa):
    sent = await send_picture(rosa)
    pictures = {"status": "Which?", "media_ids": [sent["id"]]}
    poll = {"options": ["a", "b"], "expires_in": 600}
    asked = (await rosa.must("POST", STATUSES, json={"status": "Which?", "poll": poll})).value

    new = await rosa.must("POST", STATUSES, 422, json=pictures | {"poll": poll})
    changed = await rosa.must("PUT", f"{STATUSES}/{asked['id']}", 422, json=pictures)

    assert new.error == changed.error == "A post has pictures or a poll, not both."


async def test_an_edit_leaves_the_pictures_unless_it_names_them(house, rosa):
    status = await say_with_picture(rosa)
    path, first = f"{STATUSES}/{status['id']}", picture_in(status)
    other = await send_picture(rosa)

    kept = (await rosa.must("PUT", path, json={"status": "Look here"})).value
    both = [first["id"], other["id"]]
    more = (await rosa.must("PUT", path, json={"status": "Look", "media_ids": both})).value
    none = (await rosa.must("PUT", path, json={"status": "Look", "media_ids": []})).value

    assert picture_in(kept)["id"] == first["id"]
    assert [one["id"] for one in more["media_attachments"]] == both
    assert none["media_attachments"] == []
    assert await loads(house, first["url"]) == [404]


@pytest.mark.parametrize("with_ids", [True, False])
@pytest.mark.parametrize("kind", ["json", "data"])
async def test_an_edit_says_anew_what_a_picture_shows_and_its_copies_hear_of_it(
    house, rosa, kind, with_ids
):
    status = await say_with_picture(rosa)
    picture_id, path = picture_in(status)["id"], f"{STATUSES}/{status['id']}"
    said = {"description": "A gate", "focus": "0,1"}
    rows = {f"media_attributes[][{key}]": text for key, text in (said | {"id": picture_id}).items()}
    forms = {"data": rows, "json": {"media_attributes": [said | {"id": picture_id}]}}
    named = {"json": {"media_ids": [picture_id]}, "data": {"media_ids[]": picture_id}}

    form = {"status": "Look"} | forms[kind] | (named[kind] if with_ids else {})
    edited = (await rosa.must("PUT", path, **{kind: form})).value

    assert picture_in(edited)["description"] == "A gate"
    assert picture_in(edited)["meta"]["focus"] == {"x": 0, "y": 1}
    body = await house.do(
        lambda tx: tx.one("select body from outbox_entry order by id desc limit 1")["body"]
    )
    assert '"A gate"' in body


async def test_an_edit_describes_no_picture_that_hangs_elsewhere(rosa, tilda):
    elsewhere = picture_in(await say_with_picture(rosa))
    status = await say_with_picture(rosa)
    of_tilda = await send_picture(tilda)

    for one in (elsewhere, of_tilda):
        form = {"status": "x", "media_attributes": [{"id": one["id"], "description": "y"}]}
        await rosa.must("PUT", f"{STATUSES}/{status['id']}", 404, json=form)
    assert (await tilda.get(f"/api/v1/media/{of_tilda['id']}")).value["description"] is None


@pytest.mark.threat("T81")
async def test_nobody_else_edits_pictures_off_a_post(rosa, tilda):
    status = await say_with_picture(rosa)
    path = f"{STATUSES}/{status['id']}"

    await tilda.must("PUT", path, 404, json={"status": "Mine", "media_ids": []})

    assert picture_in((await rosa.get(path)).value)["description"] == "A hedge"


async def test_a_deleted_post_can_be_written_anew_with_its_pictures(house, rosa):
    status = await say_with_picture(rosa)
    house.clock.at += 2 * DAY_S
    deleted = (await rosa.must("DELETE", f"{STATUSES}/{status['id']}")).value
    await clear(house)
    assert await loads(house, picture_in(deleted)["url"], picture_in(status)["url"]) == [200, 404]

    again = await rosa.say("Look again", **{"media_ids[]": picture_in(deleted)["id"]})

    assert await loads(house, picture_in(again)["url"]) == [200]


@pytest.mark.threat("T68")
async def test_the_pictures_of_a_deleted_post_are_gone_after_an_hour_with_their_bytes(house, rosa):
    status = await say_with_picture(rosa)
    await rosa.must("DELETE", f"{STATUSES}/{status['id']}")
    blobs = house.client.app[SERVICES].blobs
    assert len(list(blobs.names())) == 2

    house.clock.at += ANEW_S_MAX - 1
    await clear(house)
    assert len(list(blobs.names())) == 2
    house.clock.at += 1
    await clear(house)

    assert list(blobs.names()) == []
    again = {"status": "Again", "media_ids[]": picture_in(status)["id"]}
    assert (await rosa.post(STATUSES, again, status=422)).error == NOT_THERE


async def clear(house):
    await clear_away(house.db, house.client.app[SERVICES].blobs, house.clock)


@pytest.mark.feature("H12")
async def test_an_organisation_sends_pictures_too(clinic):
    assert picture_in(await say_with_picture(clinic))["description"] == "A hedge"


async def test_the_files_of_a_form_of_another_name_are_no_picture(rosa):
    form = form_of(a_picture(), "thumbnail")

    assert (await rosa.ask("POST", MEDIA, data=form)).error == "Choose a picture to send."


@pytest.mark.threat("T56")
async def test_pictures_are_sent_so_often_and_no_oftener(house, rosa):
    replies = [await rosa.ask("POST", MEDIA, data={"description": "x"}) for _ in range(31)]

    assert [one.status for one in replies] == [422] * 30 + [429]
