"""The SQLite writer: groups, bounds, and what it does when the disk fails."""

import asyncio
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from node.base.errors import Busy
from node.db.backup.sqlite_rows import SqliteSnapshot
from node.db.errors import StoreFailed
from node.db.folder import DATABASE_FILE
from node.db.lock import lock_folder
from node.db.open import EXIT_STORE_FAILED, open_database
from node.db.sqlite import SqliteDatabase
from node.db.sqlite_tx import connect
from node.db.writer import GROUP_S_MAX, JOBS_WAITING_MAX
from tests.conftest import NOW

CRASHER = Path(__file__).with_name("write_until_failure.py")


@pytest.fixture
async def sqlite(tmp_path):
    """A store with one table, and the errors that would have ended its process."""
    fatal = []
    db = await open_database("", tmp_path, NOW, on_fatal=fatal.append)
    db.fatal = fatal
    yield db
    await db.close()


def put(tx, name, value="x"):
    tx.run("insert into setting (name, value) values (:name, :value)", name=name, value=value)
    return name


def names(tx):
    return [row["name"] for row in tx.all("select name from setting order by name")]


async def hold(db):
    """Make the writer wait; what comes next waits behind it. Setting the event lets it go on."""
    entered, go_on = threading.Event(), threading.Event()

    def wait(tx):
        entered.set()
        go_on.wait()

    held = asyncio.ensure_future(db.write(wait))
    await asyncio.to_thread(entered.wait)
    return held, go_on


async def test_functions_that_wait_share_one_commit(sqlite):
    commits = []
    sqlite._connection.set_trace_callback(
        lambda sql: commits.append(sql) if sql == "commit" else None
    )
    await asyncio.gather(*(sqlite.write(put, f"{i:03}") for i in range(100)))

    assert len(commits) < 20
    assert len(await sqlite.read(names)) == 100


async def test_a_group_ends_by_time_so_that_nobody_waits_long_for_the_flush(sqlite):
    held, go_on = await hold(sqlite)
    quick = [asyncio.ensure_future(sqlite.write(put, f"{i:03}")) for i in range(10)]
    await asyncio.sleep(2 * GROUP_S_MAX)
    commits = []
    sqlite._connection.set_trace_callback(
        lambda sql: commits.append(sql) if sql == "commit" else None
    )
    go_on.set()
    await asyncio.gather(held, *quick)

    assert len(commits) == 2


async def test_when_the_queue_is_full_writers_are_told_to_come_back(sqlite):
    held, go_on = await hold(sqlite)
    waiting = [asyncio.ensure_future(sqlite.write(names)) for _ in range(JOBS_WAITING_MAX)]
    await asyncio.sleep(0)

    with pytest.raises(Busy) as refused:
        await sqlite.write(put, "one too many")
    go_on.set()
    await asyncio.gather(held, *waiting)

    assert refused.value.retry_after_s == 5
    assert sqlite.waiting == 0


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, StopIteration, GeneratorExit])
async def test_the_writer_outlives_whatever_a_function_raises(sqlite, kind):
    def fail(tx):
        put(tx, "bad")
        raise kind

    with pytest.raises(RuntimeError, match=kind.__name__):
        await sqlite.write(fail)

    await sqlite.write(put, "a")
    assert await sqlite.read(names) == ["a"]
    assert sqlite.fatal == []


async def test_an_event_loop_that_has_ended_does_not_stop_the_writer(sqlite):
    held, go_on = await hold(sqlite)

    async def leave():
        left = asyncio.ensure_future(sqlite.write(put, "left behind"))
        await asyncio.sleep(0)
        assert not left.done()

    loop = asyncio.new_event_loop()
    await asyncio.to_thread(loop.run_until_complete, leave())
    loop.close()
    go_on.set()
    await held

    await sqlite.write(put, "b")
    assert await sqlite.read(names) == ["b", "left behind"]


@pytest.mark.threat("T131")
async def test_a_full_disk_refuses_writing_and_is_forgotten_once_there_is_space(sqlite):
    await sqlite.write(put, "a")
    pages = sqlite._connection.execute("pragma page_count").fetchone()[0]
    sqlite._connection.execute(f"pragma max_page_count = {pages + 2}")

    done = await asyncio.gather(
        *(sqlite.write(put, f"big{i}", "x" * 9000) for i in range(9)), return_exceptions=True
    )
    refused = [one for one in done if isinstance(one, Busy)]
    stored = [one for one in done if isinstance(one, str)]
    assert refused
    assert len(refused) + len(stored) == 9
    assert await sqlite.read(names) == ["a", *stored]

    sqlite._connection.execute("pragma max_page_count = 1000000")
    await sqlite.write(put, "b")
    assert await sqlite.read(names) == ["a", "b", *stored]
    assert sqlite.fatal == []


@pytest.mark.threat("T127")
async def test_a_disk_error_at_commit_is_fatal_and_nobody_is_told_it_went_well(sqlite):
    await sqlite.write(put, "a")
    with SmallFiles(sqlite._path.with_name(DATABASE_FILE + "-wal").stat().st_size):
        done = await asyncio.gather(
            *(sqlite.write(put, f"b{i}", "x" * 9000) for i in range(3)), return_exceptions=True
        )

    assert [type(one) for one in done] == [StoreFailed] * 3
    assert [type(one) for one in sqlite.fatal] == [StoreFailed]
    with pytest.raises(StoreFailed):
        await sqlite.write(put, "c")


