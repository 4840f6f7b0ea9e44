"""How deep syntax may be nested, and the room on Python's stack that recursion over it needs.

All that works on syntax recurses; no input may decide how far: deeper syntax is cut (see `parser`).
The room is made only for the functions that need it, and they keep off the C stack: they call
themselves from Python code, comprehensions included, never from within a generator.
Elsewhere Python's own limit stands.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

NESTING = 2_000  # levels of syntax in one body, type or value
_FRAMES = 8  # Python calls for one level, at most: a function literal in a statement of another
WAITING = 4 * NESTING  # levels of declarations that wait for one another: `types.questions`
_ROOM = (NESTING + WAITING) * _FRAMES + 5_000

Given = ParamSpec("Given")
Result = TypeVar("Result")


def deep(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Make room on Python's stack while a function runs that recurses over syntax."""

    @wraps(function)
    def inner(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        before = sys.getrecursionlimit()
        if before >= _ROOM:
            return function(*args, **kwargs)
        sys.setrecursionlimit(_ROOM)
        try:
            return function(*args, **kwargs)
        finally:
            sys.setrecursionlimit(before)

    return inner
