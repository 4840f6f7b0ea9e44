"""Where a value comes from: assignments, arguments and results followed backwards.

Flow-insensitive, and insensitive to which caller: all that may reach a place is returned.
What is passed to a function value reaches the parameters of every function that it may be; for that
a function is followed forwards, to the places where it is kept.  Deciding which functions those are
may need the same again, so each such call on the way costs one level, of `_LEVELS`.
Bodies are resolved as they are needed, by the names that their text mentions.
Not followed: values that pass through `interface{}` arguments of the standard library, and what is
put into a map or slice under another of its names (`t := table; t["x"] = f`).
A value that may come from more than `_PLACES` places is not told: each use would take as long.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tracer.golang.nesting import deep
from tracer.golang.types import methodsets
from tracer.golang.types.methodsets import interface_method_id
from tracer.golang.types.model import Pointer, behind
from tracer.golang.types.operands import (
    ClosureValue,
    ElementOf,
    FieldValue,
    Flow,
    FunctionValue,
    InterfaceMethod,
    LocalValue,
    Origin,
    ParameterOf,
    ParameterOfValue,
    ResultOf,
    ResultOfValue,
    VariableValue,
)
from tracer.golang.types.resolve import Resolution
from tracer.golang.types.resolved import Resolved
from tracer.golang.types.typexprs import receiver_type
from tracer.graph.dispatch import Dispatcher

_LEVELS = 2  # of function values called to find the functions that another may be
_PLACES = 3_000  # that a value may come from or go to; what may be anything tells nothing
_DEPTH = 6  # of elements of elements and results of results: `x = x[0]` has no end


@dataclass(eq=False, repr=False)
class Values:
    """The flows of the bodies seen so far, by target."""

    resolution: Resolution
    dispatcher: Dispatcher
    of_all: bool = False  # values, not only of those that may carry a function
    into: dict[Origin, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    out_of: dict[Origin, list[Origin]] = field(default_factory=lambda: defaultdict(list))
    # Interface methods that are kept as values, by name.
    methods: dict[str, list[InterfaceMethod]] = field(default_factory=lambda: defaultdict(list))
    is_complete: bool = False  # all bodies are in
    seen: set[int] = field(default_factory=set)  # ids of the bodies whose flows are in `into`
    looked_up: set[Origin] = field(default_factory=set)  # places whose bodies are all in
    used: set[Origin] = field(default_factory=set)  # values the bodies of whose users are all in
    mentioned: set[str] = field(default_factory=set)  # names: the bodies with them are all in
    made: set[str] = field(default_factory=set)  # types: the bodies with their literals are all in
    implementing: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by method
    implemented: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by interface method
    sources: dict[tuple[Origin, int], tuple[int, tuple[Origin, ...]]] = field(default_factory=dict)
    traced: dict[tuple[Origin, int], tuple[Origin, ...]] = field(default_factory=dict)
    reached: dict[tuple[Origin, int], tuple[Origin, ...]] = field(default_factory=dict)

    @deep  # once for all bodies
    def load_everything(self) -> None:
        """Load every body: for questions that come to all of them anyway."""
        if not self.is_complete:
            for body in self.resolution.everything():
                self.load(body)
            self.is_complete = True

    def trace(self, origin: Origin, level: int = _LEVELS) -> tuple[Origin, ...]:
        """All origins that may reach this one, itself first, in the order they were found."""
        if (origin, level) not in self.traced:
            self.traced[origin, level] = _closure(origin, lambda o: self._sources(o, level))
        return self.traced[origin, level]

    def functions(self, origin: Origin, level: int = _LEVELS) -> tuple[str, ...]:
        """The functions and closures that a value may be, by name, sorted."""
        found = set()
        for source in self.trace(origin, level):
            if isinstance(source, FunctionValue | ClosureValue):
                found.add(_name(source))
        return tuple(sorted(found))

    def flows_into(self, target: Origin) -> tuple[Flow, ...]:
        """The assignments to a place."""
        if not self.is_complete and target not in self.looked_up:
            self.looked_up.add(target)
            self._load_assigning(target)
        return tuple(self.into.get(target, ()))

    def same_parameter(self, parameter: ParameterOf, level: int = _LEVELS) -> Iterator[Origin]:
        """A parameter, also as that of an interface method, or of a value that is its function."""
        yield parameter
        for name in self._interface_methods(parameter.function):
            yield ParameterOf(name, parameter.nth)
            yield from self._of_values(name, parameter.nth, level)
        yield from self._of_values(parameter.function, parameter.nth, level)

    def _of_values(self, function: str, index: int, level: int) -> Iterator[ParameterOfValue]:
        for value in self._values(function) if level else ():
            for place in self._reach(value, level - 1)[1:]:
                yield ParameterOfValue(place, index + _shift(value))

    def _values(self, function: str) -> Iterator[Origin]:
        """The values that a function or an interface's method is, where it is not called."""
        declared = self.resolution.functions.get(function)
        if "$" in function:
            yield ClosureValue(function)
        elif declared is not None:
            yield FunctionValue(declared)
            if declared.receiver:
                yield FunctionValue(declared, bound=True)
        else:
            yield from dict.fromkeys(self.methods.get(function, ()))

    def _reach(self, origin: Origin, level: int) -> tuple[Origin, ...]:
        """All places that a value may move to, itself first."""
        if (origin, level) not in self.reached:
            self.reached[origin, level] = _closure(
                origin, lambda o: _bounded(self._targets(o, level))
            )
        return self.reached[origin, level]

    def _targets(self, origin: Origin, level: int) -> Iterator[Origin]:
        if not self.is_complete and origin not in self.used:
            self.used.add(origin)
            self._load_using(origin)
        yield from self.out_of.get(origin, ())
        match origin:
            case ElementOf(container):
                for target in self._targets(container, level):
                    yield ElementOf(target)
            case ParameterOf(function, index):
                for implementer in self._implementers(function):
                    yield ParameterOf(implementer, index)
            case ParameterOfValue(value, index) if level:
                for source in self.trace(value, level - 1):
                    if isinstance(source, FunctionValue | ClosureValue):
                        yield ParameterOf(_name(source), index - _shift(source))
            case ResultOf(function, index):
                for name in self._interface_methods(function):
                    yield ResultOf(name, index)
                for value in self._values(function) if level else ():
                    for place in self._reach(value, level - 1)[1:]:
                        yield ResultOfValue(place, index)
            case _:
                pass

    def _sources(self, origin: Origin, level: int) -> tuple[Origin, ...]:
        """The origins one step before; told anew where more bodies are in than at the last time."""
        known = self.sources.get((origin, level))
        if known is None or known[0] != len(self.seen):
            found = tuple(_bounded(self._found_sources(origin, level)))
            known = self.sources[origin, level] = (len(self.seen), found)
        return known[1]

    def _found_sources(self, origin: Origin, level: int) -> Iterator[Origin]:
        yield from (flow.source for flow in self.flows_into(origin))
        match origin:
            case ElementOf(container):
                for source in self._sources(container, level):
                    yield ElementOf(source)
            case ResultOfValue(FunctionValue() | ClosureValue() as function, index):
                yield ResultOf(_name(function), index)
            case ResultOfValue(function, index):
                for source in self._sources(function, level):
                    yield ResultOfValue(source, index)
            case ParameterOf():
                yield from (p for p in self.same_parameter(origin, level) if p != origin)
            case ResultOf(callee, index):
                for implementer in self._implementers(callee):
                    yield ResultOf(implementer, index)
            case InterfaceMethod(selection):
                for name in self.dispatcher.functions(selection.interface, selection.name):
                    if (method := self.resolution.functions.get(name)) is not None:
                        yield FunctionValue(method, bound=True)
            case _:
                pass

    def load(self, body: Resolved) -> None:
        """Take in the moves of one body."""
        if id(body) not in self.seen:
            self.seen.add(id(body))
            into, out_of = self.into, self.out_of
            for flow in body.flows if self.of_all else body.carrying:
                target, source = flow.target, flow.source
                into[target].append(flow)
                out_of[source].append(target)
                if isinstance(source, InterfaceMethod):
                    self.methods[interface_method_id(source.selection)].append(source)

    def _load_assigning(self, origin: Origin) -> None:
        """Load the bodies that may assign to a place."""
        match origin:
            case ElementOf(inner) | ResultOfValue(inner):
                self._load_assigning(inner)
            case ParameterOfValue(inner):
                self._load_using(inner)
            case ParameterOf(function):
                if function.partition("$")[0] in self.resolution.functions:
                    self.load(self.resolution.body(function))  # it may assign to it itself
                if "$" not in function:
                    self._load_mentioning(function.rpartition(".")[2])
            case FieldValue(owner, name):
                self._load_mentioning(name)
                self._load_making(owner.rpartition(".")[2])
            case VariableValue(variable):
                self._load_mentioning(variable.name)
            case ResultOf(callee):
                if callee.split("$")[0] in self.resolution.functions:
                    self.load(self.resolution.body(callee))
            case LocalValue(owner=owner):
                self.load(self.resolution.body(owner))
            case _:  # a literal is reached from the body that holds it, which is loaded by then
                pass

    def _load_using(self, origin: Origin) -> None:
        """Load the bodies that may use a value at a place: move it on, or call it."""
        match origin:
            case ElementOf(inner) | ResultOfValue(inner):
                self._load_using(inner)
            case FunctionValue(function):
                self._load_mentioning(function.name)
            case InterfaceMethod(selection):
                self._load_mentioning(selection.name)
            case ResultOf(callee) if "$" not in callee:
                self._load_mentioning(callee.rpartition(".")[2])
            case FieldValue(_, name):
                self._load_mentioning(name)
            case VariableValue(variable):
                self._load_mentioning(variable.name)
            case ClosureValue(name) | ParameterOf(name) | ResultOf(name) | LocalValue(owner=name):
                self.load(self.resolution.body(name))
            case _:  # the body that holds a literal or calls a value is loaded by then
                pass

    def _load_making(self, name: str) -> None:
        if name not in self.made:
            self.made.add(name)
            for body in self.resolution.making(name):
                self.load(body)

    def _load_mentioning(self, name: str) -> None:
        if name not in self.mentioned:
            self.mentioned.add(name)
            for body in self.resolution.naming(name):
                self.load(body)
            if len(self.mentioned) == 1:  # the initialisers, of which no text is at hand, once
                for body in self.resolution.initializers:
                    self.load(body)

    def _interface_methods(self, function: str) -> tuple[str, ...]:
        """The interface methods that a method implements, by name."""
        if function not in self.implementing:
            self.implementing[function] = tuple(self._found_interface_methods(function))
        return self.implementing[function]

    def _found_interface_methods(self, function: str) -> Iterator[str]:
        declared = self.resolution.functions.get(function)
        if declared is None or not declared.receiver:
            return
        type_ = behind(receiver_type(self.resolution.types, declared))
        for interface in self.dispatcher.interfaces.with_method(declared.name):
            if methodsets.implements(self.resolution.types, Pointer(type_), interface):
                yield f"({interface.declared.id}).{declared.name}"

    def _implementers(self, callee: str) -> tuple[str, ...]:
        """The methods behind an interface method, by name."""
        if callee not in self.implemented:
            owner, _, name = callee.rpartition(").")
            self.implemented[callee] = tuple(
                function
                for interface in self.dispatcher.interfaces.with_method(name)
                if f"({interface.declared.id}" == owner
                for function in self.dispatcher.functions(interface, name)
            )
        return self.implemented[callee]


def _name(function: FunctionValue | ClosureValue) -> str:
    return function.name if isinstance(function, ClosureValue) else function.function.id


def _shift(value: Origin) -> int:
    """The places by which a method expression's parameters move: its receiver comes first."""
    is_expression = isinstance(value, FunctionValue) and value.function.receiver
    return int(bool(is_expression) and not value.bound)  # type: ignore[union-attr]


def _closure(first: Origin, follow: Callable[[Origin], Iterable[Origin]]) -> tuple[Origin, ...]:
    """Everything that following leads to from one origin, itself first; of a crowd, nothing."""
    found: dict[Origin, None] = {}
    pending = [*_bounded([first])]
    while pending:
        current = pending.pop()
        if current not in found:
            found[current] = None
            pending.extend(follow(current))
        if len(found) > _PLACES:
            return (first,)
    return tuple(found)


def _bounded(found: Iterable[Origin]) -> Iterator[Origin]:
    return (origin for origin in found if _depth(origin) <= _DEPTH)


def _depth(origin: Origin) -> int:
    match origin:
        case ElementOf(inner) | ResultOfValue(inner) | ParameterOfValue(inner):
            return 1 + _depth(inner)
        case _:
            return 0
