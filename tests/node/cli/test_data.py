"""What the commands about the store show, write out, and never show."""

import csv
import json
import re
import sqlite3
from contextlib import closing

import pytest

from node.base.errors import Refused
from node.cli.data import in_csv, in_json, in_words
from node.db.export import export_tables
from node.db.inspection import NEVER_SHOWN, every_row, table_called
from node.db.open import open_database
from node.db.open_inspector import open_inspector
from node.db.optimize import optimize
from node.topics.accounts.actions import create_account, issue_token
from node.topics.accounts.apps import register_app
from node.topics.accounts.oauth import give_code
from node.topics.accounts.sign_in import count_try
from node.topics.accounts.store import add_session
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_node, add_person
from tests.schema import columns, tables

OPENS_DOORS = re.compile(r"hash|secret|token|password|private|csrf|challenge|code|^key$")
HARMLESS = {
    "arrival.body_hash",
    "held_arrival.body_hash",
    "file.blurhash",
    "file.key",
    "file_gone.key",
    "remote_picture.key",
}
"""Digests of what is shown anyway; where a file lies, which is given to nobody for that alone."""

FORMULA = '=HYPERLINK("https://bad.example")'


def fill(tx):
    """Somebody who signed in, lets an app in, and has a neighbour with an odd name."""
    add_node(tx)
    account = create_account(
        tx,
        origin=ORIGIN,
        name="ann",
        email="ann@post.example",
        password_hash="hash-of-a-password",
        role="member",
        keys=KEYS,
        now=NOW,
    ).id
    add_session(tx, "token-of-a-session", account, "csrf-of-a-session", NOW, NOW + 99)
    made = register_app(tx, "App", "", ["https://app.example/back"], "read", NOW)
    app = made.app
    code = give_code(tx, app, account, app.redirect_uris[0], "read", "c" * 43, NOW)
    count_try(tx, {"client 192.0.2.7": 9}, None, NOW)
    rose = add_neighbour(tx, "rose")
    tx.run("update actor set display_name = :name where id = :id", name=FORMULA, id=rose.id)
    return (issue_token(tx, account, "read", NOW), code, made.secret)


@pytest.fixture
async def place(new_store, tmp_path):
    """A folder with a filled store on which nothing runs; its `[database] url`, its secrets."""
    folder = tmp_path / "data"
    folder.mkdir()
    url = new_store(folder)
    db = await open_database(url, folder, NOW)
    secrets = await db.write(fill)
    await db.close()
    return folder, url, secrets


@pytest.fixture
def inspector(place):
    folder, url, _ = place
    with closing(open_inspector(url, folder)) as found:
        yield found


def test_every_table_is_listed_with_its_rows(inspector, tx):
    found = {table.name: table.rows for table in inspector.tables()}

    assert set(found) == tables(tx)
    assert (found["actor"], found["account"], found["post"]) == (4, 1, 0)


def test_every_column_that_opens_doors_is_never_shown(tx):
    named = {f"{one.table}.{one.name}" for one in columns(tx) if OPENS_DOORS.search(one.name)}

    assert named - HARMLESS == NEVER_SHOWN


@pytest.mark.feature("C10")
@pytest.mark.threat("T88")
def test_whose_another_name_is_is_never_shown(inspector):
    listed = {f"{table.name}.{one}" for table in inspector.tables() for one in table.columns}

    assert "pseudonym.actor_id" in listed
    assert {one for one in listed if one.startswith(("pseudonym.", "same_person."))} == {
        "pseudonym.actor_id",
        "pseudonym.community_id",
    }
    assert not listed & {"account.no_names_until", "session.acting_id"}


@pytest.mark.feature("C10")
@pytest.mark.threat("T88")
async def test_nothing_of_which_names_are_one_persons_is_printed_or_written_out(place, tmp_path):
    folder, url, _ = place
    db = await open_database(url, folder, NOW)
    await db.write(pair_up)
    await db.close()
    with closing(open_inspector(url, folder)) as inspector:
        pairs = table_called(inspector, "same_person")
        export_tables(inspector, folder, tmp_path / "out", "jsonl", lambda name, rows: None)

    assert pairs.rows == 2
    assert in_words(pairs, []) == "What is in same_person is never shown.\n"
    assert list(every_row(inspector, pairs)) == []
    assert (tmp_path / "out" / "same_person.jsonl").read_text() == ""


