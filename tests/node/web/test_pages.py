"""What people see on pages, and what they can do there without scripts."""

import gzip
import re
from importlib.resources import files

import pytest

from node.http.rate_limits import SIGNING_IN
from node.topics.accounts.sign_in import COOKIE
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import Founding, ask_again, follow, found_community
from node.topics.members.rules import ASK_AGAIN_AFTER_S
from node.topics.posts.parts import Attachment
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.web.render import attachment_word, environment
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, note
from tests.node.browser import Browser
from tests.node.web.conftest import PASSWORD

PAGES = (
    "/",
    "/public",
    "/sign-in",
    "/notifications",
    "/find",
    "/new",
    "/requests",
    "/people/ann",
    "/settings/moving",
    "/settings/found",
    "/settings/blocked",
    "/settings/muted",
    "/tags/walk",
    "/settings/account",
    "/settings/account/delete",
    "/settings/card",
)
TEMPLATES = files("node.web") / "templates"
JARGON = re.compile(r"\b(instance|federat|activitypub|fediverse|toot|webfinger|actor)\w*", re.I)
NOWHERE = "/posts/" + "0" * 32
BAD = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
LOADED = re.compile(r'<(?:link|img|script|iframe)[^>]*(?:href|src)="([^"]*)"')
TOKEN = re.compile(r'name="token" value="([^"]*)"')


async def write(browser: Browser, text: str, **fields: str):
    page = await browser.open("/new")
    form = {"token": page.fields["token"], "text": text, "visibility": "public"} | fields
    return await browser.send("/new", form)


async def test_a_visitor_is_told_what_this_place_is_and_what_is_open(house, rosa, visitor):
    founding = Founding(
        origin=ORIGIN, name="walkers", title="Walkers", visibility="public", posting="anyone"
    )
    await house.do(found_community, founding, rosa.actor, KEYS, NOW)

    page = await visitor.open("/")

    assert page.status == 200
    assert "Walkers" in page.text
    assert "/sign-in" in page.text


async def test_a_member_writes_reads_changes_and_deletes_without_scripts(ann):
    made = await write(ann, "We walk on Tuesday.")
    post = await ann.open(made.location)
    number = re.search(r"/edit/(\d+)", post.text)[1]
    edit = await ann.open(f"/edit/{number}")
    await ann.send(f"/edit/{number}", edit.fields | {"text": "We walk on Wednesday."})
    changed = await ann.open(made.location)
    sure = await ann.open(f"/delete/{number}")
    await ann.send(f"/delete/{number}", sure.fields)
    gone = await ann.open(made.location)

    assert made.status == 303
    assert "We walk on Tuesday." in post.text
    assert "We walk on Wednesday." in changed.text
    assert gone.status == 404


async def test_an_answer_hangs_below_what_it_answers(ann):
    made = await write(ann, "Who has a wheelchair?")
    page = await ann.open(made.location)

    await ann.send(
        "/new", {"token": page.fields["token"], "parent": page.fields["parent"], "text": "We do."}
    )

    thread = await ann.open(made.location)
    assert "We do." in thread.text
    assert "1 answer" in thread.text


async def test_what_was_typed_stays_where_something_is_wrong_with_it(ann):
    page = await write(ann, "x" * 10_001, title="A title")

    assert page.status == 422
    assert "at most 10000 characters" in page.text
    assert "x" * 10_001 in page.text
    assert 'value="A title"' in page.text


async def test_somebody_elsewhere_is_followed_by_a_button(house, ann):
    rose = await house.do(add_neighbour, "rose")
    page = await ann.open(f"/seen/people/{rose.id}")

    await ann.send("/follow", {"token": page.fields["token"], "actor": str(rose.id)})

    asked = await ann.open(f"/seen/people/{rose.id}")
    assert "they have not answered yet" in asked.text
    assert house.woken


async def test_a_like_is_given_and_taken_back(ann):
    made = await write(ann, "A post.")
    page = await ann.open(made.location)
    number = re.search(r'id="p(\d+)"', page.text)[1]
    form = {"token": page.fields["token"], "post": number, "next": made.location}

    back = await ann.send("/favourite", form)
    liked = await ann.open(made.location)
    await ann.send("/unfavourite", form)
    unliked = await ann.open(made.location)

    assert back.location.startswith("/posts/")
    assert ("Liked" in liked.text, "Liked" in unliked.text) == (True, False)


async def test_a_quoted_post_is_led_to_and_its_first_words_are_shown(house, ann):
    rose = await house.do(add_neighbour, "rose")
    own = note(rose, "The path is <script>dry</script>" + " and wide" * 100)
    quote = note(rose, "Look", quote=own.iri)
    ids = [await house.do(store_fetched_post, one, NOW) for one in (own, quote)]

    page = await ann.open(f"/seen/posts/{ids[1]}")

    (quoted,) = re.findall(r'<blockquote class="quoted">.*?</blockquote>', page.text, re.S)
    assert f'href="/seen/posts/{ids[0]}"' in quoted
    assert "From a post by <bdi>Rose</bdi>" in quoted
    assert "and wide and…" in quoted or "and wide…" in quoted
    assert "<script" not in quoted


