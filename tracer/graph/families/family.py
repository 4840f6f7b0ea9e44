"""An interface with all that belongs to it: implementers, wrappers, capabilities, users.

Terms: a *base* is an interface that it embeds; a *capability* is an owned interface that some code
asks a value of it for (`x.(J)`); an *implementer* is a concrete type whose values become values of
it somewhere, directly or through another interface; a *wrapper* embeds it and is counted apart.
A function is *generic* when its receiver is not an implementer: it works for all of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec

from tracer.graph.families.facts import Facts, Interface, Operation, Use


class Family(msgspec.Struct, frozen=True, eq=False):
    """One interface and what belongs to it."""

    interface: Interface
    implementers: tuple[str, ...]
    wrappers: tuple[str, ...]
    capabilities: tuple[str, ...]
    operations: dict[str, Operation]  # its own ones, and those of its capabilities
    uses: dict[str, list[Use]]  # by generic function, in the order of the source

    @property
    def id(self) -> str:
        """The interface's name."""
        return self.interface.id


@dataclass(eq=False, repr=False)
class Families:
    """All families of a tree."""

    facts: Facts

    @cached_property
    def all(self) -> tuple[Family, ...]:
        """The families, by name."""
        return tuple(self._family(self.facts.interfaces[i]) for i in sorted(self.facts.interfaces))

    @cached_property
    def _extensions(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for interface in self.facts.interfaces.values():
            for base in interface.bases:
                found[base].add(interface.id)
        return found

    def _family(self, interface: Interface) -> Family:
        related = {interface.id, *interface.bases, *self._extensions[interface.id]}
        wrappers = {w for each in related for w in self.facts.embedding.get(each, ())}
        implementers = {
            type_
            for type_ in self._filled(interface.id, wrappers, set())
            if type_ not in wrappers and type_ not in self.facts.doubles
        }
        capabilities = self._capabilities(interface)
        operations = dict(interface.operations)
        for capability in capabilities:
            for name, operation in self.facts.interfaces[capability].operations.items():
                operations.setdefault(name, operation)
        receivers = {interface.id, *interface.bases, *capabilities}
        uses = self._uses(receivers, operations, implementers)
        return Family(
            interface,
            tuple(sorted(implementers)),
            tuple(sorted(wrappers)),
            capabilities,
            operations,
            uses,
        )

    def _filled(self, interface: str, wrappers: set[str], seen: set[str]) -> set[str]:
        """The concrete types whose values become values of an interface."""
        if interface in seen:
            return set()
        seen.add(interface)
        found: set[str] = set()
        for conversion in self.facts.conversions.get(interface, ()):
            source = conversion.type_
            if self._is_interface(source):
                found |= self._filled(source, wrappers, seen)
                continue
            found.add(source)
            # A wrapper lifts what it embeds.
            if source in wrappers:
                for embedded in self.facts.structs[source].embeds:
                    found |= self._filled(embedded, wrappers, seen)
        return found

    def _is_interface(self, name: str) -> bool:
        return name in self.facts.interfaces or name in self.facts.conversions

    def _capabilities(self, interface: Interface) -> tuple[str, ...]:
        asked = {
            conversion.interface
            for source in (interface.id, *interface.bases)
            for conversion in self.facts.assertions.get(source, ())
        }
        known = {interface.id, *interface.bases}
        return tuple(sorted(a for a in asked - known if a in self.facts.interfaces))

    def _uses(
        self, receivers: set[str], operations: dict[str, Operation], implementers: set[str]
    ) -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = defaultdict(list)
        for receiver in receivers:
            for use in self.facts.uses.get(receiver, ()):
                if use.operation in operations and not self._is_method_of(use, implementers):
                    found[use.function].append(use)
        return {f: sorted(found[f], key=_by_place) for f in sorted(found)}

    def _is_method_of(self, use: Use, implementers: set[str]) -> bool:
        return any(b.receiver in implementers for b in self.facts.bodies[use.function])

    def own_uses(self, wrapper: str, family: Family) -> Iterator[tuple[str, list[Use]]]:
        """Yield the methods of a wrapper with the operations they call on what it embeds."""
        found: dict[str, list[Use]] = defaultdict(list)
        bases = {family.id, *family.interface.bases}
        embedded = self.facts.structs[wrapper].embeds & bases
        short = {e.rpartition(".")[2] for e in embedded}
        for receiver in (wrapper, *bases):
            for use in self.facts.uses.get(receiver, ()):
                own = any(b.receiver == wrapper for b in self.facts.bodies[use.function])
                field = getattr(use.origin, "name", "") if receiver != wrapper else ""
                if (
                    own
                    and use.operation in family.interface.operations
                    and (receiver == wrapper or field in short)
                ):
                    found[use.function].append(use)
        for function in sorted(found):
            yield function, sorted(found[function], key=_by_place)


def _by_place(use: Use) -> tuple[str, object]:
    return (use.at.file, use.turn.pos)
