"""The keys that strangers sign with: kept with their owners, fetched when new.

A key counts only if its owner's own document, fetched from the owner's own address, lists it (T2).
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from federation.domains import domain_of
from federation.errors import BadSignature
from federation.gate import Budget
from federation.limits import KEY_FETCHES_PER_ORIGIN_A_MINUTE, KEY_REFETCH_S
from federation.origin import authority_of, is_iri, is_same_origin
from federation.signatures import Claim, check_claim
from node.arrivals.apply_context import Fetched
from node.base.clock import Clock
from node.base.errors import Busy
from node.db.database import Database
from node.inbox.fetch import Fetcher
from node.peers.message_rates import MESSAGES_WINDOW_S, Counts
from node.peers.policy_cache import PolicyCache
from node.topics.actors.remote_keys import RemoteKey, parse_public_key, remote_key

ASKED_KEPT = 10_000
KEY_RETRY_S = 30
WAIT_S = {
    "failed": KEY_RETRY_S,
    "later": KEY_RETRY_S,
    "gone": KEY_REFETCH_S,
    "unusable": KEY_REFETCH_S,
}
"""How long a key is not asked for again, by what it came to."""

FETCHES_FOR_A_KEY = 4
FETCHES_AT_ONCE_PER_ADDRESS = 8
FETCHES_PER_ADDRESS = 300
"""In five minutes, by the address that causes them: many neighbours may live at one."""

MINUTE_S = 60


class OwnerIsGone(BadSignature):
    """A key cannot be had because the address of its owner says that nobody is there any more."""

    def __init__(self) -> None:
        super().__init__("owner-is-gone")


class RemoteKeys:
    """Finds keys; at most one refetch a key in 5 minutes, and 30 of a domain a minute (T9, T143).

    A key that could not be had just now is no wrong key: it is asked for again half a minute later.
    """

    def __init__(self, db: Database, fetcher: Fetcher, clock: Clock, peers: PolicyCache) -> None:
        self._db, self._fetcher, self._clock, self._peers = db, fetcher, clock, peers
        self._caused, self._in_flight = Counts(MESSAGES_WINDOW_S), Counter[str]()
        self._asked: OrderedDict[str, tuple[int, Fetched]] = OrderedDict()
        self._recent: OrderedDict[str, deque[int]] = OrderedDict()
        self._fetching: dict[str, asyncio.Lock] = {}

    async def signer(self, claim: Claim, owner: str | None = None, asker: str = "") -> str:
        """Who signed a request: `owner`, or whoever it was where anybody may have.

        A key that fails is read once more at its home, in case it was changed. `asker` is the
        address that the request came from: it has a share of the fetches for keys (T143).

        Raises:
            BadSignature: there is no such key, it is somebody else's, or it did not sign that.
            OwnerIsGone: whether it did cannot be said any more.
            Busy: its home cannot be asked now, or was asked too often; worth another try.
        """
        known = await self._known(claim.key_iri, owner, asker)
        try:
            check_claim(claim, parse_public_key(known.public_key))
        except BadSignature:
            renewed = await self._renewed(claim.key_iri, known, asker)
            if renewed is None:
                raise
            check_claim(claim, parse_public_key(renewed.public_key))
        return known.owner

    async def read_again(self, actor_iri: str) -> Fetched:
        """Have an actor's document read anew, within the limits; `failed` where it may not be."""
        return await self._fetch(actor_iri, actor_iri)

    async def _known(self, key_iri: str, owner: str | None, asker: str) -> RemoteKey:
        if owner is not None and not is_same_origin(key_iri, owner):
            raise BadSignature("key-of-another-origin")
        found = await self._db.read(remote_key, key_iri)
        if found is None:
            found = await self._fetched(key_iri, owner or owner_named_by(key_iri), asker)
        if found is None:
            raise BadSignature("unknown-key")
        if owner is not None and found.owner != owner:
            return await self._reclaimed(key_iri, owner, asker)
        return found

    async def _reclaimed(self, key_iri: str, owner: str, asker: str) -> RemoteKey:
        """The key of `owner` that somebody else of the same origin has listed as theirs.

        Raises:
            BadSignature: it is not the owner's, as their own document says.
        """
        found = await self._fetched(key_iri, owner, asker)
        if found is None or found.owner != owner:
            raise BadSignature("signer-is-not-actor")
        return found

    async def _renewed(self, key_iri: str, known: RemoteKey, asker: str) -> RemoteKey | None:
        """The key as its owner has it now, if it may be asked for and is another than before."""
        if self._clock.now() - known.fetched_at < KEY_REFETCH_S:
            return None
        found = await self._fetched(key_iri, known.owner, asker)
        is_new = found and found.owner == known.owner and found.public_key != known.public_key
        return found if is_new else None

    async def _fetched(self, key_iri: str, owner: str, asker: str) -> RemoteKey | None:
        """The key, after its owner's document was read anew; None where that does not list it.

        Raises:
            OwnerIsGone: nobody is there any more.
            Busy: what is there cannot be read now, or `asker` has caused too many fetches.
        """
        if self._known_outcome(key_iri) is None:
            with self._share_of(asker):
                outcome = await self._fetch(key_iri, owner)
        else:
            outcome = await self._fetch(key_iri, owner)
        if outcome == "gone":
            raise OwnerIsGone
        found = await self._db.read(remote_key, key_iri)
        if found is None and outcome in ("failed", "later"):
            raise Busy("The key cannot be had now. Come back later.", KEY_RETRY_S)
        return found

    async def _fetch(self, key_iri: str, owner: str) -> Fetched:
        """Read what lives at `owner`, one request at a time for each key.

        A key that changed may have frozen its host (T105), which is then known at once.
        """
        lock = self._fetching.setdefault(key_iri, asyncio.Lock())
        try:
            async with lock:
                if (known := self._known_outcome(key_iri)) is not None:
                    return known
                if not self._may_ask(owner):
                    return "failed"
                outcome = await self._fetcher.fetch_owner(owner, Budget(FETCHES_FOR_A_KEY))
                self._note(key_iri, outcome)
                await self._peers.refresh(self._db)
                return outcome
        finally:
            if not lock.locked():
                self._fetching.pop(key_iri, None)

    @contextmanager
    def _share_of(self, asker: str) -> Iterator[None]:
        """Count a fetch that an address causes; nobody's where it is empty.

        Raises:
            Busy: the address has caused as many as it may, at once or in five minutes.
        """
        now = self._clock.now()
        if asker and self._in_flight[asker] >= FETCHES_AT_ONCE_PER_ADDRESS:
            raise Busy("Too many keys are asked for. Come back later.", KEY_RETRY_S)
        if asker and self._caused.count(asker, now) > FETCHES_PER_ADDRESS:
            raise Busy("Too many keys are asked for. Come back later.", self._caused.left_s(now))
        self._in_flight[asker] += 1
        try:
            yield
        finally:
            self._in_flight[asker] -= 1
            if self._in_flight[asker] <= 0:
                del self._in_flight[asker]

    def _known_outcome(self, key_iri: str) -> Fetched | None:
        """What a key came to lately; None where it is to be asked for."""
        asked = self._asked.get(key_iri)
        is_recent = asked is not None and self._clock.now() - asked[0] < WAIT_S[asked[1]]
        return asked[1] if asked is not None and is_recent else None

    def _may_ask(self, owner: str) -> bool:
        """Count one question of a domain; False where it was asked too often."""
        now = self._clock.now()
        recent = self._recent.setdefault(domain_of(authority_of(owner)), deque())
        while recent and now - recent[0] >= MINUTE_S:
            recent.popleft()
        if len(recent) >= KEY_FETCHES_PER_ORIGIN_A_MINUTE:
            return False
        recent.append(now)
        while len(self._recent) > ASKED_KEPT:
            self._recent.popitem(last=False)
        return True

    def _note(self, key_iri: str, outcome: Fetched) -> None:
        """Remember what a key came to; one that was found and is asked for again is not listed."""
        self._asked[key_iri] = self._clock.now(), "unusable" if outcome == "stored" else outcome
        while len(self._asked) > ASKED_KEPT:
            self._asked.popitem(last=False)


def owner_named_by(key_iri: str) -> str:
    """Where to ask whose key it is: the address of the key, which says so without its fragment.

    Raises:
        BadSignature: that is no address.
    """
    address = key_iri.partition("#")[0]
    if not is_iri(address):
        raise BadSignature("odd-key-id")
    return address
