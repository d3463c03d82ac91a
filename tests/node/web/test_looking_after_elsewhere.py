"""The pages on which one of ours looks after a community elsewhere."""

import pytest

from node.topics.actors.store import local_actor
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.group_moderators import put_group_moderator
from node.topics.posts.removals import hidden_post
from tests.neighbours import NOW, add_neighbour
from tests.node.topics.moderation.scenes import LEMMY, add_valley, outbox, write
from tests.node.web.test_moderation_pages import press
from tests.node.web.test_neighbours import somebody


def fill(tx):
    valley, otto = add_valley(tx), add_neighbour(tx, "otto", LEMMY)
    put_group_moderator(tx, valley.id, local_actor(tx, "Person", "ann").iri, NOW)
    return valley, otto, write(tx, otto, valley, "hello valley")


@pytest.fixture
async def scene(house, ann):
    return await house.do(fill)


async def test_a_post_is_removed_and_shown_again_by_buttons(house, ann, scene):
    valley, _, post = scene
    thread = await ann.open(f"/seen/posts/{post.id}")
    path = f"/moderate/posts/{post.id}"
    form = await ann.open(path)

    await press(ann, path, "remove", reason="spam")
    was_hidden = await house.do(hidden_post, post.iri)
    log = await ann.open(f"/moderate/elsewhere/{valley.id}")
    await press(ann, f"/moderate/elsewhere/{valley.id}", "restore", post=str(post.id))

    assert path in thread.text
    assert "This community lives at lemmy.example" in form.text
    assert was_hidden is not None
    assert "spam" in log.text
    assert await house.do(hidden_post, post.iri) is None
    assert [one["kind"] for one in await house.do(outbox)] == ["Delete", "Undo"]
    assert len(house.woken) == 2


async def test_somebody_is_shut_out_and_let_in_again_by_buttons(house, ann, scene):
    valley, otto, post = scene
    place = f"/moderate/elsewhere/{valley.id}"

    reply = await press(ann, f"/moderate/posts/{post.id}", "ban", days="3")
    banned = await house.do(ban_of, valley.id, otto.id)
    await press(ann, place, "unban", person=str(otto.id))

    assert reply.headers["Location"] == place
    assert banned.until == NOW + 3 * 86_400
    assert await house.do(ban_of, valley.id, otto.id) is None


async def test_its_page_leads_there_and_names_nobody_from_here(ann, scene):
    valley, _, _ = scene

    profile = await ann.open(f"/seen/people/{valley.id}")
    page = await ann.open(f"/moderate/elsewhere/{valley.id}")

    assert f'href="/moderate/elsewhere/{valley.id}"' in profile.text
    assert "Have them look after it" not in page.text
    assert "No longer" not in page.text


@pytest.mark.threat("T24")
@pytest.mark.parametrize("role", ["member", "organiser"])
async def test_to_others_there_is_nothing_there(house, ann, scene, role):
    valley, _, post = scene
    sam = await somebody(house, "sam", role)
    token = (await sam.open("/new")).fields["token"]
    profile = await sam.open(f"/seen/people/{valley.id}")

    for path in (f"/moderate/elsewhere/{valley.id}", f"/moderate/posts/{post.id}"):
        assert (await sam.open(path)).status == 404
        form = {"token": token, "deed": "remove", "person": "1", "post": str(post.id)}
        assert (await sam.send(path, form)).status == 404
    assert "Look after this community" not in profile.text
    assert await house.do(outbox) == []
