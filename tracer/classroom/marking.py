"""An item and an answer become a mark. Plain rules, so that a page can mark the same.

An answer is a list of words; letters are A, B, C … in the order shown:

    Choice    ["B"]                 1 point if the claim "B" holds
    Several   ["A", "C"]            1 point for each option judged right: claim "A=yes" or "B=no"
    Matching  ["A", "C", "B"]       1 point for each row whose claim "row=letter" holds
    Order     ["C", "A", "B"]       1 point for each stray left out, and for each other line that
                                    can stay where it is when as few as possible are moved
    Table     ["2", "7", "3", "7"]  cell by cell, row by row; 1 point for each whole row
    Ticket    [["B"], ["A", "C"]]   the marks of its items, added

What is right is a set of *claims*: `B`, `A=yes`, `1=C`, `A<B`, `A=stray`, `1,2=7`. A learners' pack
holds the salted SHA-256 of each instead, and marks alike. Code is not marked here but run.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from string import ascii_uppercase

from tracer.guide.exercises.item import Choice, Code, Item, Matching, Order, Several, Table, Ticket

Holds = Callable[[str], bool]
Keys = Callable[[Item], Holds | None]  # what tells right from wrong; None: the item's own key


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer is worth."""

    points: int
    most: int
    message: str
    status: str  # pass, fail or error

    @property
    def right(self) -> bool:
        """Whether there is nothing left to correct."""
        return self.status == "pass"


class AnswerError(ValueError):
    """The answer has not the form that the item asks for; the message says which."""


def mark(item: Item, answer: Sequence[object], keys: Keys = lambda _: None) -> Mark:
    """Mark an answer.

    Raises:
        AnswerError: it has not the form that the item asks for.

    """
    if isinstance(item.answer, Ticket):
        return _ticket(item, answer, keys)
    words = tuple(_normal(word) for word in answer)
    known = keys(item) or frozenset(claims(item)).__contains__
    points, message = _points(item, words, known)
    return _scored(points, item.most, message)


def claims(item: Item) -> tuple[str, ...]:
    """All that is right about an item's answer."""
    match item.answer:
        case Choice(_, right):
            return (letter(right),)
        case Several(options, right):
            return tuple(f"{letter(n)}={_judged(n in right)}" for n in range(len(options)))
        case Matching(_, _, right):
            return tuple(f"{row}={letter(label)}" for row, label in enumerate(right, 1))
        case Order(_, before, strays):
            order = tuple(f"{letter(m)}<{letter(n)}" for m, n in before)
            return order + tuple(f"{letter(n)}=stray" for n in strays)
        case Table(_, _, right):
            return tuple(
                f"{row},{column}={value}"
                for row, values in enumerate(right, 1)
                for column, value in enumerate(values, 1)
            )
        case Code() | Ticket():
            return ()


def solution(item: Item) -> list[object]:
    """The right answer, in the form that `mark` takes."""
    match item.answer:
        case Choice(_, right):
            return [letter(right)]
        case Several(_, right) | Matching(_, _, right):
            return [letter(n) for n in right]
        case Order():
            return [letter(n) for n in item.answer.solution]
        case Table(_, _, right):
            return [value for row in right for value in row]
        case Code():
            return [item.answer.solution]
        case Ticket(items):
            return [solution(each) for each in items]


def find_stray(item: Item, keys: Keys = lambda _: None) -> str | None:
    """A line to leave out of an order; None where there is none."""
    if not isinstance(item.answer, Order):
        return None
    holds = keys(item) or frozenset(claims(item)).__contains__
    return next(
        (c for c in map(letter, range(len(item.answer.lines))) if holds(f"{c}=stray")), None
    )


def sealed(claim: str, salt: str) -> str:
    """What stands for a claim in a learners' pack."""
    return hashlib.sha256(f"{salt}\n{claim}".encode()).hexdigest()


