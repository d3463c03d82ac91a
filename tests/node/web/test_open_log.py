"""The open log: members read what was done and why, by role; nobody is named."""

import pytest

from node.topics.communities.store import put_member, put_role
from node.topics.members.actions import follow
from node.topics.moderation.member_actions import ban
from node.topics.moderation.post_actions import remove
from node.topics.moderation.watch import watch_over
from node.topics.permissions.rules import Role
from tests.neighbours import NOW
from tests.node.web.test_decisions import appeal_on, ask, main_of
from tests.node.web.test_desk import nodes, person, press, scene

__all__ = ("nodes", "scene")
pytestmark = pytest.mark.feature("M04")


@pytest.fixture
async def done(house, scene):
    """cora is a member; olga, an organiser, and mona, a moderator, have done some things."""
    mona, _ = await person(house, "mona")
    await house.do(put_role, scene.walkers.id, mona.id, Role.MODERATOR, NOW)
    await house.do(put_member, scene.walkers.id, scene.cora.id, Role.MEMBER, NOW)
    await house.do(remove, mona, scene.post_id, "Off topic.", NOW)
    values = {"reason": "Rude.", "days": 3}
    await house.do(ban, scene.olga, scene.walkers.id, scene.ben.id, NOW, **values)
    return f"/log/{scene.walkers.id}"


@pytest.mark.threat("T85")
async def test_members_read_what_was_done_why_and_by_which_role_without_names(scene, done):
    page = await scene.coras.open(done)

    main = main_of(page)
    for words in ("Removed a post", "Off topic.", "a moderator", "Shut somebody out", "Rude."):
        assert words in main
    assert "an organiser" in main
    assert [name for name in ("olga", "mona", "ben", "Rude words") if name in main] == []
    assert done in (await scene.coras.open("/communities/walkers")).text


@pytest.mark.threat("T82")
async def test_to_who_does_not_belong_to_it_there_is_no_log(house, scene, done):
    assert (await scene.doras.open(done)).status == 404
    assert done not in (await scene.doras.open("/communities/walkers")).text
    reply = await house.client.get(done, allow_redirects=False)
    assert (reply.status, reply.headers["Location"]) == (303, f"/sign-in?next={done}")
    await house.do(follow, scene.dora, scene.walkers, NOW)
    assert (await scene.doras.open(done)).status == 200


async def test_appeals_are_counted(scene, done):
    await ask(scene.bens, f"/decisions/posts/{scene.post_id}")
    waiting = await scene.coras.open(done)
    await press(scene.olgas, await appeal_on(scene.olgas), "grant", words="")
    granted = await scene.coras.open(done)

    assert "1 time somebody asked for another look: 0 taken back, 0 left as decided, 1 not" in (
        main_of(waiting)
    )
    assert "1 taken back, 0 left as decided, 0 not answered yet." in main_of(granted)
    assert "I meant it well." not in main_of(granted)


async def test_a_long_log_goes_on_on_the_next_page(house, scene, done):
    for number in range(60):
        await house.do(
            lambda tx, n=number: tx.run(
                """
                insert into moderation_entry (id, group_id, verb, by_iri, activity_iri, reason,
                    created_at)
                values (:id, :group_id, 'lock', 'https://x.example', 'https://x.example', :why, 0)
                """,
                id=n + 1,
                group_id=scene.walkers.id,
                why=f"Number {n}.",
            )
        )

    first = await scene.coras.open(done)
    (link,) = {part for part in first.text.split('"') if part.startswith(f"{done}?before=")}

    assert "Number 59." in first.text
    assert "Number 0." not in first.text
    assert "Number 0." in (await scene.coras.open(link)).text


async def test_what_those_did_who_look_after_the_node_everybody_here_reads(house, scene, nodes):
    nora, _ = nodes
    await press(nora, await appeal_on(nora), "remove", reason="Against the law.")
    node = await house.do(lambda tx: tx.one("select id from actor where kind = 'Application'"))

    page = await scene.doras.open(f"/log/{node['id']}")

    assert "Against the law." in page.text
    assert "nora" not in main_of(page)


@pytest.mark.feature("M05")
async def test_the_page_of_a_community_that_is_left_alone_says_so(house, scene):
    await house.do(lambda tx: tx.run("update community set watched_at = 1"))
    await house.do(lambda tx: tx.run("update session set seen_at = 1"))
    await house.do(lambda tx: tx.run("update known_device set seen_at = 1"))
    await house.do(lambda tx: tx.run("update oauth_token set used_at = 1"))
    later = NOW + 15 * 24 * 3_600

    await house.do(watch_over, later)

    page = await scene.coras.open("/communities/walkers")
    assert "was seen for a week" in page.text
    assert "takes in nobody by itself now" in (await scene.olgas.open("/notifications")).text
