"""Feeds, as a library reads them that other programs read feeds with; and what never stands there.

`feedparser` tells of everything that is no feed as it should be (`bozo`).
"""

import json
import re
from calendar import timegm
from dataclasses import replace
from email.utils import formatdate

import feedparser
import msgspec
import pytest

from node.base.markup import clean_html
from node.http.conditional import ANSWERS_MAX, LastChanges
from node.http.search_engines import ROBOTS_TAG
from node.http.services import SERVICES
from node.pictures.forms import Picture
from node.topics.accounts.suspension import suspend
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.communities.store import put_role
from node.topics.files.actions import Said, keep_file, new_file
from node.topics.members.actions import Founding, found_community
from node.topics.organising.actions import close_down
from node.topics.permissions.rules import Role
from node.topics.portability.deletion import delete_account
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import KEYS, NOW, ORIGIN, THERE, add_neighbour, note

pytestmark = pytest.mark.feature("A10")

ATOM = "/people/rosa/feed.atom"
JSON = "/people/rosa/feed.json"
FORMS = ("feed.atom", "feed.json")
DRAWN = Picture(b"whole", "image/jpeg", b"small", "image/jpeg", 40, 30, "L2Eo[I_3")
TOKEN = re.compile(r'name="token" value="[^"]*"')
NAUGHTY = '<b>&</b> "]]>" \x0b\x1b\ufffe'


@pytest.fixture
async def findable(house, rosa):
    """Somebody who wants to be found."""
    await be_found(house, rosa)
    return rosa


async def be_found(house, caller, **changes):
    changes = ProfileChanges(**({"discoverable": True} | changes))
    await house.do(edit_profile, caller.actor.id, changes, NOW)


async def founded(house, organiser, name="walkers", door="public", **fields):
    founding = Founding(
        origin=ORIGIN, name=name, title=name.title(), visibility=door, posting="anyone", **fields
    )
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


async def say(house, caller, text="Words", *, at=NOW, **fields):
    post_id = await house.do(publish, caller.actor, Draft(text=text, **fields), at)
    return await house.do(post_by_id, post_id)


async def picture_of(house, caller, says="A gate in the rain"):
    file = new_file(caller.actor.id, "post", DRAWN, Said(says), ORIGIN, NOW)
    await house.do(keep_file, file, 1_000_000)
    return file


async def read(visitor, path):
    """A feed as a feed reader has it."""
    page = await visitor.open(path)
    assert page.status == 200, page.text
    headers = {name.lower(): value for name, value in page.headers.items()}
    found = feedparser.parse(page.text.encode(), response_headers=headers)
    assert not found.bozo, found.get("bozo_exception")
    return found


async def items(visitor, path):
    page = await visitor.open(path)
    assert page.status == 200, page.text
    return json.loads(page.text)["items"]


def said(page):
    """A page without what is new on each: the token of its forms."""
    return TOKEN.sub("", page.text)


async def test_a_feed_reader_reads_what_somebody_wrote(house, findable, visitor):
    await be_found(house, findable, display_name="Rosa", summary="<p>I walk.</p>")
    first = await say(house, findable, "We met **at the gate**.", title="The first walk")
    second = await say(house, findable, "And again on Tuesday", at=NOW + 60)

    found = await read(visitor, ATOM)

    assert found.version == "atom10"
    assert (found.feed.title, found.feed.subtitle) == ("Rosa", "I walk.")
    assert (found.feed.id, found.feed.link) == (f"{ORIGIN}/people/rosa",) * 2
    assert [link.href for link in found.feed.links if link.rel == "self"] == [ORIGIN + ATOM]
    assert [(one.id, one.link, one.title) for one in found.entries] == [
        (second.iri, second.url, "And again on Tuesday"),
        (first.iri, first.url, "The first walk"),
    ]
    assert "<strong>at the gate</strong>" in found.entries[1].content[0].value
    assert {one.author for one in found.entries} == {"Rosa"}
    assert [timegm(one.updated_parsed) for one in found.entries] == [NOW + 60, NOW]


