"""Instants as text; all are seconds since the epoch, in UTC."""

from datetime import UTC, datetime


def instant(at: int) -> str:
    """Seconds since the epoch as `2026-11-24T10:00:00.000Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def day_and_hour(at: int) -> str:
    """An instant in words, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%-d %B %Y, %H:%M UTC")


def day_in_words(at: int) -> str:
    """The day of an instant in words, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%-d %B %Y")


def optional_instant(at: int | None) -> str | None:
    """The same, or None."""
    return instant(at) if at is not None else None


def day(at: int | None) -> str | None:
    """Seconds since the epoch as `2026-11-24`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d") if at is not None else None
