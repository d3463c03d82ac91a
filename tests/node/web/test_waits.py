"""What waits for a look is seen by its author and on the desk, and goes nowhere before the nod."""

import json

import pytest

from node.topics.communities.store import put_member, put_role
from node.topics.moderation.waiting import put_first_posts_wait
from node.topics.moderation.word_filters import add_filter, filters_of
from node.topics.permissions.rules import Role
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_group, add_neighbour
from tests.node.topics.moderation.scenes import clear_outbox, passed_on, write
from tests.node.web.test_decisions import address_of, appeal_on, ask
from tests.node.web.test_desk import Scene, person, press
from tests.node.web.test_neighbours import somebody

LATER = NOW + 60


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


async def say(house, who, text="@walkers Hello from a newcomer", **fields):
    return await house.do(publish, who, Draft(text=text, **fields), LATER)


async def said(house):
    """The kinds of all that went out."""
    rows = await house.do(lambda tx: tx.all("select kind from outbox_entry order by id"))
    return [row["kind"] for row in rows]


@pytest.mark.feature("M02")
@pytest.mark.threat("T82")
async def test_the_first_post_of_a_newcomer_waits_and_nobody_but_the_author_sees_it(house, scene):
    post_id = await say(house, scene.ben)
    path = await address_of(house, post_id)

    own = await scene.bens.open(path)
    desk = await scene.olgas.open("/desk")

    assert "Your post waits for a look" in own.text
    assert "Hello from a newcomer" in own.text
    assert "Ask them to look again" not in own.text
    assert "The first post of a newcomer" in desk.text
    assert "Hello from a newcomer" in desk.text
    assert "waits for your look" in (await scene.olgas.open("/notifications")).text
    assert await said(house) == []
    visitor = await house.client.get(path, allow_redirects=False)
    assert visitor.status == 404
    for browser in (scene.coras, scene.olgas):
        assert (await browser.open(path)).status == 404
        for shown in ("/", "/public", "/communities/walkers", "/people/ben"):
            assert "Hello from a newcomer" not in (await browser.open(shown)).text


@pytest.mark.feature("M02")
async def test_after_the_nod_everybody_sees_it_it_goes_out_and_the_author_writes_freely(
    house, scene
):
    post_id = await say(house, scene.ben)

    await press(scene.olgas, await appeal_on(scene.olgas), "let_through")

    assert "Hello from a newcomer" in (await scene.coras.open("/communities/walkers")).text
    assert sorted(set(await said(house))) == ["Announce", "Create"]
    assert "has let your post through" in (await scene.bens.open("/notifications")).text
    second = await say(house, scene.ben, "@walkers And again")
    assert await house.do(post_by_id, second) is not None
    assert (await house.do(post_by_id, post_id)).replies_count == 0
    assert "Nothing waits for you." in (await scene.olgas.open("/desk")).text


@pytest.mark.feature("M02")
async def test_a_post_that_is_not_taken_goes_nowhere_and_its_author_reads_why(house, scene):
    post_id = await say(house, scene.ben)
    case_id = await appeal_on(scene.olgas)

    without = await press(scene.olgas, case_id, "refuse_post", reason=" ")
    await press(scene.olgas, case_id, "refuse_post", reason="This is an advert.")

    assert without.status == 422
    own = await scene.bens.open(await address_of(house, post_id))
    assert "has not taken your post" in own.text
    assert "This is an advert." in own.text
    assert "has not taken your post" in (await scene.bens.open("/notifications")).text
    assert await said(house) == []
    again = await say(house, scene.ben, "@walkers A second try")
    assert await house.do(post_by_id, again) is None


@pytest.mark.feature("M02")
async def test_an_appeal_that_is_granted_lets_it_through_and_out(house, scene):
    post_id = await say(house, scene.ben)
    await press(scene.olgas, await appeal_on(scene.olgas), "refuse_post", reason="An advert.")
    await ask(scene.bens, f"/decisions/posts/{post_id}")

    await press(scene.olgas, await appeal_on(scene.olgas), "grant", words="Sorry.")

    assert await house.do(post_by_id, post_id) is not None
    assert "Announce" in await said(house)


@pytest.mark.feature("M02")
async def test_members_from_before_and_those_who_look_after_it_do_not_wait(house, scene):
    for who in (scene.cora, scene.olga):
        assert await house.do(post_by_id, await say(house, who)) is not None


@pytest.mark.feature("M02")
async def test_it_is_off_until_somebody_wants_it(house, scene):
    await house.do(put_first_posts_wait, scene.walkers, None)

    assert await house.do(post_by_id, await say(house, scene.ben)) is not None