async def test_a_json_feed_says_the_same(house, findable, visitor):
    first = await say(house, findable, "We met **at the gate**.", title="The first walk")

    page = await visitor.open(JSON)

    whole = json.loads(page.text)
    assert page.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert whole["version"] == "https://jsonfeed.org/version/1.1"
    assert (whole["feed_url"], whole["home_page_url"]) == (ORIGIN + JSON, f"{ORIGIN}/people/rosa")
    assert whole["authors"] == [{"name": "rosa", "url": f"{ORIGIN}/people/rosa"}]
    (one,) = whole["items"]
    assert (one["id"], one["url"], one["title"]) == (first.iri, first.url, "The first walk")
    assert "<strong>at the gate</strong>" in one["content_html"]
    assert one["date_published"] == one["date_modified"] == "2027-01-15T08:00:00.000Z"


async def test_a_community_has_a_feed_of_its_conversations(house, rosa, tilda, visitor):
    await founded(house, rosa)
    begun = await say(house, tilda, "@walkers Where do we meet?")
    await say(house, rosa, "At the gate", parent_id=begun.id)

    found = await read(visitor, "/communities/walkers/feed.atom")

    assert [(one.id, one.author) for one in found.entries] == [(begun.iri, "tilda")]
    assert found.feed.id == f"{ORIGIN}/communities/walkers"


async def test_what_somebody_elsewhere_wrote_leads_to_their_home(house, rosa, visitor):
    group = await founded(house, rosa)
    rose = await house.do(add_neighbour, "rose")
    await house.do(put_role, group.id, rose.id, Role.MEMBER, NOW)
    document = replace(
        note(rose, "From the valley"), audience=group.iri, to=(group.iri, *note(rose).to)
    )
    await house.do(store_fetched_post, document, NOW)

    (one,) = (await read(visitor, "/communities/walkers/feed.atom")).entries

    assert one.link == document.url
    assert one.author_detail.href == f"{THERE}/people/rose"


@pytest.mark.threat("T22")
@pytest.mark.parametrize("form", FORMS)
async def test_only_what_everybody_may_read_in_public_lists_stands_there(
    house, findable, tilda, visitor, form
):
    await founded(house, findable, "hollow", "hidden")
    await founded(house, findable, "copse", "node")
    for visibility in ("unlisted", "followers", "direct"):
        await say(house, findable, f"zqsecret @tilda {visibility}", visibility=visibility)
    await say(house, findable, "@hollow zqsecret")
    await say(house, findable, "@copse zqsecret")
    await say(house, findable, "For all")

    page = await visitor.open(f"/people/rosa/{form}")

    assert "For all" in page.text
    assert "zqsecret" not in page.text


@pytest.mark.threat("T94")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("door", ["closed", "node", "hidden"])
async def test_a_community_that_is_not_public_has_a_feed_as_little_as_one_that_is_not_there(
    house, rosa, ann, visitor, door, form
):
    await founded(house, rosa, "hollow", door, elsewhere=door == "closed")
    await say(house, rosa, "@hollow Words")

    for browser in (visitor, ann):
        there = await browser.open(f"/communities/hollow/{form}")
        never = await browser.open(f"/communities/nobody/{form}")
        assert (there.status, said(there)) == (404, said(never).replace("nobody", "hollow"))


async def test_a_public_community_that_is_closed_down_has_no_feed(house, rosa, visitor):
    group = await founded(house, rosa)
    assert (await visitor.open("/communities/walkers/feed.atom")).status == 200

    await house.do(close_down, rosa.actor, group, NOW)

    assert (await visitor.open("/communities/walkers/feed.atom")).status == 404


@pytest.mark.threat("T95")
async def test_who_does_not_want_to_be_found_has_no_feed(house, rosa, visitor):
    await say(house, rosa)
    before = (await visitor.open(ATOM)).status

    await be_found(house, rosa)
    found = (await visitor.open(ATOM)).status
    await be_found(house, rosa, discoverable=False)

    assert (before, found, (await visitor.open(ATOM)).status) == (404, 200, 404)


@pytest.mark.parametrize("goes", [suspend, delete_account])
async def test_who_is_suspended_or_gone_has_a_feed_as_little_as_who_never_was(
    house, findable, visitor, goes
):
    await say(house, findable)

    await house.do(goes, findable.account, NOW)

    for form in FORMS:
        there = await visitor.open(f"/people/rosa/{form}")
        never = await visitor.open(f"/people/nobody/{form}")
        assert (there.status, there.text) == (404, never.text.replace("nobody", "rosa"))