def pair_up(tx):
    """Two people, put down as one."""
    first, second = [row["id"] for row in tx.all("select id from actor order by id limit 2")]
    for one, other in ((first, second), (second, first)):
        tx.run("insert into same_person (actor_id, other_id) values (:o, :s)", o=one, s=other)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_key_token_or_password_is_in_what_is_written_out(place, inspector, tmp_path, form):
    _, _, given = place
    export_tables(inspector, place[0], tmp_path / "out", form, lambda name, rows: None)
    text = "".join(file.read_text() for file in sorted((tmp_path / "out").iterdir()))

    secrets = (*given, "hash-of-a-password", "csrf-of-a-session", "c" * 43, "192.0.2.7")
    assert [one for one in secrets if one in text] == []
    assert [name for name in ("PRIVATE KEY", KEYS[0], KEYS[2]) if name in text] == []
    assert "BEGIN PUBLIC KEY" in text


@pytest.mark.parametrize("way", [in_words, in_json, in_csv])
def test_the_newest_rows_come_first_and_no_more_than_asked_for(inspector, way):
    table = table_called(inspector, "actor")
    every = [row["id"] for row in every_row(inspector, table)]
    newest = way(table, inspector.page(table, 1).rows)

    assert every == sorted(every, reverse=True)
    assert str(every[0]) in newest
    assert str(every[1]) not in newest


def test_a_table_that_is_not_there_is_refused_with_a_sentence(inspector):
    for name in ("nobody", 'actor"; drop table actor', "sqlite_schema"):
        with pytest.raises(Refused, match="There is no table"):
            table_called(inspector, name)


def test_what_is_shown_cannot_steer_a_terminal(inspector):
    table = table_called(inspector, "actor")
    row = dict(inspector.page(table, 1).rows[0]) | {"name": "\x1b[2Jgone\x9b\u202e"}

    for way in (in_words, in_json, in_csv):
        assert [sign for sign in "\x1b\x9b\u202e" if sign in way(table, [row])] == []


def test_a_text_like_a_formula_is_no_formula_in_a_spreadsheet(inspector, place, tmp_path):
    export_tables(inspector, place[0], tmp_path / "out", "csv", lambda name, rows: None)
    with (tmp_path / "out" / "actor.csv").open(newline="") as file:
        names = [row["display_name"] for row in csv.DictReader(file)]

    assert f"'{FORMULA}" in names
    assert [name for name in names if name.startswith("=")] == []


def test_what_is_written_out_can_be_read_back_and_is_its_owners_alone(inspector, place, tmp_path):
    told = []
    folder = tmp_path / "out"
    folder.mkdir(mode=0o777)
    count = export_tables(inspector, place[0], folder, "jsonl", lambda *one: told.append(one))
    rows = [json.loads(line) for line in (folder / "actor.jsonl").read_text().splitlines()]

    assert count == len(told) == len(list(folder.iterdir()))
    assert {row["display_name"] for row in rows} >= {FORMULA}
    assert ("actor", len(rows)) in told
    assert folder.stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}


@pytest.mark.parametrize("target", ["full", "full/file.txt", "link", "data", "data/new", "way/new"])
def test_nothing_is_written_where_something_is_nor_among_the_nodes_own_files(
    inspector, place, tmp_path, target
):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "full")
    (tmp_path / "way").symlink_to(place[0])
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(Refused, match="Name a"):
        export_tables(inspector, place[0], tmp_path / target, "csv", lambda name, rows: None)
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "full" / "file.txt").read_text() == "mine"


