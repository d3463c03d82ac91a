"""The `demo` command; what it needs is loaded only when it runs, because `serve` starts oftener."""

from importlib import import_module
from pathlib import Path

import click


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".demo"),
    show_default=True,
    help="Where the three nodes keep their data; a second run goes on with it.",
)
@click.option("--once", is_flag=True, help="End after the first conversation.")
def demo(folder: Path, once: bool) -> None:
    """Show three nodes on this machine that talk to each other."""
    import_module("node.cli.demo").show(folder.absolute(), once)
