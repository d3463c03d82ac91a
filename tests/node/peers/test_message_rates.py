"""One host costs us so much and no more, and many hosts cost us no more memory than a few."""

import pytest

from node.base.errors import Busy, TooMany
from node.peers.message_rates import HOSTS_COUNTED_MAX, MESSAGES_MAX, Counts, MessageRates
from node.peers.policy_cache import PolicyCache
from node.peers.rules import Circle, Policy
from tests.peers.stub import NOW

HOST = "valley.example"


def book(policy: Policy) -> PolicyCache:
    made = PolicyCache("group.example")
    made.circle = Circle(policies={HOST: policy}, ours="group.example")
    return made


@pytest.mark.threat("T106")
@pytest.mark.parametrize("policy", [Policy.OPEN, Policy.SILENCED, Policy.TRUSTED])
def test_a_host_sends_as_much_as_its_policy_lets_it_and_others_are_unaffected(policy):
    rates = MessageRates(book(policy))
    for _ in range(MESSAGES_MAX[policy]):
        rates.check(HOST, NOW)

    with pytest.raises(TooMany) as caught:
        rates.check(HOST, NOW)

    assert 0 < caught.value.retry_after_s <= 300
    rates.check("hill.example", NOW)
    rates.check(HOST, NOW + caught.value.retry_after_s)


@pytest.mark.threat("T48")
def test_many_invented_hosts_leave_no_more_than_the_cap():
    counts = Counts(60)

    for number in range(HOSTS_COUNTED_MAX + 5_000):
        counts.count(f"h{number}.example", NOW)

    assert len(counts) == HOSTS_COUNTED_MAX


@pytest.mark.threat("T143")
def test_the_long_messages_of_a_domain_that_used_up_its_share_are_refused_for_a_while():
    rates = MessageRates(PolicyCache("group.example"))
    rates.ask_back("valley.example", NOW + 30)

    with pytest.raises(Busy) as refusal:
        rates.check_asked_back("valley.example", 20_000, NOW)
    assert refusal.value.retry_after_s == 30
    rates.check_asked_back("valley.example", 2_000, NOW)
    rates.check_asked_back("hill.example", 20_000, NOW)
    rates.check_asked_back("valley.example", 20_000, NOW + 30)
