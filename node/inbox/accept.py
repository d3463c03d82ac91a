"""The inbox: a message is checked, kept on disk, and only then answered with 202.

Nothing is applied here. Whatever is wrong with a message costs its sender an answer and us little;
the answer does not say which check failed.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus

import structlog
from aiohttp import web
from structlog.contextvars import bind_contextvars

from federation.documents import (
    Activity,
    Announce,
    Create,
    Delete,
    Dislike,
    EmojiReact,
    Like,
    Undo,
    Update,
    read_activity,
)
from federation.domains import domain_of
from federation.errors import BadSignature, Malformed, Overloaded
from federation.followers_sync import FollowersClaim, claim_of
from federation.jsonld import Plain, is_plain, only_plain
from federation.origin import authority_of, check_sender, is_iri, is_same_origin, origin_of
from federation.signatures import Claim, Request, check_claim, read_claim
from federation.strictjson import Json, read_json
from node.arrivals.follower_digests import note_digest
from node.arrivals.held_arrivals import hold_arrival
from node.arrivals.shares import FULL_RETRY_AFTER_S, STRANGERS_SHARE, check_share
from node.arrivals.store import NewArrival, add_arrival, object_of
from node.arrivals.unverified_deletes import note_unverified_delete
from node.base.clock import Clock
from node.base.config import Config
from node.base.errors import (
    BadRequest,
    Busy,
    Missing,
    NotAllowed,
    Problem,
    Unauthorised,
)
from node.base.metrics import Metrics
from node.db.database import Database
from node.db.tx import Tx
from node.http.rate_limits import asker_of
from node.inbox.envelope import check_envelope, message_of, read_body
from node.inbox.personal_inboxes import inbox_of, is_narrow
from node.inbox.proofs import is_proven
from node.inbox.remote_keys import OwnerIsGone, RemoteKeys
from node.outbox.deliveries import hear_from
from node.outbox.signing_keys import node_key
from node.peers.hosts_named import hosts_named
from node.peers.message_rates import SHORT_BYTES, MessageRates
from node.peers.policy_cache import PolicyCache
from node.topics.actors.store import is_known

log = structlog.get_logger()

PASSED_ON = frozenset((Create, Update, Delete, Announce, Like, EmojiReact, Dislike, Undo))
"""What somebody else may bring if its actor has proven it. A Follow or an answer to one is said to
us alone: whoever kept an old one could bring it again (T6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The inbox of one node. `handled` are the kinds of activity that are kept at all.

    `plain` translates messages in other words than ours; what is kept is the body that was signed.
    """

    config: Config
    db: Database
    clock: Clock
    keys: RemoteKeys
    peers: PolicyCache
    rates: MessageRates
    metrics: Metrics
    handled: Collection[type[Activity]]
    backlog: Callable[[], int]
    wake_applier: Callable[[], None]
    wake_sender: Callable[[], None]
    plain: Plain = only_plain
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def post(self, request: web.Request) -> web.Response:
        """Answer a POST to an inbox of ours, shared or personal; the two do the same.

        Raises:
            BadRequest, Unauthorised, NotAllowed, TooLarge, WrongType, TooMany, Busy: the message is
                not taken.

        Source: ActivityPub sections 5.2 and 7; FEP-fe34.
        """
        try:
            outcome = await self._take(request)
        except Problem as problem:
            self.metrics.arrivals.labels(str(int(problem.status))).inc()
            raise
        self.metrics.arrivals.labels(outcome).inc()
        return web.Response(status=HTTPStatus.ACCEPTED)

    async def _take(self, request: web.Request) -> str:
        check_envelope(request)
        body = await read_body(request)
        message = message_of(request, self.config.node.url, body)
        claim = self._claim(message)
        if await self._is_own(claim):
            return "own"
        signed_at, now = host_of_key(claim), self.clock.now()
        self._check_met(signed_at)
        self.rates.check_asked_back(domain_of(signed_at), len(body), now)
        asker = asker_of(request, self.config.web)
        value = await self._in_own_words(claim, body, asker)
        activity = read_message(value)
        host = authority_of(activity.actor)
        bind_contextvars(origin=host, activity_iri=activity.iri)
        self._check_met(host)
        if await self._is_self_delete_of_a_stranger(activity):
            return "stranger-gone"
        try:
            signer = await self._check_signature(claim, activity, value, asker)
        except Unauthorised as refusal:
            if not (isinstance(refusal.__cause__, OwnerIsGone) and is_self_delete(activity)):
                raise
            await self.db.write(note_unverified_delete, activity.actor, self.clock.now())
            return "gone-with-its-key"
        self.rates.check(authority_of(signer), self.clock.now())
        if type(activity) not in self.handled or not self._is_welcome(activity):
            return "ignored"
        await self._check_room(origin_of(activity.actor))
        arrival = NewArrival(
            activity_iri=activity.iri,
            origin=origin_of(activity.actor),
            actor_iri=activity.actor,
            kind=type(activity).__name__,
            body=body.decode(),
            body_hash=sha256(body).hexdigest(),
            object_iri=object_of(activity),
            signed_at=claim.signed_at if signer == activity.actor else 0,
            inboxes=inbox_of(request) if signer == activity.actor and is_narrow(activity) else "",
        )
        frozen = [one for one in (authority_of(signer), host) if self.peers.circle.is_frozen(one)]
        if frozen:
            await self.db.write(hold_arrival, arrival, frozen[0], self.clock.now())
            return "held"
        followers = claim_of(message, claim, signer)
        is_new, is_back = await self.db.write(keep, arrival, signer, followers, self.clock.now())
        log.debug("activity_received", activity_type=arrival.kind, repeated=not is_new)
        if is_back:
            self.wake_sender()
        if is_new:
            self.wake_applier()
        return "kept" if is_new else "repeated"

    def _claim(self, message: Request) -> Claim:
        try:
            return read_claim(message, self.clock.now())
        except BadSignature as error:
            log.info("activity_refused", reason=error.reason)
            if error.reason == "repeated-header":
                raise BadRequest("A header that may stand once stands twice.") from error
            raise Unauthorised("The signature does not hold.") from error

    async def _is_own(self, claim: Claim) -> bool:
        """Whether the node itself sent this, to see that what is signed arrives as it was signed
        (`hedgerow doctor`); it has no effect, whatever it says."""
        if not is_same_origin(claim.key_iri, self.config.node.url):
            return False
        key = await self.db.read(node_key, self.clock.now())
        if key.iri != claim.key_iri:
            return False
        with refusing():
            check_claim(claim, key.public)
        return True

    async def _in_own_words(self, claim: Claim, body: bytes, asker: str) -> Json:
        """The message as our profile has it; only what somebody has signed is translated, and read
        at all where it is long (T33).

        What is translated carries no proof any more, so that none is taken for one of what it says.
        """
        is_long = len(body) > SHORT_BYTES
        try:
            if is_long:
                await self._check_is_signed(claim, asker)
            value, is_own = await self._read(body)
            if is_own:
                return value
            if not is_long:
                await self._check_is_signed(claim, asker)
            return await self.plain(value, domain_of(host_of_key(claim)))
        except Malformed as error:
            raise BadRequest(error.sentence) from error
        except Overloaded as error:
            until = self.clock.now() + FULL_RETRY_AFTER_S
            self.rates.ask_back(domain_of(host_of_key(claim)), until)
            raise Busy("Too much is waiting here. Come back later.", FULL_RETRY_AFTER_S) from error

    async def _check_is_signed(self, claim: Claim, asker: str) -> None:
        """Raise Unauthorised for what nobody elsewhere has signed, whoever it says that acts."""
        with refusing():
            if is_same_origin(claim.key_iri, self.config.node.url):
                raise BadSignature("one-of-ours")
            await self.keys.signer(claim, asker=asker)

    async def _read(self, body: bytes) -> tuple[Json, bool]:
        """The value of a body, and whether it is in our own words.

        Long ones are read one at a time, with everybody else in between (R9).

        Raises:
            Malformed: it cannot be read.
        """
        async with self.turn if len(body) > SHORT_BYTES else nullcontext():
            value = read_json(body)
            return value, is_plain(value)

    def _check_met(self, host: str) -> None:
        """Raise NotAllowed for a sender from a host that we have nothing to do with (T11, T104).

        Its key is not even asked for; the answer is the same whatever the message is about.
        """
        if not self.peers.circle.may_meet(host):
            log.info("activity_refused", reason="host-not-met")
            raise NotAllowed("Nothing is taken from there.")

    def _is_welcome(self, activity: Activity) -> bool:
        """Whether every host that a message stands or falls with is one that we meet."""
        return all(map(self.peers.circle.may_meet, hosts_named(activity)))

    async def _check_room(self, origin: str) -> None:
        """Raise Busy if nothing more of an origin may wait; nobody asks while little waits."""
        waiting, most = self.backlog(), self.config.federation.arrivals_waiting_max
        if waiting >= most // STRANGERS_SHARE:
            await self.db.read(check_share, origin, waiting, most)

    async def _is_self_delete_of_a_stranger(self, activity: Activity) -> bool:
        """Whether somebody unknown here deletes themselves: there is nothing to do (T10)."""
        return is_self_delete(activity) and not await self.db.read(is_known, activity.actor)

    async def _check_signature(
        self, claim: Claim, activity: Activity, value: Json, asker: str
    ) -> str:
        """Who signed the request: the one who acts, or whoever passes on what they proved.

        Raises:
            Unauthorised: the signature or a proof does not hold, or is somebody else's (T1, T2).
        """
        with refusing():
            check_foreign(activity, self.config.node.url)
            is_proven = value.get("proof") is not None and await self._is_proven(value, activity)
            if is_proven and type(activity) in PASSED_ON:
                return await self.keys.signer(claim, asker=asker)
            signer = await self.keys.signer(claim, activity.actor, asker)
            check_sender(activity, signer)
            return signer

    async def _is_proven(self, value: Json, activity: Activity) -> bool:
        """Whether the one who acts has proven it; their key is fetched if need be.

        Raises:
            BadSignature: a proof is wrong: then the signature around it counts for nothing.
        """
        now = self.clock.now()
        try:
            return await self.db.read(is_proven, value, {}, now)
        except Missing:
            outcome = await self.keys.read_again(activity.actor)
            return await self.db.read(is_proven, value, {activity.actor: outcome}, now)


def host_of_key(claim: Claim) -> str:
    """The host that a request says it is signed at.

    Raises:
        Unauthorised: the key has no address.
    """
    try:
        return authority_of(claim.key_iri)
    except Malformed as error:
        raise Unauthorised("The signature does not hold.") from error


@contextmanager
def refusing() -> Iterator[None]:
    """Answer whatever is wrong with a signature alike."""
    try:
        yield
    except BadSignature as error:
        log.info("activity_refused", reason=error.reason)
        raise Unauthorised("The signature does not hold.") from error


def read_message(value: Json) -> Activity:
    """The activity that a message is.

    Raises:
        BadRequest: it cannot be read, or its addresses cannot.
    """
    try:
        activity = read_activity(value)
    except Malformed as error:
        raise BadRequest(error.sentence) from error
    if not is_iri(activity.iri) or not is_iri(activity.actor):
        raise BadRequest("The activity or its actor has no plain http(s) address.")
    return activity


def check_foreign(activity: Activity, origin: str) -> None:
    """Raise BadSignature for what claims to be said by one of ours."""
    if origin_of(activity.actor) == origin:
        raise BadSignature("one-of-ours")


def is_self_delete(activity: Activity) -> bool:
    """Whether somebody deletes themselves."""
    return isinstance(activity, Delete) and activity.object == activity.actor


def keep(
    tx: Tx, arrival: NewArrival, signer: str, followers: FollowersClaim | None, now: int
) -> tuple[bool, bool]:
    """Keep a message, and what its signer says with it of their followers here (FEP-8fcf).

    Whether it is new, and whether the host it came from had been failing until now.
    """
    is_new = add_arrival(tx, arrival, now)
    if followers is not None:
        note_digest(tx, signer, followers, now)
    return is_new, hear_from(tx, authority_of(signer), now)
