"""What the process that draws a picture anew takes, by the kernel's own numbers."""

import resource
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from node.pictures.redraw import WORKER
from tests.source import ROOT

LOOK_EVERY_S = 0.003


@dataclass
class Took:
    """What came of it: the answer, and what it cost."""

    answer: bytes = b""
    peak_mib: float = 0.0
    cpu_s: float = 0.0
    wall_s: float = 0.0


def measured(body: bytes, use: str = "post") -> Took:
    """Have a picture drawn anew as the node does, and look at the process meanwhile."""
    took, before, began = Took(), cpu_of_children_s(), time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd=ROOT,
    )
    watching = Thread(target=watch, args=(process, took))
    watching.start()
    with suppress(BrokenPipeError):
        took.answer = process.communicate(f'"{use}"\n'.encode() + body)[0]
    watching.join()
    took.cpu_s, took.wall_s = cpu_of_children_s() - before, time.monotonic() - began
    return took


def watch(process: "subprocess.Popen[bytes]", took: Took) -> None:
    """Note the most memory that it ever had, until it ends."""
    while process.returncode is None:
        with suppress(OSError):
            status = Path(f"/proc/{process.pid}/status").read_text()
            if "VmHWM:" in status:
                kib = int(status.partition("VmHWM:")[2].split()[0])
                took.peak_mib = max(took.peak_mib, kib / 1_024)
        time.sleep(LOOK_EVERY_S)


def cpu_of_children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
