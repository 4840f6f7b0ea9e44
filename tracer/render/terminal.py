"""Values become terminal text: coloured by layer on a terminal, plain in a pipe."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from tracer.golang import names
from tracer.graph.edges import Edge
from tracer.guide.stories import Story
from tracer.guide.twins import Comparison, Pair
from tracer.guide.walkthrough import Step, Walkthrough

SYMBOLS = {
    "direct": "·",
    "interface": "◇",
    "funcvalue": "ƒ",
    "closure": "λ",
    "goroutine": "⇉",
    "registry": "#",
    "reflection": "?",
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


def walkthrough(console: Console, shown: Walkthrough, steps: Sequence[Step]) -> None:
    """Print the steps of a walkthrough, one line for each hop."""
    console.print(_headline(shown, steps))
    console.print(_row(console, "", shown.start_layer, "", 0, person(shown.start), "", ""))
    previous = shown.start_layer
    for step in steps:
        edge = step.edge
        if (bridge := crossing(edge)) is not None:
            console.print(Text(f"{'':{_LAYER}}{bridge}", "bold"))
        layer = "" if step.hop.layer_to == previous else step.hop.layer_to
        previous = step.hop.layer_to
        note = f"[{step.hop.branch}] " if step.hop.branch else ""
        note += step.label
        console.print(
            _row(
                console,
                SYMBOLS[edge.kind],
                layer,
                step.hop.layer_to,
                step.hop.depth,
                person(edge.callee),
                str(edge.at),
                note,
            )
        )
    for stop in shown.missing:
        console.print(f"Not in this tree: {escape(stop)}", style="yellow", highlight=False)


def twin(console: Console, comparison: Comparison) -> None:
    """Print what the twin did at each step, and its system calls."""
    for pair in comparison.pairs:
        if pair.ran is not None and pair.twin is not None:
            _pair(console, pair)
    run = comparison.recording
    console.print()
    console.print("The machine at the end", style="bold")
    console.print(run.state, highlight=False, markup=False)
    console.print(
        f"Output: {run.output!r}, exit code {run.exit_code}", highlight=False, markup=False
    )


def verdict(comparison: Comparison) -> str:
    """How far the twin's run agrees with the path."""
    calls = len(comparison.recording.events)
    ran = f"{comparison.followed} of {comparison.twinned} steps in the path's order"
    return f"Twin: ran {ran}, {calls} system calls."


def paths(console: Console, stories: Iterable[tuple[Story, int]]) -> None:
    """Print the named paths."""
    for story, length in stories:
        console.print(f"[bold]{story.id}[/]  {length} hops", highlight=False)
        console.print(f"  {story.question}", highlight=False, markup=False)


def edges(console: Console, found: Sequence[Edge], *, end: str) -> None:
    """Print edges, the caller's or the callee's end, one a line with its place."""
    for edge in found:
        name = edge.caller if end == "caller" else edge.callee
        kind = edge.kind + (" (deferred)" if edge.deferred else "")
        key = f" {edge.key!r}" if edge.key else ""
        proof = f" ← {'; '.join(map(str, edge.evidence))}" if edge.evidence else ""
        line = Text.assemble((f"{edge.at}", "dim"), "  ", (name, "bold"), f"  {kind}{key}{proof}")
        console.print(line, soft_wrap=True)
    console.print(
        f"{len(found)} {'caller' if end == 'caller' else 'callee'}{'' if len(found) == 1 else 's'}",
        highlight=False,
    )


def crossing(edge: Edge) -> str | None:
    """The line that is drawn where control crosses over."""
    proof = f"→ {edge.evidence[0]}" if edge.evidence else ""
    match edge.kind:
        case "http":
            return f"  │ HTTP  {edge.key}  {proof}"
        case "registry":
            return f"  │ {edge.declared}  {edge.key!r}  {proof}"
        case "reflection":
            return f"  │ reflection  {edge.declared}: {edge.key!r}  {proof}"
        case "process":
            return f"  ╪ process  {edge.declared}  {proof}"
        case _:
            return None


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
    return Text.assemble(
        (shown.title, "bold"),
        f" · {shown.tree} · {len(steps)} hops · {len(layers)} layers · {boundary}",
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
    shown = place if len(place) <= room else "…" + place[-(room - 1) :] if room > 1 else ""
    if shown.startswith("…") and "/" in shown:
        shown = "…" + shown[shown.index("/") :]
    style = _COLOURS.get(colour or layer, "")
    line = Text.assemble((f"{layer:{_LAYER}}", f"bold {style}"), (left, style))
    column = max(0, 48 - len(left)) if len(left) + len(shown) + 2 <= console.width - _LAYER else 0
    gap = max(2, min(column, console.width - _LAYER - len(left) - len(shown)))
    line.append(" " * gap + shown, "dim")
    if note and len(line.plain) + len(note) + 2 <= console.width:
        line.append(f"  {note}", "italic")
    return line


def _pair(console: Console, pair: Pair) -> None:
    assert pair.twin is not None
    console.print(
        Text.assemble(
            (f"{pair.step.number:4} ", "dim"),
            (person(pair.step.edge.callee), _COLOURS.get(pair.step.hop.layer_to, "")),
            ("  ≙  ", "dim"),
            pair.twin.python_name,
        )
    )
    for call in pair.calls:
        console.print(f"       ▼ {call}", highlight=False, markup=False, style="dim")
