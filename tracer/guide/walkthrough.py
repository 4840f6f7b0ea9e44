"""A path and its story become a `Walkthrough`: ordered steps with source and prose."""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files as resources

import msgspec
from msgspec.structs import replace

from tracer.golang import names
from tracer.golang.source import SourceFile
from tracer.graph import paths, routes
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge
from tracer.graph.paths import Hop
from tracer.graph.rulebook import LAYERS, lens, role
from tracer.guide.stories import Story

_BEFORE, _AFTER = 3, 2  # lines shown around a call
_BODY = 30  # lines shown of the function that is called
_WORK = {"domain": "Domain work", "wiring": "Wiring", "plumbing": "Plumbing"}
_DIRECTIVE = re.compile(r"//\w+:|//export |// ?\+build")  # comments that are for tools


class Line(msgspec.Struct, frozen=True):
    """A line of an excerpt."""

    number: int
    text: str
    marked: bool


class Excerpt(msgspec.Struct, frozen=True):
    """The lines around a call, the function's first line included; read when they are shown."""

    file: str
    numbers: tuple[int, ...] = ()
    marked: int = 0  # the number of the line that is meant
    more: int = 0  # lines of the function that are not shown
    source: SourceFile | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines as they are shown."""
        source = self.source
        if source is None:
            return ()
        return tuple(Line(n, source.line(n), n == self.marked) for n in self.numbers)


class Step(msgspec.Struct, frozen=True):
    """One hop, explained."""

    number: int
    hop: Hop
    label: str
    says: str
    lens: str  # domain, wiring or plumbing
    role: str  # of the function called: controller, service, dao …
    excerpt: Excerpt  # the call
    definition: Excerpt | None  # the function that is called, where the tree has it
    arrival: Excerpt | None  # the evidence at the other end of a crossing
    others: tuple[str, ...]  # what else the same call can reach
    original: str  # the place in real 1.2.0, on the pocket tree

    @property
    def edge(self) -> Edge:
        """The edge behind it."""
        return self.hop.edge


class Walkthrough(msgspec.Struct, frozen=True):
    """The ordered whole."""

    id: str
    title: str
    question: str
    summary: str
    tree: str  # the name of the tree it was made from
    start: str
    start_layer: str
    start_says: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...]  # stops of the story that this tree does not show
    alternatives: tuple["Walkthrough", ...] = ()  # other routes between the same two functions
    tag: str = ""  # of the release that the tree is, where it is one

    @property
    def main_line(self) -> tuple[Step, ...]:
        """The steps on no branch."""
        return tuple(s for s in self.steps if not s.hop.branch)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it passes, top down."""
        seen = {layer for s in self.steps for layer in (s.hop.layer_from, s.hop.layer_to)}
        return tuple(layer for layer in LAYERS if layer in seen)

    @property
    def boundaries(self) -> int:
        """How often the main line crosses into another process of the same program."""
        return sum(s.edge.kind == "process" for s in self.main_line)


def compose(graph: CallGraph, story: Story, tree: str, *, originals: bool) -> Walkthrough:
    """Walk a story's stops through a tree; `originals` adds the places in real 1.2.0."""
    path = paths.walk(graph, story.stops)
    hops = [_in_layers(hop, dict(story.layers)) for hop in path.hops]
    places = _original_places(story.id) if originals else {}
    counts: Counter[tuple[str, str, str]] = Counter()
    steps: list[Step] = []
    for number, hop in enumerate(hops, 1):
        key = (hop.edge.caller, hop.edge.callee, hop.edge.kind)
        known = places.get(key, [])
        original = known[min(counts[key], len(known) - 1)] if known else ""
        counts[key] += 1
        label, says = _told(story, hop)
        steps.append(_step(graph, number, hop, label, says, original))
    return Walkthrough(
        story.id,
        story.title,
        story.question,
        story.summary,
        tree,
        path.start,
        dict(story.layers).get(names.short(path.start)) or (hops[0].layer_from if hops else ""),
        story.says[0],
        tuple(steps),
        tuple(story.stops[index].visit for index in path.missing),
    )


def between(graph: CallGraph, start: str, goal: str, tree: str) -> Walkthrough:
    """The shortest walk between two functions, and others; the source speaks for the story."""
    chain = routes.route(graph, start, goal)
    others = routes.alternatives(graph, chain)
    walked = _along(graph, chain, start, goal, tree)
    ways = tuple(_along(graph, other, start, goal, tree) for other in others)
    named = tuple(
        replace(
            way,
            id=f"{walked.id}#{number}",
            title=f"{walked.title} by way of {_apart(way, (walked, *ways))}",
        )
        for number, way in enumerate(ways, 2)
    )
    return replace(walked, alternatives=named)


def _along(graph: CallGraph, chain: routes.Chain, start: str, goal: str, tree: str) -> Walkthrough:
    path = paths.follow(graph, chain)
    steps = tuple(
        _step(graph, n, hop, "", _commentary(graph, hop.edge.callee, hop.layer_to), "")
        for n, hop in enumerate(path.hops, 1)
    )
    ends = names.short(start), names.short(goal)
    layer = path.hops[0].layer_from
    return Walkthrough(
        "..".join(ends),
        " to ".join(ends),
        f"How does {ends[0]} reach {ends[1]}?",
        "",
        tree,
        path.start,
        layer,
        _commentary(graph, path.start, layer),
        steps,
        (),
    )


