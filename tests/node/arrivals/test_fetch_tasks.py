"""Background work is rows: kept once, taken one at a time, counted, bounded, forgotten."""

import pytest

from federation.limits import TASK_KEPT_S
from node.arrivals import fetch_tasks
from node.arrivals.fetch_tasks import (
    HELD_S,
    add_task,
    count_cost,
    forget_old_tasks,
    put_off_task,
    settle_task,
    take_task,
    waiting_tasks,
)
from tests.neighbours import NOW, THERE

POST = f"{THERE}/notes/1"
HOUR = 3_600


def added(tx, iri=POST, now=NOW, **options):
    return add_task(tx, "answers", iri, now, **{"again_s": HOUR} | options)


def taken(tx, now=NOW, held=()):
    found = take_task(tx, now, held)
    return found[0] if found else None


def test_what_waits_is_kept_once(tx):
    assert added(tx)
    assert not added(tx)
    assert waiting_tasks(tx) == 1


def test_a_task_that_was_taken_is_nobody_elses_until_its_time_is_over(tx):
    added(tx)

    assert taken(tx).iri == POST
    assert taken(tx, NOW + HELD_S - 1) is None
    assert taken(tx, NOW + HELD_S).tries == 1


def test_one_task_of_a_host_is_taken_at_a_time(tx):
    added(tx)
    added(tx, f"{THERE}/notes/2")
    added(tx, "https://hill.example/notes/3")

    first = taken(tx)

    assert taken(tx, held=[first.host]).host == "hill.example"
    assert taken(tx, held=["valley.example", "hill.example"]) is None


@pytest.mark.threat("T45")
def test_what_a_piece_of_work_has_cost_stays_counted_when_its_taker_is_killed(tx):
    added(tx)
    first = taken(tx)
    added(tx, f"{THERE}/notes/2", cause=first)
    count_cost(tx, first, 3, NOW)
    count_cost(tx, first, 4, NOW)
    settle_task(tx, first, NOW)

    second, cost = take_task(tx, NOW + HELD_S)

    assert (second.level, second.cause_id, cost) == (1, first.id, 7)


def test_fetching_holds_a_task_longer(tx):
    added(tx)
    task = taken(tx)

    count_cost(tx, task, 1, NOW + 200)

    assert taken(tx, NOW + HELD_S) is None
    assert taken(tx, NOW + 200 + HELD_S) is not None


def test_what_was_done_lately_is_not_done_again(tx):
    added(tx)
    settle_task(tx, taken(tx), NOW)

    assert not added(tx, now=NOW + HOUR - 1)
    assert added(tx, now=NOW + HOUR)
    assert taken(tx, NOW + HOUR) is not None


def test_what_has_time_is_done_again_when_the_time_is_over(tx):
    added(tx)
    settle_task(tx, taken(tx), NOW, etag='"7"')

    assert added(tx, now=NOW + 5, is_patient=True)
    assert not added(tx, now=NOW + 6, is_patient=True)
    assert taken(tx, NOW + HOUR - 1) is None
    assert taken(tx, NOW + HOUR).etag == '"7"'


def test_a_task_that_was_put_off_comes_at_its_time(tx):
    added(tx)
    put_off_task(tx, taken(tx), "timeout", NOW + 60)

    assert taken(tx, NOW + 59) is None
    assert taken(tx, NOW + 60) is not None


@pytest.mark.threat("T28")
@pytest.mark.parametrize("iri", ["tag:valley.example,2026:1", "https://Valley.example/1", ""])
def test_what_has_no_plain_address_is_no_task(tx, iri):
    assert not added(tx, iri)


@pytest.mark.threat("T48")
def test_a_host_has_a_limited_number_of_tasks(tx, monkeypatch):
    monkeypatch.setattr(fetch_tasks, "TASKS_PER_HOST_MAX", 3)

    assert [added(tx, f"{THERE}/notes/{n}") for n in range(5)] == [True] * 3 + [False] * 2
    assert added(tx, "https://hill.example/notes/1")


@pytest.mark.threat("T48")
def test_a_thousand_invented_hosts_leave_a_limited_number_of_tasks(tx, monkeypatch):
    monkeypatch.setattr(fetch_tasks, "TASKS_MAX", 20)

    kept = sum(added(tx, f"https://n{n}.valley.example/1") for n in range(1_000))

    assert (kept, waiting_tasks(tx)) == (20, 20)


@pytest.mark.threat("T48")
def test_settled_tasks_make_room(tx, monkeypatch):
    monkeypatch.setattr(fetch_tasks, "TASKS_MAX", 2)
    added(tx)
    settle_task(tx, taken(tx), NOW)

    assert [added(tx, f"https://n{n}.example/1") for n in range(3)] == [True, True, False]


@pytest.mark.threat("T48")
def test_settled_tasks_are_forgotten_after_a_week_and_waiting_ones_are_not(tx):
    added(tx)
    settle_task(tx, taken(tx), NOW)
    added(tx, f"{THERE}/notes/2")

    assert forget_old_tasks(tx, NOW + TASK_KEPT_S) == 0
    assert forget_old_tasks(tx, NOW + TASK_KEPT_S + 1) == 1
    assert waiting_tasks(tx) == 1
