"""Each row of the threat checklist, T1 to T151, has a marked test or stands below with a reason.

The list may only shrink: a row that has got its test must leave it.
"""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from tests.source import ROOT

ROWS = tuple(f"T{number}" for number in range(1, 152))
NOT_BUILT_YET = {
    "T73": "no e-mail is sent yet",
    "T76": "nothing is streamed yet",
    "T96": "nothing is pushed yet",
    "T114": "the long runs are not built yet",
    "T117": "the long runs are not built yet",
    "T124": "the long runs are not built yet",
    "T125": "the long runs are not built yet",
    "T130": "the scrub is not built yet",
    "T132": "the long runs are not built yet",
    "T134": "has no test of its own yet",
    "T136": "the long runs are not built yet",
    "T138": "has no test of its own yet",
    "T139": "libraries are not checked in the gate yet",
    "T140": "has no test of its own yet",
}


@cache
def marked() -> dict[str, list[str]]:
    """The tests that carry a row of the checklist, by its number."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for number, name in marks_in(path.read_text(), "threat"):
            found.setdefault(number, []).append(f"{path.relative_to(ROOT)}::{name}")
    return found


def marks_in(text: str, kind: str) -> Iterator[tuple[str, str]]:
    """Each row of a kind that a test of a file is marked with, with the test's name."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{kind}":
                yield from ((str(ast.literal_eval(one)), node.name) for one in mark.args)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_a_marked_test_or_stands_on_the_list(row):
    assert row in marked() or row in NOT_BUILT_YET, f"{row} has no marked test"


@pytest.mark.parametrize("row", NOT_BUILT_YET)
def test_a_row_on_the_list_has_no_test_yet(row):
    assert row not in marked(), f"{row} has tests now: take it off NOT_BUILT_YET in {__file__}"


def test_the_list_names_rows_with_a_reason():
    assert set(NOT_BUILT_YET) <= set(ROWS)
    assert [row for row, why in NOT_BUILT_YET.items() if len(why.split()) < 4] == []


def test_every_mark_names_a_row_of_the_checklist():
    assert sorted(set(marked()) - set(ROWS)) == []


def test_marks_are_found_in_whatever_order_decorators_stand():
    text = "@pytest.mark.slow\n@pytest.mark.threat('T7')\n@x\nasync def test_a(): ..."

    assert list(marks_in(text, "threat")) == [("T7", "test_a")]