async def test_a_post_without_words_says_so(house, ann):
    rose = await house.do(add_neighbour, "rose")
    pictured = note(rose, '<img src="https://valley.example/cow.png" alt="">')
    post_id = await house.do(store_fetched_post, pictured, NOW)

    page = await ann.open(f"/seen/posts/{post_id}")

    assert "There are no words in this post." in page.text
    assert '<div class="words"' not in page.text


async def test_a_visitor_who_wants_to_write_is_asked_to_sign_in_and_led_back(house, visitor):
    await house.person("ann")

    page = await visitor.open("/new?with=@rose")

    assert page.status == 303
    assert page.location == "/sign-in?next=/new?with%3D@rose"


async def test_a_wrong_password_is_said_without_saying_what_was_wrong(ann, visitor):
    wrong = await visitor.send("/sign-in", {"name": "ann", "password": "not the right one"})
    unknown = await visitor.send("/sign-in", {"name": "nobody", "password": "not the right one"})

    assert (wrong.status, unknown.status) == (401, 401)
    assert wrong.text.replace("ann", "") == unknown.text.replace("nobody", "").replace("ann", "")


@pytest.mark.threat("T62")
async def test_a_sign_in_that_does_not_say_from_where_it_comes_is_refused(house, ann):
    """Else another site could sign somebody in to an account of its own, and read what they do."""
    form = {"name": "ann", "password": PASSWORD}
    async with house.client.post("/sign-in", data=form, allow_redirects=False) as said_nothing:
        answers = [said_nothing.status]
    for headers in ({"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}):
        async with house.client.post(
            "/sign-in", data=form, headers=headers, allow_redirects=False
        ) as reply:
            answers.append(reply.status)

    assert answers == [403, 303, 303]


@pytest.mark.threat("T150")
async def test_a_device_that_is_known_signs_in_while_its_neighbours_guess(house, ann, visitor):
    ann.cookies.pop(COOKIE)
    for number in range(SIGNING_IN.per_address + 1):
        last = await visitor.send("/sign-in", {"name": f"name{number}", "password": "guess"})

    signed = await ann.sign_in("ann", PASSWORD)
    unknown = await visitor.sign_in("ann", PASSWORD)

    assert (last.status, signed.status, unknown.status) == (429, 303, 429)
    assert int(unknown.headers["Retry-After"]) > 0


@pytest.mark.threat("T150")
async def test_the_secret_of_a_device_is_sent_where_somebody_signs_in_and_nowhere_else(
    house, ann, visitor
):
    page = await visitor.sign_in("ann", PASSWORD)

    cookie = next(
        one for one in page.headers.getall("Set-Cookie") if one.startswith("hedgerow_device=")
    )
    words = ("HttpOnly", "Secure", "SameSite=Lax", "Path=/sign-in", "Max-Age=34560000")
    assert [word for word in words if word not in cookie] == []


@pytest.mark.threat("T64")
async def test_after_ten_wrong_tries_even_the_right_password_has_to_wait(ann, visitor):
    for _ in range(10):
        await visitor.send("/sign-in", {"name": "ann", "password": "not the right one"})

    page = await visitor.send("/sign-in", {"name": "ann", "password": PASSWORD})

    assert page.status == 429


async def test_the_cookie_of_a_session_is_for_us_alone(house, ann, visitor):
    page = await visitor.send("/sign-in", {"name": "ann", "password": PASSWORD})

    cookie = page.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))


async def test_signing_out_ends_the_session(ann):
    page = await ann.open("/")
    before = dict(ann.cookies)
    await ann.send("/sign-out", {"token": TOKEN.search(page.text)[1]})
    ann.cookies = before

    assert (await ann.open("/notifications")).status == 303


@pytest.mark.threat("T62")
@pytest.mark.parametrize("path", ["/new", "/follow", "/favourite", "/sign-out", "/requests/accept"])
async def test_a_form_without_its_secret_does_nothing(ann, path):
    page = await ann.send(path, {"text": "not mine", "token": "", "actor": "1", "post": "1"})

    assert page.status == 403
    assert "not mine" not in (await ann.open("/")).text


@pytest.mark.threat("T62")
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
async def test_a_form_of_another_site_does_nothing_even_with_the_secret(ann, headers):
    page = await ann.open("/new")

    sent = await ann.send("/new", page.fields | {"text": "not mine"}, headers=headers)

    assert sent.status == 403


@pytest.mark.threat("T62")
async def test_the_secret_of_one_session_is_none_for_another(house, ann):
    other = Browser(house.client)
    await other.sign_in("ann", PASSWORD)
    token = (await other.open("/new")).fields["token"]

    assert (await ann.send("/new", {"token": token, "text": "x"})).status == 403


@pytest.mark.threat("T65")
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/\nx",
        "javascript:1",
    ],
)
async def test_nobody_is_led_away_after_signing_in(ann, visitor, path):
    page = await visitor.send("/sign-in", {"name": "ann", "password": PASSWORD, "next": path})

    assert page.location == "/"


