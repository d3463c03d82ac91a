"""The keys that strangers sign with: kept with their owners, fetched when new.

A key counts only if its owner's own document, fetched from the owner's own address, lists it (T2).
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from functools import lru_cache

from federation.errors import BadSignature
from federation.gate import Budget
from federation.limits import KEY_FETCHES_PER_ORIGIN_A_MINUTE, KEY_REFETCH_S
from federation.origin import is_same_origin, origin_of
from federation.signatures import PublicKey, load_public_key
from node.clock import Clock
from node.db.database import Database
from node.db.tx import Tx
from node.inbox.fetch import Fetcher

PARSED_KEPT = 4_096
ASKED_KEPT = 10_000
FETCHES_FOR_A_KEY = 4
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as stored here: whose it is, its PEM, and when we last read it at its home."""

    owner: str
    public_key: str
    fetched_at: int


def known_key(tx: Tx, key_iri: str) -> KnownKey | None:
    """The key at `key_iri` of an actor of another node that is not deleted."""
    row = tx.one(
        """
        select a.iri as owner, k.public_key, k.fetched_at
        from actor_key k join actor a on a.id = k.actor_id
        where k.iri = :key_iri and a.local = 0 and a.deleted_at is null
        """,
        key_iri=key_iri,
    )
    return KnownKey(**row) if row else None


parse_key = lru_cache(maxsize=PARSED_KEPT)(load_public_key)


class Keys:
    """Finds keys; at most one refetch a key in 5 minutes and 30 an origin a minute (T9)."""

    def __init__(self, db: Database, fetcher: Fetcher, clock: Clock) -> None:
        self._db, self._fetcher, self._clock = db, fetcher, clock
        self._asked: OrderedDict[str, int] = OrderedDict()
        self._recent: OrderedDict[str, deque[int]] = OrderedDict()
        self._fetching: dict[str, asyncio.Lock] = {}

    async def key(self, key_iri: str, actor_iri: str) -> tuple[PublicKey, KnownKey]:
        """The key at `key_iri`, which must be that of `actor_iri`.

        Raises:
            BadSignature: there is no such key, or it is somebody else's.
        """
        if not is_same_origin(key_iri, actor_iri):
            raise BadSignature("key-of-another-origin")
        found = await self._db.read(known_key, key_iri)
        if found is None:
            found = await self._fetch(key_iri, actor_iri)
        if found is None:
            raise BadSignature("unknown-key")
        if found.owner != actor_iri:
            raise BadSignature("signer-is-not-actor")
        return parse_key(found.public_key), found

    async def refreshed(self, key_iri: str, known: KnownKey) -> PublicKey | None:
        """The key as its owner has it now, if it may be asked for and is another than before."""
        if self._clock.now() - known.fetched_at < KEY_REFETCH_S:
            return None
        found = await self._fetch(key_iri, known.owner)
        if found is None or found.owner != known.owner or found.public_key == known.public_key:
            return None
        return parse_key(found.public_key)

    async def _fetch(self, key_iri: str, actor_iri: str) -> KnownKey | None:
        """Read the owner's document anew, one request at a time for each owner."""
        lock = self._fetching.setdefault(actor_iri, asyncio.Lock())
        try:
            async with lock:
                if self._may_ask(key_iri, actor_iri):
                    await self._fetcher.fetch(actor_iri, Budget(FETCHES_FOR_A_KEY))
                return await self._db.read(known_key, key_iri)
        finally:
            if not lock.locked():
                self._fetching.pop(actor_iri, None)

    def _may_ask(self, key_iri: str, actor_iri: str) -> bool:
        now = self._clock.now()
        asked_at = self._asked.get(key_iri)
        if asked_at is not None and now - asked_at < KEY_REFETCH_S:
            return False
        recent = self._recent.setdefault(origin_of(actor_iri), deque())
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
