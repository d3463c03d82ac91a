"""Run by test_writer: writes rows and says on standard output which were acknowledged.

Usage: write_until_failure.py FOLDER BYTES, where no file may grow beyond BYTES (0: no limit).
"""

import asyncio
import os
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from node.db.open import open_database

ROWS = 300


def put(tx, name):
    tx.run("insert into setting (name, value) values (:name, :value)", name=name, value="x" * 9000)


async def main(folder, bytes_max):
    db = await open_database("", folder, 1_800_000_000)
    if bytes_max:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))

    async def write(number):
        name = f"row{number}"
        await db.write(put, name)
        os.write(1, f"{name}\n".encode())

    for start in range(0, ROWS, 5):
        await asyncio.gather(*(write(number) for number in range(start, start + 5)))
    await db.close()


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
