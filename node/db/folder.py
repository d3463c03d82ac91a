"""The data folder on disk: who may look into it, and what does not belong there."""

import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_private(folder: Path) -> bool:
    """Whether nobody but the owner may open the folder and what lies in it."""
    found = [folder, *folder.iterdir()]
    return not any(path.stat().st_mode & OTHERS for path in found if path.exists())


def clear_away(path: Path) -> None:
    """Remove a file that another run left; nothing there is fine."""
    path.unlink(missing_ok=True)
