"""Values become terminal text: coloured by layer on a terminal, plain in a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from tracer.golang import names
from tracer.golang.types.calls import CallSite
from tracer.graph.edges import Edge
from tracer.guide import twins
from tracer.guide.stories import Story
from tracer.guide.walkthrough import Step, Walkthrough

SYMBOLS = {
    "direct": "·",
    "interface": "◇",
    "funcvalue": "ƒ",
    "closure": "λ",
    "goroutine": "⇉",
    "registry": "#",
    "reflection": "↺",
    "http": "⇄",
    "process": "╪",
    "syscall": "▼",
}
_COLOURS = {
    "client": "magenta",
    "api": "blue",
    "engine": "cyan",
    "daemon": "green",
    "container": "bright_green",
    "driver": "yellow",
    "lib": "bright_red",
    "init": "red",
    "kernel": "white",
}
_INDENT = 8  # deeper calls are not indented further
_LAYER = 11
_LEFT_OUT = 5  # implementers left out that are named, one a line


def walkthrough(
    console: Console, shown: Walkthrough, steps: Sequence[Step], run: twins.Comparison | None
) -> None:
    """Print the steps of a walkthrough, one line for each hop; a run of the twin beside them."""
    pairs = {pair.step.number: pair for pair in run.pairs} if run else {}
    console.print(_headline(shown, steps))
    console.print(_row(console, "", shown.start_layer, "", 0, person(shown.start), "", ""))
    previous = shown.start_layer
    for step in steps:
        edge = step.edge
        for bridge in crossing(edge, console.width - _LAYER):
            console.print(Text(f"{'':{_LAYER}}{bridge}", "bold"))
        layer = "" if step.hop.layer_to == previous else step.hop.layer_to
        previous = step.hop.layer_to
        note = f"[{step.hop.branch}] " if step.hop.branch else ""
        console.print(
            _row(
                console,
                SYMBOLS[edge.kind],
                layer,
                step.hop.layer_to,
                step.hop.depth,
                person(edge.callee),
                str(edge.at),
                note + step.label,
            )
        )
        if step.says and not step.label:
            _said(console, step)
        if step.number in pairs:
            _twin(console, pairs[step.number])
    for way in shown.alternatives:
        _alternative(console, shown, way)
    for stop in shown.missing:
        console.print(f"Not in this tree: {escape(stop)}", style="yellow")


def verdict(comparison: twins.Comparison) -> str:
    """How far the twin's run agrees with the path."""
    calls = len(comparison.recording.calls)
    steps, left = len(comparison.main_line), len(comparison.named)
    ran = f"{len(comparison.executed)} of {steps} steps in the path's order"
    return f"Twin: ran {ran}, {f'{left} not modelled, ' if left else ''}{calls} system calls."


def paths(console: Console, stories: Iterable[tuple[Story, int]]) -> None:
    """Print the named paths."""
    for story, length in stories:
        console.print(f"[bold]{story.id}[/]  {length} hops", highlight=False)
        console.print(f"  {story.question}", highlight=False, markup=False)


def edges(
    console: Console, found: Sequence[Edge], *, end: str, lenses: Mapping[str, str] | None = None
) -> None:
    """Print edges, the caller's or the callee's end, one a line with its place and its lens."""
    for edge, after in zip(found, [*found[1:], None], strict=False):
        name = edge.caller if end == "caller" else edge.callee
        kind = edge.kind + (" (deferred)" if edge.deferred else "")
        key = f" {edge.key!r}" if edge.key else ""
        proof = f" ← {'; '.join(map(str, edge.evidence))}" if edge.evidence else ""
        lens = f"  [{lenses[edge.callee]}]" if lenses else ""
        what = f"  {kind}{key}{proof}{lens}"
        line = Text.assemble((f"{edge.at}", "dim"), "  ", (name, "bold"), what)
        console.print(line, soft_wrap=True)
        if end == "callee" and (after is None or after.site != edge.site):
            for told in narrowing(edge):
                console.print(Text(f"    {told}", "dim"), soft_wrap=True)
    console.print(
        f"{len(found)} {'caller' if end == 'caller' else 'callee'}{'' if len(found) == 1 else 's'}",
        highlight=False,
    )


def handed_over(console: Console, sites: Iterable[CallSite]) -> None:
    """Print the calls that give a function away to what may call it, outside the tree."""
    for site in sites:
        line = Text.assemble(
            (f"{site.file}:{site.line}", "dim"),
            ("  ", ""),
            (site.caller, "bold"),
            f"  gives it to {site.callee}, which is not in the tree and may call it",
        )
        console.print(line, soft_wrap=True)


def unresolved(console: Console, sites: Iterable[CallSite], followed: Iterable[Edge]) -> None:
    """Print the calls of which nobody can tell whom they call, and why."""
    told = {edge.site for edge in followed}
    for site in sites:
        untold = site.kind == "funcvalue" and site.pos not in told
        reason = "nothing is seen to fill the function value" if untold else site.reason
        if untold or site.kind == "unresolved":
            place = f"{site.file}:{site.line}"
            line = Text.assemble((place, "dim"), f"  a call that is not resolved: {reason}")
            console.print(line, soft_wrap=True)


def narrowing(edge: Edge) -> tuple[str, ...]:
    """The lines that tell which implementers an interface call does not reach, and why."""
    dispatch = edge.dispatch
    if dispatch is None or not dispatch.is_narrowed:
        return ()
    more = len(dispatch.left_out) - _LEFT_OUT
    return (
        dispatch.note,
        *(f"left out: {each}" for each in dispatch.left_out[:_LEFT_OUT]),
        *([f"left out: {more} more"] if more > 0 else []),
    )


