"""Whose address counts: what our own proxies say, and nothing that a stranger wrote."""

import asyncio

import pytest
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from node.http.client_address import client_key, client_of, network_of, note_client
from node.http.listener import listen
from node.http.services import CLIENT

PROXY = "127.0.0.1"


class Asking:
    """A request as far as its address goes."""

    def __init__(self, remote: str, *lines: str, header: str = "X-Forwarded-For") -> None:
        self.remote = remote
        self.headers = CIMultiDictProxy(CIMultiDict((header, line) for line in lines))


@pytest.mark.threat("T50")
@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, nobody knows", "unknown"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", "[2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
        ("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed_about_a_clients_address(remote, forwarded, client):
    assert client_of(Asking(remote, forwarded), [PROXY]) == client


@pytest.mark.threat("T50", "T150")
def test_a_second_line_of_the_header_is_read_as_the_end_of_the_first():
    """HAProxy adds a line of its own below the one that the client wrote."""
    asked = Asking(PROXY, "6.6.6.6, 7.7.7.7", "198.51.100.1", "192.0.2.1, 127.0.0.1")

    assert client_of(asked, [PROXY]) == "192.0.2.1"


@pytest.mark.threat("T50", "T150")
@pytest.mark.parametrize(
    ("lines", "client"),
    [
        (["for=198.51.100.1"], "198.51.100.1"),
        (["for=6.6.6.6", 'by=10.0.0.1;For="198.51.100.1:4711";proto=https'], "198.51.100.1"),
        (['for=6.6.6.6, for="[2001:db8:1:2::9]:4711"'], "2001:db8:1:2::/64"),
        (["for=6.6.6.6, for=_hidden"], "unknown"),
        (["for=6.6.6.6, proto=https"], "unknown"),
    ],
)
def test_the_other_header_is_understood_where_the_settings_name_it(lines, client):
    assert client_of(Asking(PROXY, *lines, header="Forwarded"), [PROXY], "Forwarded") == client


@pytest.mark.threat("T150")
def test_the_header_that_the_settings_do_not_name_counts_for_nothing():
    assert client_of(Asking(PROXY, "for=6.6.6.6", header="Forwarded"), [PROXY]) == PROXY
    assert client_of(Asking(PROXY, "6.6.6.6"), [PROXY], "Forwarded") == PROXY


@pytest.mark.threat("T150")
async def test_over_a_real_connection_nobody_moves_to_another_address():
    async def who(request: web.Request) -> web.Response:
        return web.Response(text=request[CLIENT])

    app = web.Application(middlewares=[note_client([PROXY], "X-Forwarded-For")])
    app.router.add_get("/", who)
    listening = await listen(app, PROXY, 0)
    try:
        reader, writer = await asyncio.open_connection(PROXY, listening.port)
        writer.write(
            b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6\r\n"
            b"Forwarded: for=7.7.7.7\r\nx-forwarded-for: 198.51.100.8\r\n\r\n"
        )
        answer = await reader.read()
        writer.close()
    finally:
        await listening.stop()

    assert answer.endswith(b"\r\n\r\n198.51.100.8")


@pytest.mark.threat("T50")
def test_a_household_with_ipv6_is_one_client():
    assert client_key("2001:db8:1:2:3::4") == client_key("2001:db8:1:2:ffff::1")
    assert client_key("2001:db8:1:2::1") != client_key("2001:db8:1:3::1")
    assert client_key("::ffff:203.0.113.9") == "203.0.113.9"


@pytest.mark.threat("T150")
def test_a_network_is_what_a_provider_gives_to_one_customer():
    assert network_of(client_key("203.0.113.9")) == network_of(client_key("203.0.113.200"))
    assert network_of(client_key("203.0.113.9")) != network_of(client_key("203.0.114.9"))
    assert network_of(client_key("2001:db8:1:2::1")) == network_of(client_key("2001:db8:1:3::1"))
    assert network_of(client_key("2001:db8:1::1")) != network_of(client_key("2001:db8:2::1"))
    assert network_of("unknown") == "unknown"
