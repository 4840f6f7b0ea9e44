"""The map of a path: a lane for each layer, a line through its steps, a link for each part."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from tracer.graph.rulebook import LAYERS
from tracer.guide.parts import Part
from tracer.guide.walkthrough import Walkthrough

WIDTH, LEFT, LANE, TOP = 960, 84, 24, 10


def draw(
    walkthrough: Walkthrough,
    parts: Sequence[Part],
    here: int | None,
    address: Callable[[Part], str],
) -> Markup:
    """Draw a path; the part that is open is marked, every part is a link."""
    lanes = [layer for layer in LAYERS if layer in walkthrough.layers]
    steps = walkthrough.main_line
    across = (WIDTH - LEFT - 10) / max(len(steps), 1)
    spots = [
        (LEFT + across * (index + 0.5), TOP + LANE * (lanes.index(step.hop.layer_to) + 0.5))
        for index, step in enumerate(steps)
    ]
    height = TOP * 2 + LANE * len(lanes)
    first = {step.number: index for index, step in enumerate(steps)}
    drawn = [_part(part, here, first, across, height, address(part)) for part in parts]
    drawn += [_lane(lane, index) for index, lane in enumerate(lanes)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    drawn.append(Markup('<polyline class="way" points="{}"/>').format(line))
    drawn += [
        Markup('<circle class="layer-{}" cx="{}" cy="{}" r="3.5"/>').format(
            step.hop.layer_to, f"{x:.1f}", f"{y:.1f}"
        )
        for step, (x, y) in zip(steps, spots, strict=True)
    ]
    return Markup(
        '<figure class="map"><svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>'
        "</figure>"
    ).format(WIDTH, height, _told(walkthrough, parts), Markup("").join(drawn))


def _part(
    part: Part,
    here: int | None,
    first: dict[int, int],
    across: float,
    height: int,
    address: str,
) -> Markup:
    indices = [first[step.number] for step in part.steps if step.number in first]
    if not indices:
        return Markup("")
    x, width = LEFT + across * min(indices), across * len(indices)
    css = "part here" if part.number == here else "part"
    return Markup(
        '<a href="{}" aria-label="Part {}: {}"><rect class="{}" x="{}" y="2" width="{}" '
        'height="{}"><title>{}</title></rect></a>'
    ).format(
        address,
        part.number,
        part.title,
        css,
        f"{x + 1:.1f}",
        f"{max(width - 2, 2):.1f}",
        height - 4,
        part.title,
    )


def _lane(layer: str, index: int) -> Markup:
    y = TOP + LANE * (index + 0.5)
    return Markup(
        '<text class="layer-{}" x="4" y="{}">{}</text><path class="lane" d="M{} {} H{}"/>'
    ).format(layer, f"{y + 4:.0f}", layer, LEFT, f"{y:.0f}", WIDTH - 10)


def _told(walkthrough: Walkthrough, parts: Sequence[Part]) -> str:
    return f"The path of {walkthrough.id}: {len(walkthrough.main_line)} steps in {len(parts)} parts"
