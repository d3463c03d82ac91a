"""The keys that strangers sign with: kept with their owners, fetched when new.

A key counts only if its owner's own document, fetched from the owner's own address, lists it (T2).
"""

import asyncio
from collections import OrderedDict, deque

from federation.errors import BadSignature
from federation.gate import Budget
from federation.limits import KEY_FETCHES_PER_ORIGIN_A_MINUTE, KEY_REFETCH_S
from federation.origin import is_iri, is_same_origin, origin_of
from federation.signatures import Claim, check_claim
from node.arrivals.apply_context import Fetched
from node.base.clock import Clock
from node.db.database import Database
from node.inbox.fetch import Fetcher
from node.peers.policy_cache import PolicyCache
from node.topics.actors.remote_keys import RemoteKey, parse_public_key, remote_key

ASKED_KEPT = 10_000
FETCHES_FOR_A_KEY = 4
MINUTE_S = 60


class OwnerIsGone(BadSignature):
    """A key cannot be had because the address of its owner says that nobody is there any more."""

    def __init__(self) -> None:
        super().__init__("owner-is-gone")


class RemoteKeys:
    """Finds keys; at most one refetch a key in 5 minutes and 30 an origin a minute (T9)."""

    def __init__(self, db: Database, fetcher: Fetcher, clock: Clock, peers: PolicyCache) -> None:
        self._db, self._fetcher, self._clock, self._peers = db, fetcher, clock, peers
        self._asked: OrderedDict[str, int] = OrderedDict()
        self._recent: OrderedDict[str, deque[int]] = OrderedDict()
        self._fetching: dict[str, asyncio.Lock] = {}

    async def signer(self, claim: Claim, owner: str | None = None) -> str:
        """Who signed a request: `owner`, or whoever it was where anybody may have.

        A key that fails is read once more at its home, in case it was changed.

        Raises:
            BadSignature: there is no such key, it is somebody else's, or it did not sign that.
            OwnerIsGone: whether it did cannot be said any more.
        """
        known = await self._known(claim.key_iri, owner)
        try:
            check_claim(claim, parse_public_key(known.public_key))
        except BadSignature:
            renewed = await self._renewed(claim.key_iri, known)
            if renewed is None:
                raise
            check_claim(claim, parse_public_key(renewed.public_key))
        return known.owner

    async def read_again(self, actor_iri: str) -> Fetched:
        """Have an actor's document read anew, within the limits; `failed` where it may not be."""
        return await self._fetch(actor_iri, actor_iri)

    async def _known(self, key_iri: str, owner: str | None) -> RemoteKey:
        if owner is not None and not is_same_origin(key_iri, owner):
            raise BadSignature("key-of-another-origin")
        found = await self._db.read(remote_key, key_iri)
        if found is None:
            found = await self._fetched(key_iri, owner or owner_named_by(key_iri))
        if found is None:
            raise BadSignature("unknown-key")
        if owner is not None and found.owner != owner:
            raise BadSignature("signer-is-not-actor")
        return found

    async def _renewed(self, key_iri: str, known: RemoteKey) -> RemoteKey | None:
        """The key as its owner has it now, if it may be asked for and is another than before."""
        if self._clock.now() - known.fetched_at < KEY_REFETCH_S:
            return None
        found = await self._fetched(key_iri, known.owner)
        is_new = found and found.owner == known.owner and found.public_key != known.public_key
        return found if is_new else None

    async def _fetched(self, key_iri: str, owner: str) -> RemoteKey | None:
        """The key, after its owner's document was read anew."""
        if await self._fetch(key_iri, owner) == "gone":
            raise OwnerIsGone
        return await self._db.read(remote_key, key_iri)

    async def _fetch(self, key_iri: str, owner: str) -> Fetched:
        """Read what lives at `owner`, one request at a time for each.

        A key that changed may have frozen its host (T105), which is then known at once.
        """
        lock = self._fetching.setdefault(owner, asyncio.Lock())
        try:
            async with lock:
                if not self._may_ask(key_iri, owner):
                    return "failed"
                outcome = await self._fetcher.fetch_owner(owner, Budget(FETCHES_FOR_A_KEY))
                await self._peers.refresh(self._db)
                return outcome
        finally:
            if not lock.locked():
                self._fetching.pop(owner, None)

    def _may_ask(self, key_iri: str, owner: str) -> bool:
        now = self._clock.now()
        asked_at = self._asked.get(key_iri)
        if asked_at is not None and now - asked_at < KEY_REFETCH_S:
            return False
        recent = self._recent.setdefault(origin_of(owner), deque())
        while recent and now - recent[0] >= MINUTE_S:
            recent.popleft()
        if len(recent) >= KEY_FETCHES_PER_ORIGIN_A_MINUTE:
            return False
        recent.append(now)
        self._asked[key_iri] = now
        for kept in (self._asked, self._recent):
            if len(kept) > ASKED_KEPT:
                kept.popitem(last=False)
        return True


def owner_named_by(key_iri: str) -> str:
    """Where to ask whose key it is: the address of the key, which says so without its fragment.

    Raises:
        BadSignature: that is no address.
    """
    address = key_iri.partition("#")[0]
    if not is_iri(address):
        raise BadSignature("odd-key-id")
    return address