async def test_the_node_itself_and_whom_it_reports_as_have_no_feed(house, visitor):
    for name in ("actor", "moderators"):
        assert (await visitor.open(f"/people/{name}/feed.atom")).status == 404


async def test_what_is_deleted_is_gone_from_the_next_answer(house, findable, visitor):
    kept = await say(house, findable, "This stays")
    gone = await say(house, findable, "This goes", at=NOW + 1)
    before = [one.id for one in (await read(visitor, ATOM)).entries]

    await house.do(delete, findable.actor, gone.id, NOW + 2)

    assert before == [gone.iri, kept.iri]
    assert [one.id for one in (await read(visitor, ATOM)).entries] == [kept.iri]


async def test_a_content_note_stands_in_place_of_everything_else(house, findable, visitor):
    file = await picture_of(house, findable, "zqpicture")
    await say(
        house,
        findable,
        "zqwords",
        title="zqtitle",
        content_note="A hospital",
        file_ids=(file.id,),
    )

    (one,) = (await read(visitor, ATOM)).entries
    (other,) = await items(visitor, JSON)

    assert (one.title, one.summary, one.get("content")) == ("A hospital", "A hospital", None)
    assert (other["summary"], other["content_text"]) == ("A hospital", "A hospital")
    for path in (ATOM, JSON):
        page = (await visitor.open(path)).text
        assert [
            word for word in ("zqwords", "zqtitle", "zqpicture", file.key) if word in page
        ] == []


async def test_pictures_stand_there_by_their_address_and_what_they_show(house, findable, visitor):
    file = await picture_of(house, findable)
    await say(house, findable, "Look", file_ids=(file.id,))

    (one,) = (await read(visitor, ATOM)).entries
    (other,) = await items(visitor, JSON)

    (hangs,) = one.enclosures
    assert (hangs.href, hangs.type, hangs.title) == (file.url, "image/jpeg", "A gate in the rain")
    assert other["attachments"] == [
        {"url": file.url, "mime_type": "image/jpeg", "title": "A gate in the rain"}
    ]
    assert f'<img src="{file.small_url}" alt="A gate in the rain">' in other["content_html"]


async def test_a_picture_that_its_author_warns_of_is_a_link_and_no_more(house, findable, visitor):
    file = await picture_of(house, findable)
    await say(house, findable, "Look", file_ids=(file.id,), sensitive=True)

    (one,) = await items(visitor, JSON)

    assert "attachments" not in one
    assert "<img" not in one["content_html"]
    assert f'<a href="{file.url}">Picture: <bdi>A gate in the rain</bdi></a>' in one["content_html"]


async def test_what_is_changed_says_since_when_and_stays_the_same_entry(house, findable, visitor):
    post = await say(house, findable, "On Tuesday")

    await house.do(edit, findable.actor, post.id, Draft(text="On Wednesday"), NOW + 500)

    (one,) = (await read(visitor, ATOM)).entries
    assert (one.id, one.title) == (post.iri, "On Wednesday")
    assert (timegm(one.published_parsed), timegm(one.updated_parsed)) == (NOW, NOW + 500)


async def test_hashtags_lead_to_whole_addresses(house, findable, visitor):
    await say(house, findable, "We #walk")

    (one,) = await items(visitor, JSON)

    assert f'href="{ORIGIN}/tags/walk"' in one["content_html"]


async def test_nothing_that_people_type_breaks_the_document(house, findable, visitor):
    await be_found(house, findable, display_name=NAUGHTY, summary=clean_html(NAUGHTY))
    await say(house, findable, NAUGHTY, content_note=NAUGHTY)
    await say(house, findable, NAUGHTY, title=NAUGHTY)

    found = await read(visitor, ATOM)

    assert len(found.entries) == 2
    assert "<b>" not in found.entries[0].content[0].value


async def test_a_feed_holds_twenty_and_begins_of_what_is_long(house, findable, visitor):
    for number in range(21):
        await say(house, findable, f"{number} " + "word " * 1_900)

    page = await visitor.open(ATOM)
    found = feedparser.parse(page.text)

    assert [one.title.split()[0] for one in found.entries] == [str(one) for one in range(20, 0, -1)]
    assert "Read all of it" in found.entries[0].content[0].value
    assert len(page.text) < 60_000
    assert page.headers["Content-Encoding"] in ("gzip", "deflate")


