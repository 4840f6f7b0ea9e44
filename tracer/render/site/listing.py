"""A file of Go as lines of HTML: coloured words, and a link on every identifier that resolves."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape

from markupsafe import Markup

from tracer.golang import parser, treesitter
from tracer.golang import syntax as go
from tracer.golang.packages import FileUnit, Function
from tracer.golang.types import uses
from tracer.golang.types.scopes import Member, PackageName, Used
from tracer.golang.types.uses import Uses
from tracer.graph.callgraph import CallGraph
from tracer.render.site.addresses import NOT_SHOWN, Addresses, anchor

_CONTROL = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f]")  # HTML does not allow them
_NAME = re.compile(rb"[\w\x80-\xff]+")
Link = Callable[[str], str]  # a path of the site → how the page that is written links to it


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of one line; plain where it has no class, target or anchor."""

    text: str
    css: str = ""
    target: str = ""  # where its link leads, from the site's root
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int  # in bytes, as the end
    end: int
    css: str = ""
    target: str = ""
    anchor: str = ""


@dataclass(eq=False, repr=False)
class Listings:
    """The files of a tree, taken to pieces when they are first asked for."""

    graph: CallGraph
    addresses: Addresses
    uses: Uses
    units: Mapping[str, FileUnit]
    taken: dict[str, tuple[tuple[Piece, ...], ...]] = field(default_factory=dict)

    def lines(self, file: str, first: int, last: int, to: Link, *, ids: bool = False) -> Markup:
        """Some lines of a file; `ids`: each has an anchor, and so has each function."""
        if file not in self.taken:
            self.taken[file] = tuple(_lines(self._content(file), self._marks(file)))
        shown = self.taken[file][first - 1 : last]
        lines = [_line(number, pieces, to, ids=ids) for number, pieces in enumerate(shown, first)]
        return Markup("".join(lines))  # noqa: S704 - every piece is escaped

    def length(self, file: str) -> int:
        """How many lines a file has."""
        content = self._content(file)
        return content.count(b"\n") + (not content.endswith(b"\n"))

    def _content(self, file: str) -> bytes:
        return self.graph.program.tree.files[file].content

    def parsed(self, file: str) -> go.File:
        """The declarations of a file, whether this build has it or not."""
        program = self.graph.program
        return program.parsed.get(file) or parser.parse(program.tree.files[file])

    def _marks(self, file: str) -> list[_Mark]:
        """What is to be marked, in order; a mark inside another one is left out."""
        content = self._content(file)
        found = {start: _Mark(start, end, css) for start, end, css in treesitter.marks(content)}
        for link in self._links(file, content):
            css = found[link.start].css if link.start in found else ""
            found[link.start] = replace(link, css=css)
        ordered: list[_Mark] = []
        for start in sorted(found):
            if not ordered or start >= ordered[-1].end:
                ordered.append(found[start])
        return ordered

    def _links(self, file: str, content: bytes) -> Iterator[_Mark]:
        """The identifiers and import paths that lead somewhere, and the names of functions."""
        starts = [0, *(m.end() for m in re.finditer(rb"\n", content))]
        parsed, unit = self.parsed(file), self.units.get(file)
        for spec in parsed.imports:
            quoted = f'"{spec.path}"'.encode()
            start = content.find(quoted, starts[spec.pos.line - 1])
            if start >= 0 and (target := self.addresses.package(spec.path)):
                yield _Mark(start, start + len(quoted), "", target)
        for pos, used in self.uses.get(unit, {}).items() if unit else ():
            target = self._target(used)
            if pos.line > 0 and target not in {"", NOT_SHOWN}:
                yield _name(content, starts, pos, target, "")
        pages = self._pages(unit) if unit else {}
        anchored = set[str]()
        for decl in parsed.functions:
            own = anchor(decl)
            yield _name(content, starts, decl.pos, pages.get(decl, ""), own * (own not in anchored))
            anchored.add(own)

    def _pages(self, unit: FileUnit) -> dict[go.FuncDecl, str]:
        """The pages of those functions of a file that have one."""
        functions = [f for f in unit.package.functions() if f.file is unit]
        return {f.decl: self.addresses.functions.get(f.id, "") for f in functions}

    def _target(self, used: Used) -> str:
        match used:
            case PackageName(path):
                return self.addresses.package(path)
            case Member(owner=owner):
                return self.addresses.position(owner.file, uses.position(used))
            case Function():
                return self.addresses.function(used.id)
            case _:
                return self.addresses.declaration(used)


def prepare(graph: CallGraph, addresses: Addresses) -> Listings:
    """Find out what every identifier of the files shown means."""
    units = {
        unit.path: unit
        for package in graph.program.packages.values()
        for unit in package.files
        if unit.path in addresses.files
    }
    packages = {unit.package.path: unit.package for unit in units.values()}
    noted = uses.find(graph.program, [packages[path] for path in sorted(packages)])
    return Listings(graph, addresses, noted, units)


def _name(content: bytes, starts: list[int], pos: go.Pos, target: str, anchored: str) -> _Mark:
    start = starts[pos.line - 1] + pos.col - 1
    found = _NAME.match(content, start)
    return _Mark(start, found.end() if found else start, "", target, anchored)


def _lines(content: bytes, marks: list[_Mark]) -> Iterator[tuple[Piece, ...]]:
    line: list[Piece] = []
    for piece in _pieces(content, marks):
        first, *rest = piece.text.split("\n")
        line.append(Piece(first, piece.css, piece.target, piece.anchor))
        for text in rest:
            yield tuple(line)
            line = [Piece(text, piece.css)]
    if any(piece.text for piece in line):
        yield tuple(line)


def _pieces(content: bytes, marks: list[_Mark]) -> Iterator[Piece]:
    position = 0
    for mark in marks:
        yield Piece(_text(content[position : mark.start]))
        text = _text(content[mark.start : mark.end])
        yield Piece(text, mark.css, mark.target, mark.anchor)
        position = mark.end
    yield Piece(_text(content[position:]))


def _text(content: bytes) -> str:
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _line(number: int, pieces: tuple[Piece, ...], to: Link, *, ids: bool) -> str:
    code = "".join(_shown(piece, to, ids=ids) for piece in pieces)
    name = f' id="L{number}"' if ids else ""
    return f'<span class="l"{name}><i>{number}</i>{code}\n</span>'


def _shown(piece: Piece, to: Link, *, ids: bool) -> str:
    text = escape(piece.text, quote=False)
    anchored = f' id="{escape(piece.anchor)}"' if ids and piece.anchor else ""
    css = f' class="{piece.css}"' if piece.css else ""
    if piece.target:
        return f'<a href="{escape(to(piece.target))}"{css}{anchored}>{text}</a>'
    return f"<span{css}{anchored}>{text}</span>" if text and (css or anchored) else text
