"""Check the course of many seeds: each key looked up again, each function run.

    nice .venv/bin/python scripts/check_seeds.py 1 200 seeds.tsv

A line for each seed is added to the file: the seed, how many exercises of each kind, and what is
wrong. Seeds that are in it are left out, so that it can be broken off.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from guide.test_exercises import Fresh, flat, wrong_keys

from tracer import pipeline, trees
from tracer.classroom import packcheck
from tracer.guide.exercises import breaking, rewriting, vetting
from tracer.guide.exercises.item import Code, Item
from tracer.guide.exercises.rewriting import RewriteError


def main(first: int, last: int, log: Path) -> None:
    """Go through the seeds."""
    traced = pipeline.trace(trees.POCKET, None)
    lessons, fresh = pipeline.lessons(traced), Fresh(traced)
    rows = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    done = {row.partition("\t")[0] for row in rows}
    for seed in map(str, range(first, last + 1)):
        if seed in done:
            continue
        made = pipeline.exercises(lessons, seed).items
        found = [f"{item.id}: {each}" for item in flat(made) for each in _problems(item, fresh)]
        kinds = Counter(item.kind for item in made)
        told = " ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds, key=_number))
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{seed}\t{len(made)}\t{told}\t{'; '.join(found) or 'all hold'}\n")


def _problems(item: Item, fresh: Fresh) -> Iterator[str]:
    yield from wrong_keys(item, fresh)
    if not isinstance(item.answer, Code):
        yield from packcheck.problems(item)
        return
    code = item.answer
    if vetting.objections(code.starter) or vetting.objections(code.solution):
        yield "a text of its own is refused"
    if _is_right(code, code.starter):
        yield "its starter passes"
    if not _is_right(code, code.solution):
        yield "its solution does not pass"


def _is_right(code: Code, text: str) -> bool:
    return _passes(code.path, code.twin, code.jail, text)


@cache
def _passes(path: str, twin: str, jail: str, text: str) -> bool:
    code = Code(path, twin, "", "", (), jail)
    try:
        if jail:
            return not breaking.problem_of(code, breaking.attempts(jail, text))
        return not rewriting.problem_of(code, *rewriting.run(path, twin, text))
    except RewriteError:
        return False


def _number(kind: str) -> int:
    return int(kind.removeprefix("K"))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
