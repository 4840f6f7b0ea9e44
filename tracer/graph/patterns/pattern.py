"""A pattern found: its name, its roles, and the lines that prove it."""

from collections.abc import Iterable

import msgspec

from tracer.graph.edges import Place

KINDS = (
    "template-method",
    "strategy",
    "template-by-build-tag",
    "registry",
    "factory",
    "adapter",
    "decorator",
    "observer",
    "command",
    "facade",
)


class TemplateFunction(msgspec.Struct, frozen=True, order=True):
    """A function that is the same for all, and the varying operations that it calls."""

    function: str
    calls: tuple[str, ...]  # in the order of the source
    deferred: tuple[int, ...] = ()  # which of them run when the function returns, in run order

    @property
    def in_turn(self) -> tuple[str, ...]:
        """The calls as they run, those that are deferred with a word that says so."""
        first = [call for nth, call in enumerate(self.calls) if nth not in self.deferred]
        return (*first, *(f"{self.calls[nth]} (deferred)" for nth in self.deferred))


class FrameStep(msgspec.Struct, frozen=True, order=True):
    """One step of a frame: an operation that varies, or a function that is the same for all."""

    name: str  # of the operation; the full name of a function
    varies: bool
    deferred: bool  # runs when the function returns
    by: str = ""  # the function that does nothing but hand the call on


class Frame(msgspec.Struct, frozen=True, order=True):
    """The function that shows the order of a template method best, and its steps in run order."""

    function: str
    steps: tuple[FrameStep, ...]

    @property
    def outline(self) -> tuple[FrameStep, ...]:
        """The steps as they run, each that is the same for all only where it comes first."""
        first = {step.name: index for index, step in reversed(list(enumerate(self.steps)))}
        return tuple(s for i, s in enumerate(self.steps) if s.varies or first[s.name] == i)


class PatternMatch(msgspec.Struct, frozen=True, order=True):
    """One occurrence of a pattern; names in SSA notation, everything sorted but `calls`."""

    pattern: str  # one of KINDS
    interface: str  # full name; empty where there is none
    operations: tuple[str, ...]
    template_functions: tuple[TemplateFunction, ...]
    implementations: tuple[str, ...]
    selection: tuple[str, ...]  # registry, factory, plugin; none
    variants: tuple[str, ...]  # optional-hook, callback-hook, naive-wrapper, facet:…
    evidence: tuple[Place, ...]
    builds: tuple[tuple[str, str], ...] = ()  # implementation → its build constraint
    frame: Frame | None = None  # of a template method

    @property
    def names(self) -> tuple[str, ...]:
        """What the match is known by: its interface, or its functions."""
        return tuple(filter(None, (self.interface, *(t.function for t in self.template_functions))))


def places(found: Iterable[Place]) -> tuple[Place, ...]:
    """Places as evidence: each once, by file and line."""
    return tuple(sorted(set(found), key=lambda p: (p.file, p.line)))
