"""One try of a task: it fetches within what the whole work may cost, and counts that in rows."""

from federation import documents
from federation.documents.collection import read_listing
from federation.documents.shapes import Json
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget
from federation.limits import CONVERSATION_BYTES_MAX, CONVERSATION_FETCHES_MAX
from federation.responses import Version
from node.arrivals.apply_context import Fetched
from node.arrivals.fetch_tasks import Task, count_cost
from node.base.clock import Clock
from node.base.errors import Busy, NotAllowed
from node.db.database import Database
from node.inbox.fetch import Fetcher
from node.topics.actors.store import Actor


class FetchRun:
    """What a task is done with. `failure` is what could not be had now, when the rest was done.

    `etag` marks the version of the listing that was read, where one page was all of it. `totals`
    are how many things the listings that were read say they have, by the address asked.
    """

    def __init__(self, db: Database, fetcher: Fetcher, clock: Clock, task: Task, cost: int) -> None:
        self.db, self.clock, self.task = db, clock, task
        self.failure: FetchFailed | None = None
        self.etag: str | None = None
        self.totals: dict[str, int | None] = {}
        self._fetcher, self._pages = fetcher, 0
        left = max(0, CONVERSATION_FETCHES_MAX - cost)
        self._budget = Budget(left, CONVERSATION_BYTES_MAX, is_polite=True)

    async def version(self, iri: str, etag: str | None = None) -> Version:
        """What stands at `iri`; counted before it is asked for, so that a kill renews nothing.

        Raises:
            FetchFailed: it cannot be had.
        """
        await self._count(1)
        before = self._budget.fetches
        try:
            return await self._fetcher.fetch_version(iri, self._budget, etag)
        finally:
            await self._count(before - self._budget.fetches - 1)

    async def page(self, url: str) -> Json:
        """A page of a listing; where it was all of it and has not changed, that is said instead.

        Raises:
            FetchFailed: it cannot be had; `unchanged`.
        """
        is_first = self._pages == 0
        found = await self.version(url, self.task.etag if is_first else None)
        self._pages += 1
        listing = read_listing(found.value)
        self.totals[url] = listing.total
        is_all = is_first and bool(listing.listed) and listing.next is None
        self.etag = found.etag if is_all else None
        return found.value

    async def handle_of(self, actor: Actor, claimed: str | None) -> str | None:
        """The handle that both ends agree on for an actor; None where they do not.

        Raises:
            FetchFailed: that cannot be asked now.
        """
        before = self._budget.fetches
        try:
            return await self._fetcher.handle_of(actor, claimed, self._budget)
        finally:
            await self._count(before - self._budget.fetches)

    async def fetch(self, iri: str) -> Fetched:
        """Fetch and store what lives at `iri`, somebody for one; what became of it."""
        before = self._budget.fetches
        try:
            return await self._fetcher.fetch(iri, self._budget)
        finally:
            await self._count(before - self._budget.fetches)

    async def store(self, post: documents.Post) -> bool:
        """Store a post that was read at its origin, and its author; whether that could be done."""
        before = self._budget.fetches
        try:
            return await self._fetcher.store(post, self._budget) == "stored"
        except (FetchFailed, Malformed, NotAllowed) as error:
            self.go_on_after(error)
            return False
        finally:
            await self._count(before - self._budget.fetches)

    def go_on_after(self, error: Exception) -> None:
        """Remember what could not be had now; raise it where nothing more can be done."""
        is_spent = isinstance(error, FetchFailed) and error.reason == "budget"
        if isinstance(error, Busy) or (is_spent and self._budget.fetches <= 0):
            raise error
        if isinstance(error, FetchFailed) and error.is_passing:
            self.failure = error

    async def _count(self, fetches: int) -> None:
        if fetches > 0:
            await self.db.write(count_cost, self.task, fetches, self.clock.now())
