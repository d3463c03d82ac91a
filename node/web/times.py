"""Times on pages: as the clocks of this place show them, and how long ago; for machines in UTC.

Of a day alone (`day_in_words`) nothing is asked of any clock: many a home says of its people only
the day on which they came, and that is a day in UTC.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from node.base.instants import clock_time, day_and_hour, short_name

SECONDS = ((86_400 * 365, "year"), (86_400 * 30, "month"), (86_400, "day"), (3_600, "hour"))


@dataclass(slots=True)
class Times:
    """By which clocks times are shown, and whether any has been shown yet."""

    zone: tzinfo = UTC
    is_shown: bool = False


TIMES: ContextVar[Times] = ContextVar("times")
"""For what is drawn just now: macros of other templates are given nothing of their page."""


@contextmanager
def times_in(zone: tzinfo) -> Iterator[None]:
    """Have times shown in that zone, in what is drawn meanwhile."""
    token = TIMES.set(Times(zone))
    try:
        yield
    finally:
        TIMES.reset(token)


def page_time(at: int) -> str:
    """An instant in words; the foot of the page says by which clocks."""
    times = TIMES.get()
    times.is_shown = True
    return clock_time(at, times.zone)


def whole_time(at: int) -> str:
    """An instant in words with the name of the zone, for what has no foot."""
    return day_and_hour(at, TIMES.get().zone)


def whose_times(now: int) -> str:
    """By which clocks the times on this page are; empty where there are none."""
    times = TIMES.get()
    if not times.is_shown:
        return ""
    name = short_name(datetime.fromtimestamp(now, times.zone))
    place = str(times.zone).rpartition("/")[2].replace("_", " ")
    return f"Times are in {name}." if place == name else f"Times are in {place} time ({name})."


def machine_time(at: int) -> str:
    """An instant for `<time datetime>`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(at: int, now: int) -> str:
    """How long ago something was, roughly; what is to come is just now."""
    passed_s = max(0, now - at)
    for size_s, name in SECONDS:
        if passed_s >= size_s:
            count = passed_s // size_s
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    minutes = passed_s // 60
    return f"{minutes} minute{'s' if minutes > 1 else ''} ago" if minutes else "just now"
