"""The desk: what is reported, as those see it who look after things, and what they do about it."""

import json

import pytest

from node.topics.actors.store import actor_by_id
from node.topics.communities.store import put_role
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.desk_store import KEEPER, case_on
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.report_store import NewReport, add_report, count_open, open_reports
from node.topics.permissions.rules import Role
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_group, add_neighbour
from tests.node.browser import Browser
from tests.node.topics.moderation.scenes import clear_outbox, write
from tests.node.web.conftest import HASH, PASSWORD
from tests.node.web.test_neighbours import somebody

pytestmark = pytest.mark.feature("M01")


async def person(house, name):
    """Somebody of ours, and their browser."""
    caller = await house.person(name, password_hash=HASH)
    browser = Browser(house.client)
    await browser.sign_in(name, PASSWORD)
    return caller.actor, browser


class Scene:
    """olga organises walkers, ben wrote rudely in it, cora and dora are members of the node."""


@pytest.fixture
async def scene(house):
    made = Scene()
    made.olga, made.olgas = await person(house, "olga")
    made.ben, made.bens = await person(house, "ben")
    made.cora, made.coras = await person(house, "cora")
    made.dora, made.doras = await person(house, "dora")
    made.walkers = await house.do(add_group, "walkers", made.olga)
    draft = Draft(text="@walkers Rude words about cora")
    made.post_id = await house.do(publish, made.ben, draft, NOW)
    await house.do(clear_outbox)
    return made


def complain(tx, me, scene, words="", **changes):
    complaint = Complaint(about_id=scene.ben.id, post_ids=(scene.post_id,), words=words, **changes)
    return file_report(tx, me, complaint, NOW)


async def case_id_of(house):
    (case_id,) = {one.case_id for one in await house.do(open_reports)}
    return case_id


async def press(browser, case_id, deed, **form):
    token = (await browser.open(f"/desk/{case_id}")).fields["token"]
    return await browser.send(f"/desk/{case_id}", {"token": token, "deed": deed, **form})


@pytest.mark.threat("T99")
async def test_an_organiser_reads_the_post_the_reasons_and_the_words_but_not_who_reported(
    house, scene
):
    await house.do(complain, scene.cora, scene, "He means <b>me</b>.", reason="unkind")

    page = await scene.olgas.open("/desk")

    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert "Rude words about cora" in main
    assert "<strong>It is unkind</strong>" in main
    assert "He means &lt;b&gt;me&lt;/b&gt;." in main
    assert "@ben" in main
    assert "somebody of this place" in main
    assert scene.cora.handle not in main
    assert "@cora" not in main


async def test_several_reports_of_one_post_are_one_case_with_all_their_words(house, scene):
    await house.do(complain, scene.cora, scene, "First.", reason="unkind")
    await house.do(complain, scene.dora, scene, "Second.", reason="wrong")

    page = await scene.olgas.open("/desk")

    assert page.text.count("Decide</a>") == 1
    assert page.text.count("Rude words about cora") == 1
    assert page.text.index("First.") < page.text.index("Second.")
    await press(scene.olgas, await case_id_of(house), "leave")
    assert await house.do(count_open) == 0
    await house.do(complain, scene.cora, scene, "Again.")
    assert "First." not in (await scene.olgas.open("/desk")).text.partition("Settled lately")[0]


async def test_where_somebody_may_be_in_danger_the_case_stands_first(house, scene):
    said = await house.do(publish, scene.ben, Draft(text="@walkers Goodbye"), NOW)
    await house.do(complain, scene.cora, scene, "Older.")
    urgent = Complaint(about_id=scene.ben.id, post_ids=(said,), words="Newer.", reason="danger")
    await house.do(file_report, scene.dora, urgent, NOW + 60)

    page = await scene.olgas.open("/desk")

    assert page.text.index("Newer.") < page.text.index("Older.")


async def test_who_looks_after_another_community_or_nothing_finds_no_desk_and_no_case(house, scene):
    finn, finns = await person(house, "finn")
    await house.do(add_group, "readers", finn)
    await house.do(complain, scene.cora, scene, "For walkers.")
    case_id = await case_id_of(house)

    assert "For walkers." not in (await finns.open("/desk")).text
    assert (await scene.coras.open("/desk")).status == 404
    token = (await finns.open("/new")).fields["token"]
    for browser in (finns, scene.coras):
        assert (await browser.open(f"/desk/{case_id}")).status == 404
    reply = await finns.send(f"/desk/{case_id}", {"token": token, "deed": "leave"})
    assert reply.status == 404
    assert await house.do(count_open) == 1


