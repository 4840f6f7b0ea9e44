"""A body that was kept is the body that was resolved."""

from collections.abc import Callable

import msgspec
import pytest
from conftest import graph_of
from hypothesis import given
from hypothesis import strategies as st
from test_parser import WORDS

from tracer import pipeline
from tracer.golang.types import bodies, calls, outlines, resolve, resolved
from tracer.golang.types.resolve import Resolution
from tracer.golang.types.resolved import PARTS, Reader
from tracer.graph import callgraph
from tracer.graph.callgraph import CallGraph
from tracer.packing import packed, unpacked
from tracer.pipeline import Traced

TEXT = """package p
import "fmt"
type T struct { run func(n int) error; names map[string][]*T }
type I interface { Do(t *T) error }
type N[K comparable] struct { key K }
var table = map[string]func(){"a": g}
func (t *T) Do(u *T) error { defer u.run(1); go func() { fmt.Println(t) }(); return nil }
func g() { var i I = &T{run: func(n int) error { return nil }}; i.Do(nil); table["a"]() }
func h[K comparable](n N[K]) K { return n.key }
func k() { fmt.Println(fmt.Sprintf("%d/x", 1), h(N[string]{}), h[int]) }
"""


def again(graph: CallGraph) -> Resolution:
    """The resolution of a program whose bodies are all kept."""
    resolution = resolve.resolve(graph.program)
    kept = {path: graph.resolution.write(path) for path in graph.program.packages}
    resolution.kept.update(kept)
    return resolution


def shown(resolution: Resolution) -> dict[str, str]:
    """All that is known of bodies, in words."""
    owners = [o for path in resolution.program.packages for o in resolution.owners(path)]
    return {
        owner: repr([sorted(b.kinds), b.sites, *(getattr(b, part) for part in PARTS)])
        for owner in owners
        for b in (resolution.body(owner),)
    }


