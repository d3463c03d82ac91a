"""Hosts that we sent to are forgotten with the last of those we know there (T48, T136)."""

import pytest

from node.housekeeping import TIDYING
from node.outbox import destinations
from node.outbox.destinations import SILENT_S, forget_destinations
from tests.neighbours import NOW, add_neighbour, add_person
from tests.node.outbox.test_outbox import say

LATE = NOW + SILENT_S + 1


def sent_to(tx, host="valley.example", **at):
    tx.run(
        """
        insert into destination (host, failures, retry_at, signature_form, last_success_at,
            last_failure_at, last_heard_at)
        values (:host, 0, 0, 'cavage', :success, :failure, :heard)
        """,
        **{"host": host, "success": NOW, "failure": None, "heard": None} | at,
    )


def hosts(tx):
    return [row["host"] for row in tx.all("select host from destination order by host")]


@pytest.mark.threat("T48")
def test_a_host_of_which_nobody_is_known_is_forgotten_after_thirty_days(tx):
    sent_to(tx)

    assert [forget_destinations(tx, at) for at in (LATE - 1, LATE, LATE)] == [0, 1, 0]
    assert forget_destinations in TIDYING


@pytest.mark.threat("T48")
@pytest.mark.parametrize("kind", ["success", "failure", "heard"])
def test_a_host_that_we_lately_had_to_do_with_stays(tx, kind):
    sent_to(tx, **{kind: NOW + 60})

    forget_destinations(tx, LATE)

    assert hosts(tx) == ["valley.example"]


@pytest.mark.threat("T105")
def test_when_a_host_was_heard_is_remembered_as_long_as_somebody_there_is_known(tx):
    add_neighbour(tx, "rose")
    sent_to(tx)

    forget_destinations(tx, LATE * 2)

    assert hosts(tx) == ["valley.example"]


@pytest.mark.threat("T112")
@pytest.mark.parametrize("state", ["waiting", "parked"])
def test_a_host_to_which_something_is_to_go_stays(tx, state):
    say(tx, add_person(tx, "ann"), 1)
    tx.run("update delivery set state = :state", state=state)
    sent_to(tx)

    forget_destinations(tx, LATE)

    assert hosts(tx) == ["valley.example"]


@pytest.mark.threat("T48")
def test_of_too_many_hosts_those_go_that_were_silent_for_an_hour(tx, monkeypatch):
    monkeypatch.setattr(destinations, "DESTINATIONS_MAX", 3)
    for number in range(5):
        sent_to(tx, f"h{number}.example", success=NOW + number)

    dropped = forget_destinations(tx, NOW + 3_600 + 4)

    assert dropped == 4
    assert hosts(tx) == ["h4.example"]