async def test_a_moderator_of_the_community_decides_as_its_organiser_does(house, scene):
    mona, monas = await person(house, "mona")
    await house.do(put_role, scene.walkers.id, mona.id, Role.MODERATOR, NOW)
    await house.do(complain, scene.cora, scene)

    reply = await press(monas, await case_id_of(house), "leave")

    assert (reply.status, reply.location) == (303, "/desk")
    assert await house.do(count_open) == 0


@pytest.mark.threat("T99")
async def test_who_is_reported_sees_nothing_of_it_and_another_moderator_does(house, tilda):
    olga = await somebody(house, "olga", "organiser")
    otto = await somebody(house, "otto", "moderator")
    row = await house.do(lambda tx: tx.one("select id from actor where name = 'olga'"))
    me = await house.do(actor_by_id, row["id"])
    walkers = await house.do(add_group, "walkers", me)
    said = await house.do(publish, me, Draft(text="rude @walkers"), NOW)
    by_words = Complaint(about_id=me.id, post_ids=(said,), words="olga bullies me")
    await house.do(file_report, tilda.actor, by_words, NOW)
    by_post = NewReport(
        iri="https://valley.example/flags/1",
        reporter_id=tilda.actor.id,
        about_id=None,
        group_id=walkers.id,
        words="her post bullies me",
        post_ids=(said,),
    )
    await house.do(add_report, by_post, NOW)

    cases = {one.case_id for one in await house.do(open_reports)}
    paths = ("/desk", "/moderate/walkers", "/notifications")
    for path in paths:
        page = await olga.open(path)
        assert (page.status, "bullies me" in page.text) == (200, False), path
        assert "was reported" not in page.text
    assert ": nothing" in (await olga.open("/moderate/walkers")).text
    token = (await olga.open("/new")).fields["token"]
    for one in cases:
        assert (await olga.open(f"/desk/{one}")).status == 404
        await olga.send(f"/desk/{one}", {"token": token, "deed": "leave"})
    assert (await otto.open("/desk")).text.count("bullies me") == 2
    assert "was reported" in (await otto.open("/notifications")).text
    assert await house.do(count_open) == 2


async def test_a_long_list_goes_on_on_the_next_page(house, scene):
    for number in range(21):
        said = await house.do(publish, scene.ben, Draft(text=f"@walkers Post {number}"), NOW)
        about = Complaint(about_id=scene.ben.id, post_ids=(said,), words=f"Number {number}.")
        await house.do(file_report, scene.cora if number % 2 else scene.dora, about, NOW)

    first = await scene.olgas.open("/desk")
    (link,) = [part for part in first.text.split('"') if part.startswith("/desk?after=")]
    second = await scene.olgas.open(link)

    assert "Number 0." in first.text
    assert "Number 20." not in first.text
    assert "Number 20." in second.text


async def test_one_says_that_they_are_on_it_and_gives_it_back(house, scene):
    mona, monas = await person(house, "mona")
    await house.do(put_role, scene.walkers.id, mona.id, Role.MODERATOR, NOW)
    await house.do(complain, scene.cora, scene)
    case_id = await case_id_of(house)

    await press(scene.olgas, case_id, "take")
    page = await monas.open("/desk")
    refused = await press(monas, case_id, "take")

    assert "<bdi>olga</bdi> is on it." in page.text
    assert refused.status == 409
    await press(scene.olgas, case_id, "give_back")
    assert "is on it." not in (await monas.open("/desk")).text
    assert (await press(monas, case_id, "take")).status == 303


async def test_notes_are_for_those_who_look_after_it_alone(house, scene):
    mona, monas = await person(house, "mona")
    await house.do(put_role, scene.walkers.id, mona.id, Role.MODERATOR, NOW)
    await house.do(complain, scene.cora, scene)
    case_id = await case_id_of(house)

    await press(scene.olgas, case_id, "note", words="I know him <b>well</b>.")

    assert "I know him &lt;b&gt;well&lt;/b&gt;." in (await monas.open(f"/desk/{case_id}")).text
    assert (await press(monas, case_id, "note", words=" ")).status == 422
    for browser in (scene.bens, scene.coras):
        for path in ("/notifications", "/reported", "/"):
            assert "I know him" not in (await browser.open(path)).text


