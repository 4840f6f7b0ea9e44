import pytest
from conftest import graph_of

from tracer.errors import AmbiguousSymbolError, OtherKindError, UnknownSymbolError
from tracer.graph import callgraph, lookup
from tracer.graph.edges import CROSSINGS, Edge
from tracer.pipeline import Traced
from tracer.render import machine

JOINED = {"funcvalue", "closure", *CROSSINGS}  # what becomes of values, all bodies known
CALLS = """package p

type T struct{}

func (t *T) Do() {}
func a() { defer c(); go b(); c(); func() { d() }() }
func b() { d() }
func c() {}
func d() {}
func e(f func()) { f() }
func g() { e(c); e(func() { b() }) }
"""


def test_edges_come_in_run_order_and_deferred_calls_last() -> None:
    found = graph_of({"p.go": CALLS}).edges("p.a")

    assert [(e.callee, e.kind, e.deferred) for e in found] == [
        ("p.b", "goroutine", False),
        ("p.c", "direct", False),
        ("p.a$1", "closure", False),
        ("p.c", "direct", True),
    ]


def test_a_function_value_reaches_every_argument_that_is_passed() -> None:
    found = graph_of({"p.go": CALLS}).edges("p.e")

    assert [(e.callee, e.kind) for e in found] == [("p.g$1", "closure"), ("p.c", "funcvalue")]


def test_a_parameter_may_be_assigned_in_the_function_itself() -> None:
    text = """package p
func f(g func()) { if g == nil { g = h }; g() }
func h() {}
"""
    found = graph_of({"p.go": text}).edges("p.f")

    assert [(e.callee, e.kind) for e in found] == [("p.h", "funcvalue")]


def test_one_function_has_the_edges_that_it_has_in_the_whole(pocket: Traced) -> None:
    whole = callgraph.build(pocket.graph.program)
    joined = {e.caller: whole.edges(e.caller) for e in whole.by_value() if e.kind in JOINED}

    told = {caller: callgraph.build(pocket.graph.program).edges(caller) for caller in joined}

    assert len(joined) > 50
    assert {c: _told(found) for c, found in told.items()} == {
        c: _told(found) for c, found in joined.items()
    }


def test_each_edge_that_no_call_names_is_told_by_value_or_by_interface(pocket: Traced) -> None:
    graph = callgraph.build(pocket.graph.program)
    everywhere = graph.program.packages
    apart = machine.edge_rows(graph.by_interface(everywhere)), machine.edge_rows(graph.by_value())

    assert not set(apart[0]) & set(apart[1])
    assert sorted(apart[0] + apart[1]) == machine.edge_rows(graph.everything())


def test_a_process_that_a_variable_s_value_starts_is_told_by_value() -> None:
    text = 'package p\nimport "os/exec"\nvar out, _ = exec.Command("tar").Output()\n'
    found = [(e.caller, e.kind, e.callee) for e in graph_of({"p.go": text}).by_value()]

    assert found == [("p.init", "process", "external:tar")]


def test_the_turns_of_a_caller_begin_at_zero_whatever_its_literals_call() -> None:
    text = "package p\nfunc f() { x := func() { g() }; g(); x(); defer g() }\nfunc g() {}\n"
    graph = graph_of({"p.go": text})

    assert [order for order, _ in graph.sites("p.f")][:2] == [0.0, 1.0]
    assert [order for order, _ in graph.sites("p.f$1")] == [0.0]


def test_interface_calls_are_told_without_values(pocket: Traced) -> None:
    graph = callgraph.build(pocket.graph.program)

    assert any(edge.dispatch for edge in graph.by_interface(graph.program.packages))
    assert not graph.values.seen


def _told(edges: tuple[Edge, ...]) -> list[tuple[object, ...]]:
    return [(e.at, e.site, e.callee, e.kind, e.key, e.evidence) for e in edges]


def test_a_function_that_is_ranged_over_is_called() -> None:
    text = """package p
type T struct{}
func (T) All(yield func(int) bool) { yield(1) }
func seq() func(yield func(int) bool) { return func(yield func(int) bool) { yield(2) } }
func use(n int) {}
func g(t T) {
	for n := range t.All { use(n) }
	for n := range seq() { use(n) }
	for range func(yield func() bool) {} {}
	for range 3 { use(0) }
}
"""
    found = graph_of({"p.go": text}).edges("p.g")

    assert [(e.callee, e.kind, e.at.line) for e in found] == [
        *(("(p.T).All", "direct", 7), ("p.use", "direct", 7)),
        *(("p.seq", "direct", 8), ("p.seq$1", "closure", 8), ("p.use", "direct", 8)),
        *(("p.g$1", "closure", 9), ("p.use", "direct", 10)),
    ]


def test_what_a_named_result_holds_is_given() -> None:
    text = """package p
func leaf() {}
func other() {}
func pick() (f func()) { f = leaf; return }
func late() (f func(), err error) { defer func() { f = other }(); return leaf, nil }
func closure() { g := func() (f func()) { f = other; return }; g()() }
func a() { pick()() }
func b() { f, _ := late(); f() }
"""
    graph = graph_of({"p.go": text})
    for caller, reached in (
        ("p.a", {"p.pick", "p.leaf"}),
        ("p.b", {"p.late", "p.leaf", "p.other"}),
        ("p.closure", {"p.closure$1", "p.other"}),
    ):
        assert {e.callee for e in graph.edges(caller)} == reached


