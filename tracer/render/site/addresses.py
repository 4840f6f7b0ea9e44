"""Where functions, files, folders and patterns are on the site.

A page's path is made of plain letters whatever a tree's names hold, and differs from every other
path by more than upper and lower case: any disk can keep the site, and any link can be written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tracer.golang import names
from tracer.golang import syntax as go
from tracer.golang.packages import Declaration, FileUnit, Function, receiver_of
from tracer.golang.standard import is_standard
from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Edge, Place
from tracer.graph.families.ownership import is_owned
from tracer.graph.patterns.pattern import PatternMatch
from tracer.render.site.walkthroughs import Walked

SOURCE, NOT_SHOWN = "source/index.html", "source/index.html#not-shown"
_STRANGE = re.compile(r"[^A-Za-z0-9._/+-]|(?<=/)[.-]|\.html(?=/)")


@dataclass(frozen=True, repr=False)
class Addresses:
    """The pages of what a tree declares."""

    graph: CallGraph
    functions: Mapping[str, str]  # each function on a path → its page
    files: Mapping[str, str]  # each file shown → its page
    folders: Mapping[str, str]  # each folder with such a file in or below it → its page
    patterns: Mapping[PatternMatch, str]
    short: Mapping[str, str] = field(default_factory=dict)  # short name → full, where it is one

    def where(self, function: str, place: Place | None) -> str:
        """The page of a place of the tree, or of a function, by its full or short name."""
        if place is not None:
            return self.line(place.file, place.line)
        return self.function(self.short.get(function, function))

    def function(self, name: str) -> str:
        """The page of a function, or where its source is."""
        owner = name.partition("$")[0]
        found = self.functions.get(name) or self.functions.get(owner)
        declared = self.graph.resolution.functions.get(owner)
        if found is not None or declared is None:
            return found or NOT_SHOWN
        return self.declaration(declared)

    def declaration(self, declared: Declaration) -> str:
        """Where something is declared in the source."""
        page = self.files.get(declared.file.path)
        if isinstance(declared, Function) and page is not None and "#" not in declared.name:
            return f"{page}#{anchor(declared.decl)}"
        return self.position(declared.file, declared.pos)

    def position(self, file: FileUnit, pos: go.Pos) -> str:
        """A line of a file that is read: files of the standard library are not."""
        standard = file.package.origin == "std"
        return NOT_SHOWN if standard else self.line(file.path, pos.line)

    def line(self, file: str, line: int) -> str:
        """A line of a file of the tree."""
        return f"{self.files[file]}#L{line}" if file in self.files else NOT_SHOWN

    def package(self, path: str) -> str:
        """The folder of a package; empty where it is not shown."""
        package = self.graph.program.packages.get(path) or self.graph.program.package(path)
        if package is None or package.origin == "std":
            return ""
        return self.folders.get(package.folder, "")


def assign(
    graph: CallGraph, walks: Iterable[Walked], patterns: Iterable[PatternMatch]
) -> Addresses:
    """Give every function on a path, every file shown and every pattern its page."""
    on_paths = _on_paths(walks)
    files = sorted(_files(graph, on_paths))
    taken = {SOURCE, "functions/index.html", "patterns/index.html"}
    folders = sorted({folder for file in files for folder in _above(file)} - {""})
    shorts: dict[str, list[str]] = {}
    for name in (*graph.resolution.functions, *(n for n in on_paths if "$" in n)):
        shorts.setdefault(names.short(name), []).append(name)
    return Addresses(
        graph,
        {n: _page(f"functions/{_path(graph, n)}", taken) for n in sorted(on_paths)},
        {file: _page(f"source/{file}", taken) for file in files},
        {"": SOURCE} | {f: _page(f"source/{f}/index", taken) for f in folders},
        {m: _page(f"patterns/{m.pattern}-{names.short(m.names[0])}", taken) for m in patterns},
        {short: found[0] for short, found in shorts.items() if len(found) == 1},
    )


def anchor(decl: go.FuncDecl) -> str:
    """The id of a function within the page of its file; the first of several `init` has it."""
    receiver, _ = receiver_of(decl)
    return f"func-{receiver}{'.' * bool(receiver)}{decl.name.name}"


def _on_paths(walks: Iterable[Walked]) -> set[str]:
    edges = (step.edge for walked in walks for step in walked.walkthrough.steps)
    return {name for edge in edges for name in _ends(edge)}


def _ends(edge: Edge) -> tuple[str, str]:
    return edge.caller, edge.callee


def _files(graph: CallGraph, on_paths: Iterable[str]) -> set[str]:
    """Docker's own files, those that this build leaves out too, and those that paths go through."""
    program = graph.program
    own = {f.path for p in program.packages.values() if is_owned(p) for f in p.files}
    folders = {p.folder for p in program.packages.values() if is_owned(p)}
    left_out = {f for f in program.left_out if program.tree.files[f].folder in folders}
    units = (graph.resolution.file_of(name) for name in on_paths)
    return own | left_out | {unit.path for unit in units if unit is not None}


def _above(file: str) -> list[str]:
    parts = file.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(len(parts) + 1)]


def _path(graph: CallGraph, function: str) -> str:
    """A function as a path: its package's, then its receiver and name."""
    package = names.package_path(function)
    name = names.short(function).replace("(*", "").replace("(", "").replace(")", "")
    name = name.partition(".")[2] or name
    root = graph.program.root
    folder = f"std/{package}" if is_standard(package) else f"{package}/".removeprefix(f"{root}/")
    return f"{folder}/{name}".replace("//", "/").lstrip("/")


def _page(path: str, taken: set[str]) -> str:
    """A page that nothing else has; `taken` grows."""
    plain = _STRANGE.sub("_", path)
    number, page = 1, f"{plain}.html"
    while page.casefold() in taken:
        number += 1
        page = f"{plain}-{number}.html"
    taken.add(page.casefold())
    return page
