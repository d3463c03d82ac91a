"""Pictures in the form for writing, and on the posts that come of it."""

import re
from dataclasses import replace
from html import unescape

import pytest
from aiohttp import FormData

from node.pictures.forms import UPLOAD_BYTES_MAX
from node.topics.files.rules import PER_POST_MAX, TOO_LONG, TOO_MANY
from node.topics.posts.parts import Attachment
from node.topics.posts.store import post_by_id, update_post
from tests.node.browser import Browser
from tests.node.web.conftest import HASH, PASSWORD
from tests.pictures import a_picture

pytestmark = pytest.mark.feature("P05")

SHOWN = re.compile(r'<a class="picture" href="([^"]*)"><img src="([^"]*)" alt="([^"]*)"')
SIZE = re.compile(r'width="(\d+)" height="(\d+)" loading="lazy"')
TAKEN = re.compile(r'name="taken" value="(\d+)"')
SAYS = re.compile(r'name="says_\d+"[^>]*>\n([^<]*)</textarea>')
EMPTY_PLACE = re.compile(r'name="picture_\d"')


def form(fields, *pictures, start=1):
    """A form as a browser sends it: all four places, with a picture in the first ones."""
    data = FormData(default_to_multipart=True)
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            data.add_field(name, one)
    for number in range(1, PER_POST_MAX + 1):
        body = pictures[number - start] if 0 <= number - start < len(pictures) else b""
        data.add_field(
            f"picture_{number}",
            body,
            filename="walk.jpg" if body else "",
            content_type="image/jpeg",
        )
    return data


async def write(browser, fields, *pictures, path="/new"):
    token = (await browser.open("/new")).fields["token"]
    fields = {"token": token, "has_pictures": "yes", "visibility": "public"} | fields
    return await browser.send(path, form(fields, *pictures))


def shown(page):
    """The pictures of a page: the whole, the small one, and what each shows."""
    return [tuple(unescape(part) for part in found) for found in SHOWN.findall(page.text)]


async def texts(house):
    rows = await house.do(lambda tx: tx.all("select source from post where deleted_at is null"))
    return [row["source"] for row in rows]


@pytest.mark.feature("P04")
async def test_a_picture_that_is_sent_with_words_stands_on_the_post_with_what_it_shows(house, ann):
    said = await write(ann, {"text": "We went.", "shows_1": 'A "bridge" & two ducks'}, a_picture())
    page = await ann.open(said.location)

    ((whole, small, shows),) = shown(page)
    assert shows == 'A "bridge" & two ducks'
    assert re.fullmatch(r"/files/[^/]+\.jpg", whole)
    assert small == whole.replace(".jpg", "-small.jpg")
    assert (await ann.client.get(small)).status == 200
    assert SIZE.findall(page.text) == [("427", "320")]


async def test_a_post_may_be_pictures_alone_and_words_alone(house, ann):
    pictures = await write(ann, {"text": ""}, a_picture(), a_picture(size=(90, 200)))
    words = await write(ann, {"text": "No picture."})
    nothing = await write(ann, {"text": ""})

    assert len(shown(await ann.open(pictures.location))) == 2
    assert 'class="pictures many"' in (await ann.open(pictures.location)).text
    assert shown(await ann.open(words.location)) == []
    assert "a post cannot be empty" in unescape(nothing.text)


@pytest.mark.feature("P04")
async def test_a_description_is_asked_for_and_never_forced(house, ann):
    asked = (await ann.open("/new")).text
    said = await write(ann, {"text": "Look."}, a_picture())

    ((_, _, shows),) = shown(await ann.open(said.location))
    assert "for people who cannot see it, or who save their data" in asked
    assert shows == ""
    assert "Picture, no description" in (await ann.open(said.location)).text


async def test_words_and_pictures_are_kept_if_one_of_them_is_none_and_what_is_wrong_is_said(
    house, ann
):
    fields = {"text": "We went.", "shows_1": "A bridge", "shows_2": "A letter"}
    again = await write(ann, fields, a_picture(), b"no picture at all")

    assert again.status == 422
    assert "We went.</textarea>" in again.text
    assert SAYS.findall(again.text) == ["A bridge"]
    assert "A letter</textarea>" in again.text
    assert len(EMPTY_PLACE.findall(again.text)) == PER_POST_MAX - 1
    assert 'id="wrong-place-1"' in again.text
    assert await texts(house) == []

    (number,) = TAKEN.findall(again.text)
    fields = {"text": "We went.", "taken": number, f"says_{number}": "A bridge"}
    said = await write(ann, fields)
    assert [shows for _, _, shows in shown(await ann.open(said.location))] == ["A bridge"]


