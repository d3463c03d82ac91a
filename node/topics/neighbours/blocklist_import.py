"""Taking over a list of hosts: what it would change, and the change, all or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from node.base.errors import Invalid
from node.db.tx import Tx
from node.peers.rules import Circle, Policy, check_change
from node.peers.store import put_policy, whole_circle
from node.topics.members.store import follows_with
from node.topics.neighbours.actions import hosts_below, make_true
from node.topics.neighbours.blocklist import Listed

STRICTNESS = {Policy.OPEN: 0, Policy.TRUSTED: 0, Policy.SILENCED: 1, Policy.BLOCKED: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a list would change here, and what stays as it is.

    `kept`: peers that we trust, and our own host, which no list changes. `ending`: follows that
    would end, as (host, ours that lead there, theirs that lead here).
    """

    changes: tuple[Listed, ...]
    kept: tuple[str, ...]
    same: int
    idle: int
    ending: tuple[tuple[str, int, int], ...]


def plan_import(tx: Tx, listed: Iterable[Listed], ours: str) -> Plan:
    """What taking over a list would do. It makes nothing milder than it is."""
    _, circle = whole_circle(tx, ours)
    changes: list[Listed] = []
    kept: list[str] = []
    same = idle = 0
    for one in listed:
        held = circle.policies.get(one.host, Policy.OPEN)
        if one.policy is Policy.OPEN:
            idle += 1
        elif is_kept(one, held, circle):
            kept.append(one.host)
        elif STRICTNESS[held] >= STRICTNESS[one.policy]:
            same += 1
        else:
            changes.append(one)
    return Plan(
        changes=tuple(changes),
        kept=tuple(kept),
        same=same,
        idle=idle,
        ending=tuple(ending_follows(tx, changes)),
    )


def is_kept(one: Listed, held: Policy, circle: Circle) -> bool:
    try:
        check_change(one.host, one.policy, circle)
    except Invalid:
        return True
    return held is Policy.TRUSTED


def ending_follows(tx: Tx, changes: Sequence[Listed]) -> Iterable[tuple[str, int, int]]:
    blocks = [one.host for one in changes if one.policy is Policy.BLOCKED]
    for host in blocks:
        ours, theirs = follows_with(tx, hosts_below(tx, host))
        if ours or theirs:
            yield host, len(ours), len(theirs)


def import_list(tx: Tx, listed: Sequence[Listed], now: int, ours: str) -> Plan:
    """Take over a list, in the one transaction; what was changed."""
    plan = plan_import(tx, listed, ours)
    for one in plan.changes:
        put_policy(tx, one.host, one.policy, one.reason, now)
    reached = {host for one in plan.changes for host in hosts_below(tx, one.host)}
    make_true(tx, sorted(reached), ours, now)
    return plan
