"""What people say outside of communities reaches those whom it is for on other nodes, whole, and
nobody else."""

import pytest

from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import plain, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


async def said(world: World, text: str, **fields: str) -> tuple[dict, dict]:
    """bea of vale says something; the status there, and as cat of moor, who follows her, has it."""
    await world.moor.follow("cat", world.vale.handle("bea"))
    mine = await world.vale.say("bea", text, **fields)
    there = await until(lambda: id_of(world.moor, "cat", text), f"cat has {text}")
    return mine, await world.moor.status("cat", there)


async def is_public_at_moor(world: World, text: str) -> bool:
    """Whether it stands in the list of everything public, in the app and on the page."""
    listed = await world.moor.texts("cat", "/api/v1/timelines/public?limit=40")
    return any(text in one for one in listed) and text in await world.moor.page("cat", "/public")


async def found_at_hill(world: World, iri: str) -> bool:
    """Whether ann, who follows nobody, finds a post by its address."""
    phone = await world.hill.phone("ann")
    return bool((await phone.ask("GET", f"/api/v2/search?resolve=true&q={iri}"))["statuses"])


@pytest.mark.mirrors("mastodon/create_note_public")
async def test_what_is_for_everybody_is_read_by_followers_and_found_by_strangers(world):
    mine, there = await said(world, "For everybody")

    assert (there["visibility"], there["uri"]) == ("public", mine["uri"])
    assert await is_public_at_moor(world, "For everybody")
    assert await found_at_hill(world, mine["uri"])


@pytest.mark.mirrors("mastodon/create_note_unlisted")
async def test_what_is_unlisted_is_read_by_followers_and_stands_in_no_public_list(world):
    mine, there = await said(world, "Not in the lists", visibility="unlisted")

    assert there["visibility"] == "unlisted"
    assert not await is_public_at_moor(world, "Not in the lists")
    assert await found_at_hill(world, mine["uri"])


@pytest.mark.mirrors("mastodon/create_note_followers")
async def test_what_is_for_followers_is_read_by_them_alone(world):
    mine, there = await said(world, "For those who follow", visibility="private")

    assert there["visibility"] == "private"
    assert not await is_public_at_moor(world, "For those who follow")
    assert not await found_at_hill(world, mine["uri"])


@pytest.mark.mirrors("mastodon/create_note_with_everything")
async def test_a_warning_a_language_a_tag_and_who_is_named_arrive_as_they_were_written(world):
    cat = world.moor.handle("cat")
    fields = {"spoiler_text": "Hospital", "language": "de"}
    await world.moor.follow("cat", world.vale.handle("bea"))
    await world.vale.say("bea", f"Heute #Herbst im Tal, {cat}", **fields)
    post_id = await until(lambda: id_of(world.moor, "cat", "#Herbst im Tal"), "cat has it")
    there = await world.moor.status("cat", post_id)

    assert there["spoiler_text"] == "Hospital"
    assert there["language"] == "de"
    assert [one["name"].lower() for one in there["tags"]] == ["herbst"]
    assert [one["acct"] for one in there["mentions"]] == ["cat"]
    page = await world.moor.page("cat", f"/seen/posts/{there['id']}")
    assert '<summary dir="auto" lang="de">Hospital</summary>' in page
    assert '<div class="words" dir="auto" lang="de">' in page


@pytest.mark.mirrors("nodebb/create_article")
async def test_a_longer_piece_is_shown_with_its_title_and_its_markup(world):
    await world.moor.follow("cat", world.vale.handle("bea"))
    form = {"title": "Our ten paths", "text": "All ten.\n\n- the mill\n- the bridge"}
    await world.vale.press("bea", "/new", visibility="public", **form)

    there = await until(lambda: id_of(world.moor, "cat", "the bridge"), "cat has it")

    page = await world.moor.page("cat", f"/seen/posts/{there}")
    assert "Our ten paths" in page
    assert '<li dir="auto">the bridge</li>' in page
    assert "Our ten paths" in plain((await world.moor.status("cat", there))["content"])


@pytest.mark.mirrors("mastodon/update_note")
async def test_an_edit_of_what_somebody_said_replaces_the_words_and_is_marked(world):
    mine, there = await said(world, "At nine sharp")
    phone = await world.vale.phone("bea")

    await phone.ask("PUT", f"/api/v1/statuses/{mine['id']}", status="At half past ten")

    async def is_edited() -> bool:
        now = await world.moor.status("cat", there["id"])
        return plain(now["content"]) == "At half past ten" and now["edited_at"] is not None

    await until(is_edited, "moor has the edit")
    page = await world.moor.page("cat", f"/seen/posts/{there['id']}")
    assert "At half past ten" in page
    assert "At nine sharp" not in page


@pytest.mark.mirrors("mastodon/delete_note")
async def test_what_somebody_deletes_is_gone_with_those_who_followed(world):
    mine, there = await said(world, "Better unsaid")

    await (await world.vale.phone("bea")).ask("DELETE", f"/api/v1/statuses/{mine['id']}")

    async def is_gone() -> bool:
        return not await world.moor.has("cat", there["id"])

    await until(is_gone, "it is gone at moor")
    assert await id_of(world.moor, "cat", "Better unsaid") == ""


@pytest.mark.mirrors("mastodon/create_question", "mastodon/vote")
async def test_a_question_is_answered_elsewhere_and_counted_where_it_was_asked(world):
    poll = {"poll[options][]": ["Lake", "Mill"], "poll[expires_in]": "3600"}
    mine, there = await said(world, "Lake or mill?", **poll)
    assert [one["title"] for one in there["poll"]["options"]] == ["Lake", "Mill"]

    await world.moor.press(
        "cat", f"/seen/posts/{there['id']}", to="/vote", post=there["id"], choice="0"
    )

    async def is_counted() -> bool:
        found = (await world.vale.status("bea", mine["id"]))["poll"]
        return [one["votes_count"] for one in found["options"]] == [1, 0]

    await until(is_counted, "vale counts it")
