"""The clock seam: the only module of the node that reads the time."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

FINE_S = 0.002
FINE = ThreadPoolExecutor(2, thread_name_prefix="clock")
"""Threads in which the last moment of an exact wait is slept; there are none before the first."""


class Clock:
    """The machine's clock."""

    def now(self) -> int:
        """Seconds since the epoch, UTC."""
        return int(time.time())

    def monotonic(self) -> float:
        """Seconds that never run backwards, for timers and durations."""
        return time.monotonic()

    async def wait_until(self, at: float) -> None:
        """Wait for an instant of `monotonic`, to within some fifty microseconds.

        An event loop rounds each wait up to whole milliseconds from where it begins, so that its
        end tells where that was; the last two are slept in a thread.
        """
        left_s = at - self.monotonic()
        if left_s > FINE_S:
            await asyncio.sleep(left_s - FINE_S)
        await asyncio.get_running_loop().run_in_executor(FINE, sleep_until, at)


def sleep_until(at: float) -> None:
    """Sleep, in a thread, until an instant of `time.monotonic`."""
    time.sleep(max(0.0, at - time.monotonic()))


@dataclass
class FakeClock(Clock):
    """A clock that stands where it is put."""

    at: int = 1_800_000_000

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return float(self.at)

    async def wait_until(self, at: float) -> None:
        """It is taken to be then."""
