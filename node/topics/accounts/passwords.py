"""Passwords, as Argon2id hashes; hashing runs in a thread, because it is slow on purpose (T58)."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from node.base.errors import Invalid

CHARACTERS_MIN = 10
CHARACTERS_MAX = 500
MEMORY_KIB = 19_456
ROUNDS = 2
AT_ONCE = 2

hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=1)
turns = asyncio.Semaphore(AT_ONCE)
NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p=1${'A' * 22}${'A' * 43}"
"""A hash that no password has, and that takes as long to try as a real one."""


def check_password(text: str) -> None:
    """Raise Invalid unless `text` may be a password: 10 to 500 characters, nothing else asked."""
    if len(text) < CHARACTERS_MIN:
        raise Invalid(f"A password has at least {CHARACTERS_MIN} characters. A sentence is good.")
    if len(text) > CHARACTERS_MAX:
        raise Invalid(f"A password has at most {CHARACTERS_MAX} characters.")


async def hash_password(text: str) -> str:
    """The hash to store.

    Raises:
        Invalid: it is too short or too long.
    """
    async with turns:
        return await asyncio.to_thread(hash_password_now, text)


def hash_password_now(text: str) -> str:
    """The same, on the calling thread, which it holds for some tens of milliseconds."""
    check_password(text)
    return hasher.hash(text)


async def verify_password(stored: str | None, text: str) -> bool:
    """Whether `text` is the password behind `stored`; None takes as long and is never right."""
    if len(text) > CHARACTERS_MAX:
        return False
    async with turns:
        is_right = await asyncio.to_thread(is_password, stored or NOBODYS, text)
    return is_right and stored is not None


def is_password(stored: str, text: str) -> bool:
    try:
        return hasher.verify(stored, text)
    except (VerificationError, InvalidHashError):
        return False