def test_an_export_that_is_stopped_leaves_nothing(inspector, place, tmp_path):
    def stop(name, rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_tables(inspector, place[0], tmp_path / "out", "jsonl", stop)
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


async def test_tables_that_are_not_ours_are_not_looked_at(place):
    folder, url, _ = place
    db = await open_database(url, folder, NOW)
    await db.write(lambda tx: tx.run("create table plugin (private_key text)"))
    await db.write(lambda tx: tx.run("create table copy as select * from account"))
    await db.close()
    with closing(open_inspector(url, folder)) as inspector:
        assert {one.name for one in inspector.tables()}.isdisjoint({"plugin", "copy"})
        with pytest.raises(Refused, match="There is no table"):
            table_called(inspector, "copy")


def test_numbers_that_readers_of_json_would_round_stand_as_texts(inspector):
    table = table_called(inspector, "actor")
    (row,) = json.loads(in_json(table, inspector.page(table, 1).rows))

    assert isinstance(row["id"], str)
    assert isinstance(row["created_at"], int)


def test_times_are_times_in_words(inspector):
    table = table_called(inspector, "account")

    assert "created_at          2027-01-15 08:00:00 UTC" in in_words(
        table, inspector.page(table, 1).rows
    )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda file: file.write_bytes(b"not a database " * 900), "Restore a backup"),
        (lambda file: file.write_bytes(file.read_bytes()[:9000]), "Restore a backup"),
        (lambda file: file.write_bytes(b""), "There is no database"),
        (lambda file: file.unlink(), "restore a backup"),
    ],
    ids=["other bytes", "cut", "empty", "lost"],
)
@pytest.mark.parametrize("way", ["look", "pack"])
def test_a_database_that_is_damaged_or_lost_is_said_to_be_that(
    place, engine, damage, sentence, way
):
    if engine == "postgres":
        pytest.skip("a database elsewhere is no file")
    folder, url, _ = place
    damage(folder / "hedgerow.db")

    with pytest.raises(Refused, match=sentence):
        look(url, folder) if way == "look" else optimize(url, folder)


def look(url, folder):
    with closing(open_inspector(url, folder)) as inspector:
        for table in inspector.tables():
            list(every_row(inspector, table))


def test_a_text_that_is_none_is_shown_as_far_as_it_is_one(place, engine):
    if engine == "postgres":
        pytest.skip("PostgreSQL takes no such text")
    folder, url, _ = place
    with closing(sqlite3.connect(folder / "hedgerow.db")) as plain:
        plain.execute("insert into setting (name, value) values ('odd', cast(x'61ff62' as text))")
        plain.commit()
    with closing(open_inspector(url, folder)) as inspector:
        (row,) = inspector.page(table_called(inspector, "setting"), 5).rows

    assert row["value"] == "a\ufffdb"


async def test_a_store_is_looked_into_while_it_is_written_to(place):
    folder, url, _ = place
    db = await open_database(url, folder, NOW)
    with closing(open_inspector(url, folder)) as inspector:
        before = table_called(inspector, "actor").rows
        await db.write(lambda tx: add_person(tx, "bea"))
        assert table_called(inspector, "actor").rows == before + 1
    await db.close()


def test_every_row_comes_once_however_many_pages_it_takes(inspector, monkeypatch):
    monkeypatch.setattr("node.db.inspection.ROWS_A_PAGE", 2)
    for name in ("actor", "actor_key", "session", "oauth_token", "migration"):
        table = table_called(inspector, name)
        found = [tuple(row.values()) for row in every_row(inspector, table)]
        assert len(found) == table.rows


def test_looking_changes_nothing(inspector, engine):
    with pytest.raises(Exception, match=r"read-?only"):
        inspector._connection.execute("delete from actor")


def test_a_folder_without_a_database_is_refused_and_gets_none(tmp_path, engine):
    if engine == "postgres":
        pytest.skip("a database elsewhere is no file")
    with pytest.raises(Refused, match="There is no database"):
        open_inspector("", tmp_path)

    assert list(tmp_path.iterdir()) == []


async def test_what_was_deleted_leaves_the_file_when_it_is_packed(place, engine):
    if engine == "postgres":
        pytest.skip("PostgreSQL packs itself")
    folder, url, _ = place
    file = folder / "hedgerow.db"
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("pragma secure_delete = off")
        for number in range(40):
            put_setting(plain, f"n{number}", "a word that is gone " * 400)
        plain.execute("delete from setting")
        plain.commit()
    held = b"a word that is gone" in file.read_bytes()

    before, after = optimize(url, folder)

    assert held
    assert (before > after, file.stat().st_size) == (True, after)
    assert b"a word that is gone" not in file.read_bytes()
    assert [one.name for one in folder.iterdir() if one.name.endswith(("-wal", "-shm"))] == []
    reopened = await open_database(url, folder, NOW)
    assert await reopened.read(lambda tx: tx.one("select count(*) as n from actor")["n"]) == 4
    await reopened.close()


def put_setting(plain, name, value):
    plain.execute("insert into setting (name, value) values (?, ?)", (name, value))


async def test_a_store_that_a_node_runs_on_is_not_packed(place, engine):
    folder, url, _ = place
    db = await open_database(url, folder, NOW)
    with pytest.raises(Refused, match="tidies up" if engine == "postgres" else "Stop it first"):
        optimize(url, folder)
    await db.close()
