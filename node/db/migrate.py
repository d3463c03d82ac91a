"""Brings a store to the schema of this version: numbered SQL files, each applied once and whole.

`0002_name.sql` is for both engines; where they differ, `0002_name.sqlite.sql` and
`0002_name.postgres.sql` stand side by side. One transaction holds all files that are missing, with
the notes that they are applied (`node/db/upgrade.py`), so a process that is killed leaves the store
before or after them, never between.
"""

import re
import sqlite3
from importlib.resources import files

from node.base.errors import Refused
from node.db.tx import Engine, Tx

NAME = re.compile(r"(\d{4})_\w+?(?:\.(sqlite|postgres))?\.sql")
LOCK_KEY = 4_841_557
FOR_SQLITE = (
    (re.compile(r"\bbigint\b"), "integer"),
    (re.compile(r"\bdouble precision\b"), "real"),
    (re.compile(r"\bbytea\b"), "blob"),
)
COLUMN_TEXT = re.compile(r"((?:^\s*|add column )\w+ text)\b", re.MULTILINE)
OWN_KEY = re.compile(r"\btext primary key\b|\bprimary key \(")


def migrations(engine: Engine) -> list[tuple[int, str]]:
    """Every migration as (number, SQL), in order."""
    found = []
    for file in (files("node.db") / "migrations").iterdir():
        name = NAME.fullmatch(file.name)
        if name and name[2] in (None, engine):
            found.append((int(name[1]), file.read_text()))
    return sorted(found)


def statements(sql: str, engine: Engine) -> list[str]:
    """The statements of a migration, as `engine` wants them.

    SQLite gets strict tables, and tables without a hidden row number where the key is a text or
    several columns; PostgreSQL compares texts by their bytes, as SQLite does, whatever its locale.
    """
    found, begun = [], ""
    for line in sql.splitlines():
        if line.lstrip().startswith("--") or not (begun or line.strip()):
            continue
        begun += line + "\n"
        is_quoted = begun.count("$$") % 2
        if line.rstrip().endswith(";") and sqlite3.complete_statement(begun) and not is_quoted:
            found.append(spelt(begun.strip().removesuffix(";"), engine))
            begun = ""
    if begun.strip():
        raise ValueError(f"a migration ends in the middle of a statement: {begun[:60]!r}")
    return found


def spelt(statement: str, engine: Engine) -> str:
    if engine == "postgres":
        return COLUMN_TEXT.sub(r'\1 collate "C"', statement)
    for pattern, word in FOR_SQLITE:
        statement = pattern.sub(word, statement)
    if not statement.startswith("create table"):
        return statement
    return statement + (" strict, without rowid" if OWN_KEY.search(statement) else " strict")


def schema_number(tx: Tx) -> int:
    """The number of the newest migration applied; 0 for an empty store."""
    tx.run("create table if not exists migration (number bigint primary key, applied_at bigint)")
    row = tx.one("select coalesce(max(number), 0) as number from migration")
    return int(row["number"]) if row else 0


def hold_schema(tx: Tx) -> None:
    """Keep other processes from changing the schema until this transaction ends, however long."""
    if tx.engine == "postgres":
        tx.run("set local statement_timeout = 0")
        tx.one("select pg_advisory_xact_lock(:key)", key=LOCK_KEY)


def apply_next(tx: Tx, now: int, last: int | None = None) -> int | None:
    """Apply the next migration in the caller's transaction; its number, None if all are applied.

    None comes beyond number `last`, too, where one is given.

    Raises:
        Refused: the store was written by a newer version.
    """
    hold_schema(tx)
    have, known = schema_number(tx), migrations(tx.engine)
    if have > known[-1][0]:
        raise Refused("This data was written by a newer Hedgerow. Install that version again.")
    for number, sql in known:
        if number > have and (last is None or number <= last):
            for statement in statements(sql, tx.engine):
                tx.run(statement)
            tx.run(
                "insert into migration (number, applied_at) values (:number, :now)",
                number=number,
                now=now,
            )
            return number
    return None


def migrate(tx: Tx, now: int, last: int | None = None) -> int:
    """Apply all that is missing, up to number `last`, in one transaction; how many were applied."""
    applied = 0
    while apply_next(tx, now, last) is not None:
        applied += 1
    return applied
