"""Looking into a PostgreSQL database beside the nodes that use it."""

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from node.base.errors import Refused
from node.db.inspection import Inspector, Key, Page, Table, our_tables, page_of, shown

CONNECT_S_MAX = 10
READS_ONLY = "-c default_transaction_read_only=on"
COLUMNS = """
    select t.relname as name, a.attname as column_name,
        coalesce(a.attnum = any(k.indkey), false) as is_key
    from pg_class t join pg_attribute a on a.attrelid = t.oid
    left join pg_index k on k.indrelid = t.oid and k.indisprimary
    where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace
      and a.attnum > 0 and not a.attisdropped
    order by t.relname, a.attnum
"""


class PostgresInspector:
    """One connection on which nothing can be written."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def tables(self) -> list[Table]:
        """Every table, by name."""
        columns: dict[str, list[str]] = {}
        keys: dict[str, list[str]] = {}
        for row in self._connection.execute(COLUMNS):
            name, column = row["name"], row["column_name"]
            columns.setdefault(name, []).append(column)
            if row["is_key"]:
                keys.setdefault(name, []).append(column)
        return [
            Table(name, shown(name, found), tuple(keys.get(name, found)), self._count(name))
            for name, found in columns.items()
            if name in our_tables("postgres")
        ]

    def _count(self, name: str) -> int:
        asked = sql.SQL("select count(*) as total from {}").format(sql.Identifier(name))
        row = self._connection.execute(asked).fetchone()
        return int(row["total"]) if row else 0

    def page(self, table: Table, limit: int, before: Key | None = None) -> Page:
        """The last rows of a table by its key, those below `before`, the last one first."""
        key = sql.SQL(", ").join(map(sql.Identifier, table.key))
        last = sql.SQL(", ").join(map(sql.Literal, before or ()))
        asked = sql.SQL(
            "select {columns} from {table} {where} order by {order} limit {limit}"
        ).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, {*table.columns, *table.key})),
            table=sql.Identifier(table.name),
            where=sql.SQL("where ({}) < ({})").format(key, last) if before else sql.SQL(""),
            order=sql.SQL(", ").join(
                sql.SQL("{} desc").format(sql.Identifier(column)) for column in table.key
            ),
            limit=sql.Literal(limit),
        )
        return page_of(table, list(self._connection.execute(asked)))

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


def open_inspector(url: str) -> Inspector:
    """Look into the database at `url`.

    Raises:
        Refused: it cannot be reached.
    """
    try:
        connection = psycopg.Connection[DictRow].connect(
            url,
            row_factory=dict_row,
            connect_timeout=CONNECT_S_MAX,
            options=READS_ONLY,
            autocommit=True,
        )
    except psycopg.Error as error:
        raise Refused("The database cannot be reached.") from error
    return PostgresInspector(connection)
