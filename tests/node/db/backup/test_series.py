"""Which backups of a folder are kept."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from node.db.backup.series import made_at, new_name, open_series, thin, to_drop

HOST = "group.example"
MONDAY = int(datetime(2026, 11, 30, 3, tzinfo=UTC).timestamp())
DAY_S = 86_400
OTHERS = ["notes.txt", "hedgerow-group.example.org-20261130-030000.age", "group.example-gone.txt"]


def daily_names(days, host=HOST):
    return [new_name(host, MONDAY - number * DAY_S) for number in range(days)]


def test_the_newest_of_each_of_the_last_days_and_weeks_are_kept():
    names = daily_names(40)
    kept = [name for name in names if name not in to_drop(names, HOST, 7, 4)]

    days = [made_at(name, HOST).strftime("%m-%d") for name in kept]
    assert days == ["11-30", "11-29", "11-28", "11-27", "11-26", "11-25", "11-24", "11-22", "11-15"]


def test_of_one_day_the_newest_is_kept():
    names = [new_name(HOST, MONDAY + hour * 3_600) for hour in range(20)]

    assert to_drop(names, HOST, 3, 1) == names[-2::-1]


@given(st.lists(st.integers(0, 400 * DAY_S), max_size=40), st.integers(1, 9), st.integers(1, 9))
def test_the_newest_always_stays_and_no_more_than_asked_for(ages, daily, weekly):
    names = sorted({new_name(HOST, MONDAY - age) for age in ages})
    kept = set(names) - set(to_drop(names, HOST, daily, weekly))

    assert not names or names[-1] in kept
    assert len(kept) <= daily + weekly


@given(st.sets(st.integers(0, 60), min_size=1))
def test_dropping_again_drops_nothing_more(days):
    names = [new_name(HOST, MONDAY - day * DAY_S) for day in days]
    kept = set(names) - set(to_drop(names, HOST, 7, 4))

    assert to_drop(kept, HOST, 7, 4) == []


def test_what_is_no_backup_of_this_node_is_not_touched(tmp_path):
    names = [*daily_names(12), *daily_names(12, "other.example"), *OTHERS]
    for name in names:
        (tmp_path / name).write_text("x")

    dropped = thin(tmp_path, HOST, 2, 1)

    left = {one.name for one in tmp_path.iterdir()}
    assert dropped == 10
    assert left >= {*OTHERS, *daily_names(12, "other.example"), *daily_names(2)}


def test_a_name_says_when_and_of_which_node_also_with_a_port():
    for host in (HOST, "127.0.0.1:8080", "[::1]:80"):
        assert made_at(new_name(host, MONDAY), host) == datetime.fromtimestamp(MONDAY, UTC)
        assert "/" not in new_name(host, MONDAY)
    assert made_at(new_name(HOST, MONDAY), "group.example.org") is None
    assert made_at("hedgerow-group.example-20269930-030000.age", HOST) is None
    assert timedelta(0) == made_at(new_name(HOST, 0), HOST) - datetime.fromtimestamp(0, UTC)


def test_what_a_killed_backup_left_is_cleared_away(tmp_path):
    left = tmp_path / f".{new_name(HOST, MONDAY)}.x1.part"
    left.write_bytes(b"half")
    other = tmp_path / f".{new_name('other.example', MONDAY)}.x1.part"
    other.write_bytes(b"half")

    open_series(tmp_path, HOST)

    assert [one.name for one in tmp_path.iterdir()] == [other.name]
