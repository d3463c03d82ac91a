"""What is in a store, on either engine: tables, columns, checks, references and indexes."""

import re
from dataclasses import dataclass

from node.db.tx import Tx


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """A column; `kind` is `text`, `integer`, … in the engine's own words."""

    table: str
    name: str
    kind: str


def tables(tx: Tx) -> set[str]:
    """The names of our tables; those in which an index keeps its words are not ours."""
    if tx.engine == "sqlite":
        rows = tx.all(
            """
            select name from pragma_table_list
            where schema = 'main' and type = 'table' and name not like 'sqlite~_%' escape '~'
            """
        )
    else:
        rows = tx.all("select tablename as name from pg_tables where schemaname = 'public'")
    return {row["name"] for row in rows}


def columns(tx: Tx) -> list[Column]:
    """Every column of every table of ours, in order."""
    if tx.engine == "sqlite":
        rows = tx.all(
            """
            select s.name as table_name, c.name, lower(c.type) as kind
            from pragma_table_list s, pragma_table_info(s.name) c
            where s.schema = 'main' and s.type = 'table'
              and s.name not like 'sqlite~_%' escape '~'
            """
        )
    else:
        rows = tx.all(
            """
            select table_name, column_name as name, data_type as kind
            from information_schema.columns where table_schema = 'public'
            """
        )
    return sorted(Column(row["table_name"], row["name"], row["kind"]) for row in rows)


def checks(tx: Tx) -> dict[str, str]:
    """The text of each table's checks, by table."""
    if tx.engine == "sqlite":
        rows = tx.all("select name, sql as text from sqlite_schema where type = 'table'")
    else:
        rows = tx.all(
            """
            select c.relname as name, string_agg(pg_get_constraintdef(k.oid), ' ') as text
            from pg_constraint k join pg_class c on c.oid = k.conrelid
            where k.contype = 'c' group by c.relname
            """
        )
    return {row["name"]: row["text"] for row in rows}


def is_limited(column: Column, check: str) -> bool:
    """Whether a text column's length is checked, or its values are enumerated."""
    name = re.escape(column.name)
    patterns = (rf"length\({name}\) <= \d+", rf"\b{name} in \(", rf"\(?{name} = any \(")
    return any(re.search(pattern, check, re.IGNORECASE) for pattern in patterns)


def references(tx: Tx, to: str = "") -> set[tuple[str, str]]:
    """Each (table, first column) that refers to another table, or to the table `to`."""
    if tx.engine == "sqlite":
        rows = tx.all(
            """
            select s.name as table_name, f."from" as name, f."table" as meant
            from sqlite_schema s, pragma_foreign_key_list(s.name) f
            where s.type = 'table' and f.seq = 0
            """
        )
    else:
        rows = tx.all(
            """
            select c.relname as table_name, a.attname as name, m.relname as meant
            from pg_constraint k
            join pg_class c on c.oid = k.conrelid
            join pg_class m on m.oid = k.confrelid
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
            where k.contype = 'f'
            """
        )
    return {(row["table_name"], row["name"]) for row in rows if to in ("", row["meant"])}


def indexed(tx: Tx) -> set[tuple[str, str]]:
    """Each (table, column) that an index begins with, keys and unique columns included."""
    if tx.engine == "sqlite":
        rows = tx.all(
            """
            select s.name as table_name, c.name
            from sqlite_schema s, pragma_index_list(s.name) i, pragma_index_info(i.name) c
            where s.type = 'table' and c.seqno = 0
            union
            select s.name, c.name from sqlite_schema s, pragma_table_info(s.name) c
            where s.type = 'table' and c.pk = 1
            """
        )
    else:
        rows = tx.all(
            """
            select c.relname as table_name, a.attname as name
            from pg_index i
            join pg_class c on c.oid = i.indrelid
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
            """
        )
    return {(row["table_name"], row["name"]) for row in rows}
