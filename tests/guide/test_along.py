from itertools import pairwise

import pytest

from tracer import pipeline
from tracer.graph.edges import CROSSINGS
from tracer.guide.exercises import along
from tracer.guide.exercises.item import Choice, Item
from tracer.guide.exercises.lesson import Lesson
from tracer.pipeline import Traced


def lesson(pocket: Traced, path: str) -> Lesson:
    walked = pipeline.walk(pocket, path)
    return Lesson(pocket.graph, walked, pipeline.run_twin(walked))


@pytest.fixture(scope="module")
def asked(pocket: Traced) -> dict[int, Item]:
    return along.ask(lesson(pocket, "docker-run"))


def test_a_question_is_about_a_step_that_changes_the_machine(
    pocket: Traced, asked: dict[int, Item]
) -> None:
    changed = {pair.step.number for pair in lesson(pocket, "docker-run").ran if pair.changes}

    assert {each.step for each in asked.values()} <= changed
    assert {each.kind for each in asked.values()} == {"K1", "K2"}


def test_a_question_is_asked_at_the_step_before(pocket: Traced, asked: dict[int, Item]) -> None:
    numbers = [step.number for step in pipeline.walk(pocket, "docker-run").main_line]

    assert all((before, item.step) in pairwise(numbers) for before, item in asked.items())


def test_the_place_of_the_right_answer_tells_nothing(asked: dict[int, Item]) -> None:
    answers = [each.answer for each in asked.values()]

    assert len({each.right for each in answers if isinstance(each, Choice)}) > 1


def test_questions_stand_apart(asked: dict[int, Item]) -> None:
    about = [each.step for each in asked.values()]

    assert min(b - a for a, b in pairwise(about)) >= along.APART


def test_a_question_of_the_course_stands_where_its_step_is(pocket: Traced) -> None:
    made = pipeline.exercises(pipeline.lessons(pocket), "1", frozenset({"docker-run"})).items
    steps = {item.step for item in made if item.kind in {"K1", "K2"} and item.step > 1}
    found = along.ask(lesson(pocket, "docker-run"), made).values()

    assert steps <= {item.step for item in found}
    assert [item for item in found if item.step in steps and item not in made] == []


def test_a_path_without_a_run_asks_where_control_crosses(pocket: Traced) -> None:
    walked = pipeline.walk(pocket, "commit")
    kinds = {step.number: step.edge.kind for step in walked.steps}
    found = along.ask(Lesson(pocket.graph, walked, None))

    assert found
    assert {kinds[each.step] for each in found.values()} <= CROSSINGS | {"syscall"}
