"""From a link to the inside, as browsers go: strangers, one of ours, and links that are dead."""

import re
from dataclasses import replace

import msgspec
import pytest

from node.http.services import SERVICES
from node.topics.accounts.sign_in import COOKIE
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.store import actor_by_iri
from node.topics.admissions.invitations import Wanted, make_invitation
from node.topics.members.actions import Founding, found_community
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.browser import Browser
from tests.node.web.conftest import PASSWORD
from tests.node.web.test_pages import JARGON

CANARIES = ("hollowtree", "Lymphoma", "Tuesday", "Rosalind", "swelling", "secretrule")


@pytest.fixture
async def link(house, rosa):
    """The way of an invitation into a hidden community, whose every word is a canary."""
    return await make_link(house, rosa)


async def make_link(house, rosa, **fields):
    wanted = Wanted(**fields)
    founding = Founding(
        origin=ORIGIN, name="hollowtree", title="Lymphoma", visibility="hidden", joining="invite"
    )
    group = await house.do(actor_by_iri, f"{ORIGIN}/communities/hollowtree")
    if group is None:
        await house.do(fill, rosa, founding)
        group = await house.do(actor_by_iri, f"{ORIGIN}/communities/hollowtree")
    code = await house.do(make_invitation, group, rosa.actor, wanted, NOW)
    return f"/invitation/{code}"


def fill(tx, rosa, founding):
    group = found_community(tx, founding, rosa.actor, KEYS, NOW)
    edit_profile(tx, group.id, ProfileChanges(summary="<p>Every Tuesday</p>"), NOW)
    edit_profile(tx, rosa.actor.id, ProfileChanges(display_name="Rosalind"), NOW)
    tx.run("update community set rules = 'secretrule' where actor_id = :id", id=group.id)
    publish(tx, rosa.actor, Draft(text="@hollowtree the swelling is less"), NOW)


async def come_in(browser, link, name="Joao"):
    """All that a stranger does, up to the inside."""
    landing = await browser.open(link)
    asked = await browser.send(link, landing.fields)
    await browser.open(asked.location)
    return await browser.send(asked.location, {"name": name})


async def accounts(house):
    rows = await house.do(lambda tx: tx.all("select name from account order by id"))
    return [row["name"] for row in rows]


@pytest.mark.threat("T74")
@pytest.mark.feature("D06", "C06", "J2.4")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_a_stranger_and_a_chat_app_are_shown_names_nothing_of_the_community(
    visitor, link, method
):
    shown = await visitor.ask(method, link)

    said = shown.text + str(shown.headers)
    assert shown.status == 200
    assert [word for word in CANARIES if word.lower() in said.lower()] == []
    assert "noindex" in shown.headers["X-Robots-Tag"]
    if method == "GET":
        assert "<title>An invitation</title>" in shown.text
        assert '<meta property="og:title" content="An invitation">' in shown.text


@pytest.mark.feature("C06")
async def test_who_invites_is_named_to_strangers_only_if_they_signed(house, rosa, visitor):
    link = await make_link(house, rosa, signed="Ana")

    assert (
        '<strong dir="auto">Ana</strong> sent you an invitation' in (await visitor.open(link)).text
    )


@pytest.mark.feature("C06", "C18", "J2.1")
async def test_a_stranger_is_inside_after_three_forms_and_one_typed_word(house, link, visitor):
    landing = await visitor.open(link)
    asked = await visitor.send(link, landing.fields)
    named = await visitor.open(asked.location)
    entered = await visitor.send(asked.location, {"name": "João"})
    inside = await visitor.open(entered.location)

    assert "Rosalind" in named.text
    assert "Lymphoma" in named.text
    assert "nobody else knows that it is there" in named.text
    assert entered.status == 303
    assert inside.status == 200
    for words in ("Welcome", "secretrule", "Every Tuesday", "the swelling is less", "stay quiet"):
        assert words in inside.text
    for page in (landing, named, inside):
        assert JARGON.findall(page.text) == []

    await visitor.send("/communities/hollowtree/hello", inside.fields | {"hello": "0"})
    assert "Hello, I am new here." in (await visitor.open("/communities/hollowtree")).text


