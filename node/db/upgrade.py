"""Bringing a store with data to the schema of this version, safely.

A backup is put beside it first, so that there is a way back to the version before. Then everything
that is missing happens in one transaction, and the store is looked through before that counts: what
does not pass is undone by the engine itself, which is also what becomes of it when the process is
killed. So the store is old or new, and there is never a plain copy of it.
"""

import asyncio
from pathlib import Path

import structlog

from node.base.config import read_config
from node.base.errors import Busy, Refused
from node.db.backup.make import make_backup
from node.db.backup.recovery_key import lock_of
from node.db.backup.series import new_name, open_series, thin
from node.db.backup.stores import open_snapshot
from node.db.database import Database
from node.db.errors import StoreFailed
from node.db.integrity import damage
from node.db.migrate import hold_schema, migrate, migrations, schema_number
from node.db.tx import Tx

log = structlog.get_logger()

FOLDER = "before-upgrade"
KEPT = 2
FAILED = (
    "The upgrade did not work ({reason}). Your data is as it was before. Install the version that"
    " you had, and run it again."
)
NO_BACKUP = "Before an upgrade a backup is made, and that did not work. Nothing was changed. {why}"


async def bring_up(db: Database, folder: Path, now: int) -> None:
    """Bring the store of the node in `folder` to the newest schema.

    Raises:
        Refused: the upgrade does not work, or the backup before it; the store is as it was then.
            Or the store was written by a newer version.
    """
    before, newest = await db.write(schema_number), migrations(db.engine)[-1][0]
    if 0 < before < newest:
        log.info("upgrade_began", schema=before, to=newest)
        await asyncio.to_thread(keep_backup, folder, now)
    try:
        applied = await db.write(upgrade, now)
    except (Refused, Busy, StoreFailed):
        raise
    except Exception as error:
        log.error("upgrade_failed", exc_info=error)
        raise Refused(FAILED.format(reason=type(error).__name__)) from error
    if applied:
        log.info("store_upgraded", schema=before + applied, migrations=applied)


def upgrade(tx: Tx, now: int) -> int:
    """Apply every migration that is missing and look the store through; how many there were.

    Raises:
        Refused: something is broken or lost afterwards.
    """
    hold_schema(tx)
    has_data = 0 < schema_number(tx) < migrations(tx.engine)[-1][0]
    before = words_kept(tx) if has_data else {}
    applied = migrate(tx, now)
    if has_data:
        found = damage(tx)
        if words_kept(tx) != before:
            found.append("something was lost")
        if found:
            raise Refused(FAILED.format(reason=found[0]))
    return applied


def words_kept(tx: Tx) -> dict[str, int]:
    """How much there is of what no upgrade may lose."""
    row = tx.one(
        """
        select (select count(*) from actor) as actors,
            (select count(*) from account) as accounts,
            (select count(*) from follow) as follows,
            (select count(*) from post) as posts,
            (select count(*) from actor_key where private_key is not null) as keys
        """
    )
    return dict(row) if row else {}


def is_upgrade_due(url: str, folder: Path) -> bool:
    """Whether the store at `url`, or the one in `folder`, has data and an older schema than ours.

    One that is not there, or cannot be read, is left to whoever opens it.
    """
    try:
        snapshot = open_snapshot(url, folder)
    except Refused:
        return False
    try:
        return 0 < snapshot.schema() < migrations("postgres" if url else "sqlite")[-1][0]
    except Refused:
        return False
    finally:
        snapshot.close()


def keep_backup(folder: Path, now: int) -> None:
    """Make a backup in the data folder, the last two of which stay; none without a key for it."""
    if lock_of(folder) is None:
        log.warning("upgrade_without_backup", reason="hedgerow backup key was never run")
        return
    try:
        config = read_config(folder)
        place = folder / FOLDER
        open_series(place, config.host)
        target = place / new_name(config.host, now)
        if not target.exists():
            make_backup(config, target, now, note_table, inside=True)
        thin(place, config.host, KEPT, 1)
    except Refused as refused:
        raise Refused(NO_BACKUP.format(why=refused)) from refused


def note_table(_name: str, _rows: int) -> None:
    """Nobody watches."""
