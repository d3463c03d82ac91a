"""Prints how many mutants of each guard module its tests have noticed: the end of `make mutants`.

A mutant counts as noticed if a test failed, crashed or ran out of time with it. One that no test
reaches counts against the score.
"""

import json
import sys
from pathlib import Path

RESULTS = Path(__file__).parent.parent / "mutants"
SCORE_MIN = 0.85
SURVIVED, NOT_REACHED = (0,), (5, 33)


def main() -> int:
    """Exit status 1 if the score over all modules is under 85 %."""
    noticed = looked_at = 0
    for path in sorted(RESULTS.rglob("*.py.meta")):
        results = json.loads(path.read_bytes())["exit_code_by_key"].values()
        codes = [code for code in results if code is not None]
        if not codes:
            continue
        held = sum(code not in SURVIVED + NOT_REACHED for code in codes)
        unreached = sum(code in NOT_REACHED for code in codes)
        noticed, looked_at = noticed + held, looked_at + len(codes)
        name = path.relative_to(RESULTS).with_suffix("")
        score = held / len(codes)
        print(f"{name!s:42} {held:4} of {len(codes):4}  {score:6.1%}  {unreached} unreached")
    score = noticed / looked_at if looked_at else 0.0
    print(f"{noticed} of {looked_at} mutants noticed: {score:.1%}, wanted {SCORE_MIN:.0%}")
    return 0 if score >= SCORE_MIN else 1


if __name__ == "__main__":
    sys.exit(main())
