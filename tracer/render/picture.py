"""A walkthrough becomes a picture: its functions by layer, its hops numbered.

The layout engine is `graphviz-pure`, a dot in a wheel: no system package, the same SVG everywhere.
"""

import os
import sys
from pathlib import Path

import graphviz

from tracer.graph.rulebook import LAYERS
from tracer.guide.walkthrough import Step, Walkthrough
from tracer.render.terminal import person

_COLOURS = {
    "client": "#7a4fb3",
    "api": "#3b6fc4",
    "engine": "#1f7590",
    "daemon": "#1f7a5c",
    "container": "#4f7212",
    "driver": "#8f5a00",
    "lib": "#b4501e",
    "init": "#a8324e",
    "kernel": "#4a4f57",
}
_STYLES = {"direct": "solid", "syscall": "solid", "http": "bold", "process": "bold"}


def svg(walkthrough: Walkthrough) -> str:
    """Draw the main line of a walkthrough."""
    picture = graphviz.Digraph(
        walkthrough.id,
        graph_attr={
            "rankdir": "TB",
            "label": walkthrough.title,
            "labelloc": "t",
            "fontname": "Helvetica",
        },
        node_attr={"shape": "box", "style": "rounded", "fontname": "Helvetica", "fontsize": "11"},
        edge_attr={"fontname": "Helvetica", "fontsize": "9", "color": "#5b636e"},
    )
    places = {walkthrough.start: walkthrough.start_layer or "lib"}
    places |= {
        s.edge.caller: s.hop.layer_from
        for s in walkthrough.main_line
        if s.edge.caller not in places
    }
    for step in walkthrough.main_line:
        places.setdefault(step.edge.callee, step.hop.layer_to)
    for layer in LAYERS:
        with picture.subgraph(name=f"cluster_{layer}") as box:
            box.attr(label=layer, color=_COLOURS[layer], fontcolor=_COLOURS[layer], style="rounded")
            for name in [n for n, found in places.items() if found == layer]:
                box.node(_id(name), person(name), color=_COLOURS[layer])
    for step in walkthrough.main_line:
        _edge(picture, step)
    return _rendered(picture)


def _edge(picture: graphviz.Digraph, step: Step) -> None:
    kind = step.edge.kind
    picture.edge(
        _id(step.edge.caller),
        _id(step.edge.callee),
        label=f"{step.number}" + ("" if kind == "direct" else f" {kind}"),
        style=_STYLES.get(kind, "dashed"),
        tooltip=f"{step.edge.at} {step.label}",
    )


def _id(name: str) -> str:
    """A name that dot takes literally: colons would mean ports."""
    return name.replace(":", " ")


def _rendered(picture: graphviz.Digraph) -> str:
    beside = Path(sys.executable).parent / "graphviz-pure"
    engine = graphviz.backend.dot_command
    engine.DOT_BINARY = Path(os.fspath(beside)) if beside.exists() else Path("graphviz-pure")
    rendered: str = picture.pipe(format="svg", encoding="utf-8", quiet=True)
    return rendered
