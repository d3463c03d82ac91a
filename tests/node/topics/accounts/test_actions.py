"""Accounts and tokens, as the command line makes them."""

import pytest

from node.base.errors import Conflict, Invalid
from node.topics.accounts.actions import create_account, issue_token
from node.topics.accounts.store import account_by_name, bearer_by_token, password_of
from node.topics.actors.store import actor_by_id
from node.topics.portability.deletion import depart
from tests.neighbours import KEYS, NOW, ORIGIN


def made(tx, name="rosa", **changes):
    words = {"email": None, "password_hash": "hash", "role": "member"} | changes
    return create_account(tx, origin=ORIGIN, name=name, keys=KEYS, now=NOW, **words)


def test_an_account_has_an_actor_of_its_own(tx):
    account = made(tx, email="Rosa@Group.example")
    actor = actor_by_id(tx, account.actor_id)

    assert (actor.iri, actor.kind) == ("https://group.example/people/rosa", "Person")
    assert account_by_name(tx, "ROSA") == account
    assert password_of(tx, " rosa@group.EXAMPLE ") == (account.id, "hash")


def test_a_clinic_is_an_organisation(tx):
    account = made(tx, "clinic", role="clinic")

    assert actor_by_id(tx, account.actor_id).kind == "Organization"


@pytest.mark.threat("T84")
@pytest.mark.parametrize("gone", [False, True])
def test_a_name_is_never_given_twice(tx, gone):
    account = made(tx)
    if gone:
        depart(tx, account.actor_id, NOW)

    with pytest.raises(Conflict):
        made(tx)


def test_an_address_belongs_to_one_account(tx):
    made(tx, email="rosa@group.example")

    with pytest.raises(Conflict):
        made(tx, "tilda", email="ROSA@group.example")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Rosa"},
        {"name": "rosa lane"},
        {"name": "x" * 31},
        {"name": "admin"},
        {"role": "king"},
        {"email": "rosa"},
        {"email": "a b@group.example"},
        {"email": f"{'x' * 65}@group.example"},
    ],
    ids=lambda changes: next(iter(changes.values()))[:12],
)
def test_what_cannot_be_an_account_is_refused(tx, changes):
    with pytest.raises(Invalid):
        made(tx, **changes)


def test_a_token_stands_for_its_account_and_scopes(tx):
    account = made(tx)
    token = issue_token(tx, account.id, "read  write:statuses", NOW)
    bearer = bearer_by_token(tx, token)

    assert bearer.person.account == account
    assert bearer.scopes == {"read", "write:statuses"}
    assert bearer_by_token(tx, token[:-1]) is None


def test_a_token_is_only_for_what_there_is(tx):
    with pytest.raises(Invalid):
        issue_token(tx, made(tx).id, "read everything", NOW)


@pytest.mark.threat("T83")
@pytest.mark.parametrize("change", ["account set disabled_at = 5", "actor set deleted_at = 5"])
def test_nobody_who_is_gone_has_a_good_token(tx, change):
    account = made(tx)
    token = issue_token(tx, account.id, "read", NOW)
    if change.startswith("account"):
        tx.run("update account set disabled_at = 5")
    else:
        tx.run("update actor set deleted_at = 5")

    assert bearer_by_token(tx, token) is None
