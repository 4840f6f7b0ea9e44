"""Walkthroughs and views become pictures: boxes by layer, lines by how certain they are.

Solid: the callee is known from the source; dashed: one of those a value can be; bold: control
leaves the process.  Hops are numbered.  A double arrowhead starts a goroutine, an open one is
deferred.

The layout engine is `graphviz-pure`, a dot in a wheel: no system package, the same SVG everywhere.
"""

import html
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import graphviz

from tracer.graph.rulebook import LAYERS
from tracer.graph.views import View
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
_STYLES = {
    **dict.fromkeys(("direct", "syscall", "calls", "implements", "embeds"), "solid"),
    **dict.fromkeys(("http", "process"), "bold"),
}
_LEGEND = "solid: certain · dashed: one of several · bold: into another process"


def svg(walkthrough: Walkthrough) -> str:
    """Draw the main line of a walkthrough."""
    places = {walkthrough.start: walkthrough.start_layer or "lib"}
    for step in walkthrough.main_line:
        places.setdefault(step.edge.caller, step.hop.layer_from)
        places.setdefault(step.edge.callee, step.hop.layer_to)
    boxes = {name: (person(name), layer) for name, layer in places.items()}
    picture = _picture(walkthrough.id, walkthrough.title, boxes)
    for step in walkthrough.main_line:
        _edge(picture, step)
    lines = [f"{s.number} {s.edge.callee} {s.edge.at}" for s in walkthrough.main_line]
    return _described(_rendered(picture), walkthrough.title, lines)


def view_svg(view: View) -> str:
    """Draw a view."""
    return _described(_rendered(_view(view)), view.title, view.lines())


def view_dot(view: View) -> str:
    """A view in the language of dot."""
    return str(_view(view).source)


def mermaid(view: View) -> str:
    """A view as a Mermaid flow chart."""
    number = {node.id: f"n{index}" for index, node in enumerate(view.nodes)}
    lines = ["flowchart LR"]
    for layer in LAYERS:
        inside = [node for node in view.nodes if node.layer == layer]
        if inside:
            lines += [f"  subgraph {layer}"]
            lines += [f'    {number[n.id]}["{_quoted(n.label)}"]' for n in inside]
            lines += ["  end"]
    arrows = {"solid": "-->", "dashed": "-.->", "bold": "==>"}
    for link in view.links:
        arrow = arrows[_STYLES.get(link.kind, "dashed")]
        label = link.kind if link.count == 1 else f"{link.count}"
        lines.append(f"  {number[link.source]} {arrow}|{label}| {number[link.target]}")
    return "\n".join(lines) + "\n"


def _view(view: View) -> graphviz.Digraph:
    boxes = {node.id: (node.label, node.layer) for node in view.nodes}
    picture = _picture("view", view.title, boxes)
    for link in view.links:
        label = str(link.count) if link.count > 1 else "" if link.kind == "direct" else link.kind
        picture.edge(
            _id(link.source),
            _id(link.target),
            label=label,
            style=_STYLES.get(link.kind, "dashed"),
            arrowhead="normalnormal" if link.kind == "goroutine" else "normal",
            tooltip=link.note or link.kind,
        )
    return picture


def _picture(name: str, title: str, boxes: Mapping[str, tuple[str, str]]) -> graphviz.Digraph:
    """A drawing with a box for each name, in its layer's frame."""
    font = {"fontname": "Helvetica"}
    picture = graphviz.Digraph(
        name,
        graph_attr={"rankdir": "LR", "label": f"{title}\n{_LEGEND}", "labelloc": "t", **font},
        node_attr={"shape": "box", "style": "rounded", "fontsize": "11", **font},
        edge_attr={"fontsize": "9", "color": "#5b636e", **font},
    )
    for layer in LAYERS:
        inside = [(id_, label) for id_, (label, found) in boxes.items() if found == layer]
        if inside:
            with picture.subgraph(name=f"cluster_{layer}") as frame:
                colour = _COLOURS[layer]
                frame.attr(label=layer, color=colour, fontcolor=colour, style="rounded")
                for id_, label in inside:
                    frame.node(_id(id_), label, color=colour)
    return picture


def _described(svg: str, title: str, lines: Iterable[str]) -> str:
    """Put the same as text into a picture, for those who cannot see it."""
    text = html.escape("\n".join(lines))
    head, bracket, rest = svg.partition("<svg ")
    opening, close, body = rest.partition(">")
    described = f"<title>{html.escape(title)}</title><desc>{text}</desc>"
    return f'{head}{bracket}role="img" {opening}{close}\n{described}{body}'


def _quoted(label: str) -> str:
    return label.replace('"', "#quot;")


def _edge(picture: graphviz.Digraph, step: Step) -> None:
    kind = step.edge.kind
    picture.edge(
        _id(step.edge.caller),
        _id(step.edge.callee),
        label=f"{step.number}" + ("" if kind == "direct" else f" {kind}"),
        style=_STYLES.get(kind, "dashed"),
        arrowhead="normalnormal"
        if step.edge.spawned
        else "empty"
        if step.edge.deferred
        else "normal",
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
