"""Commands about backups: the key, making one, trying one, and restoring a node from one."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from node.base.clock import Clock
from node.base.config import Config, LogSettings, read_config
from node.base.errors import Refused
from node.base.log import set_up_logging
from node.cli.backup_state import clock_time
from node.cli.run_task import Folder, pass_folder
from node.db.backup.gone import KINDS, OVERLAP_S, gone_file, has_list, read_gone
from node.db.backup.make import Made, make_backup
from node.db.backup.notes import note_made
from node.db.backup.read import Contents, verify_backup
from node.db.backup.recovery_key import identity_of, new_recovery_key
from node.db.backup.restore import restore_backup
from node.db.backup.series import new_name, open_series, thin
from node.db.lock import lock_folder
from node.db.open import open_database
from node.topics.portability.actions import (
    sign_everybody_out,
    take_out_actors,
    take_out_posts,
    take_out_tokens,
)

clock = Clock()
MEBIBYTE = 1_048_576
MANY_ROWS = 50_000
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
PRIORITY_LOWER = 10
KEY_BYTES_MAX = 10_000
LOCK = "backup.lock"
COUNTED = (("account", "Accounts"), ("community", "communities"), ("post", "posts"))
A_KEY = click.option("--key-stdin", is_flag=True, help="Read the recovery key from standard input.")
KEEP = """\
Write these 24 words on paper and keep them away from this machine. They open every backup that is
made from now on. Without them no backup can be read, by nobody. They are not shown again.
"""
TAKING_OUT: tuple[tuple[Callable[..., Any], Any], ...] = (
    (take_out_posts, 0),
    (take_out_actors, 0),
    (take_out_tokens, ""),
)
NO_LIST = (
    "Beside the backup there is no list of what was deleted later. What was deleted after {at} is"
    " here again: delete it once more. Everybody has to sign in anew."
)
ASIDE = (
    "What was there before is in {folder}, in a folder whose name begins with replaced-. Remove it"
    " once all is well: it holds everything of the old node, also what people deleted since."
)
SAME_KEY = "The same key, as the program `age` takes it:"


class BackupGroup(click.Group):
    """`backup FILE` is short for `backup make FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=BackupGroup)
def backup() -> None:
    """Backups: `backup FILE` makes one."""


@backup.command("key")
@click.option("--replace", is_flag=True, help="Make another; the old words open old backups.")
@pass_folder
def make_key(folder: Folder, replace: bool) -> None:
    """Make the key of this node's backups, and show its words this once."""
    read_config(folder.path)
    words, text = new_recovery_key(folder.path, replaces=replace)
    click.echo(KEEP)
    click.echo("\n".join(lines_of(words.split())))
    click.echo(f"\n{SAME_KEY}\n{text}")


def lines_of(words: Sequence[str]) -> list[str]:
    """Words with their numbers, six a line."""
    numbered = [f"{number:>2} {word:<10}" for number, word in enumerate(words, 1)]
    return ["".join(numbered[at : at + 6]).rstrip() for at in range(0, len(numbered), 6)]


@backup.command("make")
@click.argument("file", required=False)
@click.option("--to", default=None, help="A folder: the name says when, old ones are thinned out.")
@pass_folder
def make(folder: Folder, file: str | None, to: str | None) -> None:
    """Write everything of the node into an encrypted FILE; the node may run.

    With neither FILE nor --to, into the folder that the settings name.
    """
    config, now = read_config(folder.path), clock.now()
    to = to or (config.backup.to if file is None else "")
    if bool(file) == bool(to):
        raise click.UsageError("Name one place: a file, or --to and a folder.")
    os.nice(PRIORITY_LOWER)
    lock = lock_folder(folder.path, LOCK)
    if lock is None:
        raise Refused("Another backup of this node is being made.")
    try:
        if file:
            made = make_backup(config, Path(file).absolute(), now, Progress())
        else:
            made = add_to_series(config, Path(to).absolute(), now)
    finally:
        lock.release()
    note_made(folder.path, made.path, made.size, now)
    size = f"{made.size / MEBIBYTE:.1f} MiB" if made.size >= MEBIBYTE else f"{made.size:,} bytes"
    click.echo(f"{made.path} is made ({size}). {counted(made.rows)}{with_files(made.files.count)}.")


def add_to_series(config: Config, folder: Path, now: int) -> Made:
    """Make a backup in a folder of such, and remove those that need not be kept any more."""
    open_series(folder, config.host)
    made = make_backup(config, folder / new_name(config.host, now), now, Progress())
    thin(folder, config.host, config.backup.keep_daily, config.backup.keep_weekly)
    return made


@backup.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@A_KEY
def verify(file: Path, key_stdin: bool) -> None:
    """Try a backup: open FILE, restore it into a place that is gone afterwards, look it through."""
    identity, now = identity_of(asked_key(key_stdin)), clock.now()
    found = verify_backup(file, identity, now, Progress())
    click.echo(f"{file} is whole. {described(found, now)}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@A_KEY
@click.option("--database", default=None, help="postgresql://… or, for SQLite, nothing: ''")
@click.option("--replace", is_flag=True, help="Put aside the node that is in the folder.")
@pass_folder
def restore(
    folder: Folder, file: Path, key_stdin: bool, database: str | None, replace: bool
) -> None:
    """Make a node out of the backup in FILE, in the folder that --data names."""
    set_up_logging(LogSettings(format="console", level="error"))
    identity, now = identity_of(asked_key(key_stdin)), clock.now()

    def settle(config: Config, found: Contents) -> None:
        click.echo(described(found, now))
        click.echo(asyncio.run(take_out_gone(config, found, file.absolute().parent)))

    restore_backup(
        file,
        identity,
        folder.path,
        now,
        Progress(),
        settle=settle,
        database=database,
        replaces=replace,
    )
    if replace:
        click.echo(ASIDE.format(folder=folder.path))
    click.echo(f"It is in {folder.path}. Run it with: hedgerow --data {folder.path} serve")


async def take_out_gone(config: Config, found: Contents, beside: Path) -> str:
    """Sign everybody out, and take out what went since, if a list beside the backup knows of it;
    a sentence about that."""
    made_at, now = found.known_about.made_at, clock.now()
    path = gone_file(beside, config.host)
    gone = read_gone(path, made_at - OVERLAP_S)
    marks = {kind: frozenset(one.mark for one in gone if one.kind == kind) for kind in KINDS}
    db = await open_database(config.database.url, config.data, now)
    try:
        await db.write(sign_everybody_out)
        for take_out, first in TAKING_OUT if gone else ():
            at = first
            while at is not None:
                at = await db.write(take_out, marks, at, now)
    finally:
        await db.close()
    if has_list(path):
        return f"What went since is left out: {len(gone)}. Everybody has to sign in anew."
    return NO_LIST.format(at=clock_time(made_at))


def asked_key(from_stdin: bool) -> str:
    """The recovery key, as somebody typed it."""
    if from_stdin:
        return sys.stdin.read(KEY_BYTES_MAX)
    return str(click.prompt("The 24 words of the recovery key", err=True))


def described(found: Contents, now: int) -> str:
    """What a backup is of, how old it is, and what is in it."""
    about = found.known_about
    return (
        f"It is of {about.url} (\u201c{about.name}\u201d), made {ago(now - about.made_at)} ago at "
        f"{clock_time(about.made_at)} by Hedgerow {about.version}. {counted(found.rows)}"
        f"{with_files(found.files.count)}."
    )


def ago(seconds: int) -> str:
    """How long something is past, in the largest unit that fits."""
    for unit_s, name in ((DAY_S, "day"), (HOUR_S, "hour"), (MINUTE_S, "minute")):
        if seconds >= unit_s:
            count = seconds // unit_s
            return f"{count} {name}{'s' * (count != 1)}"
    return "less than a minute"


def counted(rows: dict[str, int]) -> str:
    """The rows that a keeper would miss, and how many there are in all."""
    named = [f"{name}: {rows.get(table, 0):,}" for table, name in COUNTED]
    return f"{', '.join(named)}; {sum(rows.values()):,} rows in all"


def with_files(count: int) -> str:
    """How many files there are beside the rows; nothing where there are none."""
    return f"; files: {count:,}" if count else ""


class Progress:
    """Says how far long tables are."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}

    def __call__(self, table: str, rows: int) -> None:
        if rows - self._said.get(table, 0) >= MANY_ROWS:
            self._said[table] = rows
            click.echo(f"{table}: {rows:,} rows so far", err=True)
