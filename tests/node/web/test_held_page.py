"""The page on which those who look after a node see what is held, and decide about it."""

import pytest

from federation import documents
from node.topics.moderation.held import decided_lately, state_of, waiting
from tests.neighbours import add_neighbour
from tests.node.topics.publishing.test_held_decisions import BAD, names, silence
from tests.node.web.test_neighbours import somebody


def fill(tx, reader, count=1, **changes):
    silence(tx)
    mo = add_neighbour(tx, "mo", BAD, display_name="Mo <i>Bad</i>")
    return [
        names(tx, mo, reader, text=f"Number {one} <a href='https://x.example'>x</a>", **changes)
        for one in range(count)
    ]


async def filled(house, **changes):
    ann = await house.person("ann")
    return await house.do(fill, ann.actor, **changes)


async def press(browser, post, deed, **more):
    token = (await browser.open("/held")).fields["token"]
    form = {"token": token, "deed": deed, "post": str(post.id), **more}
    return await browser.send("/held", form)


@pytest.mark.feature("F07")
async def test_it_shows_what_waits_as_text_with_author_and_host(house):
    await filled(house)
    olga = await somebody(house, "olga", "organiser")

    page = await olga.open("/held")

    assert page.status == 200
    assert "Number 0 x" in page.text
    assert "https://x.example" not in page.text
    assert "@mo@bad.example" in page.text
    assert "Mo &lt;i&gt;Bad" in page.text or "Mo Bad" in page.text
    assert "<i>Bad" not in page.text
    assert "Their place is silenced." in page.text


async def test_the_words_of_a_message_to_one_person_are_not_on_it(house):
    ann = await house.person("ann")
    tags = (documents.Mention(ann.actor.iri, "@ann"),)
    await house.do(fill, ann.actor, to=(ann.actor.iri,), cc=(), mentions=tags)
    olga = await somebody(house, "olga", "organiser")

    page = await olga.open("/held")

    assert "Number 0" not in page.text
    assert "its words are for them alone" in page.text


async def test_where_nothing_waits_it_says_so(house):
    olga = await somebody(house, "olga", "organiser")

    assert "Nothing waits for a look." in (await olga.open("/held")).text


async def test_the_newest_stand_first_and_older_ones_on_the_next_page(house):
    posts = await filled(house, count=21)
    olga = await somebody(house, "olga", "organiser")

    first = await olga.open("/held")
    second = await olga.open(f"/held?before={posts[1].id}")

    assert first.text.index("Number 20 ") < first.text.index("Number 1 ")
    assert f"/held?before={posts[1].id}" in first.text
    assert "Number 0 " not in first.text
    assert "Number 0 " in second.text


@pytest.mark.parametrize("role", ["organiser", "moderator"])
async def test_those_who_look_after_the_node_let_through_with_one_button(house, role):
    (post,) = await filled(house)
    browser = await somebody(house, "olga", role)

    reply = await press(browser, post, "pass")

    assert (reply.status, reply.headers["Location"]) == (303, "/held")
    assert await house.do(state_of, post.id) == "passed"
    page = await browser.open("/held")
    assert "Let through by" in page.text
    assert "Leave it out after all" in page.text
    (held,) = await house.do(decided_lately)
    assert held.decided_by is not None


async def test_all_of_an_author_is_left_out_with_one_button(house):
    posts = await filled(house, count=3)
    olga = await somebody(house, "olga", "organiser")

    await press(olga, posts[0], "drop", all="1")

    assert await house.do(waiting, 10) == []
    assert await house.do(state_of, posts[2].id) == "left"


@pytest.mark.parametrize("role", ["member", "clinic"])
async def test_to_others_there_is_nothing_there(house, role):
    (post,) = await filled(house)
    browser = await somebody(house, "sam", role)
    token = (await browser.open("/new")).fields["token"]

    form = {"token": token, "deed": "pass", "post": str(post.id)}

    assert (await browser.open("/held")).status == 404
    assert (await browser.send("/held", form)).status == 404
    assert await house.do(state_of, post.id) == "waiting"


async def test_a_form_of_another_page_decides_nothing(house):
    (post,) = await filled(house)
    olga = await somebody(house, "olga", "organiser")

    reply = await olga.send("/held", {"token": "x", "deed": "pass", "post": str(post.id)})

    assert reply.status == 403
    assert await house.do(state_of, post.id) == "waiting"
