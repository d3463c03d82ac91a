"""What holds for every table, whoever adds it."""

import pytest

from tests.schema import checks, columns, indexed, is_limited, references


@pytest.mark.threat("T57")
def test_every_text_has_a_limit(tx):
    limits = checks(tx)
    unlimited = [
        f"{column.table}.{column.name}"
        for column in columns(tx)
        if column.kind == "text" and not is_limited(column, limits.get(column.table, ""))
    ]

    assert unlimited == []


def test_every_column_is_of_a_kind_that_both_engines_hold(tx):
    kinds = {column.kind for column in columns(tx)}

    assert kinds <= {"integer", "bigint", "text", "blob", "bytea", "real", "double precision"}


def test_every_reference_has_an_index(tx):
    assert references(tx) - indexed(tx) == set()
