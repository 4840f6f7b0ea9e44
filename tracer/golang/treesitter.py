"""tree-sitter, and what we ask of its nodes.  The only module that imports it."""

from collections.abc import Iterator
from functools import cache

import tree_sitter_go
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from tracer.golang.nesting import NESTING
from tracer.golang.syntax import Pos

__all__ = [
    "Node", "descend", "end", "errors", "highlight", "marks", "pos", "text", "too_deep", "tree",
]  # fmt: skip
_GO = Language(tree_sitter_go.language())
_PARSER = Parser(_GO)
_TYPES = 100  # levels of types in one another, as in `[]*map[string][]byte`
# Nodes of the grammar that are no level of their own in Go's: lists, and what holds one thing.
_NO_LEVEL = frozenset({
    "statement_list", "expression_list", "argument_list", "expression_statement",
    "literal_element", "expression_case", "type_case", "communication_case", "default_case",
})  # fmt: skip


def tree(content: bytes) -> Node:
    """Parse some Go; where it is none, there are ERROR nodes."""
    return _PARSER.parse(content).root_node


def pos(node: Node) -> Pos:
    """Where a node begins."""
    row, column = node.start_point
    return Pos(row + 1, column + 1)


def end(node: Node) -> Pos:
    """Where a node ends: behind its last character."""
    row, column = node.end_point
    return Pos(row + 1, column + 1)


def text(node: Node) -> str:
    """What a node is in the source."""
    return (node.text or b"").decode("utf-8", "replace")


def descend(node: Node, *kinds: str) -> Iterator[Node]:
    """The nodes of some kinds below a node, through lists and what is wrong."""
    pending = node.named_children[::-1]
    while pending:
        child = pending.pop()
        if child.type in kinds:
            yield child
        elif child.type.endswith("_list") or child.type == "ERROR":
            pending.extend(child.named_children[::-1])


def errors(node: Node) -> Iterator[int]:
    """The lines below a node that are not Go."""
    pending = [node]
    while pending:
        current = pending.pop()
        if current.is_error or current.is_missing:
            yield current.start_point[0] + 1
        elif current.has_error:
            pending.extend(current.children)


def too_deep(node: Node) -> str:
    """Say why a piece of syntax is nested too deeply to be converted; empty where it is not.

    Only nodes with so many descendants that they can hold such a nest are looked into, so that
    ordinary code costs one question.  A sum of many terms is no nest: see `_binary`.
    """
    if node.descendant_count < _TYPES:
        return ""
    pending = [(node, 0, 0)]
    while pending:
        current, depth, types = pending.pop()
        types += current.type.endswith("_type")
        if depth > NESTING:
            return f"nested more than {NESTING} levels deep"
        if types > _TYPES:
            return f"a type nested more than {_TYPES} levels deep"
        room = min(NESTING - depth, _TYPES - types)
        if current.descendant_count > room:
            inner = current.children
            if current.type == "binary_expression" and inner[0].type == "binary_expression":
                pending.append((inner[0], depth, types))
                inner = inner[1:]
            large = [c for c in inner if c.descendant_count >= room]
            pending.extend((c, depth + _is_level(c, current), types) for c in large)
    return ""


def _is_level(node: Node, parent: Node) -> bool:
    """Say whether a node counts as a level; the block of an `if`, a loop, a function does not."""
    if node.type == "block":
        return parent.type in {"block", "statement_list"}
    return node.type not in _NO_LEVEL


# Highlighting

_CLASSES = {"keyword": "k", "string": "s", "comment": "c", "function": "f", "number": "n"}


def highlight(line: str) -> list[tuple[int, int, str]]:
    """The words of one line of Go that are worth a colour: start, end (characters), class."""
    content = line.encode()
    return [
        (len(content[:a].decode(errors="replace")), len(content[:b].decode(errors="replace")), css)
        for a, b, css in marks(content)
    ]


def marks(content: bytes) -> list[tuple[int, int, str]]:
    """The words of some Go that are worth a colour: start, end (bytes), class."""
    captures = QueryCursor(_highlights()).captures(tree(content))
    found = {
        (node.start_byte, node.end_byte, _CLASSES[name.partition(".")[0]])
        for name, nodes in captures.items()
        if name.partition(".")[0] in _CLASSES
        for node in nodes
    }
    return sorted(found)


@cache
def _highlights() -> Query:
    return Query(_GO, tree_sitter_go.HIGHLIGHTS_QUERY)
