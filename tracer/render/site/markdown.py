"""Markdown becomes HTML; the only import of markdown-it.

HTML in a text is shown as text.  Links and fenced blocks mean what the caller says; each that means
nothing becomes a `Problem` with its line, and the rest is rendered all the same.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

Link = Callable[[str], tuple[str, str]]  # what stands in a link → its address, and a name for it
Block = Callable[[str, str], Markup]  # a fenced block's first line and its content → HTML


class NowhereError(Exception):
    """A link or block that means nothing; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a text, and where."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML, and what could not be resolved in it."""

    html: Markup
    problems: tuple[Problem, ...]


def render(source: str, link: Link, block: Block) -> Rendered:
    """Render a text; links and blocks are resolved by the two functions."""
    return _Writer(link, block).write(source)


def slug(words: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


class _Parser(MarkdownIt):
    """Links reach us as they were written: the caller judges them, and a wrong one is a problem."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        """Let every link through that is not empty."""
        return bool(url)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        """Leave a link as it is."""
        return url


@dataclass(eq=False, repr=False)
class _Writer:
    link: Link
    block: Block
    problems: list[Problem] = field(default_factory=list)

    def write(self, source: str) -> Rendered:
        parser = _Parser("commonmark", {"html": False}).enable("table")
        tokens = parser.parse(source)
        for index, token in enumerate(tokens):
            self._resolve(token, tokens[index + 1 : index + 2])
        html = parser.renderer.render(tokens, parser.options, {})
        return Rendered(Markup(html), tuple(sorted(self.problems)))  # noqa: S704 - html is off

    def _resolve(self, token: Token, after: Sequence[Token]) -> None:
        line = token.map[0] + 1 if token.map else 1
        if token.type == "heading_open":
            token.attrSet("id", slug(_text(after[0])))
        elif "style" in token.attrs:  # the page's policy forbids styles in a line
            token.attrs = {"class": "number"}
        elif token.type == "fence":
            token.type, token.content = "html_block", self._block(line, token)
        elif token.type == "inline":
            children = token.children or []
            for child in tuple(children):
                line += child.type in {"softbreak", "hardbreak"}
                if child.type == "link_open":
                    self._link(line, child, children)
                elif child.type == "image":
                    self.problems.append(Problem(line, "an image: a text has none"))

    def _link(self, line: int, token: Token, siblings: list[Token]) -> None:
        wanted, name = str(token.attrGet("href") or ""), ""
        try:
            address, name = self.link(wanted)
            token.attrSet("href", address)
        except NowhereError as error:
            self.problems.append(Problem(line, f"({wanted}): {error}"))
        after = siblings.index(token) + 1
        if siblings[after].type == "link_close":  # it gets the name of what it leads to
            siblings.insert(after, Token("text", "", 0, content=name))
        token.attrSet("class", "to-" + slug(wanted.partition(":")[0]))

    def _block(self, line: int, token: Token) -> str:
        try:
            return str(self.block(token.info.strip(), token.content))
        except NowhereError as error:
            self.problems.append(Problem(line, f"```{token.info.strip()}: {error}"))
            return ""


def _text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())
