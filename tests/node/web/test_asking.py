"""Asking to join on pages: the question, the answer, the decision, and what the applicant reads."""

import pytest

from node.topics.actors.store import actor_by_iri
from node.topics.admissions.pledges import change_pledge
from node.topics.communities.store import put_question, put_role
from node.topics.members.actions import Founding, found_community, take_follow
from node.topics.organising.actions import change
from node.topics.organising.rules import Settings
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour
from tests.node.browser import Browser
from tests.node.web.conftest import HASH, PASSWORD
from tests.node.web.test_pages import JARGON

SECRET = "my lungs are weak"


@pytest.fixture
async def rosa_page(house):
    """The browser of rosa, who organises a community of this node with a door keeper."""
    rosa = await house.person("rosa", password_hash=HASH)
    founding = Founding(
        origin=ORIGIN, name="circle", title="Circle", visibility="closed", joining="approval"
    )
    group = await house.do(found_community, founding, rosa.actor, KEYS, NOW)
    await house.do(put_question, group.id, "What brings you here?")
    browser = Browser(house.client)
    await browser.sign_in("rosa", PASSWORD)
    return browser


async def ask(browser, **fields):
    page = await browser.open("/communities/circle/join")
    return await browser.send("/communities/circle/join", page.fields | {"answer": SECRET} | fields)


@pytest.mark.feature("C10")
@pytest.mark.threat("T88")
async def test_since_when_somebody_is_here_is_said_to_the_day_alone(house, rosa_page, ann):
    await ask(ann)
    waiting = await rosa_page.open("/communities/circle/waiting")

    since = '<time dir="ltr" datetime="2027-01-15">15 January 2027</time>'
    assert f"here since {since}" in waiting.text


@pytest.mark.feature("C03", "C04", "J2.5")
async def test_an_applicant_answers_the_question_is_refused_with_a_reason_and_reads_it_at_once(
    house, rosa_page, ann
):
    profile = await ann.open("/communities/circle")
    question = await ann.open("/communities/circle/join")
    asked = await ask(ann)
    mine = await ann.open("/askings")
    waiting = await rosa_page.open("/communities/circle/waiting")
    form = waiting.fields | {"decision": "no", "reason": "We are full.", "next": "1"}
    unsaid = await rosa_page.send("/communities/circle/waiting", form | {"reason": ""})
    await rosa_page.send("/communities/circle/waiting", form)
    told, news = await ann.open("/askings"), await ann.open("/notifications")
    profile_later = await ann.open("/communities/circle")

    assert '<a class="button" href="/communities/circle/join">Ask to join</a>' in profile.text
    assert "What brings you here?" in question.text
    assert asked.location == "/askings"
    assert SECRET in mine.text
    assert SECRET in waiting.text
    assert unsaid.status == 422
    assert "We are full." in told.text
    assert "Ask a member whom you know for an invitation." in told.text
    assert "has not let you in" in news.text
    assert "were answered" in profile_later.text
    for page in (profile, question, mine, waiting, told, news):
        assert JARGON.findall(page.text) == []
    again = await ask(ann)
    assert again.status == 422
    assert "a week" in again.text


@pytest.mark.threat("T88")
@pytest.mark.feature("C03")
async def test_nobody_but_organisers_reads_an_answer_or_who_waits(house, rosa_page, ann, visitor):
    await house.person("ben", password_hash=HASH)
    ben = Browser(house.client)
    await ben.sign_in("ben", PASSWORD)
    await ask(ann)

    assert (await ben.open("/communities/circle/waiting")).status == 403
    assert (await ann.open("/communities/circle/waiting")).status == 403
    shown = [
        await browser.open(path)
        for browser in (ben, visitor)
        for path in ("/communities/circle", "/askings", "/communities/circle/waiting")
    ]
    assert [page.status for page in shown if SECRET in page.text] == []


@pytest.mark.feature("C03")
async def test_who_is_let_in_comes_inside_and_answers_can_be_bettered_and_taken_back(
    house, rosa_page, ann
):
    await ask(ann)
    mine = await ann.open("/askings")
    await ann.send("/askings/answer", mine.fields | {"answer": "I like soup"})
    assert "I like soup" in (await rosa_page.open("/communities/circle/waiting")).text
    await ann.send("/askings/back", mine.fields)
    assert "Nobody is waiting" in (await rosa_page.open("/communities/circle/waiting")).text
    await ask(ann)

    waiting = await rosa_page.open("/communities/circle/waiting")
    await rosa_page.send("/communities/circle/waiting", waiting.fields | {"decision": "in"})

    assert (await ann.open("/communities/circle/welcome")).status == 200
    assert "They have let you in" in (await ann.open("/askings")).text


@pytest.mark.threat("T88")
@pytest.mark.feature("C08")
async def test_vouching_says_the_same_whether_or_not_somebody_asks_or_is_there(
    house, rosa_page, ann
):
    await ask(ann)
    page = await rosa_page.open("/communities/circle/vouch")

    answers = [
        await rosa_page.send("/communities/circle/vouch", page.fields | {"who": who})
        for who in ("ann", "@rosa", "nobody", "@somebody@valley.example")
    ]

    assert {(one.status, one.location) for one in answers} == {
        (303, "/communities/circle/vouch?said=yes")
    }
    waiting = await rosa_page.open("/communities/circle/waiting")
    assert "Who vouches for them: <bdi>rosa</bdi>" in waiting.text
    assert (await ann.open("/communities/circle/vouch")).status == 403


