"""Where a value comes from: assignments, arguments and results followed backwards.

Flow-insensitive, and insensitive to which caller: all that may reach a place is returned.
Bodies are resolved as they are needed, by the names that their text mentions.
Not followed: values that pass through `interface{}` arguments of the standard library.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tracer.golang.declarations import Variable
from tracer.golang.types import methodsets
from tracer.golang.types.model import Pointer, behind
from tracer.golang.types.operands import (
    ClosureValue,
    ElementOf,
    FieldValue,
    Flow,
    FunctionValue,
    InterfaceMethod,
    Origin,
    ParameterOf,
    ResultOf,
    ResultOfValue,
)
from tracer.golang.types.resolve import Resolution, Resolved
from tracer.golang.types.scopes import Local
from tracer.golang.types.typexprs import receiver_type
from tracer.graph.interfaces import Interfaces

_DEPTH = 6  # of elements of elements and results of results: `x = x[0]` has no end


@dataclass(eq=False, repr=False)
class Values:
    """The flows of the bodies seen so far, by target."""

    resolution: Resolution
    interfaces: Interfaces
    into: dict[Origin, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    seen: set[int] = field(default_factory=set)  # ids of the bodies whose flows are in `into`
    looked_up: set[Origin] = field(default_factory=set)  # places whose bodies are all in
    traced: dict[Origin, tuple[Origin, ...]] = field(default_factory=dict)

    def trace(self, origin: Origin) -> tuple[Origin, ...]:
        """All origins that may reach this one, itself first, in the order they were found."""
        if origin not in self.traced:
            found: dict[Origin, None] = {}
            pending = [origin]
            while pending:
                current = pending.pop()
                if current not in found and _depth(current) <= _DEPTH:
                    found[current] = None
                    pending.extend(self._sources(current))
            self.traced[origin] = tuple(found)
        return self.traced[origin]

    def functions(self, origin: Origin) -> tuple[str, ...]:
        """The functions and closures that a value may be, by name, sorted."""
        found = set()
        for source in self.trace(origin):
            if isinstance(source, FunctionValue | ClosureValue):
                found.add(_name(source))
        return tuple(sorted(found))

    def flows_into(self, target: Origin) -> tuple[Flow, ...]:
        """The assignments to a place."""
        if target not in self.looked_up:
            self.looked_up.add(target)
            for body in self._bodies(target):
                self._load(body)
        return tuple(self.into.get(target, ()))

    def same_parameter(self, parameter: ParameterOf) -> Iterator[ParameterOf]:
        """A parameter, and those of the interface methods that its function implements."""
        yield parameter
        for name in self._interface_methods(parameter.function):
            yield ParameterOf(name, parameter.index)

    def _sources(self, origin: Origin) -> Iterator[Origin]:
        yield from (flow.source for flow in self.flows_into(origin))
        match origin:
            case ElementOf(container):
                for source in self._sources(container):
                    yield ElementOf(source)
            case ResultOfValue(FunctionValue() | ClosureValue() as function, index):
                yield ResultOf(_name(function), index)
            case ResultOfValue(function, index):
                for source in self._sources(function):
                    yield ResultOfValue(source, index)
            case ParameterOf():
                yield from (p for p in self.same_parameter(origin) if p != origin)
            case ResultOf(callee, index):
                for implementer in self._implementers(callee):
                    yield ResultOf(implementer, index)
            case InterfaceMethod(selection):
                for method in self.interfaces.implementing(selection.owner, selection.name):
                    yield FunctionValue(method)
            case _:
                pass

    def _load(self, body: Resolved) -> None:
        if id(body) not in self.seen:
            self.seen.add(id(body))
            for flow in body.flows:
                self.into[flow.target].append(flow)

    def _bodies(self, origin: Origin) -> Iterator[Resolved]:
        """The bodies that may assign to a place."""
        match origin:
            case ElementOf(inner) | ResultOfValue(inner):
                yield from self._bodies(inner)
            case ParameterOf(function):
                if "$" in function:
                    yield self.resolution.body(function)
                else:
                    yield from self.resolution.mentioning(function.rpartition(".")[2])
            case FieldValue(_, name) | Variable(name=name):
                yield from self.resolution.mentioning(name)
            case ResultOf(callee):
                if callee.split("$")[0] in self.resolution.functions:
                    yield self.resolution.body(callee)
            case Local(owner=owner):
                yield self.resolution.body(owner)
            case _:  # a literal is reached from the body that holds it, which is loaded by then
                pass

    def _interface_methods(self, function: str) -> Iterator[str]:
        """The interface methods that a method implements, by name."""
        declared = self.resolution.functions.get(function)
        if declared is None or not declared.receiver:
            return
        type_ = behind(receiver_type(self.resolution.types, declared))
        for interface in self.interfaces.with_method(declared.name):
            if methodsets.implements(self.resolution.types, Pointer(type_), interface):
                yield f"({interface.declared.id}).{declared.name}"

    def _implementers(self, callee: str) -> Iterator[str]:
        """The methods behind an interface method, by name."""
        owner, _, name = callee.rpartition(").")
        for interface in self.interfaces.with_method(name):
            if f"({interface.declared.id}" == owner:
                for function in self.interfaces.implementing(interface, name):
                    yield function.id


def _name(function: FunctionValue | ClosureValue) -> str:
    return function.name if isinstance(function, ClosureValue) else function.function.id


def _depth(origin: Origin) -> int:
    match origin:
        case ElementOf(inner) | ResultOfValue(inner):
            return 1 + _depth(inner)
        case _:
            return 0
