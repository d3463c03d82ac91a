"""Joining under another name on pages, going on under it and back; what belongs to the own name."""

import re

import pytest

from node.topics.accounts.written_as import NAME_GONE
from node.topics.admissions.invitations import Wanted, make_invitation
from node.topics.admissions.pledges import change_pledge
from node.topics.communities.join_requests import waiting_in
from node.topics.members.actions import Founding, found_community
from node.topics.pseudonyms.rules import IN_AS_ANOTHER, OWN_NAME_FIRST
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour
from tests.node.browser import Browser
from tests.node.web.conftest import PASSWORD
from tests.node.web.test_pages import JARGON

pytestmark = pytest.mark.feature("C10")
OWN = (
    "/settings/account",
    "/settings/account/delete",
    "/settings/card",
    "/settings/take",
    "/settings/found",
    "/settings/moving",
    "/settings/names",
    "/oauth/authorize?client_id=x",
)


async def found(house, rosa, name="walkers", **fields):
    fields = {"visibility": "public", "posting": "anyone"} | fields
    founding = Founding(origin=ORIGIN, name=name, title=name.title(), **fields)
    return await house.do(found_community, founding, rosa.actor, KEYS, NOW)


async def make(browser, group, name="birch", **form):
    way = f"/another-name/{group.id}"
    page = await browser.open(way)
    assert page.status == 200, page.text
    form = {"user_name": name, "shown_name": name.title()} | form
    return await browser.send(way, page.fields | form)


async def go_on(browser, name=""):
    page = await browser.open("/")
    form = {"token": page.fields["token"]} | ({"name": str(name)} if name else {})
    return await browser.send("/go-on", form)


async def test_with_a_name_one_is_in_and_goes_on_under_it_and_back_with_a_tap(house, ann, rosa):
    group = await found(house, rosa)
    at_door = await ann.open("/communities/walkers")
    made = await make(ann, group)
    inside = await ann.open(made.location)
    back = await go_on(ann)
    outside = await ann.open("/communities/walkers")

    assert f'href="/another-name/{group.id}"' in at_door.text
    assert made.location == "/communities/walkers"
    assert "You are <strong" in inside.text
    assert ">Birch</strong> here." in inside.text
    assert "Back to <bdi>ann</bdi>" in inside.text
    assert "You are a member" in inside.text
    assert back.location == "/"
    assert "You are in here as <bdi>Birch</bdi>" in outside.text
    assert "Go on as <bdi>Birch</bdi>" in outside.text
    assert ">Join<" not in outside.text

    forth = re.search(r'name="name" value="(\d+)"', outside.text)
    led = await go_on(ann, forth[1])
    assert led.location == "/communities/walkers"
    assert "Birch</strong> here." in (await ann.open("/")).text


async def test_the_pages_say_what_a_name_hides_in_plain_words(house, ann, rosa):
    group = await found(house, rosa)
    form = (await ann.open(f"/another-name/{group.id}")).text

    assert "cannot tell that this name and <bdi>ann</bdi> are one person" in form
    assert "Whoever keeps this server could look it up" in form
    assert "may give you away" in form
    await make(ann, group)
    await go_on(ann)
    for way in (f"/another-name/{(await found(house, rosa, 'readers')).id}", "/settings/names"):
        words = re.sub(r"<[^>]*>", " ", (await ann.open(way)).text)
        assert JARGON.search(words) is None


async def test_what_is_typed_wrong_is_said_and_stays_in_the_form(house, ann, rosa):
    group = await found(house, rosa)

    wrong = await make(ann, group, name="Not A Name!", shown_name="Birch")
    taken = await make(ann, group, name="rosa")

    assert wrong.status == 422
    assert 'value="Birch"' in wrong.text
    assert taken.status == 409
    assert "is taken" in taken.text
    assert (await house.do(lambda tx: tx.one("select count(*) as n from pseudonym")))["n"] == 0


