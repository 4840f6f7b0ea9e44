"""The frame of a template method: one function's own steps, and between them those that vary.

What a Java reader knows as the final method of an abstract class.  Of several functions that use an
interface, the frame is one that passes a hook where an operation takes one; otherwise the one that
the varying steps make up the most of.
"""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge
from tracer.graph.families.family import Family
from tracer.graph.patterns.pattern import Frame, FrameStep
from tracer.graph.rulebook import lens


def choose(graph: CallGraph, family: Family, functions: Iterable[str]) -> Frame | None:
    """Choose the frame that shows a pattern best; none where no function has a varying step."""
    reader = _Reader(graph, family)
    read = (Frame(function, tuple(reader.steps(function))) for function in functions)
    frames = [f for f in read if any(step.varies for step in f.steps)]
    return min(frames, key=reader.rank, default=None)


class _Reader(msgspec.Struct, frozen=True):
    graph: CallGraph
    family: Family

    def rank(self, frame: Frame) -> tuple[bool, float, int, str]:
        """Give the best frame the lowest rank."""
        varying = [step.name for step in frame.steps if step.varies]
        hooked = any(self.family.operations[name].hook for name in varying)
        share = len(set(varying)) ** 2 / len(frame.steps)
        return not hooked, -share, -len(varying), frame.function

    def steps(self, function: str) -> Iterator[FrameStep]:
        """Yield a function's steps in run order: operations, and own calls that do domain work."""
        seen: set[float] = set()
        for edge in self.graph.edges(function):
            if edge.order not in seen:  # an interface call has an edge for each implementer
                seen.add(edge.order)
                yield from self._step(edge)

    def _step(self, edge: Edge) -> Iterator[FrameStep]:
        if operation := self._operation(edge):
            yield FrameStep(operation, varies=True, deferred=edge.deferred)
        elif edge.kind == "closure" and edge.deferred:
            yield from (replace(step, deferred=True) for step in self.steps(edge.callee))
        elif edge.kind == "direct" and edge.callee in self.graph.resolution.functions:
            handed_on = self._handed_on(edge.callee)
            if handed_on:
                yield FrameStep(handed_on, varies=True, deferred=edge.deferred, by=edge.callee)
            elif lens(self.graph.rules, edge.callee) == "domain":
                yield FrameStep(edge.callee, varies=False, deferred=edge.deferred)

    def _handed_on(self, function: str) -> str:
        """The operation, where calling it is all that a function does."""
        if len(self.graph.sites(function)) != 1:
            return ""
        return next(filter(None, map(self._operation, self.graph.edges(function))), "")

    def _operation(self, edge: Edge) -> str:
        """The operation of this family that an edge calls; empty where it calls something else."""
        interface, _, name = edge.declared.rpartition(".")
        receivers = {self.family.id, *self.family.interface.bases, *self.family.capabilities}
        ours = interface.strip("(*)") in receivers and name in self.family.operations
        return name if ours else ""
