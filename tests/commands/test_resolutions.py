"""What was resolved for one question is not resolved for the next, nor for a tree that is alike."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
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


def test_a_change_is_resolved_with_all_that_names_it(tmp_path: Path, resolved: list[str]) -> None:
    tree = write(tmp_path / "t", TREE)
    export(tree, tmp_path / "1")
    resolved.clear()
    write(tree, {"b/b.go": TREE["b/b.go"] + "type T struct{}\nfunc (T) Do() { _ = T{} }\n"})
    found = export(tree, tmp_path / "2")
    assert sorted(resolved) == ["(m/b.T).Do", "m/b.B"]  # `m/a` names nothing that is another

    resolved.clear()
    write(tree, {"b/b.go": TREE["b/b.go"].replace("func B()", "func B(...int)")})
    again = export(tree, tmp_path / "3")
    assert sorted(resolved) == ["m/a.A", "m/b.B"]

    cache.place().unlink()
    assert again == export(tree, tmp_path / "4")
    write(tree, {"b/b.go": TREE["b/b.go"] + "type T struct{}\nfunc (T) Do() { _ = T{} }\n"})
    cache.place().unlink()
    assert found == export(tree, tmp_path / "5")


def test_what_is_kept_as_the_same_is_read_and_kept_on(tmp_path: Path, resolved: list[str]) -> None:
    tree = write(tmp_path / "t", TREE)
    for number in range(12):  # more than are remembered
        write(tree, {"b/b.go": TREE["b/b.go"] + f"func f{number}() {{}}\n"})
        export(tree, tmp_path / f"o{number}")
    resolved.clear()
    assert export(tree, tmp_path / "again", "--tags", "other").keys()
    assert resolved == []
    write(tree, {"b/b.go": TREE["b/b.go"]})
    export(tree, tmp_path / "last")
    assert sorted(resolved) == ["m/b.B"]


def test_trees_that_are_damaged_are_none(tmp_path: Path, resolved: list[str]) -> None:
    tree = write(tmp_path / "t", TREE)
    export(tree, tmp_path / "1")
    with closing(sqlite3.connect(cache.place())) as kept, kept:
        for key, value in kept.execute("SELECT key, value FROM answers").fetchall():
            if len(value) < 400 and b"m/a" in value:  # the keys of the tree, by package
                cache.put_all({key: b"none"})
    resolved.clear()
    write(tree, {"b/b.go": TREE["b/b.go"] + "func f() {}\n"})
    export(tree, tmp_path / "2")
    assert sorted(resolved) == ["m/a.A", "m/b.B", "m/b.f"]


def test_a_walk_reads_what_is_kept_and_keeps_no_half(tmp_path: Path, resolved: list[str]) -> None:
    tree = write(tmp_path / "t", TREE)
    CliRunner().invoke(app, ["callees", "a.A", "--source", str(tree)])
    assert resolved == ["m/a.A"]
    resolved.clear()
    export(tree, tmp_path / "1")
    assert sorted(resolved) == ["m/a.A", "m/b.B", "m/c.C"]


def test_what_is_kept_meets_what_is_new_in_a_field_of_an_unnamed_struct(tmp_path: Path) -> None:
    unnamed = {
        "go.mod": "module m\n",
        "a/a.go": "package a\nvar X struct{ F func() }\nfunc g() {}\nfunc Set() { X.F = g }\n",
        "b/b.go": 'package b\nimport "m/a"\nfunc B() { a.X.F() }\n',
    }
    tree = write(tmp_path / "t", unnamed)
    own_cache = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    for place in ("1", "2"):  # each in a process of its own
        script = [sys.executable, "-m", "tracer", "export", "--source", str(tree)]
        subprocess.run([*script, str(tmp_path / place)], check=True, env=own_cache)
        assert "m/b.B\tm/a.g\tfuncvalue" in (tmp_path / place / "edges.tsv").read_text()
        write(tree, {"b/b.go": unnamed["b/b.go"] + "\n"})
