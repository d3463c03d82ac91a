"""Taking one's things along: with the password, for an hour, in one browser."""

import json
import re

import pytest

from tests.node.browser import Browser
from tests.node.web.conftest import PASSWORD
from tests.peers.stub import NOW

HERE = "/settings/take"
INSIDE = re.compile(r'<script type="application/json" id="things">(.*?)</script>', re.DOTALL)


async def asked(browser, password=PASSWORD):
    """What the page says when somebody asks for the file."""
    token = (await browser.open(HERE)).fields["token"]
    return await browser.send(HERE, {"token": token, "password": password})


def way(page):
    found = re.search(r'href="(/settings/take/[^"]+)"', page.text)
    assert found
    return found[1]


@pytest.mark.feature("V03")
async def test_a_member_saves_one_file_in_four_steps_from_their_page(ann):
    token = (await ann.open("/new")).fields["token"]
    await ann.send("/new", {"token": token, "text": "Words of ann", "visibility": "public"})
    account = await ann.open("/settings/account")
    page = await asked(ann)

    file = await ann.open(way(page))

    assert f'href="{HERE}"' in account.text
    assert file.status == 200
    assert file.headers["Content-Disposition"] == 'attachment; filename="ann-2027-01-15.html"'
    assert file.headers["Cache-Control"] == "private, no-store"
    assert "Words of ann" in file.text.partition("<script")[0]
    assert json.loads(INSIDE.search(file.text)[1])["posts"][0]["words"] == "Words of ann"
    assert file.text.endswith("</html>\n")


@pytest.mark.threat("T102")
async def test_without_the_password_there_is_no_way_to_the_file(ann, visitor):
    wrong = await asked(ann, "not the right one")

    assert wrong.status == 401
    assert "/settings/take/" not in wrong.text
    assert (await visitor.open(HERE)).location.startswith("/sign-in")


@pytest.mark.threat("T102")
async def test_the_way_is_good_for_an_hour_in_the_browser_that_asked(house, ann, visitor):
    where = way(await asked(ann))
    elsewhere = Browser(house.client)
    await elsewhere.sign_in("ann", PASSWORD)

    assert (await visitor.open(where)).location.startswith("/sign-in")
    assert (await elsewhere.open(where)).status == 404
    assert (await ann.open(f"{where}x")).status == 404
    house.clock.at = NOW + 3_599
    assert (await ann.open(where)).status == 200
    house.clock.at = NOW + 3_600
    assert (await ann.open(where)).status == 404