async def test_where_joining_is_refused_nothing_is_left(house, ann, rosa):
    group = await found(house, rosa, joining="invite")
    before = await house.do(lambda tx: tx.one("select count(*) as n from actor"))

    refused = await make(ann, group)

    assert refused.status == 403
    assert "by invitation only" in refused.text
    assert await house.do(lambda tx: tx.one("select count(*) as n from actor")) == before
    assert "You have no other name" in (await ann.open("/settings/names")).text


async def test_a_name_answers_the_question_and_agrees_to_what_members_agree_to(house, ann, rosa):
    group = await found(house, rosa, "carers", visibility="closed", joining="approval")
    await house.do(change_pledge, group, rosa.actor, "What is said here stays here.", NOW)

    form = await ann.open(f"/another-name/{group.id}")
    await make(ann, group, answer="My mother")

    assert "What is said here stays here." in form.text
    ((asked, who),) = await house.do(waiting_in, group.id, 10)
    assert (asked.answer, who.name) == ("My mother", "birch")
    page = await ann.open("/communities/carers")
    assert "You asked to join; they have not answered yet." in page.text


async def test_an_invitation_is_taken_up_under_another_name(house, ann, rosa):
    group = await found(house, rosa, "hollow", visibility="hidden", joining="invite")
    code = await house.do(make_invitation, group, rosa.actor, Wanted(), NOW)
    link = await ann.open(f"/invitation/{code}")
    way = f"/another-name/{group.id}?code={code}"
    form = await ann.open(way)

    assert way in link.text
    assert (await ann.open(f"/another-name/{group.id}")).status == 404
    made = await ann.send(
        f"/another-name/{group.id}", form.fields | {"user_name": "birch", "shown_name": ""}
    )

    assert made.location == "/communities/hollow"
    assert "You are a member" in (await ann.open("/communities/hollow")).text
    await go_on(ann)
    assert (await ann.open("/communities/hollow")).status == 404
    assert "Hollow" in (await ann.open("/settings/names")).text


async def test_a_community_elsewhere_is_joined_under_another_name(house, ann):
    there = await house.do(lambda tx: add_neighbour(tx, "rovers", kind="Group"))
    page = await ann.open(f"/seen/people/{there.id}")

    made = await make(ann, there)

    assert f'href="/another-name/{there.id}"' in page.text
    assert "asked to join" in (await ann.open(made.location)).text
    await go_on(ann)
    assert "You are in here as <bdi>Birch</bdi>" in (await ann.open(made.location)).text


@pytest.mark.threat("T85")
async def test_what_belongs_to_the_own_name_is_there_under_that_alone(house, ann, rosa):
    await make(ann, await found(house, rosa))

    for way in OWN:
        page = await ann.open(way)
        assert page.status == 403, way
        assert OWN_NAME_FIRST in page.text
        assert "Back to <bdi>ann</bdi>" in page.text
    me = await ann.open("/people/birch")
    assert "/settings/account" not in me.text
    assert "/settings/names" not in me.text


@pytest.mark.threat("T80")
async def test_words_that_were_written_under_one_name_are_not_sent_under_another(house, ann, rosa):
    group = await found(house, rosa)
    await make(ann, group)
    draft = await ann.open("/new?with=@walkers")
    await go_on(ann)

    sent = await ann.send("/new", draft.fields | {"text": "@walkers Hello"})

    assert sent.status == 403
    assert "@walkers Hello" in sent.text
    assert await house.do(lambda tx: tx.all("select id from post")) == []


@pytest.mark.threat("T88")
async def test_words_that_were_not_taken_come_back_to_send_under_the_name_they_were_written_under(
    house, ann, rosa
):
    group = await found(house, rosa)
    await make(ann, group)
    as_birch = await ann.open("/new?with=@walkers")
    await go_on(ann)
    as_ann = await ann.open("/new")

    switched = await ann.send("/new", as_birch.fields | {"text": "Birchwords"})
    await house.do(lambda tx: tx.run("delete from session where id > 0"))
    signed = [await comes_back(ann, page.fields) for page in (as_birch, as_ann)]
    birch_id = int(as_birch.fields["token"].partition("-")[0])

    for page in (switched, signed[0]):
        assert "You wrote this as Birch. Go on as Birch first." in page.text
        assert "Birchwords" in page.text
        assert "<button>Send" not in page.text
        assert "<textarea" not in page.text
    assert "<button>Send" in signed[1].text
    of_rosa = as_ann.fields | {"token": f"{rosa.actor.id}-0.0"}
    foreign = await comes_back(ann, of_rosa)
    assert "<button>Send" in foreign.text
    assert "You wrote this as" not in foreign.text
    await house.do(lambda tx: tx.run("update actor set deleted_at = 1 where id = :i", i=birch_id))
    ended = await comes_back(ann, as_birch.fields)
    assert NAME_GONE in ended.text
    assert "<button>Send" not in ended.text