async def test_pictures_are_kept_if_the_words_are_too_long(house, ann):
    again = await write(ann, {"text": "a" * 10_001, "shows_1": "A bridge"}, a_picture())

    assert again.status == 422
    assert "at most 10000 characters" in again.text
    assert SAYS.findall(again.text) == ["A bridge"]
    assert "a" * 10_001 in again.text


@pytest.mark.feature("P04")
async def test_a_description_that_is_too_long_costs_nobody_the_picture(house, ann):
    long = "a" * 1_501
    again = await write(ann, {"text": "We went.", "shows_1": long}, a_picture())

    assert again.status == 422
    assert TOO_LONG in again.text
    assert SAYS.findall(again.text) == [long]


async def test_a_picture_that_was_taken_can_be_taken_off_before_the_post_is_sent(house, ann):
    again = await write(ann, {"text": "a" * 10_001}, a_picture(), a_picture(size=(90, 90)))
    first, second = TAKEN.findall(again.text)
    said = await write(ann, {"text": "We went.", "taken": [first, second], "off": first})

    assert SIZE.findall((await ann.open(said.location)).text) == [("90", "90")]


async def test_a_fifth_picture_is_not_taken_and_the_four_are_kept(house, ann):
    again = await write(ann, {"text": "a" * 10_001}, *[a_picture()] * PER_POST_MAX)
    fields = {"text": "We went.", "taken": TAKEN.findall(again.text)}
    more = await write(ann, fields, a_picture())

    assert more.status == 422
    assert len(TAKEN.findall(more.text)) == PER_POST_MAX
    assert TOO_MANY in more.text


async def test_a_picture_of_somebody_else_cannot_be_hung_on_a_post(house, ann):
    await house.person("ben", password_hash=HASH)
    ben = Browser(house.client)
    await ben.sign_in("ben", PASSWORD)
    (number,) = TAKEN.findall((await write(ben, {"text": "a" * 10_001}, a_picture())).text)

    said = await write(ann, {"text": "Mine.", "taken": number, f"says_{number}": "Stolen"})
    words = await house.do(lambda tx: tx.all("select description from file"))

    assert shown(await ann.open(said.location)) == []
    assert [row["description"] for row in words] == [None]


async def test_an_answer_takes_pictures_and_keeps_them_if_something_is_wrong(house, ann, rosa):
    asked = await rosa.say("Where were you?")
    again = await write(ann, {"text": "a" * 10_001, "parent": asked["id"]}, a_picture())
    (number,) = TAKEN.findall(again.text)
    said = await write(ann, {"text": "Here.", "parent": asked["id"], "taken": number})

    assert "Where were you?" in again.text
    assert len(shown(await ann.open(said.location))) == 1


async def test_a_post_is_changed_with_its_pictures(house, ann):
    said = await write(ann, {"text": "We went.", "shows_1": "A bridge"}, a_picture(), a_picture())
    page = await ann.open(said.location)
    path = re.search(r"/edit/\d+", page.text)[0]
    begun = await ann.open(path)
    first, second = TAKEN.findall(begun.text)

    changed = {
        "text": "We went.",
        "taken": [first, second],
        f"says_{first}": "A bridge in fog",
        "off": second,
        "shows_1": "A dog",
    }
    await write(ann, changed, a_picture(size=(90, 90)), path=path)
    after = await ann.open(said.location)

    assert SAYS.findall(begun.text) == ["A bridge", ""]
    assert len(EMPTY_PLACE.findall(begun.text)) == PER_POST_MAX - 2
    assert [shows for _, _, shows in shown(after)] == ["A bridge in fog", "A dog"]


async def test_a_form_without_room_for_pictures_leaves_those_that_hang_there(house, ann):
    said = await write(ann, {"text": "We went."}, a_picture())
    path = re.search(r"/edit/\d+", (await ann.open(said.location)).text)[0]
    token = (await ann.open("/new")).fields["token"]

    await ann.send(path, {"token": token, "text": "We went there."})

    assert len(shown(await ann.open(said.location))) == 1


