"""Whoever takes over the process that decodes can open, start, send and write nothing (T64)."""

import os
import signal
import struct
import subprocess
import sys

import pytest

from node.pictures.confinement import MACHINES, program
from tests.source import ROOT

TRY = """
import ctypes, os, resource, signal, socket, subprocess, sys, threading, mmap
from node.pictures.confinement import confine
libc = ctypes.CDLL(None, use_errno=True)
parent = os.getppid()
files = os.open("/etc", os.O_RDONLY)
confine()
try:
    {tried}
    done = True
except BaseException as error:
    done = False
sys.stdout.write("done" if done else "refused")
sys.stdout.flush()
os._exit(0)
"""
RAISES = "if {call} == -1: raise OSError(ctypes.get_errno())"
REFUSED = {
    "open a file": "open('/etc/passwd')",
    "open a file in the place of one that is closed": "os.close(0); os.open('/etc/passwd', 0)",
    "open a file beside an open folder": "os.open('passwd', 0, dir_fd=files)",
    "write a file": "os.close(2); os.open('/dev/null', os.O_WRONLY)",
    "change a file by its name": "os.utime('/tmp')",
    "list a folder": "os.listdir('/')",
    "ask for a socket": "os.close(0); socket.socket()",
    "ask for a local socket": "os.close(0); socket.socketpair()",
    "make a pipe": "os.close(0); os.close(2); os.pipe()",
    "fork": "os.fork()",
    "start a program": "os.execv('/bin/true', ['true'])",
    "start a shell": "assert os.system('true') == 0",
    "start a process": "subprocess.run(['/bin/true'])",
    "end its parent": "os.kill(parent, 0)",
    "read its parent": RAISES.format(call="libc.ptrace(16, parent, 0, 0)"),
    "read its parent's memory": RAISES.format(
        call="libc.process_vm_readv(parent, None, 0, None, 0, 0)"
    ),
    "be somebody else": "os.setuid(12)",
    "give itself more": "resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))",
    "take more memory than there is for it": "x = bytearray(300 * 2**20)",
    "map more memory than there is for it": (
        "x = mmap.mmap(-1, 300 * 2**20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)"
    ),
    "share memory": "os.memfd_create('x')",
}
LET = {
    "read what it was given": "assert sys.stdin.read() == 'given'",
    "start a thread": "t = threading.Thread(target=len, args=('x',)); t.start(); t.join()",
    "take memory": "x = bytearray(100 * 2**20)",
}

is_filtered = sys.platform == "linux" and os.uname().machine in MACHINES


def run(words):
    return subprocess.run(
        [sys.executable, "-I", "-c", words],
        input="given",
        capture_output=True,
        text=True,
        env={},
        cwd=ROOT,
        check=False,
        timeout=100,
    )


def tried(what):
    return run(TRY.format(tried=what)).stdout


@pytest.mark.threat("T64")
@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_to_a_process_that_decodes(what):
    assert is_filtered
    assert tried(REFUSED[what]) == "refused"


@pytest.mark.threat("T64")
@pytest.mark.parametrize("what", LET)
def test_it_is_let_to_a_process_that_decodes(what):
    assert tried(LET[what]) == "done"


@pytest.mark.threat("T64")
def test_it_is_ended_after_five_seconds_of_work():
    done = run("from node.pictures.confinement import confine; confine()\nwhile True: pass")

    assert done.returncode == -signal.SIGKILL


@pytest.mark.threat("T64")
@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_leads_each_call_to_its_answer(machine):
    """The program is run here by hand: for another machine, for all calls that there are."""
    one = MACHINES[machine]
    steps = list(struct.iter_unpack("=HBBI", program(one)))
    let = {call for call in range(600) if answer(steps, one.name, call) == 0x7FFF0000}

    assert let == set(one.let)
    assert answer(steps, one.name, one.clone, 0x10000) == 0x7FFF0000
    assert answer(steps, one.name, one.clone, 0x11) == 0x00050001
    assert answer(steps, one.name, one.clone3) == 0x00050026
    assert answer(steps, 0x40000003, one.let[0]) == 0x00050001


def answer(steps, machine, call, first_word=0):
    held, at = {0: call, 4: machine, 16: first_word}, 0
    loaded = 0
    while True:
        kind, if_so, if_not, value = steps[at]
        at += 1
        if kind == 0x20:
            loaded = held[value]
        elif kind == 0x15:
            at += if_so if loaded == value else if_not
        elif kind == 0x45:
            at += if_so if loaded & value else if_not
        else:
            return value
