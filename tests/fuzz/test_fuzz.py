"""Strangers' bytes are read or refused: no other error, and none costs over 250 ms (R8).

`make fuzz` gives the same targets 200,000 inputs.
"""

import time
from random import Random

import pytest

from tests.fuzz.fuzzing import INPUT_S_MAX, run_target
from tests.fuzz.targets import TARGETS

INPUTS = 250


@pytest.mark.promise("R8")
@pytest.mark.threat("T29")
@pytest.mark.threat("T44")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TARGETS)
def test_damaged_input_is_read_or_refused_and_is_never_dear(name):
    outcome = run_target(name, TARGETS[name], INPUTS)

    assert outcome.failures == []
    assert outcome.read + outcome.refused == INPUTS


def test_there_are_twelve_targets():
    assert len(TARGETS) == 12


def test_an_error_is_noticed_with_the_seed_that_brings_it_back():
    def target(rng: Random) -> None:
        raise KeyError("x")

    outcome = run_target("broken", target, 2)

    assert [one.partition(":")[0] for one in outcome.failures] == ["broken/0", "broken/1"]


def test_a_slow_input_is_noticed():
    def target(rng: Random) -> None:
        until = time.thread_time() + INPUT_S_MAX * 1.2
        while time.thread_time() < until:
            pass

    (failure,) = run_target("slow", target, 1).failures

    assert failure.startswith("slow/0: took")
