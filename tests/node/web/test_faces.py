"""Faces, banners and the pictures of communities: how they are set, and where they stand."""

import re
from html import unescape

import pytest
from aiohttp import FormData

from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.store import actor_by_id
from node.topics.admissions.invitations import Wanted, make_invitation
from node.topics.files.faces import SHOWN_BY_ANOTHER
from node.topics.members.actions import Founding, found_community, join
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.browser import Browser
from tests.node.web.conftest import HASH, PASSWORD
from tests.node.web.test_names import found, go_on, make
from tests.pictures import a_picture, opened

HERE = "/settings/profile"
FACE = re.compile(r'<span class="face [^>]*>\s*<img src="([^"]*)" alt=""')
LETTER = re.compile(r'<span class="face [^>]*>(\w)</span>')
OTHER = {"form": "PNG", "size": (300, 500), "mode": "L"}


def form(fields, **pictures):
    data = FormData(default_to_multipart=True)
    for name, value in fields.items():
        data.add_field(name, value)
    for name, body in pictures.items():
        data.add_field(name, body, filename="me.png", content_type="image/png")
    return data


async def look(browser, fields=None, **pictures):
    """Fill in and send the form about oneself, as a browser does."""
    token = (await browser.open(HERE)).fields["token"]
    return await browser.send(HERE, form({"token": token} | (fields or {}), **pictures))


async def test_a_face_is_set_and_stands_beside_what_one_writes(house, ann):
    await ann.send("/new", {"token": (await ann.open("/new")).fields["token"], "text": "Hello"})
    before = LETTER.findall((await ann.open("/people/ann")).text)

    answer = await look(ann, {"name": "Ann of the Hill", "about": "I walk."}, face=a_picture())
    page = await ann.open("/people/ann")
    small = FACE.findall(page.text)

    assert before == ["A", "A"]
    assert answer.location == f"{HERE}?changed=yes"
    assert "It is saved." in (await ann.open(answer.location)).text
    assert "Ann of the Hill" in page.text
    assert "I walk." in page.text
    assert len(small) == 2
    assert LETTER.findall(page.text) == []
    assert opened(await (await ann.client.get(small[0])).read()).size == (96, 96)


async def test_a_banner_stands_on_the_own_page_and_both_are_taken_off(house, ann):
    await look(ann, face=a_picture(), banner=a_picture())
    shown = (await ann.open("/people/ann")).text
    asked = (await ann.open(HERE)).text
    await look(ann, {"off": "banner"})
    without = (await ann.open("/people/ann")).text
    await look(ann, {"off": "face"})
    bare = (await ann.open("/people/ann")).text

    assert shown.count('<img class="banner"') == 1
    assert asked.count("Take it off") == 2
    assert 'class="banner"' not in without
    assert FACE.findall(without) != []
    assert FACE.findall(bare) == []


