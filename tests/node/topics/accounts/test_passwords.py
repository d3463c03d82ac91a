"""Passwords and their hashes."""

import asyncio
import threading
import time

import pytest

from node.base.errors import Invalid
from node.topics.accounts import passwords
from node.topics.accounts.passwords import (
    check_password,
    hash_password,
    hash_password_now,
    verify_password,
)

PASSWORD = "a long walk on sunday"


async def test_a_password_fits_its_own_hash_and_no_other(monkeypatch):
    stored = await hash_password(PASSWORD)

    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored
    assert await verify_password(stored, PASSWORD)
    assert not await verify_password(stored, PASSWORD + " ")
    assert stored != await hash_password(PASSWORD)


async def test_nobodys_password_is_never_right():
    assert not await verify_password(None, "nobody has this password")
    assert not await verify_password("not a hash", PASSWORD)


@pytest.mark.parametrize("text", ["", "nine char", "x" * 501])
def test_a_password_is_neither_short_nor_endless(text):
    with pytest.raises(Invalid):
        check_password(text)


@pytest.mark.threat("T70")
async def test_a_name_that_is_unknown_takes_as_long_as_a_wrong_password():
    async def took_s(stored: str | None) -> float:
        began = time.process_time()
        await verify_password(stored, "some other password")
        return time.process_time() - began

    stored = hash_password_now(PASSWORD)
    known = min([await took_s(stored) for _ in range(5)])
    unknown = min([await took_s(None) for _ in range(5)])

    assert 0.5 < known / unknown < 2


@pytest.mark.threat("T58")
async def test_hashing_runs_beside_the_event_loop_and_only_two_at_once(monkeypatch):
    seen: list[tuple[bool, int]] = []
    running: list[int] = []

    def slow(stored: str, text: str) -> bool:
        running.append(1)
        is_here = threading.current_thread() is threading.main_thread()
        seen.append((is_here, len(running)))
        time.sleep(0.02)
        running.pop()
        return True

    monkeypatch.setattr(passwords, "is_password", slow)
    await asyncio.gather(*(verify_password("hash", PASSWORD) for _ in range(6)))

    assert {is_here for is_here, _ in seen} == {False}
    assert max(count for _, count in seen) <= passwords.AT_ONCE
