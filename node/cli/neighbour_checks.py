"""What our neighbours tell us of ourselves: whether they are reached, and what time it is."""

import asyncio
from email.utils import parsedate_to_datetime
from statistics import median

from aiohttp import hdrs

from federation.errors import FetchFailed
from federation.gate import Gate
from node.base.clock import Clock
from node.cli.findings import Finding, good, look
from node.outbox.silent_hosts import SilentHost

DRIFT_S_MAX = 60
DAY_S = 24 * 3_600
ASKED_MAX = 3
NAMED_MAX = 5


def check_neighbours(silent: list[SilentHost], now: int) -> Finding:
    """Whether what waits to go to other nodes goes there."""
    if not silent:
        return good("Every other node that something is for takes it.")
    named = ", ".join(f"{one.host} ({since(one, now)})" for one in silent[:NAMED_MAX])
    more = f", and {len(silent) - NAMED_MAX} more" if len(silent) > NAMED_MAX else ""
    return look(
        f"What is for these places has waited more than a day: {named}{more}.",
        "Their people do not see what is said here. Nothing is lost: it waits for 90 days.",
        "If it is one of many, that place has trouble of its own: ask those who keep it. If it is"
        " all of them, see whether this machine reaches the internet at all.",
    )


def since(one: SilentHost, now: int) -> str:
    if one.last_success_at is None:
        return "never reached"
    days = (now - one.last_success_at) // DAY_S
    return f"last reached {days} day{'s' if days > 1 else ''} ago"


async def check_clock(gate: Gate, clock: Clock, hosts: list[str], scheme: str) -> Finding:
    """Whether our clock agrees within a minute with what up to three other nodes say.

    Our own public address cannot tell: it is answered by this machine.
    """
    async with asyncio.TaskGroup() as group:
        asked = [
            group.create_task(drift(gate, clock, f"{scheme}://{host}/.well-known/nodeinfo"))
            for host in hosts[:ASKED_MAX]
        ]
    found = [one for task in asked if (one := task.result()) is not None]
    if not found:
        return good("The clock was not looked at: no other node could be asked for the time.")
    off = round(median(found))
    if abs(off) <= DRIFT_S_MAX:
        return good("The clock is right.")
    return look(
        f"The clock of this machine is {abs(off)} seconds {'ahead' if off > 0 else 'behind'}.",
        "Signed messages carry the time: other nodes refuse what seems too old or too new.",
        "Set the clock: `timedatectl set-ntp true`.",
    )


async def drift(gate: Gate, clock: Clock, url: str) -> float | None:
    """By how many seconds our clock is ahead of the one that answers at `url`."""
    before = clock.now()
    try:
        found = await gate.fetch(url, accept="application/json")
        there = parsedate_to_datetime(found.headers.get(hdrs.DATE, "")).timestamp()
    except (FetchFailed, ValueError, TypeError):
        return None
    return (before + clock.now()) / 2 - there