@pytest.mark.feature("M02")
async def test_it_is_decided_once(house, scene):
    await say(house, scene.ben)
    case_id = await appeal_on(scene.olgas)
    await press(scene.olgas, case_id, "let_through")

    token = (await scene.olgas.open("/waits")).fields.get("token", "")
    token = token or (await scene.olgas.open("/new")).fields["token"]
    form = {"token": token, "deed": "refuse_post", "reason": "No."}
    reply = await scene.olgas.send(f"/desk/{case_id}", form)

    assert reply.status == 409
    assert sum(kind == "Create" for kind in await said(house)) == 1


@pytest.mark.feature("M02")
async def test_who_was_shut_out_meanwhile_is_not_let_through(house, scene):
    await say(house, scene.ben)
    case_id = await appeal_on(scene.olgas)
    await press(scene.olgas, case_id, "shut_out", days="3")

    assert (await press(scene.olgas, case_id, "let_through")).status == 403
    assert "Create" not in await said(house)


@pytest.mark.feature("M02")
async def test_its_author_deletes_it_and_nothing_waits_any_more(house, scene):
    post_id = await say(house, scene.ben)
    path = f"/decisions/posts/{post_id}"
    token = (await scene.bens.open(path)).fields["token"]

    await scene.bens.send(path, {"token": token, "deed": "delete"})

    assert "Nothing waits for you." in (await scene.olgas.open("/desk")).text
    assert (await scene.bens.open(path)).status == 404
    assert await house.do(lambda tx: tx.all("select post_id from waiting_post")) == []


@pytest.mark.feature("M02")
@pytest.mark.threat("T82")
async def test_an_app_is_answered_with_the_post_that_waits_and_shows_it_to_its_author(
    house, rosa, tilda
):
    group = await house.do(add_group, "walkers", tilda.actor)
    await house.do(put_first_posts_wait, group, NOW)
    await house.do(put_member, group.id, rosa.actor.id, Role.MEMBER, NOW)

    made = await rosa.say("@walkers Hello from an app")

    assert "Hello from an app" in made["content"]
    assert (await rosa.get(f"/api/v1/statuses/{made['id']}")).value["id"] == made["id"]
    for other in (tilda, house.visitor):
        await other.must("GET", f"/api/v1/statuses/{made['id']}", 404)
    listed = await rosa.get("/api/v1/timelines/home")
    assert made["id"] not in listed.ids


@pytest.fixture
async def rose(house, scene):
    """Somebody of another node, who has just joined."""
    rose = await house.do(add_neighbour, "rose")
    await house.do(put_member, scene.walkers.id, rose.id, Role.MEMBER, NOW)
    return rose


@pytest.mark.feature("M02")
async def test_a_newcomer_of_another_node_waits_and_is_passed_on_after_the_nod(house, scene, rose):
    assert await house.do(write, rose, scene.walkers, "From afar") is None
    assert await house.do(write, rose, scene.walkers, "From afar") is None
    assert await house.do(passed_on) == []

    await press(scene.olgas, await appeal_on(scene.olgas), "let_through")

    (announce,) = await house.do(passed_on)
    assert announce["object"]["type"] == "Verbatim"
    assert "From afar" in (await scene.coras.open("/communities/walkers")).text


@pytest.mark.feature("M02")
async def test_whoever_wrote_from_another_node_is_written_to_when_it_is_not_taken(
    house, scene, rose
):
    await house.do(write, rose, scene.walkers, "From afar")
    await house.do(clear_outbox)

    await press(scene.olgas, await appeal_on(scene.olgas), "refuse_post", reason="An advert.")

    rows = await house.do(lambda tx: tx.all("select body from outbox_entry"))
    (create,) = [json.loads(row["body"]) for row in rows]
    assert (create["actor"], create["to"]) == (scene.walkers.iri, [rose.iri])
    assert "An advert." in create["object"]["content"]
    assert "olga" not in json.dumps(create)


@pytest.fixture
async def listed(house, scene):
    """In walkers, a miracle cure waits; newcomers do not."""
    await house.do(put_first_posts_wait, scene.walkers, None)
    await house.do(add_filter, scene.walkers, "words", "Miracle cure", NOW)
    return scene


@pytest.mark.feature("M06")
async def test_a_post_with_words_of_the_list_waits_and_is_not_dropped(house, listed):
    post_id = await say(house, listed.cora, "@walkers A MIRÁCLE   cure!")

    desk = await listed.olgas.open("/desk")

    assert "It holds “<bdi>miracle cure</bdi>”" in desk.text
    assert await house.do(post_by_id, post_id) is None
    await press(listed.olgas, await appeal_on(listed.olgas), "let_through")
    assert await house.do(post_by_id, post_id) is not None
    again = await say(house, listed.cora, "@walkers Another miracle cure")
    assert await house.do(post_by_id, again) is None


