"""Nodes of tree-sitter: where they are, what they say, how deep they are nested."""

from collections.abc import Iterator

import tree_sitter_go
from tree_sitter import Language, Node, Parser

from tracer.golang.nesting import NESTING
from tracer.golang.syntax import Pos

Tree = Node
GO = Language(tree_sitter_go.language())
PARSER = Parser(GO)
_TYPES = 100  # levels of types in one another, as in `[]*map[string][]byte`
# Nodes of the grammar that are no level of their own in Go's: lists, and what holds one thing.
_NO_LEVEL = frozenset({
    "statement_list", "expression_list", "argument_list", "expression_statement",
    "literal_element", "expression_case", "type_case", "communication_case", "default_case",
})  # fmt: skip
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def pos(node: Tree) -> Pos:
    """Where a node begins: line and column, from one."""
    row, column = node.start_point
    return _place(Pos, (row + 1, column + 1))


_place = tuple.__new__  # there are millions; a named tuple's own constructor takes twice as long


def end(node: Tree) -> Pos:
    """Where a node ends."""
    row, column = node.end_point
    return Pos(row + 1, column + 1)


def text_of(node: Tree) -> str:
    """What a node says."""
    return (node.text or b"").decode("utf-8", "replace")


def descend(node: Tree, *kinds: str) -> Iterator[Tree]:
    """Yield the nodes of some kinds below lists."""
    pending = node.named_children[::-1]
    while pending:
        child = pending.pop()
        if child.type in kinds:
            yield child
        elif child.type.endswith("_list") or child.type == "ERROR":
            pending.extend(child.named_children[::-1])


def error_lines(node: Tree) -> Iterator[int]:
    """Yield the lines of what is not Go."""
    pending = [node]
    while pending:
        current = pending.pop()
        if current.is_error or current.is_missing:
            yield current.start_point[0] + 1
        elif current.has_error:
            pending.extend(current.children)


def unquote(text: str) -> str:
    """A string without its quotation marks."""
    if text[:1] == "`" or "\\" not in text:
        return text[1:-1]
    out, escaped = [], False
    for character in text[1:-1]:
        if escaped:
            out.append(_ESCAPES.get(character, character))
        elif character != "\\":
            out.append(character)
        escaped = character == "\\" and not escaped
    return "".join(out)


def too_deep(node: Tree) -> str:
    """Say why a piece of syntax is nested too deeply to be converted; empty where it is not.

    Only nodes with so many descendants that they can hold such a nest are looked into, so that
    ordinary code costs one question.  A sum of many terms is no nest: see `_binary`.
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


def _is_level(node: Tree, parent: Tree) -> bool:
    """Say whether a node counts as a level; the block of an `if`, a loop, a function does not."""
    if node.type == "block":
        return parent.type in {"block", "statement_list"}
    return node.type not in _NO_LEVEL
