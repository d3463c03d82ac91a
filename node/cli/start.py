"""Starts the command line, with the garbage collector told what is worth looking at.

What modules make while they load stays for good. Looking through all of it again and again costs
time at the start, and later pauses of tens of milliseconds in the middle of requests.
"""

import gc

OBJECTS_BETWEEN_LOOKS = 10_000


def main() -> None:
    """Run `hedgerow`; its modules are loaded with the collector off and never looked through."""
    gc.disable()
    from node.cli.main import main as run  # noqa: PLC0415 - what is loaded here is frozen below

    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    gc.enable()
    run()
