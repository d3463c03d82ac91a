"""One SQL text, made ready for an engine: parameters and lists, the two things that are spelt apart."""

import re
from functools import lru_cache

from node.db.tx import Engine

LIST = re.compile(r"in \(:(\w+)\[\]\)")
PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")
STATEMENTS_MAX = 1024


@lru_cache(maxsize=STATEMENTS_MAX)
def render_sql(sql: str, engine: Engine) -> tuple[str, tuple[str, ...]]:
    """The text for `engine`, and the names of its parameters that are lists."""
    lists = tuple(LIST.findall(sql))
    if engine == "sqlite":
        return LIST.sub(r"in (select value from json_each(:\1))", sql), lists
    sql = LIST.sub(r"= any(:\1)", sql.replace("%", "%%"))
    return PARAMETER.sub(r"%(\1)s", sql), lists
