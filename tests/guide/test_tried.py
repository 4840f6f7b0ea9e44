"""The table of what was tried (`scripts/try_exercises.py`) against fresh runs."""

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
