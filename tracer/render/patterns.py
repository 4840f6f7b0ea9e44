"""Patterns as text and as JSON; a template method also as Java or Python would have it."""

from collections.abc import Iterable, Iterator, Sequence

from tracer.golang import names
from tracer.graph.patterns.pattern import PatternMatch
from tracer.render import forms
from tracer.render.machine import pretty

_SHOWN = 12  # places, and functions, of one finding


def patterns_json(found: Iterable[PatternMatch]) -> str:
    """The patterns as a list; field names are fixed."""
    rows = [
        {
            "pattern": m.pattern,
            "interface": m.interface,
            "operations": list(m.operations),
            "template_functions": [
                {"function": t.function, "calls": list(t.calls)} for t in m.template_functions
            ],
            "implementations": list(m.implementations),
            "selection": list(m.selection),
            "variants": list(m.variants),
            "evidence": [str(place) for place in m.evidence],
            "builds": dict(m.builds),
        }
        for m in found
    ]
    return pretty(rows)


def patterns(found: Sequence[PatternMatch]) -> str:
    """The patterns one after the other, and how many there are of each."""
    parts = ["\n".join(_finding(m)) + "\n" for m in found]
    counts: dict[str, int] = {}
    for match in found:
        counts[match.pattern] = counts.get(match.pattern, 0) + 1
    told = ", ".join(f"{count} {pattern}" for pattern, count in counts.items())
    total = f"{len(found)} pattern{'' if len(found) == 1 else 's'}"
    return "\n".join([*parts, f"{total}: {told}\n" if told else f"{total}\n"])


def _finding(match: PatternMatch) -> Iterator[str]:
    yield f"{match.pattern}  {match.interface or _first(match)}"
    if match.operations:
        yield from _wrapped("operations", [names.short(o) for o in match.operations])
    for function in match.template_functions[:_SHOWN]:
        calls = " → ".join(names.short(c) for c in function.in_turn)
        yield f"  function   {names.short(function.function)}{':  ' if calls else ''}{calls}"
    if (more := len(match.template_functions) - _SHOWN) > 0:
        yield f"             … {more} more"
    builds = dict(match.builds)
    for type_ in match.implementations:
        build = f"  ({builds[type_]})" if type_ in builds else ""
        yield f"  filled by  {names.short(type_)}{build}"
    if match.selection != ("none",):
        yield f"  selection  {', '.join(match.selection)}"
    if match.variants:
        yield f"  variants   {', '.join(names.short(v) for v in match.variants)}"
    for place in match.evidence[:_SHOWN]:
        yield f"  at         {place}"
    if (more := len(match.evidence) - _SHOWN) > 0:
        yield f"             … {more} more"
    if match.pattern == "template-method" and match.template_functions:
        yield "  in Java:"
        yield from (f"    {line}".rstrip() for line in forms.java(match))
        yield "  in Python:"
        yield from (f"    {line}".rstrip() for line in forms.python(match))


def _first(match: PatternMatch) -> str:
    return match.template_functions[0].function if match.template_functions else ""


def _wrapped(label: str, words: Sequence[str]) -> Iterator[str]:
    """A list of words in lines of at most 80 columns."""
    line = f"  {label:10}"
    for index, word in enumerate(words):
        shown = word + ("," if index < len(words) - 1 else "")
        if len(line) + len(shown) + 1 > 80 and line.strip() != label:  # noqa: PLR2004
            yield line
            line = " " * 12
        line += f" {shown}"
    yield line
