"""What holds for every SQL text of the tree, whoever writes it."""

import ast

import pytest

from tests.plans import plan, scans
from tests.source import Module, modules
from tests.sql_texts import built_sql, sql_texts

TEXTS = sql_texts()
MAY_SCAN = {
    "select * from actor where handle = (select :name": "stops at the first row, which is ours",
    "select * from actor where local = 1 and kind = 'App": "stops at the first row, which is ours",
    "select id from actor where local = 1 and kind = 'App": "stops at the first row, which is ours",
    "delete from arrival where origin in": "once, when an operator purges a host",
    "delete from fetch_task where host = :host or iri": "once, when an operator purges a host",
    "delete from tombstone where actor_iri like": "once, when an operator purges a host",
    "delete from moderation_entry where by_iri like": "once, when an operator purges a host",
    "delete from group_moderator where actor_iri like": "once, when an operator purges a host",
    "delete from delivery where host = :host or entry_id": "once, when an operator purges a host",
    "delete from outbox_entry where body like": "once, when an operator purges a host",
    "delete from receipt where host = :host or": "once, when an operator purges a host",
    "update post set parent_iri = null": "once, when an operator purges a host",
    "select count(*) as total from post where content like": "once, when a host is purged",
    "with recursive known (host)": "steps from one host to the next on an index",
    "update invitation set revoked_at": "walks down from one invitation, each step on an index",
    "with recursive above": "walks up from one post, each step on the key",
    "with recursive waiting": "steps from one host or origin to the next on an index",
    "select count(*) as files": "counts for the operator's status",
    "select state, count(*) as total from delivery": "counts for the operator's status",
    "select host from destination where last_success_at": "once, for an operator's doctor",
    "select (select count(*) from post p where p.author_id = c": "accounts are few",
    "delete from session": "once, after a restore",
    "delete from oauth_code": "once, after a restore",
    "delete from login_try where key in": "tidies up once an hour, a thousand at most",
    "select actor_id, watched_at, unwatched_since from comm": "once an hour; communities are few",
    "select actor_id, group_id, choice, left_at from commu": "the few who leave a community",
    "select actor_id from departure": "the few who are leaving; their rows go within minutes",
    "delete from destination where host in (": "tidies up once an hour, a thousand at most",
}
"""Statements that may read a whole table, by their first words, each with the reason."""


@pytest.mark.parametrize(("place", "sql"), TEXTS, ids=[place for place, _ in TEXTS])
def test_a_statement_fits_the_schema_of_the_engine(tx, place, sql):
    assert objection(tx, sql) is None


def test_a_statement_that_does_not_fit_is_noticed(tx):
    assert objection(tx, "select nothing from nowhere where id = :id") is not None


def objection(tx, sql):
    """What the engine says against a statement; None where it can plan it."""
    try:
        with tx.savepoint():
            plan(tx, sql)
    except Exception as error:  # noqa: BLE001 - each engine has errors of its own
        return str(error)
    return None


def test_no_statement_reads_a_whole_table(tx):
    found = {
        f"{place} {' '.join(sql.split())[:60]}": scans(tx, sql)
        for place, sql in TEXTS
        if not any(" ".join(sql.split()).startswith(words) for words in MAY_SCAN)
    }

    assert {place: steps for place, steps in found.items() if steps} == {}


@pytest.mark.threat("T86")
def test_no_sql_is_built_from_strings():
    built = [
        one
        for module in modules()
        if module.is_within("node") and not module.is_within("node.db")
        for one in built_sql(module)
    ]

    assert built == []


@pytest.mark.threat("T86")
@pytest.mark.parametrize(
    "text",
    [
        "def f(tx, name):\n    tx.one(f'select * from actor where name = {name}')",
        "def f(tx, name):\n    tx.one('select * from actor where name = ' + name)",
        "def f(tx, name):\n    tx.all('select * from actor where name = {}'.format(name))",
        "def f(tx, name):\n    tx.run('delete from actor where name = %s' % name)",
        "def f(tx, sql):\n    tx.run(sql)\ndef g(tx, a):\n    f(tx, 'select ' + a)",
        "def f(tx, a):\n    text = ' or '.join(a)\n    tx.one(text)",
        "SQL = 'select {}'.format(1)\ndef f(tx):\n    tx.one(SQL)",
    ],
)
def test_sql_that_is_built_is_noticed(text):
    assert list(built_sql(Module("node.example", "node/example.py", ast.parse(text))))


@pytest.mark.parametrize(
    "text",
    [
        "def f(tx):\n    tx.one('select 1')",
        "A = 'select 1'\nB = A.replace('1', '2')\ndef f(tx, x):\n    tx.one(A if x else B)",
        "A = 'select 1'\ndef f(tx, sql):\n    tx.run(sql)\ndef g(tx):\n    f(tx, A)",
        "def f(name):\n    return f'select {name} from the list'",
    ],
)
def test_sql_that_is_written_out_is_not(text):
    found = list(built_sql(Module("node.example", "node/example.py", ast.parse(text))))

    assert [one for one in found if "asks" in one] == []
