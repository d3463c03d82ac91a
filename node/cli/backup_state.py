"""What `status` and `doctor` say of backups."""

from datetime import UTC, datetime

from node.base.config import Config
from node.cli.findings import Finding, good, look
from node.db.backup.notes import read_note
from node.db.backup.recovery_key import lock_of

DAY_S = 86_400
OLD_S = 8 * DAY_S
WHY = "If the machine is lost, so is everything since the last backup."
HOW = "Run `hedgerow backup FILE`, or name a folder in [backup] to."
AGAIN = "See to what it names. It is tried again by itself."
FIRST = f"Run `hedgerow backup key` first. {HOW}"


def check_backups(config: Config, node_made_at: int, now: int) -> Finding:
    """Whether all is well with the backups of a node made at `node_made_at` (seconds, UTC).

    It is not when the last try failed, or none has worked for eight days.
    """
    note = read_note(config.data)
    if note.is_failing:
        failed = f"The last backup failed at {clock_time(note.failed_at)}: {note.reason}"
        return look(failed, WHY, AGAIN)
    if note.made_at and now - note.made_at > OLD_S:
        days = (now - note.made_at) // DAY_S
        return look(f"The last backup is {days} days old.", WHY, HOW)
    if note.made_at:
        return good(f"The last backup was made at {clock_time(note.made_at)}.")
    how = HOW if lock_of(config.data) else FIRST
    if now - node_made_at > OLD_S:
        return look("There has never been a backup.", WHY, how)
    return good(f"There is no backup yet. {how}")


def backup_facts(config: Config) -> dict[str, str]:
    """When the last backup was made, and why the last try failed if it did."""
    note = read_note(config.data)
    facts = {"last_backup": clock_time(note.made_at) if note.made_at else "never"}
    return facts | ({"backup_failing": note.reason} if note.is_failing else {})


def clock_time(at: int) -> str:
    """An instant as a keeper reads it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
