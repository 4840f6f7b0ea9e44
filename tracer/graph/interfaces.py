"""Who implements what: declared interfaces and the declared types whose method sets cover them.

Left out, as people mean the question: aliases, the empty interface, an interface for itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from tracer.golang.declarations import standard_interfaces
from tracer.golang.types import methodsets
from tracer.golang.types.model import Basic, Named, Pointer, Type, text
from tracer.golang.types.resolve import Resolution


class Implementation(msgspec.Struct, frozen=True, order=True):
    """A type implements an interface; both by name, the type as `T` or `*T`."""

    interface: str
    type_: str
    interface_origin: str  # own, vendor, std or, for error, universe
    type_origin: str
    mode: str  # value: T implements it; pointer: only *T does


@dataclass(eq=False, repr=False)
class Interfaces:
    """The interfaces and types of a tree, and who implements what as far as it was asked."""

    resolution: Resolution
    implemented: dict[Type, tuple[Named, ...]] = field(default_factory=dict)

    @cached_property
    def types(self) -> tuple[Named, ...]:
        """The declared types that are not interfaces: the tree's, local and vendored ones too."""
        return tuple(t for t in self._declared if not self._is_interface(t))

    @cached_property
    def interfaces(self) -> tuple[Named, ...]:
        """The tree's declared interfaces that ask for a method."""
        return tuple(t for t in self._declared if self._is_interface(t) and self._methods(t))

    @cached_property
    def _declared(self) -> tuple[Named, ...]:
        declared = (*self.resolution.program.types(), *self.resolution.types_in_bodies())
        return tuple(Named(t) for t in declared if not t.spec.is_alias)

    @cached_property
    def _by_method(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = defaultdict(list)
        for interface in self.interfaces:
            for method in self._methods(interface):
                found[method].append(interface)
        return found

    @cached_property
    def _having(self) -> dict[str, list[Named]]:
        """Method name → the types whose method set has it, promoted methods included."""
        found: dict[str, list[Named]] = defaultdict(list)
        for named in self.types:
            for method in methodsets.method_names(self.resolution.types, named):
                found[method].append(named)
        return found

    def with_method(self, name: str) -> tuple[Named, ...]:
        """The tree's interfaces that ask for a method of this name."""
        return tuple(self._by_method.get(name, ()))

    def implementers(self, interface: Type) -> tuple[Named, ...]:
        """The types T of the tree of which T or *T implements an interface."""
        if interface not in self.implemented:
            types = self.resolution.types
            methods = methodsets.interface_methods(types, interface) or {}
            # The rarest method name leaves the fewest types to look at.
            rarest = min(methods, key=lambda m: len(self._having.get(m, ())), default="")
            self.implemented[interface] = tuple(
                named
                for named in self._having.get(rarest, ())
                if methodsets.covers(types, Pointer(named), methods)
            )
        return self.implemented[interface]

    def implementations(self) -> Iterator[Implementation]:
        """Yield who implements what, standard interfaces included, sorted."""
        pairs = [(i, i.declared.file.package.origin, i.declared.id) for i in self.interfaces]
        standard = [Named(t) for t in standard_interfaces(self.resolution.program)]
        pairs += [(i, "std", i.declared.id) for i in standard if self._methods(i)]
        error: Type = Basic("error")
        found = [
            implementation
            for interface, origin, name in [*pairs, (error, "universe", text(error))]
            for implementation in self._of(interface, origin, name)
        ]
        yield from sorted(found)

    def of(self, interface: Type, name: str, origin: str) -> tuple[Implementation, ...]:
        """Who implements one interface."""
        return tuple(sorted(self._of(interface, origin, name)))

    def of_library(self, type_: Type, method: str) -> tuple[str, ...]:
        """The library's interfaces with a method of this name that a type implements, by name."""
        types = self.resolution.types
        standard = [Named(t) for t in standard_interfaces(self.resolution.program)]
        error: Type = Basic("error")
        asking = [i for i in (*standard, error) if method in self._methods(i)]
        return tuple(
            sorted(text(i) for i in asking if methodsets.implements(types, Pointer(type_), i))
        )

    def _of(self, interface: Type, origin: str, name: str) -> Iterator[Implementation]:
        types = self.resolution.types
        methods = methodsets.interface_methods(types, interface) or {}
        for named in self.implementers(interface):
            by_value = methodsets.covers(types, named, methods)
            type_name = named.declared.id if by_value else f"*{named.declared.id}"
            type_origin = named.declared.file.package.origin
            mode = "value" if by_value else "pointer"
            yield Implementation(name, type_name, origin, type_origin, mode)

    def _is_interface(self, named: Named) -> bool:
        return methodsets.is_interface(self.resolution.types, named)

    def _methods(self, named: Type) -> dict[str, object]:
        return dict(methodsets.interface_methods(self.resolution.types, named) or {})
