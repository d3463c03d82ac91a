"""What an author lets others do, as GoToSocial and FEP-044f write it."""

import pytest

from federation.documents import PUBLIC, Approval, InteractionPolicy
from federation.documents.policy import NAMED_MAX, read_policy, render_policy

ROSE = "https://valley.example/people/rose"


def test_a_policy_is_read_part_by_part():
    policy = {
        "canLike": {"automaticApproval": ["as:Public"], "manualApproval": []},
        "canReply": {"automaticApproval": f"{ROSE}/followers", "manualApproval": "as:Public"},
        "canQuote": {"always": [ROSE], "approvalRequired": [PUBLIC]},
    }

    assert read_policy({"interactionPolicy": policy}) == InteractionPolicy(
        like=Approval((PUBLIC,)),
        reply=Approval((f"{ROSE}/followers",), (PUBLIC,)),
        announce=None,
        quote=Approval((ROSE,), (PUBLIC,)),
    )


@pytest.mark.parametrize("value", [None, "x", [], 5])
def test_what_is_no_policy_is_none(value):
    assert read_policy({"interactionPolicy": value}) is None


def test_a_long_policy_is_cut():
    named = [f"{ROSE}/{number}" for number in range(NAMED_MAX * 2)]

    found = read_policy({"interactionPolicy": {"canLike": {"always": named}}})

    assert found.like.automatic == tuple(named[:NAMED_MAX])


def test_a_policy_is_read_as_it_is_rendered():
    policy = InteractionPolicy(reply=Approval((ROSE,), (PUBLIC,)), quote=Approval((PUBLIC,)))

    assert read_policy({"interactionPolicy": render_policy(policy)}) == policy
