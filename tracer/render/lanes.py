"""A walkthrough becomes a picture that is read downwards: a lane for each layer, rows of hops.

A box holds functions that control enters from the same caller one after the other and that are
left again; each line has its hop's number.  A line leads down to a box from the function that calls
it; where that is not the box just above, the caller's name stands again, small, in its own lane.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from tracer.guide.walkthrough import Step, Walkthrough
from tracer.render import drawing
from tracer.render.drawing import Line
from tracer.render.terminal import crossing, person

_SMALL = 4.8  # the width of a small letter
_CHAR, _LINE, _PAD, _GAP = 6.05, 15, 8, 26  # widths and heights in points
_TOP = 24  # the lanes' names


@dataclass(frozen=True, slots=True)
class Box:
    """Functions called one after the other by the same caller, in one layer."""

    caller: str
    layer: str
    caller_layer: str
    steps: tuple[Step, ...]
    above: str  # what is written above it: how control crosses over
    follows: bool  # the caller is the last function of the box before


@dataclass(frozen=True, slots=True)
class Lane:
    """A layer's place in the picture."""

    x: float
    width: float


def svg(walkthrough: Walkthrough) -> str:
    """Draw the main line of a walkthrough."""
    boxes = list(_boxes(walkthrough))
    lanes = _lanes(walkthrough, boxes)
    parts: list[str] = []
    y = float(_TOP + _PAD)
    start = lanes[walkthrough.start_layer or "lib"]
    parts.append(_frame(start, y, walkthrough.start_layer or "lib", [person(walkthrough.start)]))
    left = start, y + _LINE + _PAD
    for box in boxes:
        drawn, y, left = _drawn(box, lanes, left)
        parts.extend(drawn)
    height = y + _PAD
    width = max(
        *(lane.x + lane.width for lane in lanes.values()),
        *(lanes[box.layer].x + 2 * _PAD + 6 + len(box.above) * _SMALL for box in boxes),
    )
    bands = [_band(name, lane, height) for name, lane in lanes.items()]
    return drawing.document(
        (width, height),
        walkthrough.title,
        [f"{s.number} {s.edge.callee} {s.edge.at}" for s in walkthrough.main_line],
        "\n".join([*bands, *parts]),
        drawing.legend(map(_look, walkthrough.main_line), "order of the hops"),
    )


def _boxes(walkthrough: Walkthrough) -> Iterator[Box]:
    previous = walkthrough.start
    for _, group in groupby(_keyed(walkthrough.main_line), key=lambda pair: pair[0]):
        steps = tuple(step for _, step in group)
        edge, hop = steps[0].edge, steps[0].hop
        above = " ".join(" ".join(crossing(edge, 200)).split())
        above = above or ("" if edge.kind == "direct" else edge.kind)
        follows = edge.caller == previous
        yield Box(edge.caller, hop.layer_to, hop.layer_from, steps, above.strip("│╪ "), follows)
        previous = steps[-1].edge.callee


def _keyed(steps: Sequence[Step]) -> Iterator[tuple[int, Step]]:
    """Give the same number to plain calls of the same caller in the same layer."""
    number, before = 0, None
    for step in steps:
        plain = step.edge.kind == "direct" and step.edge.mode == "call"
        key = (step.edge.caller, step.hop.layer_to) if plain else None
        number += key is None or key != before
        before = key
        yield number, step


def _lanes(walkthrough: Walkthrough, boxes: Iterable[Box]) -> dict[str, Lane]:
    longest = {walkthrough.start_layer or "lib": len(person(walkthrough.start))}
    for box in boxes:
        texts = [*map(_named, box.steps)]
        callers = [] if box.follows else [person(box.caller)]
        for layer, found in ((box.layer, texts), (box.caller_layer, callers)):
            longest[layer] = max(longest.get(layer, 8), *map(len, found), 8)
    lanes: dict[str, Lane] = {}
    x = 0.0
    for layer in (name for name in drawing.LIGHT if name in longest):
        lanes[layer] = Lane(x, longest[layer] * _CHAR + 2 * _PAD)
        x += lanes[layer].width + _GAP
    return lanes


_Exit = tuple[Lane, float]  # a box's lane and bottom


