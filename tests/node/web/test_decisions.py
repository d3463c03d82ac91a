"""Whoever something was decided about is told why, and can ask once for another look."""

import pytest

from node.topics.communities.store import put_role
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.member_actions import ban, unban
from node.topics.moderation.post_actions import remove, restore
from node.topics.permissions.rules import Role
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW
from tests.node.topics.moderation.scenes import clear_outbox
from tests.node.web.test_desk import afar, nodes, person, press, scene

__all__ = ("afar", "nodes", "scene")
pytestmark = pytest.mark.feature("M04")


def main_of(page):
    return page.text.partition("<main")[2].partition("</main>")[0]


async def address_of(house, post_id):
    row = await house.do(lambda tx: tx.one("select iri from post where id = :id", id=post_id))
    return "/posts/" + row["iri"].rpartition("/")[2]


async def remove_it(house, scene, reason="Off topic."):
    await house.do(remove, scene.olga, scene.post_id, reason, NOW)


async def ask(browser, path, words="I meant it well."):
    token = (await browser.open(path)).fields["token"]
    return await browser.send(path, {"token": token, "deed": "appeal", "words": words})


async def appeal_on(browser):
    """The number of the one case on a desk."""
    page = await browser.open("/desk")
    (number,) = {
        part.removeprefix("/desk/")
        for part in page.text.partition("Settled lately")[0].split('"')
        if part.startswith("/desk/")
    }
    return number


@pytest.mark.threat("T85")
async def test_the_author_of_a_removed_post_is_told_why_and_reads_their_words_alone(house, scene):
    path = await address_of(house, scene.post_id)
    await remove_it(house, scene)

    news = await scene.bens.open("/notifications")
    own = await scene.bens.open(path)

    assert "has removed your post" in news.text
    assert f"/decisions/posts/{scene.post_id}" in news.text
    assert "The reason: " in own.text
    assert "Off topic." in own.text
    assert "Rude words about cora" in own.text
    assert "Ask them to look again" in own.text
    assert "olga" not in main_of(own) + main_of(news)


@pytest.mark.threat("T82")
async def test_to_everybody_else_a_removed_post_is_absent(house, scene):
    path = await address_of(house, scene.post_id)
    await remove_it(house, scene)
    absent = await scene.coras.open("/posts/0123456789abcdef0123456789abcdef")

    for browser in (scene.coras, scene.olgas):
        for asked in (path, f"/decisions/posts/{scene.post_id}"):
            page = await browser.open(asked)
            assert page.status == 404
            assert "Rude words" not in page.text
    assert main_of(await scene.coras.open(path)) == main_of(absent)
    visitor = await house.client.get(path, allow_redirects=False)
    assert visitor.status == 404


async def test_what_one_removed_oneself_is_no_news(house, scene):
    mine = await house.do(publish, scene.olga, Draft(text="@walkers mine"), NOW)
    await house.do(remove, scene.olga, mine, "", NOW)

    assert "has removed" not in (await scene.olgas.open("/notifications")).text


async def test_the_author_deletes_a_removed_post_for_good(house, scene):
    await remove_it(house, scene)
    path = f"/decisions/posts/{scene.post_id}"
    token = (await scene.bens.open(path)).fields["token"]

    await scene.bens.send(path, {"token": token, "deed": "delete"})

    assert await house.do(hidden_post_by_id, scene.post_id) is None
    row = await house.do(
        lambda tx: tx.one("select content, source from post where id = :id", id=scene.post_id)
    )
    assert (row["content"], row["source"]) == ("", None)
    assert (await scene.bens.open(path)).status == 404


async def test_an_appeal_comes_to_the_desk_and_granting_it_shows_the_post_again(house, scene):
    await remove_it(house, scene)
    asked = await ask(scene.bens, f"/decisions/posts/{scene.post_id}")
    desk = await scene.olgas.open("/desk")
    told = await scene.olgas.open("/notifications")

    await press(scene.olgas, await appeal_on(scene.olgas), "grant", words="You are right.")

    assert asked.status == 303
    assert "asks you to look again" in told.text
    for words in ("I meant it well.", "Rude words about cora", "Off topic."):
        assert words in desk.text
    assert await house.do(post_by_id, scene.post_id) is not None
    news = main_of(await scene.bens.open("/notifications"))
    assert "taken back what they had decided" in news
    assert "You are right." in news
    assert "has removed your post" not in news
    assert "olga" not in news


async def test_an_appeal_is_refused_with_words_and_the_post_stays_away(house, scene):
    await remove_it(house, scene)
    await ask(scene.bens, f"/decisions/posts/{scene.post_id}")
    case_id = await appeal_on(scene.olgas)

    without = await press(scene.olgas, case_id, "refuse", words=" ")
    await press(scene.olgas, case_id, "refuse", words="It hurt her.")

    assert without.status == 422
    assert await house.do(post_by_id, scene.post_id) is None
    own = await scene.bens.open(f"/decisions/posts/{scene.post_id}")
    assert "It stays as it was decided." in own.text
    assert "It hurt her." in own.text
    assert "It hurt her." in (await scene.bens.open("/notifications")).text
    assert "It hurt her." not in (await scene.coras.open("/notifications")).text