def test_each_clause_of_a_type_switch_has_a_variable_of_its_own() -> None:
    text = """package p
type F func()
func f(v interface{}) {
	switch x := v.(type) {
	case func(): x = g; x()
	case F: x = h; x()
	}
}
func g() {}
func h() {}
"""
    found = graph_of({"p.go": text}).edges("p.f")

    assert [(e.at.line, e.callee) for e in found] == [(5, "p.g"), (6, "p.h")]


def test_callers_are_listed_by_place_closures_and_values_included() -> None:
    graph = graph_of({"p.go": CALLS})

    assert [e.caller for e in graph.callers("p.d")] == ["p.a$1", "p.b"]
    assert [e.caller for e in graph.callers("p.c")] == ["p.a", "p.a", "p.e"]


def test_a_name_that_fits_nothing_or_several_is_refused_with_candidates() -> None:
    graph = graph_of({"p.go": CALLS, "q/q.go": "package q\nfunc a() {}\n"})

    with pytest.raises(UnknownSymbolError, match="nothing in this tree is called 'zzz'"):
        lookup.function(graph, "zzz")
    with pytest.raises(AmbiguousSymbolError, match=r"'a' names 2 things: p.a, q.a"):
        lookup.function(graph, "a")


def test_the_callers_of_start_are_complete_on_the_pocket_tree(pocket: Traced) -> None:
    graph = pocket.graph
    found = graph.callers(lookup.function(graph, "(*Container).Start"))

    assert [e.caller.rpartition(".")[2] for e in found] == ["Restart", "restore", "ContainerStart"]


def test_the_callers_of_start_are_complete_on_docker(real: Traced) -> None:
    found = real.graph.callers(lookup.function(real.graph, "(*Container).Start"))

    assert [str(e.at) for e in found] == [
        "daemon/build.go:787",
        "daemon/container.go:323",
        "daemon/container.go:336",
        "daemon/container.go:624",
        "daemon/daemon.go:372",
        "daemon/start.go:36",
    ]


def test_drivers_are_found_by_method_set(pocket: Traced) -> None:
    found = pocket.graph.interfaces.implementations()
    drivers = {
        i.type_.removeprefix("*github.com/docker/docker/daemon/")
        for i in found
        if i.interface.endswith(("/execdriver.Driver", "/graphdriver.Driver"))
    }

    assert drivers == {
        "execdriver/lxc.driver",
        "execdriver/native.driver",
        "graphdriver/aufs.Driver",
        "graphdriver/btrfs.Driver",
        "graphdriver/devmapper.Driver",
        "graphdriver/vfs.Driver",
    }


def test_a_name_beyond_ascii_has_callers_too() -> None:
    text = "package p\nfunc Größe() {}\nfunc main() { Größe() }\nfunc other() { f := Größe; f() }\n"
    callers = graph_of({"p.go": text}).callers("p.Größe")

    assert [(edge.caller, edge.kind) for edge in callers] == [
        ("p.main", "direct"),
        ("p.other", "funcvalue"),
    ]


def test_what_is_given_to_the_library_and_asked_by_it() -> None:
    text = """package p
import ("net/http"; "time")
type s struct{}
func (s) ServeHTTP(http.ResponseWriter, *http.Request) {}
func late() {}
func own(f func()) { f() }
func g() { time.AfterFunc(1, late); own(late); time.AfterFunc(1, func() {}) }
"""
    graph = graph_of({"p.go": text})

    assert [(s.caller, s.callee) for s in graph.handed_over("p.late")] == [
        ("p.g", "time.AfterFunc")
    ]
    assert [s.callee for s in graph.handed_over("p.g$1")] == ["time.AfterFunc"]
    assert graph.handed_over("p.own") == ()
    assert graph.asked_by_library("(p.s).ServeHTTP") == ("net/http.Handler",)
    assert graph.asked_by_library("p.late") == ()


def test_a_name_in_a_file_that_is_not_built_is_told_where_it_is() -> None:
    lost = "package p\nfunc (t T) Lost() {}\ntype T struct{}\n"
    graph = graph_of({"p.go": "package p\nvar x = f()\nfunc f() int", "p_windows.go": lost})

    with pytest.raises(UnknownSymbolError, match=r"p_windows.go declares it and is not built"):
        lookup.function(graph, "T.Lost")
    with pytest.raises(UnknownSymbolError, match=r"nothing in this tree is called 'p.No'$"):
        lookup.function(graph, "p.No")
    with pytest.raises(UnknownSymbolError, match=r"nothing in this tree is called ''$"):
        lookup.function(graph, "")
    with pytest.raises(OtherKindError, match=r"is the variable p.x"):
        lookup.function(graph, "p.x")
    assert lookup.function(graph, "p.init") == "p.init"
