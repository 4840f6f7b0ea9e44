"""A walkthrough becomes one self-contained page, readable without a script.

Text from source trees is untrusted: Jinja2 escapes everything.
"""

import textwrap
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments.lexers.python import PythonLexer

from tracer.golang import names, parser
from tracer.graph.edges import Edge
from tracer.guide import twins
from tracer.guide.twins import Comparison, Pair
from tracer.guide.walkthrough import Excerpt, Step, Walkthrough
from tracer.render import terminal

ARRIVALS = {
    "direct": "called by",
    "interface": "called through an interface by",
    "funcvalue": "called through a function value by",
    "closure": "a closure, called by",
    "goroutine": "started as a goroutine by",
    "registry": "looked up by name from",
    "reflection": "looked up by reflection in",
    "http": "reached over HTTP from",
    "process": "a new process, started by",
    "syscall": "a system call made by",
}

_TOKENS = (
    ("Token.Keyword", "k"),
    ("Token.Operator.Word", "k"),
    ("Token.Name.Decorator", "f"),
    ("Token.Name.Function", "f"),
    ("Token.Name.Class", "f"),
    ("Token.Literal.String", "s"),
    ("Token.Comment", "c"),
)


def page(walkthrough: Walkthrough, comparison: Comparison | None) -> str:
    """Render the page; the twin's side comes with a comparison."""
    pairs = {p.step.number: p for p in comparison.pairs} if comparison else {}
    return (
        environment()
        .get_template("walkthrough.html")
        .render(
            walkthrough=walkthrough,
            pairs=pairs,
            verdict=terminal.verdict(comparison) if comparison else "",
            main_line=walkthrough.main_line,
            branches=_branches(walkthrough),
        )
    )


@cache
def environment() -> Environment:
    """The templates, with the filters they use."""
    made = Environment(
        loader=FileSystemLoader(_templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "short": names.short,
        "person": terminal.person,
        "code": _code,
        "python": _python,
        "arrival": _arrival,
        "or_else": terminal.or_else,
        "detour": _detour,
        "prose": _prose,
    }
    return made


def _templates() -> Path:
    inside = Path(__file__).parent.parent / "_templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "templates"


def _branches(walkthrough: Walkthrough) -> list[tuple[str, list[Step]]]:
    """The steps of each branch, in the order in which branches leave the main line."""
    found: dict[str, list[Step]] = {}
    for step in walkthrough.steps:
        if step.hop.branch:
            found.setdefault(step.hop.branch, []).append(step)
    return list(found.items())


def _arrival(edge: Edge) -> str:
    return ARRIVALS[edge.kind]


def _detour(way: Walkthrough, shown: Walkthrough) -> str:
    return " ".join(terminal.detour(shown, way))


def _prose(text: str) -> Markup:
    """Escape prose, and set what stands between backticks as code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part
        for index, part in enumerate(parts)
    )


def _code(excerpt: Excerpt) -> Markup:
    """An excerpt as lines; a gap in the numbers is drawn."""
    lines: list[Markup] = []
    previous = 0
    for line in excerpt.lines:
        if previous and line.number > previous + 1:
            lines.append(Markup('<span class="l gap"><i></i>⋮</span>'))
        previous = line.number
        lines.append(_line(line.number, highlighted(line.text), marked=line.marked))
    if excerpt.more:
        lines.append(
            Markup('<span class="l gap"><i></i>… {} more lines</span>').format(excerpt.more)
        )
    return Markup("").join(lines)


def _python(pair: Pair) -> Markup:
    assert pair.twin is not None
    first, text = twins.source(pair.twin)
    lines = python(textwrap.dedent(text)).split("\n")
    return Markup("").join(_line(n, Markup(t), marked=False) for n, t in enumerate(lines, first))  # noqa: S704 - escaped


def _line(number: int, text: Markup, *, marked: bool) -> Markup:
    css = "l at" if marked else "l"
    return Markup('<span class="{}"><i>{}</i>{}</span>').format(css, number, text)


def highlighted(line: str) -> Markup:
    """One line of Go with its words marked by what they are."""
    content = line.expandtabs(4)
    out, position = Markup(""), 0
    for start, end, name in parser.highlight(content):
        if start >= position:
            out += content[position:start]
            out += Markup('<span class="{}">{}</span>').format(name, content[start:end])
            position = end
    return out + content[position:]


def python(text: str) -> str:
    """Python with its words marked by what they are; no mark spans two lines."""
    marked: list[str] = []
    for kind, word in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        css = next((css for token, css in _TOKENS if str(kind).startswith(token)), "")
        shown = [escape(piece) for piece in word.split("\n")]
        marked.append(
            "\n".join(f'<span class="{css}">{p}</span>' if css and p else p for p in shown)
        )
    return "".join(marked)
