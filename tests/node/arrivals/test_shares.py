"""Nobody's messages keep out everybody else's."""

import pytest

from node.arrivals.shares import check_share
from node.arrivals.store import NewArrival, add_arrival
from node.base.errors import Busy
from tests.neighbours import NOW

MOST = 100


def like(iri, origin):
    return NewArrival(
        activity_iri=iri,
        origin=origin,
        actor_iri=f"{origin}/ann",
        kind="Like",
        body="{}",
        body_hash="0",
    )


def fill(tx, origins):
    for number, origin in enumerate(origins):
        add_arrival(tx, like(f"{origin}/{number}", origin), NOW)


@pytest.mark.threat("T143")
def test_the_names_below_one_domain_share_what_may_wait_and_others_have_theirs(tx):
    fill(tx, [f"https://n{number}.valley.example" for number in range(10)])

    with pytest.raises(Busy):
        check_share(tx, "https://another.valley.example", 10, MOST)
    check_share(tx, "https://hill.example", 10, MOST)
