"""What all pictures share: colours, line styles, the legend, and the text for who cannot see them.

A picture is one SVG file without a script.  Its colours are those of light paper; a style sheet
inside changes them where the reader's system is dark.  Nothing in it depends on the machine: texts
in boxes are monospaced, so that their widths are known without a font.
"""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LIGHT = {
    "client": "#7a4fb3",
    "api": "#3b6fc4",
    "engine": "#1f7590",
    "daemon": "#1f7a5c",
    "container": "#4f7212",
    "driver": "#8f5a00",
    "lib": "#b4501e",
    "init": "#a8324e",
    "kernel": "#4a4f57",
    "": "#5b636e",
}
DARK = {
    "client": "#b79be8",
    "api": "#8db4f5",
    "engine": "#79c3dc",
    "daemon": "#6fcaa5",
    "container": "#b1cc6b",
    "driver": "#e0b060",
    "lib": "#eb9a6a",
    "init": "#f08aa2",
    "kernel": "#aab2bc",
}
INK, SOFT, PAPER = "#1f2328", "#5b636e", "#ffffff"
_DARK_INK, _DARK_SOFT, _DARK_PAPER = "#e6e4de", "#9aa3ad", "#14171a"

DASHES = {"certain": "", "one of several": "5,2", "by rule": "1.5,3"}
_MEANINGS = {
    "certain": "certain",
    "one of several": "one of several a value can be",
    "by rule": "joined by a rule",
}
_HEADS = {"go": "go: runs beside its caller", "defer": "defer: runs when its caller returns"}
_OPENING = (
    '<svg role="img" width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
    ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
)
_MARGIN, _HEAD, _ROW, _CHAR = 12, 22, 18, 6.4


@dataclass(frozen=True, slots=True)
class Line:
    """How a line looks, and so what it says."""

    certainty: str = "certain"  # as an edge has it
    mode: str = "call"  # as an edge has it
    crosses: bool = False  # into another process


def document(
    size: tuple[float, float],
    title: str,
    text: Iterable[str],
    body: str,
    legend: Sequence[tuple[str, str]],
    sentence: str = "",
) -> str:
    """A whole picture: title, sentence, body and legend one below the other.

    `size` is the body's, in points; `text` says the same for those who cannot see it; each entry
    of `legend` is a drawn sample, 30 points wide, and what it means.
    """
    width = max(size[0], len(title) * 10, len(sentence) * _CHAR, 420) + 2 * _MARGIN
    top = _MARGIN + _HEAD + (_ROW if sentence else 0)
    rows = list(_rows(legend, width - 2 * _MARGIN))
    height = top + size[1] + _ROW * (len(rows) + 1)
    parts = [
        _OPENING.format(width=round(width), height=round(height)),
        f"<title>{html.escape(title)}</title>",
        f"<desc>{html.escape(chr(10).join(text))}</desc>",
        _STYLE,
        words(_MARGIN, _MARGIN + 12, title, size=15, bold=True),
        words(_MARGIN, _MARGIN + 30, sentence, colour=SOFT) if sentence else "",
        f'<g transform="translate({_MARGIN} {top})">{body}</g>',
        *(
            _entry(x + _MARGIN, top + size[1] + _ROW * row, sample, meaning)
            for row, items in enumerate(rows, 1)
            for x, (sample, meaning) in items
        ),
        "</svg>\n",
    ]
    return "\n".join(filter(None, parts))


def _entry(x: float, y: float, sample: str, meaning: str) -> str:
    text = words(36, 3, meaning, colour=SOFT)
    return f'<g class="legend" transform="translate({x:.0f} {y:.0f})">{sample}{text}</g>'


def legend(lines: Iterable[Line], numbers: str) -> list[tuple[str, str]]:
    """Explain the lines that a picture has, and what its numbers are."""
    used = set(lines)
    found = [
        (line(0, 0, 30, 0, Line(certainty)), meaning)
        for certainty, meaning in _MEANINGS.items()
        if used != {Line()} and any(u.certainty == certainty for u in used)
    ]
    if any(u.crosses for u in used):
        found.append((line(0, 0, 30, 0, Line(crosses=True)), "into another process"))
    found += [
        (line(0, 0, 30, 0, Line(mode=mode)), meaning)
        for mode, meaning in _HEADS.items()
        if any(u.mode == mode for u in used)
    ]
    return [*found, (words(8, 3, "1 2"), numbers)] if numbers else found


