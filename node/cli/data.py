"""Commands about what the store holds: tables, rows, a copy to take along, packing it anew."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from node.base.config import read_config
from node.base.errors import Refused
from node.cli.run_task import Folder, pass_folder
from node.db.export import Format, as_csv, exact, export_tables
from node.db.inspection import Cells, Inspector, Table, table_called
from node.db.open_inspector import open_inspector
from node.db.optimize import optimize

MEBIBYTE = 1_048_576
ROWS_SHOWN = 20
ROWS_MAX = 10_000
FORMATS = click.Choice(["words", "json", "csv"])


@click.group()
def data() -> None:
    """What the store holds. Keys, tokens and passwords are never shown."""


@data.command("tables")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_tables(folder: Folder, as_json: bool) -> None:
    """Print every table with the number of its rows."""
    with closing(inspector_of(folder)) as inspector:
        counts = {table.name: table.rows for table in inspector.tables()}
    if as_json:
        click.echo(msgspec.json.encode(counts))
    else:
        click.echo("\n".join(f"{name:<24}{count:>12,}" for name, count in counts.items()))


@data.command("rows")
@click.argument("table")
@click.option("--limit", default=ROWS_SHOWN, show_default=True, type=click.IntRange(1, ROWS_MAX))
@click.option("--format", "form", default="words", show_default=True, type=FORMATS)
@pass_folder
def show_rows(folder: Folder, table: str, limit: int, form: str) -> None:
    """Print the last rows of a table by its key: the newest, where rows have numbers."""
    with closing(inspector_of(folder)) as inspector:
        found = table_called(inspector, table)
        rows = inspector.page(found, limit).rows if found.columns else []
    click.echo(WAYS[form](found, rows), nl=form == "json")


@data.command("export")
@click.argument("target", metavar="FOLDER")
@click.option(
    "--format", "form", default="jsonl", show_default=True, type=click.Choice(["jsonl", "csv"])
)
@pass_folder
def export_data(folder: Folder, target: str, form: Format) -> None:
    """Write every table into a new FOLDER. It holds private words and people's addresses: keep it
    as safe as the node."""
    if not target.strip():
        raise Refused("Name a new folder.")
    with closing(inspector_of(folder)) as inspector:
        place = Path(target).absolute()
        count = export_tables(inspector, folder.path, place, form, say_table)
    click.echo(f"{count} tables are in {target}.")


def say_table(name: str, rows: int) -> None:
    click.echo(f"{name:<24}{rows:>12,}", err=True)


@data.command("optimize")
@pass_folder
def optimize_data(folder: Folder) -> None:
    """Pack the database while the node is stopped: what was deleted leaves the file for good."""
    before, after = optimize(read_config(folder.path).database.url, folder.path)
    click.echo(f"The database had {before / MEBIBYTE:.1f} MiB and has {after / MEBIBYTE:.1f} MiB.")


def inspector_of(folder: Folder) -> Inspector:
    return open_inspector(read_config(folder.path).database.url, folder.path)


def in_words(table: Table, rows: list[Cells]) -> str:
    """Rows as a keeper reads them."""
    if not table.columns:
        return f"What is in {table.name} is never shown.\n"
    blocks = ("".join(map(cell_in_words, row.items())) for row in rows)
    return "\n".join(blocks) if rows else f"{table.name} has no rows.\n"


def cell_in_words(cell: tuple[str, object]) -> str:
    name, value = cell
    if value is None:
        return f"{name:<20}-\n"
    if isinstance(value, int) and name.endswith("_at") and value > 0:
        return f"{name:<20}{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC\n"
    return f"{name:<20}{harmless(str(value))}\n"


def harmless(text: str) -> str:
    """A text without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def in_json(table: Table, rows: list[Cells]) -> str:
    """Rows as JSON; what could steer a terminal is written as an escape."""
    return json.dumps([exact(row) for row in rows], ensure_ascii=True)


def in_csv(table: Table, rows: list[Cells]) -> str:
    """Rows as CSV, a line each; what could steer a terminal, and breaks of lines, are spaces."""
    tame = [
        {name: harmless(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        for row in rows
    ]
    return b"".join(as_csv(list(table.columns), tame)).decode()


WAYS: Mapping[str, Callable[[Table, list[Cells]], str]] = {
    "words": in_words,
    "json": in_json,
    "csv": in_csv,
}
