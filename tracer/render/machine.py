"""Values become the files that other programs read; field names are fixed (see the README)."""

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from tracer.golang.types import calls
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import CROSSINGS, Edge
from tracer.graph.views import View
from tracer.guide.walkthrough import Step, Walkthrough

_WITHOUT_DECLARED = CROSSINGS | {"funcvalue", "closure"}


def pretty(content: object) -> str:
    """A value as JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1).decode() + "\n"


def paths_json(walkthroughs: Iterable[Walkthrough]) -> str:
    """The walkthroughs as a list of paths with their hops, other routes after the shortest."""
    paths = [
        {
            "id": w.id,
            "title": w.title,
            "question": w.question,
            "tree": w.tree,
            "hops": [_hop(step) for step in w.steps],
            "missing": list(w.missing),
        }
        for walkthrough in walkthroughs
        for w in (walkthrough, *walkthrough.alternatives)
    ]
    return pretty(paths)


def tour(walkthrough: Walkthrough) -> str:
    """The walkthrough in the format of CodeTour (an editor extension)."""
    steps = [
        {
            "file": step.edge.at.file,
            "line": step.edge.at.line,
            "title": step.label or step.edge.callee,
            "description": f"`{step.edge.callee}`\n\n{step.says}".strip(),
        }
        for step in walkthrough.main_line
    ]
    found = {
        "$schema": "https://aka.ms/codetour-schema",
        "title": walkthrough.title,
        "description": walkthrough.question,
        **({"ref": walkthrough.tag} if walkthrough.tag else {}),
        "steps": steps,
    }
    return pretty(found)


def view_json(view: View) -> str:
    """A view as nodes and links."""
    found = {
        "title": view.title,
        "nodes": [
            {"id": n.id, "label": n.label, "layer": n.layer} | ({"role": n.role} if n.role else {})
            for n in view.nodes
        ],
        "links": [
            {
                "source": k.source,
                "target": k.target,
                "kind": k.kind,
                "count": k.count,
                "at": k.note,
                "number": k.number,
                "certainty": k.certainty,
                "mode": k.mode,
            }
            for k in view.links
        ],
        "left_out": view.left_out,
        "note": view.note,
    }
    return pretty(found)


def sites_tsv(graph: CallGraph) -> str:
    """Every call site of the tree and its vendored packages, by place."""
    resolution = graph.resolution
    found: dict[str, str] = {}  # file → its rows; packages share no file
    for path in resolution.program.packages:
        found |= resolution.table(path)
    return "\t".join(calls.ROW) + "\n" + "".join(found[file] for file in sorted(found))


def impls_tsv(graph: CallGraph) -> str:
    """Who implements what."""
    rows = (
        (i.interface, i.interface_origin, i.type_, i.type_origin, i.mode)
        for i in graph.interfaces.implementations()
    )
    return _table(("iface", "iface_origin", "type", "type_origin", "mode"), rows)


EdgeRow = tuple[str, int, int, str, str, str, str]


def edge_rows(edges: Iterable[Edge]) -> list[EdgeRow]:
    """The concrete targets of dynamic calls and of crossings, by place."""
    rows = {
        (
            edge.at.file,
            edge.site.line,
            edge.site.col,
            edge.caller,
            edge.callee,
            edge.kind,
            "; ".join(map(str, edge.evidence)) if edge.evidence else "",
        )
        for edge in edges
        if edge.declared or edge.kind in _WITHOUT_DECLARED
    }
    return sorted(rows)


def edges_tsv(*parts: Sequence[EdgeRow]) -> str:
    """The rows of edges, by place; `parts` are sorted, and no row is in two of them."""
    header = ("file", "line", "col", "caller", "target", "kind", "evidence")
    return _table(header, sorted(chain.from_iterable(parts)))  # which finds them sorted


def _hop(step: Step) -> dict[str, object]:
    edge, hop = step.edge, step.hop
    found: dict[str, object] = {
        "from": edge.caller,
        "to": edge.callee,
        "at": str(edge.at),
        "kind": edge.kind,
        "layer_from": hop.layer_from,
        "layer_to": hop.layer_to,
        "branch": hop.branch,
        "evidence": "; ".join(map(str, edge.evidence)),
        "note": step.says,
    }
    extra: dict[str, object] = {
        "label": step.label,
        "run_at": str(edge.run_at) if edge.run_at else "",
        "key": edge.key,
        "deferred": edge.deferred,
        "rule": edge.rule,
        "dispatch": edge.dispatch.note if edge.dispatch and edge.dispatch.is_narrowed else "",
        "original": step.original,
        "lens": step.lens,
        "role": step.role,
    }
    return found | {key: value for key, value in extra.items() if value}


def _table(header: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> str:
    form = "\t".join(["%s"] * len(header)) + "\n"
    return "".join([form % row for row in (header, *rows)])
