"""Run what exercises may be made of, and write down what makes a difference (`tried.tsv`).

    .venv/bin/python scripts/try_exercises.py          # what is not in the table, some minutes
    .venv/bin/python scripts/try_exercises.py --all    # all of it anew

To be run when a twin has changed; a test says so.
"""

import sys
from collections.abc import Iterator

from tracer import pipeline, trees
from tracer.guide.exercises import completing, rewriting, tried, what_if
from tracer.guide.exercises.completing import Chosen
from tracer.guide.exercises.lesson import Lesson


def main(anew: bool) -> None:
    """Write the table."""
    rows = []
    for lesson in pipeline.lessons(pipeline.trace(trees.POCKET, None)):
        if lesson.compared is not None:
            rows += [_text_row(lesson, each, anew) for each in completing.candidates(lesson)]
            rows += _flag_rows(lesson)
        sys.stderr.write(f"{lesson.id}\n")
    tried.TABLE.write_text("".join(f"{row}\n" for row in sorted(rows)), encoding="utf-8")


def _text_row(lesson: Lesson, chosen: Chosen, anew: bool) -> str:
    run = rewriting.differs if anew else tried.differs
    found: dict[bool, list[str]] = {True: [], False: []}
    for text in completing.trials(chosen.text):
        found[run(lesson.id, chosen.twin.go_name, text)].append(tried.digest(text))
    seen, unseen = (" ".join(sorted(found[noticed])) for noticed in (True, False))
    return f"text\t{lesson.id}\t{chosen.twin.go_name}\t{seen}\t{unseen}"


def _flag_rows(lesson: Lesson) -> Iterator[str]:
    for flag in what_if.flags(lesson.id):
        changed = what_if.run(lesson, flag)
        yield f"flag\t{lesson.id}\t{flag}\t{'-' if changed is None else '; '.join(changed)}"


if __name__ == "__main__":
    main("--all" in sys.argv)
