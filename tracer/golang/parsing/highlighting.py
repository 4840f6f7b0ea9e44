"""Which words of Go are worth a colour."""

import tree_sitter_go
from tree_sitter import Query, QueryCursor

from tracer.golang.parsing.nodes import GO, PARSER

_QUERY = Query(GO, tree_sitter_go.HIGHLIGHTS_QUERY)
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
    captures = QueryCursor(_QUERY).captures(PARSER.parse(content).root_node)
    found = {
        (node.start_byte, node.end_byte, _CLASSES[name.partition(".")[0]])
        for name, nodes in captures.items()
        if name.partition(".")[0] in _CLASSES
        for node in nodes
    }
    return sorted(found)
