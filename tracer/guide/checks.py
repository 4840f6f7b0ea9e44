"""Stories and twins held against a tree: what no longer fits, and where it may have gone.

A story applies to a tree that has nine tenths of its functions; then it must fit whole.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracer.errors import NO_PATHS
from tracer.golang import names
from tracer.graph import paths
from tracer.graph.callgraph import CallGraph
from tracer.guide import conformance, effects, stories
from tracer.guide.conformance import Ways
from tracer.guide.stories import Story
from tracer.guide.twins import Comparison
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.twin import TWINS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit, and what to look at."""

    where: str  # a story or a twin
    problem: str
    proposal: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}" + (f"; {self.proposal}" if self.proposal else "")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one path its twin runs."""

    path: str
    hops: int
    executed: int
    not_modelled: int  # with a reason each
    calls: int  # system calls of the run

    def __str__(self) -> str:
        return (
            f"{self.path:<18} {self.hops:>4} hops  {self.executed:>4} executed  "
            f"{self.not_modelled:>3} not modelled  {self.calls:>5} system calls"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and what was found."""

    stories: int
    stops: int
    twins: int
    coverage: tuple[Coverage, ...]  # of each path that was run
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The last line: what was checked, and whether it holds."""
        if not self.stories and not self.findings:
            return f"nothing to check: this tree {NO_PATHS}"
        runs = len(self.coverage)
        hops = sum(each.hops for each in self.coverage)
        executed = sum(each.executed for each in self.coverage)
        checked = (
            f"{self.stories} stories, {self.stops} stops, {self.twins} twins, "
            f"{runs} run{'s' * (runs != 1)}, {executed} of {hops} hops executed"
        )
        count = len(self.findings)
        return f"{checked}: " + (f"{count} problem{'s' * (count > 1)}" if count else "all hold")


def check(graph: CallGraph, told: Sequence[Story], runs: Mapping[str, Comparison]) -> Report:
    """Check the stories that apply to a tree, the runs of their twins, and the twins' names."""
    findings = [finding for story in told for finding in _story(graph, story)]
    for id_, compared in runs.items():
        findings.extend(_run(id_, compared))
    if told:
        findings.extend(_twins(graph))
        findings.extend(_conformance(graph, runs))
    if len(runs) == len(stories.ORDER):  # a twin may have its effect in any of the runs
        findings.extend(_effects(graph, [each.recording for each in runs.values()]))
    return Report(
        len(told),
        sum(len(story.stops) for story in told),
        len(TWINS) if told else 0,
        tuple(_coverage(id_, compared) for id_, compared in runs.items()),
        tuple(findings),
    )


def _coverage(id_: str, compared: Comparison) -> Coverage:
    counts = len(compared.main_line), len(compared.executed), len(compared.named)
    return Coverage(id_, *counts, len(compared.recording.calls))


def _story(graph: CallGraph, story: Story) -> Iterator[Finding]:
    path = paths.walk(graph, story.stops)
    lost = set(stories.absent(story, graph.resolution.names))
    for index in path.missing:
        visit = story.stops[index].visit
        gone = visit in lost
        problem = f"{visit} is not in this tree" if gone else f"nothing leads to {visit}"
        yield Finding(story.id, problem, _proposal(graph, story, visit) if gone else "")
    for before, hop in enumerate(path.hops):
        if hop.stop is None:
            after = next((h.stop for h in path.hops[before:] if h.stop is not None), None)
            visit = story.stops[after].visit if after is not None else "the end"
            passed = names.short(hop.edge.callee)
            yield Finding(story.id, f"{visit} is reached through {passed}, at {hop.edge.at}")


def _run(id_: str, compared: Comparison) -> Iterator[Finding]:
    for pair in compared.missed:
        name = names.short(pair.step.edge.callee)
        problem = (
            f"the run does not come to {name} in order"
            if pair.twin is not None
            else f"{name} has no twin, none of its system calls was made, and nothing says why"
        )
        yield Finding(f"the twin of {id_}", problem)


def _conformance(graph: CallGraph, runs: Mapping[str, Comparison]) -> Iterator[Finding]:
    ways = Ways(graph, frozenset(TWINS))
    told: set[str] = set()
    for id_, compared in runs.items():
        for found in conformance.check(ways, compared.recording):
            if str(found) not in told:
                told.add(str(found))
                yield Finding(f"the twin of {id_}, step {found.step + 1}", str(found))


def _effects(graph: CallGraph, recordings: Sequence[Recording]) -> Iterator[Finding]:
    effective = effects.effective(recordings)
    below = effects.below((TWINS[name] for name in sorted(TWINS)), graph.rules)
    for twin in below:
        if twin.go_name not in effective and not twin.passes:
            yield Finding(f"the twin {twin.python_name}", "does nothing, and nothing says why")
        if twin.go_name in effective and twin.passes:
            yield Finding(f"the twin {twin.python_name}", "is called a pass-through, but acts")
    passing = sum(bool(twin.passes) for twin in below)
    if passing > effects.MOST * len(below):
        problem = f"{passing} of {len(below)} below the daemon pass on; at most a fifth may"
        yield Finding("the twins", problem)


def _twins(graph: CallGraph) -> Iterator[Finding]:
    for name in sorted(TWINS):
        declared = name.partition("$")[0] in graph.resolution.functions
        if not declared or ("$" in name and graph.resolution.closure(name) is None):
            where = f"the twin {TWINS[name].python_name}"
            yield Finding(where, f"{names.short(name)} is not in this tree", _moved(graph, name))


def _proposal(graph: CallGraph, story: Story, visit: str) -> str:
    """Where a function may have gone: elsewhere under its name, or here under another."""
    if moved := _moved(graph, visit):
        return moved
    told = [stop.visit for stop in story.stops]
    called = {
        edge.callee
        for function in graph.resolution.functions
        if any(names.matches(visited, function) for visited in told)
        for edge in graph.edges(function)
        if edge.callee in graph.resolution.functions
        and not any(names.matches(visited, edge.callee) for visited in told)
    }
    owner, _, last = visit.rpartition(".")
    siblings = {n for n in called if names.matches(f"{owner}.{n.rpartition('.')[2]}", n)}
    by_last = {name.rpartition(".")[2]: name for name in sorted(siblings or called, reverse=True)}
    close = difflib.get_close_matches(last, by_last, n=1, cutoff=0.4)
    return f"perhaps {_place(graph, by_last[close[0]])}" if close else ""


def _moved(graph: CallGraph, visit: str) -> str:
    """The functions of the same name elsewhere in the tree."""
    last = visit.partition("$")[0].rpartition(".")[2]
    found = [name for name in sorted(graph.resolution.functions) if name.endswith(f".{last}")]
    return f"perhaps {_place(graph, found[0])}" if len(found) == 1 else ""


def _place(graph: CallGraph, name: str) -> str:
    function = graph.resolution.functions[name]
    return f"{names.short(name)} at {function.file.path}:{function.pos.line}"
