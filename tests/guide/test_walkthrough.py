from conftest import graph_of

from tracer.guide import walkthrough

TEXT = """package p

// start gets things going. It does so at once.
func start() { silent() }

//go:noinline
func silent() { func() { tell() }() }

// tell says it
// in two lines
func tell() { out.Do() }

var out interface{ Do() }
"""


def test_a_route_is_told_by_the_first_sentence_of_each_comment() -> None:
    walked = walkthrough.between(graph_of({"p.go": TEXT}), "p.start", "p.tell", "a tree")

    assert walked.start_says == "start gets things going."
    assert [step.says for step in walked.steps] == [
        "Domain work in the lib layer.",
        "Domain work in the lib layer, a closure.",
        "tell says it in two lines",
    ]


def test_what_is_outside_the_tree_is_said_to_be() -> None:
    graph = graph_of({"p.go": 'package p\nimport "os"\nfunc a() { os.Exit(1) }\n'})
    walked = walkthrough.between(graph, "p.a", "os.Exit", "a tree")

    assert walked.steps[0].says.endswith(", outside this tree.")


def test_each_other_route_is_named_after_what_it_alone_passes() -> None:
    text = """package p

type I interface { Do() }
type x struct{}
type y struct{}
type z struct{}

func (x) Do() { goal() }
func (y) Do() { more() }
func (z) Do() { much() }
func more() { goal() }
func much() { more() }
var all = []I{x{}, y{}, z{}}
func start(i I) { i.Do() }
func goal() {}
"""
    walked = walkthrough.between(graph_of({"p.go": text}), "p.start", "p.goal", "a tree")

    assert [way.title.rpartition(" by way of ")[2] for way in walked.alternatives] == [
        "(p.y).Do",
        "(p.z).Do",
    ]
