"""Syntax that was kept is the syntax that was parsed."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_parser import WORDS

from tracer import pipeline
from tracer.golang import keeping, parser
from tracer.golang import syntax as go
from tracer.golang.source import SourceFile
from tracer.packing import packed, unpacked
from tracer.pipeline import Traced

TEXT = """package p
import "fmt"
type T[K any] struct { *Base; n, m int }
func (t *T[K]) Run(names ...string) (err error) {
	for i, name := range names { go fmt.Println(i, name, T[int]{n: 1}, func() { <-c }) }
	return
}
func external()
var a, b = 1, "two"
"""


def source(text: str) -> SourceFile:
    return SourceFile("p.go", text.encode())


def shape(file: go.File) -> object:
    """All that is in a file, bodies and places included."""
    bodies = [
        (msgspec.to_builtins(d.body.block), d.body.text, d.body.start) if d.body else None
        for d in file.functions
    ]
    bare = [msgspec.structs.replace(d, body=None) for d in file.functions]
    return msgspec.to_builtins(msgspec.structs.replace(file, functions=tuple(bare))), bodies


def kept(file: go.File) -> bytes:
    written = keeping.write(file)
    assert written is not None
    return written


def again(text: str, *, asked: bool) -> go.File:
    file = parser.parse(source(text))
    if asked:
        for decl in file.functions:
            assert decl.body is None or decl.body.block
    read = keeping.read(kept(file), source(text))
    assert read is not None
    return read


@pytest.mark.parametrize("asked", [True, False])
def test_a_file_is_the_same_when_it_was_kept(asked: bool) -> None:
    assert shape(again(TEXT, asked=asked)) == shape(parser.parse(source(TEXT)))


def test_every_file_of_the_pocket_tree_is_the_same_when_it_was_kept(pocket: Traced) -> None:
    files = pocket.graph.program.tree.files
    for path, file in pocket.graph.program.parsed.items():
        read = keeping.read(kept(file), files[path])
        assert read is not None
        assert shape(read) == shape(file)


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.booleans())
def test_what_is_no_go_is_kept_too(words: list[str], asked: bool) -> None:
    text = "package p\nfunc f() {" + " ".join(words) + "}\n"
    assert shape(again(text, asked=asked)) == shape(parser.parse(source(text)))


def test_the_path_is_that_of_the_file_which_is_read() -> None:
    read = keeping.read(kept(parser.parse(source(TEXT))), SourceFile("q.go", TEXT.encode()))
    assert read is not None
    assert read.path == "q.go"


def test_a_file_is_worth_writing_when_a_body_was_parsed() -> None:
    read = again("package p\nfunc f() { g() }\nfunc g() {}\n", asked=False)
    assert not keeping.is_worth_writing(read)
    assert read.functions[0].body is not None
    assert read.functions[0].body.block.statements
    assert keeping.is_worth_writing(read)
    once_more = keeping.read(kept(read), source("package p\nfunc f() { g() }\nfunc g() {}\n"))
    assert once_more is not None
    assert once_more.functions[0].body is not None
    assert once_more.functions[0].body.block.statements
    assert not keeping.is_worth_writing(once_more)


def _damaged(whole: bytes) -> Iterator[bytes]:
    yield b""
    yield whole[: len(whole) // 2]
    yield packed(b"\x00" + unpacked(whole, 10_000))
    yield packed(msgspec.msgpack.encode([1, 2]))
    yield packed(msgspec.msgpack.encode([["p.go", "p", [], [], [], [], [], []], [None]]))


def test_what_is_damaged_is_no_file() -> None:
    for each in _damaged(kept(parser.parse(source(TEXT)))):
        assert keeping.read(each, source(TEXT)) is None


def test_syntax_that_is_nested_deep_is_kept_as_it_is_or_not_at_all() -> None:
    # How deep msgspec may go differs by release of Python.
    deep = "package p\nfunc f() { x = " + "(" * 1_500 + "1" + ")" * 1_500 + " }\n"
    file = parser.parse(source(deep))
    assert file.functions[0].body is not None
    assert file.functions[0].body.block
    written = keeping.write(file)
    read = keeping.read(written, source(deep)) if written is not None else None
    assert written is None or (read is not None and _depth(read) == _depth(file))


def _depth(file: go.File) -> int:
    assert file.functions[0].body is not None
    (statement,) = file.functions[0].body.block.statements
    assert isinstance(statement, go.AssignStmt)
    expr, depth = statement.right[0], 0
    while isinstance(expr, go.ParenExpr):
        expr, depth = expr.x, depth + 1
    return depth


def test_the_program_of_kept_files_has_the_same_tables(pocket: Traced) -> None:
    files = pocket.graph.program.tree
    parsed = {
        path: keeping.read(kept(file), files.files[path])
        for path, file in pocket.graph.program.parsed.items()
    }
    again = pipeline.connect(
        pocket.tree,
        files,
        pocket.graph.program.configuration,
        parsed={path: file for path, file in parsed.items() if file is not None},
    )
    assert pipeline.export(again) == pipeline.export(pocket)
