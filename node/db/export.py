"""Writing a store out, a file a table, as JSON lines or CSV."""

import csv
import os
import shutil
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal

import msgspec

from node.base.errors import Refused, why_not
from node.db.inspection import Cells, Inspector, every_row

Format = Literal["jsonl", "csv"]
OWNER_ONLY = 0o600
EXACT_MAX = 2**53
"""The largest number that every reader of JSON takes as it stands; ids are larger."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula."""


def export_tables(
    inspector: Inspector,
    data: Path,
    target: Path,
    form: Format,
    report: Callable[[str, int], None],
) -> int:
    """Write every table into a new folder that only its owner can open; how many files.

    The folder is there whole or not at all. `data` is where the node keeps its own files, among
    which nothing is written. `report` is told of each table and its rows.

    Raises:
        Refused: the folder is there and not empty, is the node's own, or cannot be written.
    """
    check_target(data, target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(mkdtemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent))
        try:
            tables = inspector.tables()
            for table in tables:
                rows = every_row(inspector, table)
                write(part / f"{table.name}.{form}", in_form(form, table.columns, rows))
                report(table.name, table.rows)
            part.replace(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise Refused(f"{target} cannot be written: {why_not(error)}.") from error
    return len(tables)


def check_target(data: Path, target: Path) -> None:
    """Raise Refused for a folder that holds something, or that lies among the node's own files."""
    if target.resolve().is_relative_to(data.resolve()):
        raise Refused("Name a folder outside of the node's own, where it keeps its files.")
    if target.is_symlink() or (target.exists() and not is_empty_folder(target)):
        raise Refused(f"There is something at {target}. Name a new folder.")


def is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def write(path: Path, lines: Iterable[bytes]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.writelines(lines)


def in_form(form: Format, columns: Iterable[str], rows: Iterable[Cells]) -> Iterable[bytes]:
    """Rows as the lines of a file."""
    if form == "jsonl":
        return (msgspec.json.encode(exact(row)) + b"\n" for row in rows)
    return as_csv(list(columns), rows)


def exact(row: Cells) -> dict[str, Any]:
    """A row for JSON: numbers that readers would round stand as texts."""
    return {
        name: str(value) if isinstance(value, int) and abs(value) > EXACT_MAX else value
        for name, value in row.items()
    }


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
