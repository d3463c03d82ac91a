"""Does what `tasks` holds: one task a host at a time, several hosts at once, politely.

All state is in the rows. What cannot be had now is tried again later, six times in all.
"""

import asyncio
from contextlib import suppress

import structlog

from federation.errors import FetchFailed, Malformed
from federation.limits import TASK_TRIES_MAX
from node.arrivals.fetch_tasks import Task, put_off_task, settle_task, take_task
from node.base.clock import Clock
from node.base.errors import Busy, Problem
from node.db.database import Database
from node.inbox.backfill import complete
from node.inbox.fetch import Fetcher
from node.inbox.fetch_run import FetchRun

log = structlog.get_logger()

LANES_MAX = 16
LOOK_EVERY_S = 2.0
DEVELOPMENT_LOOK_EVERY_S = 0.2
RETRY_S = (60, 600, 3_600, 6 * 3_600, 24 * 3_600)


class FetchWorker:
    """The fetching of one process that nobody waits for. `run` is owned by the app."""

    def __init__(
        self, db: Database, fetcher: Fetcher, clock: Clock, *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        self._db, self._fetcher, self._clock = db, fetcher, clock
        self._look_every_s = look_every_s
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Fetch until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            while True:
                self._woken.clear()
                try:
                    while await self._open_lane(lanes):
                        pass
                except Busy as error:
                    log.warning("background_waits_for_store", reason=error.sentence)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._look_every_s):
                        await self._woken.wait()

    async def _open_lane(self, lanes: asyncio.TaskGroup) -> bool:
        """Begin the next task that is due, of a host that nothing is asked of; False for none."""
        if len(self._lanes) >= LANES_MAX:
            return False
        found = await self._db.write(take_task, self._clock.now(), list(self._lanes))
        if found is None:
            return False
        task, cost = found
        self._lanes[task.host] = lanes.create_task(self._run_lane(task, cost))
        return True

    async def _run_lane(self, task: Task, cost: int) -> None:
        try:
            await self._do(task, cost)
        except Busy as error:
            log.warning("background_waits_for_store", reason=error.sentence)
        except Exception:  # the other lanes go on; the task is due again when its hold is over
            log.exception("task_failed", kind=task.kind, iri=task.iri)
        finally:
            del self._lanes[task.host]
            self._woken.set()

    async def _do(self, task: Task, cost: int) -> None:
        """One try of a task: it is settled, or put off."""
        fetch_run = FetchRun(self._db, self._fetcher, self._clock, task, cost)
        try:
            await complete(fetch_run)
        except FetchFailed as error:
            if error.is_passing:
                await self._put_off(task, str(error), error.retry_after_s or 0)
            else:
                await self._settle(task, str(error), task.etag)
        except (Malformed, Problem) as error:
            if isinstance(error, Busy):
                raise
            await self._settle(task, error.sentence)
        except Exception as error:  # a bug must not be met again every few minutes for ever
            log.exception("task_stumbled", kind=task.kind, iri=task.iri)
            await self._put_off(task, f"bug: {type(error).__name__}")
        else:
            await self._settle(task, None, fetch_run.etag)

    async def _put_off(self, task: Task, reason: str, delay_s_min: int = 0) -> None:
        """Try a task again later, or give it up after the sixth failure."""
        if task.tries + 1 >= TASK_TRIES_MAX:
            await self._settle(task, reason, task.etag)
            return
        delay_s = max(RETRY_S[task.tries], delay_s_min)
        await self._db.write(put_off_task, task, reason, self._clock.now() + delay_s)

    async def _settle(self, task: Task, reason: str | None, etag: str | None = None) -> None:
        now = self._clock.now()
        await self._db.write(settle_task, task, now, reason=reason, etag=etag)
        log.debug("task_settled", kind=task.kind, iri=task.iri, reason=reason)
