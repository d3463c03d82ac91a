"""What a store promises to those who write and read, on whichever engine."""

import asyncio
import gc

import pytest

from node.db.errors import AlreadyThere, Spoilt, StoreFailed, Unstorable
from node.db.open import open_database
from node.db.rehearsal import Rehearsal, TooSlow
from tests.conftest import NOW


def put(tx, name, value="x"):
    tx.run("insert into setting (name, value) values (:name, :value)", name=name, value=value)
    return name


def put_both(tx, one, other):
    put(tx, one)
    put(tx, other)


def names(tx):
    return [row["name"] for row in tx.all("select name from setting order by name")]


def count_up(tx):
    row = tx.one("select value from setting where name = 'count'")
    value = int(row["value"]) + 1
    tx.run("update setting set value = :value where name = 'count'", value=str(value))
    return value


async def test_what_was_written_is_read(database):
    assert await database.write(put, "a") == "a"

    assert await database.read(names) == ["a"]


async def test_an_exception_is_the_callers_and_nothing_was_written(database):
    def fail(tx):
        put(tx, "a")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(fail)

    assert await database.read(names) == []


async def test_one_that_fails_takes_no_neighbour_along(database):
    def fail(tx):
        put(tx, "bad")
        raise ValueError

    writes = [
        database.write(fail if i % 3 == 0 else put, *([] if i % 3 == 0 else [f"{i:02}"]))
        for i in range(30)
    ]
    done = await asyncio.gather(*writes, return_exceptions=True)

    assert [isinstance(one, ValueError) for one in done] == [i % 3 == 0 for i in range(30)]
    assert await database.read(names) == [f"{i:02}" for i in range(30) if i % 3]


@pytest.mark.threat("T126")
async def test_functions_that_read_and_then_write_never_lose_a_step(database):
    await database.write(put, "count", "0")

    seen = await asyncio.gather(*(database.write(count_up) for _ in range(60)))

    assert sorted(seen) == list(range(1, 61))


async def test_those_who_look_before_they_insert_all_succeed(database):
    def put_once(tx):
        if tx.one("select 1 as one from setting where name = 'a'") is None:
            put(tx, "a")

    await asyncio.gather(*(database.write(put_once) for _ in range(20)))

    assert await database.read(names) == ["a"]


async def test_a_row_that_is_already_there_has_the_same_name_on_both_engines(database):
    await database.write(put, "a")

    with pytest.raises(AlreadyThere):
        await database.write(put, "a")


@pytest.mark.parametrize(
    "value", ["x" * 10_001, "a\0b", "\ud800"], ids=["long", "nul", "surrogate"]
)
@pytest.mark.threat("T35")
@pytest.mark.threat("T57")
async def test_what_one_engine_cannot_hold_neither_takes(database, value):
    with pytest.raises(Unstorable):
        await database.write(put, "a", value)

    assert await database.read(names) == []


async def test_a_number_beyond_64_bits_is_refused(database):
    def put_number(tx):
        tx.run("insert into migration (number, applied_at) values (:n, 0)", n=2**63)

    with pytest.raises(Unstorable):
        await database.write(put_number)


async def test_any_text_that_may_be_stored_comes_back_the_same(database):
    text = "".join(map(chr, [*range(1, 0xD800, 97), *range(0xE000, 0x110000, 4099)]))

    await database.write(put, "a", text[:10_000])

    assert (await database.read(lambda tx: tx.one("select value from setting")))["value"] == text


async def test_a_savepoint_undoes_its_part_alone(database):
    def try_twice(tx):
        put(tx, "a")
        with pytest.raises(AlreadyThere), tx.savepoint():
            put_both(tx, "b", "a")
        put(tx, "c")

    await database.write(try_twice)

    assert await database.read(names) == ["a", "c"]


async def test_going_on_after_a_failed_statement_is_a_bug_on_both_engines(database):
    def go_on(tx):
        put(tx, "a")
        with pytest.raises(AlreadyThere):
            put(tx, "a")
        put(tx, "b")

    with pytest.raises(Spoilt):
        await database.write(go_on)

    assert await database.read(names) == []


async def test_swallowing_a_failed_statement_writes_nothing(database):
    def swallow(tx):
        put(tx, "a")
        with pytest.raises(AlreadyThere):
            put(tx, "a")

    with pytest.raises(Spoilt):
        await database.write(swallow)

    assert await database.read(names) == []


async def test_a_reader_cannot_write(database):
    with pytest.raises(Exception, match=r"read-?only"):
        await database.read(put, "a")

    assert await database.read(names) == []


