"""Draw network namespaces as SVG: a box each, interfaces in it, cables between them.

A bridge carries what is plugged into it; the two ends of a veth pair are joined by a line. What
changed is drawn with a thick edge and a sign.
"""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from tracer.minidocker.recording.model import Tree

WIDTH, GAP, ROW, HEIGHT, BOX = 250, 46, 50, 38, 200
SIGNS = {"new": "+ ", "changed": "~ "}


class Spot(NamedTuple):
    """Where an interface is drawn."""

    x: int
    y: int


def draw(
    spaces: Mapping[str, Tree], marks: Mapping[tuple[str, ...], str], users: Mapping[str, str]
) -> str:
    """Draw the namespaces side by side, with who is in them; nothing where there is none."""
    if not spaces:
        return ""
    spots = _spots(spaces)
    height = 48 + max(1, *(len(_interfaces(space)) for space in spaces.values())) * ROW
    parts = [
        _box(number, users.get(number, ""), _left(column), height)
        for column, number in enumerate(spaces)
    ]
    for (number, name), spot in spots.items():
        how = marks.get((number, "interfaces", name), "") or marks.get((number,), "")
        how = how or _below(marks, (number, "interfaces", name))
        parts.append(_device(name, _interfaces(spaces[number])[name], spot, how))
    parts += _cables(spaces, spots)
    width = 4 + _left(len(spaces)) - GAP
    return (
        f'<svg class="cables" viewBox="0 0 {width} {height + 8}" width="{width}" role="img" '
        f'aria-label="{escape(_told(spaces))}">{"".join(parts)}</svg>'
    )


def _left(column: int) -> int:
    return 4 + column * (WIDTH + GAP)


def _spots(spaces: Mapping[str, Tree]) -> dict[tuple[str, str], Spot]:
    """Where each interface stands, by namespace and name: ports of a bridge are indented."""
    found: dict[tuple[str, str], Spot] = {}
    for column, (number, space) in enumerate(spaces.items()):
        interfaces = _interfaces(space)
        for row, name in enumerate(_in_order(interfaces)):
            indent = 20 if interfaces[name].get("master") else 0
            found[number, name] = Spot(_left(column) + 16 + indent, 40 + row * ROW)
    return found


def _box(number: str, users: str, left: int, height: int) -> str:
    title = f"network namespace {number}{', ' * bool(users)}{users}"
    return (
        f'<rect class="space" x="{left}" y="4" width="{WIDTH}" height="{height}" rx="8"/>'
        f'<text class="title" x="{left + 12}" y="24">{escape(title)}</text>'
    )


def _device(name: str, interface: Tree, spot: Spot, how: str) -> str:
    address = interface.get("address") or "no address"
    state = "up" if interface.get("up") else "down"
    css = f"device {how} {state}".replace("  ", " ")
    return (
        f'<rect class="{css}" x="{spot.x}" y="{spot.y}" width="{BOX}" height="{HEIGHT}" rx="5"/>'
        f'<text x="{spot.x + 8}" y="{spot.y + 15}">{SIGNS.get(how, "")}{escape(name)} '
        f"({escape(str(interface.get('kind')))}), {state}</text>"
        f'<text class="soft" x="{spot.x + 8}" y="{spot.y + 31}">{escape(str(address))}</text>'
    )


def _cables(spaces: Mapping[str, Tree], spots: Mapping[tuple[str, str], Spot]) -> list[str]:
    lines, drawn = [], set[frozenset[tuple[str, str]]]()
    for (number, name), spot in spots.items():
        peer = _interfaces(spaces[number])[name].get("peer")
        end = tuple(str(peer).split("/", 1)) if peer else ()
        if len(end) == 2 and (end[0], end[1]) in spots:  # noqa: PLR2004 - namespace and name
            pair = frozenset({(number, name), (end[0], end[1])})
            if pair not in drawn:
                drawn.add(pair)
                lines.append(_line(spot, spots[end[0], end[1]]))
    return lines


def _line(one: Spot, other: Spot) -> str:
    if one.x > other.x:
        one, other = other, one
    y1, y2 = one.y + HEIGHT // 2, other.y + HEIGHT // 2
    if other.x - one.x < BOX:  # in the same namespace: down the right side
        x = one.x + BOX
        return f'<path class="cable" d="M{x} {y1} h14 V{y2} h-14"/>'
    x1, x2 = one.x + BOX, other.x
    return f'<path class="cable" d="M{x1} {y1} C{x1 + 30} {y1} {x2 - 30} {y2} {x2} {y2}"/>'


def _in_order(interfaces: Mapping[str, Tree]) -> list[str]:
    """Put what is plugged into a bridge below it."""
    alone = [name for name, each in interfaces.items() if not each.get("master")]
    return [
        name
        for first in alone
        for name in (first, *(n for n, i in interfaces.items() if i.get("master") == first))
    ]


def _interfaces(space: Tree) -> dict[str, Tree]:
    known = space.get("interfaces")
    if not isinstance(known, dict):
        return {}
    return {name: each for name, each in known.items() if isinstance(each, dict)}


def _below(marks: Mapping[tuple[str, ...], str], path: tuple[str, ...]) -> str:
    return "changed" if any(each[: len(path)] == path for each in marks) else ""


def _told(spaces: Mapping[str, Tree]) -> str:
    return " ".join(
        f"Network namespace {number}: {', '.join(_interfaces(space)) or 'no interface'}."
        for number, space in spaces.items()
    )
