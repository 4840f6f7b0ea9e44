from conftest import graph_of

from tracer.graph import statefulness
from tracer.graph.statefulness import memories

TEXT = """package p
import "sync/atomic"
var turn, limit32 uint32
var set = 1
var seen = map[string]int{}
var limit, started, fixed int
type T struct{ n, m int }
func init() { fixed = 2 }
func (t *T) Add(by int) { t.n += by; go func() { started = by }() }
func put(k string) { seen[k]++ }
func drop(k string) { delete(seen, k) }
func local() { set := 2; set = 3; _ = set }
func given(limit int) { limit = 4 }
func next() uint32 { return atomic.AddUint32(&turn, 1) + atomic.LoadUint32(&limit32) }
"""


def test_what_is_assigned_to_after_init_is_remembered() -> None:
    (found,) = memories(graph_of({"p.go": TEXT}), {"p"})

    assert found.variables == (("seen", "p.go:10"), ("started", "p.go:9"), ("turn", "p.go:14"))
    assert found.fields == (("T.n", "p.go:9"),)


def test_a_package_that_only_works_on_what_it_is_given_is_stateless() -> None:
    text = "package q\nvar names = []string{}\nfunc Sum(n []int) int { return len(n) }\n"
    (found,) = memories(graph_of({"q.go": text}), {"q"})

    assert found.variables == ()
    assert str(found) == (
        "q: no package variables and no fields of receivers assigned to after init"
    )
    assert statefulness.summary((found,)) == (
        "1 of 1 package remembers nothing (no package variable is assigned to after init)"
    )


def test_an_assignment_that_names_no_variable_of_the_package_is_none() -> None:
    text = """package q
var last string
func named() *struct{ n int }
func f(m map[string]int) {
	for last = range m {
	}
	named().n = 3
	func() []int { return nil }()[0] = 2
}
"""
    (found,) = memories(graph_of({"q.go": text}), {"q"})

    assert found.variables == (("last", "q.go:5"),)
    assert found.fields == ()
