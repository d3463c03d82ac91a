"""Starts the command line, with the garbage collector told what is worth looking at.

What modules make while they load stays for good. Looking through all of it again and again costs
time at the start, and later pauses of tens of milliseconds in the middle of requests.
`python -m node` is `hedgerow`.
"""

import gc

gc.disable()

from node.app import audit_leaks, serve  # noqa: E402 - what is loaded here is frozen below
from node.base.standard_streams import fill_standard_streams  # noqa: E402
from node.cli.main import main as run  # noqa: E402

OBJECTS_BETWEEN_LOOKS = 10_000


def main() -> None:
    """Run `hedgerow`: what was loaded is left alone, and the rest looked through now and then."""
    fill_standard_streams()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    gc.enable()
    run(serve, audit_leaks)


if __name__ == "__main__":
    main()
