"""The three descriptors that a process is started with: a closed one is taken by nothing else.

Otherwise the database or a connection gets its number: what is meant for a log is written into it,
and libuv ends the process when it is closed (seen with uvloop 0.22).
"""

import os

STANDARD = (0, 1, 2)
OUTPUT = 1


def fill_standard_streams() -> None:
    """Lead each standard stream that is closed to where nothing is. Call it before all else."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) in STANDARD:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def silence_standard_output() -> None:
    """Lead standard output to where nothing is: what could not be written is not tried again when
    the process ends, which would make it end badly."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, OUTPUT)
    os.close(nothing)
