"""What was resolved for one question is not resolved for the next, nor for a tree that is alike."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tracer.cli import app
from tracer.commands import cache
from tracer.golang.packages import Function
from tracer.golang.types import bodies
from tracer.golang.types.typexprs import Types

TREE = {
    "go.mod": "module m\n",
    "a/a.go": 'package a\nimport "m/b"\nfunc A() { b.B() }\n',
    "b/b.go": "package b\ntype I interface { Do() }\nvar X I\nfunc B() { X.Do() }\n",
    "c/c.go": "package c\nfunc C() { C() }\n",
}


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The functions whose bodies are resolved from now on."""
    found: list[str] = []
    walk = bodies.walk

    def noted(types: Types, function: Function) -> bodies.Body:
        found.append(function.id)
        return walk(types, function)

    monkeypatch.setattr(bodies, "walk", noted)
    return found


def write(folder: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def export(tree: Path, place: Path, *options: str) -> dict[str, bytes]:
    CliRunner().invoke(app, ["export", str(place), "--source", str(tree), *options])
    return {file.name: file.read_bytes() for file in place.iterdir()}


def test_another_question_resolves_nothing(tmp_path: Path, resolved: list[str]) -> None:
    tree = write(tmp_path / "t", TREE)
    first = export(tree, tmp_path / "1")
    assert sorted(resolved) == ["m/a.A", "m/b.B", "m/c.C"]
    resolved.clear()

    assert export(tree, tmp_path / "2", "--tags", "other") == first
    assert CliRunner().invoke(app, ["callees", "a.A", "--source", str(tree)]).exit_code == 0
    assert resolved == []


def test_a_change_is_resolved_with_all_that_imports_it(tmp_path: Path, resolved: list[str]) -> None:
    tree = write(tmp_path / "t", TREE)
    export(tree, tmp_path / "1")
    resolved.clear()
    write(tree, {"b/b.go": TREE["b/b.go"] + "type T struct{}\nfunc (T) Do() { _ = T{} }\n"})
    found = export(tree, tmp_path / "2")

    assert sorted(resolved) == ["(m/b.T).Do", "m/a.A", "m/b.B"]
    cache.place().unlink()
    assert found == export(tree, tmp_path / "3")


def test_a_walk_reads_what_is_kept_and_keeps_no_half(tmp_path: Path, resolved: list[str]) -> None:
    tree = write(tmp_path / "t", TREE)
    CliRunner().invoke(app, ["callees", "a.A", "--source", str(tree)])
    assert resolved == ["m/a.A"]
    resolved.clear()
    export(tree, tmp_path / "1")
    assert sorted(resolved) == ["m/a.A", "m/b.B", "m/c.C"]
