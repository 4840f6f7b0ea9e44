import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.golang import parser, treesitter
from tracer.golang import syntax as go
from tracer.golang.source import SourceFile
from tracer.golang.syntax import Pos

WORDS = ["func", "f", "(", ")", "{", "}", "x", ":=", ".", "\n", "go", "defer", "if", "type", "T",
         "struct", "interface", "[", "]", ",", '"s"', "1", "range", "for", "switch", "case", ":",
         "<-", "chan", "map", "*", "&", "return", "package p", "import", "é", "`"]  # fmt: skip


def parse(text: str) -> go.File:
    return parser.parse(SourceFile("p.go", text.encode()))


@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_sequence_of_words_is_parsed_without_an_exception(words: list[str]) -> None:
    file = parse("package p\n" + " ".join(words))

    for function in file.functions:
        if function.body is not None:
            assert function.body.block.statements is not None


def test_a_syntax_error_leaves_the_other_functions() -> None:
    file = parse("package p\nfunc a() { x := }\nfunc b() { a() }\n")

    assert "b" in [f.name.name for f in file.functions]
    assert file.errors


def test_positions_are_one_based_and_columns_count_bytes() -> None:
    file = parse('package p\nfunc a() { f("é"); g() }\n')
    statements = file.functions[0].body.block.statements
    call = statements[1].x

    assert call.lparen == Pos(2, 22)


def test_a_constant_without_a_value_repeats_the_one_above() -> None:
    file = parse('package p\nconst (\n\tA, B = "x", "y"\n\tC, D\n)\n')

    assert [v.value for v in file.values[1].values] == ["x", "y"]


def test_a_thousand_concatenations_are_no_problem() -> None:
    file = parse("package p\nfunc a() string { return " + '"x" + ' * 3000 + '"y" }\n')

    assert len(file.functions[0].body.block.statements) == 1


def test_words_of_a_line_are_told_by_what_they_are() -> None:
    assert treesitter.highlight('return f("x")') == [(0, 6, "k"), (7, 8, "f"), (9, 12, "s")]


def test_half_a_declaration_leaves_the_others() -> None:
    text = """package p
import ("a"; b)
type (T struct{}; U)
func f() { for { ; g[[]int](1); g[int, string](2); if {}; x := T{a:, 1} } }
type I interface { M(); ~int; () }
"""
    file = parse(text)

    assert "a" in [i.path for i in file.imports]
    assert "T" in [t.name.name for t in file.types]
    assert file.errors
    assert [f.body.block.statements is not None for f in file.functions if f.body] != []


def test_type_arguments_of_any_form_belong_to_the_call() -> None:
    (function,) = parse(
        "package p\nfunc f() { g[[]int](1); g[int, string](2); g[int](3) }\n"
    ).functions
    calls = [statement.x for statement in function.body.block.statements]

    assert [type(c.func).__name__ for c in calls] == ["IndexExpr"] * 3
    assert [len(c.func.indices) for c in calls] == [1, 2, 1]


@pytest.mark.parametrize(
    ("elements", "kept"),
    [
        ("0x1F, -2, 3.5e7, " * 30, 0),
        ("{0x1, 2, 1}, // three\n" * 30, 0),
        ("0: {1, /* x */ 2},\n" * 30, 0),
        ("1, 2, 3", 3),
        ("1, " * 100 + "f()", 101),
        ("'a', " * 100, 100),
    ],
)
def test_a_long_table_of_numbers_and_nothing_else_is_not_taken_apart(
    elements: str, kept: int
) -> None:
    (spec,) = parse(f"package p\nvar t = []T{{{elements}}}\n").values
    (literal,) = spec.values
    assert isinstance(literal, go.CompositeLit)
    assert len(literal.elements) == kept
