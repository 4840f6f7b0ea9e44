from xml.etree import ElementTree as ET

import pytest
from conftest import graph_of

from tracer import pipeline
from tracer.graph import graphml, viewpoints, views
from tracer.pipeline import Traced
from tracer.render import symbols


def test_a_function_is_seen_with_its_callers_and_callees() -> None:
    text = "package p\nfunc a() { b() }\nfunc b() { go c() }\nfunc c() { d() }\nfunc d() {}\n"
    found = viewpoints.focus(graph_of({"p.go": text}), "p.b", 1)

    assert [n.id for n in found.nodes] == ["p.a", "p.b", "p.c"]
    assert [(k.source, k.target, k.kind, k.mode) for k in found.links] == [
        ("p.a", "p.b", "direct", "call"),
        ("p.b", "p.c", "goroutine", "go"),
    ]
    assert found.lines() == (
        "1. p.a → p.b: direct (p.go:2)",
        "1. p.b → p.c: go goroutine (p.go:3)",
    )


def test_calls_have_the_number_of_their_turn_and_a_deferred_one_the_last() -> None:
    text = """package p
func a() { defer d(); b(); c(); b() }
func b() {}
func c() {}
func d() {}
"""
    found = viewpoints.focus(graph_of({"p.go": text}), "p.a", 1)

    assert [(k.target, k.number, k.count, k.mode) for k in found.links] == [
        ("p.b", 1, 2, "call"),
        ("p.c", 2, 1, "call"),
        ("p.d", 4, 1, "defer"),
    ]


def test_implementers_that_one_call_can_reach_share_its_number() -> None:
    text = """package p
type I interface { Do() }
type x struct{}
type y struct{}
func (x) Do() {}
func (y) Do() {}
var all = []I{x{}, y{}}
func a(i I) { i.Do() }
"""
    found = viewpoints.focus(graph_of({"p.go": text}), "p.a", 1)

    assert [(k.target, k.number, k.certainty) for k in found.links] == [
        ("(p.x).Do", 1, "one of several"),
        ("(p.y).Do", 1, "one of several"),
    ]


def test_a_view_never_has_more_than_forty_nodes_and_says_what_is_left_out() -> None:
    calls = "; ".join(f"f{n}()" for n in range(60))
    text = f"package p\nfunc a() {{ {calls} }}\n" + "".join(
        f"func f{n}() {{}}\n" for n in range(60)
    )
    found = viewpoints.focus(graph_of({"p.go": text}), "p.a", 1)

    assert (len(found.nodes), found.left_out) == (40, 21)
    assert found.lines()[-1] == "40 are drawn; 21 more are left out."


def test_the_layers_of_the_pocket_tree_are_all_there(pocket: Traced) -> None:
    found = pipeline.view(pocket, None, 1)

    assert [n.id for n in found.nodes] == [
        *("client", "api", "engine", "daemon", "container", "driver", "lib", "init", "kernel")
    ]
    assert found.lines()[0] == "client: client, docker"


def test_packages_are_the_busiest_forty_each_with_the_two_it_calls_most(pocket: Traced) -> None:
    found = pipeline.view(pocket, None, 2)
    sources = [k.source for k in found.links]

    assert len(found.nodes) == 40
    assert max(sources.count(s) for s in sources) == 2
    assert "Each package with the 2 that it calls most. 40 are drawn;" in found.lines()[-1]


def test_a_call_that_several_may_answer_is_one_call_and_not_certain() -> None:
    texts = {
        "go.mod": "module m\n",
        "a/a.go": "package a\ntype I interface{ Do() }\nfunc A(i I) { i.Do(); i.Do() }\n",
        "b/b.go": """package b
import "m/a"
type S struct{}
func (S) Do() {}
type T struct{}
func (T) Do() {}
func B() { a.A(S{}); a.A(T{}); a.A(S{}) }
""",
    }
    found = viewpoints.packages(graph_of(texts), "t")

    assert [line for line in found.lines() if "→" in line] == [
        "a → b: calls x 2, one of several",
        "b → a: calls x 3",
    ]


def test_a_package_is_seen_with_those_that_call_it_and_that_it_calls(pocket: Traced) -> None:
    found = pipeline.view(pocket, "daemon/execdriver", 1)

    assert [n.label for n in found.nodes] == [
        *("daemon", "daemon/execdriver", "daemon/execdriver/lxc", "daemon/execdriver/native"),
        "utils",
        "github.com/docker/libcontainer/security/capabilities",
    ]
    assert all(found.nodes[1].id in {k.source, k.target} for k in found.links)


