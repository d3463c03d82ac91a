"""People change their password, see where they are signed in, and leave, on a page."""

import pytest

from node.topics.accounts.apps import register_app
from node.topics.accounts.oauth import give_token
from node.topics.accounts.sign_in import TRIES_MAX
from node.topics.accounts.store import any_account_by_name
from tests.neighbours import NOW
from tests.node.browser import Browser
from tests.node.house import Caller
from tests.node.web.conftest import PASSWORD

HERE = "/settings/account"
NEW = "another walk on monday"
DAY_S = 24 * 3_600


async def press(browser, path, **form):
    """Send a form of the page."""
    token = (await browser.open(HERE)).fields["token"]
    return await browser.send(path, {"token": token} | form)


async def change(browser, old=PASSWORD, new=NEW, again=None, **form):
    fields = {"password": old, "new": new, "again": again or new} | form
    return await press(browser, f"{HERE}/password", **fields)


async def let_in(house, name, app_name):
    """An app that somebody let in."""
    account = await house.do(any_account_by_name, name)
    made = await house.do(register_app, app_name, "", ["https://app.example/"], "read write", NOW)
    token = await house.do(give_token, made.app, account.id, "read write", NOW)
    return Caller(house.client, token.text)


async def is_signed_in(caller):
    return (await caller.ask("GET", "/api/v1/preferences")).status == 200


@pytest.mark.threat("T75")
async def test_a_new_password_signs_every_other_browser_out_and_no_app(house, ann, visitor):
    await visitor.sign_in("ann", PASSWORD)
    app = await let_in(house, "ann", "Tusky")

    done = await change(ann)

    page = await ann.open(done.location)
    assert "You have a new password" in page.text
    assert "Tusky" in page.text
    assert (await visitor.open("/notifications")).status == 303
    assert await is_signed_in(app)
    assert (await visitor.sign_in("ann", PASSWORD)).status == 401
    assert (await visitor.sign_in("ann", NEW)).status == 303


async def test_a_keeper_of_passwords_is_led_to_where_they_are_changed(ann, visitor):
    well_known = "/.well-known/change-password"

    assert (await ann.open(well_known)).location == HERE
    led = await visitor.open((await visitor.open(well_known)).location)
    assert led.location == f"/sign-in?next={HERE}"
    assert (await visitor.open("/.well-known/resource-that-is-not-there")).status == 404


@pytest.mark.threat("T75")
async def test_a_copy_of_the_cookie_from_before_a_new_password_opens_nothing(ann, visitor):
    visitor.cookies = dict(ann.cookies)
    assert (await visitor.open("/notifications")).status == 200

    await change(ann)

    assert (await visitor.open("/notifications")).status == 303
    assert (await ann.open("/notifications")).status == 200


async def test_apps_are_signed_out_as_well_if_so_wished(house, ann):
    app = await let_in(house, "ann", "Tusky")

    await change(ann, apps="yes")

    assert not await is_signed_in(app)
    assert (await ann.open(HERE)).status == 200


@pytest.mark.threat("T75")
@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"old": "not the right one"}, 401, "That is not your password."),
        ({"again": "something else entirely"}, 422, "not the same"),
        ({"new": "short"}, 422, "at least 10 characters"),
        ({"new": PASSWORD}, 422, "Choose another"),
    ],
)
async def test_a_password_that_cannot_be_set_is_said_to_be_that(ann, visitor, form, status, words):
    page = await change(ann, **form)

    assert (page.status, words in page.text) == (status, True)
    assert (await visitor.sign_in("ann", PASSWORD)).status == 303


@pytest.mark.threat("T150")
async def test_whoever_sits_at_an_open_browser_has_ten_tries_and_makes_nobody_else_wait(
    ann, visitor
):
    for _ in range(TRIES_MAX):
        await change(ann, old="not the right one")

    assert (await change(ann)).status == 429
    assert (await visitor.sign_in("ann", PASSWORD)).status == 303


