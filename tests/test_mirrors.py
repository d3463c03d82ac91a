"""Each row of "Sent" in FEDERATION.md has a test between running nodes that looks at its effect."""

import ast
from functools import cache

import pytest

from tests.source import ROOT
from tests.test_papers import sent_examples

NOT_MIRRORED = {
    "mastodon/quote_request": "quotes cannot be written here",
    "mastodon/accept_quote": "answers a request that only other software makes",
    "mastodon/reject_quote": "answers a request that only other software makes",
    "mastodon/delete_stamp": "takes back what only other software asked for",
}
ROWS = tuple(row[0] for row in sent_examples())


@cache
def mirrored() -> frozenset[str]:
    """The examples that tests in `tests/mirror/` are marked with."""
    return frozenset(
        str(ast.literal_eval(example))
        for path in (ROOT / "tests" / "mirror").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.mirrors"
        for example in mark.args
    )


@pytest.mark.threat("T149")
@pytest.mark.parametrize("row", ROWS)
def test_what_is_sent_is_seen_between_two_running_nodes_or_stands_on_the_list(row):
    assert (row in mirrored()) is not (row in NOT_MIRRORED)


def test_nothing_is_said_to_be_seen_that_is_not_sent():
    assert mirrored() | set(NOT_MIRRORED) == set(ROWS)
