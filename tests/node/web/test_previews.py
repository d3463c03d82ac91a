"""What other programs show of a page whose address somebody sends on: read as they read it."""

import re
from dataclasses import replace
from html import unescape

import pytest

from node.pictures.forms import Picture
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.files.actions import Said, keep_file, new_file
from node.topics.files.faces import show_picture
from node.topics.members.actions import Founding, found_community
from node.topics.organising.actions import change
from node.topics.organising.picture import show_community_picture
from node.topics.organising.rules import Settings
from node.topics.posts.parts import Attachment
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.web.previews import WORDS_CHARACTERS_MAX, pictures_here
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, note

ROOM = 1_000_000
DRAWN = Picture(b"whole", "image/jpeg", b"small", "image/jpeg", 40, 30, "L2Eo[I_3")
META = re.compile(r'<meta (?:property|name)="((?:og:[\w:]+)|description)" content="([^"]*)">')


async def preview(browser, path):
    """What a page tells other programs of itself, by name."""
    page = await browser.open(path)
    return {name: unescape(value) for name, value in META.findall(page.text)}


async def say(house, caller, text="Words", **fields):
    post_id = await house.do(publish, caller.actor, Draft(text=text, **fields), NOW)
    post = await house.do(post_by_id, post_id)
    return post, post.iri.removeprefix(ORIGIN)


async def founded(house, organiser, name, door, **fields):
    founding = Founding(
        origin=ORIGIN, name=name, title=name.title(), visibility=door, posting="anyone", **fields
    )
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


async def be_found(house, caller, **changes):
    changed = ProfileChanges(**({"discoverable": True} | changes))
    await house.do(edit_profile, caller.actor.id, changed, NOW)


async def picture_of(house, owner_id, use="post"):
    file = new_file(owner_id, use, DRAWN, Said("A gate in the rain"), ORIGIN, NOW)
    if use == "post":
        await house.do(keep_file, file, ROOM)
    return file


async def test_a_public_post_says_its_title_its_first_words_and_where_it_is(house, rosa, visitor):
    post, path = await say(house, rosa, "We met at the gate. " * 30, title="The first walk")

    told = await preview(visitor, path)

    assert told.pop("description") == told["og:description"]
    assert told.pop("og:description").startswith("We met at the gate. We met")
    assert told == {
        "og:site_name": "Group",
        "og:type": "article",
        "og:title": "rosa: The first walk",
        "og:url": post.iri,
    }


async def test_the_first_words_are_cut_between_two(house, rosa, visitor):
    _, path = await say(house, rosa, "hedgerow " * 100)

    words = (await preview(visitor, path))["og:description"]

    assert len(words) <= WORDS_CHARACTERS_MAX
    assert words.endswith("hedgerow…")


async def test_a_content_note_is_all_that_is_told(house, rosa, visitor):
    file = await picture_of(house, rosa.actor.id)
    _, path = await say(
        house, rosa, "zqwords", title="zqtitle", content_note="A hospital", file_ids=(file.id,)
    )

    told = await preview(visitor, path)

    assert (told["og:description"], told["description"]) == ("A hospital", "A hospital")
    assert told["og:title"] == "rosa: a post"
    assert "og:image" not in told


async def test_the_name_of_a_page_says_no_title_that_stands_behind_a_note(house, rosa, visitor):
    _, path = await say(house, rosa, "Words", title="zqtitle", content_note="A hospital")

    page = await visitor.open(path)

    assert "<title>rosa: a post · Group</title>" in page.text


async def test_the_picture_of_a_post_is_shown_with_its_description(house, rosa, visitor):
    file = await picture_of(house, rosa.actor.id)
    _, path = await say(house, rosa, "Look", file_ids=(file.id,))

    told = await preview(visitor, path)

    assert (told["og:image"], told["og:image:alt"]) == (file.url, "A gate in the rain")


async def test_a_picture_that_its_author_warns_of_is_not_shown(house, rosa, visitor):
    file = await picture_of(house, rosa.actor.id)
    _, path = await say(house, rosa, "Look", file_ids=(file.id,), sensitive=True)

    assert "og:image" not in await preview(visitor, path)