@pytest.mark.feature("M04")
async def test_the_post_is_removed_and_whoever_reported_is_told(house, scene):
    await house.do(complain, scene.cora, scene)
    case_id = await case_id_of(house)

    await press(scene.olgas, case_id, "remove", reason="Not here.")

    assert await house.do(post_by_id, scene.post_id) is None
    news = await scene.coras.open("/notifications")
    assert "has looked at what you reported" in news.text
    assert 'href="/reported"' in news.text
    assert "olga" not in news.text.partition("<main")[2]
    assert "It was removed." in (await scene.coras.open("/reported")).text
    assert "has looked at" not in (await scene.doras.open("/notifications")).text


@pytest.mark.threat("T85")
async def test_the_author_is_written_to_in_the_name_of_the_community_and_nobody_else_reads_it(
    house, scene
):
    await house.do(complain, scene.cora, scene, "He means me.")
    case_id = await case_id_of(house)

    await press(scene.olgas, case_id, "warn", words="Please be kind, @cora.")

    news = await scene.bens.open("/notifications")
    main = news.text.partition("<main")[2].partition("</main>")[0]
    assert "Please be kind, @cora." in main
    assert "Walkers" in main
    assert [name for name in ("olga", "He means me") if name in main] == []
    for browser in (scene.coras, scene.doras, scene.olgas):
        assert "Please be kind" not in (await browser.open("/notifications")).text
        assert "Please be kind" not in (await browser.open("/communities/walkers")).text
    assert (await house.do(case_on, KEEPER, case_id)).outcome == "warned"


async def test_a_warning_without_words_is_not_sent(house, scene):
    await house.do(complain, scene.cora, scene)
    case_id = await case_id_of(house)

    assert (await press(scene.olgas, case_id, "warn", words="  ")).status == 422
    assert await house.do(count_open) == 1


async def test_whoever_it_is_about_is_shut_out_for_days(house, scene):
    await house.do(complain, scene.cora, scene)
    case_id = await case_id_of(house)

    form = {"reason": "Rude.", "days": "3", "removes": "1"}
    await press(scene.olgas, case_id, "shut_out", **form)

    held = await house.do(ban_of, scene.walkers.id, scene.ben.id)
    assert (held.until, held.reason) == (NOW + 3 * 86_400, "Rude.")
    assert await house.do(post_by_id, scene.post_id) is None
    assert "may not write there for now" in (await scene.coras.open("/reported")).text


@pytest.fixture
async def afar(house, scene):
    """rose of another node has written in walkers as well."""
    rose = await house.do(add_neighbour, "rose")
    post = await house.do(write, rose, scene.walkers, "Buy my tea")
    await house.do(clear_outbox)
    return rose, post


@pytest.mark.threat("T99")
async def test_it_is_passed_to_the_other_node_once_without_who_reported_and_what(
    house, scene, afar
):
    rose, post = afar
    about = Complaint(about_id=rose.id, post_ids=(post.id,), words="Cora's words.", reason="sells")
    await house.do(file_report, scene.cora, about, NOW)
    case_id = await case_id_of(house)

    await press(scene.olgas, case_id, "pass_on")
    again = await press(scene.olgas, case_id, "pass_on")

    rows = await house.do(lambda tx: tx.all("select body from outbox_entry where kind = 'Flag'"))
    (flag,) = [json.loads(row["body"]) for row in rows]
    assert again.status == 403
    assert flag["actor"] == "https://group.example/people/moderators"
    assert flag["object"] == [rose.iri, post.iri]
    text = json.dumps(flag).lower()
    assert [word for word in ("cora", "olga", "walkers", "words") if word in text] == []
    page = await scene.olgas.open(f"/desk/{case_id}")
    assert "The other place is not reached yet." in page.text
    assert await house.do(count_open) == 1


async def test_of_somebody_of_ours_no_other_place_is_told(house, scene):
    await house.do(complain, scene.cora, scene)
    case_id = await case_id_of(house)

    assert "Pass it to them" not in (await scene.olgas.open(f"/desk/{case_id}")).text
    assert (await press(scene.olgas, case_id, "pass_on")).status == 403


@pytest.fixture
async def nodes(house, scene):
    """nora looks after the node; ben wrote something for everybody in no community."""
    nora = await somebody(house, "nora", "moderator")
    post_id = await house.do(publish, scene.ben, Draft(text="Rude to all"), NOW)
    about = Complaint(about_id=scene.ben.id, post_ids=(post_id,))
    await house.do(file_report, scene.cora, about, NOW)
    return nora, post_id


