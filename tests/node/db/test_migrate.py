"""Migrations: how they are cut up, and that a kill leaves a store before or after one."""

import asyncio
import os
import signal

import pytest

from node.db.migrate import apply_next, migrations, schema_number, statements
from node.db.open import open_database
from node.db.postgres import PostgresTx
from node.db.sqlite_tx import SqliteTx
from tests.conftest import NOW
from tests.schema import tables

THREE = [
    (
        1,
        """
        create table first (id bigint primary key, name text);
        insert into first values (1, 'a');
        """,
    ),
    (
        2,
        """
        create table second (id bigint primary key, name text not null);
        insert into second select id, name from first;
        alter table first add column more text;
        update first set more = 'b';
        """,
    ),
    (3, "drop table first;\ncreate index second_name on second (name);"),
]
STEPS = [{"migration"}, {"migration", "first"}, {"migration", "first", "second"}]
STEPS.append({"migration", "second"})


def test_a_trigger_and_a_function_are_one_statement_each():
    text = """
    -- A remark; with a semicolon.
    create table one (id bigint primary key, body text not null check (body <> ';'));
    create trigger after_one after insert on one begin
        insert into two (id) values (new.id);
        delete from three;
    end;
    """

    assert [one.split(" ")[1] for one in statements(text, "sqlite")] == ["table", "trigger"]
    function = "create function f() returns int as $$\nbegin\nreturn 1;\nend;\n$$ language plpgsql;"
    assert len(statements(function, "postgres")) == 1


def test_a_migration_that_ends_in_mid_statement_is_an_error():
    with pytest.raises(ValueError, match="middle of a statement"):
        statements("create table one (id bigint", "sqlite")


def test_a_table_is_spelt_for_each_engine():
    text = "create table one (\na text not null,\nb bigint,\nprimary key (a, b)\n);"

    assert statements(text, "sqlite") == [
        "create table one (\na text not null,\nb integer,\nprimary key (a, b)\n)"
        " strict, without rowid"
    ]
    assert statements(text, "postgres") == [
        'create table one (\na text collate "C" not null,\nb bigint,\nprimary key (a, b)\n)'
    ]


def test_numbers_are_each_there_once_and_without_a_gap():
    for engine in ("sqlite", "postgres"):
        numbers = [number for number, _ in migrations(engine)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_migrating_a_migrated_store_changes_nothing(tx):
    before = tables(tx)

    assert apply_next(tx, NOW) is None
    assert tables(tx) == before


@pytest.mark.threat("T137")
@pytest.mark.promise("R19")
def test_a_kill_at_any_statement_leaves_the_store_before_or_after_a_migration(
    stores, engine, tmp_path, monkeypatch
):
    for module in ("migrate", "upgrade"):
        monkeypatch.setattr(f"node.db.{module}.migrations", lambda engine: THREE)
    monkeypatch.setattr("node.db.upgrade.words_kept", lambda tx: {})
    killed = 0
    for count in range(1, 60):
        folder = tmp_path / str(count)
        url = stores.new_empty(folder)
        was_killed = migrate_and_die(url, folder, engine, count)
        killed += was_killed
        number, found = asyncio.run(look(url, folder))
        assert found == STEPS[number]
        again = asyncio.run(migrate_whole(url, folder))
        assert again == (3, STEPS[3])
        stores.drop(url)
        if not was_killed:
            break

    assert killed > 20


@pytest.mark.threat("T137")
@pytest.mark.promise("R19")
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_kill_at_any_statement_of_our_own_migrations_is_survived(stores, engine, tmp_path):
    whole = {one for _, sql in migrations(engine) for one in statements(sql, engine)}
    for count in range(1, 3 * len(whole)):
        folder = tmp_path / str(count)
        url = stores.new_empty(folder)
        was_killed = migrate_and_die(url, folder, engine, count)
        asyncio.run(migrate_whole(url, folder))
        stores.drop(url)
        if not was_killed:
            return
    pytest.fail("the migrations ran more statements than they have")


def migrate_and_die(url, folder, engine, count):
    """Migrate in a process that is killed right after its statement number `count`; was it?"""
    child = os.fork()
    if child == 0:
        die_after(count, engine)
        asyncio.run(migrate_whole(url, folder))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def die_after(count, engine):
    left = count
    kind = SqliteTx if engine == "sqlite" else PostgresTx
    run = kind._run

    def run_and_count(*args):
        nonlocal left
        result = run(*args)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    kind._run = run_and_count


async def look(url, folder):
    """The number of the schema and the tables, before anything is migrated."""
    patch = pytest.MonkeyPatch()
    patch.setattr("node.db.upgrade.upgrade", lambda tx, now: 0)
    db = await open_database(url, folder, NOW)
    patch.undo()
    found = await db.write(lambda tx: (schema_number(tx), tables(tx)))
    await db.close()
    return found


async def migrate_whole(url, folder):
    db = await open_database(url, folder, NOW)
    newest = await db.read(lambda tx: tx.one("select max(number) as n from migration")["n"])
    found = await db.read(tables)
    await db.close()
    return newest, found