@pytest.mark.threat("T61")
async def test_a_picture_that_does_not_lie_here_is_never_shown(house, rosa):
    post, _ = await say(house, rosa)

    for url, file_id in (("https://valley.example/a.jpg", 7), (f"{ORIGIN}/files/a.jpg", None)):
        hangs = Attachment(kind="Image", url=url, media_type="image/jpeg", file_id=file_id)
        assert pictures_here(replace(post, attachments=(hangs,)), ORIGIN) == ()


async def test_a_post_without_a_picture_shows_the_face_of_an_author_who_wants_to_be_found(
    house, rosa, visitor
):
    face = await picture_of(house, rosa.actor.id, "face")
    await house.do(show_picture, rosa.actor, face, ROOM, NOW)
    _, path = await say(house, rosa)
    before = await preview(visitor, path)

    await be_found(house, rosa)

    assert "og:image" not in before
    assert (await preview(visitor, path))["og:image"] == face.url


@pytest.mark.threat("T95")
async def test_somebody_is_told_of_only_if_they_want_to_be_found(house, rosa, visitor):
    face = await picture_of(house, rosa.actor.id, "face")
    await house.do(show_picture, rosa.actor, face, ROOM, NOW)
    before = await preview(visitor, "/people/rosa")

    await be_found(house, rosa, display_name="Rosa", summary="<p>I walk.</p>")

    assert before == {}
    assert await preview(visitor, "/people/rosa") == {
        "og:site_name": "Group",
        "og:type": "profile",
        "og:title": "Rosa",
        "og:url": f"{ORIGIN}/people/rosa",
        "og:description": "I walk.",
        "description": "I walk.",
        "og:image": face.url,
    }


async def test_a_public_community_is_told_of(house, rosa, visitor):
    group = await founded(house, rosa, "walkers", "public")
    settings = Settings(title="Walkers", about="Every <Thursday>", visibility="public")
    await house.do(change, rosa.actor, group, settings, NOW)
    face = await picture_of(house, group.id, "face")
    await house.do(show_community_picture, rosa.actor, group, face, ROOM, NOW)

    told = await preview(visitor, "/communities/walkers")

    assert (told["og:type"], told["og:title"]) == ("website", "Walkers")
    assert told["og:description"] == told["description"] == "Every <Thursday>"
    assert (told["og:url"], told["og:image"]) == (f"{ORIGIN}/communities/walkers", face.url)


@pytest.mark.threat("T94")
@pytest.mark.parametrize("door", ["closed", "node", "hidden"])
async def test_nothing_is_told_of_a_community_that_not_everybody_may_read(
    house, rosa, ann, visitor, door
):
    await founded(house, rosa, "hollow", door, elsewhere=door == "closed")
    _, path = await say(house, rosa, "@hollow zqwords")

    for browser in (visitor, ann):
        for one in ("/communities/hollow", path):
            assert await preview(browser, one) == {}


@pytest.mark.threat("T22")
@pytest.mark.parametrize("visibility", ["unlisted", "followers", "direct"])
async def test_nothing_is_told_of_a_post_that_is_not_public(house, rosa, ann, visitor, visibility):
    _, path = await say(house, rosa, "zqwords @ann", visibility=visibility)

    assert (await ann.open(path)).status == 200
    assert (await preview(visitor, path), await preview(ann, path)) == ({}, {})


@pytest.mark.threat("T22")
async def test_pages_of_those_who_are_signed_in_and_of_others_tell_nothing(
    house, rosa, ann, visitor
):
    _, path = await say(house, rosa)
    rose = await house.do(add_neighbour, "rose")
    theirs = await house.do(store_fetched_post, note(rose), NOW)

    for one in (path, f"/seen/people/{rose.id}", f"/seen/posts/{theirs}"):
        assert await preview(ann, one) == {}
    for one in ("/", "/public", "/directory", "/sign-in", "/people/nobody"):
        assert await preview(visitor, one) == {}


async def test_what_people_type_stays_inside_of_its_place(house, rosa, visitor):
    await be_found(house, rosa, display_name='"><script>alert(1)</script>')

    page = await visitor.open("/people/rosa")

    assert "<script" not in page.text
    assert (await preview(visitor, "/people/rosa"))["og:title"] == '"><script>alert(1)</script>'
