"""A tree that was parsed on two cores is the tree that was parsed on one."""

import os

import pytest

from tracer import pipeline
from tracer.golang import keeping, parser, parsing
from tracer.golang.constraints import Configuration
from tracer.golang.source import SourceFile, SourceTree
from tracer.golang.syntax import File
from tracer.pipeline import Traced

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
HERE = os.getpid()


def tree(**texts: str) -> SourceTree:
    files = {f"{n}.go": SourceFile(f"{n}.go", text.encode()) for n, text in texts.items()}
    return SourceTree("texts", files, {})


def large(name: str) -> str:
    return f"package p\nfunc {name}() {{ f() }}\n//" + "x" * 400_000 + "\n"


def parsed(files: SourceTree, known: dict[str, File] | None = None) -> parsing.Parsed:
    with parsing.begun(files, Configuration(), known or {}) as parse:
        return parse(lambda _: None)


@pytest.mark.usefixtures("two_cores")
def test_both_halves_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    here: list[str] = []
    parse = parser.parse

    def noted(source: SourceFile) -> File:
        here.append(source.path)
        return parse(source)

    monkeypatch.setattr(parser, "parse", noted)
    found = parsed(tree(f=large("f"), g=large("g")))

    assert sorted(found.files) == ["f.go", "g.go"]
    assert here == ["f.go"]
    assert list(found.written) == ["g.go"]
    assert found.files["g.go"].functions[0].name.name == "g"


@pytest.mark.usefixtures("two_cores")
def test_the_tables_are_those_of_one_core(pocket: Traced) -> None:
    files, built = pocket.graph.program.tree, pocket.graph.program.configuration
    with parsing.begun(files, built, {}) as parse:
        found = parse(lambda _: None)
    again = pipeline.connect(pocket.tree, files, built, parsed=found.files)

    assert found.written
    assert pipeline.export(again) == pipeline.export(pocket)


@pytest.mark.usefixtures("two_cores")
def test_a_half_that_died_is_parsed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = parser.parse

    def dies_beside(source: SourceFile) -> File:
        if os.getpid() != HERE:
            os._exit(9)
        return parse(source)

    monkeypatch.setattr(parser, "parse", dies_beside)
    assert sorted(parsed(tree(f=large("f"), g=large("g"))).files) == ["f.go", "g.go"]


@pytest.mark.usefixtures("two_cores")
def test_what_is_known_is_not_parsed() -> None:
    files = tree(f=large("f"), g=large("g"), h=large("h"))
    known = {"h.go": parser.parse(files.files["h.go"])}
    found = parsed(files, known)

    assert found.files["h.go"] is known["h.go"]
    assert "h.go" not in found.written


@pytest.mark.usefixtures("two_cores")
def test_what_is_not_built_is_not_parsed() -> None:
    found = parsed(tree(f=large("f"), g=large("g"), h="// +build other\n\n" + large("h")))
    assert sorted(found.files) == ["f.go", "g.go"]


def test_a_small_tree_is_not_divided() -> None:
    assert parsed(tree(f="package p\n")).files == {}


def test_one_core_divides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert parsed(tree(f=large("f"), g=large("g"))).files == {}


@pytest.mark.usefixtures("two_cores")
def test_a_file_too_deep_to_be_written_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "write", lambda _: None)
    found = parsed(tree(f=large("f"), g=large("g")))

    assert list(found.files) == ["f.go"]
    assert not found.written
