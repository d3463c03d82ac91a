"""Applies several messages in one transaction, in order, each undone by itself.

A message is applied inside one transaction with being settled.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from federation.documents import Activity, Announce, read_activity
from federation.errors import BadSignature, Malformed
from federation.jsonld import is_plain
from federation.origin import trusted_parts
from federation.strictjson import Json
from federation.subjects import subjects_of
from node.arrivals.apply_context import ApplyContext, Fetched
from node.arrivals.store import Arrival, settle_arrivals
from node.base.errors import Busy, Missing, NotAllowed, Problem
from node.db.errors import StoreFailed
from node.db.tx import Tx
from node.inbox.lanes import EVERYTHING, Held, must_wait
from node.inbox.proofs import proven_parts
from node.topics.publishing.refusals import NotTaken, tell_refused

Handler = Callable[[Tx, Any, ApplyContext], None]
read_body = msgspec.json.Decoder().decode


@dataclass(slots=True)
class Batch:
    """What became of several messages that were applied in one transaction.

    `lacking` need something fetched first, by their ids; `behind` are about the same as one that
    waits, and were not applied. `held` says of both what they are about. `failing` are those that
    a bug stopped at.
    """

    done: list[Arrival] = field(default_factory=list)
    dropped: list[tuple[Arrival, str]] = field(default_factory=list)
    lacking: dict[int, tuple[Arrival, tuple[str, ...]]] = field(default_factory=dict)
    behind: list[int] = field(default_factory=list)
    held: dict[int, Held] = field(default_factory=dict)
    failing: list[tuple[Arrival, Exception]] = field(default_factory=list)


def apply_batch(
    tx: Tx,
    arrivals: Sequence[Arrival],
    handlers: Mapping[type[Activity], Handler],
    fetched: Mapping[str, Fetched],
    now: int,
    translated: Mapping[int, Json] | None = None,
    held: Mapping[str, frozenset[str]] | None = None,
) -> Batch:
    """Apply messages in order, each undone by itself; what is about the same as one of its origin
    that lacks something waits behind that.

    `translated` holds those that came in other words than ours, by the id of the arrival; one that
    is not there lacks it. `held` is what others are about that wait, by origin.
    """
    batch, waiting = Batch(), dict(held or {})
    for arrival in arrivals:
        if arrival.origin in waiting and must_wait(waiting, about(arrival)):
            hold(batch, waiting, arrival)
            batch.behind.append(arrival.id)
            continue
        try:
            with tx.savepoint():
                apply_one(tx, arrival, handlers, fetched, now, translated or {})
        except Missing as missing:
            hold(batch, waiting, arrival)
            batch.lacking[arrival.id] = (arrival, missing.iris)
        except (Busy, StoreFailed):
            raise
        except (Problem, Malformed) as problem:
            batch.dropped.append((arrival, problem.sentence))
            if isinstance(problem, NotTaken):
                tell_of_create(tx, arrival, problem, now)
        except Exception as error:  # noqa: BLE001 - a message must not stop those behind it
            batch.failing.append((arrival, error))
        else:
            batch.done.append(arrival)
    settle_arrivals(tx, [arrival.id for arrival in batch.done], "done", now)
    for arrival, reason in batch.dropped:
        settle_arrivals(tx, [arrival.id], "dropped", now, reason)
    return batch


def tell_of_create(tx: Tx, arrival: Arrival, refusal: NotTaken, now: int) -> None:
    """Tell whoever sent a Create that a community of ours did not take it; of what a community
    passes on, nobody is told."""
    sent = read_body(arrival.body)
    if sent.get("type") == "Create" and isinstance(sent.get("id"), str):
        tell_refused(tx, refusal, sent["id"], now)


def hold(batch: Batch, waiting: dict[str, frozenset[str]], arrival: Arrival) -> None:
    """Let those behind a message wait that are about the same."""
    one = batch.held[arrival.id] = about(arrival)
    waiting[one.origin] = waiting.get(one.origin, frozenset()) | one.subjects


def about(arrival: Arrival) -> Held:
    """What a message is about; one that is to be translated first is about everything."""
    value = read_body(arrival.body)
    try:
        subjects = subjects_of(read_activity(value)) if is_plain(value) else EVERYTHING
    except Malformed:
        subjects = EVERYTHING
    return Held(arrival.origin, subjects)


def apply_one(
    tx: Tx,
    arrival: Arrival,
    handlers: Mapping[type[Activity], Handler],
    fetched: Mapping[str, Fetched],
    now: int,
    translated: Mapping[int, Json],
) -> None:
    """Hand a message to its handler, with only what its sender may vouch for (T16).

    Raises:
        Missing: what is to be fetched first; nothing by name where it is to be translated first.
    """
    verbatim = read_body(arrival.body)
    if arrival.id not in translated and not is_plain(verbatim):
        raise Missing(())
    value = translated.get(arrival.id, verbatim)
    activity = read_activity(value)
    proven: tuple[Activity, ...] = ()
    if isinstance(activity, Announce):
        proven = read_proven(tx, value, fetched, now)
    handler = handlers.get(type(activity))
    if handler is not None:
        believed = tuple(map(trusted_parts, proven))
        inboxes = tuple(dict.fromkeys(arrival.inboxes.split()))
        context = ApplyContext(now, fetched, verbatim, believed, inboxes, arrival.signed_at)
        handler(tx, trusted_parts(activity, proven), context)


def read_proven(
    tx: Tx, verbatim: Mapping[str, Any], fetched: Mapping[str, Fetched], now: int
) -> tuple[Activity, ...]:
    """What of the inside of an Announce its own actors have proven.

    Raises:
        Missing: whoever proved it is not stored here yet.
        NotAllowed: a proof is wrong: nobody's word counts for that message.
    """
    try:
        return proven_parts(tx, verbatim, fetched, now)
    except BadSignature as error:
        raise NotAllowed(f"A proof inside does not hold: {error.reason}.") from error
