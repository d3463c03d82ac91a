"""How an engine means to answer a statement, for tests that hold it to its indexes."""

import re

from node.db.sql import render_sql
from node.db.tx import Tx

SCAN = re.compile(r"^SCAN (?!.*(USING|VIRTUAL TABLE|CONSTANT ROW))")
PARAMETER = re.compile(r"%\((\w+)\)s")
WHOLE_NUMBER = re.compile(r"(?:.*_)?(?:id|at|now|limit|before|after|since|until)")
"""Parameters by whose name one can tell that they are numbers; the driver tells by their values."""


def plan(tx: Tx, sql: str) -> list[str]:
    """The steps of the plan for `sql`, whose parameters need no values."""
    if tx.engine == "sqlite":
        text, _, _ = render_sql(sql, "sqlite")
        names = dict.fromkeys(re.findall(r":([a-z_]\w*)", text))
        return [row["detail"] for row in tx.all("explain query plan " + text, **names)]
    try:
        with tx.savepoint():
            return postgres_plan(tx, sql, typed=False)
    except Exception as error:
        if "AmbiguousParameter" not in repr(error):
            raise
        return postgres_plan(tx, sql, typed=True)


def postgres_plan(tx: Tx, sql: str, *, typed: bool) -> list[str]:
    """`typed` says by their names which parameters are numbers, as the driver does by value."""
    text, _, _ = render_sql(sql, "postgres")
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        number = numbers.setdefault(match[1], len(numbers) + 1)
        return f"${number}::bigint" if typed and WHOLE_NUMBER.fullmatch(match[1]) else f"${number}"

    text = PARAMETER.sub(numbered, text).replace("%%", "%")
    rows = tx.all("explain (generic_plan) " + text)
    return [row["QUERY PLAN"] for row in rows]


def scans(tx: Tx, sql: str) -> list[str]:
    """The steps that read a whole table. PostgreSQL plans by size, so it is not asked."""
    if tx.engine != "sqlite":
        return []
    steps = plan(tx, sql)
    made = {step.split()[1] for step in steps if step.startswith(("CO-ROUTINE", "MATERIALIZE"))}
    return [step for step in steps if SCAN.match(step) and step.split()[1] not in made]
