"""Places in real Docker that a reader would call by a pattern's name, and how many are found."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tracer import pipeline, trees
from tracer.errors import TracerError
from tracer.graph import patterns
from tracer.graph.patterns.pattern import PatternMatch

_ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__)
    .with_name("patterns.tsv")
    .read_text(encoding="utf-8")
    .splitlines()[1:]
]
# What is not found as yet; taking one away from here is the only change this list may see.
_MISSED = {
    ("registry", "libnetwork/drvregistry.DrvRegistry).RegisterDriver"),
    ("adapter", "daemon/logger.pluginAdapter"),
    ("decorator", "api/server.Server).handlerWithGlobalMiddlewares"),
    ("observer", "libcontainerd.Backend"),
    ("facade", "docker/layer.Store"),
}


@pytest.mark.parametrize("version", sorted({version for _, version, _ in _ROWS}))
def test_the_patterns_that_a_reader_sees_are_found(version: str) -> None:
    try:
        trees.find(version)
    except TracerError:
        pytest.skip(
            f"Docker's own tree is not here; get it with: trace-docker source add {version}"
        )
    names = _names(patterns.detect(pipeline.trace(version, None).graph))
    expected = {(p, name) for p, found_in, name in _ROWS if found_in == version}

    found = {(p, name) for p, name in expected if any(n.endswith(name) for n in names[p])}
    assert sorted(expected - found) == sorted(expected & _MISSED)


def _names(found: Iterable[PatternMatch]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    for match in found:
        names[match.pattern] |= {*match.names, *match.operations, *match.implementations}
    return names
