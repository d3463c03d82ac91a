"""Settings of backups that cannot work are refused at the start, in a sentence."""

import pytest

from node.base.config import read_config
from node.base.errors import Refused


def settings_with(folder, line):
    (folder / "hedgerow.toml").write_text(
        f'[node]\nurl = "https://group.example"\n[backup]\n{line}\n'
    )
    return folder


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('to = "backups"', "whole path"),
        ('to = "{folder}/backups"', "outside of the data folder"),
        ("every_hours = 0", "1 or more"),
        ("keep_daily = 0", "1 or more"),
        ("keep_weekly = -1", "1 or more"),
        ("keep_monthly = 3", "does not work"),
    ],
)
def test_a_setting_that_cannot_work_is_refused(tmp_path, line, sentence):
    with pytest.raises(Refused, match=sentence):
        read_config(settings_with(tmp_path, line.format(folder=tmp_path)), {})


def test_a_folder_elsewhere_is_taken(tmp_path):
    config = read_config(settings_with(tmp_path, 'to = "/srv/backups"'), {})

    assert (config.backup.to, config.backup.every_hours) == ("/srv/backups", 24)
