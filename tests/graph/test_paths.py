import pytest
from conftest import graph_of

from tracer.golang.names import Names
from tracer.graph import paths, routes
from tracer.graph.callgraph import CallGraph
from tracer.graph.paths import Path, Stop

TEXT = """package p

func main() { first(); second(); third() }
func first() { log() }
func second() { deep() }
func deep() { deeper() }
func deeper() { log() }
func third() { log(); go loop(); log() }
func loop() { for { tick(); tock() } }
func log() {}
func tick() {}
func tock() {}
"""


def walk(*stops: Stop | str) -> Path:
    wanted = [s if isinstance(s, Stop) else Stop(s) for s in stops]
    return paths.walk(graph_of({"p.go": TEXT}), wanted)


def hops(path: Path) -> list[str]:
    return [f"{h.edge.caller[2:]}>{h.edge.callee[2:]}:{h.edge.at.line}" for h in path.hops]


def test_a_stop_is_called_by_the_innermost_call_that_has_not_returned() -> None:
    found = walk("main", "first", "log", "second", "third", "log")

    assert hops(found) == [
        "main>first:3",
        "first>log:4",
        "main>second:3",
        "main>third:3",
        "third>log:8",
    ]


def test_a_stop_that_is_not_reached_directly_is_reached_by_the_shortest_chain() -> None:
    found = walk("main", "second", "deeper")

    assert hops(found) == ["main>second:3", "second>deep:5", "deep>deeper:6"]
    assert [h.stop for h in found.hops] == [1, None, 2]


def test_a_goroutine_keeps_its_calls_while_its_starter_goes_on() -> None:
    found = walk("main", "third", "log", "loop", "tick", "log", "tock")

    assert hops(found)[-4:] == ["third>loop:8", "loop>tick:9", "third>log:8", "loop>tock:9"]


def test_a_branch_does_not_move_the_main_line_on() -> None:
    found = walk("main", Stop("third", branch="later"), "first")

    assert [(h.edge.callee, h.branch) for h in found.hops] == [
        ("p.third", "later"),
        ("p.first", ""),
    ]


def test_the_nth_call_is_taken_where_a_caller_has_several() -> None:
    edges = {e.site for e in graph_of({"p.go": TEXT}).edges("p.third") if e.callee == "p.log"}
    found = walk("third", Stop("log", nth=2))

    assert found.hops[0].edge.site == max(edges)


def test_a_stop_that_nothing_reaches_is_missing_and_the_rest_is_walked() -> None:
    found = walk("main", "first", "nowhere", "second")

    assert found.missing == (2,)
    assert hops(found) == ["main>first:3", "main>second:3"]


def test_a_path_that_begins_nowhere_has_no_start_and_no_hops() -> None:
    found = walk("nowhere", "log")

    assert (found.start, found.hops) == ("", ())


def test_stops_that_go_round_in_a_circle_are_walked_as_often_as_they_are_named() -> None:
    graph = graph_of({"p.go": "package p\nfunc f() { g() }\nfunc g() { f() }\n"})
    stops = [Stop(f"p.{name}") for name in "fgfgfg"]
    path = paths.walk(graph, stops)

    assert [hop.edge.callee for hop in path.hops] == ["p.g", "p.f"] * 2 + ["p.g"]
    assert path.missing == ()


def test_a_stop_that_a_circle_does_not_reach_is_missing() -> None:
    text = "package p\nfunc f() { g() }\nfunc g() { f() }\nfunc h() {}\n"
    path = paths.walk(graph_of({"p.go": text}), [Stop("p.f"), Stop("p.h"), Stop("p.g")])

    assert [hop.edge.callee for hop in path.hops] == ["p.g"]
    assert path.missing == (1,)


def test_what_is_sought_in_vain_is_sought_once_from_each_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[tuple[str, str]] = []
    find = routes.find

    def noted(graph: CallGraph, start: str, goal: str, reach: int) -> tuple[routes.Chain, Names]:
        searched.append((start, goal))
        return find(graph, start, goal, reach)

    monkeypatch.setattr(routes, "find", noted)
    found = walk("main", "first", "nowhere", "neither", "deep", "tick")

    assert found.missing == (2, 3)
    assert searched == [
        *(("p.first", "nowhere"), ("p.main", "nowhere")),
        *(("p.main", "deep"),),
        *(("p.deep", "tick"), ("p.second", "tick"), ("p.main", "tick")),
    ]
