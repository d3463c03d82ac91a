"""Opening a store: whose it is, which library holds it, and what is refused."""

import asyncio
import os
import stat
import sys

import pytest

from node.base.errors import Refused
from node.db.folder import DATABASE_FILE
from node.db.lock import lock_folder
from node.db.migrate import migrations
from node.db.open import check_sqlite, open_database
from tests.conftest import NOW


@pytest.mark.threat("T128")
async def test_a_second_process_is_refused_while_one_writes(tmp_path):
    db = await open_database("", tmp_path, NOW)

    with pytest.raises(Refused, match="Another Hedgerow process"):
        await open_database("", tmp_path, NOW)

    await db.close()
    await (await open_database("", tmp_path, NOW)).close()


@pytest.mark.threat("T128")
def test_the_lock_of_a_killed_process_is_free(tmp_path):
    child = os.fork()
    if child == 0:
        lock_folder(tmp_path)
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)

    lock = lock_folder(tmp_path)

    assert lock is not None
    lock.release()


@pytest.mark.threat("T128")
def test_an_unsafe_library_needs_a_single_writer():
    check_sqlite((3, 40, 1), is_only_writer=True)
    check_sqlite((3, 51, 3), is_only_writer=False)

    with pytest.raises(Refused, match=r"3\.51\.3"):
        check_sqlite((3, 51, 2), is_only_writer=False)
    with pytest.raises(Refused, match=r"3\.37"):
        check_sqlite((3, 36, 0), is_only_writer=True)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept otherwise there")
async def test_nobody_else_may_read_the_file(tmp_path):
    db = await open_database("", tmp_path / "new", NOW)
    await db.close()

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / DATABASE_FILE).stat().st_mode) == 0o600


async def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / DATABASE_FILE).write_bytes(b"not a database" * 1000)

    with pytest.raises(Refused, match="cannot be opened"):
        await open_database("", tmp_path, NOW)


async def test_an_address_of_no_known_kind_is_refused(tmp_path):
    with pytest.raises(Refused, match="postgresql://"):
        await open_database("mysql://x", tmp_path, NOW)


async def test_a_server_that_does_not_answer_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("node.db.postgres.CONNECT_S_MAX", 0.2)

    with pytest.raises(Refused, match="does not answer"):
        await open_database("postgresql://127.0.0.1:1/none", tmp_path, NOW)


@pytest.mark.threat("T137")
async def test_data_of_a_newer_version_is_refused(new_store, tmp_path):
    url = new_store(tmp_path)
    newer = migrations("sqlite")[-1][0] + 1
    db = await open_database(url, tmp_path, NOW)
    await db.write(note_migration, newer)
    await db.close()

    with pytest.raises(Refused, match="newer Hedgerow"):
        await open_database(url, tmp_path, NOW)


async def test_several_may_open_a_postgres_store_at_once(new_store, engine, tmp_path):
    if engine != "postgres":
        pytest.skip("SQLite stores are one process's")
    url = new_store(tmp_path)

    opened = await asyncio.gather(*(open_database(url, tmp_path, NOW) for _ in range(3)))

    numbers = [await db.read(newest_migration) for db in opened]
    for db in opened:
        await db.close()

    assert numbers == [migrations("postgres")[-1][0]] * 3


def newest_migration(tx):
    return tx.one("select max(number) as number from migration")["number"]


def note_migration(tx, number):
    tx.run("insert into migration (number, applied_at) values (:number, 0)", number=number)
