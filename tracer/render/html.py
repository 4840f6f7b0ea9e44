"""The templates of the pages, and code with its words marked.

Text from source trees is untrusted: Jinja2 escapes everything.
"""

import re
import textwrap
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments.lexers.go import GoLexer
from pygments.lexers.jvm import JavaLexer
from pygments.lexers.python import PythonLexer

from tracer.golang import names, treesitter
from tracer.graph.edges import Edge, Place
from tracer.guide import twins
from tracer.guide.twins import Pair
from tracer.guide.walkthrough import Excerpt, Walkthrough
from tracer.minidocker.twin import Twin
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

# Characters that turn the direction of writing can make source read as what it is not: their
# numbers are shown instead, on every page.
_TURNING = re.compile("[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]")
_LEXERS = {"go": GoLexer, "java": JavaLexer, "python": PythonLexer}


def visible(text: str) -> str:
    """Show the numbers of characters that turn the direction of writing."""
    return _TURNING.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)


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
        "at": _at,
    }
    return made


def _templates() -> Path:
    inside = Path(__file__).parent.parent / "_templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "templates"


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


@cache
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
    return python_twin(pair.twin)


def python_twin(twin: Twin) -> Markup:
    """A twin, without the decorator that ties it to its Go function."""
    lines = _python_lines(twin)
    begin = next(n for n, text in lines if text.lstrip().startswith(("def ", "async def ")))
    return _python_block([(n, t) for n, t in lines if n >= begin], None)


def python_call(caller: Twin, line: int) -> Markup:
    """The lines around a call in a twin, as around a Go call: the first line comes along."""
    lines = _python_lines(caller)
    begin = next(n for n, text in lines if text.lstrip().startswith(("def ", "async def ")))
    near = [(n, t) for n, t in lines if n == begin or max(begin, line - 3) <= n <= line + 2]
    return _python_block(near, line)


def _python_lines(twin: Twin) -> list[tuple[int, str]]:
    first, text = twins.source(twin)
    return list(enumerate(textwrap.dedent(text).split("\n"), first))


def _python_block(lines: list[tuple[int, str]], marked: int | None) -> Markup:
    shown = python("\n".join(text for _, text in lines)).split("\n")
    out, previous = Markup(""), 0
    for (number, _), text in zip(lines, shown, strict=True):
        if previous and number > previous + 1:
            out += Markup('<span class="l gap"><i></i>⋮</span>')
        out += _line(number, Markup(text), marked=number == marked)  # noqa: S704 - escaped
        previous = number
    return out


def _at(place: Place) -> Markup:
    """A place in short; the whole of it shows on demand."""
    return Markup('<span class="place" title="{}">{}:{}</span>').format(
        place, place.file.rpartition("/")[2], place.line
    )


def _line(number: int, text: Markup, *, marked: bool) -> Markup:
    spaces = len(text) - len(text.lstrip(" "))  # where the line goes on if it must be broken
    css = f"l in{min(spaces // 4, 6)}{' at' * marked}"
    return Markup(f'<span class="{css}"><i>{number}</i>{text}</span>')  # noqa: S704 - escaped


@cache
def highlighted(line: str) -> Markup:
    """One line of Go with its words marked by what they are."""
    content = line.expandtabs(4)
    out, position = Markup(""), 0
    for start, end, name in treesitter.highlight(content):
        if start >= position:
            out += content[position:start]
            out += Markup('<span class="{}">{}</span>').format(name, content[start:end])
            position = end
    return out + content[position:]


def python(text: str) -> str:
    """Python with its words marked by what they are."""
    return marked(text, "python")


@cache
def marked(text: str, language: str) -> str:
    """Code with its words marked by what they are; no mark spans two lines."""
    lexer = _LEXERS[language](stripnl=False, ensurenl=False)
    found: list[str] = []
    for kind, word in lexer.get_tokens(text):
        css = _css(str(kind))
        shown = [escape(piece) for piece in word.split("\n")]
        found.append(
            "\n".join(f'<span class="{css}">{p}</span>' if css and p else p for p in shown)
        )
    return "".join(found)


@cache
def _css(kind: str) -> str:
    return next((css for token, css in _TOKENS if kind.startswith(token)), "")
