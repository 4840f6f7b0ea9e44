"""Template method: one function fixes the order of steps, implementers of an interface supply them.

An interface with two or more implementers (C1) and two or more own operations (C2) is a template
method when one of these holds:

    T1  a generic function calls two different operations in sequence: both effects; or one a
        deferred effect and the other a weak one; or a weak one and then an effect on one value;
        or one an effect and both in one loop
    T2  an operation takes a hook, and a generic function calls it: the driver runs the sequence
    T3  a wrapper supplies an operation from two others: the textbook's abstract class
    T4  a generic function loops over a table of implementers with one effect and calls another
        function of its package, which loops over the same table with another effect
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from tracer.graph.callgraph import CallGraph
from tracer.graph.families.facts import Facts, Operation, Use
from tracer.graph.families.family import Families, Family
from tracer.graph.families.sequence import sequential
from tracer.graph.patterns import frame, selection
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places

_TWO = 2  # implementers, and operations, that a family needs
_STREAM = frozenset({"Read", "Write", "Seek", "Flush", "Close", "Send", "Receive", "Recv"})


class Finding(msgspec.Struct, frozen=True):
    """Why a family is a template method."""

    rule: str  # T1 … T4
    function: str
    uses: tuple[Use, ...]


def varies(family: Family) -> bool:
    """Say whether a family can vary at all: C1 and C2."""
    return len(family.implementers) >= _TWO and len(family.interface.operations) >= _TWO


def detect(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the template methods; of an interface and its base, the one that is selected."""
    found = {
        family.id: (family, findings)
        for family in families.all
        if varies(family)
        and not family.interface.operations.keys() <= _STREAM  # a pipe under another name
        and (findings := tuple(_findings(graph, families, family)))
    }
    facets = _facets(families.facts, [family for family, _ in found.values()])
    for id_, (family, findings) in found.items():
        if id_ not in facets:
            folded = sorted(f for f, parent in facets.items() if parent == id_)
            yield _match(graph, families.facts, family, findings, folded)


def _findings(graph: CallGraph, families: Families, family: Family) -> Iterator[Finding]:
    operations = family.operations
    for function, uses in family.uses.items():
        pair = any(
            _is_step(operations, *two)
            for a, b in combinations(uses, 2)
            for two in ((a, b), (b, a))
            if a.operation != b.operation and sequential(two[0].turn, two[1].turn)
        )
        if pair:
            yield Finding("T1", function, tuple(uses))
        elif hooked := [u for u in uses if operations[u.operation].hook]:
            yield Finding("T2", function, tuple(hooked))
    for wrapper in family.wrappers:
        for function, uses in families.own_uses(wrapper, family):
            if len({u.operation for u in uses}) >= _TWO:
                yield Finding("T3", function, tuple(uses))
    yield from _collective(graph, family)


def _is_step(operations: dict[str, Operation], first: Use, second: Use) -> bool:
    a, b = operations[first.operation], operations[second.operation]
    if a.effect and b.effect:
        return True
    for one, other, use in ((a, b, first), (b, a, second)):
        if use.turn.deferred and one.effect and other.weak:
            return True
    # `Mount() (string, error)` takes nothing, and still is what `Unmount` undoes.
    if a.weak and b.effect and first.origin is not None and first.origin == second.origin:
        return True
    # A loop over several of a family asks each of them: a chain, no sequence.
    same_loop = bool(set(first.turn.loops) & set(second.turn.loops)) and not first.is_element
    return (a.effect or b.effect) and same_loop


def _collective(graph: CallGraph, family: Family) -> Iterator[Finding]:
    """T4: two loops over one table, the second one a call away."""
    effects = {
        function: [
            u for u in uses if u.table and u.turn.loops and family.operations[u.operation].effect
        ]
        for function, uses in family.uses.items()
    }
    for function, uses in effects.items():
        callees = set(graph.called(function)) if uses else set()
        for other in sorted(callees & effects.keys() - {function}):
            joined = [
                b
                for a in uses
                for b in effects[other]
                if a.table == b.table and a.operation != b.operation
            ]
            if joined:
                yield Finding("T4", function, (*uses, *joined))
                yield Finding("T4", other, tuple(effects[other]))


