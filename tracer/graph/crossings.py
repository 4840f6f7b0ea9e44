"""Edges that Go syntax does not show: registries, HTTP routes, reflection, processes.

Each rule form of `rulebook` becomes edges with both places: where control leaves, and the line that
says where it arrives.  Keys that find no partner are kept (`unjoined`), not guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tracer.golang.syntax import Pos
from tracer.golang.types import methodsets, typexprs
from tracer.golang.types.calls import CallSite
from tracer.golang.types.model import Named, Pointer, Unknown, behind
from tracer.golang.types.operands import (
    ElementOf,
    FieldValue,
    Flow,
    LiteralValue,
    Origin,
    ResultOf,
)
from tracer.golang.types.resolve import Resolution
from tracer.graph.edges import Edge, Place
from tracer.graph.rulebook import Http, Process, Registry, Request, Rules
from tracer.graph.values import Values


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing kept under a key, and the line that keeps it."""

    key: str
    origin: Origin
    place: Place


@dataclass(eq=False, repr=False)
class Crossings:
    """The crossings of a tree, found as callers are asked about."""

    resolution: Resolution
    values: Values
    rules: Rules
    unjoined: dict[Place, str] = field(default_factory=dict)  # where → what found no partner

    def edges(self, caller: str, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        """Yield the crossings that leave a function or closure; `sites`: its calls in order."""
        for registry in self.rules.registries:
            yield from self._registry(registry, caller, sites)
        for http in self.rules.https:
            yield from self._http(http, sites)
        for process in self.rules.processes:
            if process.parent == caller:
                yield from self._process(process, sites)
        yield from self._reflection(sites)

    # Registries

    def entries(self, registry: Registry) -> tuple[Entry, ...]:
        """Everything kept in a registry, sorted by key."""
        found = self._literal_entries(registry) if registry.table else self._registered(registry)
        return tuple(sorted(found, key=lambda e: (e.key, str(e.place))))

    def _registered(self, registry: Registry) -> Iterator[Entry]:
        for body in self.resolution.mentioning(registry.register.rpartition(".")[2]):
            for site in body.sites:
                if site.callee == registry.register and len(site.args) > registry.value:
                    yield from self._registration(site, registry)

    def _registration(self, site: CallSite, registry: Registry) -> Iterator[Entry]:
        key, kept = site.args[registry.key], site.args[registry.value]
        place = Place(site.file, site.line)
        if key.text is not None and "{}" not in key.text:
            if kept.origin is not None:
                yield Entry(key.text, kept.origin, place)
            return
        # A loop over a map literal: its keys are the registry's.
        for flow in self._literal_flows(kept.origin):
            if flow.key is not None:
                yield Entry(flow.key, flow.source, Place(flow.file, flow.pos.line))

    def _literal_entries(self, registry: Registry) -> Iterator[Entry]:
        for path in sorted(self.resolution.program.packages):
            package = self.resolution.program.packages[path]
            for name, declared in package.scope.items():
                if f"{path}.{name}".endswith(f"/{registry.table}"):
                    self.resolution.body(f"{path}.init")
                    for flow in self._literal_flows(ElementOf(declared)):  # type: ignore[arg-type]
                        if flow.key is not None:
                            place = Place(flow.file, flow.pos.line)
                            yield Entry(flow.key, flow.source, place)

    def _literal_flows(self, origin: Origin | None) -> Iterator[Flow]:
        """The keyed elements of the map literals that a value comes from."""
        for source in self.values.trace(origin) if origin else ():
            if isinstance(source, ElementOf) and isinstance(source.container, LiteralValue):
                yield from self.values.flows_into(source)

    def _registry(
        self, registry: Registry, caller: str, sites: tuple[tuple[float, CallSite], ...]
    ) -> Iterator[Edge]:
        if caller == registry.lookup:  # it calls what it found
            for order, site in sites:
                if site.kind == "funcvalue":
                    yield from self._dispatch(registry, order, self._looked_up(site), site, None)
            return
        lookups = [(order, s) for order, s in sites if s.callee == registry.lookup]
        if registry.lookup_key < 0:
            return
        for index, (order, lookup) in enumerate(lookups):
            end = lookups[index + 1][0] if index + 1 < len(lookups) else float("inf")
            run = self._run(registry, [(o, s) for o, s in sites if order < o < end])
            if run is None and registry.run:
                run = self._run(registry, [(o, s) for o, s in sites if order < o])
            if run is not None:
                key = lookup.args[registry.lookup_key].text
                at = Place(lookup.file, lookup.line)
                yield from self._dispatch(registry, run[0], at, run[1], key, lookup.pos)

    def _run(
        self, registry: Registry, later: list[tuple[float, CallSite]]
    ) -> tuple[float, CallSite] | None:
        """The call that runs what a lookup found: the first method call on its result."""
        for order, site in later:
            wanted = site.selection is not None and registry.run in ("", site.selection.name)
            if wanted and site.receiver is not None and site.receiver.origin is not None:
                origin = site.receiver.origin
                if ResultOf(registry.lookup, 0) in (origin, *self._direct(origin)):
                    return order, site
        return None

    def _direct(self, origin: Origin) -> Iterator[Origin]:
        yield from (flow.source for flow in self.values.flows_into(origin))

    def _looked_up(self, site: CallSite) -> Place:
        """Where the value that is called was looked up: the line that assigns it."""
        for flow in self.values.flows_into(site.origin) if site.origin else ():
            return Place(flow.file, flow.pos.line)
        return Place(site.file, site.line)

    def _dispatch(
        self,
        registry: Registry,
        order: float,
        at: Place,
        run: CallSite,
        key: str | None,
        site: Pos | None = None,
    ) -> Iterator[Edge]:
        ran = Place(run.file, run.line)
        wanted = key if key is not None and "{}" not in key else None
        found = [e for e in self.entries(registry) if wanted in (None, e.key)]
        if not found:
            self.unjoined[at] = f"{registry.name} {wanted!r} is registered nowhere"
        for entry in found:
            for target in self._targets(entry, run):
                yield Edge(
                    run.caller,
                    target,
                    at,
                    site or run.pos,
                    "registry",
                    order + 0.5,
                    (entry.place,),
                    entry.key,
                    ran if ran != at or site else None,
                    deferred=run.mode == "defer",
                    spawned=run.mode == "go",
                    declared=registry.name,
                )

    def _targets(self, entry: Entry, run: CallSite) -> Iterator[str]:
        """What runs: the function kept, or the method called on the value kept."""
        functions = self.values.functions(entry.origin)
        if functions:
            yield from functions
            return
        for source in self.values.trace(entry.origin):
            if isinstance(source, LiteralValue) and run.selection is not None:
                type_ = Pointer(behind(source.type_))
                chosen = methodsets.select(self.resolution.types, type_, run.selection.name)
                if chosen is not None and chosen.function is not None:
                    yield chosen.function.id

    @cached_property
    def runners(self) -> frozenset[str]:
        """The methods that run what a registry kept; their callers' edges tell which."""
        found: set[str] = set()
        for registry in self.rules.registries:
            lookup = self.resolution.functions.get(registry.lookup)
            if registry.run and lookup is not None:
                types = self.resolution.types
                results = typexprs.function_signature(types, lookup).results
                chosen = methodsets.select(types, results[0], registry.run) if results else None
                if chosen is not None and chosen.function is not None:
                    found.add(chosen.function.id)
        return frozenset(found)

    # HTTP

    def routes(self, http: Http) -> tuple[tuple[str, str, Entry], ...]:
        """The routes: verb, path, handler with its line."""
        found = [*self._table(http.table)] if http.table else []
        for register in http.routes:
            for body in self.resolution.mentioning(register.function.rpartition(".")[2]):
                for site in body.sites:
                    if site.callee == register.function and len(site.args) > register.handler:
                        found.extend(self._route(register, site))
        return tuple(sorted(found, key=lambda r: (r[0], r[1], str(r[2].place))))

    def _table(self, function: str) -> Iterator[tuple[str, str, Entry]]:
        """The routes in a literal `map[verb]map[path]handler`."""
        body = self.resolution.body(function)
        for target in [f.target for f in body.flows]:
            self.values.flows_into(target)
        for flow in body.flows:
            inner = flow.source
            if flow.key is None or not isinstance(inner, LiteralValue):
                continue
            for route in self.values.flows_into(ElementOf(inner)):
                if route.key is not None:
                    place = Place(route.file, route.pos.line)
                    yield flow.key, route.key, Entry(route.key, route.source, place)

    def _route(self, register: Request, site: CallSite) -> Iterator[tuple[str, str, Entry]]:
        """The route that one call registers."""
        verb, path = _verb(register, site), site.args[register.path].text
        origin = site.args[register.handler].origin
        if verb is not None and path is not None and origin is not None:
            yield verb, path, Entry(path, origin, Place(site.file, site.line))

    def _http(self, http: Http, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        requests = {r.function: r for r in http.requests}
        for order, site in sites:
            request = requests.get(site.callee)
            if request is None or len(site.args) <= request.path:
                continue
            verb, path = _verb(request, site), site.args[request.path].text
            place = Place(site.file, site.line)
            if verb is None or path is None or path.startswith("{}"):
                if site.caller not in requests:
                    self.unjoined[place] = "the request's verb or path is known only at run time"
                continue
            route = match_route(path, [r for r in self._routes(http) if r[0] == verb])
            if route is None:
                self.unjoined[place] = f"no route answers {verb} {path}"
                continue
            yield from self._request(http, order, site, route)

    def _request(
        self, http: Http, order: float, site: CallSite, route: tuple[str, str, Entry]
    ) -> Iterator[Edge]:
        template = re.sub(r"\{(\w+)(:[^}]*)?\}", r"{\1}", route[1])
        for target in self.values.functions(route[2].origin):
            yield Edge(
                site.caller,
                target,
                Place(site.file, site.line),
                site.pos,
                "http",
                order + 0.5,
                (route[2].place,),
                f"{route[0]} {template}",
                declared=http.name,
            )

    def _routes(self, http: Http) -> tuple[tuple[str, str, Entry], ...]:
        if http.name not in self._tables:
            self._tables[http.name] = self.routes(http)
        return self._tables[http.name]

    @cached_property
    def _tables(self) -> dict[str, tuple[tuple[str, str, Entry], ...]]:
        return {}

    # Processes

    def _process(
        self, process: Process, sites: tuple[tuple[float, CallSite], ...]
    ) -> Iterator[Edge]:
        chosen = self._program(process, sites)
        for order, site in sites:
            if site.callee == process.start:
                yield Edge(
                    site.caller,
                    process.child,
                    Place(site.file, site.line),
                    site.pos,
                    "process",
                    order + 0.75,
                    tuple(sorted(chosen, key=str)),
                    process.argv0,
                    spawned=True,
                    declared=process.name,
                )

    def _program(self, process: Process, sites: tuple[tuple[float, CallSite], ...]) -> list[Place]:
        """Where the child's program is chosen."""
        outside = process.child.removeprefix("external:")
        if outside != process.child:
            named = [s for _, s in sites if s.args and s.args[0].text == outside]
            return [Place(s.file, s.line) for s in named]
        return [
            Place(flow.file, flow.pos.line)
            for flow in self.values.flows_into(FieldValue("os/exec.Cmd", "Path"))
            if flow.file.rpartition("/")[0].endswith(process.program)
        ]

    # Reflection

    @cached_property
    def _reflecting(self) -> dict[str, tuple[str, Named, Place]]:
        """Functions that find a method by a constructed name: → prefix, receiver, line."""
        found: dict[str, tuple[str, Named, Place]] = {}
        for body in self.resolution.mentioning("MethodByName"):
            for site in body.sites:
                if site.callee != "(reflect.Value).MethodByName":
                    continue
                prefix = (site.args[0].text or "").partition("{}")[0]
                receiver = next(
                    (s.args[0].type_ for s in body.sites if s.callee == "reflect.ValueOf"),
                    Unknown("no reflect.ValueOf beside it"),
                )
                place = Place(site.file, site.line)
                if prefix and isinstance(behind(receiver), Named):
                    found[site.caller] = (prefix, behind(receiver), place)  # type: ignore[assignment]
                else:
                    self.unjoined[place] = "the method's name is known only at run time"
        return found

    def reflecting_callers(self) -> Iterator[str]:
        """The functions that may call what was found by a constructed name."""
        for function in self._reflecting:
            for body in self.resolution.mentioning(function.rpartition(".")[2]):
                yield from dict.fromkeys(s.caller for s in body.sites if s.kind == "funcvalue")

    def _reflection(self, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        for order, site in sites:
            if site.kind != "funcvalue" or site.origin is None:
                continue
            for source in self.values.trace(site.origin):
                if isinstance(source, ResultOf) and source.callee in self._reflecting:
                    yield from self._methods(order, site, *self._reflecting[source.callee])

    def _methods(
        self, order: float, site: CallSite, prefix: str, receiver: Named, evidence: Place
    ) -> Iterator[Edge]:
        methods = methodsets.declared_methods(receiver.declared)
        for name in sorted(n for n in methods if n.startswith(prefix) and n != prefix):
            yield Edge(
                site.caller,
                methods[name].id,
                Place(site.file, site.line),
                site.pos,
                "reflection",
                order + 0.5,
                (evidence,),
                name.removeprefix(prefix).lower(),
                declared=f'"{prefix}" + word',
            )


def _verb(request: Request, site: CallSite) -> str | None:
    """The verb of a request or route, where it is known."""
    if request.verb:
        return request.verb
    known = 0 <= request.verb_argument < len(site.args)
    return site.args[request.verb_argument].text if known else None


def match_route(path: str, routes: list[tuple[str, str, Entry]]) -> tuple[str, str, Entry] | None:
    """The route that a request's path template fits best: the one with the most literal text."""
    bare = path.partition("?")[0]
    best: tuple[int, tuple[str, str, Entry]] | None = None
    for route in routes:
        pieces = re.split(r"\{[^}]*\}", route[1])
        pattern = r"[^?]+".join(re.escape(p) for p in pieces)
        # A query may be joined on without its question mark being known.
        if re.fullmatch(pattern, bare) or re.fullmatch(pattern + r"\{\}", bare):
            literal = sum(len(p) for p in pieces)
            if best is None or literal > best[0]:
                best = (literal, route)
    return best[1] if best else None
