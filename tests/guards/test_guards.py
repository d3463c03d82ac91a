"""The table of guards fits the source: `make guards` can take each of them out.

That a guard's test fails without it is shown by `make guards` and not here: it takes minutes.
"""

import ast

import pytest

from tests.guards.guard import Door, Guard, Rotten, guard
from tests.guards.table import GUARDS
from tests.test_threats import NOT_BUILT_YET, marked

COVERED = (
    *range(1, 59),
    *range(62, 65),
    *range(67, 70),
    101,
    *range(104, 112),
    115,
    116,
    *range(118, 124),
    126,
    133,
    137,
    141,
    *range(143, 149),
    151,
)


@pytest.mark.parametrize("row", [f"T{number}" for number in COVERED])
def test_a_threat_has_a_guard_that_is_taken_out(row):
    assert row in {one.threat for one in GUARDS}
    assert row not in NOT_BUILT_YET


@pytest.mark.parametrize("one", GUARDS, ids=range(len(GUARDS)))
def test_a_guard_stands_once_where_the_table_says_and_without_it_the_source_is_still_python(one):
    for path, source in one.without().items():
        if path.endswith(".py"):
            assert ast.parse(source, path).body


@pytest.mark.parametrize("one", GUARDS, ids=range(len(GUARDS)))
def test_the_test_of_a_guard_is_there_with_the_mark_of_its_threat(one):
    assert one.test in marked()[one.threat]


def test_no_guard_is_taken_out_twice():
    assert len(set(GUARDS)) == len(GUARDS)


@pytest.mark.parametrize(("text", "times"), [("is_safe", 0), ("if", 2)])
def test_a_row_that_no_longer_fits_the_source_is_refused(text, times):
    with pytest.raises(Rotten, match=f"x.py has {times} times"):
        Door("x.py", text, "True").taken_out("if a:\n    if b: pass")


def test_a_guard_with_two_doors_is_taken_out_of_both(tmp_path):
    (tmp_path / "x.py").write_text("check()\nif is_bad: refuse()\n")
    row = guard("T1", "test_x.py::test_y", ("x.py", "check()\n", ""), ("x.py", "is_bad", "False"))

    assert row == Guard("T1", "tests/test_x.py::test_y", row.doors)
    assert row.without(tmp_path) == {"x.py": "if False: refuse()\n"}