@pytest.mark.threat("T70")
async def test_whether_a_name_is_somebodys_already_is_told_to_nobody(house, rosa, link):
    free = await come_in(Browser(house.client), link, "zoe")
    taken = await come_in(Browser(house.client), link, "rosa")

    assert (free.status, free.location, free.text) == (taken.status, taken.location, taken.text)
    names = await accounts(house)
    assert [re.sub("_[0-9a-f]{4,8}$", "", name) for name in names] == ["rosa", "zoe", "rosa"]


@pytest.mark.feature("J2.6")
async def test_the_same_link_twice_leads_the_same_person_inside_and_makes_no_second_account(
    house, link, visitor
):
    await come_in(visitor, link)
    before = await accounts(house)

    again = await visitor.open(link)
    named = await visitor.open(f"{link}/name")
    sent = await visitor.send(f"{link}/name", {"name": "Joao"})

    assert again.location == "/communities/hollowtree"
    assert {named.location, sent.location} == {link}
    assert await accounts(house) == before


@pytest.mark.feature("V03", "V05")
async def test_whoever_came_in_without_a_password_takes_their_things_and_deletes_their_account(
    house, link, visitor
):
    await come_in(visitor, link, "Joao")
    account, taking = await visitor.open("/settings/account"), await visitor.open("/settings/take")
    assert "/settings/card" in account.text
    assert 'type="password"' not in account.text + taking.text

    taken = await visitor.send("/settings/take", taking.fields)
    assert "Save the file" in taken.text
    deleting = await visitor.open("/settings/account/delete")
    assert (await visitor.send("/settings/account/delete", deleting.fields)).status == 422
    _, mine = await accounts(house)
    await visitor.send("/settings/account/delete", deleting.fields | {"name": mine})

    assert await accounts(house) == ["rosa"]


@pytest.mark.threat("T75")
async def test_whoever_has_a_way_back_has_to_say_it_before_anything_is_deleted(
    house, link, visitor
):
    await come_in(visitor, link, "Joao")
    card = await visitor.open("/settings/card")
    await visitor.send("/settings/card", card.fields)
    deleting = await visitor.open("/settings/account/delete")
    form = deleting.fields | {"name": (await accounts(house))[-1]}

    for password in ("", "something else"):
        assert (
            await visitor.send("/settings/account/delete", form | {"password": password})
        ).status == 401
    assert len(await accounts(house)) == 2


@pytest.mark.feature("J2.6")
async def test_an_answer_that_was_lost_on_the_way_makes_no_second_account(house, rosa):
    link = await make_link(house, rosa, uses=1)
    phone = Browser(house.client)
    asked = await phone.send(link, {})
    ticket = dict(phone.cookies)
    await phone.send(asked.location, {"name": "Joao"})
    before = await accounts(house)

    for path, form in ((asked.location, {"name": "Joao"}), (link, {})):
        offline = Browser(house.client, dict(ticket))
        opened = await offline.open(link)
        retried = await offline.send(path, form)
        assert opened.status == 200
        assert retried.location == "/communities/hollowtree/welcome"
        assert (await offline.open(retried.location)).status == 200
    assert await accounts(house) == before


@pytest.mark.feature("J2.6")
async def test_a_second_phone_comes_to_the_same_account_by_signing_in(house, link, visitor):
    await come_in(visitor, link)
    card = await visitor.open("/settings/card")
    await visitor.send("/settings/card", {"token": card.fields["token"], "password": PASSWORD})
    name = (await accounts(house))[-1]
    second = Browser(house.client)
    landing = await second.open(link)

    signed = await second.sign_in(name, PASSWORD, link)
    opened = await second.open(signed.location)

    assert f"/sign-in?next={link}" in landing.text
    assert opened.location == "/communities/hollowtree"
    assert len(await accounts(house)) == 2


@pytest.mark.feature("C06", "J2.6")
async def test_one_of_ours_joins_with_one_button(house, link, ann):
    asked = await ann.open(link)

    joined = await ann.send(f"{link}/join", asked.fields)

    assert "Lymphoma" in asked.text
    assert joined.location == "/communities/hollowtree/welcome"
    assert (await ann.open(link)).location == "/communities/hollowtree"


