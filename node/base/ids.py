"""The random seam: the only module of the node that asks for randomness.

Row ids are 63-bit numbers that sort by time: 32 bits of seconds since 2020, 31 bits that start at
random in each second and count up. Public addresses and tokens carry 128 and 256 random bits.
"""

import random
import secrets
import threading
from collections import OrderedDict

EPOCH_S = 1_577_836_800
TAIL_BITS = 31
START_BITS = 30

SECONDS_KEPT = 128

lock = threading.Lock()
tails: OrderedDict[int, int] = OrderedDict()


def new_id(now: int) -> int:
    """A row id for something made at `now` (seconds, UTC), above all made here in that second.

    That holds as well after the clock was set back.
    """
    second = max(0, now - EPOCH_S)
    with lock:
        tail = tails[second] + 1 if second in tails else secrets.randbits(START_BITS)
        tails[second] = tail
        if len(tails) > SECONDS_KEPT:
            tails.popitem(last=False)
    return second << TAIL_BITS | tail


def first_id(at: int) -> int:
    """The least id that something made at `at` (seconds, UTC) can have."""
    return max(0, at - EPOCH_S) << TAIL_BITS


def new_name() -> str:
    """The random part of a public address: 128 bits, lower-case hex."""
    return secrets.token_hex(16)


def new_token() -> str:
    """A secret for a session, a token or a code: 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def new_secret() -> bytes:
    """A secret that a key is made of: 256 bits."""
    return secrets.token_bytes(32)


def jitter() -> float:
    """A random number from 0 to 1, for full jitter."""
    return random.random()  # noqa: S311 - spreads retries, guards nothing
