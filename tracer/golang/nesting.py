"""How deep syntax may be nested, and the room on Python's stack that recursion over it needs.

All that works on syntax recurses; no input may decide how far: deeper syntax is cut (see `parser`).
The room is made only for the functions that need it, and they keep off the C stack: they call
themselves from Python code, comprehensions included, never from within a generator.
Elsewhere Python's own limit stands.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

_TYPES = 100  # levels of types in one another, as in `[]*map[string][]byte`
# Nodes of the grammar that are no level of their own in Go's: lists, and what holds one thing.
_NO_LEVEL = frozenset({
    "statement_list", "expression_list", "argument_list", "expression_statement",
    "literal_element", "expression_case", "type_case", "communication_case", "default_case",
})  # fmt: skip
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


class Node(Protocol):
    """What is looked at of a node of the grammar."""

    @property
    def type(self) -> str:
        """Its name in the grammar."""

    @property
    def children(self) -> Sequence[Node]:
        """What it is made of."""

    @property
    def descendant_count(self) -> int:
        """How many nodes are below it, and itself."""


def too_deep(node: Node) -> str:
    """Say why a piece of syntax is nested too deeply to be converted; empty where it is not.

    Only nodes with so many descendants that they can hold such a nest are looked into, so that
    ordinary code costs one question.  A sum of many terms is no nest: see `parser`.
    """
    pending = [(node, 0, 0)]
    while pending:
        current, depth, types = pending.pop()
        types += current.type.endswith("_type")
        if depth > NESTING:
            return f"nested more than {NESTING} levels deep"
        if types > _TYPES:
            return f"a type nested more than {_TYPES} levels deep"
        if current.descendant_count > min(NESTING - depth, _TYPES - types):
            inner = current.children
            if current.type == "binary_expression" and inner[0].type == "binary_expression":
                pending.append((inner[0], depth, types))
                inner = inner[1:]
            pending.extend((c, depth + _is_level(c, current), types) for c in inner)
    return ""


def _is_level(node: Node, parent: Node) -> bool:
    """Say whether a node counts as a level; the block of an `if`, a loop, a function does not."""
    if node.type == "block":
        return parent.type in {"block", "statement_list"}
    return node.type not in _NO_LEVEL
