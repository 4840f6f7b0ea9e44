"""The simulated kernel answers as the machine's own does."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from linux import sequence, twin
from linux.conftest import Answers, count

TABLE = sequence.load()


@pytest.mark.parametrize("name", TABLE)
def test_both_kernels_give_the_same_answers(name: str, machine: Answers) -> None:
    answer = machine[name]
    if "lacks" in answer:
        pytest.skip(str(answer["lacks"]))
    assert "broke" not in answer, answer["broke"]
    with at_most(20):
        seen = json.loads(json.dumps(twin.run(TABLE[name])))

    assert seen == answer["seen"]


def test_enough_is_compared(machine: Answers) -> None:
    sequences, observations = count(machine)
    print(f"{sequences} sequences, {observations} observations")

    assert sequences >= 40
    assert observations >= 120


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Break off what does not end."""

    def give_up(*_: object) -> None:
        raise TimeoutError("the simulated kernel does not come to an end")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