async def test_a_read_sees_one_snapshot_while_others_write(database):
    loop = asyncio.get_running_loop()

    def look_twice(tx):
        before = names(tx)
        asyncio.run_coroutine_threadsafe(database.write(put, "b"), loop)
        return before, names(tx)

    await database.write(put, "a")
    before, after = await database.read(look_twice)

    assert before == after == ["a"]


async def test_a_read_from_another_thread_does_not_share_the_snapshot(database):
    await database.write(put, "a")

    def in_thread():
        return asyncio.run(database.read(names))

    found = await asyncio.gather(*(asyncio.to_thread(in_thread) for _ in range(4)))

    assert found == [["a"]] * 4


async def test_values_have_the_same_types_on_both_engines(database):
    def ask(tx):
        put(tx, "a")
        return tx.one(
            """
            select :yes + 1 as truth, coalesce(:nothing, 'none') as none,
                sum(length(name)) as total, count(*) as n, :text || '!' as text
            from setting
            where (:name is null or name = :name) and name in (:names[]) and name not in (:none[])
            """,
            yes=True,
            nothing=None,
            text="so",
            name="a",
            names={"a", "b"},
            none=(),
        )

    row = await database.write(ask)

    assert dict(row) == {"truth": 2, "none": "none", "total": 1, "n": 1, "text": "so!"}
    assert {name: type(row[name]) for name in dict(row)} == {
        "truth": int,
        "none": str,
        "total": int,
        "n": int,
        "text": str,
    }


async def test_texts_are_ordered_by_their_bytes(database):
    for name in ("b", "B", "a", "ä", "Z", "_"):
        await database.write(put, name)

    assert await database.read(names) == ["B", "Z", "_", "a", "b", "ä"]


async def test_giving_up_waiting_does_not_undo_the_writing(database):
    task = asyncio.ensure_future(database.write(put, "a"))
    await asyncio.sleep(0)
    task.cancel()
    await database.write(put, "b")
    while len(await database.read(names)) < 2:  # noqa: ASYNC110 - the writer is another thread
        await asyncio.sleep(0.01)

    assert task.cancelled()
    assert await database.read(names) == ["a", "b"]


async def test_closing_finishes_what_waits(new_store, tmp_path):
    url = new_store(tmp_path)
    db = await open_database(url, tmp_path, NOW)
    writes = [asyncio.ensure_future(db.write(put, f"{i:02}")) for i in range(20)]
    await asyncio.sleep(0)
    await db.close()
    await db.close()

    assert await asyncio.gather(*writes) == [f"{i:02}" for i in range(20)]
    with pytest.raises(StoreFailed):
        await db.write(put, "late")
    again = await open_database(url, tmp_path, NOW)
    assert len(await again.read(names)) == 20
    await again.close()


def test_a_function_that_holds_the_writer_too_long_is_found_in_tests(tx):
    clock = iter([10.0, 10.3])

    with pytest.raises(TooSlow, match="300 ms"):
        Rehearsal(lambda: next(clock)).run(tx, names)


def test_garbage_collection_is_not_held_against_a_function(tx):
    during = []

    Rehearsal(lambda: 0.0).run(tx, lambda tx: during.append(gc.isenabled()))

    assert during == [False]
    assert gc.isenabled()


async def test_a_function_is_rehearsed_in_tests_and_its_effect_stands_once(database):
    calls = []

    def note(tx):
        calls.append(names(tx))
        put(tx, "a")

    await database.write(note)

    assert calls == [[], []]
    assert await database.read(names) == ["a"]


@pytest.mark.threat("T148")
async def test_a_word_that_is_deleted_is_overwritten_in_the_file(stores, engine, tmp_path):
    if engine == "postgres":
        pytest.skip("PostgreSQL clears away by itself, in its own time")
    store = await open_database(stores.new(tmp_path), tmp_path, NOW)
    for name in "abcdefgh":
        await store.write(put, name, f"{name} zebrafinch " * 20)
    await store.close()
    held = b"zebrafinch" in (tmp_path / "hedgerow.db").read_bytes()
    store = await open_database("", tmp_path, NOW)
    await store.write(lambda tx: tx.run("update setting set value = '' where name in ('c', 'e')"))
    await store.write(lambda tx: tx.run("delete from setting where value <> ''"))
    await store.close()

    left = [one for one in tmp_path.iterdir() if b"zebrafinch" in one.read_bytes()]
    assert (held, left) == (True, [])
