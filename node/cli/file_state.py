"""What `status` and `doctor` say of files: how much room they take, whether the store answers."""

import asyncio

from node.base.config import Config
from node.base.errors import Busy, Refused
from node.cli.findings import Finding, good, look
from node.db.blobs import blobs_of, open_blobs

ASKED = "0" * 32
"""The name of no file."""


async def file_facts(config: Config) -> dict[str, str]:
    """Where files lie, and whether that answers."""
    where = config.files.url or "the data folder"
    try:
        await asyncio.to_thread(lambda: blobs_of(config).get(ASKED))
    except (Busy, Refused):
        return {"files_in": where, "files_failing": "the store does not answer"}
    return {"files_in": where}


async def check_files(config: Config, counted: dict[str, int]) -> Finding:
    """Whether the store of files answers and takes what is written, and how much lies there."""
    try:
        await asyncio.to_thread(open_blobs if config.files.url else blobs_of, config)
    except Refused as refused:
        return look(
            str(refused),
            "Pictures are not shown, and none can be sent.",
            "See to [files] in the settings, its keys, and the store itself.",
        )
    megabytes = counted["file_bytes"] / 1_000_000
    return good(f"The store of files answers: {counted['files']:,} files, {megabytes:.1f} MB.")
