"""Runs the WANT comment of every program under fixtures/go.

A program is one Go file, or several in a .txtar file (`-- path --` before each).  The comment block
after `WANT:` holds one expectation a line; a leading `!` denies it:

    edge CALLER --> CALLEE [KIND]     an edge of the graph, names in SSA notation
    site CALLER LINE KIND [CALLEE]    a call site and its form; LINE counts in its own file;
                                      CALLEE as declared, or with its type arguments
    unresolved CALLER LINE            a call without a callee, with a reason
    implements TYPE INTERFACE         TYPE as T or *T
    key KEY --> TARGET                a crossing joined by a key
    package PATH                      an import path in the tree
    left-out FILE                     a file that linux/amd64 does not build
    problem FILE LINE                 what could not be read
    says CALLER TEXT                  how the implementers of an interface call were narrowed
    pattern NAME ROLE                 a pattern; ROLE its interface, a function or a type of it
"""

import re
from pathlib import Path

import pytest
from conftest import graph_of

from tracer.graph import patterns
from tracer.graph.callgraph import CallGraph

FOLDER = Path(__file__).parent.parent / "fixtures" / "go"
PROGRAMS = sorted(p for p in FOLDER.rglob("*") if p.suffix in {".go", ".txtar"})


def read(place: Path) -> tuple[dict[str, str], list[str]]:
    text = place.read_text(encoding="utf-8")
    wants = [line.lstrip("/ \t") for line in text.partition("WANT:")[2].splitlines()]
    if place.suffix == ".go":
        return {place.name: text}, [w for w in wants if w]
    parts = re.split(r"^-- (\S+) --\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)), [w for w in wants if w]


def holds(graph: CallGraph, want: str) -> bool:
    verb, _, rest = want.partition(" ")
    return bool(globals()[f"_{verb.replace('-', '_')}"](graph, *rest.replace("-->", "").split()))


def _edge(graph: CallGraph, caller: str, callee: str, kind: str = "") -> bool:
    return any(e.callee == callee and kind in ("", e.kind) for e in graph.edges(caller))


def _site(graph: CallGraph, caller: str, line: str, kind: str, callee: str = "") -> bool:
    found = [s for _, s in graph.sites(caller) if s.pos.line == int(line)]
    return any(s.kind == kind and callee in ("", s.callee, s.instance) for s in found)


def _unresolved(graph: CallGraph, caller: str, line: str) -> bool:
    found = [s for _, s in graph.sites(caller) if s.pos.line == int(line)]
    return any(s.kind == "unresolved" and not s.callee and s.reason for s in found)


def _implements(graph: CallGraph, type_: str, interface: str) -> bool:
    found = graph.interfaces.implementations()
    return any((i.type_, i.interface) == (type_, interface) for i in found)


def _key(graph: CallGraph, key: str, target: str) -> bool:
    return any(e.key == key and e.callee == target for e in graph.everything())


def _package(graph: CallGraph, path: str) -> bool:
    return path in graph.program.packages


def _left_out(graph: CallGraph, file: str) -> bool:
    return file in graph.program.left_out


def _problem(graph: CallGraph, file: str, line: str) -> bool:
    return any((p.path, p.line) == (file, int(line)) for p in graph.program.problems)


def _says(graph: CallGraph, caller: str, *words: str) -> bool:
    found = {e.dispatch for e in graph.edges(caller) if e.dispatch is not None}
    lines = [line for d in found for line in (d.note, *map(str, d.left_out))]
    return any(" ".join(words) in line for line in lines)


def _pattern(graph: CallGraph, name: str, role: str) -> bool:
    return any(
        role in (*match.names, *match.implementations)
        for match in patterns.detect(graph)
        if match.pattern == name
    )


@pytest.mark.parametrize("place", PROGRAMS, ids=lambda p: p.relative_to(FOLDER).as_posix())
def test_a_program_has_what_its_comment_wants(place: Path) -> None:
    texts, wants = read(place)
    graph = graph_of(texts)
    offenders = [w for w in wants if holds(graph, w.removeprefix("!")) == w.startswith("!")]

    assert wants
    assert offenders == []


def test_a_wrong_want_fails() -> None:
    graph = graph_of({"p.go": "package p\nfunc f() { g() }\nfunc g() {}\n"})

    assert holds(graph, "edge p.f --> p.g direct")
    assert not holds(graph, "edge p.f --> p.h")
    assert not holds(graph, "site p.f 2 iface")
