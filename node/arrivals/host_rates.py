"""How often we ask other servers: strangers seldom (T46), anybody one at a time, nobody too soon.

A host counts as a stranger where nobody here follows anybody there, nor is followed from there, and
which the operator has not said to trust.
"""

import asyncio
from collections import OrderedDict

from federation.domains import domain_of
from federation.errors import FetchFailed
from federation.limits import ASKED_HOSTS_MAX, POLITE_EVERY_S, STRANGER_REQUESTS_AN_HOUR
from federation.origin import authority_of
from node.base.clock import Clock
from node.db.database import Database
from node.db.tx import Row, Tx
from node.peers.policy_cache import PolicyCache
from node.peers.rules import Policy

HOUR_S = 3_600
RELATED_S = 600
TURNS_KEPT = 4_096
SILENT_S = 30
FORGOTTEN_AT_ONCE = 1_000
FORGOTTEN_FOR_ROOM = 100
ASKED_OF_DOMAIN_MAX = 200
FORGOTTEN_OF_DOMAIN = 20
DEVELOPMENT_POLITE_EVERY_S = 0.02


class HostRates:
    """How one process asks; the counts are rows, so that a restart renews nothing.

    `is_counted` false is for tests and demonstrations on one machine.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        peers: PolicyCache,
        *,
        polite_every_s: float = POLITE_EVERY_S,
        is_counted: bool = True,
    ) -> None:
        self._db, self._clock, self._peers = db, clock, peers
        self._polite_every_s, self._is_counted = polite_every_s, is_counted
        self._turns: OrderedDict[str, float] = OrderedDict()
        self._silent: OrderedDict[str, float] = OrderedDict()

    async def before(self, url: str, *, is_polite: bool) -> None:
        """Return when `url` may be asked; polite work waits its turn, one request a second.

        Raises:
            FetchFailed: `enough` for this hour, or `later`: the host has asked for that, or has let
                us wait in vain within half a minute.
        """
        host = authority_of(url)
        if self._clock.monotonic() < self._silent.get(host, 0.0):
            raise FetchFailed("later")
        if is_polite:
            await self._wait_turn(host)
        refusal = await self._db.write(count_request, host, self._clock.now(), is_polite)
        is_known = self._peers.circle.policy_of(host) is Policy.TRUSTED or not self._is_counted
        if refusal == "later" or (refusal and not is_known):
            raise FetchFailed(refusal)

    async def after(self, url: str, retry_after_s: int) -> None:
        """Remember that the host of `url` has asked not to be asked for so long."""
        now = self._clock.now()
        await self._db.write(note_wait, authority_of(url), now + retry_after_s, now)

    def note_silence(self, url: str) -> None:
        """The host of `url` has let us wait in vain: nobody else is to wait for it at once."""
        host = authority_of(url)
        self._silent[host] = self._clock.monotonic() + SILENT_S
        self._silent.move_to_end(host)
        if len(self._silent) > TURNS_KEPT:
            self._silent.popitem(last=False)

    async def _wait_turn(self, host: str) -> None:
        now = self._clock.monotonic()
        turn = max(now, self._turns.get(host, 0.0))
        self._turns[host] = turn + self._polite_every_s
        self._turns.move_to_end(host)
        if len(self._turns) > TURNS_KEPT:
            self._turns.popitem(last=False)
        await asyncio.sleep(turn - now)


def count_request(tx: Tx, host: str, now: int, is_polite: bool) -> str:
    """Count one request to a host; why it may not be made, or nothing.

    A stranger is asked at most 60 times in any hour, whatever the cause. At most 10,000 hosts are
    counted, and 200 of one registered domain; where that many were asked within the hour, those
    asked longest ago make room, so that nobody's invented names shut out a new neighbour (T143).
    """
    row = tx.one(
        "select asked, related_until, wait_until from asked_host where host = :host", host=host
    )
    if row is None:
        make_room(tx, domain_of(host), now)
        put_asked(tx, host, [now], 0, now)
        return ""
    if is_polite and row["wait_until"] > now:
        return "later"
    asked = recent(row, now)
    if len(asked) < STRANGER_REQUESTS_AN_HOUR:
        put_asked(tx, host, [*asked, now], row["related_until"], now)
        return ""
    if row["related_until"] > now:
        return ""
    if not is_related(tx, host):
        return "enough"
    put_asked(tx, host, asked, now + RELATED_S, now)
    return ""


def recent(row: Row, now: int) -> list[int]:
    """When a host was asked within the last hour."""
    times = [int(at) for at in row["asked"].split(",") if at]
    return [at for at in times if at > now - HOUR_S]


def is_related(tx: Tx, host: str) -> bool:
    """Whether somebody here follows, or has asked to follow, somebody there, or the reverse holds.

    Asking from there is not enough: that is free for everybody.
    """
    row = tx.one(
        """
        select 1 as found from actor a
        where a.host = :host and a.local = 0 and a.deleted_at is null
          and (exists (select 1 from follow f join actor ours on ours.id = f.follower_id
                       where f.followed_id = a.id and ours.local = 1)
               or exists (select 1 from follow f join actor ours on ours.id = f.followed_id
                          where f.follower_id = a.id and f.state = 'accepted' and ours.local = 1))
        limit 1
        """,
        host=host,
    )
    return row is not None


def make_room(tx: Tx, domain: str, now: int) -> None:
    """Have room for another host of a domain (T48); those asked longest ago go first."""
    if hosts_asked_in(tx, domain) >= ASKED_OF_DOMAIN_MAX:
        forget_hosts_of(tx, domain)
    if hosts_asked(tx) >= ASKED_HOSTS_MAX and not forget_asked_hosts(tx, now):
        tx.run(
            """
            delete from asked_host where host in (
                select host from asked_host order by changed_at limit :limit)
            """,
            limit=FORGOTTEN_FOR_ROOM,
        )


def hosts_asked(tx: Tx) -> int:
    row = tx.one(
        "select count(*) as total from (select 1 from asked_host limit :most) as several",
        most=ASKED_HOSTS_MAX,
    )
    return int(row["total"]) if row else 0


def hosts_asked_in(tx: Tx, domain: str) -> int:
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from asked_host where domain = :domain limit :most) as several
        """,
        domain=domain,
        most=ASKED_OF_DOMAIN_MAX,
    )
    return int(row["total"]) if row else 0


