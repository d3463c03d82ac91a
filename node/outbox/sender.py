"""Delivers what waits: one lane a destination host, in order, each with its own backoff.

All state is in the rows. A sender that is killed has lost nothing; what was on its way goes again,
and the receiver knows it by its id.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeGuard

import structlog

from federation.errors import FetchFailed
from federation.followers_sync import HEADER
from federation.gate import Gate
from federation.responses import Answer
from federation.retry import next_delay_s
from federation.signatures import Attempt, Form, Forms, SigningKey, next_attempt, sign_request
from node.base.clock import Clock
from node.base.errors import Busy
from node.base.ids import jitter
from node.base.metrics import Metrics
from node.db.database import Database
from node.db.errors import StoreFailed
from node.outbox.deliveries import (
    DOUBTED,
    NOT_MET,
    Delivery,
    destination,
    due_hosts,
    park_waiting,
    settle_delivered,
    settle_doubted,
    settle_failed,
    settle_refused,
    waiting_deliveries,
)
from node.outbox.follower_digests import claims_for
from node.outbox.signing_keys import keys_to_sign
from node.peers.policy_cache import PolicyCache

log = structlog.get_logger()

LANES_MAX = 256
LOOK_EVERY_S = 5.0
DEVELOPMENT_LOOK_EVERY_S = 0.5
SEEN_S = 3_600
HOSTS_SEEN_MAX = 1_024
REFUSAL_DELAY_S = 60
DEVELOPMENT_REFUSAL_DELAY_S = 1
DOUBTS = frozenset((400, 401, 403))
"""What those say who do not believe a signature; Lemmy says 400, and reads our key once a day."""
NOT_NOW = frozenset((408, 425, 429))
"""What is said of the host and not of the message, although it begins with a 4."""

UNBELIEVED = frozenset((401, 403))
"""What is said of whoever signs, after every form of signature: a block, or, at first contact, that
a host cannot read our key for some minutes."""


@dataclass(slots=True)
class HeldUp:
    """What waits at one host: objects, for what is said of each goes in order; and whoever of ours
    is not believed at an inbox, which holds up nobody else (T115)."""

    objects: set[str] = field(default_factory=set)
    doubted: set[tuple[int, str]] = field(default_factory=set)

    def lets(self, delivery: Delivery, now: int) -> bool:
        """Whether a delivery may be tried now; what is not due yet holds up what comes behind."""
        whose = (delivery.actor_id, delivery.inbox)
        if delivery.object_iri in self.objects or whose in self.doubted:
            return False
        if delivery.next_try_at > now:
            self.note(delivery, "doubted" if delivery.reason in DOUBTED else "refused")
            return False
        return True

    def note(self, delivery: Delivery, outcome: str) -> None:
        """What came of a delivery."""
        if outcome == "refused":
            self.objects.add(delivery.object_iri)
        if outcome == "doubted":
            self.doubted.add((delivery.actor_id, delivery.inbox))


class Sender:
    """The lanes of one process. `run` is owned by the app; `wake` follows a commit."""

    def __init__(
        self,
        db: Database,
        gate: Gate,
        clock: Clock,
        metrics: Metrics,
        peers: PolicyCache,
        *,
        is_still_there: Callable[[str], Awaitable[bool]],
        development: bool,
        forms: Forms | None = None,
    ) -> None:
        """`is_still_there` reads the document of somebody of a host again, if it can be had."""
        self._db, self._gate, self._clock, self._metrics = db, gate, clock, metrics
        self._peers, self._is_still_there = peers, is_still_there
        self._seen_at: OrderedDict[str, int] = OrderedDict()
        self._development = development
        self._forms = forms or Forms(clock.now)
        self._woken, self._times_woken = asyncio.Event(), 0
        self._lanes: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Something may have to go out."""
        self._times_woken += 1
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        pause_s = DEVELOPMENT_LOOK_EVERY_S if self._development else LOOK_EVERY_S
        async with asyncio.TaskGroup() as lanes:
            while True:
                self._woken.clear()
                await self._open_lanes(lanes)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        await self._woken.wait()

    async def _open_lanes(self, lanes: asyncio.TaskGroup) -> None:
        try:
            hosts = await self._db.read(due_hosts, self._clock.now(), list(self._lanes))
        except Busy:
            return
        for host in [one for one in hosts if self._may_send(one)][: LANES_MAX - len(self._lanes)]:
            self._lanes[host] = lanes.create_task(self._run_lane(host))

    def _may_send(self, host: str) -> bool:
        """Whether a lane may be opened: not to a frozen host, whose deliveries wait (T105)."""
        return not self._peers.circle.is_frozen(host)

    async def _run_lane(self, host: str) -> None:
        """Send what waits for one host until nothing is due or the host fails.

        What was said meanwhile it may not have seen: then all hosts are looked at once more.
        """
        times_woken = self._times_woken
        try:
            await self._drain(host)
        except Busy as error:
            log.warning("sender_waits_for_store", reason=error.sentence)
        except Exception:
            log.exception("lane_failed", destination=host)
        finally:
            del self._lanes[host]
            if len(self._lanes) >= LANES_MAX - 1 or times_woken != self._times_woken:
                self._woken.set()

    async def _drain(self, host: str) -> None:
        if not self._peers.circle.may_meet(host):
            parked = await self._db.write(park_waiting, [host], NOT_MET)
            log.info("deliveries_parked", destination=host, deliveries=parked, reason=NOT_MET)
            return
        after_id, held = 0, HeldUp()
        known = await self._db.read(destination, host)
        stored: Form = "rfc9421" if known.signature_form == "rfc9421" else "cavage"
        form = self._forms.form_of(host, stored)
        while batch := await self._db.read(waiting_deliveries, host, after_id):
            claims = await self._db.read(claims_for, host, batch)
            keys = await self._db.read(keys_to_sign, batch)
            for delivery in batch:
                after_id = delivery.id
                if not self._peers.may_ask(host):
                    return
                if not held.lets(delivery, self._clock.now()):
                    continue
                claim = claims.get(delivery.id)
                outcome, form = await self._try(delivery, keys[delivery.id], form, claim)
                if outcome == "failed":
                    return
                held.note(delivery, outcome)

    async def _try(
        self, delivery: Delivery, keys: Sequence[SigningKey], form: Form, claim: str | None
    ) -> tuple[str, Form]:
        """Send one; what a bug stops at counts as refused, so that it holds up nobody (T115)."""
        try:
            return await self._deliver(delivery, keys, form, claim)
        except (Busy, StoreFailed):
            raise
        except Exception as error:
            log.exception("delivery_stopped", destination=delivery.host)
            await self._refused(delivery, f"bug: {type(error).__name__}")
            return "refused", form

    async def _deliver(
        self, delivery: Delivery, keys: Sequence[SigningKey], form: Form, claim: str | None
    ) -> tuple[str, Form]:
        """Send one, signed otherwise as well if the first signature is not understood.

        The second of `keys`, after a change, is tried where the first is not believed. `claim` says
        with it who follows from there (FEP-8fcf).
        """
        began = self._clock.monotonic()
        key, also = keys[0], {HEADER: claim} if claim is not None else {}
        tried = [Attempt(form)]
        answer, failure = await self._post(delivery, key, tried[0], also)
        if answer is not None and answer.status in DOUBTS and len(keys) > 1:
            tried.append(Attempt(form))
            other, _ = await self._post(delivery, keys[1], tried[1], also)
            answer = other if is_taken(other) else answer
        last = answer
        while last is not None and (how := other_way(tried, last, delivery, key)) is not None:
            tried.append(how)
            last, _ = await self._post(delivery, key, how, also)
            if is_taken(last):
                answer, form = last, how.form
                self._forms.learn(delivery.host, form)
        outcome = await self._settle(delivery, answer, failure, form)
        self._metrics.deliveries.labels(outcome).inc()
        log.debug(
            "activity_sent",
            activity_type=delivery.kind,
            activity_iri=delivery.activity_iri,
            destination=delivery.host,
            outcome=outcome,
            status=answer.status if answer else None,
            took_ms=round((self._clock.monotonic() - began) * 1000),
        )
        return outcome, form

    async def _post(
        self, delivery: Delivery, key: SigningKey, how: Attempt, also: Mapping[str, str]
    ) -> tuple[Answer | None, str]:
        body, now = delivery.body.encode(), self._clock.now()
        headers = sign_request(
            "POST",
            delivery.inbox,
            body,
            key,
            now,
            how.form,
            asked=how.asked,
            with_query=how.with_query,
            also=also,
        )
        try:
            return await self._gate.post(delivery.inbox, body, headers), ""
        except FetchFailed as error:
            return None, error.reason

    async def _settle(
        self, delivery: Delivery, answer: Answer | None, failure: str, form: Form
    ) -> str:
        now = self._clock.now()
        if is_taken(answer) and answer.is_page and not await self._is_inbox(delivery.host):
            answer = None
            failure = "a page, from where an inbox was"
        if is_taken(answer):
            await self._db.write(settle_delivered, delivery, form, now)
            return "delivered"
        reason = f"status {answer.status}" if answer else failure
        if answer is not None and answer.status in UNBELIEVED:
            await self._doubted(delivery, reason)
            return "doubted"
        if is_refusal(answer):
            await self._refused(delivery, reason)
            return "refused"
        delay_s = await self._db.write(
            settle_failed,
            delivery,
            reason,
            now,
            jitter=jitter(),
            retry_after_s=answer.retry_after_s if answer else None,
            development=self._development,
        )
        log.info(
            "delivery_failed",
            destination=delivery.host,
            reason=reason,
            tries=delivery.tries + 1,
            next_try_s=delay_s,
        )
        return "failed"

    async def _refused(self, delivery: Delivery, reason: str) -> None:
        delay_s = DEVELOPMENT_REFUSAL_DELAY_S if self._development else REFUSAL_DELAY_S
        now = self._clock.now()
        if await self._db.write(settle_refused, delivery, reason, now, delay_s):
            log.info("delivery_parked", destination=delivery.host, reason=reason)

    async def _doubted(self, delivery: Delivery, reason: str) -> None:
        """All that one of ours says to an inbox waits; what others say goes on (T115)."""
        now = self._clock.now()
        delay_s = next_delay_s(delivery.tries + 1, jitter(), development=self._development)
        if await self._db.write(settle_doubted, delivery, reason, now, delay_s):
            log.info("delivery_parked", destination=delivery.host, reason=reason)

    async def _is_inbox(self, host: str) -> bool:
        """Whether a host that answers with a page still is who it was (T105).

        It is looked at once an hour. A domain that somebody else holds now says 200 to everything.
        """
        now = self._clock.now()
        if now - self._seen_at.get(host, -SEEN_S) < SEEN_S:
            return True
        if not await self._is_still_there(host):
            return False
        self._seen_at[host] = now
        if len(self._seen_at) > HOSTS_SEEN_MAX:
            self._seen_at.popitem(last=False)
        return True


def is_taken(answer: Answer | None) -> TypeGuard[Answer]:
    """Whether a host says that it has taken what was sent."""
    return answer is not None and answer.status < HTTPStatus.MULTIPLE_CHOICES


def is_refusal(answer: Answer | None) -> TypeGuard[Answer]:
    """Whether a host will not have a message, however often it comes; it may well have others."""
    return answer is not None and 400 <= answer.status < 500 and answer.status not in NOT_NOW


def other_way(
    tried: Sequence[Attempt], answer: Answer, delivery: Delivery, key: SigningKey
) -> Attempt | None:
    """How to sign a delivery once more after such an answer; None where it would not help."""
    asked = answer.headers.get("Accept-Signature")
    return next_attempt(tried, answer.status, asked, url=delivery.inbox, key=key, has_body=True)
