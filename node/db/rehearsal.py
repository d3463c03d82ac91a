"""Tests run each write function twice, the first time rolled back, and time it.

So that a function which cannot be run again, or which holds the writer too long, is found early.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from node.db.tx import Tx


class TooSlow(AssertionError):
    """A write function held the writer longer than it may."""


class Rehearsed(Exception):
    """Raised to roll a rehearsal back; nobody outside this file sees it."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`clock` gives seconds; a function may take `function_s_max` of them."""

    clock: Callable[[], float]
    function_s_max: float = 0.25

    def run(self, tx: Tx, call: Callable[[Tx], Any]) -> None:
        """Run `call` and undo it.

        Raises:
            TooSlow: it took longer than it may; and whatever `call` raises.
        """
        with uncollected():
            began = self.clock()
            try:
                with tx.savepoint():
                    call(tx)
                    raise Rehearsed
            except Rehearsed:
                took_s = self.clock() - began
        if took_s > self.function_s_max:
            raise TooSlow(f"a write function took {took_s * 1000:.0f} ms")


@contextmanager
def uncollected() -> Iterator[None]:
    """Put garbage collection off: in a process full of tests, one round takes 300 ms by itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
