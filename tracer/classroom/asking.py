"""An item as text to read, and what a person types as an answer."""

import re
import textwrap
from collections.abc import Iterator

from tracer.classroom.marking import AnswerError, letter, solution
from tracer.guide.exercises.item import (
    KINDS,
    Choice,
    Code,
    Item,
    Matching,
    Order,
    Several,
    Table,
    Ticket,
)

WIDTH = 79


def text(item: Item) -> str:
    """The question, with its options and how to answer."""
    head = f"{item.id} · {KINDS.get(item.kind, item.kind)} · {_points(item)}"
    return "\n".join([head, "", *_body(item)]).rstrip() + "\n"


def how(item: Item) -> str:
    """What to type."""
    match item.answer:
        case Choice():
            return "Answer with one letter."
        case Several():
            return "Answer with the letters of all that apply, or - for none."
        case Matching(rows):
            return f"Answer with {len(rows)} letters, one for each row."
        case Order():
            return "Answer with the letters in order; leave out what does not belong."
        case Table(columns, rows):
            return f"Answer with {len(rows)} rows of {len(columns)} numbers, one after the other."
        case Code():
            return "Write the file and check it."
        case Ticket(items):
            return f"Answer the {len(items)} questions, with / between the answers."


def parse(item: Item, typed: str) -> list[object]:
    """What was typed becomes an answer.

    Raises:
        AnswerError: it cannot be one.

    """
    match item.answer:
        case Ticket(items):
            parts = typed.split("/")
            if len(parts) != len(items):
                raise AnswerError(how(item))
            return [parse(part, said) for part, said in zip(items, parts, strict=True)]
        case Table():
            return [*re.split(r"[\s,;|]+", typed.strip())]
        case _:
            bare = typed.strip()
            if bare in {"", "-"}:
                return []
            return [each for each in re.split(r"[\s,;]*", bare) if each]


def written(item: Item, answer: list[object]) -> str:
    """An answer as a person types it."""
    match item.answer:
        case Ticket(items):
            pairs = zip(items, answer, strict=True)
            return " / ".join(written(i, a) for i, a in pairs if isinstance(a, list))
        case Code():
            return str(answer[0])
        case _:
            return " ".join(map(str, answer)) or "-"


def solved(item: Item) -> str:
    """The solution and the reason."""
    return f"{written(item, solution(item))}\n\n{wrapped(item.why)}".rstrip() + "\n"


def wrapped(line: str) -> str:
    """A paragraph within the width."""
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def _body(item: Item) -> Iterator[str]:
    yield wrapped(item.question)
    for line in item.shown.splitlines():
        yield textwrap.indent(wrapped(line), "  ")
    yield ""
    match item.answer:
        case Choice(options) | Several(options) | Order(options):
            yield from _options(options)
        case Matching(rows, labels):
            yield from (f"  {n}. {row}" for n, row in enumerate(rows, 1))
            yield ""
            yield wrapped("  ".join(f"{letter(n)} {each}" for n, each in enumerate(labels)))
        case Table(columns, rows):
            yield wrapped(f"columns: {' | '.join(columns)}")
            yield from (f"  {n}. {row}" for n, row in enumerate(rows, 1))
        case Ticket(items):
            for number, each in enumerate(items, 1):
                yield f"── Question {number} of {len(items)} · {KINDS.get(each.kind, each.kind)}"
                yield from _body(each)
                yield how(each)
                yield ""
        case Code():
            pass


def _options(options: tuple[str, ...]) -> Iterator[str]:
    for number, option in enumerate(options):
        yield textwrap.fill(
            option,
            WIDTH,
            initial_indent=f"  {letter(number)}  ",
            subsequent_indent="     ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _points(item: Item) -> str:
    return f"{item.most} point{'s' * (item.most != 1)}"