async def test_it_is_asked_once_and_answered_once(house, scene):
    await remove_it(house, scene)
    path = f"/decisions/posts/{scene.post_id}"
    token = (await scene.bens.open(path)).fields["token"]
    await ask(scene.bens, path)
    case_id = await appeal_on(scene.olgas)
    form = (await scene.olgas.open(f"/desk/{case_id}")).fields["token"]
    await press(scene.olgas, case_id, "refuse", words="No.")

    again = await scene.bens.send(path, {"token": token, "deed": "appeal", "words": "Please."})
    answer = {"token": form, "deed": "grant", "words": ""}
    changed = await scene.olgas.send(f"/desk/{case_id}", answer)

    assert (again.status, changed.status) == (409, 409)
    assert "Ask them to look again" not in (await scene.bens.open(path)).text
    assert await house.do(post_by_id, scene.post_id) is None


async def test_an_appeal_that_says_nothing_or_too_much_is_not_taken(house, scene):
    await remove_it(house, scene)
    path = f"/decisions/posts/{scene.post_id}"

    assert (await ask(scene.bens, path, " ")).status == 422
    assert (await ask(scene.bens, path, "x" * 1_001)).status == 422
    assert "Nothing waits for you." in (await scene.olgas.open("/desk")).text


async def test_who_appeals_and_looks_after_it_does_not_answer_themselves(house, scene):
    mona, monas = await person(house, "mona")
    await house.do(put_role, scene.walkers.id, mona.id, Role.MODERATOR, NOW)
    mine = await house.do(publish, mona, Draft(text="@walkers hers"), NOW)
    await house.do(remove, scene.olga, mine, "", NOW)

    await ask(monas, f"/decisions/posts/{mine}")

    assert "Nothing waits for you." in (await monas.open("/desk")).text
    assert "I meant it well." in (await scene.olgas.open("/desk")).text


async def test_a_restored_post_is_no_news_any_more(house, scene):
    await remove_it(house, scene)

    await house.do(restore, scene.olga, scene.post_id, NOW)

    assert "has removed your post" not in (await scene.bens.open("/notifications")).text
    assert (await scene.bens.open(f"/decisions/posts/{scene.post_id}")).status == 404


async def shut_out(house, scene, **changes):
    values = {"reason": "Rude.", "days": 3} | changes
    await house.do(ban, scene.olga, scene.walkers.id, scene.ben.id, NOW, **values)
    return f"/decisions/places/{scene.walkers.id}"


@pytest.mark.threat("T85")
@pytest.mark.parametrize(
    ("days", "words"), [(3, "until <time"), (None, "You cannot write there any more.")]
)
async def test_who_is_shut_out_is_told_for_how_long_and_why_but_not_by_whom(
    house, scene, days, words
):
    path = await shut_out(house, scene, days=days)

    news = await scene.bens.open("/notifications")
    page = await scene.bens.open(path)

    assert "has shut you out" in news.text
    assert path in news.text
    assert words in page.text
    assert "Rude." in page.text
    assert "olga" not in main_of(page) + main_of(news)
    assert (await scene.coras.open(path)).status == 404


async def test_a_ban_with_all_that_was_written_is_one_piece_of_news(house, scene):
    for number in range(5):
        await house.do(publish, scene.ben, Draft(text=f"@walkers number {number}"), NOW)

    await shut_out(house, scene, removes=True)

    news = await scene.bens.open("/notifications")
    assert news.text.count("has shut you out") == 1
    assert "has removed your post" not in news.text


async def test_an_appeal_against_it_that_is_granted_lets_them_write_again(house, scene):
    path = await shut_out(house, scene, removes=True)
    await ask(scene.bens, path)

    await press(scene.olgas, await appeal_on(scene.olgas), "grant", words="")

    assert await house.do(ban_of, scene.walkers.id, scene.ben.id) is None
    assert await house.do(post_by_id, scene.post_id) is not None
    assert "lets you write again" in (await scene.bens.open("/notifications")).text
    assert (await scene.bens.open(path)).status == 404


async def test_who_is_let_in_again_is_told(house, scene):
    await shut_out(house, scene)

    await house.do(unban, scene.olga, scene.walkers.id, scene.ben.id, NOW)

    news = await scene.bens.open("/notifications")
    assert "lets you write again" in news.text
    assert "has shut you out" not in news.text


async def test_an_appeal_against_the_node_goes_to_those_who_look_after_it(house, scene, nodes):
    nora, post_id = nodes
    await press(nora, await appeal_on(nora), "remove", reason="Rude.")
    await house.do(clear_outbox)

    asked = await ask(scene.bens, f"/decisions/posts/{post_id}")
    await press(nora, await appeal_on(nora), "grant", words="Well.")

    assert asked.status == 303
    assert "Nothing waits for you." in (await scene.olgas.open("/desk")).text
    assert await house.do(post_by_id, post_id) is not None
