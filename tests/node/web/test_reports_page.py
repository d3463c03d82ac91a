"""Reporting on pages: members say what is wrong, those who look after the node settle it."""

import pytest

from node.topics.actors.store import actor_by_id
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.report_store import NewReport, add_report, count_open, open_reports
from node.topics.publishing.actions import Draft, publish
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_group, add_neighbour, note
from tests.node.web.test_neighbours import somebody


@pytest.fixture
async def rose(house):
    return await house.do(add_neighbour, "rose")


@pytest.fixture
async def post_id(house, rose):
    return await house.do(store_fetched_post, note(rose, "Hello there"), NOW)


async def report(browser, path, **fields):
    token = (await browser.open(path)).fields["token"]
    return await browser.send(path, {"token": token, "category": "other"} | fields)


async def test_a_post_is_reported_with_a_reason_and_words(house, ann, rose, post_id):
    page = await ann.open(f"/seen/posts/{post_id}")
    path = f"/report/posts/{post_id}"

    reply = await report(ann, path, category="spam", words="Buy <b>this</b>")

    assert path in page.text
    assert (reply.status, reply.headers["Location"]) == (303, "/reported")
    (found,) = await house.do(open_reports)
    assert (found.about, found.category, found.words) == (rose.handle, "spam", "Buy <b>this</b>")
    assert found.forwarded is False
    assert "Thank you" in (await ann.open("/reported")).text


@pytest.mark.threat("T99")
async def test_a_person_is_reported_and_their_home_told_if_the_box_is_ticked(house, ann, rose):
    page = await ann.open(f"/seen/people/{rose.id}")
    path = f"/report/people/{rose.id}"
    form = await ann.open(path)

    await report(ann, path, tells_home="1")

    assert path in page.text
    assert "Tell valley.example as well" in form.text
    assert 'name="tells_home" value="1" checked' not in form.text
    (found,) = await house.do(open_reports)
    assert found.forwarded is True
    assert len(house.woken) == 1
    assert "The other place is told as well." in (await ann.open("/reported?told=1")).text
    assert "other place" not in (await ann.open("/reported")).text


@pytest.mark.parametrize(
    ("state", "words"),
    [("waiting", "is not reached yet"), ("parked", "would not take it"), (None, "has taken it")],
)
async def test_what_became_of_a_report_elsewhere_is_said(house, ann, rose, state, words):
    await report(ann, f"/report/people/{rose.id}", tells_home="1")
    change = "delete from delivery" if state is None else f"update delivery set state = '{state}'"
    await house.do(lambda tx: tx.run(change))

    olga = await somebody(house, "olga", "organiser")
    assert f"The other place {words}." in (await olga.open("/reports")).text


async def test_of_somebody_of_ours_no_other_place_is_offered(house, ann):
    ben = await house.person("ben")

    page = await ann.open(f"/report/people/{ben.actor.id}")

    assert "as well" not in page.text


async def test_what_one_may_not_see_cannot_be_reported(house, ann):
    ben = await house.person("ben")
    draft = Draft(text="for nobody", visibility="direct")
    hidden = await house.do(publish, ben.actor, draft, NOW)

    assert (await ann.open(f"/report/posts/{hidden}")).status == 404


async def test_a_form_that_says_too_much_comes_back_with_what_was_typed(ann, rose):
    reply = await report(ann, f"/report/people/{rose.id}", words="x" * 1_001)

    assert reply.status == 422
    assert "A report has at most" in reply.text
    assert "x" * 1_001 in reply.text


@pytest.mark.threat("T99")
@pytest.mark.parametrize("role", ["organiser", "moderator"])
async def test_those_who_look_after_the_node_see_it_without_its_reporter_and_settle_it(
    house, ann, rose, role
):
    await report(ann, f"/report/people/{rose.id}", words="Rude <b>words</b>")
    olga = await somebody(house, "olga", role)

    page = await olga.open("/reports")
    token = page.fields["token"]

    assert "Rude &lt;b&gt;words" in page.text
    assert rose.handle in page.text
    assert "By somebody of this place." in page.text
    assert "ann" not in page.text.partition("<main")[2].partition("</main>")[0]
    (found,) = await house.do(open_reports)
    await olga.send("/reports", {"token": token, "report": str(found.id)})
    assert await house.do(open_reports) == []
    assert "Nothing is reported." in (await olga.open("/reports")).text


@pytest.mark.threat("T99")
async def test_who_is_reported_sees_nothing_of_it_and_another_moderator_does(house, ann, tilda):
    olga, otto = (
        await somebody(house, "olga", "organiser"),
        await somebody(house, "otto", "moderator"),
    )
    ids = {}
    for name in ("olga", "otto"):
        row = await house.do(lambda tx, n=name: tx.one("select id from actor where name = :n", n=n))
        ids[name] = row["id"]
    me = await house.do(actor_by_id, ids["olga"])
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

    for path in ("/reports", "/moderate/walkers", "/notifications"):
        page = await olga.open(path)
        assert (page.status, "bullies me" in page.text) == (200, False), path
        assert "was reported" not in page.text
    token = (await olga.open("/new")).fields["token"]
    for one in await house.do(open_reports):
        await olga.send("/reports", {"token": token, "report": str(one.id)})
    assert (await otto.open("/reports")).text.count("bullies me") == 2
    assert "was reported" in (await otto.open("/notifications")).text
    assert await house.do(count_open) == 2


@pytest.mark.parametrize("role", ["member", "clinic"])
async def test_to_others_there_is_no_list(house, rose, role):
    max_ = await house.person("max")
    filed = await house.do(file_report, max_.actor, Complaint(about_id=rose.id), NOW)
    sam = await somebody(house, "sam", role)
    token = (await sam.open("/new")).fields["token"]

    assert (await sam.open("/reports")).status == 404
    form = {"token": token, "report": str(filed.id)}
    assert (await sam.send("/reports", form)).status == 404
    assert len(await house.do(open_reports)) == 1


async def test_a_long_list_goes_on_on_the_next_page(house, rose):
    max_ = await house.person("max")
    for number in range(21):
        complaint = Complaint(about_id=rose.id, words=f"Number {number}.")
        await house.do(file_report, max_.actor, complaint, NOW)
    olga = await somebody(house, "olga", "organiser")

    first = await olga.open("/reports")
    (link,) = [part for part in first.text.split('"') if part.startswith("/reports?after=")]
    second = await olga.open(link)

    assert "Number 0." in first.text
    assert "Number 20." not in first.text
    assert "Number 20." in second.text