def crossing(edge: Edge, width: int) -> tuple[str, ...]:
    """The lines that are drawn where control crosses over: one, or two where there is no room."""
    match edge.kind:
        case "http":
            line = f"  │ HTTP  {edge.key}"
        case "registry":
            line = f'  │ {edge.declared}  "{edge.key}"'
        case "reflection":
            line = f'  │ reflection  {edge.declared}: "{edge.key}"'
        case "process":
            name = f', argv[0] = "{edge.key}"' if edge.key else ""
            line = f"  ╪ process  {edge.declared}{name}"
        case _:
            return ()
    if not edge.evidence:
        return (line,)
    place = shortened(str(edge.evidence[0]), width - len(line) - 5)
    if "/" in place:
        return (f"{line}  → {place}",)
    return line, f"  │   → {shortened(str(edge.evidence[0]), width - 8)}"


def shortened(place: str, room: int) -> str:
    """A place in the room there is, folders cut from the left."""
    if len(place) <= room:
        return place
    cut = "…" + place[-(room - 1) :] if room > 1 else ""
    return "…" + cut[cut.index("/") :] if "/" in cut else cut


def person(name: str) -> str:
    """A name as people say it: a method without its package, a function with it."""
    shown = names.short(name)
    if shown.startswith("("):
        receiver, _, method = shown.partition(").")
        star = "*" if receiver.startswith("(*") else ""
        return f"({star}{receiver.rpartition('.')[2].strip('(*')}).{method}"
    return shown


def _headline(shown: Walkthrough, steps: Sequence[Step]) -> Text:
    layers = {layer for s in steps for layer in (s.hop.layer_from, s.hop.layer_to)}
    boundaries = sum(s.edge.kind == "process" for s in steps)
    boundary = f"{boundaries} process boundar{'y' if boundaries == 1 else 'ies'}"
    whole = len(shown.main_line)
    part = f"{len(steps)} of " if len(steps) < whole else ""  # a lens or a depth hides the others
    count = max(len(steps), whole)
    return Text.assemble(
        (shown.id.replace("-", " "), "bold"),
        f" · {shown.tree} · {part}{count} hop{'s' * (count != 1)}",
        f" · {len(layers)} layer{'s' * (len(layers) != 1)} · {boundary}",
    )


def _row(  # noqa: PLR0913, PLR0917 - the columns of a line
    console: Console,
    symbol: str,
    layer: str,
    colour: str,
    depth: int,
    name: str,
    place: str,
    note: str,
) -> Text:
    """One line: layer, symbol, name, place, and the label where there is room."""
    indent = " " * min(max(depth - 1, 0), _INDENT)
    left = f"{symbol:1} {indent}{name}"
    room = console.width - _LAYER - len(left) - 2
    shown = shortened(place, room)
    style = _COLOURS.get(colour or layer, "")
    line = Text.assemble((f"{layer:{_LAYER}}", f"bold {style}"), (left, style))
    column = max(0, 48 - len(left)) if len(left) + len(shown) + 2 <= console.width - _LAYER else 0
    gap = max(2, min(column, console.width - _LAYER - len(left) - len(shown)))
    line.append(" " * gap + shown, "dim")
    if note and len(line.plain) + len(note) + 2 <= console.width:
        line.append(f"  {note}", "italic")
    return line


def _said(console: Console, step: Step) -> None:
    """What the source says of a function, beneath it, where no story labels it."""
    indent = " " * (_LAYER + 2 + min(step.hop.depth, _INDENT))
    for line in textwrap.wrap(step.says, console.width - len(indent)):
        console.print(Text(indent + line, "dim"))


def _alternative(console: Console, shown: Walkthrough, way: Walkthrough) -> None:
    """Another route: what it passes, from where it leaves the first to where it joins again."""
    console.print(Text(f"\n{or_else(way)}:", "bold"))
    line = " ".join(detour(shown, way))
    for part in textwrap.wrap(line, console.width - 2, break_long_words=False):
        console.print(Text(f"  {part}".replace("\N{NO-BREAK SPACE}", " ")))


def or_else(way: Walkthrough) -> str:
    """Say how long another route is, and what it passes."""
    return f"Or in {len(way.steps)} hops by way of {way.title.partition(' by way of ')[2]}"


def detour(shown: Walkthrough, way: Walkthrough) -> Iterator[str]:
    """Yield the part of a route that another does not have, between the functions they share."""
    first, other = ([w.start, *(s.edge.callee for s in w.steps)] for w in (shown, way))
    here = sum(1 for _ in takewhile(lambda p: p[0] == p[1], zip(first, other, strict=False)))
    back = zip(reversed(first[here:]), reversed(other[here:]), strict=False)
    there = len(other) - sum(1 for _ in takewhile(lambda p: p[0] == p[1], back))
    yield names.short(other[here - 1])
    for step in way.steps[here - 1 : there]:
        yield f"{SYMBOLS[step.edge.kind]}\N{NO-BREAK SPACE}{names.short(step.edge.callee)}"


def _twin(console: Console, pair: twins.Pair) -> None:
    """What the twin did at a step: its function and the system calls it made itself."""
    if pair.ran is None or pair.twin is None:
        return
    lines = [f"≙ {pair.twin.python_name}", *(f"  {call}" for call in pair.calls)]
    lines += [f"  * {sentence}" for sentence in pair.changed]
    for line in lines:
        shown = Text(f"{'':{_LAYER + 4}}{line}", "dim")
        shown.truncate(console.width, overflow="ellipsis")
        console.print(shown)