def _facets(facts: Facts, families: list[Family]) -> dict[str, str]:
    """Facet → the interface that it is reported with."""
    found: dict[str, str] = {}
    for family in families:
        for other in families:
            if other.id in family.interface.bases:
                extends = _given(facts, family) > _given(facts, other)
                facet, kept = (other, family) if extends else (family, other)
                found[facet.id] = kept.id
    return {f: _kept(found, f) for f in found}


def _kept(found: dict[str, str], facet: str) -> str:
    seen = {facet}
    while (parent := found.get(facet)) is not None and parent not in seen:
        facet = parent
        seen.add(parent)
    return facet


def _given(facts: Facts, family: Family) -> tuple[int, int, int]:
    """How often an interface is what a table holds or a function gives; how many fill it."""
    tables = sum(t.holds == family.id for t in facts.tables.values())
    return tables, facts.declared[family.id], len(family.implementers)


def _match(
    graph: CallGraph,
    facts: Facts,
    family: Family,
    findings: tuple[Finding, ...],
    facets: list[str],
) -> PatternMatch:
    rules = {f.rule for f in findings}
    chosen = selection.select(facts, family)
    variants = [
        word
        for word, holds in (
            ("callback-hook", "T2" in rules or _is_hooked(family)),
            ("naive-wrapper", "T3" in rules),
            ("optional-hook", bool(family.capabilities)),
        )
        if holds
    ]
    functions = _template_functions(graph, facts, family, findings)
    evidence = [family.interface.place, *chosen.evidence]
    evidence += [use.at for finding in findings for use in finding.uses]
    return PatternMatch(
        "template-method",
        family.id,
        tuple(sorted(family.interface.operations)),
        functions,
        family.implementers,
        chosen.words,
        (*variants, *(f"facet:{f}" for f in facets)),
        places(evidence),
        builds(facts, family),
        frame.choose(graph, family, (f.function for f in functions)),
    )


def _is_hooked(family: Family) -> bool:
    used = {u.operation for uses in family.uses.values() for u in uses}
    return any(family.operations[name].hook for name in used)


def _template_functions(
    graph: CallGraph, facts: Facts, family: Family, findings: tuple[Finding, ...]
) -> tuple[TemplateFunction, ...]:
    found: dict[str, Sequence[Use]] = {}
    for finding in findings:
        found[finding.function] = finding.uses
    sequences = any(finding.rule != "T2" for finding in findings)
    for function, uses in family.uses.items():  # a weaker sequence, where there is none as yet
        if not sequences and function not in found and _is_sequence(family, uses):
            found[function] = uses
    for finding in findings:
        for caller in _delegating(graph, facts, finding):
            found.setdefault(caller, finding.uses)
            found.pop(finding.function, None)
    return tuple(_template_function(f, found[f]) for f in sorted(found))


def _template_function(function: str, uses: Sequence[Use]) -> TemplateFunction:
    put_off = [(use.turn.deferred, nth) for nth, use in enumerate(uses) if use.turn.deferred]
    last_first = sorted(put_off, key=lambda each: each[0], reverse=True)  # and its calls in order
    return TemplateFunction(
        function, tuple(u.operation for u in uses), tuple(n for _, n in last_first)
    )


def _is_sequence(family: Family, uses: list[Use]) -> bool:
    return any(
        a.operation != b.operation
        and (family.operations[a.operation].effect or family.operations[b.operation].effect)
        and sequential(a.turn, b.turn)
        for a, b in combinations(uses, 2)
    )


def _delegating(graph: CallGraph, facts: Facts, finding: Finding) -> Iterator[str]:
    """The callers of a function that does nothing but pass a call on."""
    bodies = facts.bodies[finding.function]
    if finding.rule == "T2" and all(b.statements == 1 for b in bodies):
        for edge in graph.callers(finding.function):
            caller = edge.caller.split("$", maxsplit=1)[0]
            if caller in facts.bodies:
                yield caller


def builds(facts: Facts, family: Family) -> tuple[tuple[str, str], ...]:
    """The build constraints of a family's implementers, where they have one."""
    found = ((i, facts.types[i][1]) for i in family.implementers if i in facts.types)
    return tuple((type_, build) for type_, build in found if build)
