"""A disk that takes nothing is noticed by trying."""

import subprocess
import sys

import pytest

from node.base.errors import Busy
from node.db.try_write import try_write, unwritable
from tests.neighbours import NOW
from tests.source import ROOT

FULL = """
import resource, sys
from pathlib import Path
from node.db.try_write import unwritable
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
print(unwritable(Path(sys.argv[1])))
"""


@pytest.mark.threat("T151")
def test_a_folder_says_what_is_wrong_where_it_takes_no_file(tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() not in ("", "None")
    assert unwritable(tmp_path) is None
    assert unwritable(tmp_path / "nowhere") == "no such file or directory"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.threat("T151")
def test_a_row_is_written_each_time_in_the_place_of_the_last(tx):
    try_write(tx, NOW)
    try_write(tx, NOW + 1)

    rows = tx.all("select value from setting where name = 'tried_at'")
    assert [row["value"] for row in rows] == [str(NOW + 1)]


@pytest.mark.threat("T151")
@pytest.mark.parametrize("way", ["store", "folder"])
async def test_a_node_that_takes_nothing_is_not_ready(house, monkeypatch, way):
    def full(tx, now):
        raise Busy("The disk is full.", 30)

    before = await house.visitor.ask("GET", "/readyz")
    house.clock.at += 5
    if way == "store":
        monkeypatch.setattr("node.http.health.try_write", full)
    else:
        monkeypatch.setattr("node.http.health.unwritable", lambda folder: "no space")
    after = await house.visitor.ask("GET", "/readyz")

    assert (before.status, after.status) == (200, 503)
