"""Writing a store out, a file a table, as JSON lines or CSV."""

import csv
import os
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import msgspec

from node.base.errors import Refused
from node.db.inspection import Cells, Inspector, every_row

Format = Literal["jsonl", "csv"]
OWNER_ONLY_FOLDER, OWNER_ONLY = 0o700, 0o600
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula."""


def export_tables(
    inspector: Inspector, folder: Path, form: Format, report: Callable[[str, int], None]
) -> int:
    """Write every table into a new folder that only its owner can open; how many files.

    Each file is there whole or not at all. `report` is told of each table and its rows.

    Raises:
        Refused: the folder is there and not empty, or cannot be written to.
    """
    try:
        folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Refused(f"{folder} is not empty. Name a new folder.")
        tables = inspector.tables()
        for table in tables:
            lines = in_form(form, table.columns, every_row(inspector, table))
            write_whole(folder / f"{table.name}.{form}", lines)
            report(table.name, table.rows)
    except OSError as error:
        raise Refused(f"{folder} cannot be written to: {error.strerror}.") from error
    return len(tables)


def write_whole(path: Path, lines: Iterable[bytes]) -> None:
    part = path.with_name(f"{path.name}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.writelines(lines)
    part.replace(path)


def in_form(form: Format, columns: Iterable[str], rows: Iterable[Cells]) -> Iterable[bytes]:
    """Rows as the lines of a file."""
    if form == "jsonl":
        return (msgspec.json.encode(dict(row)) + b"\n" for row in rows)
    return as_csv(list(columns), rows)


def as_csv(columns: list[str], rows: Iterable[Cells]) -> Iterable[bytes]:
    """Rows as CSV with a line of names; a text like a formula gets a quote before it."""
    yield csv_line(columns)
    for row in rows:
        yield csv_line([plain_cell(row[column]) for column in columns])


def plain_cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def csv_line(cells: list[Any]) -> bytes:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
