"""The test of two samples finds what is there, and nothing where there is nothing."""

import random

import pytest

from tests.matrix.kolmogorov_smirnov import p_value


def sample(seed, count=2_000, shift=0.0):
    numbers = random.Random(seed)
    return [numbers.gauss(shift, 1.0) for _ in range(count)]


def test_samples_of_one_distribution_are_seldom_told_apart():
    told = sum(p_value(sample(seed), sample(seed + 1_000)) <= 0.01 for seed in range(100))

    assert told <= 4


def test_a_shift_of_a_quarter_of_what_is_usual_is_found():
    assert p_value(sample(1), sample(2, shift=0.25)) < 0.001


def test_the_same_numbers_are_alike_and_others_are_not():
    assert p_value([1, 2, 3], [1, 2, 3]) == 1.0
    assert p_value(range(100), range(100, 200)) < 1e-12


@pytest.mark.parametrize(("distance", "expected"), [(0.0430, 0.05), (0.0515, 0.01)])
def test_it_agrees_with_the_table_of_the_limit(distance, expected):
    """Two samples of 2,000 that lie so far apart; Smirnov's table gives 1.358 and 1.628."""
    size = 2_000
    moved = [one + distance * size for one in range(size)]

    assert p_value(range(size), moved) == pytest.approx(expected, rel=0.1)
