"""What `hedgerow doctor` looks at: settings, folder, database, our public address, the clock."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiohttp import hdrs

from federation.discovery.webfinger import Resource, read_jrd, webfinger_url
from federation.errors import FetchFailed, Malformed
from federation.gate import Gate
from federation.strictjson import read_json
from node.base.clock import Clock
from node.base.config import Config, read_config
from node.base.errors import Busy, Refused
from node.base.gate_from_config import gate_of
from node.db.database import Database
from node.db.errors import StoreFailed
from node.db.folder import is_private
from node.db.integrity import damage
from node.db.open import open_database

DRIFT_S_MAX = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    sentence: str


async def run_checks(folder: Path, clock: Clock) -> list[Finding]:
    """Everything the doctor finds, in the order it looks. Settings that do not work end it."""
    try:
        config = read_config(folder)
    except Refused as refused:
        return [Finding(False, str(refused))]
    found = [Finding(True, f"The settings of {config.node.url} can be read.")]
    found.append(check_folder(folder))
    found.append(await check_database(config, clock))
    gate = gate_of(config, clock)
    try:
        found += await check_address(config, gate, clock)
    finally:
        await gate.close()
    return found


def check_folder(folder: Path) -> Finding:
    """Whether only its owner can look into the data folder."""
    if is_private(folder):
        return Finding(True, "Only its owner can look into the data folder.")
    return Finding(False, f"Others can look into the data folder. Run: chmod -R go= {folder}")


async def check_database(config: Config, clock: Clock) -> Finding:
    """Whether the database is whole; it is read beside a node that is running."""
    try:
        db = await open_database(config.database.url, config.data, clock.now(), read_only=True)
    except Refused as refused:
        return Finding(False, str(refused))
    try:
        broken = await read_damage(db)
    finally:
        await db.close()
    if broken:
        return Finding(False, f"The database is damaged: {broken[0]}. Restore a backup.")
    return Finding(True, "The database is whole.")


async def read_damage(db: Database) -> list[str]:
    try:
        return await db.read(damage)
    except Busy as busy:
        return [busy.sentence]
    except StoreFailed as failed:
        return [str(failed.__cause__ or failed)]


async def check_address(config: Config, gate: Gate, clock: Clock) -> list[Finding]:
    """Whether our public address leads to us, and what its clock says."""
    scheme = config.node.url.partition("://")[0]
    url = webfinger_url(scheme, Resource(config.host, config.host))
    try:
        found = await gate.fetch(url, accept="application/jrd+json")
        named = read_jrd(read_json(found.body), development=scheme == "http").actors
    except (FetchFailed, Malformed) as error:
        reason = error.reason if isinstance(error, FetchFailed) else "it cannot be read"
        return [Finding(False, f"{config.node.url} does not answer as this node: {reason}.")]
    if f"{config.node.url}/actor" not in named:
        return [Finding(False, f"{config.node.url} leads to another server.")]
    return [
        Finding(True, f"{config.node.url} leads here."),
        check_clock(found.headers.get(hdrs.DATE), clock.now()),
    ]


def check_clock(date: str | None, now: int) -> Finding:
    """Whether our clock and that of the answer agree within a minute."""
    try:
        there = int(parsedate_to_datetime(date or "").timestamp())
    except (ValueError, TypeError):
        return Finding(False, "Our public address does not say what time it is.")
    if abs(there - now) > DRIFT_S_MAX:
        return Finding(False, f"The clocks differ by {abs(there - now)} seconds. Set the clock.")
    return Finding(True, "The clock is right.")
