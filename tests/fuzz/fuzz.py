"""Gives the twelve targets many inputs in all and prints what became of them: `make fuzz`."""

import sys
import time

from tests.fuzz.fuzzing import run_target
from tests.fuzz.targets import TARGETS

INPUTS = 200_000


def main() -> int:
    """Exit status 1 if anything went wrong. Arguments: how many inputs in all, the first seed."""
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else INPUTS
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    each, total, failures = -(-inputs // len(TARGETS)), 0, 0
    for name, target in TARGETS.items():
        began = time.monotonic()
        outcome = run_target(name, target, each, start)
        total += each
        failures += len(outcome.failures)
        print(
            f"{name:26} {each:7} inputs  {outcome.read:7} read  {outcome.refused:7} refused  "
            f"{len(outcome.failures):3} failed  slowest {outcome.slowest_s * 1_000:6.1f} ms  "
            f"{time.monotonic() - began:6.1f} s",
            flush=True,
        )
        for failure in outcome.failures[:10]:
            print(f"    {failure}")
    print(f"{total} inputs over {len(TARGETS)} targets, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
