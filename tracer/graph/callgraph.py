"""The call graph: edges out of a function, worked out when they are asked for.

Terms, after `golang.org/x/tools/go/callgraph`: a *call site* is one call expression in one caller;
an *edge* is (caller, site, callee), several per site where the callee depends on a value.
An interface call expands to the implementers that the tree creates; see `dispatch`.
Sound for calls that Go syntax shows, except through reflection and `unsafe`; the rest comes from
rules, each with its evidence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tracer.golang import names
from tracer.golang.declarations import Program
from tracer.golang.syntax import Pos
from tracer.golang.types import calls, resolve, typexprs
from tracer.golang.types.calls import CallSite
from tracer.golang.types.model import behind
from tracer.golang.types.operands import ClosureValue, FunctionValue, Origin
from tracer.golang.types.resolve import Resolution
from tracer.golang.types.resolved import Resolved
from tracer.graph import rulebook
from tracer.graph.creation import Creation
from tracer.graph.crossings.crossings import Crossings
from tracer.graph.crossings.wiring import Wiring
from tracer.graph.dispatch import Dispatch, Dispatcher
from tracer.graph.edges import Edge, Place
from tracer.graph.interfaces import Interfaces
from tracer.graph.rulebook import Rules
from tracer.graph.values import Values

_DEFERRED = 1_000_000.0  # deferred calls come after all others, the last one first
_VALUES = calls.DYNAMIC - calls.INTERFACE
_SYSCALL_PACKAGES = frozenset({"syscall", "golang.org/x/sys/unix"})
_OUTSIDE = calls.STATIC | calls.INTERFACE  # what names whom it calls
Sites = tuple[tuple[float, CallSite], ...]  # the calls of one caller, each with its turn


@dataclass(eq=False, repr=False)
class CallGraph:
    """Who calls whom in one tree."""

    resolution: Resolution
    interfaces: Interfaces
    dispatcher: Dispatcher
    values: Values
    rules: Rules
    crossings: Crossings
    out: dict[str, tuple[Edge, ...]] = field(default_factory=dict)

    @property
    def program(self) -> Program:
        """The program this is the graph of."""
        return self.resolution.program

    def edges(self, caller: str) -> tuple[Edge, ...]:
        """The edges out of a function or closure, in run order."""
        if caller not in self.out:
            self.out[caller] = tuple(sorted(self._edges(caller, self.sites(caller)), key=_turn))
        return self.out[caller]

    def sites(self, caller: str) -> Sites:
        """The calls of one function or closure, closures inside it left out, with their order."""
        owner = caller.split("$", maxsplit=1)[0]
        if owner not in self.resolution.functions and not owner.endswith(".init"):
            return ()
        return _in_turn([s for s in self.resolution.body(caller).sites if s.caller == caller])

    def called(self, caller: str) -> Iterator[str]:
        """Yield whom the calls of a function may reach, crossings aside."""
        for _, site in self.sites(caller):
            if site.kind in calls.INTERFACE:
                yield from self.dispatcher.explain(site).callees
            elif site.kind == "funcvalue" and site.origin is not None:
                yield from self.values.functions(site.origin)
            else:
                yield site.callee

    def callers(self, callee: str) -> tuple[Edge, ...]:
        """The edges into a function, by place."""
        found: dict[tuple[str, object, str], Edge] = {}
        for caller in self._possible_callers(callee):
            for edge in self.edges(caller):
                if edge.callee == callee:
                    found[edge.caller, edge.site, edge.kind] = edge
        return tuple(sorted(found.values(), key=lambda e: (e.at.file, e.at.line, e.site, e.kind)))

    def callers_through(self, method: str) -> tuple[Edge, ...]:
        """The calls of a method that an interface declares, an edge for each, by place."""
        found: dict[tuple[str, Pos], Edge] = {}
        for body in self.resolution.mentioning(method.rpartition(".")[2]):
            for caller in dict.fromkeys(s.caller for s in body.dynamic if s.callee == method):
                for edge in self.edges(caller):
                    if edge.declared == method:
                        found.setdefault((edge.at.file, edge.site), edge)
        return tuple(found[place] for place in sorted(found))

    def is_system_call(self, callee: str) -> bool:
        """Say whether a function is the kernel's, as the rules know them."""
        package, _, name = callee.rpartition(".")
        return name in self.rules.system_calls and package in _SYSCALL_PACKAGES

    def handed_over(self, function: str) -> tuple[CallSite, ...]:
        """The calls with a function or closure as an argument whose callee is not in the tree."""
        bodies = (
            (self.resolution.body(function),)  # it stands there
            if "$" in function
            else self.resolution.mentioning(function.rpartition(".")[2])
        )
        found = {
            (site.file, site.pos): site
            for body in bodies
            for site in body.sites
            if site.kind in _OUTSIDE
            and names.package_path(site.callee) not in self.program.packages
            and any(_is_value_of(operand.origin, function) for operand in site.args)
        }
        return tuple(found[place] for place in sorted(found))

    def asked_by_library(self, function: str) -> tuple[str, ...]:
        """The library's interfaces that ask for a method, and that its type implements, by name."""
        declared = self.resolution.functions.get(function)
        if declared is None or not declared.receiver:
            return ()
        type_ = behind(typexprs.receiver_type(self.resolution.types, declared))
        return self.interfaces.of_library(type_, declared.name)

    def everything(self) -> Iterator[Edge]:
        """Yield every edge of the tree and its vendored packages."""
        self.values.load_everything()
        for body in self.resolution.everything():
            for caller in callers_in(body):
                yield from self.edges(caller)

    def by_value(self) -> Iterator[Edge]:
        """Yield the edges that take values to be told, those of `by_interface` aside.

        They are the calls of function values and the crossings, and what else their callers call
        without naming it; in no order of one caller's edges.
        """
        self.values.load_everything()
        for body in self.resolution.everything():
            if body.kinds & _VALUES or id(body) in self._naming:
                for caller, sites in self._not_named(body):
                    if self._may_cross(sites):
                        yield from self._edges(caller, sites, calls.DYNAMIC)
                    elif any(site.kind in _VALUES for _, site in sites):
                        yield from self._edges(caller, sites, _VALUES)

    def by_interface(self, paths: Iterable[str]) -> Iterator[Edge]:
        """Yield the edges of the interface calls whose callers call nothing that may cross.

        `paths`: the packages in which they are.
        """
        for path in paths:
            for body in self.resolution.in_package(path):
                if body.kinds & calls.INTERFACE:
                    for _, sites in self._not_named(body):
                        if not self._may_cross(sites):
                            yield from self._dispatched(sites)

    def _dispatched(self, sites: Sites) -> Iterator[Edge]:
        for order, site in sites:
            if site.kind in calls.INTERFACE:
                yield from self._dynamic(order, site, _place(site))

    def _not_named(self, body: Resolved) -> Iterator[tuple[str, Sites]]:
        """Yield the calls of a body whose callee no declaration tells, by caller.

        Where one that may cross is named as well, all calls: it has to be looked for.
        """
        found: dict[str, list[CallSite]] = defaultdict(list)
        for site in body.sites if id(body) in self._naming else body.dynamic:
            found[site.caller].append(site)
        for caller, sites in found.items():
            yield caller, _in_turn(sites)

    @cached_property
    def _naming(self) -> set[int]:
        """The bodies that name a call that may cross, and those without a text: initialisers."""
        last = sorted({call.rpartition(".")[2] for call in self.crossings.calls})
        naming = {id(body) for name in last for body in self.resolution.naming(name)}
        return naming | {id(body) for body in self.resolution.initializers}

    def _may_cross(self, sites: Sites) -> bool:
        """Say whether a crossing may leave by a call that names its callee."""
        return any(site.callee in self.crossings.calls for _, site in sites)

    def _possible_callers(self, callee: str) -> Iterator[str]:
        """Who can reach a function at all, told from the text of bodies; all, where a value is."""
        name = callee.split("$", maxsplit=1)[0].rpartition(".")[2]
        bodies = {id(b): b for b in self.resolution.mentioning(name)}
        if "$" in callee or self._is_value(callee, name):
            bodies = {id(b): b for b in self.resolution.everything()}
        for body in bodies.values():
            yield from callers_in(body)

    def _is_value(self, callee: str, name: str) -> bool:
        """Say whether a function is ever used other than by being called."""
        for body in self.resolution.mentioning(name):
            for flow in body.carrying:
                source = flow.source
                if isinstance(source, FunctionValue) and source.function.id == callee:
                    return True
        return any(e.callee == callee for e in self._rule_edges())

    def _rule_edges(self) -> Iterator[Edge]:
        for caller in self.crossings.callers():
            yield from self.edges(caller)

    def _edges(
        self, caller: str, sites: Sites, wanted: frozenset[str] = calls.STATIC | calls.DYNAMIC
    ) -> Iterator[Edge]:
        """Yield the crossings that leave a caller, and the edges of its calls of `wanted` forms."""
        crossed = tuple(self.crossings.edges(caller, sites))
        yield from crossed
        joined = {e.order - 0.5 for e in crossed if e.kind in {"reflection", "registry"}}
        for order, site in sites:
            if site.kind not in wanted:
                continue
            if site.kind in calls.STATIC:
                yield from self._static(order, site, _place(site))
            elif site.kind == "closure":
                yield self._edge(order, site, _place(site), "closure", site.callee)
            elif order in joined:
                continue
            elif site.kind in calls.INTERFACE:
                yield from self._dynamic(order, site, _place(site))
            elif site.origin is not None:
                yield from self._funcvalue(order, site, _place(site))

    def _static(self, order: float, site: CallSite, place: Place) -> Iterator[Edge]:
        kind = "syscall" if self.is_system_call(site.callee) else "direct"
        yield self._edge(order, site, place, kind, site.callee)
        for call, runs in self.rules.library:
            if site.callee == call:
                yield Edge(
                    site.caller,
                    runs,
                    place,
                    site.pos,
                    "syscall",
                    order + 0.25,
                    rule=f"{call} ends in it",
                )

    def _dynamic(self, order: float, site: CallSite, place: Place) -> Iterator[Edge]:
        dispatch = self.dispatcher.explain(site)
        for function in dispatch.callees or (site.callee,):
            yield self._edge(order, site, place, "interface", function, dispatch)

    def _funcvalue(self, order: float, site: CallSite, place: Place) -> Iterator[Edge]:
        assert site.origin is not None
        for target in self.values.functions(site.origin):
            kind = "closure" if "$" in target else "funcvalue"
            yield self._edge(order, site, place, kind, target)

    def _edge(
        self,
        order: float,
        site: CallSite,
        place: Place,
        kind: str,
        callee: str,
        dispatch: Dispatch | None = None,
    ) -> Edge:
        return Edge(
            site.caller,
            callee,
            place,
            site.pos,
            "goroutine" if site.mode == "go" else kind,
            order,
            deferred=site.mode == "defer",
            spawned=site.mode == "go",
            declared=site.callee if kind == "interface" else "",
            origin=site.origin if site.kind == "funcvalue" else None,
            dispatch=dispatch,
        )


