"""How the bytes of files are named: by us alone, so that a name leads nowhere else (T54)."""

import re

SMALL = "-small"
NAME = re.compile(f"[0-9a-f]{{32}}({SMALL})?")


def is_blob_name(name: str) -> bool:
    """Whether something has the name of a file of ours, the whole or the small one."""
    return NAME.fullmatch(name) is not None


def names_of(key: str) -> tuple[str, str]:
    """Under which names the bytes of a file lie: the whole, and the small one."""
    return key, f"{key}{SMALL}"
