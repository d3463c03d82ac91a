"""Who has to decide about a post sees what hangs on it, and nobody else does."""

import re

import pytest

from node.http.services import SERVICES
from node.pictures.redraw import Redrawing
from node.topics.communities.store import put_member
from node.topics.files.actions import Said, keep_file, new_file
from node.topics.moderation.waiting import put_first_posts_wait
from node.topics.permissions.rules import Role
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, ORIGIN, add_group
from tests.node.web.test_desk import Scene, person
from tests.pictures import a_picture

pytestmark = [pytest.mark.feature("M02"), pytest.mark.threat("T82")]

LATER = NOW + 60
SHOWN = re.compile(r'<a class="picture" href="([^"]*)"><img src="([^"]*)"')


@pytest.fixture
async def scene(house):
    """olga organises walkers, where first posts wait; cora was a member before; ben comes now."""
    made = Scene()
    made.olga, made.olgas = await person(house, "olga")
    made.ben, made.bens = await person(house, "ben")
    made.cora, made.coras = await person(house, "cora")
    made.walkers = await house.do(add_group, "walkers", made.olga)
    await house.do(put_member, made.walkers.id, made.cora.id, Role.MEMBER, NOW - 60)
    await house.do(put_first_posts_wait, made.walkers, NOW)
    await house.do(put_member, made.walkers.id, made.ben.id, Role.MEMBER, NOW)
    return made


async def say_with_picture(house, who, text, **fields):
    """Publish a post with a picture; where the picture lies."""
    picture = await Redrawing().redraw(a_picture(), "post")
    file = new_file(who.id, "post", picture, Said("A bridge"), ORIGIN, NOW)
    blobs = house.client.app[SERVICES].blobs
    blobs.put(file.key, picture.whole)
    blobs.put(f"{file.key}-small", picture.small)
    await house.do(keep_file, file, 10_000_000)
    await house.do(publish, who, Draft(text=text, file_ids=(file.id,), **fields), LATER)
    return file.url.removeprefix(ORIGIN)


async def status(browser, path):
    """What a browser gets that asks for a picture, which is bytes."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    async with browser.client.get(path, headers={"Cookie": cookies}) as reply:
        return reply.status


async def test_what_hangs_on_a_post_that_waits_is_seen_on_the_desk_and_by_its_author(
    house, scene, visitor
):
    path = await say_with_picture(house, scene.ben, "@walkers From a newcomer")
    desk = (await scene.olgas.open("/desk")).text
    readers = (scene.olgas, scene.bens, scene.coras, visitor)

    assert [whole for whole, _ in SHOWN.findall(desk)] == [path]
    assert 'alt="A bridge"' in desk
    assert [await status(one, path) for one in readers] == [200, 200, 404, 404]


async def test_what_is_for_few_is_no_more_on_the_desk_than_its_words(house, scene):
    path = await say_with_picture(house, scene.ben, "@cora For you", visibility="direct")
    (row,) = await house.do(lambda tx: tx.all("select id from post"))
    form = {"token": (await scene.coras.open("/")).fields["token"], "reason": "unkind"}
    report = f"/report/posts/{row['id']}"
    asked = await scene.coras.open(report)
    sent = await scene.coras.send(report, asked.fields | form | {"words": "It hurts."})
    await house.do(lambda tx: tx.run("update account set role = 'moderator' where name = 'olga'"))
    desk = (await scene.olgas.open("/desk")).text

    assert sent.status == 303
    assert "its words are for them alone" in desk
    assert SHOWN.findall(desk) == []
    assert [await status(one, path) for one in (scene.olgas, scene.coras)] == [404, 200]