async def test_each_browser_and_app_is_listed_and_can_be_ended(house, ann, visitor):
    app = await let_in(house, "ann", "Tusky")
    agent = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Firefox/132.0"}
    form = {"name": "ann", "password": PASSWORD}
    await visitor.send("/sign-in", form, headers=agent)

    page = await ann.open(HERE)
    device, client = page.fields["device"], page.fields["app"]
    assert "Firefox on Android" in page.text
    assert page.text.count("(this one)") == 1
    await press(ann, f"{HERE}/devices/end", device=device)
    await press(ann, f"{HERE}/apps/end", app=client)

    assert (await visitor.open("/notifications")).status == 303
    assert not await is_signed_in(app)
    assert "Firefox on Android" not in (await ann.open(HERE)).text


@pytest.mark.threat("T75")
async def test_nobody_ends_what_is_somebody_elses(house, ann, visitor):
    await house.person("ben", password_hash=(await hash_of(house, "ann")))
    await visitor.sign_in("ben", PASSWORD)
    app = await let_in(house, "ben", "Tusky")
    other = Browser(house.client)
    await other.sign_in("ben", PASSWORD)
    fields = (await visitor.open(HERE)).fields

    ended = [
        (await press(ann, f"{HERE}/devices/end", device=fields["device"])).status,
        (await press(ann, f"{HERE}/apps/end", app=fields["app"])).status,
    ]

    assert ended == [404, 404]
    assert (await other.open(HERE)).status == 200
    assert await is_signed_in(app)


async def hash_of(house, name):
    row = await house.do(
        lambda tx: tx.one("select password_hash from account where name = :name", name=name)
    )
    return row["password_hash"]


async def test_when_something_was_used_last_is_known_to_a_day(house, ann):
    app = await let_in(house, "ann", "Tusky")
    house.clock.at = NOW + 3 * DAY_S
    await ann.open("/")
    await app.get("/api/v1/preferences")
    house.clock.at += 60
    await ann.open("/")
    await app.get("/api/v1/preferences")

    used = await house.do(
        lambda tx: [
            tx.one("select seen_at as at from session")["at"],
            tx.one("select max(used_at) as at from oauth_token")["at"],
        ]
    )
    assert used == [NOW + 3 * DAY_S] * 2


async def test_what_somebody_made_up_costs_no_write(house, ann, monkeypatch):
    noted = set()
    for name in ("note_session_used", "note_token_used"):
        monkeypatch.setattr(f"node.http.uses.{name}", lambda tx, token, now: noted.add(token))
    await Caller(house.client, "made up").ask("GET", "/api/v1/instance")
    await Browser(house.client, {"hedgerow_session": "made up"}).open("/public")
    await ann.open("/public")

    assert noted == {ann.cookies["hedgerow_session"]}


@pytest.mark.feature("F11")
async def test_an_account_is_deleted_with_its_password_and_told_what_happened(house, ann, visitor):
    account = await house.do(any_account_by_name, "ann")
    me = (await ann.open("/people/ann")).text
    await ann.open("/new")
    token = (await ann.open("/new")).fields["token"]
    await ann.send("/new", {"token": token, "text": "Words of ann", "visibility": "public"})

    refused = await press(ann, f"{HERE}/delete", name="ann", password="not the right one")
    unsure = await press(ann, f"{HERE}/delete", name="ben", password=PASSWORD)
    still = await visitor.open("/people/ann")
    gone = await press(ann, f"{HERE}/delete", name="@ann", password=PASSWORD)

    assert account is not None
    assert "ann" in me
    assert (refused.status, unsure.status, still.status) == (401, 422, 200)
    assert "Type your own name, ann" in unsure.text
    key = gone.text.partition('href="/gone/')[2].partition('"')[0]
    where = await visitor.open(f"/gone/{key}")
    assert "This account is gone from here since" in where.text
    assert (await visitor.open(f"/gone/{key[:-1]}")).status == 404
    assert "Your account is deleted" in gone.text
    assert (await visitor.open("/people/ann")).status == 404
    assert "Words of ann" not in (await visitor.open("/public")).text
    assert (await ann.sign_in("ann", PASSWORD)).status == 401
    async with house.client.get(
        "/people/ann", headers={"Accept": "application/activity+json"}
    ) as reply:
        assert reply.status == 410
