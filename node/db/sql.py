"""One SQL text, made ready for an engine: parameters and lists are the two things spelt apart."""

import re
from functools import lru_cache

from node.db.tx import Engine

LIST = re.compile(r"(not )?in \(:(\w+)\[\]\)", re.IGNORECASE)
TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:([a-z_]\w*)( is (?:not )?null\b)?")
STATEMENTS_MAX = 1024


@lru_cache(maxsize=STATEMENTS_MAX)
def render_sql(sql: str, engine: Engine) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The text for `engine`, the parameters that are lists, and those asked whether they are null.

    SQLite takes a list as one JSON text, PostgreSQL as an array. PostgreSQL wants to know the type
    of what is null or not, so there the question is about a text of its own, `NAME__null`.
    """
    lists = tuple(dict.fromkeys(match[2] for match in LIST.finditer(sql)))
    if engine == "sqlite":
        return LIST.sub(r"\1in (select value from json_each(:\2))", sql), lists, ()
    sql = LIST.sub(postgres_list, sql).replace("%", "%%")
    asked = tuple({match[1] for match in TOKEN.finditer(sql) if match[2]})
    return TOKEN.sub(postgres_parameter, sql), lists, asked


def postgres_list(match: re.Match[str]) -> str:
    return f"<> all(:{match[2]})" if match[1] else f"= any(:{match[2]})"


def postgres_parameter(match: re.Match[str]) -> str:
    if not match[1]:
        return match[0]
    return f"%({match[1]}__null)s::text{match[2]}" if match[2] else f"%({match[1]})s"
