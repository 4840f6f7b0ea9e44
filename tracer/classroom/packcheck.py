"""Hold a pack against its own promises, as a learner would meet it.

Names are unique and no two options alike; the solution passes; every other option, pair, row and
stray is wrong; the starter of a function fails, and its reference passes.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tracer.classroom import marking, sandbox
from tracer.classroom.marking import AnswerError
from tracer.classroom.pack import Pack
from tracer.guide.exercises.item import (
    Choice,
    Code,
    Item,
    Matching,
    Order,
    Several,
    Table,
    Ticket,
)

_MOST = 26  # letters


def findings(pack: Pack, *, workers: int = 2) -> list[str]:
    """What does not hold, a line each."""
    counts = Counter(item.id for item in pack.items)
    found = [f"{id_}: the name is there {n} times" for id_, n in sorted(counts.items()) if n > 1]
    with ThreadPoolExecutor(workers) as pool:
        for item, wrong in zip(pack.items, pool.map(problems, pack.items), strict=True):
            found += [f"{item.id}: {problem}" for problem in wrong]
    return found


def verdict(pack: Pack, found: list[str]) -> str:
    """The last line: how much was checked, and whether it holds."""
    kinds = Counter(item.kind for item in pack.items)
    shown = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items(), key=_by_number))
    what = f"{len(pack.items)} exercises ({shown})"
    return f"{what}: " + (f"{len(found)} problem{'s' * (len(found) != 1)}" if found else "all hold")


def _by_number(row: tuple[str, int]) -> tuple[int, str]:
    digits = row[0].removeprefix("K")
    return (int(digits) if digits.isdecimal() else 0), row[0]


def problems(item: Item) -> list[str]:
    """What does not hold in an item."""
    if isinstance(item.answer, Code):
        return list(_code(item, item.answer))
    if isinstance(item.answer, Ticket):
        return [f"{part.id}: {each}" for part in item.answer.items for each in problems(part)]
    found = list(_alike(item))
    try:
        if not marking.mark(item, marking.solution(item)).right:
            found.append("its solution does not pass")
        found += [
            f"{' '.join(map(str, other))!r} passes too"
            for other in _others(item)
            if _passes(item, other)
        ]
    except (AnswerError, StopIteration, IndexError) as error:
        found.append(f"its solution cannot be given: {error}")
    return found


def _code(item: Item, code: Code) -> Iterator[str]:
    started = sandbox.check(item, code.starter)
    if started.right:
        yield "its starter passes"
    if started.status == "error":
        yield f"its starter is refused: {started.message}"
    solved = sandbox.check(item, code.solution)
    if not solved.right:
        yield f"its solution does not pass: {solved.message}"


def _alike(item: Item) -> Iterator[str]:
    match item.answer:
        case Choice(shown) | Several(shown) | Order(shown):
            pass
        case Matching(rows, labels):
            shown = (*rows, *labels)
        case Table(columns, rows):
            shown = (*columns, *rows)
        case _:
            shown = ()
    twice = [text for text, count in Counter(s.strip() for s in shown).items() if count > 1]
    yield from (f"{text!r} is there twice" for text in twice)
    if not 1 < len(shown) <= _MOST:
        yield f"{len(shown)} options: give 2 to {_MOST}"


def _others(item: Item) -> Iterator[list[object]]:
    """Every wrong answer that is one step from the right one, or all other options of a choice."""
    right = marking.solution(item)
    match item.answer:
        case Choice(options):
            yield from ([letter] for letter in _letters(options) if [letter] != right)
        case Several(options):
            for letter in _letters(options):
                yield [w for w in right if w != letter] if letter in right else [*right, letter]
        case Matching(_, labels):
            for at in range(len(right)):
                for letter in _letters(labels):
                    if letter != right[at]:
                        yield [*right[:at], letter, *right[at + 1 :]]
        case Order(_, before, strays):
            yield from ([*right, marking.letter(stray)] for stray in strays)
            for one, two in before:
                first, second = right.index(marking.letter(one)), right.index(marking.letter(two))
                other = list(right)
                other[first], other[second] = other[second], other[first]
                yield other
            if right:
                yield right[1:]
        case Table():
            yield from ([*right[:n], f"{right[n]}1", *right[n + 1 :]] for n in range(len(right)))
        case _:
            return


def _letters(options: tuple[str, ...]) -> list[object]:
    return [marking.letter(n) for n in range(len(options))]


def _passes(item: Item, answer: list[object]) -> bool:
    return marking.mark(item, answer).right
