"""The command that looks for leaks."""

import asyncio
from collections.abc import Mapping
from typing import Any

import click

from node.base.clock import Clock
from node.base.config import LogSettings, read_config
from node.base.errors import Refused
from node.base.log import set_up_logging
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.leak_audit.notes import AuditNote, put_note
from node.leak_audit.readers import STRANGERS

ALL_WELL = (
    "Asked {asked:,} questions as {kinds} kinds of stranger: nothing was told that was not theirs."
)
LEAKS = "{count} of {asked:,} answers told somebody what was not theirs. See the lines above."


@click.group()
def audit() -> None:
    """Look for what this node tells to whom it is not for."""


@audit.command("leaks")
@pass_folder
def leaks(folder: Folder) -> None:
    """Ask a copy of this node, made up and full of secrets, everything as six kinds of stranger.

    The copy has these settings and lives in memory for as long as that takes; what is stored here
    is neither read nor touched.
    """
    config = read_config(folder.path)
    set_up_logging(LogSettings(format="console", level="error"))
    report = asyncio.run(folder.audit(config, Clock()))
    lines = [f"{one.reader} at {one.path}: {one.what}" for one in report.leaks]
    for line in lines:
        click.echo(line)
    found = {"at": report.at, "asked": report.asked, "leaks": lines}
    run_task(folder, "audit note", note_audit_task, found)
    if lines:
        raise Refused(LEAKS.format(count=len(lines), asked=report.asked))
    click.echo(ALL_WELL.format(asked=report.asked, kinds=len(STRANGERS)))


async def note_audit_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Keep what an audit found, for the page of those who look after the node."""
    note = AuditNote(values["at"], values["asked"], list(values["leaks"]))
    await context.db.write(put_note, note)
    return ""
