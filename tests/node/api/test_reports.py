"""Reports over the client API."""

import pytest

from node.topics.moderation.report_store import open_reports
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, note

REPORTS = "/api/v1/reports"


@pytest.fixture
async def rose(house):
    return await house.do(add_neighbour, "rose")


@pytest.fixture
async def post_id(house, rose):
    return await house.do(store_fetched_post, note(rose), NOW)


async def test_an_app_reports_somebody_with_a_post(house, rosa, rose, post_id):
    reply = await rosa.must(
        "POST",
        REPORTS,
        json={
            "account_id": str(rose.id),
            "status_ids": [str(post_id)],
            "comment": "Please look.",
            "category": "spam",
        },
    )

    assert (reply.value["category"], reply.value["comment"]) == ("spam", "Please look.")
    assert reply.value["status_ids"] == [str(post_id)]
    assert reply.value["target_account"]["id"] == str(rose.id)
    assert (reply.value["forwarded"], reply.value["action_taken"]) == (False, False)
    (report,) = await house.do(open_reports)
    assert str(report.id) == reply.value["id"]
    assert report.words == "Please look."


async def test_rules_make_it_a_breach_of_rules(rosa, rose):
    form = {"account_id": str(rose.id), "rule_ids[]": "1", "category": "spam"}

    assert (await rosa.must("POST", REPORTS, data=form)).value["category"] == "violation"


@pytest.mark.threat("T99")
async def test_it_is_forwarded_if_the_app_asks_for_it(house, rosa, rose):
    form = {"account_id": str(rose.id), "forward": "true"}

    reply = await rosa.must("POST", REPORTS, data=form)

    assert reply.value["forwarded"] is True
    (row,) = await house.do(flags)
    assert "rosa" not in row["body"]
    assert len(house.woken) == 1


def flags(tx):
    return tx.all("select body from outbox_entry where kind = 'Flag'")


@pytest.mark.parametrize(
    "form",
    [{}, {"account_id": "5"}, {"account_id": "x"}],
    ids=["nobody", "unknown", "no number"],
)
async def test_nobody_known_is_not_found(rosa, form):
    assert (await rosa.ask("POST", REPORTS, data=form)).status == 404


async def test_what_is_of_no_kind_is_refused(rosa, rose):
    form = {"account_id": str(rose.id), "category": "dislike"}

    assert (await rosa.ask("POST", REPORTS, data=form)).status == 422
