from itertools import pairwise

import pytest

from tracer import pipeline
from tracer.golang import names
from tracer.guide import predictions
from tracer.guide.predictions import Question
from tracer.pipeline import Traced


@pytest.fixture(scope="module")
def asked(pocket: Traced) -> dict[int, Question]:
    walked = pipeline.walk(pocket, "docker-run")
    return predictions.ask(pocket.graph, walked, pipeline.run_twin(walked))


def test_a_question_is_about_a_step_that_changes_the_machine(
    pocket: Traced, asked: dict[int, Question]
) -> None:
    walked = pipeline.walk(pocket, "docker-run")
    changed = {p.step.number for p in pipeline.run_twin(walked).pairs if p.changes}

    assert {each.about.number for each in asked.values()} <= changed
    assert {each.kind for each in asked.values()} == {"next", "change"}


def test_the_right_answer_is_what_happens_and_the_others_are_not(
    pocket: Traced, asked: dict[int, Question]
) -> None:
    pairs = pipeline.run_twin(pipeline.walk(pocket, "docker-run")).pairs
    changed = {pair.step.number: pair.changed for pair in pairs}
    for each in asked.values():
        right = each.answers[each.right]
        wrong = set(each.answers) - {right}
        truth = (names.short(each.about.edge.callee),)
        truth = truth if each.kind == "next" else changed[each.about.number]
        assert right in truth
        assert not wrong & set(truth)
        assert len(wrong) == predictions.WRONG


def test_the_place_of_the_right_answer_tells_nothing(asked: dict[int, Question]) -> None:
    assert len({each.right for each in asked.values()}) > 1


def test_questions_stand_apart(asked: dict[int, Question]) -> None:
    about = [each.about.number for each in asked.values()]

    assert min(b - a for a, b in pairwise(about)) >= predictions.APART


def test_a_path_without_a_run_asks_where_control_crosses(pocket: Traced) -> None:
    walked = pipeline.walk(pocket, "commit")
    asked = predictions.ask(pocket.graph, walked, None)

    assert asked
    assert {each.about.edge.kind for each in asked.values()} <= {
        *("registry", "reflection", "http", "process", "syscall")
    }
