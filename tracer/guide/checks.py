"""Stories and twins held against a tree: what no longer fits, and where it may have gone.

A story applies to a tree that has nine tenths of its functions; then it must fit whole.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracer.golang import names
from tracer.graph import paths
from tracer.graph.callgraph import CallGraph
from tracer.guide import stories, twins
from tracer.guide.stories import Story
from tracer.guide.walkthrough import Walkthrough
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
class Report:
    """What was checked, and what was found."""

    stories: int
    stops: int
    twins: int
    runs: int
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The last line: what was checked, and whether it holds."""
        checked = (
            f"{self.stories} stories, {self.stops} stops, {self.twins} twins, "
            f"{self.runs} run{'s' * (self.runs != 1)}"
        )
        count = len(self.findings)
        return f"{checked}: " + (f"{count} problem{'s' * (count > 1)}" if count else "all hold")


def check(graph: CallGraph, walked: Sequence[tuple[Story, Walkthrough]]) -> Report:
    """Check the stories that apply to a tree, walked through it, and the twins of its functions."""
    findings: list[Finding] = []
    runs = 0
    for story, walkthrough in walked:
        findings.extend(_story(graph, story))
        if walkthrough.id in twins.RUNS:
            runs += 1
            findings.extend(_run(walkthrough))
    if walked:
        findings.extend(_twins(graph))
    stops = sum(len(story.stops) for story, _ in walked)
    return Report(len(walked), stops, len(TWINS) if walked else 0, runs, tuple(findings))


def _story(graph: CallGraph, story: Story) -> Iterator[Finding]:
    path = paths.walk(graph, story.stops)
    known = set(graph.resolution.functions)
    lost = set(stories.absent(story, known))
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


def _run(walkthrough: Walkthrough) -> Iterator[Finding]:
    compared = twins.run(walkthrough)
    for pair in compared.pairs:
        if pair.twin is not None and pair.ran is None and not pair.step.hop.branch:
            problem = f"the run does not come to {names.short(pair.step.edge.callee)} in order"
            yield Finding(f"the twin of {walkthrough.id}", problem)


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
