"""A view becomes a picture, or a graph in the language of dot or Mermaid.

The layout engine is `graphviz-pure`, a dot in a wheel: no system package, the same SVG everywhere.
"""

import json
import os
import re
import sys
from pathlib import Path

import graphviz

from tracer.graph.rulebook import LAYERS
from tracer.graph.views import Link, View
from tracer.render import drawing
from tracer.render.drawing import Line

_ARROWS = {"call": "normal", "go": "vee", "defer": "odot"}
_STYLES = {"certain": "solid", "one of several": "dashed", "by rule": "dotted"}
_TYPES = ("implements", "embeds")  # links between types: hollow triangles, as in class pictures


def svg(view: View) -> str:
    """Draw a view."""
    rendered = _rendered(_graph(view))
    opening = re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"[^>]*>', rendered)
    assert opening is not None
    width, height = float(opening[1]), float(opening[2])
    body = rendered[opening.end() : rendered.rindex("</svg>")].strip()
    return drawing.document(
        (width, height),
        view.title,
        view.lines(),
        body,
        drawing.legend(map(_look, view.links), _numbers(view)),
        view.sentences,
    )


def dot(view: View) -> str:
    """A view in the language of dot."""
    return str(_graph(view, f"{view.title}\n{view.sentences}".strip()).source)


def mermaid(view: View) -> str:
    """A view as a Mermaid flow chart."""
    number = {node.id: f"n{index}" for index, node in enumerate(view.nodes)}
    lines = ["---", f"title: {json.dumps(view.title, ensure_ascii=False)}", "---", "flowchart LR"]
    for layer in ("", *LAYERS):
        inside = [f'{number[n.id]}["{_quoted(n.label)}"]' for n in view.nodes if n.layer == layer]
        if inside and layer:
            lines += [f"  subgraph {layer}", *(f"    {line}" for line in inside), "  end"]
        else:
            lines += [f"  {line}" for line in inside]
    for link in view.links:
        arrow = "==>" if _look(link).crosses else "-->"
        arrow = arrow if link.certainty == "certain" or arrow == "==>" else "-.->"
        ends = number[link.source], number[link.target]
        # Mermaid has one arrowhead for all: what is put off says so.
        label = f"{_label(link)}{' defer' if link.mode == 'defer' else ''}"
        lines.append(f"  {ends[0]} {arrow}{f'|{label}|' if label else ''} {ends[1]}")
    if view.sentences:
        lines.append(f'  said["{_quoted(view.sentences)}"]')
    return "\n".join(lines) + "\n"


def _graph(view: View, title: str = "") -> graphviz.Digraph:
    """A drawing with a box for each node, in its layer's frame."""
    sans, mono = {"fontname": "Helvetica"}, {"fontname": "Courier"}
    picture = graphviz.Digraph(
        "view",
        graph_attr={
            "rankdir": "LR",
            "label": title,
            "labelloc": "t",
            "bgcolor": "none",
            "newrank": "true",
        }
        | sans,
        node_attr={"shape": "box", "style": "rounded", "fontsize": "10"}
        | {"height": "0.3", "margin": "0.1,0.05", "color": drawing.LIGHT[""]}
        | mono,
        edge_attr={"fontsize": "9", "color": drawing.SOFT} | sans,
    )
    classes = any(link.kind in _TYPES for link in view.links)
    for layer in ("", *LAYERS):
        inside = [node for node in view.nodes if node.layer == layer]
        frame = graphviz.Digraph(f"cluster_{layer}" if layer else "")
        colour = drawing.LIGHT[layer]
        for node in inside:
            head, *below = node.label.split("\n")
            shape = {"shape": "record", "style": "solid", "label": _record(head, below)}
            css = {"color": colour, "class": layer}
            frame.node(
                _id(node.id),
                **{"label": node.label} | css | (shape if below and (classes or not layer) else {}),
            )
        if inside and layer:
            attributes = {"label": layer, "color": colour, "fontcolor": colour, "class": layer}
            frame.attr(style="rounded", fontsize="12", **attributes)
        if inside:
            picture.subgraph(frame)
    for link in view.links:
        _edge(picture, link)
    return picture


def _edge(picture: graphviz.Digraph, link: Link) -> None:
    look = _look(link)
    attributes = {
        "label": _label(link),
        "style": _STYLES[look.certainty],
        "penwidth": "2" if look.crosses else "1",
        "tooltip": link.note or link.kind,
    }
    if link.kind in _TYPES:  # the interface stands on the left, as what is called does on the right
        ends = _id(link.target), _id(link.source)
        picture.edge(*ends, dir="back", arrowtail="onormal", **attributes)
    else:
        ends = _id(link.source), _id(link.target)
        picture.edge(*ends, arrowhead=_ARROWS[look.mode], **attributes)


def _look(link: Link) -> Line:
    return Line(link.certainty, link.mode, link.kind in {"http", "process"})


def _label(link: Link) -> str:
    """What stands at a link: its turn and kind, or how many calls it stands for."""
    if link.number:
        kind = "" if link.kind == "direct" else f" {link.kind}"
        return f"{link.number}{kind}" + (f" x {link.count}" if link.count > 1 else "")
    return f"{link.count}" if link.kind == "calls" else link.kind


def _numbers(view: View) -> str:
    """What the numbers of a view mean; empty where it has none."""
    if any(link.number for link in view.links):
        return "order of a function's calls"
    if any(link.kind == "uses" for link in view.links):
        return "order of a function's calls"
    return "number of calls" if any(link.kind == "calls" for link in view.links) else ""


def _record(head: str, below: list[str]) -> str:
    """A class box: the name, and below it what it has line by line."""
    lines = "".join(rf"{_escaped(line)}\l" for line in below)
    return f"{_escaped(head)}|{lines}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\{}|<> ])", r"\\\1", text)


def _quoted(label: str) -> str:
    return label.replace('"', "#quot;").replace("\n", "<br/>")


def _id(name: str) -> str:
    """A name that dot takes literally: colons would mean ports."""
    return name.replace(":", " ")


def _rendered(picture: graphviz.Digraph) -> str:
    beside = Path(sys.executable).parent / "graphviz-pure"
    engine = graphviz.backend.dot_command
    engine.DOT_BINARY = Path(os.fspath(beside)) if beside.exists() else Path("graphviz-pure")
    rendered: str = picture.pipe(format="svg", encoding="utf-8", quiet=True)
    return rendered
