"""Instants in words, by the clocks of a place; also in the nights in which those are changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from node.base.instants import clock_time, day_and_hour

BERLIN = ZoneInfo("Europe/Berlin")


def at(*when: int) -> int:
    """An instant in UTC, in seconds."""
    return int(datetime(*when, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ((2026, 7, 1, 10, 0), "1 July 2026, 12:00"),
        ((2026, 12, 1, 10, 0), "1 December 2026, 11:00"),
        ((2026, 12, 31, 23, 30), "1 January 2027, 00:30"),
    ],
)
def test_a_time_is_that_of_the_clocks_of_the_place(when, words):
    assert clock_time(at(*when), BERLIN) == words


def test_no_hour_is_shown_that_the_clocks_leave_out():
    before, after = at(2026, 3, 29, 0, 59), at(2026, 3, 29, 1, 0)

    assert clock_time(before, BERLIN) == "29 March 2026, 01:59"
    assert clock_time(after, BERLIN) == "29 March 2026, 03:00"


def test_of_the_hour_that_comes_twice_it_is_said_which_is_meant():
    hours = [clock_time(at(2026, 10, 25, hour, 30), BERLIN) for hour in (0, 1, 2)]

    assert hours == [
        "25 October 2026, 02:30 CEST",
        "25 October 2026, 02:30 CET",
        "25 October 2026, 03:30",
    ]


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", "1 July 2026, 10:00 UTC"),
        ("Europe/Berlin", "1 July 2026, 12:00 CEST"),
        ("America/Sao_Paulo", "1 July 2026, 07:00 UTC-03"),
        ("Asia/Kathmandu", "1 July 2026, 15:45 UTC+0545"),
    ],
)
def test_a_time_with_its_zone_says_the_short_name_or_how_far_it_is_from_utc(zone, words):
    assert day_and_hour(at(2026, 7, 1, 10, 0), ZoneInfo(zone)) == words
