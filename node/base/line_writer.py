"""Lines on their way out of the process, which nobody waits for.

A disk that is full, a pipe that nobody reads or that was closed: what only reports must stop
nothing (T151). Lines wait for a thread, a few thousand at most; what cannot be written is counted.
"""

import os
import queue
import threading
from collections.abc import Callable

LINES_WAITING_MAX = 4_096
DRAIN_S_MAX = 1.0


class LineWriter:
    """Writes to a descriptor; None is nowhere. Whoever writes never waits and never fails.

    `on_lost` is told how many lines were lost, once one could be written again.
    """

    def __init__(self, descriptor: int | None, *, on_lost: Callable[[int], None]) -> None:
        self._descriptor, self._on_lost = descriptor, on_lost
        self._lines: queue.Queue[str | threading.Event] = queue.Queue(LINES_WAITING_MAX)
        self._lost = 0
        threading.Thread(target=self._live, name="log-writer", daemon=True).start()

    def write(self, text: str) -> int:
        """Have a line written."""
        try:
            self._lines.put_nowait(text)
        except queue.Full:
            self._lost += 1
        return len(text)

    def flush(self) -> None:
        """Nothing: a line is on its way."""

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self._descriptor is not None and os.isatty(self._descriptor)

    def drain(self) -> None:
        """Wait until what was given so far is written, a second at most."""
        done = threading.Event()
        try:
            self._lines.put_nowait(done)
        except queue.Full:
            return
        done.wait(DRAIN_S_MAX)

    def _live(self) -> None:
        while True:
            line = self._lines.get()
            if isinstance(line, threading.Event):
                line.set()
            elif self._is_written(line.encode(errors="replace")) and self._lost:
                lost, self._lost = self._lost, 0
                self._on_lost(lost)

    def _is_written(self, line: bytes) -> bool:
        """Write a line to its end; whether that went well."""
        try:
            while line and self._descriptor is not None:
                line = line[os.write(self._descriptor, line) :]
        except OSError:
            self._lost += 1
            return False
        return True
