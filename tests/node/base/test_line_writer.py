"""Lines reach where they are to go, in order, and whoever writes them never waits for it."""

import os
import threading

import pytest

from node.base import line_writer
from node.base.line_writer import LineWriter


def test_lines_come_out_whole_and_in_order():
    reading, writing = os.pipe()
    writer = LineWriter(writing, on_lost=print)

    for number in range(300):
        writer.write(f"line {number}\n")
        writer.flush()
    writer.drain()
    os.close(writing)

    with os.fdopen(reading) as out:
        assert out.read().splitlines() == [f"line {number}" for number in range(300)]


@pytest.mark.threat("T151")
def test_what_nobody_reads_is_counted_and_said_once_somebody_does(monkeypatch):
    monkeypatch.setattr(line_writer, "LINES_WAITING_MAX", 10)
    reading, writing = os.pipe()
    heard: list[int] = []
    told = threading.Event()
    writer = LineWriter(writing, on_lost=lambda lines: (heard.append(lines), told.set()))

    for _ in range(2_000):
        writer.write("x" * 999 + "\n")
    came = 0
    while not told.is_set():
        came += len(os.read(reading, 65_536))

    assert 0 < heard[0] < 2_000
    assert came >= (2_000 - heard[0] - 11) * 1_000


@pytest.mark.threat("T151")
def test_no_standard_error_at_all_is_nowhere():
    writer = LineWriter(None, on_lost=print)

    writer.write("x\n")
    writer.drain()

    assert not writer.isatty()
