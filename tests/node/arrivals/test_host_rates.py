"""Strangers are asked seldom, whatever the cause; everybody politely."""

from types import SimpleNamespace

import pytest

from federation.errors import FetchFailed
from node.arrivals import host_rates
from node.arrivals.host_rates import HostRates, count_request, forget_asked_hosts, note_wait
from node.base.clock import FakeClock
from node.peers.policy_cache import PolicyCache
from node.peers.rules import Circle, Policy
from node.topics.members.actions import follow
from node.topics.members.store import Follow, put_follow
from tests.neighbours import NOW, THERE, add_neighbour, add_person

HOST = "valley.example"
HOUR = 3_600


def asked(tx, times, now=NOW, host=HOST, is_polite=False):
    """How many of so many requests are let through."""
    return sum(not count_request(tx, host, now, is_polite) for _ in range(times))


@pytest.mark.threat("T46")
def test_a_stranger_is_asked_sixty_times_in_any_hour(tx):
    first = asked(tx, 40, NOW)
    then = asked(tx, 40, NOW + 1_800)

    assert (first, then) == (40, 20)
    assert asked(tx, 50, NOW + HOUR - 1) == 0
    assert asked(tx, 50, NOW + HOUR) == 40
    assert count_request(tx, HOST, NOW + HOUR, False) == "enough"


@pytest.mark.threat("T46")
def test_who_only_asked_to_follow_one_of_ours_is_a_stranger(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    put_follow(tx, Follow(1, rose.id, ann.id, f"{THERE}/follows/1", "pending", NOW))

    assert asked(tx, 100) == 60


@pytest.mark.parametrize("who", ["followed", "follower"])
def test_a_host_with_a_relation_is_asked_as_often_as_is_needed(tx, who):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    if who == "followed":
        follow(tx, ann, rose, NOW)
    else:
        put_follow(tx, Follow(1, rose.id, ann.id, f"{THERE}/follows/1", "accepted", NOW))

    assert asked(tx, 100) == 100


@pytest.mark.threat("T46")
def test_a_relation_between_two_of_other_nodes_is_none_of_ours(tx):
    rose, reed = add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    put_follow(tx, Follow(1, rose.id, reed.id, f"{THERE}/follows/1", "accepted", NOW))

    assert asked(tx, 100) == 60


@pytest.mark.threat("T48")
def test_a_thousand_invented_hosts_leave_a_limited_number_of_counts(tx, monkeypatch):
    monkeypatch.setattr(host_rates, "ASKED_HOSTS_MAX", 20)
    monkeypatch.setattr(host_rates, "FORGOTTEN_FOR_ROOM", 2)

    for number in range(1_000):
        asked(tx, 1, host=f"n{number}.example")

    assert tx.one("select count(*) as total from asked_host")["total"] <= 20


@pytest.mark.threat("T143")
def test_invented_hosts_shut_out_no_new_one_and_give_none_back_to_whoever_was_asked_last(
    tx, monkeypatch
):
    monkeypatch.setattr(host_rates, "ASKED_HOSTS_MAX", 20)
    monkeypatch.setattr(host_rates, "FORGOTTEN_FOR_ROOM", 2)
    for number in range(100):
        asked(tx, 1, NOW + number, f"n{number}.example")

    assert asked(tx, 100, NOW + 100) == 60
    assert sum(asked(tx, 1, NOW + 101, f"new{number}.example") for number in range(10)) == 10
    assert asked(tx, 1, NOW + 102) == 0


@pytest.mark.threat("T143")
def test_the_names_below_one_domain_have_a_share_of_the_counts(tx, monkeypatch):
    monkeypatch.setattr(host_rates, "ASKED_OF_DOMAIN_MAX", 5)
    monkeypatch.setattr(host_rates, "FORGOTTEN_OF_DOMAIN", 1)
    asked(tx, 1, host="hill.example")
    for number in range(50):
        asked(tx, 1, NOW + number, f"n{number}.valley.example")

    rows = tx.all("select domain, count(*) as total from asked_host group by domain")
    assert {row["domain"]: row["total"] for row in rows} == {"hill.example": 1, HOST: 5}


def test_a_host_that_asked_to_be_left_alone_is_left_alone_by_what_has_time(tx):
    asked(tx, 1)
    note_wait(tx, HOST, NOW + 600, NOW)

    assert count_request(tx, HOST, NOW + 599, True) == "later"
    assert count_request(tx, HOST, NOW + 599, False) == ""
    assert count_request(tx, HOST, NOW + 600, True) == ""


@pytest.mark.threat("T48")
def test_counts_are_forgotten_after_an_hour_and_waits_when_they_are_over(tx):
    asked(tx, 1)
    asked(tx, 1, host="hill.example")
    note_wait(tx, HOST, NOW + 2 * HOUR, NOW)

    assert forget_asked_hosts(tx, NOW + HOUR) == 1
    assert forget_asked_hosts(tx, NOW + 2 * HOUR) == 1


async def test_what_has_time_waits_its_turn_at_each_host(database, monkeypatch):
    slept: list[float] = []

    async def sleep(seconds):
        slept.append(round(seconds, 1))

    monkeypatch.setattr(host_rates, "asyncio", SimpleNamespace(sleep=sleep))
    held = HostRates(database, FakeClock(NOW), PolicyCache("group.example"))

    for url in (f"{THERE}/1", f"{THERE}/2", "https://hill.example/1", f"{THERE}/3"):
        await held.before(url, is_polite=True)
    await held.before(f"{THERE}/4", is_polite=False)

    assert slept == [0, 1, 0, 2]


async def test_a_refusal_says_why(database):
    held = HostRates(database, FakeClock(NOW), PolicyCache("group.example"), polite_every_s=0)
    await held.before(f"{THERE}/1", is_polite=False)
    await held.after(f"{THERE}/1", 60)

    with pytest.raises(FetchFailed, match="later"):
        await held.before(f"{THERE}/1", is_polite=True)


@pytest.mark.threat("T46")
async def test_only_a_host_that_the_operator_trusts_is_asked_more_than_sixty_times(database):
    peers = PolicyCache("group.example")
    peers.circle = Circle(policies={HOST: Policy.TRUSTED}, ours="group.example")
    held = HostRates(database, FakeClock(NOW), peers)
    for _ in range(60):
        await held.before(f"{THERE}/1", is_polite=False)
        await held.before("https://hill.example/1", is_polite=False)

    await held.before(f"{THERE}/1", is_polite=False)

    with pytest.raises(FetchFailed, match="enough"):
        await held.before("https://hill.example/1", is_polite=False)


async def test_a_host_that_let_us_wait_in_vain_is_not_asked_again_at_once(database):
    clock = FakeClock(NOW)
    held = HostRates(database, clock, PolicyCache("group.example"))
    held.note_silence(f"{THERE}/1")

    with pytest.raises(FetchFailed, match="later"):
        await held.before(f"{THERE}/2", is_polite=False)
    await held.before("https://hill.example/1", is_polite=False)

    clock.at += host_rates.SILENT_S
    await held.before(f"{THERE}/2", is_polite=False)
