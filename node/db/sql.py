"""One SQL text, made ready for an engine: parameters and lists are the two things spelt apart."""

import re
from functools import lru_cache

from node.db.tx import Engine

LIST = re.compile(r"(not )?in \(:(\w+)\[\]\)", re.IGNORECASE)
TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:([a-z_]\w*)")
STATEMENTS_MAX = 1024


@lru_cache(maxsize=STATEMENTS_MAX)
def render_sql(sql: str, engine: Engine) -> tuple[str, tuple[str, ...]]:
    """The text for `engine`, and the names of its parameters that are lists.

    SQLite takes a list as one JSON text, PostgreSQL as an array.
    """
    lists = tuple(match[2] for match in LIST.finditer(sql))
    if engine == "sqlite":
        return LIST.sub(r"\1in (select value from json_each(:\2))", sql), lists
    sql = LIST.sub(postgres_list, sql).replace("%", "%%")
    return TOKEN.sub(postgres_parameter, sql), lists


def postgres_list(match: re.Match[str]) -> str:
    return f"<> all(:{match[2]})" if match[1] else f"= any(:{match[2]})"


def postgres_parameter(match: re.Match[str]) -> str:
    return f"%({match[1]})s" if match[1] else match[0]
