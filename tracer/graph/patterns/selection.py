"""How an implementer is chosen: from a registry, in a factory, behind a plugin's client.

*registry*: a map from a name to the interface, to functions that give it, or to small structs that
hold it.  *factory*: one function in which two or more implementers become the interface, or that
returns what two or more such functions make.  *plugin*: an implementer that forwards to the client
of another process.  *none* otherwise.  `initializes` tells who may fill a table.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from tracer.graph.edges import Place
from tracer.graph.families.facts import Facts, Table
from tracer.graph.families.family import Family

_CHOICES = 2  # implementers that make a choice
_DEPTH = 3  # functions that a returned value may pass through
_CLIENT = re.compile(r"(?i)plugin\w*client|/plugins\.client|pkg/plugins|plugin/getter|plugingetter")


class Selection(msgspec.Struct, frozen=True):
    """How the implementers of a family are chosen, and where."""

    words: tuple[str, ...]
    factories: tuple[str, ...]
    evidence: tuple[Place, ...]


def select(facts: Facts, family: Family) -> Selection:
    """Tell how the implementers of a family are chosen."""
    tables = tuple(registries(facts, family))
    made = factories(facts, family)
    words = [
        word
        for word, holds in (
            ("registry", bool(tables)),
            ("factory", bool(made)),
            ("plugin", is_plugin(facts, family)),
        )
        if holds
    ]
    evidence = [t.at for t in tables]
    evidence += [w.at for t in tables for w in sorted(facts.writes[t.id], key=str)]
    evidence += [facts.bodies[f][0].place for f in made]
    return Selection(tuple(words) or ("none",), tuple(made), tuple(evidence))


def registries(facts: Facts, family: Family) -> Iterator[Table]:
    """The tables that hold a family's interface."""
    for id_ in sorted(facts.tables):
        if facts.tables[id_].holds == family.id:
            yield facts.tables[id_]


def factories(facts: Facts, family: Family) -> dict[str, tuple[str, ...]]:
    """The functions in which two or more implementers become the interface, with those."""
    here: dict[str, set[str]] = defaultdict(set)
    given: dict[str, set[str]] = defaultdict(set)
    for conversion in facts.conversions.get(family.id, ()):
        if conversion.type_ in family.implementers:
            here[conversion.function].add(conversion.type_)
            if conversion.result:
                given[conversion.function].add(conversion.type_)
    for function in facts.giving.get(family.id, ()):
        made = _made(facts, given, function, _DEPTH)
        if len(made) > len(here.get(function, ())):
            here[function] |= made
    return {
        f: tuple(sorted(made))
        for f, made in sorted(here.items())
        if len(made) >= _CHOICES and f in facts.bodies
    }


def _made(facts: Facts, given: dict[str, set[str]], function: str, depth: int) -> set[str]:
    found = set(given.get(function, ()))
    if depth:
        for callee in facts.returns.get(function, ()):
            found |= _made(facts, given, callee, depth - 1)
    return found


def is_plugin(facts: Facts, family: Family) -> bool:
    """Say whether an implementer holds the client of a plugin, itself or one struct further."""
    return any(_holds_client(facts, type_, 1) for type_ in family.implementers)


def _holds_client(facts: Facts, type_: str, depth: int) -> bool:
    struct = facts.structs.get(type_)
    if struct is None:
        return False
    for held in struct.fields.values():
        if _CLIENT.search(held):
            return True
        if depth and _holds_client(facts, held.lstrip("*"), depth - 1):
            return True
    return False
