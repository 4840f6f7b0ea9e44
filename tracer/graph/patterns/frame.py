"""The frame of a template method: one function's own steps, and between them those that vary.

What a Java reader knows as the final method of an abstract class.  Of several functions that use an
interface, the frame is one that passes a hook where an operation takes one; otherwise the one that
the varying steps make up the most of.
"""

from collections.abc import Iterable, Iterator
from operator import itemgetter

import msgspec
from msgspec.structs import replace

from tracer.golang.types.calls import INTERFACE, STATIC, CallSite
from tracer.graph.callgraph import CallGraph
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

    def steps(self, function: str, around: tuple[str, ...] = ()) -> Iterator[FrameStep]:
        """Yield a function's steps in run order: operations, and own calls that do domain work.

        `around`: the functions that it is a literal in, from the outermost on.
        """
        for _, site in sorted(self.graph.sites(function), key=itemgetter(0)):
            yield from self._step(site, (*around, function))

    def _step(self, site: CallSite, around: tuple[str, ...]) -> Iterator[FrameStep]:
        deferred = site.mode == "defer"
        if operation := self._operation(site):
            yield FrameStep(operation, varies=True, deferred=deferred)
        elif deferred and (literal := self._literal(site)):
            if literal not in around:  # it may put itself off again
                inside = self.steps(literal, around)
                yield from (replace(step, deferred=True) for step in inside)
        elif site.kind in STATIC and site.mode != "go":
            handed_on = self._handed_on(site.callee)
            if handed_on:
                yield FrameStep(handed_on, varies=True, deferred=deferred, by=site.callee)
            elif self._is_own(site.callee):
                yield FrameStep(site.callee, varies=False, deferred=deferred)

    def _is_own(self, function: str) -> bool:
        """Say whether a function of the tree does domain work."""
        known = function in self.graph.resolution.functions
        is_domain = lens(self.graph.rules, function) == "domain"
        return known and is_domain and not self.graph.is_system_call(function)

    def _literal(self, site: CallSite) -> str:
        """The one function literal that a call runs; empty where it may be another, or none."""
        found = self.graph.values.functions(site.origin) if site.origin is not None else ()
        return found[0] if len(found) == 1 and "$" in found[0] else ""

    def _handed_on(self, function: str) -> str:
        """The operation, where calling it is all that a function does."""
        sites = self.graph.sites(function)
        return self._operation(sites[0][1]) if len(sites) == 1 else ""

    def _operation(self, site: CallSite) -> str:
        """The operation of this family that a call goes to; empty where it goes elsewhere."""
        interface, _, name = site.callee.rpartition(".")
        receivers = {self.family.id, *self.family.interface.bases, *self.family.capabilities}
        ours = interface.strip("(*)") in receivers and name in self.family.operations
        return name if ours and site.kind in INTERFACE else ""