def build(program: Program) -> CallGraph:
    """Make the call graph of a program; nothing is worked out yet."""
    resolution = resolve.resolve(program)
    interfaces = Interfaces(resolution)
    dispatcher = Dispatcher(interfaces, Creation(program))
    values = Values(resolution, dispatcher)
    rules = rulebook.choose(resolution.names)
    crossings = Crossings(
        Wiring(resolution, values, Values(resolution, dispatcher, of_all=True), rules)
    )
    return CallGraph(resolution, interfaces, dispatcher, values, rules, crossings)


def _in_turn(sites: Sequence[CallSite]) -> Sites:
    """Calls of one caller with their turns; deferred ones come last."""
    return tuple(
        (_DEFERRED - nth if site.mode == "defer" else float(nth), site)
        for nth, site in enumerate(sites)
    )


def _is_value_of(origin: Origin | None, function: str) -> bool:
    match origin:
        case FunctionValue(declared):
            return declared.id == function
        case ClosureValue(name):
            return name == function
        case _:
            return False


def callers_in(body: Resolved) -> Iterable[str]:
    """The function of a body and its closures, so far as they call anything."""
    return dict.fromkeys(site.caller for site in body.sites)


def _place(site: CallSite) -> Place:
    return Place(site.file, site.line)


def _turn(edge: Edge) -> tuple[float, Pos, str, str]:
    return edge.order, edge.site, edge.kind, edge.callee
