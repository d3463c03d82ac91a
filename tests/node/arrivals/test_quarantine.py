"""What was set aside goes by age and by size, the oldest of whoever sent most first."""

import pytest

from node.arrivals import held_arrivals
from node.arrivals.held_arrivals import hold_arrival
from node.arrivals.quarantine import (
    BYTES_PER_DOMAIN_MAX,
    KEPT_S,
    MESSAGES_PER_DOMAIN_MAX,
    forget_held_arrivals,
    forget_quarantined,
    quarantine,
)
from node.arrivals.store import Arrival, NewArrival, add_arrival
from node.base.errors import Busy
from tests.neighbours import NOW

DAY_S = 86_400


def new_one(number: int, origin: str, body: str) -> NewArrival:
    return NewArrival(
        activity_iri=f"{origin}/{number}",
        origin=origin,
        actor_iri=f"{origin}/ann",
        kind="Announce",
        body=body,
        body_hash="0",
    )


def set_aside(tx, number, origin="https://valley.example", body="{}", now=NOW):
    """A message that came, and could not be applied."""
    add_arrival(tx, new_one(number, origin, body), now)
    row = tx.one("select * from arrival where activity_iri = :iri", iri=f"{origin}/{number}")
    quarantine(tx, Arrival(**{key: row[key] for key in Arrival.__slots__}), "bug", now)


def kept(tx, origin="https://valley.example"):
    """The messages that are still set aside, and how long they are."""
    rows = tx.all(
        """
        select activity_iri, length(body) as size from arrival
        where state = 'quarantined' and origin = :origin order by id
        """,
        origin=origin,
    )
    return [int(row["activity_iri"].rpartition("/")[2]) for row in rows], sum(
        row["size"] for row in rows
    )


@pytest.mark.threat("T145")
def test_what_was_set_aside_goes_after_thirty_days_and_its_id_stays(tx):
    set_aside(tx, 1, body="x" * 1_000)
    set_aside(tx, 2, now=NOW + DAY_S)

    forgotten = [forget_quarantined(tx, NOW + KEPT_S + after) for after in (0, 1, DAY_S + 1)]
    rows = tx.all("select state, body, reason from arrival order by id")

    assert forgotten == [0, 1, 1]
    assert [(row["state"], row["body"]) for row in rows] == [("dropped", "")] * 2
    assert not add_arrival(tx, new_one(1, "https://valley.example", "{}"), NOW + KEPT_S)


@pytest.mark.threat("T145")
def test_of_one_domain_a_hundred_messages_are_kept_and_the_newest(tx):
    set_aside(tx, 1, "https://hill.example")
    for number in range(MESSAGES_PER_DOMAIN_MAX + 20):
        set_aside(tx, number, now=NOW + number)

    assert kept(tx)[0] == list(range(20, MESSAGES_PER_DOMAIN_MAX + 20))
    assert kept(tx, "https://hill.example")[0] == [1]


@pytest.mark.threat("T145")
def test_of_one_domain_two_mebibytes_are_kept_whatever_names_stand_below_it(tx):
    for number in range(8):
        set_aside(tx, number, f"https://n{number}.valley.example", "x" * 500_000, NOW + number)

    sizes = [kept(tx, f"https://n{number}.valley.example")[1] for number in range(8)]
    assert sizes == [0, 0, 0, 0] + [500_000] * 4
    assert sum(sizes) <= BYTES_PER_DOMAIN_MAX


@pytest.mark.threat("T145")
def test_what_is_held_of_a_frozen_host_goes_after_thirty_days_too(tx):
    hold_arrival(tx, new_one(1, "https://valley.example", "{}"), "valley.example", NOW)

    assert [forget_held_arrivals(tx, NOW + KEPT_S + after) for after in (0, 1, 2)] == [0, 1, 0]


@pytest.mark.threat("T145")
def test_of_a_frozen_host_so_many_bytes_are_held_and_the_next_message_waits(tx, monkeypatch):
    monkeypatch.setattr(held_arrivals, "HELD_BYTES_MAX", 1_000)
    for number in range(2):
        hold_arrival(tx, new_one(number, "https://a.example", "x" * 600), "a.example", NOW)

    with pytest.raises(Busy):
        hold_arrival(tx, new_one(3, "https://a.example", "{}"), "a.example", NOW)
    hold_arrival(tx, new_one(1, "https://b.example", "{}"), "b.example", NOW)
