"""Functions and values kept under a string: who keeps them, who looks them up and runs them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tracer.golang.packages import Variable
from tracer.golang.syntax import Pos
from tracer.golang.types import methodsets, typexprs
from tracer.golang.types.calls import CallSite
from tracer.golang.types.model import Pointer, behind
from tracer.golang.types.operands import (
    ElementOf,
    FieldValue,
    Flow,
    LiteralValue,
    LocalValue,
    Origin,
    ResultOf,
    VariableValue,
)
from tracer.graph.crossings.wiring import Entry, Wiring
from tracer.graph.edges import Edge, Place
from tracer.graph.rulebook import Registry


@dataclass(eq=False, repr=False)
class Registries:
    """The registries of a tree."""

    wiring: Wiring
    kept: dict[Registry, tuple[Entry, ...]] = field(default_factory=dict)

    def edges(self, caller: str, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        """Yield an edge to what each look-up finds and the caller runs."""
        for registry in self.wiring.rules.registries:
            yield from self._registry(registry, caller, sites)

    def entries(self, registry: Registry) -> tuple[Entry, ...]:
        """Everything kept in a registry, sorted by key."""
        if registry not in self.kept:
            if registry.struct:
                found = self._struct_entries(registry)
            elif registry.table:
                found = self._literal_entries(registry)
            else:
                found = self._registered(registry)
            self.kept[registry] = tuple(sorted(found, key=lambda e: (e.key, str(e.place))))
        return self.kept[registry]

    def _struct_entries(self, registry: Registry) -> Iterator[Entry]:
        """What literals of a struct keep in a field, under the first word of another."""
        literals = [
            literal
            for body in self.wiring.resolution.mentioning(registry.value_field)
            for literal in body.composites
            if f"/{literal.type_name}".endswith(f"/{registry.struct}")
        ]
        told = set()
        for literal in literals:
            origin, key = literal.origin(registry.value_field), literal.element(registry.key_field)
            text = key.operand.text if key else None
            words = text.split() if text and "{}" not in text else ()
            if origin is not None and key is not None and words:
                told.add(origin)
                yield Entry(words[0], origin, Place(literal.literal.file, key.pos.line))
        # What is assigned later has no key, but it may run.
        for owner in sorted({literal.type_name for literal in literals}):
            for flow in self.wiring.values.flows_into(FieldValue(owner, registry.value_field)):
                if flow.source not in told:
                    yield Entry("", flow.source, Place(flow.file, flow.pos.line))

    def _registered(self, registry: Registry) -> Iterator[Entry]:
        for body in self.wiring.resolution.mentioning(registry.register.rpartition(".")[2]):
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
        keyed = [f for f in self._literal_flows(kept.origin) if f.key is not None]
        if not keyed:
            self.wiring.unjoined[place] = f"{registry.name}: the key is known only at run time"
        for flow in keyed:
            yield Entry(flow.key or "", flow.source, Place(flow.file, flow.pos.line))

    def _literal_entries(self, registry: Registry) -> Iterator[Entry]:
        name = registry.table.rpartition(".")[2]
        for path, package in sorted(self.wiring.resolution.program.packages.items()):
            declared = package.scope.get(name)
            if isinstance(declared, Variable) and declared.id.endswith(f"/{registry.table}"):
                self.wiring.resolution.body(f"{path}.init")
                for flow in self._literal_flows(ElementOf(VariableValue(declared))):
                    if flow.key is not None:
                        place = Place(flow.file, flow.pos.line)
                        yield Entry(flow.key, flow.source, place)

    def _literal_flows(self, origin: Origin | None) -> Iterator[Flow]:
        """The keyed elements of the map literals that a value comes from."""
        for source in self.wiring.values.trace(origin) if origin else ():
            if isinstance(source, ElementOf) and isinstance(source.container, LiteralValue):
                yield from self.wiring.values.flows_into(source)

    def _registry(
        self, registry: Registry, caller: str, sites: tuple[tuple[float, CallSite], ...]
    ) -> Iterator[Edge]:
        if caller == registry.lookup:  # it calls what it found
            for order, site in sites:
                if site.kind == "funcvalue" and self._kept_there(registry, site):
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
            if site.kind == "funcvalue" and not registry.run:
                origin = site.origin
            elif site.selection is not None and registry.run in {"", site.selection.name}:
                origin = site.receiver.origin if site.receiver else None
            else:
                continue
            if origin and ResultOf(registry.lookup, 0) in (origin, *self._direct(origin)):
                return order, site
        return None

    def _kept_there(self, registry: Registry, site: CallSite) -> bool:
        """Say whether a called value is one of those kept: in a struct's field, or in a map."""
        if site.origin is None:
            return False
        if not registry.struct:
            found = (site.origin, *self._direct(site.origin))
            return any(isinstance(origin, ElementOf) for origin in found)
        return (
            isinstance(site.origin, FieldValue)
            and site.origin.name == registry.value_field
            and f"/{site.origin.owner}".endswith(f"/{registry.struct}")
        )

    def _direct(self, origin: Origin) -> Iterator[Origin]:
        yield from (flow.source for flow in self.wiring.values.flows_into(origin))

    def _assigned(self, origin: Origin | None) -> tuple[Flow, ...]:
        return self.wiring.values.flows_into(origin) if isinstance(origin, LocalValue) else ()

    def _looked_up(self, site: CallSite) -> Place:
        """Where the value that is called was looked up: the line that assigns it."""
        for flow in self._assigned(site.origin):
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
            self.wiring.unjoined[at] = f"{registry.name} {wanted!r} is registered nowhere"
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
        functions = self.wiring.values.functions(entry.origin)
        if functions:
            yield from functions
            return
        for source in self.wiring.values.trace(entry.origin):
            if isinstance(source, LiteralValue) and run.selection is not None:
                type_ = Pointer(behind(source.type_))
                chosen = methodsets.select(self.wiring.resolution.types, type_, run.selection.name)
                if chosen is not None and chosen.function is not None:
                    yield chosen.function.id

    @cached_property
    def runners(self) -> frozenset[str]:
        """The methods that run what a registry kept; their callers' edges tell which."""
        found: set[str] = set()
        for registry in self.wiring.rules.registries:
            lookup = self.wiring.resolution.functions.get(registry.lookup)
            if registry.run and lookup is not None:
                types = self.wiring.resolution.types
                results = typexprs.function_signature(types, lookup).results
                chosen = methodsets.select(types, results[0], registry.run) if results else None
                if chosen is not None and chosen.function is not None:
                    found.add(chosen.function.id)
        return frozenset(found)
