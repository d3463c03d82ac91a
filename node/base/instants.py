"""Instants as text; all are seconds since the epoch, and in UTC unless a zone is said."""

from datetime import UTC, datetime, tzinfo


def instant(at: int) -> str:
    """Seconds since the epoch as `2026-11-24T10:00:00.000Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def day_and_hour(at: int, zone: tzinfo = UTC) -> str:
    """An instant in words, as the clocks of a zone show it, with that zone's short name."""
    there = datetime.fromtimestamp(at, zone)
    return f"{clock_of(there)} {short_name(there)}"


def clock_time(at: int, zone: tzinfo) -> str:
    """The same without the name of the zone, unless the clocks show that hour twice: in the night
    in which they are put back it says which of the two is meant."""
    there = datetime.fromtimestamp(at, zone)
    is_twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return day_and_hour(at, zone) if is_twice else clock_of(there)


def clock_of(there: datetime) -> str:
    return there.strftime("%-d %B %Y, %H:%M")


def short_name(there: datetime) -> str:
    """The short name of a time's zone, such as CET; where it has none, how far it is from UTC."""
    name = there.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name


def day_in_words(at: int) -> str:
    """The day of an instant in words, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%-d %B %Y")


def optional_instant(at: int | None) -> str | None:
    """The same, or None."""
    return instant(at) if at is not None else None


def day(at: int | None) -> str | None:
    """Seconds since the epoch as `2026-11-24`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d") if at is not None else None
