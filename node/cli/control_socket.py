"""The door through which commands reach a node that is running: a socket in its data folder.

One line of JSON in, one line out. Whoever can open the folder is its owner.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import structlog

from node.base.errors import Problem, Refused
from node.cli.context import CommandContext, Task
from node.db.folder import clear_away

log = structlog.get_logger()

NAME = "control.sock"
PATH_BYTES_MAX = 100
LINE_BYTES_MAX = 16_777_216
ANSWER_S_MAX = 60.0
OWNER_ONLY = 0o077


class Asked(msgspec.Struct, frozen=True):
    """One command with what it is given."""

    task: str
    values: dict[str, Any]


class Answered(msgspec.Struct, frozen=True):
    """What it printed, or why it could not be done."""

    printed: str = ""
    refused: str | None = None


@asynccontextmanager
async def open_control_socket(
    context: CommandContext, tasks: Mapping[str, Task]
) -> AsyncIterator[None]:
    """Take commands for a running node until the end."""
    path = context.config.data / NAME
    if len(os.fsencode(path)) > PATH_BYTES_MAX:
        log.warning("control_socket_left_out", reason="the path of the data folder is too long")
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = msgspec.json.decode(await reader.readline(), type=Asked)
            writer.write(msgspec.json.encode(await perform(context, tasks, asked)) + b"\n")
            await writer.drain()
        except (ValueError, ConnectionError):
            log.info("control_line_refused")
        finally:
            writer.close()

    clear_away(path)
    before = os.umask(OWNER_ONLY)
    try:
        server = await asyncio.start_unix_server(answer, path, limit=LINE_BYTES_MAX)
    finally:
        os.umask(before)
    try:
        yield
    finally:
        server.close()
        clear_away(path)


async def perform(context: CommandContext, tasks: Mapping[str, Task], asked: Asked) -> Answered:
    """Do one thing that was asked for."""
    task = tasks.get(asked.task)
    if task is None:
        return Answered(refused="The running node does not know this command. Restart it.")
    try:
        return Answered(await task(context, asked.values))
    except Problem as problem:
        return Answered(refused=problem.sentence)
    except Refused as refused:
        return Answered(refused=str(refused))


async def ask_running(folder: Path, task: str, values: Mapping[str, Any]) -> str:
    """Have the node that is running in `folder` do something; what it prints.

    Raises:
        Refused: nobody answers there, or it cannot be done.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(folder / NAME, limit=LINE_BYTES_MAX)
    except OSError as error:
        raise Refused(
            "Another Hedgerow process is using this data folder and does not answer."
        ) from error
    try:
        writer.write(msgspec.json.encode(Asked(task, dict(values))) + b"\n")
        async with asyncio.timeout(ANSWER_S_MAX):
            line = await reader.readline()
        answered = msgspec.json.decode(line, type=Answered)
    except (TimeoutError, ValueError, OSError) as error:
        raise Refused("The running node did not answer.") from error
    finally:
        writer.close()
    if answered.refused is not None:
        raise Refused(answered.refused)
    return answered.printed