def test_a_body_is_the_same_when_it_was_kept(
    program: Callable[[str], CallGraph], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = program(TEXT)
    before, kept = shown(graph.resolution), again(graph)
    monkeypatch.setattr(bodies, "walk", lambda *_: pytest.fail("it is resolved again"))
    assert shown(kept) == before


def test_a_declaration_is_found_again_in_the_program(program: Callable[[str], CallGraph]) -> None:
    graph = program(TEXT)
    before, kept = graph.resolution.body("p.k"), again(graph).body("p.k")
    assert [s.function for s in kept.sites] == [s.function for s in before.sites]
    assert kept.flows == before.flows


def test_every_body_of_the_pocket_tree_is_the_same_when_it_was_kept(pocket: Traced) -> None:
    assert shown(again(pocket.graph)) == shown(pocket.graph.resolution)


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_what_is_no_go_is_kept_too(words: list[str]) -> None:
    graph = graph_of({"p.go": "package p\nfunc f() {" + " ".join(words) + "}\n"})
    assert shown(again(graph)) == shown(graph.resolution)


CARRYING = ["func()", "H", "[]func()", "map[string]*func()", "chan H", "[2]H", "error", "I", "any"]
OTHER = ["int", "string", "[]byte", "S", "*S", "map[string]S", "R", "struct{ h H }"]


@pytest.mark.parametrize(
    ("type_", "may"), [*((t, True) for t in CARRYING), *((t, False) for t in OTHER)]
)
def test_moves_of_what_may_carry_a_function_stand_apart(type_: str, may: bool) -> None:
    text = f"""package p
type H func()
type I interface {{ Do() }}
type S struct {{ h H }}
type R []R
func give() {type_}
func f() {{ x := give(); _ = x }}
"""
    found = graph_of({"p.go": text}).resolution.body("p.f")

    assert [(len(found.carrying), len(found.moves))] == [(1, 0) if may else (0, 1)]
    assert found.flows == (*found.carrying, *found.moves)


def test_values_of_a_type_parameter_may_carry_a_function() -> None:
    text = "package p\nfunc f[T any](t T) []T { x := []T{t}; return x }\n"
    assert not graph_of({"p.go": text}).resolution.body("p.f").moves


def test_the_calls_of_function_values_are_told_without_the_moves_of_others(
    program: Callable[[str], CallGraph],
) -> None:
    graph = program("package p\nfunc f(n int) { m := n; h := f; h(m) }\n")
    other = callgraph.build(graph.program)
    other.resolution.kept["p"] = graph.resolution.write("p")
    assert [e.callee for e in other.by_value()] == ["p.f"]
    assert "carrying" in vars(other.resolution.body("p.f"))
    assert "moves" not in vars(other.resolution.body("p.f"))


def test_call_sites_that_no_edge_needs_are_not_read(program: Callable[[str], CallGraph]) -> None:
    graph = program("package p\nfunc f() { g() }\nfunc g() { h := f; h() }\n")
    other = callgraph.build(graph.program)
    other.resolution.kept["p"] = graph.resolution.write("p")
    assert [e.callee for e in other.by_value()] == ["p.f"]
    assert "static" not in vars(other.resolution.body("p.f"))


def test_the_calls_through_interfaces_are_told_without_the_others(
    program: Callable[[str], CallGraph],
) -> None:
    graph = program(
        "package p\ntype I interface { M() }\ntype T struct{}\nfunc (T) M() {}\n"
        "func f(i I) { g(); i.M(); defer g() }\nfunc g() { f(T{}) }\n"
    )
    other = callgraph.build(graph.program)
    other.resolution.kept["p"] = graph.resolution.write("p")
    assert [e.callee for e in other.by_interface(["p"])] == ["(p.T).M"]
    assert "static" not in vars(other.resolution.body("p.f"))
    assert [s.callee for s in other.resolution.body("p.f").sites] == ["p.g", "(p.I).M", "p.g"]


def test_types_that_a_body_declares_are_there_when_the_rest_was_kept(
    program: Callable[[str], CallGraph],
) -> None:
    graph = program(
        "package p\nfunc f() { type t struct{}; type u int; _ = t{} }\nfunc g() { type v int }\n"
    )
    kept = again(graph)
    assert [t.name for t in kept.types_in_bodies()] == ["t", "u", "v"]
    assert [c.type_name for c in kept.body("p.f").composites] == ["p.t"]


def test_a_constraint_that_names_its_parameter_is_resolved_again(
    program: Callable[[str], CallGraph],
) -> None:
    graph = program(
        "package p\n"
        "type L[T any] interface { Less(T) bool }\n"
        "func least[T L[T]](a, b T) T { if a.Less(b) { return a }; return b }\n"
    )
    assert shown(again(graph)) == shown(graph.resolution)


def test_what_is_damaged_is_resolved_again(program: Callable[[str], CallGraph]) -> None:
    graph = program(TEXT)
    whole = graph.resolution.write("p")
    kinds, parts, *rest = msgspec.msgpack.decode(
        whole, type=tuple[bytes, list[bytes], bytes, bytes]
    )

    def every(change: Callable[[bytes], bytes]) -> list[bytes]:
        """All parts, what is kept of each body changed."""
        lists = [msgspec.msgpack.decode(unpacked(p, 100_000), type=list[bytes]) for p in parts]
        return [packed(msgspec.msgpack.encode([*map(change, bodies)])) for bodies in lists]

    for damaged in (
        [kinds[: len(kinds) // 2], parts],
        [packed(b"\x00" + unpacked(kinds, 100_000)), parts],
        [kinds, [part[: len(part) // 2] for part in parts]],
        [kinds, parts[:1]],
        [kinds, [packed(msgspec.msgpack.encode([]))] * len(PARTS)],
        [kinds, every(lambda _: b"")],
        [kinds, every(lambda body: body[:-9])],
        [kinds, every(lambda body: body.replace(b"p\n", b"q\n"))],
        [kinds, every(lambda body: body.replace(b"\n", b"-"))],
    ):
        kept = having(graph, msgspec.msgpack.encode([*damaged, *rest]))
        assert shown(kept) == shown(graph.resolution)
    for cut in (b"", whole[: len(whole) // 2]):
        assert shown(having(graph, cut)) == shown(graph.resolution)


def test_a_table_is_kept_and_made_again_where_it_is_damaged(
    program: Callable[[str], CallGraph], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = program(TEXT)
    whole = graph.resolution.write("p")
    kinds, parts, table, outline = msgspec.msgpack.decode(whole)
    expected = graph.resolution.table("p")
    assert expected["p.go"].startswith("p.go\t")
    for damaged in (
        b"",
        whole[: len(whole) // 2],
        msgspec.msgpack.encode([kinds, parts, b"", outline]),
        msgspec.msgpack.encode([kinds, parts, table[: len(table) // 2], outline]),
        msgspec.msgpack.encode(
            [kinds, parts, packed(msgspec.msgpack.encode({"p.go": 1})), outline]
        ),
    ):
        assert having(graph, damaged).table("p") == expected
    monkeypatch.setattr(calls, "rows", lambda _: pytest.fail("it is made again"))
    assert having(graph, whole).table("p") == expected


def test_an_outline_is_kept_and_unknown_where_it_is_damaged(
    program: Callable[[str], CallGraph],
) -> None:
    graph = program(TEXT)
    whole = graph.resolution.write("p")
    found = resolved.outline(whole)
    assert found == outlines.outline(graph.program, graph.program.packages["p"])
    assert sorted(found.names) == [b"I", b"N", b"T", b"g", b"h", b"k", b"table"]
    kept = msgspec.msgpack.decode(whole)
    for damaged in (
        b"",
        whole[: len(whole) // 2],
        msgspec.msgpack.encode([*kept[:3], b""]),
        msgspec.msgpack.encode([*kept[:3], kept[0]]),
    ):
        assert resolved.outline(damaged) is None


def having(graph: CallGraph, kept: bytes) -> Resolution:
    """The resolution of a program of which something is kept."""
    resolution = resolve.resolve(graph.program)
    resolution.kept["p"] = kept
    return resolution


@pytest.mark.parametrize("name", [0, [], {}, None, "p", "p\n\n", "p\nT\n", "q\n\nx", "p\n\n\nT"])
def test_a_name_of_nothing_is_damage(program: Callable[[str], CallGraph], name: object) -> None:
    graph = program("package p\nfunc f() { var t T; f() }\ntype T struct{}\n")
    (site,) = graph.resolution.body("p.f").sites
    reader = Reader(graph.program, graph.resolution.body)
    plain = msgspec.to_builtins([site.caller, site.file, site.pos, 1, "func", "p.f", "call", 0])
    static = [[*plain, name, None, None, [], None, ""]]
    parts = [static if part == "static" else [] for part in PARTS]
    lists = [packed(msgspec.msgpack.encode([msgspec.msgpack.encode(part)])) for part in parts]
    kinds = packed(msgspec.msgpack.encode({"p.f": ["func"]}))
    (read,) = reader.bodies(msgspec.msgpack.encode([kinds, lists, b"", b""]))["p.f"].sites
    assert read.line == (1 if name is None else site.line)


def test_the_tables_of_kept_bodies_are_the_same(pocket: Traced) -> None:
    files, built = pocket.graph.program.tree, pocket.graph.program.configuration
    other = pipeline.connect(pocket.tree, files, built)
    packages = pocket.graph.program.packages
    other.graph.resolution.kept.update({p: pocket.graph.resolution.write(p) for p in packages})
    assert pipeline.export(other) == pipeline.export(pocket)
