"""Whoever opens the node by an address that is not its own is told where it is."""

import pytest

from tests.node.web.conftest import PASSWORD

HOME = "https://group.example"


def words(page):
    return page.text.partition("<body>")[2]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "192.0.2.7"},
        {"Host": "127.0.0.1:8080"},
        {"Host": "[::1]:8080"},
        {"Host": "www.group.example"},
        {"Host": "group.example:8080"},
        {"Host": "group.example", "X-Forwarded-Proto": "http"},
        {"Host": "group.example", "X-Forwarded-Proto": "https, http"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/people/rosa?x=1", "/oauth/authorize?a=b"])
async def test_another_address_says_where_the_place_is_and_offers_no_sign_in(
    rosa, visitor, headers, path
):
    page = await visitor.open(path, headers=headers)

    assert page.status == 421
    assert f'href="{HOME}{path}"' in page.text
    assert "Nobody can sign in here" in page.text
    assert "sign-in" not in words(page).replace(f'href="{HOME}/sign-in"', "")


@pytest.mark.threat("T62")
async def test_nobody_is_signed_in_under_another_address(ann, visitor):
    form = {"name": "ann", "password": PASSWORD}
    headers = {"Host": "192.0.2.7", "Origin": "http://192.0.2.7"}

    page = await visitor.send("/sign-in", form, headers=headers)

    assert page.status == 421
    assert f'href="{HOME}/"' in page.text
    assert visitor.cookies == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "group.example"},
        {"Host": "GROUP.example:443"},
        {"Host": "group.example", "X-Forwarded-Proto": "https"},
        {"Host": "group.example", "X-Forwarded-Proto": "http, https"},
    ],
)
async def test_the_own_address_is_known_however_it_is_written(rosa, visitor, headers):
    assert (await visitor.open("/people/rosa", headers=headers)).status == 200


async def test_what_machines_ask_for_is_answered_as_ever(rosa, visitor):
    by_number = {"Host": "127.0.0.1:8080"}
    for path in ("/healthz", "/readyz", "/api/v2/instance", "/static/hedgerow.css"):
        assert (await visitor.open(path, headers=by_number)).status == 200
