"""What members agreed to is kept: to what, when, by which words, until when."""

import pytest

from node.topics.accounts.actions import create_account
from node.topics.accounts.consents import consents_of, record_consent, withdraw_consent
from tests.neighbours import KEYS, NOW, ORIGIN


@pytest.fixture
def account_id(tx):
    made = create_account(
        tx,
        origin=ORIGIN,
        name="ann",
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    return made.id


def rows(tx, account_id):
    return [
        (one.kind, one.wording, one.given_at - NOW, one.withdrawn_at and one.withdrawn_at - NOW)
        for one in consents_of(tx, account_id)
    ]


@pytest.mark.feature("V05")
def test_a_consent_stands_with_its_words_until_it_is_withdrawn(tx, account_id):
    record_consent(tx, account_id, "the pledge", "Pledge of walkers, 3", NOW)
    record_consent(tx, account_id, "the pledge", "Pledge of walkers, 3", NOW + 5)
    assert rows(tx, account_id) == [("the pledge", "Pledge of walkers, 3", 0, None)]

    withdraw_consent(tx, account_id, "the pledge", NOW + 9)
    withdraw_consent(tx, account_id, "the pledge", NOW + 10)
    withdraw_consent(tx, account_id, "something else", NOW + 10)

    assert rows(tx, account_id) == [("the pledge", "Pledge of walkers, 3", 0, 9)]


@pytest.mark.feature("V05")
def test_new_words_are_agreed_to_anew_and_the_old_row_stays(tx, account_id):
    record_consent(tx, account_id, "the pledge", "Pledge, 3", NOW)
    record_consent(tx, account_id, "the pledge", "Pledge, 4", NOW + 5)

    assert rows(tx, account_id) == [
        ("the pledge", "Pledge, 4", 5, None),
        ("the pledge", "Pledge, 3", 0, 5),
    ]