async def comes_back(browser, fields):
    """What is shown of words in a form once ann has signed in."""
    browser.cookies.clear()
    asked = await browser.send("/new", fields | {"text": "Birchwords"})
    return await browser.send("/sign-in", asked.fields | {"name": "ann", "password": PASSWORD})


@pytest.mark.feature("M10")
async def test_where_one_is_in_as_another_one_is_told_so_in_plain_words(house, ann, rosa):
    group = await found(house, rosa)
    await make(ann, group)
    await go_on(ann)
    way = f"/another-name/{group.id}"

    again = await ann.open(way)

    assert again.status == 403
    assert IN_AS_ANOTHER in again.text


async def test_a_name_that_has_left_is_ended_on_its_page(house, ann, rosa):
    group = await found(house, rosa)
    await make(ann, group)
    page = await ann.open("/communities/walkers")
    await ann.send("/unfollow", {"token": page.fields["token"], "actor": str(group.id)})
    await go_on(ann)
    listed = await ann.open("/settings/names")
    way = re.search(r'href="(/settings/names/\d+/end)"', listed.text)[1]

    ended = await ann.send(way, (await ann.open(way)).fields)

    assert "The name is gone" in ended.text
    key = re.search(r'href="(/gone/[^"]+)"', ended.text)[1]
    assert (await ann.open(key)).status == 200
    assert (await ann.open("/people/birch")).status == 404
    assert "You have no other name" in (await ann.open("/settings/names")).text


@pytest.mark.threat("T88")
async def test_nobody_elses_page_says_whose_a_name_is(house, ann, rosa):
    group = await found(house, rosa)
    await make(ann, group)
    await ann.send(
        "/new", (await ann.open("/new?with=@walkers")).fields | {"text": "@walkers Hello"}
    )
    await house.do(publish, rosa.actor, Draft(text="@walkers Good day"), NOW)
    await house.person("ben", password_hash=await hash_of(house))
    ben = Browser(house.client)
    await ben.sign_in("ben", PASSWORD)
    row = await house.do(lambda tx: tx.one("select id from actor where name = 'ann'"))

    for way in (
        "/people/birch",
        "/communities/walkers",
        "/communities/walkers/members",
        "/directory",
        "/public",
        "/find?q=birch",
    ):
        page = await ben.open(way)
        assert not re.search(r"\bann\b", page.text), way
        assert str(row["id"]) not in page.text
    assert "birch" not in (await ben.open("/people/ann")).text
    assert "birch" not in (await rosa.get("/api/v1/accounts/lookup?acct=ann")).text


async def hash_of(house):
    row = await house.do(lambda tx: tx.one("select password_hash from account where name = 'ann'"))
    return row["password_hash"]


@pytest.mark.threat("T70")
async def test_signing_in_by_another_name_is_refused_as_for_nobody(house, ann, rosa):
    await make(ann, await found(house, rosa))
    other = Browser(house.client)

    said = [
        re.sub(r'value="[^"]*"', "", (await try_in(other, name)).text)
        for name in ("birch", "nobody_at_all")
    ]

    assert said[0] == said[1]


async def try_in(browser, name):
    return await browser.send("/sign-in", {"name": name, "password": PASSWORD, "next": "/"})


async def test_what_is_written_under_a_name_begins_with_its_community(house, ann, rosa):
    await make(ann, await found(house, rosa))

    for way in ("/", "/new"):
        assert ">@walkers </textarea>" in (await ann.open(way)).text, way
