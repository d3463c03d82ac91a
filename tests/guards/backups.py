"""Backups, what is restored from them, and upgrades: T101, T129, T133, T137."""

from tests.guards.guard import guard

RESTORED = "node/topics/portability/test_after_a_restore.py"
BACKUP, UPGRADE = "node/db/backup/test_backup.py", "node/db/test_upgrade.py"

GUARDS = (
    guard(
        "T101",
        f"{BACKUP}::test_no_plain_copy_is_ever_on_disk",
        (
            "node/db/backup/encryption.py",
            "age.encrypt_io(source, file, [recipient])",
            "file.writelines(iter(lambda: source.read(8192), b''))",
        ),
    ),
    guard(
        "T101",
        "node/db/backup/test_recovery_key.py::test_nothing_that_opens_a_backup_is_kept",
        (
            "node/db/backup/recovery_key.py",
            'write_whole(folder / FILE_NAME, f"{lock}\\n".encode())',
            'write_whole(folder / FILE_NAME, f"{lock}\\n{text}\\n".encode())',
        ),
    ),
    guard(
        "T137",
        f"{UPGRADE}::test_what_an_upgrade_breaks_is_undone_by_itself",
        ("node/db/upgrade.py", "if words_kept(tx) != before:", "if False:"),
    ),
    guard(
        "T137",
        f"{UPGRADE}::test_what_is_damaged_after_an_upgrade_is_as_it_was_before",
        ("node/db/upgrade.py", "found = damage(tx)", "found = damage(tx)[:0]"),
    ),
    guard(
        "T133",
        f"{RESTORED}::test_no_number_is_given_anew",
        ("node/db/backup/restore.py", "if now < contents.known_about.made_at:", "if False:"),
    ),
    guard(
        "T133",
        f"{RESTORED}::test_after_thirty_days_nothing_that_went_comes_back",
        ("node/topics/portability/actions.py", 'if mark_of(iri) in marks["post"]', "if False"),
    ),
    guard(
        "T133",
        f"{RESTORED}::test_after_thirty_days_nothing_that_went_comes_back",
        ("node/topics/portability/actions.py", "end_all_sessions(tx)", "return"),
    ),
    guard(
        "T133",
        "node/topics/actors/test_key_rotation.py::"
        "test_a_key_is_named_by_when_it_was_made_so_that_no_name_is_given_again_after_a_restore",
        (
            "node/topics/actors/key_rotation.py",
            'f"{name if number.isdecimal() else iri}-{now}"',
            'f"{name if number.isdecimal() else iri}-2"',
        ),
    ),
    guard(
        "T129",
        "node/db/test_writer.py::test_a_reader_that_stays_as_a_backup_does_holds_up_nobody",
        ("node/db/writer.py", "READERS_MS_MAX = 100", "READERS_MS_MAX = 5_000"),
    ),
    guard(
        "T137",
        f"{BACKUP}::test_what_fails_leaves_the_folder_as_it_was",
        (
            "node/db/backup/restore.py",
            "        if not was_locked:\n            clear_away(folder / FOLDER_LOCK)\n",
            "",
        ),
    ),
    guard(
        "T137",
        f"{UPGRADE}::test_without_a_recovery_key_that_is_said_before_and_asked_at_a_terminal",
        ("node/cli/upgrade_notice.py", "    click.echo(NO_WAY_BACK, err=True)\n", ""),
    ),
    guard(
        "T137",
        f"{UPGRADE}::test_without_a_recovery_key_that_is_said_before_and_asked_at_a_terminal",
        ("node/cli/upgrade_notice.py", "if is_terminal() and not", "if False and not"),
    ),
)
