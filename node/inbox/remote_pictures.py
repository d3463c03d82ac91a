"""Fetches pictures of other nodes, has them drawn anew and keeps them; and clears them away.

All state is in the rows. It fetches one picture a host at a time and of a few hosts at once, so
that a slow one holds up no other; nobody's looking makes it fetch anything (T65).
"""

import asyncio
from contextlib import suppress

import structlog

from federation.errors import FetchFailed
from federation.gate import Budget, Gate
from federation.limits import HOPS_MAX
from federation.signatures import SigningKey
from node.base.clock import Clock
from node.base.config import FilesSettings
from node.base.errors import Busy, Invalid
from node.base.ids import new_name
from node.db.blobs import Blobs
from node.db.database import Database
from node.db.tx import Tx
from node.pictures.forms import ACCEPTED, Picture
from node.pictures.redraw import Redrawing
from node.topics.files.store import SMALL, forget_bytes
from node.topics.remote_pictures.fetching import plan_new, put_off, take_picture
from node.topics.remote_pictures.garbage_collection import (
    drop_all,
    drop_of_blocked,
    drop_useless,
    make_room,
)
from node.topics.remote_pictures.rules import DELAY_S_MAX, FETCHED_BYTES_MAX
from node.topics.remote_pictures.store import RemotePicture, put_copy

log = structlog.get_logger()

LANES_MAX = 4
LOOK_EVERY_S = 2.0
DEVELOPMENT_LOOK_EVERY_S = 0.2
CLEARED_EVERY_S = 20
MEGABYTE = 1_000_000
FINAL = ("too-large", "media-type", "refused-url", "refused-host", "refused-address", "redirects")
"""Why a picture is not asked for a second time."""

Due = tuple[RemotePicture, SigningKey | None]


class RemotePictures:
    """The copies of one process. `run` is owned by the app."""

    def __init__(
        self,
        db: Database,
        gate: Gate,
        blobs: Blobs,
        clock: Clock,
        settings: FilesSettings,
    ) -> None:
        self._db, self._gate, self._blobs, self._clock = db, gate, blobs, clock
        self._bytes_max, self._days = settings.remote_megabytes * MEGABYTE, settings.remote_days
        is_quick = gate.is_development
        self._look_every_s = DEVELOPMENT_LOOK_EVERY_S if is_quick else LOOK_EVERY_S
        self._ahead_s = DELAY_S_MAX if is_quick else 0
        self._redrawing = Redrawing()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._cleared_at = 0

    async def run(self) -> None:
        """Fetch and clear away until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            while True:
                try:
                    await self.turn(lanes)
                except Busy as error:
                    log.warning("pictures_wait_for_store", reason=error.sentence)
                await asyncio.sleep(self._look_every_s)

    async def turn(self, lanes: asyncio.TaskGroup) -> None:
        """Begin what is due, and clear away three times a minute."""
        if self._bytes_max:
            await self._db.write(plan_new, self._clock.now())
            while await self._open_lane(lanes):
                pass
        if self._clock.now() - self._cleared_at >= CLEARED_EVERY_S:
            self._cleared_at = self._clock.now()
            await self.clear_away()

    async def _open_lane(self, lanes: asyncio.TaskGroup) -> bool:
        """Begin with the next picture that is due, of a host that none is asked of; False for
        none."""
        if len(self._lanes) >= LANES_MAX:
            return False
        now = self._clock.now()
        due = await self._db.write(take_picture, now, now + self._ahead_s, list(self._lanes))
        if due is None:
            return False
        self._lanes[due[0].host] = lanes.create_task(self._run_lane(due))
        return True

    async def _run_lane(self, due: Due) -> None:
        try:
            with suppress(Busy):  # it is due again when its hold is over
                await self.copy(due)
        except Exception:  # the other lanes go on
            log.exception("picture_failed", url=due[0].url)
        finally:
            del self._lanes[due[0].host]

    async def copy(self, due: Due) -> None:
        """One try at a picture: a copy is kept, or it is put off.

        Raises:
            Busy: too much is being drawn, or there is no room on the disk.
        """
        picture, key = due
        try:
            drawn = await self._redrawing.redraw(await self._fetched(picture, key), "post")
        except FetchFailed as error:
            is_final = error.reason in FINAL or error.is_gone
            log.debug("picture_put_off", host=picture.host, reason=str(error))
            await self._db.write(put_off, picture, self._clock.now(), is_final=is_final)
        except Invalid:
            await self._db.write(put_off, picture, self._clock.now(), is_final=True)
        else:
            await self._keep(picture, drawn)

    async def _fetched(self, picture: RemotePicture, key: SigningKey | None) -> bytes:
        """The bytes at a picture's address, asked for in the name of whose `key` it is.

        Raises:
            FetchFailed: it cannot be had, is too large, or says of itself that it is no picture.
        """
        if picture.audience == "few" and key is None:
            raise FetchFailed("refused-url")
        found = await self._gate.fetch(
            picture.url,
            key=key,
            accept=", ".join(ACCEPTED),
            body_bytes_max=FETCHED_BYTES_MAX,
            budget=Budget(HOPS_MAX + 1, FETCHED_BYTES_MAX, is_polite=True),
        )
        if found.media_type.partition(";")[0].strip().lower() not in ACCEPTED:
            raise FetchFailed("media-type")
        return found.body

    async def _keep(self, picture: RemotePicture, drawn: Picture) -> None:
        """Keep a copy: its bytes first, then its row, and no more than there is room for."""
        key = new_name()
        await asyncio.to_thread(self._blobs.put, key, drawn.whole)
        await asyncio.to_thread(self._blobs.put, f"{key}{SMALL}", drawn.small)
        await self._db.write(keep_copy, picture, key, drawn, self._bytes_max, self._clock.now())

    async def clear_away(self) -> None:
        """Forget what nobody here may see, what nobody looks at, and what there is no room for."""
        now = self._clock.now()
        if not self._bytes_max:
            while await self._db.write(drop_all, now):
                pass
            return
        after: int | None = 0
        while after is not None:
            after = await self._db.write(drop_useless, after, self._days, now)
        await self._db.write(drop_of_blocked, now)
        await self._db.write(make_room, self._bytes_max, now)


def keep_copy(
    tx: Tx, picture: RemotePicture, key: str, drawn: Picture, bytes_max: int, now: int
) -> None:
    """Note a copy whose bytes are kept; they go if it was forgotten while it was fetched."""
    if put_copy(tx, picture, key, drawn, now):
        make_room(tx, bytes_max, now)
    else:
        forget_bytes(tx, key, now)
