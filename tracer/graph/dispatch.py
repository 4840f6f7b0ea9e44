"""A call through an interface, stored once: the functions it may reach, and who is left out.

Class-hierarchy analysis (Dean, Grove and Chambers, ECOOP 1995) gives the implementers by method
set; those that the tree never creates are left out, with the reason (see `creation`).

The library's interfaces.  Nearly everything has a `Write` or an `Error`: a crowd teaches nothing.
An interface all of whose methods the standard library declares is expanded only where at most
`MOST` implementers in the tree are created, one of them not vendored; and then besides the
library's own method, since values of the library's types come the same way.  Else the call stays
one edge.
So does a call of any interface with more than `CROWD` implementers.
Not seen: a value of one of the library's types behind an interface of the tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import msgspec

from tracer.golang import names
from tracer.golang.types import methodsets
from tracer.golang.types.calls import CallSite
from tracer.golang.types.methodsets import interface_method_id
from tracer.golang.types.model import Basic, Named, Pointer, Type, text
from tracer.graph.creation import Creation
from tracer.graph.interfaces import Interfaces

CROWD = 1_000  # implementers: as many edges for each call are more than a machine can hold
MOST = 3  # created implementers of a library interface that a reader can weigh one by one


class LeftOut(msgspec.Struct, frozen=True):
    """An implementer that a call cannot reach, and why."""

    type_: str
    reason: str

    def __str__(self) -> str:
        return f"{self.type_}: {self.reason}"


class Dispatch(msgspec.Struct, frozen=True, eq=False):
    """What a call of one interface's method may reach."""

    method: str  # of the receiver's interface: `io.Writer.Write`
    callees: tuple[str, ...]  # functions of the created implementers; empty where none is known
    implementers: int
    left_out: tuple[LeftOut, ...]
    expanded: bool  # else all implementers are behind the one declared method

    @property
    def is_narrowed(self) -> bool:
        """Say whether there are implementers that are not among the callees."""
        return bool(self.left_out) or (bool(self.implementers) and not self.expanded)

    @property
    def note(self) -> str:
        """How the implementers were narrowed, in one line; empty where there is nothing to say."""
        if not self.implementers:
            return ""
        plural = "s" if self.implementers > 1 else ""
        if not self.expanded:
            return f"{self.method}: {self.implementers} implementer{plural}, not expanded"
        created = self.implementers - len(self.left_out)
        verb = "is" if 1 in {created, self.implementers} else "are"
        return f"{created} of {self.implementers} implementer{plural} {verb} created in this tree"


@dataclass(eq=False, repr=False)
class Dispatcher:
    """The interface calls of a tree, as far as they were asked for."""

    interfaces: Interfaces
    creation: Creation
    known: dict[tuple[Type, str], Dispatch] = field(default_factory=dict)
    reached: dict[tuple[Type, str], tuple[str, ...]] = field(default_factory=dict)

    def explain(self, site: CallSite) -> Dispatch:
        """What an interface call may reach: the receiver's interface may ask for more methods."""
        assert site.selection is not None
        key = (site.selection.interface, site.selection.name)
        if key not in self.known:
            self.known[key] = self._dispatch(*key)
        return self.known[key]

    def functions(self, interface: Type, method: str) -> tuple[str, ...]:
        """The functions behind a method, library interfaces expanded too, by name."""
        if (interface, method) not in self.reached:
            crowd = len(self.interfaces.implementers(interface)) > CROWD
            found = [] if crowd else sorted(set(self._functions(interface, method)))
            self.reached[interface, method] = tuple(found)
        return self.reached[interface, method]

    def _dispatch(self, interface: Type, method: str) -> Dispatch:
        name = f"{names.short(text(interface))}.{method}"
        count = len(self.interfaces.implementers(interface))
        is_library = self._is_library(interface)
        if count > CROWD or (is_library and not self._are_few(interface)):
            return Dispatch(name, (), count, (), expanded=False)
        found = set(self.functions(interface, method))
        if is_library:
            found &= self.interfaces.resolution.functions.keys()
            found |= {self._declared(interface, method)} if found else set()
        left_out = sorted(
            (named.declared.id, self.creation.why_not(named.declared))
            for named in self.interfaces.implementers(interface)
            if not self.creation.is_created(named.declared)
        )
        reasons = tuple(LeftOut(type_, reason) for type_, reason in left_out)
        return Dispatch(name, tuple(sorted(found)), count, reasons, expanded=True)

    def _are_few(self, interface: Type) -> bool:
        """Say whether the created implementers of a library interface are worth telling apart."""
        found = [*islice(self._created(interface), MOST + 1)]
        own = [named for named in found if named.declared.file.package.origin == "own"]
        return bool(own) and len(found) <= MOST

    def _functions(self, interface: Type, method: str) -> Iterator[str]:
        """The bodies behind a method; an implementer may have it from an interface it embeds."""
        types = self.interfaces.resolution.types
        pending, seen = [interface], set[Type]()
        while pending:
            current = pending.pop()
            seen.add(current)
            for named in self._created(current):
                chosen = methodsets.select(types, Pointer(named), method)
                if chosen is None:
                    continue
                if chosen.function is not None:
                    yield chosen.function.id
                elif self._is_library(chosen.interface):
                    yield interface_method_id(chosen)
                elif chosen.interface not in seen:
                    pending.append(chosen.interface)

    def _declared(self, interface: Type, method: str) -> str:
        chosen = methodsets.select(self.interfaces.resolution.types, interface, method)
        assert chosen is not None
        return interface_method_id(chosen)

    def _created(self, interface: Type) -> Iterator[Named]:
        for named in self.interfaces.implementers(interface):
            if self.creation.is_created(named.declared):
                yield named

    def _is_library(self, interface: Type) -> bool:
        """Say whether the standard library or the language declares all methods of an interface."""
        methods = methodsets.interface_methods(self.interfaces.resolution.types, interface) or {}
        return all(
            isinstance(owner, Basic)
            or (isinstance(owner, Named) and owner.declared.file.package.origin == "std")
            for owner, _ in methods.values()
        )
