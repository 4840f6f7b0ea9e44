"""The table of what was tried (`scripts/try_exercises.py`) against fresh runs."""

import ast
from collections.abc import Sequence

import pytest

from tracer import pipeline
from tracer.guide.exercises import completing, rewriting, tried, what_if
from tracer.guide.exercises.lesson import Lesson
from tracer.pipeline import Traced


@pytest.fixture(scope="module")
def lessons(pocket: Traced) -> Sequence[Lesson]:
    return pipeline.lessons(pocket)


def trials(lessons: Sequence[Lesson]) -> list[tuple[str, str, str]]:
    return [
        (lesson.id, chosen.twin.go_name, text)
        for lesson in lessons
        if lesson.compared is not None
        for chosen in completing.candidates(lesson)
        for text in completing.trials(chosen.text)
    ]


def test_all_that_may_be_tried_is_in_the_table(lessons: Sequence[Lesson]) -> None:
    missing = [each[:2] for each in trials(lessons) if not tried.is_known(*each)]
    flags = [(each.id, f) for each in lessons if each.compared for f in what_if.flags(each.id)]

    assert missing == []
    assert sorted(tried.flags()) == sorted(flags)


def test_each_python_writes_the_same_faults(lessons: Sequence[Lesson]) -> None:
    # From 3.12 on, `ast.unparse` writes quotes inside the braces as those around the f-string.
    offenders = {
        chosen.twin.go_name
        for lesson in lessons
        if lesson.compared is not None
        for chosen in completing.candidates(lesson)
        for joined in ast.walk(ast.parse(chosen.text))
        if isinstance(joined, ast.JoinedStr)
        for value in joined.values
        if isinstance(value, ast.FormattedValue)
        if any(
            isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(value.value)
        )
    }

    assert offenders == set()


def test_a_fresh_run_agrees_with_the_table(lessons: Sequence[Lesson]) -> None:
    some = trials(lessons)[::60]
    offenders = [each[:2] for each in some if rewriting.differs(*each) != tried.differs(*each)]

    assert len(some) > 20
    assert {tried.differs(*each) for each in some} == {True, False}
    assert offenders == []


def test_what_a_flag_changes_is_what_a_fresh_run_shows(lessons: Sequence[Lesson]) -> None:
    offenders = [
        (lesson.id, flag)
        for lesson in lessons
        if lesson.compared is not None
        for flag in what_if.flags(lesson.id)[::4]
        if what_if.run(lesson, flag) != tried.flags()[lesson.id, flag]
    ]

    assert offenders == []
