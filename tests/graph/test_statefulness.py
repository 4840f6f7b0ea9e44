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
    assert not found.is_stateless


def test_a_package_that_only_works_on_what_it_is_given_is_stateless() -> None:
    text = "package q\nvar names = []string{}\nfunc Sum(n []int) int { return len(n) }\n"
    (found,) = memories(graph_of({"q.go": text}), {"q"})

    assert found.is_stateless
    assert str(found) == (
        "q: no package variables and no fields of receivers assigned to after init"
    )
    assert statefulness.summary((found,)) == (
        "1 of 1 package remember nothing: no package variable is assigned to after init"
    )
