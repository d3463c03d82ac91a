"""People see what they agreed to, and take it back, on their own page and in their app."""

import pytest

from node.topics.accounts.consents import consents_of, record_consent
from node.topics.accounts.store import any_account_by_name
from tests.peers.stub import NOW

HERE = "/settings/account"


async def agreed(house, name="ann"):
    account = await house.do(any_account_by_name, name)
    return [(one.kind, one.withdrawn_at is None) for one in await house.do(consents_of, account.id)]


async def press(browser, path, **form):
    token = (await browser.open(HERE)).fields["token"]
    return await browser.send(path, {"token": token} | form)


@pytest.mark.feature("V05")
async def test_who_wants_to_be_found_agrees_and_who_does_no_longer_withdraws(house, ann):
    await press(ann, "/settings/found", discoverable="true", indexable="true")
    page = await ann.open(HERE)
    await press(ann, "/settings/found", indexable="true")

    assert "found by people" in page.text
    assert "Being found, 2" in page.text
    assert 'href="/settings/found">Change it' in page.text
    assert sorted(await agreed(house)) == [("found by people", False), ("found by words", True)]


@pytest.mark.feature("V05")
async def test_an_app_says_so_as_well_and_what_it_does_not_say_stays(house, rosa):
    path = "/api/v1/accounts/update_credentials"
    await rosa.must("PATCH", path, data={"indexable": "true"})
    await rosa.must("PATCH", path, data={"display_name": "Rosa"})
    assert await agreed(house, "rosa") == [("found by words", True)]

    await rosa.must("PATCH", path, data={"indexable": "false"})
    assert await agreed(house, "rosa") == [("found by words", False)]


@pytest.mark.feature("V05")
async def test_what_somebody_agreed_to_is_taken_back_on_their_page_by_them_alone(house, ann):
    ben = await house.person("ben")
    account = await house.do(any_account_by_name, "ann")
    for one in (account, ben.account):
        await house.do(record_consent, one.id, "the pledge", "Pledge, 3", NOW)
    page = await ann.open(HERE)

    await press(ann, f"{HERE}/agreed/end", kind="the pledge")

    assert "the pledge" in page.text
    assert "No longer" in page.text
    assert await agreed(house) == [("the pledge", False)]
    assert await agreed(house, "ben") == [("the pledge", True)]
