"""Whoever was signed out while they wrote has their words again once they have signed in."""

import re
from html import unescape

import pytest

from node.http.carry_over import CARRIED_BYTES_MAX, LASTS_S, Carried, pack, unpack
from tests.neighbours import NOW
from tests.node.web.conftest import PASSWORD

WORDS = 'What I wrote for <an> "hour" & more.\n\nAnd a second part.'
TEXTAREA = re.compile(
    r'<textarea id="[^"]*" name="([^"]*)" dir="auto">\n(.*?)</textarea>', re.DOTALL
)
KEY = b"a key"


async def sign_out(house):
    await house.do(lambda tx: tx.run("delete from session where id > 0"))


async def form_of(ann, **fields):
    return {"token": (await ann.open("/new")).fields["token"]} | fields


def words_in(page):
    return {name: unescape(text) for name, text in TEXTAREA.findall(page.text)}


async def posts(house):
    rows = await house.do(lambda tx: tx.all("select source, title, visibility from post"))
    return [tuple(row.values()) for row in map(dict, rows)]


async def test_what_was_written_comes_back_after_signing_in_and_is_sent_as_it_was(house, ann):
    form = await form_of(ann, text=WORDS, title="A path", visibility="followers")
    await sign_out(house)

    asked = await ann.send("/new", form)
    signed = await ann.send("/sign-in", asked.fields | {"name": "ann", "password": PASSWORD})
    again = await ann.send("/new", signed.fields | words_in(signed))

    assert asked.status == 401
    assert "You were signed out meanwhile" in asked.text
    assert (signed.status, signed.location) == (200, "")
    assert words_in(signed) == {"text": WORDS, "title": "A path"}
    assert again.location.startswith("/posts/")
    assert await posts(house) == [(WORDS, "A path", "followers")]


async def test_a_wrong_password_loses_nothing(house, ann):
    form = await form_of(ann, text=WORDS)
    await sign_out(house)
    asked = await ann.send("/new", form)

    wrong = await ann.send("/sign-in", asked.fields | {"name": "ann", "password": "no"})
    signed = await ann.send("/sign-in", wrong.fields | {"name": "ann", "password": PASSWORD})

    assert wrong.status == 401
    assert words_in(signed) == {"text": WORDS}


@pytest.mark.parametrize("path", ["/report/people/{}", "/edit/{}"])
async def test_other_forms_in_which_somebody_writes_are_carried_too(house, ann, rosa, path):
    said = await rosa.say("Hello")
    form = await form_of(ann, words="It hurts me.", text="It hurts me.", category="other")
    await sign_out(house)

    asked = await ann.send(path.format(said["id"]), form)
    signed = await ann.send("/sign-in", asked.fields | {"name": "ann", "password": PASSWORD})

    assert set(words_in(signed).values()) == {"It hurts me."}
    assert f'action="{path.format(said["id"])}"' in signed.text
    assert signed.fields["category"] == "other"


@pytest.mark.threat("T62")
async def test_a_page_that_was_open_for_too_long_gives_the_words_back_and_does_nothing(house, ann):
    form = await form_of(ann, text=WORDS)
    await sign_out(house)
    await ann.sign_in("ann", PASSWORD)

    stale = await ann.send("/new", form)

    assert stale.status == 403
    assert words_in(stale) == {"text": WORDS}
    assert await posts(house) == []
    done = await ann.send("/new", stale.fields | words_in(stale))
    assert done.location.startswith("/posts/")


@pytest.mark.threat("T62")
@pytest.mark.parametrize(
    "whence", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_words_of_another_site_are_not_carried(house, ann, whence):
    form = await form_of(ann, text=WORDS)
    await sign_out(house)

    visitor = await ann.send("/new", form, headers=whence)
    await ann.sign_in("ann", PASSWORD)
    member = await ann.send("/new", form, headers=whence)

    assert (visitor.status, member.status) == (403, 403)
    assert "What I wrote" not in visitor.text + member.text


@pytest.mark.threat("T62")
async def test_what_we_did_not_pack_is_not_unpacked(ann, visitor):
    made = pack(KEY, Carried("/new", (("text", "Pay here"),), NOW))

    signed = await visitor.send(
        "/sign-in", {"name": "ann", "password": PASSWORD, "next": "/", "carried": made}
    )

    assert (signed.status, signed.location) == (303, "/")


@pytest.mark.threat("T62")
def test_a_packed_form_is_good_for_a_day_and_whole():
    carried = Carried("/new", (("text", WORDS), ("choice", "a"), ("choice", "b")), NOW)
    text = pack(KEY, carried)

    assert unpack(KEY, text, NOW + LASTS_S - 1) == carried
    assert unpack(KEY, text, NOW + LASTS_S) is None
    assert unpack(KEY, text, NOW - 1) is None
    assert unpack(b"another", text, NOW) is None
    for broken in ("", ".", text[1:], text[:-1], text.partition(".")[0], f"\u00e9.{text}"):
        assert unpack(KEY, broken, NOW) is None


async def test_no_password_is_carried_and_no_more_than_a_form_can_hold(house, ann):
    token = (await ann.open("/settings/account")).fields["token"]
    change = {"token": token, "password": PASSWORD, "new": "secret words", "again": "secret words"}
    long = await form_of(ann, text="x" * (CARRIED_BYTES_MAX + 1))
    await sign_out(house)

    for path, form in (("/settings/account/password", change), ("/new", long), ("/favourite", {})):
        asked = await ann.send(path, form)
        assert (asked.status, asked.location) == (303, "/sign-in")


async def test_nothing_of_it_stands_in_an_address_or_is_kept(house, ann):
    form = await form_of(ann, text="A canary sings")
    await sign_out(house)
    asked = await ann.send("/new", form)

    signed = await ann.send("/sign-in", asked.fields | {"name": "ann", "password": PASSWORD})

    assert asked.location + signed.location == ""
    assert signed.headers["Cache-Control"] == "private, no-store"
    assert asked.headers["Cache-Control"] == "no-store"
    assert "canary" not in asked.text
    assert await posts(house) == []