async def test_with_a_warning_pictures_stand_behind_it(house, ann):
    said = await write(ann, {"text": "We went.", "content_note": "hospital"}, a_picture())
    page = (await ann.open(said.location)).text

    behind = re.search(r'<details class="note"><summary[^>]*>hospital.*?</details>', page, re.S)
    assert page.count('class="picture"') == 1
    assert 'class="picture"' in behind[0]


async def test_sensitive_pictures_without_a_warning_are_tapped_open(house, ann):
    said = await write(ann, {"text": "We went."}, a_picture())
    await house.do(lambda tx: tx.run("update post set sensitive = 1"))
    page = (await ann.open(said.location)).text

    behind = re.search(r'<details class="note"><summary>A picture not for.*?</details>', page, re.S)
    assert page.count('class="picture"') == 1
    assert 'class="picture"' in behind[0]


@pytest.mark.threat("T65")
async def test_what_lies_at_another_node_stays_a_link(house, ann):
    said = await write(ann, {"text": "We went."})
    there = Attachment("Image", "https://hill.example/bridge.jpg", "image/jpeg", "A bridge")

    def hang(tx):
        row = tx.one("select id from post")
        update_post(tx, replace(post_by_id(tx, row["id"]), attachments=(there,)))

    await house.do(hang)
    page = (await ann.open(said.location)).text

    assert 'href="https://hill.example/bridge.jpg"' in page
    assert "Picture: <bdi>A bridge</bdi>" in page
    assert 'src="https://hill.example' not in page


async def sent_signed_out(house, ann, fields, *pictures):
    token = (await ann.open("/new")).fields["token"]
    await house.do(lambda tx: tx.run("delete from session where id > 0"))
    sent = {"token": token, "has_pictures": "yes", "visibility": "public"} | fields
    return await ann.send("/new", form(sent, *pictures))


async def test_words_come_back_after_signing_in_and_it_is_said_that_pictures_do_not(house, ann):
    asked = await sent_signed_out(house, ann, {"text": "We went."}, a_picture(size=(2_000, 2_000)))
    signed = await ann.send("/sign-in", asked.fields | {"name": "ann", "password": PASSWORD})
    said = await ann.send("/new", signed.fields | {"text": "We went."})

    assert asked.status == 401
    assert "The pictures that you chose are not here any more" in signed.text
    assert "We went." in (await ann.open(said.location)).text
    assert await house.do(lambda tx: tx.all("select * from file")) == []


async def test_it_is_said_that_pictures_without_words_were_not_sent(house, ann):
    asked = await sent_signed_out(house, ann, {"text": ""}, a_picture())
    signed = await ann.send("/sign-in", asked.fields | {"name": "ann", "password": PASSWORD})

    assert "Your pictures were not sent" in signed.text
    assert "choose them once more" in signed.text
    assert "<textarea" not in signed.text


async def test_nothing_is_said_of_pictures_where_none_were_chosen(house, ann):
    asked = await sent_signed_out(house, ann, {"text": "We went."})
    signed = await ann.send("/sign-in", asked.fields | {"name": "ann", "password": PASSWORD})

    assert "We went." in signed.text
    assert "pictures that you chose" not in signed.text


@pytest.mark.threat("T62")
async def test_a_form_of_another_site_is_not_read_and_no_picture_of_it_is_kept(house, ann):
    token = (await ann.open("/new")).fields["token"]
    strange = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    answer = await ann.send("/new", form({"token": token}, a_picture()), headers=strange)

    assert answer.status == 403
    assert await house.do(lambda tx: tx.all("select * from file")) == []


@pytest.mark.threat("T64")
async def test_a_picture_that_is_too_large_is_refused_and_costs_nobody_the_words(house, ann):
    large = bytes(UPLOAD_BYTES_MAX + 1)
    again = await write(ann, {"text": "We went.", "shows_2": "A bridge"}, large, a_picture())

    assert again.status == 422
    assert "A picture has at most 16 MB" in again.text
    assert "We went.</textarea>" in again.text
    assert SAYS.findall(again.text) == ["A bridge"]