@pytest.mark.threat("T74")
@pytest.mark.feature("C05")
async def test_every_dead_link_shows_the_same_page(house, rosa, visitor, ann):
    used, ended = await make_link(house, rosa, uses=1), await make_link(house, rosa, days=1)
    revoked = await make_link(house, rosa)
    await come_in(Browser(house.client), used)
    await house.do(revoke_the_latest)
    house.clock.at = NOW + 86_400

    never = "/invitation/" + "0" * 32
    for browser in (visitor, ann):
        pages = [await browser.open(path) for path in (used, ended, revoked, never)]
        texts = {
            re.sub(r'name="token" value="[^"]*"', "", page.text).replace(path, "")
            for path, page in zip((used, ended, revoked, never), pages, strict=True)
        }
        assert {page.status for page in pages} == {404}
        assert len(texts) == 1
        assert "not open any more" in texts.pop()


def revoke_the_latest(tx):
    tx.run("update invitation set revoked_at = 1 where id = (select max(id) from invitation)")


async def test_a_form_of_another_site_lets_nobody_in(house, link, visitor):
    other = {"Origin": "https://bad.example", "Sec-Fetch-Site": "cross-site"}

    assert (await visitor.send(link, {}, headers=other)).status == 403
    asked = await visitor.send(link, {})
    assert (await visitor.send(asked.location, {"name": "x"}, headers=other)).status == 403
    assert await accounts(house) == ["rosa"]


async def test_without_coming_in_first_the_page_that_names_the_community_is_not_to_be_had(
    visitor, link
):
    assert (await visitor.open(f"{link}/name")).location == link


@pytest.mark.feature("C06")
async def test_a_name_that_is_none_is_asked_for_again(house, link, visitor):
    wrong = await come_in(visitor, link, " … ")

    assert wrong.status == 422
    assert "Write a name" in wrong.text
    assert await accounts(house) == ["rosa"]


@pytest.mark.feature("M12")
async def test_where_an_age_is_set_the_button_says_it_and_a_grown_up_is_named(
    house, link, visitor, monkeypatch
):
    asked = await visitor.send(link, {})

    async def shown_with(age):
        services = house.client.app[SERVICES]
        node = msgspec.structs.replace(services.config.node, minimum_age=age)
        config = msgspec.structs.replace(services.config, node=node)
        monkeypatch.setitem(house.client.app._state, SERVICES, replace(services, config=config))
        return (await visitor.open(asked.location)).text

    unasked, shown = await shown_with(0), await shown_with(16)

    assert "or older" not in unasked
    assert "I am 16 or older. Go on" in shown
    assert "a parent" in shown


@pytest.mark.feature("C05", "C07", "D06")
async def test_a_member_makes_a_link_sees_who_came_and_revokes_it(house, link, ann):
    asked = await ann.open(link)
    await ann.send(f"{link}/join", asked.fields)
    page = await ann.open("/communities/hollowtree/invitations")
    form = page.fields | {"uses": "2", "days": "3", "signed": "Ann"}
    made = await ann.send("/communities/hollowtree/invitations", form)
    (theirs,) = set(re.findall(r"/invitation/[0-9a-f]{32}", made.text))

    entered = await come_in(Browser(house.client), theirs, "Rita")
    listed = await ann.open("/communities/hollowtree/invitations")
    revoked = await ann.send("/communities/hollowtree/invitations/revoke", listed.fields)
    dead = await Browser(house.client).open(theirs)

    assert "<svg" in made.text
    chat = re.search(r'<p class="code" dir="auto">(.*?)</p>', made.text, re.DOTALL)[1]
    assert [word for word in CANARIES if word.lower() in chat.lower()] == []
    assert entered.status == 303
    assert "Rita" in listed.text
    assert "1 of 2 left" in listed.text
    assert revoked.status == 303
    assert dead.status == 404


async def test_who_may_not_invite_finds_no_page_for_it(house, link, ann):
    assert (await ann.open("/communities/hollowtree/invitations")).status == 404
    wrong = await ann.open("/communities/never/invitations")
    assert wrong.status == 404


@pytest.mark.feature("C06")
async def test_the_card_gives_words_to_sign_in_with_once_and_no_more(house, link, visitor):
    await come_in(visitor, link)
    card = await visitor.open("/settings/card")
    words = card.fields["password"]
    name = (await accounts(house))[-1]

    kept = await visitor.send("/settings/card", card.fields)
    later = await visitor.open(kept.location)
    second = await visitor.send("/settings/card", card.fields | {"password": "other words of mine"})
    back = Browser(house.client)
    signed = await back.sign_in(name, words)

    assert len(words.split()) == 5
    assert words in card.text
    assert words not in later.text
    assert "You have a password already" in second.text
    assert signed.status == 303
    assert COOKIE in back.cookies
