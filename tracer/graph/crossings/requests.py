"""Requests and what answers them: HTTP routes, and methods called over gRPC."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracer.golang.types.calls import CallSite
from tracer.golang.types.operands import Composite, ElementOf, LiteralValue
from tracer.graph.crossings.wiring import Entry, Wiring
from tracer.graph.edges import Edge, Place
from tracer.graph.rulebook import Http, Request, Rpc

Route = tuple[str, str, Entry]  # verb, path, handler with its line


@dataclass(eq=False, repr=False)
class Requests:
    """The requests of one HTTP interface."""

    wiring: Wiring
    http: Http

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes, sorted."""
        found = [*self._table(self.http.table)] if self.http.table else []
        for register in self.http.routes:
            for body in self.wiring.resolution.mentioning(register.function.rpartition(".")[2]):
                for site in body.sites:
                    if site.callee == register.function and len(site.args) > register.handler:
                        found.extend(_route(register, site))
        return tuple(sorted(found, key=lambda r: (r[0], r[1], str(r[2].place))))

    def edges(self, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        """Yield an edge from each request to the handler of its route."""
        requests = {r.function: r for r in self.http.requests}
        for order, site in sites:
            request = requests.get(site.callee)
            if request is None or len(site.args) <= request.path:
                continue
            verb, path = _verb(request, site), site.args[request.path].text
            place = Place(site.file, site.line)
            if verb is None or path is None or path.startswith("{}"):
                if site.caller not in requests:
                    reason = "the request's verb or path is known only at run time"
                    self.wiring.unjoined[place] = reason
                continue
            route = match_route(path, [r for r in self.routes if r[0] == verb])
            if route is None:
                self.wiring.unjoined[place] = f"no route answers {verb} {path}"
                continue
            yield from self._request(order, site, route)

    def _table(self, function: str) -> Iterator[Route]:
        """The routes in a literal `map[verb]map[path]handler`."""
        values = self.wiring.values
        body = self.wiring.resolution.body(function)
        values.load(body)
        for flow in body.flows:
            inner = flow.source
            if flow.key is None or not isinstance(inner, LiteralValue):
                continue
            for route in values.flows_into(ElementOf(inner)):
                if route.key is not None:
                    place = Place(route.file, route.pos.line)
                    yield flow.key, route.key, Entry(route.key, route.source, place)

    def _request(self, order: float, site: CallSite, route: Route) -> Iterator[Edge]:
        template = re.sub(r"\{(\w+)(:[^}]*)?\}", r"{\1}", route[1])
        for target in self.wiring.values.functions(route[2].origin):
            yield Edge(
                site.caller,
                target,
                Place(site.file, site.line),
                site.pos,
                "http",
                order + 0.5,
                (route[2].place,),
                f"{route[0]} {template}",
                declared=self.http.name,
            )


def _route(register: Request, site: CallSite) -> Iterator[Route]:
    """The route that one call registers."""
    verb, path = _verb(register, site), site.args[register.path].text
    origin = site.args[register.handler].origin
    if verb is not None and path is not None and origin is not None:
        yield verb, path, Entry(path, origin, Place(site.file, site.line))


def _verb(request: Request, site: CallSite) -> str | None:
    """The verb of a request or route, where it is known."""
    if request.verb:
        return request.verb
    known = 0 <= request.verb_argument < len(site.args)
    return site.args[request.verb_argument].text if known else None


def match_route(path: str, routes: list[Route]) -> Route | None:
    """The route that a request's path template fits best: the one with the most literal text."""
    bare = path.partition("?")[0]
    best: tuple[int, Route] | None = None
    for route in routes:
        pieces = re.split(r"\{[^}]*\}", route[1])
        pattern = r"[^?]+".join(re.escape(p) for p in pieces)
        # A query may be joined on without its question mark being known.
        if re.fullmatch(pattern, bare) or re.fullmatch(pattern + r"\{\}", bare):
            literal = sum(len(p) for p in pieces)
            if best is None or literal > best[0]:
                best = (literal, route)
    return best[1] if best else None


@dataclass(eq=False, repr=False)
class RemoteCalls:
    """The calls of methods by their path, `/service/method`, that another process answers."""

    wiring: Wiring
    rpc: Rpc

    def edges(self, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        """Yield an edge from each call to the method's handler, or out of the tree."""
        for order, site in sites:
            if site.callee not in self.rpc.calls or len(site.args) <= self.rpc.path:
                continue
            path = site.args[self.rpc.path].text
            if path is None or "{}" in path:
                continue
            found = self._handlers.get(path, ())
            for handler, evidence in found or ((f"external:{path}", ()),):
                yield Edge(
                    site.caller,
                    handler,
                    Place(site.file, site.line),
                    site.pos,
                    "http",
                    order + 0.5,
                    evidence,
                    path,
                    declared=self.rpc.name,
                )

    @cached_property
    def _handlers(self) -> dict[str, tuple[tuple[str, tuple[Place, ...]], ...]]:
        """Path → the handlers in the tree, with the lines that name and that register them."""
        found: dict[str, dict[str, tuple[Place, ...]]] = {}
        for service, served in self._services():
            name = service.text("ServiceName")
            for field in ("Methods", "Streams"):
                for method in self._elements(service, field):
                    called = method.element("MethodName") or method.element("StreamName")
                    handler = method.origin("Handler")
                    if called is None or handler is None:
                        continue
                    place = Place(method.literal.file, called.pos.line)
                    handlers = found.setdefault(f"/{name}/{called.operand.text}", {})
                    for function in self.wiring.values.functions(handler):
                        handlers[function] = (place, *served)
        return {path: tuple(sorted(handlers.items())) for path, handlers in found.items()}

    def _services(self) -> Iterator[tuple[Composite, tuple[Place, ...]]]:
        """The descriptions of the services that the tree itself serves, and where it does."""
        for register in self.rpc.registers:
            for body in self.wiring.resolution.mentioning(register.rpartition(".")[2]):
                for site in body.sites:
                    if site.callee != register or not site.args:
                        continue
                    served = self._served(site.caller)
                    if not served:
                        continue
                    described = site.args[0].origin
                    for source in self.wiring.values.trace(described) if described else ():
                        service = isinstance(source, LiteralValue) and self.wiring.composite(source)
                        if service:
                            yield service, served

    def _served(self, register: str) -> tuple[Place, ...]:
        """Where a service's generated `Register…Server` is called."""
        named = (
            Place(site.file, site.line)
            for body in self.wiring.resolution.naming(register.rpartition(".")[2])
            for site in body.sites
            if site.callee == register
        )
        return (*named, *self._initially.get(register, ()))

    @cached_property
    def _initially(self) -> dict[str, list[Place]]:
        """Where package initialisers call a function, by its name."""
        found: dict[str, list[Place]] = defaultdict(list)
        for body in self.wiring.resolution.initializers:
            for site in body.sites:
                found[site.callee].append(Place(site.file, site.line))
        return found

    def _elements(self, service: Composite, field: str) -> Iterator[Composite]:
        listed = service.origin(field)
        for flow in self.wiring.values.flows_into(ElementOf(listed)) if listed else ():
            element = isinstance(flow.source, LiteralValue) and self.wiring.composite(flow.source)
            if element:
                yield element
