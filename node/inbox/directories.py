"""Asks neighbours once a day which of their communities they show (D01).

A list counts that carries the proof of the neighbour's own actor, over all of it: whatever was
changed on the way, or by whom it was brought, makes it none (T13, FEP-8b32).
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import structlog

from federation.documents.directory import Directory, read_directory
from federation.documents.shapes import Json
from federation.errors import BadSignature, FetchFailed, Malformed
from federation.gate import Budget
from federation.proofs import read_proofs
from node.arrivals.apply_context import Fetched
from node.base.clock import Clock
from node.base.errors import Busy, Missing
from node.db.database import Database
from node.db.tx import Tx
from node.inbox.fetch import Fetcher
from node.inbox.proofs import is_by
from node.topics.actors.store import INSTANCE_NAME
from node.topics.neighbours.directory import directory_url
from node.topics.neighbours.neighbour_directory import (
    ASK_AGAIN_S,
    hosts_to_ask,
    put_off,
    receive_directory,
    receive_no_directory,
)

log = structlog.get_logger()

LOOK_EVERY_S = 600.0
DEVELOPMENT_LOOK_EVERY_S = 0.5
FETCHES_FOR_A_LIST = 4
SOON_AGAIN_S = 3_600


async def keep_directories(
    db: Database, fetcher: Fetcher, clock: Clock, *, scheme: str, look_every_s: float
) -> None:
    """Ask whoever is due until cancelled."""
    while True:
        await asyncio.sleep(look_every_s)
        try:
            for host in await db.read(hosts_to_ask, clock.now()):
                await ask_neighbour(db, fetcher, clock, host, scheme)
        except Busy as error:
            log.warning("directories_put_off", reason=error.sentence)


async def ask_neighbour(
    db: Database, fetcher: Fetcher, clock: Clock, host: str, scheme: str
) -> None:
    """Ask one neighbour for its list, and keep it; what is no list of its own changes nothing."""
    url = directory_url(f"{scheme}://{host}/{INSTANCE_NAME}")
    budget = Budget(FETCHES_FOR_A_LIST)
    await db.write(put_off, host, clock.now() + ASK_AGAIN_S)
    try:
        value = (await fetcher.fetch_version(url, budget)).value
        directory = await proven_directory(db, fetcher, clock, value, url, budget)
    except FetchFailed as error:
        if error.is_gone or error.is_absent:
            await db.write(receive_no_directory, host, clock.now())
        elif error.is_passing:
            await db.write(put_off, host, clock.now() + SOON_AGAIN_S)
        log.info("directory_not_had", destination=host, reason=str(error))
    except (Malformed, BadSignature) as error:
        log.warning("directory_refused", destination=host, reason=str(error))
    else:
        is_kept = await db.write(receive_directory, host, directory, clock.now())
        log.info("directory_read", destination=host, kept=is_kept, total=len(directory.communities))


async def proven_directory(
    db: Database, fetcher: Fetcher, clock: Clock, value: Json, url: str, budget: Budget
) -> Directory:
    """The list in a document, whose proof was checked; its actor is read first where need be.

    Raises:
        BadSignature: it has no proof of its own node's actor, or one that does not hold.
        Malformed: it is no directory of that address.
    """
    directory = read_directory(value, url)
    fetched: dict[str, Fetched] = {}
    for _ in range(2):
        with suppress(Missing):
            await db.read(check_directory, value, directory.owner, fetched, clock.now())
            return directory
        fetched[directory.owner] = await fetcher.fetch_owner(directory.owner, budget)
    raise BadSignature("unknown-key")


def check_directory(
    tx: Tx, value: Mapping[str, Json], owner: str, fetched: Mapping[str, Fetched], now: int
) -> None:
    """Raise BadSignature unless a list carries proofs, all of them by its own node's actor.

    Raises:
        Missing: that actor must be read first, or again.
    """
    proofs = read_proofs(value, now)
    if not proofs or not all(is_by(tx, one, owner, fetched, now) for one in proofs):
        raise BadSignature("unproven")