@pytest.mark.feature("M06")
async def test_the_list_of_a_community_counts_in_no_other_and_that_of_the_node_everywhere(
    house, listed
):
    node = await house.do(lambda tx: tx.one("select id from actor where kind = 'Application'"))
    readers = await house.do(add_group, "readers", listed.olga)
    text = "A miracle cure on https://shop.pills.example/1"
    free = await say(house, listed.cora, text)
    elsewhere = await say(house, listed.cora, f"@readers {text}")
    assert await house.do(post_by_id, free) is not None
    assert await house.do(post_by_id, elsewhere) is not None

    nora = await somebody(house, "nora", "moderator")
    token = (await nora.open("/waits")).fields["token"]
    form = {"token": token, "deed": "add", "kind": "site", "phrase": "pills.example"}
    assert (await nora.send("/waits", form)).status == 303

    assert [one.filter.phrase for one in await house.do(filters_of, node["id"])] == [
        "pills.example"
    ]
    for begin in ("", "@readers ", "@walkers "):
        held = await say(house, listed.cora, f"{begin}{text} and more")
        assert await house.do(post_by_id, held) is None, begin
    assert readers.id != listed.walkers.id
    desk = await nora.open("/desk")
    assert desk.text.count("Let it through</button>") == 3


@pytest.mark.feature("M06")
async def test_what_is_for_single_people_or_followers_is_not_looked_through(house, listed):
    node = await house.do(lambda tx: tx.one("select * from actor where kind = 'Application'"))
    assert node is not None
    nora = await somebody(house, "nora", "moderator")
    token = (await nora.open("/waits")).fields["token"]
    form = {"token": token, "deed": "add", "kind": "words", "phrase": "miracle cure"}
    await nora.send("/waits", form)

    for visibility in ("followers", "direct"):
        sent = await say(house, listed.cora, "@ben a miracle cure", visibility=visibility)
        assert await house.do(post_by_id, sent) is not None, visibility


@pytest.mark.feature("M06")
async def test_a_post_of_another_node_waits_as_well(house, listed):
    rose = await house.do(add_neighbour, "rose")
    await house.do(put_member, listed.walkers.id, rose.id, Role.MEMBER, NOW)

    post = await house.do(write, rose, listed.walkers, "My miracle cure")

    assert post is None
    row = await house.do(lambda tx: tx.one("select post_id from waiting_post"))
    found = await house.do(
        lambda tx: tx.one("select iri from post where id = :id", id=row["post_id"])
    )
    assert await house.do(post_by_iri, found["iri"]) is None
    assert await house.do(hidden_post, found["iri"]) is not None


@pytest.mark.feature("M06")
async def test_the_list_is_kept_on_a_page_by_those_who_look_after_the_community(house, listed):
    path = "/moderate/walkers/waits"
    token = (await listed.olgas.open(path)).fields["token"]

    await listed.olgas.send(path, {"token": token, "deed": "offer", "list": "sales"})
    wrong = {"token": token, "deed": "add", "kind": "site", "phrase": "no site"}
    refused = await listed.olgas.send(path, wrong)
    page = await listed.olgas.open(path)
    (first, *_) = await house.do(filters_of, listed.walkers.id)
    await listed.olgas.send(path, {"token": token, "deed": "drop", "filter": str(first.id)})
    await listed.olgas.send(path, {"token": token, "deed": "first", "wait": "1"})

    assert "free shipping" in page.text
    assert refused.status == 422
    assert first not in await house.do(filters_of, listed.walkers.id)
    assert "The first post of whoever joins waits." in (await listed.olgas.open(path)).text


@pytest.mark.feature("M06")
@pytest.mark.threat("T82")
async def test_to_others_there_is_no_such_page(house, listed):
    token = (await listed.coras.open("/new")).fields["token"]
    form = {"token": token, "deed": "add", "kind": "words", "phrase": "hello"}

    for path in ("/moderate/walkers/waits", "/waits"):
        assert (await listed.coras.open(path)).status == 404
        assert (await listed.coras.send(path, form)).status == 404
    assert (await listed.olgas.open("/waits")).status == 404
    assert len(await house.do(filters_of, listed.walkers.id)) == 1
    await house.do(put_role, listed.walkers.id, listed.cora.id, Role.MODERATOR, NOW)
    assert (await listed.coras.open("/moderate/walkers/waits")).status == 200
