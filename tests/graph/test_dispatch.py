import pytest
from conftest import graph_of
from rich.console import Console

from tracer.graph.callgraph import CallGraph
from tracer.graph.creation import NEVER, Creation
from tracer.guide import walkthrough
from tracer.render import terminal

DRIVERS = """package p

type Driver interface{ Mount() }
type aufs struct{}
type vfs struct{}
type fake struct{}

func (aufs) Mount() {}
func (vfs) Mount()  {}
func (fake) Mount() {}

func main(d Driver) { d.Mount() }

var drivers = []Driver{aufs{}, vfs{}}
"""


WRAPPED = """package p

type Ref interface{ String() string }
type Named interface {
	Ref
	Name() string
}
type wrapped struct{ Named }
type R struct{}
type Other struct{}

func (R) String() string     { return "" }
func (R) Name() string       { return "" }
func (Other) String() string { return "" }

func a(n Named) string   { return n.String() }
func b(w wrapped) string { return w.String() }
func c(r Ref) string     { return r.String() }
func main()              { a(wrapped{R{}}); c(Other{}) }
"""


def test_a_method_of_an_embedded_interface_is_that_of_its_implementers() -> None:
    graph = graph_of({"p.go": WRAPPED})

    assert [e.callee for e in graph.edges("p.a")] == ["(p.R).String"]
    assert [e.callee for e in graph.edges("p.b")] == ["(p.R).String"]
    assert [e.callee for e in graph.edges("p.c")] == ["(p.Other).String", "(p.R).String"]


def created(graph: CallGraph) -> set[str]:
    creation = Creation(graph.program)
    return {t.id for t in graph.program.types() if creation.is_created(t)}


def test_an_interface_call_is_stored_once_for_all_its_edges() -> None:
    first, second = graph_of({"p.go": DRIVERS}).edges("p.main")

    assert [first.callee, second.callee] == ["(p.aufs).Mount", "(p.vfs).Mount"]
    assert first.dispatch is second.dispatch
    assert first.dispatch is not None
    assert first.dispatch.note == "2 of 3 implementers are created in this tree"
    assert [each.type_ for each in first.dispatch.left_out] == ["p.fake"]


def test_callees_tell_who_is_left_out_and_why() -> None:
    console = Console(width=200)
    with console.capture() as capture:
        terminal.edges(console, graph_of({"p.go": DRIVERS}).edges("p.main"), end="callee")

    assert capture.get().splitlines()[2:4] == [
        "    2 of 3 implementers are created in this tree",
        f"    left out: p.fake: {NEVER}",
    ]


def test_a_step_offers_created_implementers_only() -> None:
    graph = graph_of({"p.go": DRIVERS})
    (step,) = walkthrough.between(graph, "p.main", "(p.aufs).Mount", "texts").steps

    assert step.others == ("(p.vfs).Mount",)


def test_a_call_without_a_created_implementer_stays_at_the_interface() -> None:
    (edge,) = graph_of({"p.go": DRIVERS.partition("var drivers")[0]}).edges("p.main")

    assert edge.callee == "(p.Driver).Mount"
    assert edge.dispatch is not None
    assert edge.dispatch.note == "0 of 3 implementers are created in this tree"


@pytest.mark.parametrize(
    "code",
    [
        "var x = T{}",
        "var x = map[string][]*T{}",
        "var x struct{ t T }",
        "type A = T\nvar x A",
        "type In struct{ t []Out }\ntype Out struct{ *T }\nvar x In",
        "func f() T { panic(0) }",
        "func f() (t *T) { decode(&t); return }",
        "func f(m map[string]T) { use(m[``]) }",
        "func f(x any) { if t, ok := x.(T); !ok { use(t) } }",
        "func f() { func() { _ = new(T) }() }",
        "func f() { type local struct{ T } }",
        "func f[P any](g func(P)) { var p P; g(p) }\nfunc g() { f(func(T) {}) }",
        "var _ = keep(&T{})",
    ],
)
def test_a_type_is_created_where_a_value_of_it_can_come_to_exist(code: str) -> None:
    graph = graph_of({"p.go": f"package p\ntype T struct{{ n int }}\n{code}\n"})

    assert "p.T" in created(graph)


@pytest.mark.parametrize(
    "code",
    [
        "func (t T) Do() {}",
        "func f(t *T) {}",
        "func f(x any) { switch x.(type) { case T, *T: } }",
        "func f(x any) *T { return x.(*T) }",
        "type I interface{ Do(T) T }\nvar x I",
        "var x func(T) T",
        "type Out struct{ T }\nfunc f(o *Out) {}",
        "var _ any = (*T)(nil)\nvar _, _ any = T{}, new(T)",
        "type U struct{ T int }\nvar x = U{T: 1}",
    ],
)
def test_a_type_is_not_created_by_being_named(code: str) -> None:
    graph = graph_of({"p.go": f"package p\ntype T struct{{ n int }}\n{code}\n"})

    assert "p.T" not in created(graph)


def test_a_parameter_creates_what_constants_and_literals_become() -> None:
    text = (
        "package p\ntype N int\ntype F func()\nfunc f(n N, g F) {}\nfunc g() { f(1, func() {}) }\n"
    )

    assert created(graph_of({"p.go": text})) == {"p.N", "p.F"}


def test_another_package_creates_a_type_under_any_name_of_its_import() -> None:
    texts = {
        "go.mod": "module m\n",
        "p/p.go": "package p\ntype A struct{}\ntype B struct{}\ntype C struct{}\n",
        "q/q.go": 'package q\nimport other "m/p"\nvar a other.A\n',
        "r/r.go": 'package r\nimport . "m/p"\nvar b = B{}\n',
        "s/s.go": 'package s\nimport "m/q"\ntype C struct{}\nvar c = C{}\nvar _ = q.C{}\n',
    }

    assert created(graph_of(texts)) == {"m/p.A", "m/p.B", "m/s.C"}


def test_all_on_the_way_to_a_type_that_is_made_are_created() -> None:
    text = """package p
type A struct{ n int }
type B struct{ a A }
type C struct{ b *B; other *E }
type D struct{ a A }
type E struct{ d D }
func main() { _ = C{} }
"""
    assert created(graph_of({"p.go": text})) == {"p.A", "p.B", "p.C", "p.D", "p.E"}
    without = text.replace("_ = C{}", "")
    assert created(graph_of({"p.go": without})) == set()
    assert created(graph_of({"p.go": text.replace("C{}", "D{}")})) == {"p.A", "p.D"}


def test_types_that_hold_one_another_are_created_together_or_not_at_all() -> None:
    text = "package p\ntype A struct{ b *B }\ntype B struct{ a *A }\nfunc main() { _ = B{} }\n"
    assert created(graph_of({"p.go": text})) == {"p.A", "p.B"}
    assert created(graph_of({"p.go": text.replace("_ = B{}", "")})) == set()


def test_a_large_file_names_what_its_words_are() -> None:
    text = "package p\ntype Größe struct{}\ntype Gr struct{}\nfunc main() { _ = Größe{} }\n"
    assert created(graph_of({"p.go": text + "//" + "x" * 300_000})) == {"p.Größe"}


def test_a_method_value_that_is_converted_and_called_is_followed() -> None:
    text = """package p
type Runner interface{ Run() error }
type T struct{}
func (T) Run() error { return nil }
func one(r Runner) { (func() error)(r.Run)() }
func main() { one(T{}) }
"""
    assert [e.callee for e in graph_of({"p.go": text}).edges("p.one")] == ["(p.T).Run"]
