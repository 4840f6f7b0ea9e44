"""Template by build tag: the steps of one function have a body for each system.

No interface tells the variants apart: a function that every build contains calls two or more
functions whose bodies stand in files that only some builds contain.
"""

from collections.abc import Iterator

from tracer.graph.callgraph import CallGraph
from tracer.graph.families.facts import Body, Facts
from tracer.graph.families.family import Families
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction, places

_STEPS = 2


def detect(graph: CallGraph, families: Families) -> Iterator[PatternMatch]:
    """Find the functions whose steps are chosen when the program is built."""
    facts = families.facts
    varying = {f for f, bodies in facts.bodies.items() if _varies(graph, f, bodies)}
    for function in sorted(facts.bodies):
        bodies = facts.bodies[function]
        if len(bodies) > 1 or bodies[0].build or not _is_own(graph, function):
            continue
        calls = [
            site
            for site in graph.resolution.body(function).sites
            if site.callee in varying and site.callee != function
        ]
        if len({site.callee for site in calls}) >= _STEPS:
            calls.sort(key=lambda site: site.pos)
            steps = tuple(site.callee for site in calls)
            yield _match(graph, facts, bodies[0], steps, [site.line for site in calls])


def _varies(graph: CallGraph, function: str, bodies: list[Body]) -> bool:
    files = {b.place.file for b in bodies}
    return len(files) > 1 and all(b.build for b in bodies) and _is_own(graph, function)


def _is_own(graph: CallGraph, function: str) -> bool:
    file = graph.resolution.file_of(function)
    return file is not None and file.package.origin == "own"


def _match(
    graph: CallGraph, facts: Facts, body: Body, steps: tuple[str, ...], lines: list[int]
) -> PatternMatch:
    file = graph.resolution.functions[body.id].file.path
    variants = [b for step in set(steps) for b in facts.bodies[step]]
    evidence = [body.place, *(type(body.place)(file, line) for line in lines)]
    return PatternMatch(
        "template-by-build-tag",
        "",
        tuple(sorted(set(steps))),
        (TemplateFunction(body.id, steps),),
        tuple(sorted({b.place.file for b in variants})),
        ("none",),
        (),
        places([*evidence, *(b.place for b in variants)]),
        tuple(sorted({(b.place.file, b.build) for b in variants})),
    )