def locked(text: str, salt: str, known: Sequence[str]) -> str:
    """Lock a text: who knows all claims can read it; the twin of `unlocked` in `marking.js`."""
    key = "\n".join([salt, *sorted(known)])
    plain = text.encode()
    blocks = range(len(plain) // 32 + 1)
    stream = b"".join(hashlib.sha256(f"{key}\n{n}".encode()).digest() for n in blocks)
    return bytes(a ^ b for a, b in zip(plain, stream, strict=False)).hex()


def letter(index: int) -> str:
    """The name of an option."""
    return ascii_uppercase[index]


def _points(item: Item, words: tuple[str, ...], holds: Holds) -> tuple[int, str]:
    match item.answer:
        case Choice(options):
            _letters(words, len(options), exactly=1)
            return int(holds(words[0])), "" if holds(words[0]) else f"{words[0]} is not it."
        case Several(options):
            _letters(words, len(options))
            return _several(len(options), words, holds)
        case Matching(rows, labels):
            _letters(words, len(labels), exactly=len(rows), repeated=True)
            wrong = [n for n, word in enumerate(words, 1) if not holds(f"{n}={word}")]
            return len(rows) - len(wrong), _rows("Not in its place: row", wrong)
        case Order(lines):
            _letters(words, len(lines))
            return _order(len(lines), words, holds)
        case Table(columns, rows):
            if len(words) != len(columns) * len(rows):
                raise AnswerError(f"give {len(rows)} rows of {len(columns)} values")
            return _table(len(columns), len(rows), words, holds)
        case Code() | Ticket():
            raise AnswerError("this is no question with a short answer")


def _several(count: int, words: tuple[str, ...], holds: Holds) -> tuple[int, str]:
    options = [letter(n) for n in range(count)]
    wrong = [each for each in options if not holds(f"{each}={_judged(each in words)}")]
    return count - len(wrong), f"Look again at {', '.join(wrong)}." if wrong else ""


def _order(count: int, words: tuple[str, ...], holds: Holds) -> tuple[int, str]:
    lines = [letter(n) for n in range(count)]
    strays = [each for each in lines if holds(f"{each}=stray")]
    placed = [each for each in words if each not in strays]
    kept = next(
        size
        for size in range(len(placed), -1, -1)
        if any(_in_order(chosen, holds) for chosen in combinations(placed, size))
    )
    points = sum(each not in words for each in strays) + kept
    if points == count:
        return points, ""
    if any(each in words for each in strays):
        return points, "A line is in it that belongs to another path."
    if len(placed) + len(strays) < count:
        return points, "A line of this path is missing."
    late, early = next((m, n) for m, n in combinations(placed, 2) if not _in_order((m, n), holds))
    return points, f"{early} must come before {late}."


def _in_order(chosen: Sequence[str], holds: Holds) -> bool:
    return not any(holds(f"{later}<{first}") for first, later in combinations(chosen, 2))


def _table(width: int, height: int, words: tuple[str, ...], holds: Holds) -> tuple[int, str]:
    wrong = [
        row
        for row in range(1, height + 1)
        if not all(
            holds(f"{row},{column}={words[(row - 1) * width + column - 1]}")
            for column in range(1, width + 1)
        )
    ]
    return height - len(wrong), _rows("Not right: row", wrong)


def _ticket(item: Item, answer: Sequence[object], keys: Keys) -> Mark:
    assert isinstance(item.answer, Ticket)
    parts = item.answer.items
    if len(answer) != len(parts):
        raise AnswerError(f"answer all {len(parts)} questions")
    marks = [
        mark(part, given if isinstance(given, list | tuple) else [given], keys)
        for part, given in zip(parts, answer, strict=True)
    ]
    wrong = [number for number, each in enumerate(marks, 1) if not each.right]
    return _scored(sum(m.points for m in marks), item.most, _rows("Not right: question", wrong))


def _scored(points: int, most: int, message: str) -> Mark:
    points = max(0, points)
    status = "pass" if points == most else "fail"
    return Mark(points, most, message or "Right.", status)


def _letters(
    words: tuple[str, ...], count: int, exactly: int | None = None, *, repeated: bool = False
) -> None:
    known = ascii_uppercase[:count]
    wrong = [each for each in words if len(each) != 1 or each not in known]
    if wrong:
        raise AnswerError(f"“{wrong[0]}” is none of {known[0]} to {known[-1]}")
    if exactly is not None and len(words) != exactly:
        raise AnswerError(f"give {exactly} letter{'s' * (exactly != 1)}, not {len(words)}")
    if not repeated and len(set(words)) != len(words):
        raise AnswerError("a letter is there twice")


def _rows(what: str, wrong: list[int]) -> str:
    return f"{what} {', '.join(map(str, wrong))}." if wrong else ""


def _judged(chosen: bool) -> str:
    return "yes" if chosen else "no"


def _normal(word: object) -> str:
    return str(word).strip().upper()
