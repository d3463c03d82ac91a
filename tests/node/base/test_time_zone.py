"""The time zone of a place is one that there is, or the node does not start; without one it is UTC,
and a machine needs no list of zones of its own."""

import subprocess
import sys

import pytest

from node.base.config import read_config
from node.base.errors import Refused


def settings_with(folder, line=""):
    (folder / "hedgerow.toml").write_text(f'[node]\nurl = "https://group.example"\n{line}\n')
    return folder


@pytest.mark.parametrize(
    "name",
    ["", "Nowhere/Land", "Europe", "../../etc/passwd", "/etc/passwd", "CEST time"],
)
def test_a_zone_that_there_is_not_is_refused(tmp_path, name):
    with pytest.raises(Refused, match="Name one such as Europe/Berlin"):
        read_config(settings_with(tmp_path, f'time_zone = "{name}"'), {})


@pytest.mark.parametrize(
    ("environ", "key"), [({}, "UTC"), ({"HEDGEROW_NODE__TIME_ZONE": "Asia/Tokyo"}, "Asia/Tokyo")]
)
def test_it_is_utc_unless_another_is_named(tmp_path, environ, key):
    assert read_config(settings_with(tmp_path), environ).zone.key == key


def test_a_machine_without_a_list_of_zones_knows_them_all_the_same():
    text = "from zoneinfo import ZoneInfo; print(ZoneInfo('Pacific/Auckland'))"

    done = subprocess.run(
        [sys.executable, "-c", text],
        env={"PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "Pacific/Auckland\n"
