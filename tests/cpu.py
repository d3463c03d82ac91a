"""What a piece of work costs the processor, whatever else the machine and the collector do."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from node.db.rehearsal import uncollected


@dataclass(slots=True)
class Cost:
    """The seconds of CPU that something took, once it is over."""

    cpu_s: float = 0.0


@contextmanager
def measured(clock: Callable[[], float] = time.thread_time) -> Iterator[Cost]:
    """Measure what is done inside, in this thread, or by another clock in the whole process.

    The collector waits meanwhile: in a process full of tests, one round takes longer than most
    limits.
    """
    cost = Cost()
    with uncollected():
        began = clock()
        try:
            yield cost
        finally:
            cost.cpu_s = clock() - began