def forget_hosts_of(tx: Tx, domain: str) -> None:
    tx.run(
        """
        delete from asked_host where host in (
            select host from asked_host where domain = :domain
            order by changed_at limit :limit)
        """,
        domain=domain,
        limit=FORGOTTEN_OF_DOMAIN,
    )


def put_asked(tx: Tx, host: str, asked: list[int], related_until: int, now: int) -> None:
    tx.run(
        """
        insert into asked_host (host, domain, asked, related_until, wait_until, changed_at)
        values (:host, :domain, :asked, :related_until, 0, :now)
        on conflict (host) do update
        set asked = excluded.asked, related_until = excluded.related_until,
            changed_at = excluded.changed_at
        """,
        host=host,
        domain=domain_of(host),
        asked=",".join(map(str, asked)),
        related_until=related_until,
        now=now,
    )


def note_wait(tx: Tx, host: str, until: int, now: int) -> None:
    """Remember until when a host that was just asked wants to be left alone."""
    tx.run(
        "update asked_host set wait_until = :until, changed_at = :now where host = :host",
        host=host,
        until=until,
        now=now,
    )


def forget_asked_hosts(tx: Tx, now: int) -> int:
    """Drop the hosts that were not asked for an hour and wait for nothing, 1,000 at once."""
    return tx.run(
        """
        delete from asked_host where host in (
            select host from asked_host
            where changed_at <= :before and wait_until <= :now
            order by changed_at limit :limit)
        """,
        before=now - HOUR_S,
        now=now,
        limit=FORGOTTEN_AT_ONCE,
    )