async def test_what_is_in_no_community_is_for_those_who_look_after_the_node(house, scene, nodes):
    nora, _ = nodes

    assert "Rude to all" in (await nora.open("/desk")).text
    assert "Rude to all" not in (await scene.olgas.open("/desk")).text


async def test_they_remove_it_here_and_have_copies_deleted_elsewhere(house, scene, nodes):
    nora, post_id = nodes

    await press(nora, await case_id_of(house), "remove", reason="Rude.")

    assert await house.do(post_by_id, post_id) is None
    hidden = await house.do(hidden_post_by_id, post_id)
    rows = await house.do(lambda tx: tx.all("select kind, body from outbox_entry"))
    said = [json.loads(row["body"]) for row in rows if row["kind"] == "Delete"]
    assert [(one["actor"], one["object"]["id"]) for one in said] == [
        (scene.ben.iri, hidden.post.iri)
    ]


async def test_they_shut_somebody_out_of_the_whole_node_for_a_time(house, scene, nodes):
    nora, _ = nodes

    await press(nora, await case_id_of(house), "shut_out", reason="Rude.", days="1")
    token = (await scene.bens.open("/new")).fields["token"]
    form = {"token": token, "text": "I go on", "visibility": "public"}
    refused = await scene.bens.send("/new", form)
    house.clock.at += 86_401
    taken = await scene.bens.send("/new", form)

    assert refused.status == 422
    assert "have shut you out for now" in refused.text
    assert taken.status == 303


async def test_somebody_of_another_node_who_is_shut_out_of_this_one_is_not_heard(
    house, scene, afar
):
    rose, _ = afar
    nora = await somebody(house, "nora", "moderator")
    await house.do(file_report, scene.cora, Complaint(about_id=rose.id), NOW)

    await press(nora, await case_id_of(house), "shut_out", days="1")

    with pytest.raises(Exception, match="have shut you out"):
        await house.do(write, rose, scene.walkers, "And again")


@pytest.mark.threat("T85")
async def test_for_the_node_its_service_writes_and_not_who_looks_after_it(house, scene, nodes):
    nora, _ = nodes

    await press(nora, await case_id_of(house), "warn", words="Please be kind.")

    main = (await scene.bens.open("/notifications")).text.partition("<main")[2]
    assert "Please be kind." in main
    assert "@moderators" in main
    assert "nora" not in main


async def test_who_looks_after_the_node_is_not_shut_out_of_it(house, scene):
    nora = await somebody(house, "nora", "moderator")
    await somebody(house, "otto", "moderator")
    row = await house.do(lambda tx: tx.one("select id from actor where name = 'otto'"))
    await house.do(file_report, scene.cora, Complaint(about_id=row["id"]), NOW)

    assert (await press(nora, await case_id_of(house), "shut_out")).status == 403


async def test_a_message_to_one_person_stays_between_those_two(house, scene):
    nora = await somebody(house, "nora", "moderator")
    draft = Draft(text="@cora secretly rude", visibility="direct")
    post_id = await house.do(publish, scene.ben, draft, NOW)
    about = Complaint(about_id=scene.ben.id, post_ids=(post_id,), words="He threatens me.")
    await house.do(file_report, scene.cora, about, NOW)

    page = await nora.open("/desk")

    assert "He threatens me." in page.text
    assert "secretly rude" not in page.text
    assert "its words are for them alone" in page.text


async def test_a_form_of_another_page_decides_nothing(house, scene):
    await house.do(complain, scene.cora, scene)
    case_id = await case_id_of(house)

    reply = await scene.olgas.send(f"/desk/{case_id}", {"token": "no", "deed": "leave"})

    assert reply.status == 403
    assert await house.do(count_open) == 1


@pytest.mark.threat("T88")
@pytest.mark.parametrize("door", ["hidden", "closed"])
async def test_of_what_only_members_read_who_looks_after_the_node_sees_no_case(house, scene, door):
    nora = await somebody(house, "nora", "moderator")
    await house.do(
        lambda tx: tx.run(
            "update community set visibility = :door where actor_id = :id",
            door=door,
            id=scene.walkers.id,
        )
    )
    for who in (scene.cora, scene.olga):
        await house.do(put_role, scene.walkers.id, who.id, Role.ORGANISER, NOW)
    await house.do(complain, scene.cora, scene, "Only for us.")
    case_id = await case_id_of(house)

    assert "Only for us." in (await scene.olgas.open("/desk")).text
    assert "Only for us." not in (await nora.open("/desk")).text
    assert (await nora.open(f"/desk/{case_id}")).status == 404
    assert "was reported" not in (await nora.open("/notifications")).text
