import pytest
from conftest import graph_of

from tracer import pipeline
from tracer.errors import NoRouteError
from tracer.golang import names
from tracer.graph import routes, trails
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place
from tracer.graph.routes import Chain
from tracer.pipeline import Traced

CALLS = """package p

func g() { e(func() { b() }); e(c) }
func e(f func()) { f() }
func b() { d() }
func c() {}
func d() {}
"""

DRIVERS = """package p

type Driver interface { Run() }
type native struct{}
type lxc struct{}
type quiet struct{}

func (native) Run() { prepare(); }
func (lxc) Run() { kernel() }
func (quiet) Run() {}
func prepare() { kernel() }
var all = []Driver{native{}, lxc{}, quiet{}}
func start(d Driver) { d.Run() }
func kernel() {}
"""


def passed(chain: Chain) -> list[str]:
    return [names.short(edge.callee) for edge in chain]


def others(graph: CallGraph, start: str, goal: str) -> list[list[str]]:
    return [passed(c) for c in routes.alternatives(graph, routes.route(graph, start, goal))]


def test_a_route_is_the_shortest_chain_of_calls() -> None:
    graph = graph_of({"p.go": CALLS})

    assert passed(routes.route(graph, "p.g", "p.d")) == ["p.e", "p.g$1", "p.b", "p.d"]


def test_a_route_does_not_mix_one_caller_with_another_s_value() -> None:
    text = """package p

func spawn(f func()) { go func() { f() }() }
func a() { spawn(func() { x() }) }
func b() { spawn(y) }
func x() {}
func y() {}
"""
    graph = graph_of({"p.go": text})

    assert passed(routes.route(graph, "p.b", "p.y")) == ["p.spawn", "p.spawn$1", "p.y"]
    with pytest.raises(NoRouteError):
        routes.route(graph, "p.a", "p.y")


def test_another_implementer_is_another_route() -> None:
    graph = graph_of({"p.go": DRIVERS})

    assert passed(routes.route(graph, "p.start", "p.kernel")) == ["(p.lxc).Run", "p.kernel"]
    assert others(graph, "p.start", "p.kernel") == [["(p.native).Run", "p.prepare", "p.kernel"]]


def test_one_helper_more_is_not_another_route() -> None:
    text = """package p

func a() { b(); helper() }
func helper() { b() }
func b() { c() }
func c() {}
"""

    assert others(graph_of({"p.go": text}), "p.a", "p.c") == []


def test_calls_that_are_all_certain_give_another_route_by_another_function() -> None:
    text = """package p

func a() { b(); d() }
func b() { c() }
func d() { e() }
func e() { c() }
func c() {}
"""

    assert others(graph_of({"p.go": text}), "p.a", "p.c") == [["p.d", "p.e", "p.c"]]


def test_there_are_at_most_three_other_routes_by_length() -> None:
    text = "package p\nfunc goal() {}\nfunc a() { b1(); b2(); b3(); b4(); b5() }\n" + "".join(
        f"func b{n}() {{ {'goal()' if n == 1 else f'c{n}()'} }}\nfunc c{n}() {{ goal() }}\n"
        for n in range(1, 6)
    )
    found = others(graph_of({"p.go": text}), "p.a", "p.goal")

    assert found == [[f"p.b{n}", f"p.c{n}", "p.goal"] for n in (2, 3, 4)]


def test_both_drivers_lead_from_the_client_to_the_kernel(pocket: Traced) -> None:
    walked = pipeline.walk_between(pocket, "(*DockerCli).CmdRun", "syscall.Exec")
    (other,) = walked.alternatives

    assert "(*lxc.driver).Run" in {names.short(s.edge.callee) for s in walked.steps}
    assert other.title.endswith("by way of (*native.driver).Run")
    assert other.id == f"{walked.id}#2"


def test_an_interface_of_which_nothing_is_created_is_no_library_s() -> None:
    text = """package p

type I interface{ Do() }
type T struct{}

func (T) Do()      { goal() }
func a(i I)        { i.Do() }
func goal()        {}
"""
    with pytest.raises(NoRouteError) as caught:
        routes.route(graph_of({"p.go": text}), "p.a", "p.goal")

    told = "1 call through interfaces behind which no function is seen ((p.I).Do x 1)"
    assert told in str(caught.value)


def test_where_there_is_no_route_the_line_says_where_the_trail_ends_and_why() -> None:
    text = """package p

import ("io"; "q")

func a(w io.Writer, f func()) { w.Write(nil); f(); q.New().Do(); end() }
func end() {}
func goal() {}
func other() { goal() }
"""
    graph = graph_of({"p.go": text})
    graph.crossings.unjoined[Place("p.go", 5)] = "no route answers GET /x"
    with pytest.raises(NoRouteError) as caught:
        routes.route(graph, "p.a", "p.goal")
    line = str(caught.value)

    assert "none of its callers is among them (p.other)" in line
    assert "the trail ends at p.end" in line
    assert "1 call of library interfaces ((io.Writer).Write x 1)" in line
    assert "1 call of function values that nothing is seen to fill" in line
    assert "1 call not resolved (" in line
    assert "1 key without partner (no route answers GET /x)" in line


@pytest.mark.parametrize("large", [0, 20_000])
def test_the_callers_of_a_goal_are_told_in_a_tree_of_any_size(
    large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "package p\nfunc a() {}\nfunc goal() {}\nfunc other() { goal() }\nfunc far() { other() }\n"
    )
    monkeypatch.setattr(trails, "_LARGE", large)

    assert trails.ends(graph_of({"p.go": text}), (("p.a",),), "p.goal").callers == ("p.other",)
