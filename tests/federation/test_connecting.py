"""What goes wrong on the line, and what of it wants a person."""

import ssl

import aiohttp
import pytest

from federation.address_guard import RefusedAddress
from federation.connections import on_the_line
from federation.errors import FetchFailed


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (RefusedAddress(), "refused-address"),
        (TimeoutError(), "timeout"),
        (aiohttp.ServerTimeoutError(), "timeout"),
        (ssl.SSLError(), "tls"),
        (ConnectionResetError(), "connection"),
        (aiohttp.ClientPayloadError(), "connection"),
        (FetchFailed("too-large"), "too-large"),
    ],
)
def test_what_a_line_does_is_one_word_and_nothing_to_log(error, word, caplog):
    with pytest.raises(FetchFailed) as caught, on_the_line():
        raise error

    assert (caught.value.reason, caplog.records) == (word, [])


def test_what_no_line_does_fails_the_request_for_now_and_is_logged(caplog):
    with pytest.raises(FetchFailed) as caught, on_the_line():
        raise IndexError("an answer that the client cannot take apart")

    assert caught.value.is_passing
    assert [record.name for record in caplog.records] == ["federation.connections"]
