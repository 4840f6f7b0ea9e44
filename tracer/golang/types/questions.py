"""What a declaration is may depend on the next one, through a whole tree, without deep recursion.

`type A B`, `type B C` …; `var a = b`, `var b = c` …; each asks about the next one.
A question that would be asked too deep inside others is put off: it is answered first, on its own,
and then the outermost one is asked again.  So every question is answered, in whatever order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from tracer.golang.nesting import WAITING, deep

_OWN = 5  # levels that asking costs, whatever is asked

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class _Question(msgspec.Struct, frozen=True, eq=False):
    known: dict[Any, Any]  # the answers so far
    key: Any
    circular: Any  # the answer while it is being worked out: it depends on itself
    levels: int
    work: Callable[[], Any]


class _PutOffError(Exception):
    """A question that is answered first, on its own."""

    def __init__(self, question: _Question) -> None:
        super().__init__()
        self.question = question


@dataclass(eq=False, repr=False)
class Questions:
    """The questions that are being answered."""

    levels: int = 0

    def answer(
        self,
        known: dict[Key, Answer],
        key: Key,
        circular: Answer,
        levels: int,
        work: Callable[[], Answer],
    ) -> Answer:
        """Look an answer up, or work it out; `levels`: how deep the syntax is that it looks at."""
        if key in known:
            return known[key]
        question = _Question(known, key, circular, levels + _OWN, work)
        if not self.levels:
            self._outermost(question)
        elif self.levels + question.levels > WAITING:
            raise _PutOffError(question)
        else:
            self._ask(question)
        return known[key]

    @deep
    def _outermost(self, first: _Question) -> None:
        pending = [first]
        while pending:
            question = pending[-1]
            try:
                self._ask(question)
            except _PutOffError as put_off:
                question.known[question.key] = question.circular
                pending.append(put_off.question)
            else:
                pending.pop()

    def _ask(self, question: _Question) -> None:
        question.known[question.key] = question.circular
        self.levels += question.levels
        try:
            question.known[question.key] = question.work()
        except _PutOffError:
            del question.known[question.key]
            raise
        finally:
            self.levels -= question.levels
