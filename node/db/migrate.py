"""Brings a store to the schema of this version: numbered SQL files, each applied once and whole."""

import re
from importlib.resources import files

from node.db.tx import Engine, Tx
from node.errors import Refused

NAME = re.compile(r"(\d{4})_\w+\.sql")


def migrations() -> list[tuple[int, str]]:
    """Every migration as (number, SQL), in order."""
    folder = files("node.db") / "migrations"
    found = [(NAME.fullmatch(file.name), file) for file in folder.iterdir()]
    return sorted((int(name[1]), file.read_text()) for name, file in found if name)


def statements(sql: str, engine: Engine) -> list[str]:
    """The statements of a migration, for `engine`.

    SQLite makes a `bigint primary key` twice as dear as an `integer` one, which is the same there.
    """
    if engine == "sqlite":
        sql = sql.replace("bigint primary key", "integer primary key")
    lines = [line for line in sql.splitlines() if not line.lstrip().startswith("--")]
    return [one.strip() for one in "\n".join(lines).split(";") if one.strip()]


def schema_number(tx: Tx) -> int:
    """The number of the newest migration applied; 0 for an empty store."""
    tx.run("create table if not exists migration (number bigint primary key, applied_at bigint)")
    row = tx.one("select coalesce(max(number), 0) as number from migration")
    return int(row["number"]) if row else 0


def migrate(tx: Tx, now: int) -> int:
    """Apply what is missing, all in the caller's transaction; how many were applied.

    Raises:
        Refused: the store was written by a newer version.
    """
    have, known = schema_number(tx), migrations()
    if have > known[-1][0]:
        raise Refused("This data was written by a newer Hedgerow. Install that version again.")
    missing = [(number, sql) for number, sql in known if number > have]
    for number, sql in missing:
        for statement in statements(sql, tx.engine):
            tx.run(statement)
        tx.run("insert into migration (number, applied_at) values (:n, :now)", n=number, now=now)
    return len(missing)