@pytest.mark.threat("T127")
@pytest.mark.threat("T111")
def test_a_disk_error_ends_the_process_and_what_was_acknowledged_is_there_afterwards(tmp_path):
    process = subprocess.run(
        [sys.executable, str(CRASHER), str(tmp_path), "2000000"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    acknowledged = rows_in(process.stdout)

    assert process.returncode == EXIT_STORE_FAILED
    assert len(acknowledged) > 10
    assert set(acknowledged) <= set(asyncio.run(names_after(tmp_path)))


@pytest.mark.threat("T127")
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    ("call", "number"), [("fdatasync", 7), ("fdatasync", 40), ("pwrite64", 99)]
)
def test_an_error_injected_into_a_flush_or_a_write_ends_the_process(tmp_path, call, number):
    asyncio.run(names_after(tmp_path))
    inject = f"inject={call}:error=EIO:when={number}+"
    process = subprocess.run(
        [
            *f"strace -f -qq -o /dev/null -e trace={call} -e {inject}".split(),
            *(sys.executable, str(CRASHER), str(tmp_path), "0"),
        ],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert process.returncode == EXIT_STORE_FAILED
    assert set(rows_in(process.stdout)) <= set(asyncio.run(names_after(tmp_path)))


def rows_in(output):
    return [line for line in output.decode().splitlines() if line.startswith("row")]


async def names_after(folder):
    db = await open_database("", folder, NOW)
    found = await db.read(names)
    assert await db.read(lambda tx: tx.one("pragma integrity_check")[0]) == "ok"
    await db.close()
    return found


@pytest.mark.threat("T128")
async def test_a_reader_can_neither_write_nor_checkpoint(sqlite):
    await sqlite.write(put, "a")
    reader = connect(sqlite._path, read_only=True)

    reader.execute("pragma query_only = off")
    for statement in ("delete from setting", "pragma wal_checkpoint(truncate)", "vacuum"):
        with pytest.raises(sqlite3.OperationalError):
            reader.execute(statement)
    reader.close()

    assert await sqlite.read(names) == ["a"]


@pytest.mark.threat("T111")
@pytest.mark.threat("T128")
async def test_settings_that_keep_data_safe_are_on(sqlite):
    def setting(name):
        return sqlite._connection.execute(f"pragma {name}").fetchone()[0]

    assert setting("journal_mode") == "wal"
    assert setting("synchronous") == 2
    assert setting("foreign_keys") == 1
    assert setting("wal_autocheckpoint") == 0
    assert setting("mmap_size") == 0


@pytest.mark.threat("T129")
async def test_the_log_stays_small_under_load_while_others_read(sqlite):
    log, largest = sqlite._path.with_name(DATABASE_FILE + "-wal"), 0
    for round_number in range(30):
        writes = [sqlite.write(put, f"{round_number}-{i}", "x" * 9000) for i in range(200)]
        await asyncio.gather(*writes, *(sqlite.read(names) for _ in range(3)))
        largest = max(largest, log.stat().st_size)

    assert largest < 48 * 1024 * 1024


@pytest.mark.threat("T129")
@pytest.mark.feature("O05")
async def test_a_reader_that_stays_as_a_backup_does_holds_up_nobody(sqlite):
    log, longest = sqlite._path.with_name(DATABASE_FILE + "-wal"), 0.0
    snapshot = SqliteSnapshot(sqlite._path)
    for round_number in range(40):
        began = time.monotonic()
        writes = [sqlite.write(put, f"{round_number}-{i}", "x" * 9000) for i in range(200)]
        await asyncio.gather(*writes)
        longest = max(longest, time.monotonic() - began)
    grown = log.stat().st_size
    names_seen = list(snapshot.rows("setting", ["name"]))
    snapshot.close()
    sqlite._writer._shorten_at = 0.0
    for round_number in range(20):
        await asyncio.gather(*(sqlite.write(put, f"l{round_number}-{i}", "x") for i in range(200)))

    assert grown > 48 * 1024 * 1024
    assert names_seen == []
    assert longest < 3
    assert log.stat().st_size < 48 * 1024 * 1024


@pytest.mark.threat("T129")
async def test_a_statement_that_reads_for_too_long_is_stopped(sqlite, monkeypatch):
    def read_for_ever(tx):
        return tx.one(
            """
            with recursive n (x) as (select 1 union all select x + 1 from n)
            select count(*) from n
            """
        )

    monkeypatch.setattr("node.db.sqlite.READ_S_MAX", 0.05)

    with pytest.raises(Busy):
        await sqlite.read(read_for_ever)

    assert await sqlite.read(names) == []


async def test_a_store_opened_beside_a_running_one_reads_and_does_not_write(sqlite, tmp_path):
    await sqlite.write(put, "a")
    beside = await open_database("", tmp_path, NOW, read_only=True)

    assert await beside.read(names) == ["a"]
    with pytest.raises(StoreFailed):
        await beside.write(put, "b")
    await beside.close()


async def test_the_lock_is_let_go_at_the_end(tmp_path):
    db = SqliteDatabase(tmp_path / DATABASE_FILE, lock_folder(tmp_path), on_fatal=print)
    assert lock_folder(tmp_path) is None
    await db.close()

    lock = lock_folder(tmp_path)
    assert lock is not None
    lock.release()


class SmallFiles:
    """Within it no file of this process can grow: a write beyond the limit fails with EFBIG."""

    def __init__(self, limit):
        self.limit = limit

    def __enter__(self):
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.before[1]))

    def __exit__(self, *error):
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