@pytest.mark.threat("T30")
async def test_what_people_write_is_shown_as_words(house, ann, rosa):
    rose = await house.do(add_neighbour, "rose", display_name=BAD, summary=BAD)
    made = await write(ann, BAD, title=BAD, content_note=BAD)

    for path in (made.location, "/", f"/seen/people/{rose.id}", f"/find?q={BAD}"):
        text = (await ann.open(path)).text
        assert "<script" not in text
        assert "<img" not in text


@pytest.mark.threat("T22")
@pytest.mark.parametrize("visibility", ["followers", "direct"])
async def test_what_is_hidden_looks_like_what_is_absent(house, rosa, ann, visitor, visibility):
    post_id = await house.do(publish, rosa.actor, Draft(text="mine", visibility=visibility), NOW)
    post = await house.do(post_by_id, post_id)
    path = post.iri.removeprefix(ORIGIN)

    for browser in (visitor, ann):
        hidden = await browser.open(path)
        absent = await browser.open("/posts/" + "0" * 32)
        assert hidden.status == absent.status == 404
        assert without_tokens(hidden.text, path) == without_tokens(
            absent.text, "/posts/" + "0" * 32
        )
    seen = await ann.open(f"/seen/posts/{post_id}")
    assert seen.status == 404


def without_tokens(text: str, path: str) -> str:
    return TOKEN.sub("", text).replace(path, "")


@pytest.mark.threat("T55")
async def test_a_members_page_is_kept_by_no_cache(ann):
    for path in PAGES:
        assert (await ann.open(path)).headers["Cache-Control"] == "private, no-store"


@pytest.mark.threat("T61")
async def test_every_page_loads_nothing_from_elsewhere_and_says_so(ann, visitor):
    for browser in (ann, visitor):
        for path in PAGES:
            page = await browser.open(path)
            policy = page.headers.get("Content-Security-Policy", "")
            assert "default-src 'none'" in policy, path
            assert "frame-ancestors 'none'" in policy
            assert page.headers["Referrer-Policy"] == "same-origin"
            loaded = re.findall(
                r'<(?:link|img|script|iframe)[^>]*(?:href|src)="([^"]*)"', page.text
            )
            assert [one for one in loaded if not one.startswith("/static/")] == []


@pytest.mark.feature("A01")
async def test_every_page_is_under_50_kb_with_its_style(house, ann):
    for number in range(25):
        await house.person(f"p{number}")
        await write(ann, "A few lines about the walk along the river. " * 30)
    style = gzip.compress(files("node.web").joinpath("static/hedgerow.css").read_bytes())

    for path in PAGES:
        page = await ann.open(path)
        assert len(gzip.compress(page.text.encode())) + len(style) < 50_000
        assert "<script" not in page.text


@pytest.mark.threat("T54")
@pytest.mark.parametrize(
    "name",
    [
        "../render.py",
        "..%2frender.py",
        "%2e%2e/render.py",
        "....//render.py",
        "hedgerow.css/..",
        "\x00",
    ],
)
async def test_no_path_leads_out_of_the_static_files(visitor, name):
    page = await visitor.open(f"/static/{name}")

    assert page.status in (400, 404)
    assert "import" not in page.text


async def test_static_files_may_be_kept(visitor):
    page = await visitor.open("/static/hedgerow.css?v=1")

    assert page.status == 200
    assert "immutable" in page.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("kind", "media_type", "word"),
    [
        ("Document", "image/png", "Picture"),
        ("Image", None, "Picture"),
        ("Document", "video/mp4", "Film"),
        ("Audio", "application/ogg", "Sound"),
        ("Link", "text/html", "Link"),
        ("Document", "text/plain", "File"),
    ],
)
def test_what_hangs_on_a_post_is_named_by_what_it_is(kind, media_type, word):
    assert (
        attachment_word(Attachment(kind=kind, url="https://b.example/x", media_type=media_type))
        == word
    )


def test_no_page_speaks_the_language_of_machines():
    found = []
    for name in environment.list_templates():
        source = (TEMPLATES / name).read_text()
        text = re.sub(r"{[{%].*?[%}]}|<[^>]*>", " ", source, flags=re.S)
        found += [f"{name}: {word[0]}" for word in JARGON.finditer(text)]

    assert found == []


@pytest.mark.threat("T122")
async def test_a_profile_says_plainly_that_nobody_answers(house, ann):
    def prepare(tx):
        rose, me = add_neighbour(tx, "rose"), actor_by_iri(tx, f"{ORIGIN}/people/ann")
        follow(tx, me, rose, NOW)
        return rose

    rose = await house.do(prepare)
    waiting = await ann.open(f"/seen/people/{rose.id}")
    for after_s in ASK_AGAIN_AFTER_S:
        await house.do(ask_again, NOW + after_s)
    given_up = await ann.open(f"/seen/people/{rose.id}")

    assert "they have not answered yet" in waiting.text
    assert "the other side has not answered" in given_up.text
