"""What a process gives up before it decodes what somebody sent (T64).

Limits hold everywhere. On Linux a filter of calls (seccomp, see `man 2 seccomp`) holds as well, for
root too: a decoder that is taken over can ask for memory and threads, read what it was given and
write its answer, and nothing else. Where there is no filter no thread can be started either, which
HEIC needs: it is refused there.
"""

import ctypes
import os
import resource
import struct
from dataclasses import dataclass

from node.pictures.forms import CPU_S_MAX, MEMORY_BYTES_MAX

NO_NEW_PRIVILEGES, SET_FILTER, BY_PROGRAM = 38, 22, 2
LOAD, IS_EQUAL, HAS_ANY, ANSWER = 0x20, 0x15, 0x45, 0x06
NUMBER_AT, MACHINE_AT, FIRST_WORD_AT = 0, 4, 16
LET, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026
AS_A_THREAD = 0x10000
TAIL_AT = 5

LIBRARY_BYTES = 32 * 1_048_576
"""About what libraries take beside what they ask for."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a kind of machine is called by the kernel, and the numbers of its calls.

    `let`: read, write, close, fstat, lseek, mmap, mprotect, munmap, brk, rt_sigaction,
    rt_sigprocmask, rt_sigreturn, sched_yield, mremap, madvise, exit, exit_group, futex,
    set_robust_list, rseq, clock_gettime, getrandom.
    """

    name: int
    clone: int
    clone3: int
    let: tuple[int, ...]


MACHINES = {
    "x86_64": Machine(
        0xC000003E,
        56,
        435,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28, 60, 231, 202, 273, 334, 228, 318),
    ),
    "aarch64": Machine(
        0xC00000B7,
        220,
        435,
        (
            *(63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 124, 216, 233, 93, 94, 98),
            *(99, 293, 113, 278),
        ),
    ),
}


class Program(ctypes.Structure):
    """A filter as the kernel takes it."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def confine() -> None:
    """Give up all that drawing does not need; what is open already stays."""
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_S_MAX),
        (resource.RLIMIT_DATA, MEMORY_BYTES_MAX - LIBRARY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    machine = MACHINES.get(os.uname().machine) if os.uname().sysname == "Linux" else None
    if machine is None or not filter_calls(machine):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def filter_calls(machine: Machine) -> bool:
    """Have the kernel refuse every other call; False if it has no such filters."""
    steps = program(machine)
    held = ctypes.create_string_buffer(steps, len(steps))
    filled = Program(len(steps) // 8, ctypes.cast(held, ctypes.c_void_p))
    control = ctypes.CDLL(None).prctl
    if control(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(control(SET_FILTER, BY_PROGRAM, ctypes.byref(filled), 0, 0) == 0)


def program(machine: Machine) -> bytes:
    """The filter: calls of another machine are refused, and all that are not named.

    A thread may be started and no process. What `clone3` is to start cannot be seen from here, so
    it is said to be unknown, and libraries ask `clone`.
    """
    refuse = TAIL_AT + len(machine.let)
    thread, let, unknown = refuse + 1, refuse + 4, refuse + 5
    ways = [
        (machine.clone3, unknown),
        (machine.clone, thread),
        *((one, let) for one in machine.let),
    ]
    steps = [
        (LOAD, 0, 0, MACHINE_AT),
        (IS_EQUAL, 0, refuse - 2, machine.name),
        (LOAD, 0, 0, NUMBER_AT),
        *((IS_EQUAL, to - at - 1, 0, call) for at, (call, to) in enumerate(ways, start=3)),
        (ANSWER, 0, 0, REFUSE),
        (LOAD, 0, 0, FIRST_WORD_AT),
        (HAS_ANY, 1, 0, AS_A_THREAD),
        (ANSWER, 0, 0, REFUSE),
        (ANSWER, 0, 0, LET),
        (ANSWER, 0, 0, UNKNOWN),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
