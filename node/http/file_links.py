"""Addresses of private pictures for apps, which load pictures without saying who asks.

Each is for one reader and good for ten minutes at most; may the reader see the picture, is asked
each time (T69).
"""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from node.http.params import id_of

PURPOSE = "links to private files"
GOOD_S_MAX = 600
STEP_S = 300
FIELD = "for"


def link_for(secret: bytes, url: str, reader_id: int, now: int) -> str:
    """The address of a file for one reader; the same for some minutes, so apps load it once."""
    until = (now // STEP_S) * STEP_S + GOOD_S_MAX
    return f"{url}?{FIELD}={reader_id}.{until}.{mac_of(secret, path_of(url), reader_id, until)}"


def reader_in(secret: bytes, path: str, text: str, now: int) -> int | None:
    """For which reader an address was made; None if it was not, or is good no more."""
    reader, _, rest = text.partition(".")
    until, _, mac = rest.partition(".")
    reader_id, ends = id_of(reader), id_of(until)
    if reader_id is None or ends is None or not now <= ends <= now + GOOD_S_MAX:
        return None
    is_ours = hmac.compare_digest(mac_of(secret, path, reader_id, ends).encode(), mac.encode())
    return reader_id if is_ours else None


def path_of(url: str) -> str:
    """The path of one of our own addresses."""
    return urlsplit(url).path


def mac_of(secret: bytes, path: str, reader_id: int, until: int) -> str:
    return hmac.new(secret, f"{path} {reader_id} {until}".encode(), sha256).hexdigest()[:32]
