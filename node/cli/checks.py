"""What `hedgerow doctor` looks at: this machine first, then the way in from outside."""

from pathlib import Path

import msgspec

from node.base.clock import Clock
from node.base.config import Config, read_config
from node.base.errors import Busy, Refused
from node.base.gate_from_config import gate_of
from node.base.version import __version__
from node.cli.address_checks import Address, check_address, check_signatures
from node.cli.backup_state import check_backups
from node.cli.control_socket import ask_running
from node.cli.file_state import check_files
from node.cli.findings import Finding, good, look
from node.cli.neighbour_checks import ASKED_MAX, check_clock, check_neighbours
from node.cli.run_task import is_running
from node.db.database import Database
from node.db.errors import StoreFailed
from node.db.folder import is_private
from node.db.integrity import damage
from node.db.open import open_database
from node.db.try_write import try_write, unwritable
from node.outbox.signing_keys import node_key
from node.outbox.silent_hosts import hosts_reached, silent_hosts
from node.topics.actors.store import instance_actor
from node.topics.files.store import count_files


async def run_checks(folder: Path, clock: Clock) -> list[Finding]:
    """Everything the doctor finds, in the order it looks. Settings that do not work end it."""
    try:
        config = read_config(folder)
    except Refused as refused:
        return [Finding(False, str(refused))]
    found = [good(f"The settings of {config.node.url} can be read."), check_folder(folder)]
    found += [check_writable(folder), await check_running(folder)]
    try:
        db = await open_database(config.database.url, config.data, clock.now(), read_only=True)
    except Refused as refused:
        return [*found, Finding(False, str(refused))]
    try:
        whole = await check_database(db, clock.now())
        found.append(whole)
        if whole.is_good:
            found += await check_made(config, db, clock)
    finally:
        await db.close()
    return found


def check_folder(folder: Path) -> Finding:
    """Whether only its owner can look into the data folder."""
    if is_private(folder):
        return good("Only its owner can look into the data folder.")
    return look(
        "Others on this machine can look into the data folder.",
        "The keys of the node, and all that is private, lie in it.",
        f"Run: chmod -R go= {folder}",
    )


def check_writable(folder: Path) -> Finding:
    """Whether the data folder takes what is written: on a full disk nothing is kept any more."""
    wrong = unwritable(folder)
    if wrong is None:
        return good("The data folder takes what is written.")
    return look(
        f"The data folder takes nothing: {wrong}.",
        "Nothing that is said or sent can be kept, and senders are asked to come back.",
        f"Make room on the disk of {folder}, or let it be written to.",
    )


async def check_running(folder: Path) -> Finding:
    """Whether the node runs, and in the version that is installed."""
    if not is_running(folder):
        return look(
            "The node does not run.",
            "Nobody can read or write here until it does. What others send waits with them.",
            "Start it: `hedgerow serve`, or `systemctl start hedgerow`.",
        )
    try:
        runs = msgspec.json.decode(await ask_running(folder, "status", {"json": True}))["version"]
    except Refused as refused:
        return Finding(False, str(refused))
    if runs != __version__:
        return look(
            f"Version {runs} runs, and {__version__} is installed.",
            "What was mended in the installed version does not count yet.",
            "Start the node again: `systemctl restart hedgerow`.",
        )
    return good(f"The node runs, in version {runs}.")


async def check_database(db: Database, now: int) -> Finding:
    """Whether the database is whole, and takes a row; it is read beside a node that is running."""
    broken = await read_damage(db)
    if broken:
        return look(
            f"The database is damaged: {broken[0]}.",
            "Some of what was written may be lost, and more may follow.",
            "Stop the node and restore the last backup (`hedgerow restore`). Look after the disk.",
        )
    wrong = await write_failure(db, now)
    if wrong:
        return look(
            f"The database takes nothing: {wrong}",
            "Nothing that is said or sent can be kept.",
            "Make room on its disk, and see what the node's log says.",
        )
    return good("The database is whole.")


async def read_damage(db: Database) -> list[str]:
    try:
        return await db.read(damage)
    except Busy as busy:
        return [busy.sentence]
    except StoreFailed as failed:
        return [str(failed.__cause__ or failed)]


async def write_failure(db: Database, now: int) -> str | None:
    """Why a row cannot be written; None where it can, and where the running node has to say."""
    if not db.may_write:
        return None
    try:
        await db.write(try_write, now)
    except Busy as busy:
        return busy.sentence
    except StoreFailed as failed:
        return str(failed.__cause__ or failed)
    return None


async def check_made(config: Config, db: Database, clock: Clock) -> list[Finding]:
    """What can be asked of a node that is made: its backups, its files, and all that is outside."""
    try:
        node = await db.read(instance_actor)
    except LookupError:
        return [Finding(False, "This node is not made yet. Run `hedgerow init`.")]
    backups = check_backups(config, node.created_at, clock.now())
    files = await check_files(config, await db.read(count_files))
    return [backups, files, *await check_outside(config, db, clock)]


async def check_outside(config: Config, db: Database, clock: Clock) -> list[Finding]:
    """The way in from outside, the clock, and the ways to our neighbours."""
    now, scheme = clock.now(), config.node.url.partition("://")[0]
    key = await db.read(node_key, now)
    silent = await db.read(silent_hosts, now)
    reached = await db.read(hosts_reached, now, ASKED_MAX)
    address = Address(config.node.url, config.web.port)
    gate = gate_of(config, clock)
    try:
        found = [await check_address(gate, address)]
        if found[0].is_good:
            found.append(await check_signatures(gate, address, key, now))
        found.append(await check_clock(gate, clock, reached, scheme))
    finally:
        await gate.close()
    return [*found, check_neighbours(silent, now)]
