"""What is remembered of backups, in the data folder: when the last was made, when the last failed.

It is a file and no row, so that a backup made beside a node that runs can note it, too.
"""

from pathlib import Path

import msgspec

from node.db.folder import write_whole

FILE_NAME = "backup.json"
REASON_CHARACTERS_MAX = 500


class BackupNote(msgspec.Struct, frozen=True):
    """Instants are seconds (UTC), 0 for never; `path` and `size` are of the last that was made."""

    made_at: int = 0
    path: str = ""
    size: int = 0
    failed_at: int = 0
    reason: str = ""

    @property
    def is_failing(self) -> bool:
        """Whether the last try failed."""
        return self.failed_at > self.made_at


def read_note(folder: Path) -> BackupNote:
    """What is remembered; a note that cannot be read counts as none."""
    try:
        return msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=BackupNote)
    except (OSError, msgspec.MsgspecError):
        return BackupNote()


def note_made(folder: Path, path: Path, size: int, now: int) -> None:
    """A backup was made."""
    put_note(folder, BackupNote(made_at=now, path=str(path), size=size))


def note_failed(folder: Path, reason: str, now: int) -> None:
    """A backup could not be made."""
    known = read_note(folder)
    put_note(
        folder,
        msgspec.structs.replace(known, failed_at=now, reason=reason[:REASON_CHARACTERS_MAX]),
    )


def put_note(folder: Path, note: BackupNote) -> None:
    write_whole(folder / FILE_NAME, msgspec.json.encode(note))
