"""Reporting on pages: members say what is wrong, and read what became of it."""

import pytest

from node.topics.moderation.desk_store import settle_case
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.report_store import open_reports
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, note
from tests.node.web.test_neighbours import somebody


@pytest.fixture
async def rose(house):
    return await house.do(add_neighbour, "rose")


@pytest.fixture
async def post_id(house, rose):
    return await house.do(store_fetched_post, note(rose, "Hello there"), NOW)


async def report(browser, path, **fields):
    token = (await browser.open(path)).fields["token"]
    return await browser.send(path, {"token": token, "reason": "other"} | fields)


async def test_a_post_is_reported_with_a_reason_and_words(house, ann, rose, post_id):
    page = await ann.open(f"/seen/posts/{post_id}")
    path = f"/report/posts/{post_id}"

    reply = await report(ann, path, reason="sells", words="Buy <b>this</b>")

    assert path in page.text
    assert (reply.status, reply.headers["Location"]) == (303, "/reported?new=1")
    (found,) = await house.do(open_reports)
    assert (found.about, found.reason, found.words) == (rose.handle, "sells", "Buy <b>this</b>")
    assert found.forwarded is False
    assert "Thank you" in (await ann.open("/reported?new=1")).text


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
    assert "The other place is told as well." in (await ann.open("/reported?new=1&told=1")).text
    assert "other place" not in (await ann.open("/reported?new=1")).text


@pytest.mark.parametrize(
    ("state", "words"),
    [("waiting", "is not reached yet"), ("parked", "would not take it"), (None, "has taken it")],
)
async def test_what_became_of_a_report_elsewhere_is_said(house, ann, rose, state, words):
    await report(ann, f"/report/people/{rose.id}", tells_home="1")
    change = "delete from delivery" if state is None else f"update delivery set state = '{state}'"
    await house.do(lambda tx: tx.run(change))

    olga = await somebody(house, "olga", "organiser")
    assert f"The other place {words}." in (await olga.open("/desk")).text


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


@pytest.mark.feature("M08")
@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("spam", "It is advertising, or somebody who is not real"),
        ("sells", "It sells something"),
        ("medical_advice", "This is medical advice"),
        ("wrong", "This is wrong"),
        ("unkind", "It is unkind"),
        ("danger", "Somebody may be in danger"),
        ("other", "Something else"),
    ],
)
async def test_each_reason_is_offered_kept_and_shown_to_those_who_decide(
    house, ann, rose, reason, label
):
    path = f"/report/people/{rose.id}"
    form = await ann.open(path)

    await report(ann, path, reason=reason)

    assert f'value="{reason}" required' in form.text
    assert label in form.text
    olga = await somebody(house, "olga", "organiser")
    assert f"<strong>{label}</strong>" in (await olga.open("/desk")).text


async def test_a_reason_is_chosen_and_not_made_up(house, ann, rose):
    reply = await report(ann, f"/report/people/{rose.id}", reason="because")

    assert reply.status == 422
    assert await house.do(open_reports) == []


async def test_what_one_reported_is_listed_with_what_became_of_it_and_not_what_others_did(
    house, ann, rose
):
    max_ = await house.person("max")
    await house.do(file_report, max_.actor, Complaint(about_id=rose.id, words="By max."), NOW)
    await report(ann, f"/report/people/{rose.id}", words="Very rude.")

    before = await ann.open("/reported")

    assert "Very rude." in before.text
    assert "By max." not in before.text
    assert "Nobody has decided yet." in before.text
    (case_id,) = {one.case_id for one in await house.do(open_reports)}
    await house.do(settle_case, case_id, "removed", None, NOW)
    assert "It was removed." in (await ann.open("/reported")).text
    assert "Thank you" not in before.text
