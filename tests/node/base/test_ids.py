"""Row ids: in the order of time, never twice, and where it matters exact in JavaScript."""

from node.base.ids import EPOCH_S, new_exact_id, new_id

NOW = 1_800_000_000
LAST_SECOND = EPOCH_S + 2**32 - 1


def test_ids_of_one_second_rise_and_those_of_the_next_are_above_them():
    for make in (new_id, new_exact_id):
        ids = [make(NOW) for _ in range(1_000)] + [make(NOW + 1)]

        assert ids == sorted(set(ids))


def test_exact_ids_survive_a_reader_that_keeps_53_bits():
    ids = [new_exact_id(at) for at in (NOW, NOW, LAST_SECOND, LAST_SECOND)]

    assert [int(float(one)) for one in ids] == ids
    assert max(ids) < 2**63
