import pytest
from msgspec.structs import replace

from tracer import pipeline
from tracer.guide import folds
from tracer.guide.folds import Fold
from tracer.guide.walkthrough import Step
from tracer.pipeline import Traced


@pytest.fixture(scope="module")
def step(pocket: Traced):
    """Makes a step of a given depth, on the main line or a branch."""
    model = pipeline.walk(pocket, "docker-run").steps[0]

    def make(number: int, depth: int, branch: str = "") -> Step:
        return replace(model, number=number, hop=replace(model.hop, depth=depth, branch=branch))

    return make


def told(each: tuple[Fold, ...]) -> list:
    """Numbers of steps; what is below one stands behind it, in brackets where it is folded."""
    found: list = []
    for fold in each:
        found.append(fold.step.number if fold.step else fold.title)
        if fold.below:
            found.append(told(fold.below) if fold.opened else tuple(told(fold.below)))
    return found


def test_what_a_call_does_stands_below_it(step) -> None:
    steps = [step(1, 3), step(2, 4), step(3, 5), step(4, 3), step(5, 1), step(6, 2)]

    assert told(folds.fold(steps)) == [1, [2, [3]], 4, 5, [6]]


def test_what_has_no_room_is_folded(step) -> None:
    steps = [step(1, 1), *(step(n, 2) for n in range(2, 8)), step(8, 1), step(9, 2), step(10, 2)]

    assert told(folds.fold(steps)) == [1, [2, 3, 4, 5, 6, 7], 8, (9, 10)]


def test_more_than_nine_of_one_level_are_put_in_groups_of_which_the_first_is_open(step) -> None:
    steps = [step(n, 1) for n in range(1, 13)]

    assert told(folds.fold(steps)) == ["", [1, 2, 3, 4, 5, 6], "", (7, 8, 9, 10, 11, 12)]


def test_a_branch_is_folded_where_it_leaves_and_the_main_line_goes_on_beside_it(step) -> None:
    steps = [step(1, 1), step(2, 2), step(3, 2, "missing"), step(4, 3, "missing"), step(5, 3)]

    assert told(folds.fold(steps)) == [1, [2, "missing", (3, [4]), 5]]


def test_every_step_stands_somewhere_once_and_in_order(pocket: Traced) -> None:
    for story in pocket.told:
        steps = pipeline.walk(pocket, story.id).steps
        standing = [s.number for each in folds.fold(steps) for s in each.steps]
        assert standing == [s.number for s in steps]
