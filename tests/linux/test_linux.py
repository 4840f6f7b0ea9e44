"""The simulated kernel answers as the machine's own does."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from linux import sequence, twin
from linux.answers import Answers, ask, count

TABLE = sequence.load()


@pytest.fixture(scope="session")
def machine() -> Answers:
    """What the machine's own kernel answers; without root a user skips, CI must not."""
    reason, found = ask()
    if reason and os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI must have that")
    if reason:
        pytest.skip(reason)
    return found


@pytest.mark.parametrize("name", TABLE)
def test_both_kernels_give_the_same_answers(name: str, machine: Answers) -> None:
    answer = machine[name]
    if "lacks" in answer:
        pytest.skip(str(answer["lacks"]))
    assert "broke" not in answer, answer["broke"]
    with at_most(20):
        seen = twin.run(TABLE[name])

    assert comparable(name, seen) == comparable(name, answer["seen"])


def comparable(name: str, seen: object) -> dict[str, object]:
    """What must be equal: all but the differences that the sequence lists."""
    observed = json.loads(json.dumps(seen))
    assert TABLE[name].differs.keys() <= observed.keys()
    return {each: value for each, value in observed.items() if each not in TABLE[name].differs}


def test_enough_is_compared(machine: Answers) -> None:
    sequences, observations = count(machine)

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