def test_a_path_is_seen_whole_its_hops_in_order(pocket: Traced) -> None:
    found = pipeline.view(pocket, "docker-run", 1)

    assert [k.number for k in found.links] == list(range(1, 118))
    assert found.left_out == 0


@pytest.mark.parametrize(("certainty", "kind"), [("by rule", "http"), ("certain", "syscall")])
def test_a_hop_is_as_certain_as_its_edge(pocket: Traced, certainty: str, kind: str) -> None:
    links = pipeline.view(pocket, "docker-run", 1).links

    assert certainty in {k.certainty for k in links if k.kind == kind}


def test_a_view_is_a_list_too() -> None:
    node = views.Node("p.a", "p.a", "lib")
    view = views.View("title", (node,), (views.Link("p.a", "p.a", "direct"),))

    assert views.text(view) == "title\n  p.a → p.a: direct\n"


def test_a_view_is_graphml_with_its_layers_and_kinds() -> None:
    nodes = (views.Node("p.a", "a", "lib"), views.Node("p.b", "b", "api"))
    text = graphml.text(views.View("title", nodes, (views.Link("p.a", "p.b", "direct"),)))
    root = ET.fromstring(text)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    (edge,) = root.iter(f"{space}edge")

    assert [n.get("id") for n in root.iter(f"{space}node")] == ["p.a", "p.b"]
    assert (edge.get("source"), edge.get("target")) == ("p.a", "p.b")
    assert {"lib", "api", "direct"} <= {d.text for d in root.iter(f"{space}data")}


def test_a_vendored_package_is_seen_too_and_the_vendored_ones_that_an_own_one_calls() -> None:
    texts = {
        "go.mod": "module m\n",
        "a/a.go": 'package a\nimport "x.org/y"\nimport "m/z"\nfunc A() { y.Y(); z.Z() }\n',
        "z/z.go": "package z\nfunc Z() {}\n",
        "vendor/x.org/y/y.go": 'package y\nimport "x.org/w"\nfunc Y() { w.W() }\n',
        "vendor/x.org/w/w.go": "package w\nfunc W() {}\n",
    }
    graph = graph_of(texts)

    def around(path: str) -> tuple[list[tuple[str, str]], str]:
        found = viewpoints.package(graph, graph.program.packages[path])
        return [(link.source, link.target) for link in found.links], found.note

    assert around("m/a") == ([("m/a", "m/z"), ("m/a", "x.org/y")], "")
    assert around("x.org/y") == (
        [("m/a", "x.org/y"), ("x.org/y", "x.org/w")],
        "Of those that call it, the tree's own are drawn.",
    )
    assert around("x.org/w")[0] == []


def test_a_package_with_a_dot_in_its_name_is_drawn() -> None:
    texts = {
        "go.mod": "module m.org/m.v2\n",
        "m.go": """package m
import "m.org/m.v2/s.v1"
import "x.org/y.v2"
func F() { s.G(); y.Y() }
""",
        "s.v1/s.go": "package s\nfunc G() {}\n",
        "vendor/x.org/y.v2/y.go": "package y\nfunc Y() {}\n",
    }
    graph = graph_of(texts)
    packages = graph.program.packages
    found = viewpoints.package(graph, packages["m.org/m.v2"]).links

    assert [link.target for link in found] == ["m.org/m.v2/s.v1", "x.org/y.v2"]
    assert len(viewpoints.package(graph, packages["x.org/y.v2"]).links) == 1
    assert [n.label for n in viewpoints.packages(graph, "t").nodes] == ["m.org/m.v2", "s.v1"]


def test_a_function_comes_before_a_vendored_package_of_its_name() -> None:
    texts = {
        "go.mod": "module m\n",
        "a/a.go": 'package a\nimport _ "x.org/term"\nimport _ "x.org/alone"\nfunc term() {}\n',
        "vendor/x.org/term/t.go": "package term\n",
        "vendor/x.org/alone/t.go": "package alone\n",
    }
    graph = graph_of(texts)
    alone = symbols.find_package(graph, "alone")

    assert symbols.find_package(graph, "term") is None
    assert alone is not None
    assert alone.path == "x.org/alone"
