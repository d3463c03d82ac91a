"""Each route of the client API wants one scope; here is which, and that nothing less will do."""

import re

import pytest

from node.api.auth import NO_TOKEN, OUTSIDE
from node.api.routes import EMPTY_OWN, EMPTY_PUBLIC, TABLE
from node.topics.accounts.scopes import WHOLE, covers

VISITORS = """
    GET /api/v1/accounts                             read:accounts
    GET /api/v1/accounts/{id}                        read:accounts
    GET /api/v1/accounts/lookup                      read:accounts
    GET /api/v1/accounts/{id}/followers              read:accounts
    GET /api/v1/accounts/{id}/following              read:accounts
    GET /api/v1/accounts/{id}/statuses               read:statuses
    GET /api/v1/accounts/{id}/featured_tags          read:statuses
    GET /api/v1/accounts/{id}/lists                  read:statuses
    GET /api/v1/statuses                             read:statuses
    GET /api/v1/statuses/{id}                        read:statuses
    GET /api/v1/statuses/{id}/context                read:statuses
    GET /api/v1/statuses/{id}/history                read:statuses
    GET /api/v1/statuses/{id}/favourited_by          read:statuses
    GET /api/v1/statuses/{id}/reblogged_by           read:statuses
    GET /api/v1/polls/{id}                           read:statuses
    GET /api/v1/timelines/public                     read:statuses
    GET /api/v1/timelines/tag/{tag}                  read:statuses
    GET /api/v1/tags/{tag}                           read:statuses
    GET /api/v2/search                               read:search
"""
"""What visitors may ask, and the scope of those who show a token."""

MEMBERS = """
    GET /oauth/userinfo                              profile
    GET /api/v1/preferences                          read:accounts
    GET /api/v1/markers                              read:statuses
    POST /api/v1/markers                             write:statuses
    GET /api/v1/accounts/verify_credentials          read:accounts
    PATCH /api/v1/accounts/update_credentials        write:accounts
    DELETE /api/v1/profile/avatar                    write:accounts
    DELETE /api/v1/profile/header                    write:accounts
    POST /api/v1/media                               write:media
    POST /api/v2/media                               write:media
    GET /api/v1/media/{id}                           write:media
    PUT /api/v1/media/{id}                           write:media
    DELETE /api/v1/media/{id}                        write:media
    GET /api/v1/accounts/search                      read:accounts
    GET /api/v1/accounts/relationships               read:follows
    GET /api/v1/accounts/familiar_followers          read:follows
    POST /api/v1/accounts/{id}/follow                write:follows
    POST /api/v1/accounts/{id}/unfollow              write:follows
    POST /api/v1/accounts/{id}/remove_from_followers write:follows
    POST /api/v1/accounts/{id}/block                 write:blocks
    POST /api/v1/accounts/{id}/unblock               write:blocks
    POST /api/v1/accounts/{id}/mute                  write:mutes
    POST /api/v1/accounts/{id}/unmute                write:mutes
    GET /api/v1/blocks                               read:blocks
    GET /api/v1/mutes                                read:mutes
    GET /api/v1/follow_requests                      read:follows
    POST /api/v1/follow_requests/{id}/authorize      write:follows
    POST /api/v1/follow_requests/{id}/reject         write:follows
    POST /api/v1/statuses                            write:statuses
    PUT /api/v1/statuses/{id}                        write:statuses
    DELETE /api/v1/statuses/{id}                     write:statuses
    GET /api/v1/statuses/{id}/source                 read:statuses
    POST /api/v1/statuses/{id}/favourite             write:favourites
    POST /api/v1/statuses/{id}/unfavourite           write:favourites
    POST /api/v1/statuses/{id}/reblog                write:statuses
    POST /api/v1/statuses/{id}/unreblog              write:statuses
    POST /api/v1/statuses/{id}/bookmark              write:bookmarks
    POST /api/v1/statuses/{id}/unbookmark            write:bookmarks
    POST /api/v1/polls/{id}/votes                    write:statuses
    POST /api/v1/reports                             write:reports
    GET /api/v1/favourites                           read:favourites
    GET /api/v1/bookmarks                            read:bookmarks
    GET /api/v1/lists                                read:lists
    GET /api/v1/lists/{id}                           read:lists
    GET /api/v1/lists/{id}/accounts                  read:lists
    GET /api/v1/timelines/list/{id}                  read:lists
    GET /api/v1/timelines/home                       read:statuses
    GET /api/v1/notifications                        read:notifications
    POST /api/v1/notifications/clear                 write:notifications
    GET /api/v1/notifications/unread_count           read:notifications
    GET /api/v1/notifications/{id}                   read:notifications
    POST /api/v1/notifications/{id}/dismiss          write:notifications
    GET /api/v2/notifications                        read:notifications
    GET /api/v2/notifications/policy                 read:notifications
    GET /api/v2/notifications/unread_count           read:notifications
    GET /api/v2/notifications/{key}                  read:notifications
    GET /api/v2/notifications/{key}/accounts         read:notifications
    POST /api/v2/notifications/{key}/dismiss         write:notifications
"""
"""What only somebody of ours may ask, and with which scope."""

