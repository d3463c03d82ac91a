"""The random seam: the only module of the node that asks for randomness.

Row ids are 63-bit numbers that sort by time: 32 bits of seconds since 2020, 31 bits that start at
random in each second and count up. A program in JavaScript reads such a number as the next that has
53 significant bits; ids that travel as numbers have zeros behind those. Public addresses and tokens
carry 128 and 256 random bits.
"""

import random
import secrets
import threading
from collections import OrderedDict

EPOCH_S = 1_577_836_800
TAIL_BITS = 31
START_BITS = 30

EXACT_STEP = 1 << 10
"""63 bits less the 53 that every reader of JSON keeps."""

SECONDS_KEPT = 128

lock = threading.Lock()
tails: OrderedDict[int, int] = OrderedDict()
exact_tails: OrderedDict[int, int] = OrderedDict()


def new_id(now: int) -> int:
    """A row id for something made at `now` (seconds, UTC), above all made here in that second.

    That holds as well after the clock was set back.
    """
    return next_in(tails, max(0, now - EPOCH_S), 1)


def new_exact_id(now: int) -> int:
    """A row id as `new_id`, which JavaScript reads exactly where it travels as a number.

    There are two million in a second: whoever stores one looks whether it was free.
    """
    return next_in(exact_tails, max(0, now - EPOCH_S), EXACT_STEP)


def next_in(used: OrderedDict[int, int], second: int, step: int) -> int:
    with lock:
        start = secrets.randbits(START_BITS) // step * step
        tail = used[second] + step if second in used else start
        used[second] = tail
        if len(used) > SECONDS_KEPT:
            used.popitem(last=False)
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


def chance() -> float:
    """A random number from 0 to 1, and never 1, that nobody can guess."""
    return secrets.randbits(53) / (1 << 53)


def jitter() -> float:
    """A random number from 0 to 1, for full jitter."""
    return random.random()  # noqa: S311 - spreads retries, guards nothing