def _apart(way: Walkthrough, others: Sequence[Walkthrough]) -> str:
    """The function that a walk chooses and no other passes; else what it has beside the first."""
    for several in (others, others[:1]):
        known = {s.edge.callee for other in several if other is not way for s in other.steps}
        own = [step.edge for step in way.steps if step.edge.callee not in known]
        chosen = [edge for edge in own if edge.certainty != "certain"]
        if own:
            return names.short((chosen or own)[0].callee)
    return "another call"


def _commentary(graph: CallGraph, function: str, layer: str) -> str:
    """What the source says of a function, else what kind of work it is and where."""
    if said := doc_comment(graph, function):
        return said
    kind = _WORK[lens(graph.rules, function)]
    if layer == "kernel":
        return "A system call."
    if function.partition("$")[0] not in graph.resolution.functions:
        return f"{kind}, outside this tree."
    closure = ", a closure" if "$" in function else ""
    return f"{kind} in the {layer} layer{closure}."


@cache
def _length(content: bytes) -> int:
    return content.count(b"\n") + (not content.endswith(b"\n"))


def doc_comment(graph: CallGraph, name: str) -> str:
    """The first sentence of the comment above a function; empty where there is none."""
    function = graph.resolution.functions.get(name)
    if function is None:
        return ""
    source = graph.program.tree.files[function.file.path]
    number, lines = function.decl.start.line - 1, list[str]()
    while (line := source.line(number).strip()).startswith("//"):
        if not _DIRECTIVE.match(line):
            lines.insert(0, line.lstrip("/ "))
        number -= 1
    sentence, dot, _ = " ".join(lines).partition(". ")
    return sentence + dot.strip()


def _step(graph: CallGraph, number: int, hop: Hop, label: str, says: str, original: str) -> Step:
    edge = hop.edge
    others = tuple(
        names.short(e.callee)
        for e in graph.edges(edge.caller)
        if e.site == edge.site and e.kind == edge.kind and e.callee != edge.callee
    )
    arrival = None
    if edge.evidence:
        place = edge.evidence[0]
        arrival = _around(graph, place.file, place.line)
    return Step(
        number,
        hop,
        label,
        says,
        lens(graph.rules, edge.callee),
        role(graph.rules, edge.callee),
        _around(graph, edge.at.file, edge.at.line),
        _definition(graph, edge.callee),
        arrival,
        others if edge.kind in {"interface", "registry", "reflection"} else (),
        original,
    )


def _around(graph: CallGraph, file: str, line: int) -> Excerpt:
    """The lines around one line, cut to its function, whose first line comes along."""
    source = graph.program.tree.files.get(file)
    if source is None:
        return Excerpt(file)
    first, last = _span(graph, file, line, _length(source.content))
    numbers = [n for n in range(line - _BEFORE, line + _AFTER + 1) if first <= n <= last]
    if first > 1 and first not in numbers:
        numbers.insert(0, first)
    return Excerpt(file, tuple(numbers), line, source=source)


def _definition(graph: CallGraph, name: str) -> Excerpt | None:
    """The beginning of a function's or closure's source."""
    function = graph.resolution.functions.get(name.partition("$")[0])
    closure = graph.resolution.closure(name)
    if function is None:
        return None
    source = graph.program.tree.files[function.file.path]
    first, last = function.decl.start.line, function.decl.end.line
    if closure is not None:
        first, last = closure.pos.line, closure.end.line
    numbers = range(first, min(last, first + _BODY - 1) + 1)
    return Excerpt(source.path, tuple(numbers), more=last - numbers[-1], source=source)


def _span(graph: CallGraph, file: str, line: int, length: int) -> tuple[int, int]:
    """The first and last line of the function that holds a line; the whole file outside any."""
    parsed = graph.program.parsed.get(file)
    for decl in parsed.functions if parsed is not None else ():
        if decl.start.line <= line <= decl.end.line:
            return decl.start.line, decl.end.line
    return 1, length


def _told(story: Story, hop: Hop) -> tuple[str, str]:
    if hop.stop is None:
        return "", ""
    return story.labels[hop.stop], story.says[hop.stop]


def _in_layers(hop: Hop, layers: dict[str, str]) -> Hop:
    """Show a function in the layer that this story gives it: `docker.main` as the daemon's."""
    return replace(
        hop,
        layer_from=layers.get(names.short(hop.edge.caller), hop.layer_from),
        layer_to=layers.get(names.short(hop.edge.callee), hop.layer_to),
    )


@cache
def _originals() -> dict[str, dict[tuple[str, str, str], list[str]]]:
    """Path → (caller, callee, kind) → places in real Docker 1.2.0, in the path's order."""
    table = resources("tracer.guide").joinpath("places-1.2.0.tsv").read_text(encoding="utf-8")
    found: dict[str, dict[tuple[str, str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in csv.DictReader(io.StringIO(table), delimiter="\t"):
        found[row["path"]][row["caller"], row["callee"], row["kind"]].append(row["place"])
    return found


def _original_places(story: str) -> dict[tuple[str, str, str], list[str]]:
    return _originals().get(story, {})
