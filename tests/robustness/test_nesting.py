"""No recursion depends on the input: what is nested too deeply is cut with a reason."""

import subprocess
import sys
from pathlib import Path

import hostile
import pytest
from conftest import graph_of

from tracer.golang.nesting import NESTING
from tracer.graph.callgraph import CallGraph

SOUND = {"sound.go": "package p\nfunc sound() { steady() }\nfunc steady() {}\n"}
DEEP = hostile.nested(100_000)
CHAINS = hostile.chained(3_000)


def resolved(text: str) -> CallGraph:
    """The graph of a hostile file beside a sound one, all of it worked out."""
    graph = graph_of({"p.go": text, **SOUND})
    list(graph.everything())
    assert [edge.caller for edge in graph.callers("p.steady")] == ["p.sound"]
    return graph


@pytest.mark.parametrize("name", sorted(DEEP))
def test_a_hundred_thousand_levels_leave_the_rest_of_the_tree(name: str) -> None:
    graph = resolved(DEEP[name])

    told = [str(problem) for problem in graph.program.problems]
    assert "build" in name or told, "nothing is said of it"


@pytest.mark.parametrize("name", sorted(CHAINS))
def test_thousands_of_declarations_may_need_one_another(name: str) -> None:
    assert resolved(CHAINS[name]).program.problems == ()


@pytest.mark.parametrize("name", sorted(hostile.GROWING))
def test_types_that_grow_without_deep_syntax_become_unknown(name: str) -> None:
    resolved(hostile.GROWING[name])


def test_the_end_of_a_long_chain_is_still_told() -> None:
    graph = resolved(hostile.chained(2_000)["variables"])

    assert [edge.callee for edge in graph.edges("p.f")] == ["p.g"]


def test_a_body_that_is_cut_is_one_unresolved_call_with_the_reason() -> None:
    graph = resolved(hostile.nested(NESTING + 1)["parentheses"])
    sites = [site for _, site in graph.sites("p.f")]

    reason = "nested more than 2000 levels deep"
    assert [(site.kind, site.reason) for site in sites] == [("unresolved", reason)]
    assert [str(problem) for problem in graph.program.problems] == [f"p.go:6: {reason}"]


def test_two_thousand_levels_are_read() -> None:
    near = NESTING - 100
    graph = resolved(hostile.body("x := " + "(" * near + "g()" + ")" * near))

    assert [edge.callee for edge in graph.edges("p.f")] == ["p.g"]


def test_the_c_stack_is_not_used_up() -> None:
    names = ["parentheses", "calls in calls", "calls of calls", "functions", "literals", "ifs"]
    script = (
        "import sys, resource; resource.setrlimit(resource.RLIMIT_STACK, (512 << 10, 512 << 10));"
        "import hostile, test_nesting as t;"
        "[t.resolved(hostile.nested(n)[name]) for n in (900, 1900) for name in sys.argv[1:]];"
        "[t.resolved(text) for text in hostile.chained(2000).values()]"
    )
    here = Path(__file__).parent
    done = subprocess.run(
        ["sh", "-c", 'ulimit -s 512; exec "$@"', "sh", sys.executable, "-c", script, *names],
        env={"PYTHONPATH": f"{here}:{here.parent}:{here.parents[1]}"},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr.decode()[-500:]) == (0, "")


def test_a_crowd_behind_one_call_is_not_told_one_by_one() -> None:
    many = range(1_200)
    calls = "\n".join("i.m()" for _ in range(1_000))
    types = "".join(f"type T{n} int\nfunc (T{n}) m() {{}}\n" for n in many)
    made = ", ".join(f"T{n}(0)" for n in many)
    text = f"type I interface {{ m() }}\n{types}\nvar all = []I{{{made}}}\n"
    graph = graph_of({"p.go": f"package p\n{text}func f(i I) {{\n{calls}\n}}\n"})
    edges = graph.edges("p.f")

    assert len(edges) == 1_000
    assert edges[0].dispatch is not None
    assert edges[0].dispatch.note == "p.I.m: 1200 implementers, not expanded"


def test_a_value_that_may_be_anything_is_not_told_one_by_one() -> None:
    many = range(3_100)
    functions = "".join(f"func f{n}() {{}}\n" for n in many)
    kept = ", ".join(f"f{n}" for n in many)
    calls = "t[0]()\n" * 1_000
    text = f"{functions}\nvar t = []func(){{{kept}}}\nfunc f() {{\n{calls}}}\n"
    graph = graph_of({"p.go": f"package p\n{text}"})

    assert graph.edges("p.f") == ()
    assert len(graph.sites("p.f")) == 1_000


def test_a_hundred_thousand_types_may_be_made_of_one_another() -> None:
    types = "".join(f"type T{n} T{n + 1}\n" for n in range(100_000))
    text = f"package p\ntype I interface{{ M() }}\n{types}type T100000 struct{{}}\n"
    graph = resolved(text + "func (T99990) M() {}\nfunc call(i I) { i.M() }\n")

    (edge,) = graph.edges("p.call")
    assert edge.dispatch is not None
    assert edge.dispatch.note == "0 of 1 implementer is created in this tree"