def line(x: float, y: float, x2: float, y2: float, look: Line, corner: str = "") -> str:
    """A line with its arrowhead; `corner`: the path commands between its ends."""
    dashes = f' stroke-dasharray="{DASHES[look.certainty]}"' if DASHES[look.certainty] else ""
    path = f"M{x:.1f},{y:.1f} {corner}L{x2:.1f},{y2:.1f}"
    down = y2 > y if corner or x == x2 else None
    return (
        f'<g class="edge"><path fill="none" stroke="{SOFT}" stroke-width="{_weight(look)}"'
        f'{dashes} d="{path}"/>{_head(x2, y2, look.mode, left=x2 < x, down=bool(down))}</g>'
    )


def words(  # noqa: PLR0913 - how a text looks
    x: float,
    y: float,
    text: str,
    *,
    size: int = 10,
    colour: str = INK,
    bold: bool = False,
    mono: bool = False,
    css: str = "",
) -> str:
    """A line of text."""
    family = "Courier,monospace" if mono else "Helvetica,Arial,sans-serif"
    weight = ' font-weight="bold"' if bold else ""
    css = css or ("soft" if colour == SOFT else "")
    named = f' class="{css}"' if css else ""
    return (
        f'<text{named} x="{x:.1f}" y="{y:.1f}" font-family="{family}" font-size="{size}"{weight}'
        f' fill="{colour}" xml:space="preserve">{html.escape(text)}</text>'
    )


def escaped(text: str) -> str:
    """Text as XML has it."""
    return html.escape(text)


def _weight(look: Line) -> str:
    return "2.2" if look.crosses else "1"


def _head(x: float, y: float, mode: str, *, left: bool, down: bool) -> str:
    """An arrowhead that ends at a point: full, open for `go`, a ring for `defer`."""
    turn = 90 if down else 180 if left else 0
    shape = {
        "call": f'<polygon fill="{SOFT}" stroke="{SOFT}" points="0,0 -8,-3 -8,3"/>',
        "go": f'<path fill="none" stroke="{SOFT}" stroke-width="1.4" d="M-8,-4 L0,0 L-8,4"/>',
        "defer": f'<circle fill="{PAPER}" stroke="{SOFT}" cx="-4" cy="0" r="3.5"/>',
    }[mode]
    return f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn})">{shape}</g>'


def _rows(
    items: Sequence[tuple[str, str]], width: float
) -> Iterator[list[tuple[float, tuple[str, str]]]]:
    """The legend's entries with their x, as many in a row as fit."""
    row: list[tuple[float, tuple[str, str]]] = []
    x = 0.0
    for item in items:
        room = 36 + len(item[1]) * 5.6 + 16
        if row and x + room > width:
            yield row
            row, x = [], 0.0
        row.append((x, item))
        x += room
    if row:
        yield row


def _style() -> str:
    """The style sheet: better fonts where they are, other colours where it is dark."""
    dark = "".join(
        f".{name}>path,.{name}>polygon,.{name}>rect,.{name}>polyline{{stroke:{colour}}}.{name}>text.name"
        f",.cluster.{name}>text,text.{name}{{fill:{colour}}}"
        for name, colour in DARK.items()
    )
    return (
        "<style>"
        f"svg{{background:{PAPER}}}"
        "text[font-family^=Courier]{font-family:ui-monospace,Menlo,'DejaVu Sans Mono',monospace}"
        f"@media (prefers-color-scheme: dark){{svg{{background:{_DARK_PAPER}}}"
        f"text{{fill:{_DARK_INK}}}text.soft{{fill:{_DARK_SOFT}}}"
        f".node>path,.node>polygon,.node>polyline{{stroke:{_DARK_SOFT}}}"
        f".edge path,.edge polygon,.edge ellipse,.edge polyline,.edge circle"
        f"{{stroke:{_DARK_SOFT}}}.edge polygon[fill='{SOFT}']{{fill:{_DARK_SOFT}}}"
        f".edge circle{{fill:{_DARK_PAPER}}}{dark}}}"
        "</style>"
    )


_STYLE = _style()
