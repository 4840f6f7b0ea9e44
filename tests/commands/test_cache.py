"""Answers kept: the same as worked out, and no answer at all rather than a wrong one."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tracer import pipeline
from tracer.cli import app
from tracer.commands import cache
from tracer.golang import parser
from tracer.golang import syntax as go
from tracer.golang.source import SourceFile
from tracer.pipeline import Traced


def run(*arguments: str) -> tuple[str, str, int]:
    result = CliRunner().invoke(app, list(arguments))
    return result.stdout, result.stderr, result.exit_code


def never(*_: object) -> Traced:
    pytest.fail("the answer was worked out again")


@pytest.mark.parametrize(
    "command",
    [
        ("run-path", "--run"),
        ("paths",),
        ("callers", "(*Container).Start"),
        ("callees", "namespaces.Exec", "--lens", "domain"),
        ("implements", "execdriver.Driver"),
        ("show", "NewDaemon"),
        ("patterns",),
        ("graph", "--focus", "namespaces.Exec"),
    ],
)
def test_a_kept_answer_is_the_one_that_was_worked_out(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(*command)
    monkeypatch.setattr(pipeline, "connect", never)

    assert run(*command) == first


def test_the_files_of_a_kept_answer_are_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("export", str(tmp_path / "first"))
    run("run-path", "--json", str(tmp_path / "first" / "path.json"))
    monkeypatch.setattr(pipeline, "connect", never)
    run("export", str(tmp_path / "second"))
    run("run-path", "--json", str(tmp_path / "second" / "path.json"))

    first, second = (
        {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()}
        for name in ("first", "second")
    )
    assert first == second
    assert len(first) == 6


def test_another_file_tag_or_question_is_another_answer(tmp_path: Path) -> None:
    place = tmp_path / "p.go"
    place.write_text("package p\nfunc main() { f() }\nfunc f() {}\n")
    other = tmp_path / "q.go"
    other.write_text("// +build extra\n\npackage p\nfunc g() { f() }\n")
    asked = ("callers", "f", "--source", str(tmp_path))
    first = run(*asked)[0]
    with_tag = run(*asked, "--tags", "extra")[0]
    place.write_text("package p\nfunc main() {\n f() }\nfunc f() {}\n")

    assert "p.go:2" in first
    assert "q.go:4" not in first
    assert "q.go:4" in with_tag
    assert "p.go:3" in run(*asked)[0]
    assert "p.go:2" not in run(*asked)[0]


def test_problems_of_a_tree_are_said_again(tmp_path: Path) -> None:
    (tmp_path / "p.go").write_text("package p\nfunc f() { y := }\n")
    asked = ("show", "p.f", "--source", str(tmp_path))

    assert run(*asked)[1] == run(*asked)[1] == "trace-docker: p.go:2: syntax error\n"


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_file_is_set_aside_and_made_anew(content: bytes) -> None:
    cache.place().parent.mkdir(parents=True, exist_ok=True)
    cache.place().write_bytes(content)

    assert cache.get(b"k") is None
    cache.put_all({b"k": b"v"})
    cache.put_all({b"k": b"v"})
    assert cache.get(b"k") == b"v"
    aside = cache.place().with_name("answers.sqlite.damaged")
    assert not content or aside.read_bytes() == content


def test_a_database_of_somebody_else_is_set_aside() -> None:
    cache.place().parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(cache.place()) as other:
        other.execute("CREATE TABLE answers (key, used, digest, value)")
        other.execute("INSERT INTO answers VALUES (x'6b', 0, x'00', x'76')")
    other.close()

    assert cache.get(b"k") is None
    cache.put_all({b"k": b"v"})
    assert cache.get(b"k") == b"v"


def test_a_value_that_is_not_what_was_kept_is_no_answer() -> None:
    cache.put_all({b"k": b"v"})
    with sqlite3.connect(cache.place()) as ours:
        ours.execute("UPDATE answers SET value = x'00'")
    ours.close()

    assert cache.get(b"k") is None


def test_a_value_of_another_form_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "get", lambda _: b"\x93\x01\x02\x03")

    assert "docker-run  117 hops" in run("paths")[0]


def test_a_place_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(cache, "place", lambda: tmp_path / "file" / "answers.sqlite")

    assert run("paths")[2] == 0


def test_a_locked_file_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_WAIT", 0.01)
    cache.put_all({b"k": b"v"})
    with sqlite3.connect(cache.place()) as other:
        other.execute("BEGIN EXCLUSIVE")
        cache.put_all({b"l": b"w"})

        assert cache.get(b"k") is None
        other.rollback()
    other.close()
    assert cache.get(b"k") == b"v"
    assert cache.get(b"l") is None


def test_what_was_not_asked_for_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 300)
    for key in (b"a", b"b", b"c"):
        cache.put_all({key: key * 100})
    cache.get(b"a")
    cache.put_all({b"d": b"d" * 100})

    assert [key for key in (b"a", b"b", b"c", b"d") if cache.get(key)] == [b"a", b"c", b"d"]


def test_many_may_write_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_WAIT", 60)
    keys = [bytes([n]) for n in range(40)]
    with ThreadPoolExecutor(8) as several:
        [*several.map(lambda key: cache.put_all({key: key}), keys)]

    assert [cache.get(key) for key in keys] == keys


def test_another_question_parses_no_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("export", str(tmp_path / "tables"))
    parsed = []
    monkeypatch.setattr(parser, "parse", lambda source: parsed.append(source.path))

    assert run("callers", "(*Container).Start")[2] == 0
    assert parsed == []


def test_a_question_with_an_error_parses_for_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "p.go").write_text("package p\nfunc f() {}\nfunc g() { f() }\n")
    assert run("callers", "p.no", "--source", str(tmp_path))[2] == 2
    parsed = []
    monkeypatch.setattr(parser, "parse", lambda source: parsed.append(source.path))

    assert run("callers", "p.f", "--source", str(tmp_path))[2] == 0
    assert parsed == []


def test_of_a_tree_that_changed_only_what_changed_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("f", "g", "h"):
        (tmp_path / f"{name}.go").write_text(f"package p\nfunc {name}() {{ f() }}\n")
    asked = ("callers", "p.f", "--source", str(tmp_path))
    run(*asked)
    (tmp_path / "g.go").write_text("package p\nfunc g() { h(); f() }\n")
    parsed = []
    parse = parser.parse

    def noted(source: SourceFile) -> go.File:
        parsed.append(source.path)
        return parse(source)

    monkeypatch.setattr(parser, "parse", noted)
    assert "g.go:2" in run(*asked)[0]
    assert parsed == ["g.go"]


def test_a_body_that_was_not_asked_for_before_is_parsed_when_it_is(tmp_path: Path) -> None:
    (tmp_path / "p.go").write_text("package p\nfunc f() {}\nfunc g() { h() }\nfunc h() {}\n")
    fresh = run("callees", "p.g", "--source", str(tmp_path))
    cache.place().unlink()
    run("callees", "p.f", "--source", str(tmp_path))

    assert run("callees", "p.g", "--source", str(tmp_path)) == fresh
    assert "p.h" in fresh[0]
