"""What a keeper is told before this version changes the database and there is no way back."""

import sys

import click

from node.base.config import Config
from node.base.errors import Refused
from node.db.backup.recovery_key import lock_of
from node.db.upgrade import is_upgrade_due

NO_WAY_BACK = """\
This version changes the database, and there is no key with which a backup could be made before it.
Without one there is no way back to the version that you had.

To have one, stop here and run `hedgerow backup key`. Keep the words that it shows, and start again.
"""


def say_before_upgrade(config: Config) -> None:
    """Say so before an upgrade without a backup; whoever sits at a terminal is asked.

    Where nobody can be asked, as in a service, it goes on: a node that is away helps nobody.

    Raises:
        Refused: whoever was asked said no.
    """
    if lock_of(config.data) is not None or not is_upgrade_due(config.database.url, config.data):
        return
    click.echo(NO_WAY_BACK, err=True)
    if is_terminal() and not click.confirm("Go on without a backup?", default=False, err=True):
        raise Refused("Nothing was changed.")


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()