async def test_who_has_it_already_is_told_so_and_sent_nothing(house, findable, visitor):
    await say(house, findable)
    first = await visitor.open(ATOM)

    by_tag = await visitor.open(ATOM, headers={"If-None-Match": first.headers["ETag"]})
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    by_time = await visitor.open(ATOM, headers=since)
    other = await visitor.open(ATOM, headers=since | {"If-None-Match": '"another"'})

    assert (by_tag.status, by_tag.text) == (by_time.status, by_time.text) == (304, "")
    assert by_tag.headers["ETag"] == first.headers["ETag"]
    assert other.status == 200


async def test_a_deletion_is_news_to_who_asks_since_when(house, findable, visitor):
    old = await say(house, findable, "Old")
    await say(house, findable, "New", at=NOW + 1)
    house.clock.at += 100
    first = await visitor.open(ATOM)
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    house.clock.at += 100

    await house.do(delete, findable.actor, old.id, NOW + 200)
    second = await visitor.open(ATOM, headers=since)

    assert (await visitor.open(ATOM, headers=since)).status == second.status == 200
    assert second.headers["Last-Modified"] == formatdate(NOW + 200, usegmt=True)
    assert second.headers["ETag"] != first.headers["ETag"]


def test_two_answers_in_one_second_are_told_apart():
    changes = LastChanges()

    said = [
        changes.since("/a", tag, at)
        for tag, at in (("one", 50), ("other", 50), ("other", 50), ("other", 51), ("other", 99))
    ]

    assert said == [50, None, None, 51, 51]


def test_no_more_than_a_thousand_addresses_are_remembered():
    changes = LastChanges()
    changes.since("/first", "tag", 5)
    for number in range(ANSWERS_MAX - 1):
        changes.since(f"/{number}", "tag", 5)
    kept = changes.since("/first", "tag", 9)
    for number in range(ANSWERS_MAX):
        changes.since(f"/other/{number}", "tag", 9)

    assert (kept, changes.since("/first", "tag", 20)) == (5, 20)


@pytest.mark.threat("T95")
async def test_search_engines_are_told_of_a_feed_what_they_are_told_of_its_page(
    house, findable, visitor
):
    await say(house, findable)
    shut = (await visitor.open(ATOM)).headers[ROBOTS_TAG]
    services = house.client.app[SERVICES]
    web = msgspec.structs.replace(services.config.web, search_engines=True)
    config = msgspec.structs.replace(services.config, web=web)
    house.client.app._state[SERVICES] = replace(services, config=config)

    told = [(await visitor.open(ATOM)).headers[ROBOTS_TAG]]
    await be_found(house, findable, indexable=True)
    told.append((await visitor.open(ATOM)).headers[ROBOTS_TAG])

    assert (shut, told) == ("noindex, nofollow", ["noindex, nofollow", "all"])


@pytest.mark.parametrize("form", FORMS)
async def test_pages_say_where_their_feed_is(house, findable, tilda, visitor, form):
    await founded(house, findable)
    await founded(house, findable, "spinney", "closed", elsewhere=True)

    for page, is_there in (
        ("/people/rosa", True),
        ("/people/tilda", False),
        ("/communities/walkers", True),
        ("/communities/spinney", False),
    ):
        text = (await visitor.open(page)).text
        assert (f'href="{page}/{form}"' in text) == is_there
        assert ('rel="alternate"' in text) == is_there


async def test_it_is_asked_for_anew_each_time_and_runs_nothing(house, findable, visitor):
    reply = await visitor.open(ATOM)

    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


async def test_votes_and_quoted_words_come_along(house, findable, visitor):
    said = await say(house, findable, "We met at the gate")
    poll = PollDraft(choices=("Tuesday", "Thursday"), lasts_s=86_400)
    await say(house, findable, "When?", poll=poll)
    quoting = await say(house, findable, "As I said", at=NOW + 60)
    await house.do(quote, quoting.id, said.iri)

    newest, asked, _ = await items(visitor, JSON)

    assert '<li dir="auto">Tuesday</li>' in asked["content_html"]
    assert f'<a href="{said.url}">From a post by <bdi>rosa</bdi></a>' in newest["content_html"]
    assert '<p dir="auto">We met at the gate</p></blockquote>' in newest["content_html"]


def quote(tx, post_id, iri):
    tx.run("update post set quote_iri = :iri where id = :id", iri=iri, id=post_id)
