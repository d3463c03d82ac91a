"""Runs inputs through a target and says what went wrong; the same seed gives the same inputs."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.cpu import measured
from tests.fuzz.targets import REFUSALS

INPUT_S_MAX = 0.25


@dataclass(slots=True)
class Outcome:
    """What became of the inputs to one target."""

    read: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    failures: list[str] = field(default_factory=list)


def run_target(name: str, target: Callable[[Random], None], count: int, start: int = 0) -> Outcome:
    """Give a target `count` inputs. A failure names the seed that makes it happen again."""
    outcome = Outcome()
    for number in range(start, start + count):
        seed = f"{name}/{number}"
        try:
            with measured() as cost:
                target(Random(seed))
            outcome.read += 1
        except REFUSALS:
            outcome.refused += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            where = traceback.format_exception(error)[-3:]
            outcome.failures.append(f"{seed}: {type(error).__name__}: {''.join(where)[-600:]}")
        outcome.slowest_s = max(outcome.slowest_s, cost.cpu_s)
        if cost.cpu_s > INPUT_S_MAX:
            outcome.failures.append(f"{seed}: took {cost.cpu_s:.3f} s of CPU")
    return outcome
