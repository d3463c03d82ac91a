"""The clock seam: the only module of the node that reads the time."""

import time
from dataclasses import dataclass


class Clock:
    """The machine's clock."""

    def now(self) -> int:
        """Seconds since the epoch, UTC."""
        return int(time.time())

    def monotonic(self) -> float:
        """Seconds that never run backwards, for timers and durations."""
        return time.monotonic()


@dataclass
class FakeClock(Clock):
    """A clock that stands where it is put."""

    at: int = 1_800_000_000

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return float(self.at)
