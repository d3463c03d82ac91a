"""Looking after a community on pages, without scripts."""

import re

import pytest

from federation import documents
from node.topics.actors.store import local_actor
from node.topics.communities.store import put_role, standing_of
from node.topics.members.actions import Founding, found_community
from node.topics.permissions.rules import Role
from node.topics.posts.store import post_by_iri
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, sent
from tests.node.browser import Browser
from tests.node.topics.moderation.scenes import receive, write
from tests.node.web.conftest import HASH, PASSWORD


@pytest.fixture
async def scene(house, ann):
    """ann organises walkers, in which rose of another node wrote; ben is a member."""
    founding = Founding(
        origin=ORIGIN, name="walkers", title="Walkers", visibility="public", posting="anyone"
    )
    me = await house.do(actor_named, "ann")
    group = await house.do(found_community, founding, me, KEYS, NOW)
    rose = await house.do(add_neighbour, "rose")
    post = await house.do(write, rose, group, "hello walkers")
    return group, rose, post


def actor_named(tx, name):
    return local_actor(tx, "Person", name)


async def press(browser, path, deed, **fields):
    page = await browser.open(path)
    return await browser.send(path, {"token": page.fields["token"], "deed": deed} | fields)


async def test_a_post_is_put_first_closed_and_opened_by_buttons(ann, scene):
    _, _, post = scene
    path = f"/moderate/posts/{post.id}"

    await press(ann, path, "pin")
    await press(ann, path, "lock")
    community = await ann.open("/communities/walkers")
    closed = await ann.open(f"/seen/posts/{post.id}")
    await press(ann, path, "unpin")
    await press(ann, path, "unlock")
    opened = await ann.open(f"/seen/posts/{post.id}")

    assert "First of all" in community.text
    assert "This conversation is closed" in closed.text
    assert 'name="parent"' not in closed.text
    assert 'name="parent"' in opened.text


async def test_a_post_is_removed_and_shown_again_from_the_log(house, ann, scene):
    _, _, post = scene

    gone = await press(ann, f"/moderate/posts/{post.id}", "remove", reason="off topic")
    log = await ann.open("/moderate/walkers")
    hidden = await ann.open("/communities/walkers")
    await press(ann, "/moderate/walkers", "restore", post=str(post.id))
    shown = await ann.open("/communities/walkers")

    assert gone.location == "/communities/walkers"
    assert "off topic" in log.text
    assert "hello walkers" not in hidden.text
    assert "hello walkers" in shown.text


async def test_somebody_is_shut_out_and_let_in_again(house, ann, scene):
    _, rose, post = scene

    await press(ann, f"/moderate/posts/{post.id}", "ban", days="3", removes="1", reason="spam")
    page = await ann.open("/moderate/walkers")
    await press(ann, "/moderate/walkers", "unban", person=str(rose.id), restores="1")

    assert "Shut out" in page.text
    assert (await house.do(post_by_iri, post.iri)) is not None


async def test_others_are_named_to_look_after_it(house, ann, scene):
    group, rose, _ = scene

    await press(ann, "/moderate/walkers", "appoint", handle=f"@rose@{rose.host}")
    assert (await house.do(standing_of, group.id, rose.id)).role is Role.MODERATOR

    await press(ann, "/moderate/walkers", "dismiss", person=str(rose.id))
    assert (await house.do(standing_of, group.id, rose.id)).role is Role.MEMBER


async def test_a_report_waits_on_the_page_of_its_community(house, ann, scene):
    _, rose, post = scene
    flag = documents.Flag(
        iri=f"{rose.iri}/flag", actor=rose.iri, objects=(post.iri,), content="<b>look</b> here"
    )
    await house.do(receive, flag)

    page = await ann.open("/moderate/walkers")
    desk = await ann.open("/desk")
    news = await ann.open("/notifications")

    assert "1 waits in this community" in page.text
    assert "look here" in desk.text
    assert "was reported" in news.text


@pytest.mark.threat("T82")
@pytest.mark.parametrize("method", ["open", "press"])
@pytest.mark.parametrize("path", ["/moderate/walkers", "post"])
async def test_for_anybody_else_there_is_nothing(house, ann, scene, method, path):
    _, _, post = scene
    await house.person("ben", password_hash=HASH)
    ben = Browser(house.client)
    await ben.sign_in("ben", PASSWORD)
    path = f"/moderate/posts/{post.id}" if path == "post" else path

    if method == "open":
        reply = await ben.open(path)
    else:
        token = (await ben.open("/new")).fields["token"]
        reply = await ben.send(path, {"token": token, "deed": "lock"})

    assert reply.status == 404
    assert (await house.do(post_by_iri, post.iri)).locked_at is None


async def test_links_to_it_are_shown_to_nobody_else(house, ann, scene, visitor):
    _, _, post = scene

    mine = await ann.open("/communities/walkers")
    theirs = await visitor.open("/communities/walkers")

    assert "/moderate/walkers" in mine.text
    assert "/moderate/" not in theirs.text
    assert "/moderate/posts" in (await ann.open(f"/seen/posts/{post.id}")).text


@pytest.mark.threat("T62")
async def test_a_form_without_its_token_does_nothing(house, ann, scene):
    _, _, post = scene

    reply = await ann.send(f"/moderate/posts/{post.id}", {"token": "x.y", "deed": "lock"})

    assert reply.status == 403
    assert (await house.do(post_by_iri, post.iri)).locked_at is None


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("post", {"deed": "dance"}),
        ("post", {"deed": "ban", "days": "many"}),
        ("post", {"deed": "ban", "days": "0"}),
        ("post", {"deed": "remove", "reason": "x" * 501}),
        ("/moderate/walkers", {"deed": "dance"}),
        ("/moderate/walkers", {"deed": "appoint", "handle": "nobody"}),
        ("/moderate/walkers", {"deed": "unban", "person": "x"}),
        ("/moderate/walkers", {"deed": "restore", "post": "1"}),
    ],
)
async def test_what_cannot_be_done_is_said_in_words(house, ann, scene, path, fields):
    _, _, post = scene
    path = f"/moderate/posts/{post.id}" if path == "post" else path
    token = (await ann.open(path)).fields["token"]

    reply = await ann.send(path, {"token": token} | fields)

    assert reply.status in (404, 422)
    assert (await house.do(post_by_iri, post.iri)) is not None


async def test_words_from_elsewhere_do_nothing_on_the_page(house, ann, scene):
    group, rose, post = scene
    await house.do(put_role, group.id, rose.id, Role.MODERATOR, NOW)
    bad = '"><script>alert(1)</script>'
    lock = sent(documents.Lock, rose, post.iri, summary=f"why {bad}", audience=group.iri)
    await house.do(receive, lock)

    page = await ann.open("/moderate/walkers")

    assert "<script" not in page.text
    assert re.search(r"why", page.text)


async def test_the_featured_collection_holds_what_is_pinned(house, ann, scene):
    _, _, post = scene
    await press(ann, f"/moderate/posts/{post.id}", "pin")

    reply = await house.client.get(
        "/communities/walkers/featured", headers={"Accept": "application/activity+json"}
    )
    value = await reply.json(content_type=None)

    assert value["orderedItems"] == [post.iri]
    assert value["totalItems"] == 1
