"""What tests build their values with."""

from collections.abc import Callable

import pytest

from tracer.golang import declarations, source
from tracer.golang.constraints import Configuration
from tracer.graph import callgraph
from tracer.graph.callgraph import CallGraph


def graph_of(texts: dict[str, str], *tags: str) -> CallGraph:
    tree = source.from_texts(texts)
    return callgraph.build(declarations.declare(tree, Configuration(tags=frozenset(tags))))


@pytest.fixture
def program() -> Callable[[str], CallGraph]:
    """The graph of one Go file's text; its package path is the package's name."""
    return lambda text: graph_of({"p.go": text})
