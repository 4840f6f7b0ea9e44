"""Edges that Go syntax does not show: registries, requests, reflection, processes.

Each rule form of `rulebook` becomes edges with both places: where control leaves, and the line that
says where it arrives.  Keys that find no partner are kept (`unjoined`), not guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracer.golang.types.calls import CallSite
from tracer.graph.crossings.processes import STARTS, Processes
from tracer.graph.crossings.reflections import Reflections
from tracer.graph.crossings.registries import Registries
from tracer.graph.crossings.requests import RemoteCalls, Requests
from tracer.graph.crossings.wiring import Wiring
from tracer.graph.edges import Edge, Place


@dataclass(eq=False, repr=False)
class Crossings:
    """The crossings of a tree, found as callers are asked about."""

    wiring: Wiring

    def edges(self, caller: str, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        """Yield the crossings that leave a function or closure; `sites`: its calls in order."""
        yield from self._registries.edges(caller, sites)
        for requests in self._requests:
            yield from requests.edges(sites)
        yield from self._processes.edges(caller, sites)
        yield from self._reflections.edges(sites)

    @cached_property
    def calls(self) -> frozenset[str]:
        """The functions without a call of which, and without dynamic calls, no crossing leaves."""
        rules = self.wiring.rules
        requests = (request.function for http in rules.https for request in http.requests)
        remote = (call for rpc in rules.rpcs for call in rpc.calls)
        lookups = (registry.lookup for registry in rules.registries)
        started = (process.start for process in rules.processes)
        return STARTS.union(requests, remote, lookups, started)

    def callers(self) -> Iterator[str]:
        """The functions from which a crossing may lead, though they name no callee."""
        yield from self._processes.callers()
        yield from self._reflections.callers()

    @property
    def unjoined(self) -> dict[Place, str]:
        """The places from which a crossing leads that found no partner, with the reason."""
        return self.wiring.unjoined

    @property
    def runners(self) -> frozenset[str]:
        """The methods that run what a registry kept; their callers' edges tell which."""
        return self._registries.runners

    @cached_property
    def _registries(self) -> Registries:
        return Registries(self.wiring)

    @cached_property
    def _requests(self) -> tuple[Requests | RemoteCalls, ...]:
        rules = self.wiring.rules
        return (
            *(Requests(self.wiring, http) for http in rules.https),
            *(RemoteCalls(self.wiring, rpc) for rpc in rules.rpcs),
        )

    @cached_property
    def _processes(self) -> Processes:
        registries = {r.name: r for r in self.wiring.rules.registries}
        wanted = {child.registry for child in self.wiring.rules.children} & registries.keys()
        named = {name: self._registries.entries(registries[name]) for name in sorted(wanted)}
        return Processes(self.wiring, named)

    @cached_property
    def _reflections(self) -> Reflections:
        return Reflections(self.wiring)
