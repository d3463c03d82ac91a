"""Apps and tokens that nobody uses go by themselves, each after a time of its own."""

import pytest

from node.topics.accounts.actions import create_account, issue_token
from node.topics.accounts.apps import app_by_client, register_app
from node.topics.accounts.oauth import app_token, give_code, give_token
from node.topics.accounts.signed_in import end_app, note_token_used
from node.topics.accounts.store import bearer_by_token
from node.topics.accounts.unused import (
    DAY_S,
    OF_AN_APP_S,
    REVOKED_S,
    UNKNOWN_APP_S,
    UNUSED_S,
    forget_unused_apps,
    forget_unused_tokens,
)
from tests.neighbours import KEYS, NOW, ORIGIN, add_node


@pytest.fixture
def account(tx):
    add_node(tx)
    return create_account(
        tx,
        origin=ORIGIN,
        name="ann",
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )


@pytest.fixture
def app(tx):
    return register_app(tx, "Walker", "", ["https://app.example/"], "read", NOW).app


def is_known(tx, app):
    return app_by_client(tx, app.client_id) is not None


@pytest.mark.threat("T57")
def test_an_app_that_nobody_let_in_goes_after_a_day(tx, app):
    assert forget_unused_apps(tx, NOW + UNKNOWN_APP_S) == 0
    assert forget_unused_apps(tx, NOW + UNKNOWN_APP_S + 1) == 1
    assert not is_known(tx, app)


@pytest.mark.threat("T57")
def test_an_app_stays_while_anything_of_it_is_left(tx, app, account):
    give_code(tx, app, account.id, app.redirect_uris, "read", None, NOW)
    other = register_app(tx, "Other", "", ["https://app.example/"], "read", NOW).app
    give_token(tx, other, account.id, "read", NOW)

    forget_unused_apps(tx, NOW + 99 * DAY_S)

    assert is_known(tx, app)
    assert is_known(tx, other)


@pytest.mark.threat("T57")
def test_a_token_goes_so_long_after_it_was_used_last(tx, app, account):
    used = give_token(tx, app, account.id, "read", NOW).text
    unused = issue_token(tx, account.id, "read", NOW)
    note_token_used(tx, used, NOW + 9 * DAY_S)

    forget_unused_tokens(tx, NOW + UNUSED_S)
    assert bearer_by_token(tx, unused) is not None
    forget_unused_tokens(tx, NOW + UNUSED_S + 1)

    assert bearer_by_token(tx, unused) is None
    assert bearer_by_token(tx, used) is not None
    forget_unused_tokens(tx, NOW + UNUSED_S + 9 * DAY_S + 1)
    assert bearer_by_token(tx, used) is None


@pytest.mark.threat("T57")
def test_a_token_of_an_app_alone_goes_after_a_week_and_one_taken_back_after_a_month(
    tx, app, account
):
    app_token(tx, app, "read", NOW)
    give_token(tx, app, account.id, "read", NOW)
    end_app(tx, account.id, app.id, NOW)

    assert forget_unused_tokens(tx, NOW + OF_AN_APP_S) == 0
    assert forget_unused_tokens(tx, NOW + OF_AN_APP_S + 1) == 1
    assert forget_unused_tokens(tx, NOW + REVOKED_S) == 0
    assert forget_unused_tokens(tx, NOW + REVOKED_S + 1) == 1
    assert forget_unused_apps(tx, NOW + REVOKED_S) == 1
