"""Three nodes on this machine that talk to each other."""

import click


@click.command()
def demo() -> None:
    """Show three nodes that talk to each other."""
