"""Questions as Moodle GIFT, for the kinds that it knows: one of several, several, matching.

An order, a table, a ticket or a function has no counterpart there and is left out.
"""

import re
from collections.abc import Iterable

from tracer.classroom.pack import Pack
from tracer.guide.exercises.item import Choice, Item, Matching, Several


def gift(packs: Iterable[Pack]) -> str:
    """The questions of packs, each once."""
    found: dict[str, None] = {}
    for pack in packs:
        for item in pack.items:
            if (text := _question(item)) is not None:
                found[text] = None
    return "\n".join(found)


def _question(item: Item) -> str | None:
    answers = _answers(item)
    if answers is None:
        return None
    asked = _escaped(f"{item.question}\n{item.shown}".strip())
    reason = f"\n\t####{_escaped(item.why)}" if item.why else ""
    lines = "".join(f"\n\t{answer}" for answer in answers)
    return f"::{_escaped(item.id)}::{asked} {{{lines}{reason}\n}}\n"


def _answers(item: Item) -> list[str] | None:
    match item.answer:
        case Choice(options, right):
            return [f"{'=' if n == right else '~'}{_escaped(o)}" for n, o in enumerate(options)]
        case Several(options, right) if right:
            share = f"{100 / len(right):.5f}".rstrip("0").rstrip(".")
            return [
                f"~%{share if n in right else '-100'}%{_escaped(o)}" for n, o in enumerate(options)
            ]
        case Matching(rows, labels, right):
            pairs = zip(rows, right, strict=True)
            return [f"={_escaped(row)} -> {_escaped(labels[label])}" for row, label in pairs]
        case _:
            return None


def _escaped(text: str) -> str:
    """Without line breaks, and with the signs of the format marked."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", re.sub(r"\s*\n\s*", " / ", text))