OPEN = """
    POST /api/v1/apps
    GET /api/v1/apps/verify_credentials
    POST /oauth/token
    POST /oauth/revoke
    GET /.well-known/oauth-authorization-server
    GET /api/v1/instance
    GET /api/v2/instance
    GET /api/v1/instance/extended_description
"""
"""What wants no scope: registering, tokens themselves, and what the node says of itself."""


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


VISITORS_MAY = [tuple(row) for row in rows(VISITORS)]
MEMBERS_MAY = [
    *(tuple(row) for row in rows(MEMBERS)),
    *(("GET", path, "read") for path in EMPTY_OWN),
]


def filled(path: str) -> str:
    """A path with an id that nothing has."""
    return re.sub(r"\{\w+\}", "12", path)


def others(scope: str) -> str:
    """Every scope but those that hold `scope`."""
    parts = ["read:mutes", "write:mutes", "read:lists", "write:media", "write:bookmarks"]
    return " ".join(one for one in (*WHOLE, *parts) if not covers(frozenset([one]), scope))


@pytest.mark.threat("T78")
def test_every_route_says_its_scope_here():
    routes = {(route.method, re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)) for route in TABLE}
    said = [(method, path) for method, path, _ in (*VISITORS_MAY, *MEMBERS_MAY)]
    said += [(method, path) for method, path in rows(OPEN)]
    said += [("GET", path) for path in EMPTY_PUBLIC]

    assert routes == set(said)
    assert len(said) == len(set(said))


@pytest.mark.threat("T78")
async def test_a_token_for_something_else_opens_no_route(house):
    rosa = await house.person("rosa")
    for method, path, scope in (*VISITORS_MAY, *MEMBERS_MAY):
        stranger = await house.with_token(rosa, others(scope))
        reply = await stranger.ask(method, filled(path))
        assert (method, path, reply.status, reply.error) == (method, path, 403, OUTSIDE)


@pytest.mark.threat("T78")
async def test_a_token_for_just_this_opens_it(house):
    rosa = await house.person("rosa")
    for method, path, scope in (*VISITORS_MAY, *MEMBERS_MAY):
        one = await house.with_token(rosa, scope)
        reply = await one.ask(method, filled(path))
        assert (method, path, reply.status) in [(method, path, code) for code in (200, 404, 422)]


@pytest.mark.threat("T81")
async def test_without_a_token_only_what_is_for_visitors_answers(house):
    for method, path, _ in MEMBERS_MAY:
        reply = await house.visitor.ask(method, filled(path))
        assert (method, path, reply.status, reply.error) == (method, path, 401, NO_TOKEN)
    for method, path, _ in VISITORS_MAY:
        reply = await house.visitor.ask(method, filled(path))
        assert (method, path, reply.status) in [(method, path, code) for code in (200, 404)]


@pytest.mark.threat("T81")
@pytest.mark.parametrize(
    "shown", ["Bearer made-up", "Bearer ", "bearer x y", "Bearer " + "x" * 999]
)
async def test_a_token_that_is_none_is_refused_everywhere(house, shown):
    for method, path, _ in (*MEMBERS_MAY, *VISITORS_MAY):
        reply = await house.visitor.ask(method, filled(path), headers={"Authorization": shown})
        assert (method, path, reply.status) == (method, path, 401)


@pytest.mark.threat("T83")
async def test_the_token_of_a_disabled_account_is_none(house, rosa):
    await house.do(lambda tx: tx.run("update account set disabled_at = 5"))

    asked = ("timelines/home", "timelines/public", "apps/verify_credentials")
    errors = [(await rosa.get(f"/api/v1/{path}", status=401)).error for path in asked]

    assert errors == ["The access token is invalid"] * 3


@pytest.mark.threat("T80")
async def test_a_session_of_our_pages_is_no_token(house, rosa):
    reply = await house.visitor.ask(
        "GET", "/api/v1/timelines/home", headers={"Cookie": f"hedgerow_session={rosa.token}"}
    )

    assert reply.status == 401


@pytest.mark.threat("T77")
@pytest.mark.parametrize("name", ["access_token", "bearer_token", "token"])
async def test_a_token_in_an_address_or_form_is_none(house, rosa, name):
    await house.visitor.get(f"/api/v1/timelines/home?{name}={rosa.token}", status=401)
    await house.visitor.post("/api/v1/statuses", {name: rosa.token, "status": "x"}, status=401)

    assert await house.do(lambda tx: tx.all("select id from post")) == []
