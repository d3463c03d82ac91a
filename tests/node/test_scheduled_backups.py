"""When a running node makes a backup by itself, and what it does when that fails."""

import msgspec
import pytest

from node import scheduled_backups
from node.base.clock import FakeClock
from node.base.config import BackupSettings, Config, FederationSettings, NodeSettings
from node.cli.backup_state import backup_facts, check_backups
from node.db.backup.notes import BackupNote, note_failed, note_made, put_note, read_note
from node.db.backup.recovery_key import new_recovery_key
from node.scheduled_backups import is_due, make_one
from tests.neighbours import NOW, ORIGIN

DAY_S, HOUR_S = 86_400, 3_600


@pytest.fixture
def config(tmp_path):
    (tmp_path / "data").mkdir()
    return Config(
        NodeSettings(ORIGIN, "Group"),
        federation=FederationSettings(),
        backup=BackupSettings(to=str(tmp_path / "out")),
        data=tmp_path / "data",
    )


@pytest.mark.parametrize(
    ("made_at", "failed_at", "due"),
    [
        (0, 0, True),
        (NOW - DAY_S + 1, 0, False),
        (NOW - DAY_S, 0, True),
        (NOW + 1, 0, True),
        (NOW - HOUR_S, NOW - 899, False),
        (NOW - HOUR_S, NOW - 900, True),
        (NOW - HOUR_S, NOW - 2 * HOUR_S, False),
        (0, NOW + 5, True),
    ],
)
def test_a_backup_is_due_once_a_day_and_a_quarter_of_an_hour_after_it_failed(
    made_at, failed_at, due
):
    note = BackupNote(made_at=made_at, path="/srv/b/x.age", failed_at=failed_at)

    assert is_due(note, BackupSettings(to="/srv/b/"), NOW) is due


def test_one_that_was_made_elsewhere_by_hand_puts_off_none():
    note = BackupNote(made_at=NOW - 5, path="/media/stick/x.age")

    assert is_due(note, BackupSettings(to="/srv/b"), NOW)


@pytest.mark.feature("O05")
async def test_one_that_fails_is_logged_noted_and_said_in_its_own_words(config, monkeypatch):
    """There is no key, and not even a node, in that folder."""
    note_made(config.data, config.data / "x.age", 9, NOW - DAY_S)
    logged = []
    monkeypatch.setattr(
        scheduled_backups.log, "error", lambda event, **facts: logged.append((event, facts))
    )

    await make_one(config, FakeClock(NOW))

    note = read_note(config.data)
    assert (note.made_at, note.failed_at) == (NOW - DAY_S, NOW)
    assert "There is no node" in note.reason
    assert logged == [("backup_failed", {"reason": note.reason, "next_try_s": 900})]
    assert backup_facts(config)["backup_failing"] == note.reason
    found = check_backups(config, NOW - DAY_S, NOW)
    assert found.sentence == f"The last backup failed at 2027-01-15 08:00 UTC: {note.reason}"
    assert not found.is_good


@pytest.mark.parametrize(
    ("program", "sentence"),
    [("/nowhere/python", "not be started"), ("/bin/false", "without a word")],
)
async def test_one_that_cannot_be_run_is_noted_too(config, monkeypatch, program, sentence):
    monkeypatch.setattr(scheduled_backups.sys, "executable", program)

    await make_one(config, FakeClock(NOW))

    assert sentence in read_note(config.data).reason


async def test_one_that_takes_too_long_is_ended(config, monkeypatch, tmp_path):
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setattr(scheduled_backups.sys, "executable", str(slow))
    monkeypatch.setattr(scheduled_backups, "BACKUP_S_MAX", 0.3)

    await make_one(config, FakeClock(NOW))

    assert read_note(config.data).reason == scheduled_backups.TOO_LONG


@pytest.mark.feature("O05")
@pytest.mark.parametrize(
    ("made_days_ago", "node_days", "is_good", "word"),
    [
        (None, 1, True, "no backup yet"),
        (None, 9, False, "never been a backup"),
        (1, 900, True, "was made at"),
        (8, 900, True, "was made at"),
        (9, 900, False, "is 9 days old"),
    ],
)
def test_the_doctor_looks_how_old_the_last_backup_is(
    config, made_days_ago, node_days, is_good, word
):
    if made_days_ago is not None:
        note_made(config.data, config.data / "x.age", 9, NOW - made_days_ago * DAY_S)
    found = check_backups(config, NOW - node_days * DAY_S, NOW)

    assert (found.is_good, word in found.sentence) == (is_good, True)


def test_what_is_to_be_done_begins_with_the_key(config):
    assert "hedgerow backup key" in check_backups(config, NOW, NOW).sentence
    new_recovery_key(config.data, replaces=False)
    assert "hedgerow backup key" not in check_backups(config, NOW, NOW).sentence


def test_a_note_that_is_damaged_counts_as_none_and_a_new_one_takes_its_place(config):
    (config.data / "backup.json").write_text("{half")
    assert read_note(config.data) == BackupNote()
    note_failed(config.data, "x" * 9_999, NOW)

    assert len(read_note(config.data).reason) == 500
    put_note(config.data, msgspec.structs.replace(read_note(config.data), failed_at=0))
    assert not read_note(config.data).is_failing