@pytest.mark.parametrize(
    ("fields", "pictures", "said"),
    [
        ({"name": "N", "about": "a" * 2_001}, {"face": a_picture()}, "at most 2000 characters"),
        ({"name": "N" * 101, "about": "b"}, {}, "at most 100 characters"),
        ({"name": "N", "about": "b"}, {"face": b"no picture"}, 'id="face-wrong"'),
        ({"name": "N", "about": "b"}, {"banner": b"no picture"}, 'id="banner-wrong"'),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost_or_saved(
    house, ann, fields, pictures, said
):
    answer = await look(ann, fields, **pictures)

    assert answer.status == 422
    assert said in unescape(answer.text)
    assert fields["about"] in answer.text
    assert fields["name"] in answer.text
    assert (await ann.open("/people/ann")).text.count('<h1 dir="auto">ann</h1>') == 1


async def test_words_that_stay_as_they_were_keep_what_an_app_put_into_them(house, ann):
    me = await house.do(lambda tx: tx.one("select id from actor where name = 'ann'"))
    html = '<p>Of <a href="https://hill.example/" rel="nofollow">the hill</a></p>'
    await house.do(edit_profile, me["id"], ProfileChanges(summary=html), NOW)

    await look(ann, {"name": "Ann", "about": "Of the hill"})

    assert (await house.do(actor_by_id, me["id"])).summary == html


async def test_a_form_that_changes_nothing_tells_nobody_anything(house, ann):
    await look(ann, {"name": "ann", "about": ""})
    before = await house.do(lambda tx: tx.all("select id from outbox_entry"))
    await look(ann, {"name": "ann", "about": ""})

    assert await house.do(lambda tx: tx.all("select id from outbox_entry")) == before


@pytest.mark.threat("T65")
async def test_the_face_of_somebody_elsewhere_stays_a_letter(house, ann):
    me = await house.do(lambda tx: tx.one("select id from actor where name = 'ann'"))

    def set_icon(tx, url, local):
        tx.run(
            "update actor set icon_url = :url, local = :local where id = :id",
            url=url,
            local=local,
            id=me["id"],
        )

    await house.do(set_icon, "https://hill.example/face.png", 1)
    page = (await ann.open("/people/ann")).text

    assert LETTER.findall(page) == ["A"]
    assert "hill.example" not in page


@pytest.mark.feature("C10")
async def test_another_name_has_a_picture_of_its_own_and_the_page_says_to_take_another(
    house, ann, rosa
):
    asked = (await ann.open(HERE)).text
    await look(ann, face=a_picture())
    await make(ann, await found(house, rosa))
    page = (await ann.open(HERE)).text
    same = await look(ann, face=a_picture(quality=60))
    other = await look(ann, face=a_picture(**OTHER))

    assert "Use a picture that you use nowhere else" not in asked
    assert "Use a picture that you use nowhere else" in page
    assert "Birch</a> looks" in page
    assert 'href="/settings/profile"' in (await ann.open("/people/birch")).text
    assert (same.status, SHOWN_BY_ANOTHER in same.text) == (422, True)
    assert other.location == f"{HERE}?changed=yes"
    faces = [FACE.findall((await ann.open(f"/people/{who}")).text)[0] for who in ("ann", "birch")]
    assert len(set(faces)) == 2


@pytest.mark.feature("C10")
async def test_the_own_name_does_not_take_the_picture_of_another_one_either(house, ann, rosa):
    await make(ann, await found(house, rosa))
    await look(ann, face=a_picture())
    await go_on(ann)

    assert (await look(ann, face=a_picture())).status == 422
    assert (await look(ann, banner=a_picture(**OTHER))).status == 303


@pytest.mark.feature("C10")
async def test_somebody_else_may_show_the_same_picture(house, ann):
    await house.person("ben", password_hash=HASH)
    ben = Browser(house.client)
    await ben.sign_in("ben", PASSWORD)

    await look(ann, face=a_picture())

    assert (await look(ben, face=a_picture())).status == 303


async def signed_in_as(house, name):
    caller, browser = await house.person(name, password_hash=HASH), Browser(house.client)
    await browser.sign_in(name, PASSWORD)
    return caller, browser


async def picture_of(browser, name, fields=None, **pictures):
    token = (await browser.open("/")).fields["token"]
    sent = form({"token": token} | (fields or {}), **pictures)
    return await browser.send(f"/organise/{name}/picture", sent)


async def community(house, organiser, visibility="public"):
    founding = Founding(origin=ORIGIN, name="walkers", title="Walkers", visibility=visibility)
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


@pytest.mark.feature("C01")
async def test_who_organises_a_community_gives_it_a_picture_and_takes_it_off(house, ann):
    olive, hers = await signed_in_as(house, "olive")
    await community(house, olive)

    given = await picture_of(hers, "walkers", picture=a_picture())
    shown = [(await ann.open(way)).text for way in ("/communities/walkers", "/directory")]
    settings = (await hers.open("/organise/walkers")).text
    await picture_of(hers, "walkers", {"off": "yes"})

    assert given.location == "/organise/walkers?changed=yes"
    assert [len(FACE.findall(page)) for page in shown] == [1, 1]
    assert "Take it off" in settings
    assert FACE.findall((await ann.open("/communities/walkers")).text) == []


@pytest.mark.parametrize(("body", "said"), [(b"no picture", ""), (b"", "Choose a picture first.")])
async def test_a_picture_of_a_community_that_cannot_be_taken_is_said_beside_it(house, body, said):
    olive, hers = await signed_in_as(house, "olive")
    await community(house, olive)

    answer = await picture_of(hers, "walkers", picture=body)

    assert answer.status == 422
    assert re.search(rf'id="picture-wrong">[^<]*{said}', answer.text)


@pytest.mark.threat("T82")
async def test_nobody_else_gives_a_community_a_picture(house, ann):
    olive, _ = await signed_in_as(house, "olive")
    group = await community(house, olive)
    mona, other = await signed_in_as(house, "mona")
    await house.do(join, mona.actor, group, NOW)

    answers = [await picture_of(one, "walkers", picture=a_picture()) for one in (ann, other)]

    assert [one.status for one in answers] == [404, 404]
    assert (await house.do(actor_by_id, group.id)).icon_url is None


@pytest.mark.feature("C02")
@pytest.mark.threat("T74")
@pytest.mark.parametrize(("visibility", "seen"), [("public", [0, 1, 1]), ("hidden", [0, 0, 0])])
async def test_an_invitation_shows_the_picture_to_those_who_may_know_of_the_community(
    house, ann, visitor, visibility, seen
):
    olive, hers = await signed_in_as(house, "olive")
    group = await community(house, olive, visibility)
    await picture_of(hers, "walkers", picture=a_picture())
    link = f"/invitation/{await house.do(make_invitation, group, olive.actor, Wanted(), NOW)}"

    landing = await visitor.open(link)
    asked = await visitor.send(link, landing.fields)
    inside = await visitor.open(asked.location)
    ours = await ann.open(link)

    assert [len(FACE.findall(one.text)) for one in (landing, inside, ours)] == seen
    assert "/files/" not in landing.text
    assert ("Walkers" in inside.text, "Walkers" in ours.text) == (True, True)
