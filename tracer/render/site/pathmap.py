"""The map of a path: a lane for each layer and each process, a line through its steps.

Every part of the path is a link; the part that is open is marked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from tracer.graph.rulebook import LAYERS
from tracer.guide.parts import Part
from tracer.guide.walkthrough import Step, Walkthrough

WIDTH, LEFT, LANE, TOP, GAP = 1100, 92, 13, 6, 8


@dataclass(frozen=True)
class _Lanes:
    """What is drawn where."""

    steps: tuple[Step, ...]
    layers: tuple[str, ...]
    processes: tuple[str, ...]

    @property
    def across(self) -> float:
        """The width of a step."""
        return (WIDTH - LEFT - 4) / max(len(self.steps), 1)

    @property
    def height(self) -> float:
        """The height of the whole."""
        return TOP * 2 + GAP + LANE * (len(self.layers) + len(self.processes))

    def y(self, name: str) -> float:
        """The middle of a lane."""
        if name in self.layers:
            return TOP + LANE * (self.layers.index(name) + 0.5)
        return TOP + GAP + LANE * (len(self.layers) + self.processes.index(name[1:]) + 0.5)


def draw(
    walkthrough: Walkthrough,
    parts: Sequence[Part],
    who: Mapping[int, str],
    here: int | None,
    address: Callable[[Part], str],
) -> Markup:
    """Draw a path; `who` names the process that runs each step."""
    steps = walkthrough.main_line
    layers = tuple(layer for layer in LAYERS if layer in {s.hop.layer_to for s in steps})
    lanes = _Lanes(steps, layers, tuple(dict.fromkeys(who[s.number] for s in steps)))
    first = {step.number: index for index, step in enumerate(steps)}
    drawn = [_part(part, here, first, lanes, address(part)) for part in parts]
    drawn += [*_names(lanes), *_bars(lanes, who), *_way(lanes)]
    told = f"The path of {walkthrough.id}: {len(steps)} steps in {len(parts)} parts"
    return Markup(
        '<figure class="map"><svg viewBox="0 0 {} {:.0f}" role="group" aria-label="{}">{}</svg>'
        "</figure>"
    ).format(WIDTH, lanes.height, told, Markup("").join(drawn))


def _part(part: Part, here: int | None, first: dict[int, int], lanes: _Lanes, to: str) -> Markup:
    indices = [first[step.number] for step in part.steps if step.number in first]
    if not indices:
        return Markup("")
    x, width = LEFT + lanes.across * min(indices), lanes.across * len(indices)
    title = f"Part {part.number}: {part.title}"
    return Markup(
        '<a href="{}" aria-label="{}"><rect class="{}" x="{:.1f}" y="1" width="{:.1f}" '
        'height="{:.0f}" rx="3"><title>{}</title></rect></a>'
    ).format(
        to,
        title,
        "part here" if part.number == here else "part",
        x + 1,
        max(width - 2, 2),
        lanes.height - 2,
        title,
    )


def _names(lanes: _Lanes) -> Iterator[Markup]:
    lane = Markup(
        '<text class="{}" x="0" y="{:.1f}">{}</text><path class="lane" d="M{} {:.1f} H{}"/>'
    )
    for layer in lanes.layers:
        y = lanes.y(layer)
        yield lane.format(f"layer-{layer}", y + 4, layer, LEFT, y, WIDTH - 4)
    for name in lanes.processes:
        y = lanes.y(f"#{name}")
        yield lane.format("process", y + 4, f"⚙ {name}", LEFT, y, WIDTH - 4)


def _bars(lanes: _Lanes, who: Mapping[int, str]) -> Iterator[Markup]:
    """In the lane of each process, a bar where it runs."""
    index = 0
    for name, run in groupby(lanes.steps, key=lambda step: who[step.number]):
        length = len(list(run))
        yield Markup(
            '<rect class="runs" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="5" rx="2.5"/>'
        ).format(
            LEFT + lanes.across * index + 1,
            lanes.y(f"#{name}") - 2.5,
            max(lanes.across * length - 2, 2),
        )
        index += length


def _way(lanes: _Lanes) -> Iterator[Markup]:
    spots = [
        (step, LEFT + lanes.across * (index + 0.5), lanes.y(step.hop.layer_to))
        for index, step in enumerate(lanes.steps)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for _, x, y in spots)
    yield Markup('<polyline class="way" points="{}"/>').format(line)
    for step, x, y in spots:
        yield Markup(
            '<circle class="layer-{}" data-step="{}" cx="{:.1f}" cy="{:.1f}" r="3"/>'
        ).format(step.hop.layer_to, step.number, x, y)
