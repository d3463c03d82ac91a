"""The inline engine: the same promises, at once and on one connection."""

import time

import pytest

from node.db.inline import InlineDatabase
from node.db.migrate import migrate
from node.db.rehearsal import Rehearsal
from node.db.sqlite_tx import connect
from tests.conftest import NOW


@pytest.fixture
async def inline(tmp_path):
    connection = connect(tmp_path / "inline.db", read_only=False)
    db = InlineDatabase(connection, rehearsal=Rehearsal(time.thread_time))
    await db.write(migrate, NOW)
    yield db
    await db.close()


def put(tx, name):
    tx.run("insert into setting (name, value) values (:name, 'x')", name=name)
    return name


def names(tx):
    return [row["name"] for row in tx.all("select name from setting order by name")]


async def test_what_was_written_is_read(inline):
    assert await inline.write(put, "a") == "a"

    assert await inline.read(names) == ["a"]


async def test_an_exception_undoes_all_of_a_function(inline):
    def fail(tx):
        put(tx, "a")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await inline.write(fail)

    assert await inline.read(names) == []


async def test_a_reader_cannot_write(inline):
    with pytest.raises(Exception, match="readonly"):
        await inline.read(put, "a")

    await inline.write(put, "b")
    assert await inline.read(names) == ["b"]
