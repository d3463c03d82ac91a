"""What a host is to us follows from its name and the policies alone."""

import pytest

from node.base.errors import Invalid
from node.peers.rules import Circle, Policy, check_change, covers, read_host

OURS = "group.example"


def circle(*, is_closed=False, frozen=(), **hosts) -> Circle:
    policies = {name.replace("__", "."): Policy(word) for name, word in hosts.items()}
    return Circle(policies=policies, frozen=frozenset(frozen), is_closed=is_closed, ours=OURS)


BLOCKED = circle(bad__example="blocked")


@pytest.mark.threat("T104")
@pytest.mark.parametrize(
    "authority",
    ["bad.example", "bad.example:8443", "www.bad.example", "a.b.bad.example:444"],
)
def test_a_block_covers_the_host_its_subdomains_and_every_port(authority):
    assert not BLOCKED.may_meet(authority)
    assert not BLOCKED.may_ask(authority)


@pytest.mark.parametrize("authority", ["notbad.example", "example", "bad.example.org", OURS])
def test_a_block_covers_no_host_beside_it_or_above(authority):
    assert BLOCKED.may_meet(authority)


@pytest.mark.threat("T104")
def test_the_strictest_of_a_host_and_the_domains_above_it_counts():
    mixed = circle(example="silenced", bad__example="blocked", good__example="trusted")

    assert mixed.policy_of("www.bad.example") is Policy.BLOCKED
    assert mixed.policy_of("good.example") is Policy.SILENCED
    assert mixed.policy_of("other.example:81") is Policy.SILENCED


@pytest.mark.feature("F05")
@pytest.mark.parametrize(
    ("authority", "is_met"),
    [
        ("valley.example", True),
        (OURS, True),
        ("hill.example", False),
        ("rented.valley.example", False),
        ("valley.example:8443", False),
    ],
)
def test_a_closed_circle_meets_those_it_trusts_by_their_exact_name_and_no_other(authority, is_met):
    closed = circle(valley__example="trusted", is_closed=True)

    assert closed.may_meet(authority) is is_met


@pytest.mark.threat("T105")
def test_a_frozen_host_is_listened_to_and_not_asked():
    frozen = circle(frozen=["valley.example"])

    assert frozen.may_meet("valley.example")
    assert not frozen.may_ask("valley.example")


def test_numbers_have_no_domain_above_them():
    assert not covers("0.0.1", "127.0.0.1:8080")
    assert covers("127.0.0.1", "127.0.0.1:8080")


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("Valley.Example", "valley.example"),
        ("https://valley.example/about", "valley.example"),
        ("@rose@valley.example", "valley.example"),
        ("valley.example.", "valley.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        (" localhost:8081 ", "localhost:8081"),
    ],
)
def test_a_host_is_understood_as_people_type_it(typed, host):
    assert read_host(typed) == host


@pytest.mark.parametrize("typed", ["", "two words", "*.example", "x" * 400, "\x00"])
def test_what_is_no_host_is_refused(typed):
    with pytest.raises(Invalid):
        read_host(typed)


@pytest.mark.parametrize("host", [OURS, "example"])
def test_our_own_host_keeps_no_policy_and_is_below_none(host):
    with pytest.raises(Invalid):
        check_change(host, Policy.BLOCKED, BLOCKED)


def test_nobody_is_trusted_below_a_domain_that_is_blocked():
    with pytest.raises(Invalid):
        check_change("good.bad.example", Policy.TRUSTED, BLOCKED)
