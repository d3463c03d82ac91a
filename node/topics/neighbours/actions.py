"""Blocking, silencing, trusting and forgetting another node, with what it does and undoes."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.arrivals.held_arrivals import drop_held, release_held
from node.arrivals.store import drop_waiting_of
from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.outbox.deliveries import NOT_MET, park_waiting, release_parked, waiting_for
from node.peers.rules import REASON_CHARACTERS_MAX, Policy, check_change, covers
from node.peers.store import drop_peer, peer_by_host, put_policy, thaw, whole_circle
from node.topics.actors.hosts import count_actors_of, hosts_known, put_standing
from node.topics.members.actions import end_follow
from node.topics.members.store import follows_with
from node.topics.publishing.held_decisions import release_host
from node.topics.reactions.store import count_anew, reacted_to

SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What is held here of a host and those below it, which a policy for it reaches.

    `ours_follow`: how many follows of ours lead there; `they_follow`: how many of theirs lead here.
    """

    hosts: tuple[str, ...] = ()
    people: int = 0
    ours_follow: int = 0
    they_follow: int = 0
    waiting: int = 0


def affected_by(tx: Tx, host: str) -> Affected:
    """What a policy for `host` reaches."""
    hosts = hosts_below(tx, host)
    ours, theirs = follows_with(tx, hosts)
    return Affected(
        hosts=hosts,
        people=count_actors_of(tx, hosts),
        ours_follow=len(ours),
        they_follow=len(theirs),
        waiting=waiting_for(tx, hosts),
    )


def hosts_below(tx: Tx, host: str) -> tuple[str, ...]:
    """The hosts of actors stored here that a policy for `host` covers, and `host` itself."""
    return tuple(sorted({host, *(one for one in hosts_known(tx) if covers(host, one))}))


def set_policy(tx: Tx, host: str, policy: Policy, reason: str, now: int, *, ours: str) -> Affected:
    """Say what a host is to us, and make it so for all that is held here; what it reached.

    A block ends the follows both ways, and hides; it deletes nothing, so that taking it back shows
    again what is still held. Repeating it changes nothing.

    Raises:
        Invalid: it is our own host, or below one that is stricter; or the reason is too long.
    """
    if len(reason) > REASON_CHARACTERS_MAX:
        raise Invalid(f"A reason has at most {REASON_CHARACTERS_MAX} characters.")
    _, before = whole_circle(tx, ours)
    check_change(host, policy, before)
    reached = affected_by(tx, host)
    put_policy(tx, host, policy, reason, now)
    make_true(tx, reached.hosts, ours, now)
    return reached


def forget_policy(tx: Tx, host: str, now: int, *, ours: str) -> Affected:
    """Have no policy for a host any more: it is a stranger again; what that reached.

    Raises:
        NotFound: there was none.
    """
    if peer_by_host(tx, host) is None:
        raise NotFound(f"Nothing is said of {host} here.")
    reached = affected_by(tx, host)
    drop_peer(tx, host)
    make_true(tx, reached.hosts, ours, now)
    return reached


def confirm(tx: Tx, host: str, now: int) -> int:
    """An organiser has looked at a host that was frozen: all goes on; how many messages come in.

    Raises:
        NotFound: nothing of that host waits for a look.
    """
    if not thaw(tx, host):
        raise NotFound(f"Nothing of {host} waits for a look.")
    return release_held(tx, host, now)


def make_true(tx: Tx, hosts: Sequence[str], ours: str, now: int) -> None:
    """Bring what is held of `hosts` into line with the policies as they are now."""
    _, circle = whole_circle(tx, ours)
    policies = {host: circle.policy_of(host) for host in hosts}
    blocked = [host for host, policy in policies.items() if policy is Policy.BLOCKED]
    silenced = [host for host, policy in policies.items() if policy is Policy.SILENCED]
    others = [host for host in hosts if host not in blocked and host not in silenced]
    put_standing(tx, blocked, hidden=True, silenced=False, now=now)
    put_standing(tx, silenced, hidden=False, silenced=True, now=now)
    put_standing(tx, others, hidden=False, silenced=False, now=now)
    count_anew(tx, reacted_to(tx, hosts))
    part_from(tx, blocked, now)
    for host in others:
        release_host(tx, host, now)
    met = [host for host in hosts if circle.may_meet(host)]
    release_parked(tx, met, NOT_MET, now)


def part_from(tx: Tx, hosts: Sequence[str], now: int) -> None:
    """End the follows with hosts that are blocked, send them nothing, take nothing that waits."""
    ours, theirs = follows_with(tx, hosts)
    for held in (*ours, *theirs):
        end_follow(tx, held)
    park_waiting(tx, hosts, NOT_MET)
    drop_held(tx, hosts)
    origins = [scheme + host for host in hosts for scheme in SCHEMES]
    drop_waiting_of(tx, origins, NOT_MET, now)
