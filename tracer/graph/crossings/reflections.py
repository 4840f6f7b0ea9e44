"""Methods found by a name put together at run time, as far as its beginning is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec

from tracer.golang.types import methodsets
from tracer.golang.types.calls import CallSite
from tracer.golang.types.model import Named, behind
from tracer.golang.types.operands import LiteralValue, Operand, ResultOf
from tracer.graph.crossings.wiring import Wiring
from tracer.graph.edges import Edge, Place


class Found(msgspec.Struct, frozen=True):
    """What a function that looks up a method by name looks for."""

    prefix: str
    receivers: tuple[Named, ...]
    place: Place


@dataclass(eq=False, repr=False)
class Reflections:
    """The calls of what `reflect` found."""

    wiring: Wiring

    @cached_property
    def found(self) -> dict[str, Found]:
        """The functions that find a method by a constructed name."""
        found: dict[str, Found] = {}
        for body in self.wiring.resolution.mentioning("MethodByName"):
            for site in body.sites:
                if site.callee != "(reflect.Value).MethodByName" or not site.args:
                    continue
                prefix = (site.args[0].text or "").partition("{}")[0]
                reflected = next(
                    (s for s in body.sites if s.callee == "reflect.ValueOf" and s.args), None
                )
                receivers = self._receivers(reflected.args[0]) if reflected else ()
                place = Place(site.file, site.line)
                if prefix and receivers:
                    found[site.caller] = Found(prefix, receivers, place)
                else:
                    self.wiring.unjoined[place] = "the method's name is known only at run time"
        return found

    def callers(self) -> Iterator[str]:
        """The functions that may call what was found by a constructed name."""
        for function in self.found:
            for body in self.wiring.resolution.mentioning(function.rpartition(".")[2]):
                yield from dict.fromkeys(s.caller for s in body.sites if s.kind == "funcvalue")

    def edges(self, sites: tuple[tuple[float, CallSite], ...]) -> Iterator[Edge]:
        """Yield an edge to each method that a call may run."""
        for order, site in sites:
            if site.kind != "funcvalue" or site.origin is None:
                continue
            for source in self.wiring.functions.trace(site.origin):
                if isinstance(source, ResultOf) and source.callee in self.found:
                    yield from _methods(order, site, self.found[source.callee])

    def _receivers(self, reflected: Operand) -> tuple[Named, ...]:
        """The declared types of a reflected value: its own, or those kept behind an interface."""
        own = behind(reflected.type_)
        if isinstance(own, Named) and not methodsets.is_interface(
            self.wiring.resolution.types, own
        ):
            return (own,)
        found = {
            source.type_.declared.id: source.type_
            for source in (self.wiring.values.trace(reflected.origin) if reflected.origin else ())
            if isinstance(source, LiteralValue) and isinstance(source.type_, Named)
        }
        return tuple(found[id_] for id_ in sorted(found))


def _methods(order: float, site: CallSite, found: Found) -> Iterator[Edge]:
    for receiver in found.receivers:
        methods = methodsets.declared_methods(receiver.declared)
        for name in sorted(n for n in methods if n.startswith(found.prefix) and n != found.prefix):
            yield Edge(
                site.caller,
                methods[name].id,
                Place(site.file, site.line),
                site.pos,
                "reflection",
                order + 0.5,
                (found.place,),
                name.removeprefix(found.prefix).lower(),
                declared=f'"{found.prefix}" + word',
            )