def _drawn(box: Box, lanes: dict[str, Lane], left: _Exit) -> tuple[list[str], float, _Exit]:
    """A box and the line to it; the bottom of it; where the next box goes on from."""
    lane, caller = lanes[box.layer], lanes[box.caller_layer]
    parts: list[str] = []
    y = left[1] + _PAD
    if box.steps[0].edge.kind == "process":
        parts.append(_boundary(y + 4, lanes))
        y += 2 * _PAD
    if not box.follows and caller == lane:
        parts.append(_again(caller, y + 10, box.caller))
        y += _LINE
    if box.above:
        at = lane.x + 2 * _PAD + 6
        parts.append(drawing.words(at, y + 11, box.above, size=9, colour=drawing.SOFT))
    top, y = y, y + (_LINE if box.above else _PAD)
    parts.append(_arrival(box, lanes, left, top, y))
    lines = [*map(_named, box.steps)]
    titles = [f"{s.edge.at} {s.label}".strip() for s in box.steps]
    parts.append(_frame(lane, y, box.layer, lines, titles))
    bottom = y + len(lines) * _LINE + _PAD
    return parts, bottom, (lane, bottom)


def _arrival(box: Box, lanes: dict[str, Lane], left: _Exit, top: float, y: float) -> str:
    """The line to a box at `y`: from the box before, or from the caller's name, beside or above."""
    lane, caller, look = lanes[box.layer], lanes[box.caller_layer], _look(box.steps[0])
    x = lane.x + 2 * _PAD
    if box.follows:
        exit_, bottom = left[0].x + 2 * _PAD, left[1]
        return drawing.line(exit_, bottom, x, y, look, f"V{bottom + _PAD / 2:.1f} H{x:.1f} ")
    if caller == lane:
        return drawing.line(x, top, x, y, look)
    middle = y + _LINE / 2 + _PAD / 2
    name = _again(caller, middle + 3, box.caller)
    if lane.x > caller.x:
        start = caller.x + _PAD + len(person(box.caller)) * _CHAR + 4
        return name + drawing.line(start, middle, lane.x, middle, look)
    return name + drawing.line(caller.x + 4, middle, lane.x + lane.width, middle, look)


def _frame(
    lane: Lane, y: float, layer: str, lines: Sequence[str], titles: Sequence[str] = ()
) -> str:
    """A box with a line for each function."""
    height = len(lines) * _LINE + _PAD
    texts = [
        f"<g><title>{drawing.escaped(title)}</title>"
        f"{drawing.words(lane.x + _PAD, y + _PAD / 2 + _LINE * n + 11, text, mono=True)}</g>"
        for n, (text, title) in enumerate(zip(lines, titles or lines, strict=True))
    ]
    return (
        f'<g class="node {layer}"><rect x="{lane.x:.1f}" y="{y:.1f}" width="{lane.width:.1f}"'
        f' height="{height}" rx="5" fill="none" stroke="{drawing.LIGHT[layer]}"/>'
        f"{''.join(texts)}</g>"
    )


def _band(name: str, lane: Lane, height: float) -> str:
    """A lane's name and its line down."""
    return (
        f'<g class="lane {name}"><path fill="none" stroke="{drawing.LIGHT[name]}"'
        f' stroke-opacity="0.25" d="M{lane.x - 6:.1f},4 V{height:.1f}"/>'
        + drawing.words(lane.x, 14, name, size=12, colour=drawing.LIGHT[name], bold=True, css=name)
        + "</g>"
    )


def _boundary(y: float, lanes: dict[str, Lane]) -> str:
    """The line across all lanes where another process begins."""
    width = max(lane.x + lane.width for lane in lanes.values())
    double = "".join(
        f'<path fill="none" stroke="{drawing.SOFT}" d="M0,{at:.1f} H{width:.1f}"/>'
        for at in (y, y + 3)
    )
    return f'<g class="edge">{double}</g>'


def _again(lane: Lane, y: float, caller: str) -> str:
    """The caller's name where it goes on."""
    return drawing.words(lane.x + _PAD, y, person(caller), colour=drawing.SOFT, mono=True)


def _named(step: Step) -> str:
    return f"{step.number} {person(step.edge.callee)}"


def _look(step: Step) -> Line:
    return Line(step.edge.certainty, step.edge.mode, step.edge.kind in {"http", "process"})
