"""What becomes of each document of other servers in the node, as the tables in tests/wire say."""

from collections import Counter

import pytest

from tests.wire_tables import IS_WRITING, OURS, REAL, SHARED, WireFolder

needs_real = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/wire is not here")


async def check(folder: WireFolder, tx) -> None:
    found = await folder.tried(tx)
    if IS_WRITING:
        folder.write(found)
    assert found == folder.read()


@pytest.mark.feature("J3.7")
@needs_real
async def test_each_real_document_has_the_outcome_that_stands_in_the_table(tx):
    await check(REAL, tx)


@pytest.mark.feature("J3.7")
async def test_each_document_of_ours_has_the_outcome_that_stands_in_the_table(tx):
    await check(OURS, tx)


def test_every_outcome_has_a_name_and_a_reason():
    outcomes = [*REAL.read().values(), *OURS.read().values()]

    assert set(Counter(each.outcome for each in outcomes)) == {
        "shown",
        "kept",
        "refused",
        "ignored",
        "read",
    }
    assert all(each.reason for each in outcomes)


def test_all_the_real_documents_are_in_the_table():
    assert len(REAL.read()) == 413