@pytest.mark.feature("C19", "C18")
async def test_organisers_change_how_people_come_in_and_newcomers_read_it(house, rosa_page, ann):
    page = await rosa_page.open("/communities/circle/coming-in")
    form = [
        ("token", page.fields["token"]),
        ("question", "Who sent you?"),
        ("pledge", "What is said here stays here."),
        ("inviting", "moderators"),
        ("vouches", "2"),
        ("card", "Soup at six."),
        ("card", ""),
        ("card", "Bring a cup."),
    ]
    kept = await rosa_page.send("/communities/circle/coming-in", form)
    shown = await rosa_page.open("/communities/circle/coming-in")
    question = await ann.open("/communities/circle/join")
    unagreed = await ask(ann, pledge="7")

    assert kept.status == 303
    assert "1 of 1 here have agreed" in shown.text
    for words in ("Who sent you?", "What is said here stays here.", "I agree, and ask to join"):
        assert words in question.text
    assert unagreed.status == 422
    welcome = await rosa_page.open("/communities/circle/welcome")
    assert "Soup at six." in welcome.text
    assert "Bring a cup." in welcome.text


@pytest.mark.feature("C19")
async def test_a_pledge_that_changed_is_a_banner_and_no_wall(house, rosa_page, ann):
    await ask(ann)
    waiting = await rosa_page.open("/communities/circle/waiting")
    await rosa_page.send("/communities/circle/waiting", waiting.fields | {"decision": "in"})
    group = await house.do(actor_by_iri, f"{ORIGIN}/communities/circle")
    rosa = await house.do(actor_by_iri, f"{ORIGIN}/people/rosa")
    await house.do(change_pledge, group, rosa, "Be kind.", NOW)

    shown = await ann.open("/communities/circle")
    barred = await ann.open("/new?with=@circle")
    token = shown.fields["token"]
    await ann.send("/communities/circle/pledge", {"token": token, "pledge": "1"})

    assert "Be kind." in shown.text
    assert "agree to" in barred.text
    assert "Be kind." not in (await ann.open("/communities/circle")).text


@pytest.mark.feature("C19", "J2.1")
async def test_a_stranger_agrees_before_there_is_an_account(house, rosa_page, visitor):
    group = await house.do(actor_by_iri, f"{ORIGIN}/communities/circle")
    rosa = await house.do(actor_by_iri, f"{ORIGIN}/people/rosa")
    await house.do(change_pledge, group, rosa, "Be kind.", NOW)
    page = await rosa_page.open("/communities/circle/invitations")
    form = page.fields | {"uses": "1", "days": "1", "signed": ""}
    made = await rosa_page.send("/communities/circle/invitations", form)
    link = "/invitation/" + made.text.partition("/invitation/")[2][:32]
    asked = await visitor.send(link, {})

    pledge = await visitor.send(asked.location, {"name": "Joao"})
    before = len(await house.do(lambda tx: tx.all("select id from account")))
    entered = await visitor.send(asked.location, pledge.fields)
    inside = await visitor.open(entered.location)

    assert "Be kind." in pledge.text
    assert before == 1
    assert inside.status == 200
    assert "Be kind." not in (await visitor.open("/communities/circle")).text


@pytest.mark.feature("F14")
async def test_an_organiser_who_agrees_first_reads_that_another_has_to_agree_and_nothing_is_wrong(
    house, rosa_page
):
    group = await house.do(actor_by_iri, f"{ORIGIN}/communities/circle")
    ivo = await house.person("ivo", password_hash=HASH)
    await house.do(change_door_to_elsewhere, group, ivo.actor)
    waiting = await rosa_page.open("/communities/circle/waiting")
    form = waiting.fields | {"decision": "in"}

    agreed = await rosa_page.send("/communities/circle/waiting", form | {"confirm": "1"})
    told = await rosa_page.open(agreed.location)

    assert agreed.status == 303
    assert told.status == 200
    assert '<p class="notice" role="status">You agree. Another organiser' in told.text
    assert "Rose" in told.text
    second = Browser(house.client)
    await second.sign_in("ivo", PASSWORD)
    form["token"] = (await second.open("/communities/circle/waiting")).fields["token"]
    assert (await second.send("/communities/circle/waiting", form)).location == (
        "/communities/circle/waiting"
    )
    assert "Nobody is waiting" in (await second.open("/communities/circle/waiting")).text


def change_door_to_elsewhere(tx, group, ivo):
    """People of other nodes may ask, one does, and ivo organises as well."""
    rosa = actor_by_iri(tx, f"{ORIGIN}/people/rosa")
    change(tx, rosa, group, Settings(elsewhere=True), NOW)
    put_role(tx, group.id, ivo.id, Role.ORGANISER, NOW)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/follows/1", NOW)
