"""The whole program on one page: each stage one function, value in, value out.

tree → program → graph → walkthrough → text, page, table
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

import msgspec

from tracer import trees
from tracer.classroom import pack as packs
from tracer.errors import NoSiteError
from tracer.golang import constraints, declarations, modules, source, syntax
from tracer.golang.types import model
from tracer.graph import callgraph, classes, graphml, lookup, patterns, viewpoints, views
from tracer.graph.patterns import pattern
from tracer.guide import checks, parts, runs, stories, twins, walkthrough
from tracer.guide.exercises import course, lesson
from tracer.outputs import files as outputs
from tracer.outputs import folders
from tracer.render import console, lanes, machine, picture, symbols
from tracer.render import patterns as patterns_text
from tracer.render.site import book as books
from tracer.render.site import build, live, serve, texts, walkthroughs

# Tags that Docker itself is built with: `daemon` up to 17.x; the others since 1.10, together, as
# its own files need not name those that only vendored code knows.
_DAEMON = frozenset({"daemon"})
_LATER = frozenset({"seccomp", "apparmor", "selinux", "journald"})

Progress = console.Progress
_Piece = str | list[machine.EdgeRow]
_BY_INTERFACE = tuple(f"by interface, {nth}" for nth in range(4))  # of a part of the packages each
_SITE_MARK = ".trace-docker-site"  # says that a folder is ours to replace


@dataclass(frozen=True, repr=False)
class Traced:
    """A tree, read and connected."""

    tree: trees.Tree
    graph: callgraph.CallGraph
    # What a copy of this process makes of the tree meanwhile, waited for: see `twocores`.
    beside: Callable[[], bytes | None] = lambda: None

    @cached_property
    def told(self) -> tuple[stories.Story, ...]:
        """The stories that this tree contains."""
        return stories.told_by(self.graph.resolution.names)


def trace(
    name: str, tags: Iterable[str] | None = None, progress: Progress = console.silent
) -> Traced:
    """Read a tree by name or directory, and make its call graph.

    Raises:
        UnknownSourceError: no tree is called so, and it is no directory.
        NoGoSourceError: there is no Go in it.

    """
    tree = trees.find(name)
    files = read(tree)
    return connect(tree, files, configuration(files, tags), progress)


def configuration(
    files: source.SourceTree, tags: Iterable[str] | None
) -> constraints.Configuration:
    """What a tree is built for: with some tags, or with those that Docker itself is built with."""
    wanted = frozenset(tags) if tags is not None else default_tags(files)
    return constraints.Configuration(tags=wanted)


def read(tree: trees.Tree) -> source.SourceTree:
    """Read the files of a tree."""
    if tree.commit:
        return source.from_contents(tree.files(source.is_read), tree.title)
    return source.read(tree.root, tree.title)


def connect(
    tree: trees.Tree,
    files: source.SourceTree,
    built: constraints.Configuration,
    progress: Progress = console.silent,
    parsed: Mapping[str, syntax.File] | None = None,
) -> Traced:
    """Parse the files of a tree that nobody has, collect declarations, and make the call graph."""

    def report(file: source.SourceFile) -> None:
        progress(file.path)

    program = declarations.declare(files, built, report, parsed)
    return Traced(tree, callgraph.build(program))


def default_tags(files: source.SourceTree) -> frozenset[str]:
    """The tags Docker is built with, recognised by the constraints of the tree's own files."""
    mentioned: set[str] = set()
    for file in files.files.values():
        if not modules.is_vendored(file.path) and b"build" in file.content[:2000]:
            for expression in constraints.expressions(file.content):
                mentioned.update(expression.replace("(", " ").replace(")", " ").split())
    return (_DAEMON & mentioned) | (_LATER if _LATER & mentioned else frozenset())


def problems(traced: Traced) -> Iterator[str]:
    """What could not be read, in some lines: the first, and how many there are of each kind."""
    return source.summary(traced.graph.program.problems)


def walk(traced: Traced, name: str) -> walkthrough.Walkthrough:
    """Compose the walkthrough of a named path.

    Raises:
        UnknownPathError: the tree does not tell it.

    """
    story = stories.find(name, traced.graph.resolution.names)
    originals = traced.tree.name == trees.POCKET
    composed = walkthrough.compose(traced.graph, story, traced.tree.title, originals=originals)
    return msgspec.structs.replace(composed, tag=traced.tree.tag)


def find(traced: Traced, symbol: str) -> str:
    """Complete the name of a function or closure.

    Raises:
        UnknownSymbolError: no function's name ends so.
        AmbiguousSymbolError: several do.
        InterfaceMethodError, OtherKindError: something else is called so.

    """
    return lookup.function(traced.graph, symbol)


def walk_between(traced: Traced, start: str, goal: str) -> walkthrough.Walkthrough:
    """Compose the shortest walk between two functions, and up to three others.

    Raises:
        UnknownSymbolError, AmbiguousSymbolError: as `find` raises them.
        NoRouteError: nothing is seen to lead there; it says where the trail ends and why.

    """
    found = find(traced, start), find(traced, goal)
    return walkthrough.between(traced.graph, *found, traced.tree.title)


def run_twin(walked: walkthrough.Walkthrough) -> twins.Comparison:
    """Run the twin of a walkthrough and put the run beside it.

    Raises:
        NoTwinError: it has none.

    """
    return twins.run(walked)


def has_twin(walked: walkthrough.Walkthrough) -> bool:
    """Say whether a path has a twin to run."""
    return twins.is_there(walked)


def export(traced: Traced, turns: Iterable[int] = ()) -> dict[str, str]:
    """The tree as tables: file name → content; `turns`: which of `EITHER` are ours."""
    found = _made(traced, ("by value", "paths.json"), turns)
    told = traced.beside()
    found |= msgspec.msgpack.decode(told, type=dict[str, _Piece]) if told else {}
    found |= {name: make(traced) for name, make in _PIECES.items() if name not in found}
    tables = {name: piece for name, piece in found.items() if isinstance(piece, str)}
    edges = [piece for piece in found.values() if not isinstance(piece, str)]
    tables["edges.tsv"] = machine.edges_tsv(*edges)
    return {name: tables[name] for name in EXPORTED}


def export_beside(traced: Traced, turns: Iterable[int] = ()) -> bytes:
    """What a copy of this process makes of the tables meanwhile; `turns`: see `export`."""
    return msgspec.msgpack.encode(_made(traced, ("patterns.json",), turns))


def _made(traced: Traced, names: Iterable[str], turns: Iterable[int]) -> dict[str, _Piece]:
    """Some pieces of the tables, and then those whose turn it is."""
    return {name: _PIECES[name](traced) for name in chain(names, map(EITHER.__getitem__, turns))}


def _walks(traced: Traced) -> list[walkthrough.Walkthrough]:
    traced.graph.values.load_everything()  # as the edges need them all anyway
    return [walk(traced, story.id) for story in traced.told]


def _by_interface(nth: int, traced: Traced) -> _Piece:
    """The edges of the interface calls in a part of the packages."""
    paths, parts = sorted(traced.graph.program.packages), len(_BY_INTERFACE)
    part = paths[len(paths) * nth // parts : len(paths) * (nth + 1) // parts]
    return machine.edge_rows(traced.graph.by_interface(part))


# The tables, that of the edges in parts.
_PIECES: dict[str, Callable[[Traced], _Piece]] = {
    "sites.tsv": lambda traced: machine.sites_tsv(traced.graph),
    "impls.tsv": lambda traced: machine.impls_tsv(traced.graph),
    **{name: partial(_by_interface, nth) for nth, name in enumerate(_BY_INTERFACE)},
    "by value": lambda traced: machine.edge_rows(traced.graph.by_value()),
    "paths.json": lambda traced: machine.paths_json(_walks(traced)),
    "patterns.json": lambda traced: patterns_text.patterns_json(find_patterns(traced)),
}
EXPORTED = ("sites.tsv", "impls.tsv", "edges.tsv", "paths.json", "patterns.json")
EITHER = (*_BY_INTERFACE, "impls.tsv", "sites.tsv")  # made by whoever has time first
FORMATS = ("svg", "dot", "json", "graphml", "mermaid", "text")


def view(traced: Traced, symbol: str | None, depth: int) -> views.View:
    """The layers of a tree, its packages at depth 2, or what is around what a symbol names."""
    graph = traced.graph
    if symbol is None:
        layers = viewpoints.layers(graph, traced.tree.title) if depth == 1 else None
        # Where no rule tells layers apart, there are packages at least.
        return layers if layers and layers.nodes else viewpoints.packages(graph, traced.tree.title)
    if _is_path(traced, symbol):
        walked = walk(traced, symbol)
        hops = [step.hop for step in walked.main_line]
        return viewpoints.path(walked.start, hops, walked.title)
    if (interface := symbols.find_interface(graph, symbol)) is not None:
        return _interface_view(traced, interface)
    if (package := symbols.find_package(graph, symbol)) is not None:
        return viewpoints.package(graph, package)
    return viewpoints.focus(graph, find(traced, symbol), depth)


def draw(traced: Traced, symbol: str | None, depth: int, form: str) -> str:
    """A view in one of the formats; the picture of a path has lanes."""
    if form == "svg" and symbol is not None and _is_path(traced, symbol):
        return as_svg(walk(traced, symbol))
    return as_text(view(traced, symbol, depth), form)


def as_text(shown: views.View, form: str) -> str:
    """A view in one of the formats."""
    match form:
        case "svg":
            return picture.svg(shown)
        case "dot":
            return picture.dot(shown)
        case "json":
            return machine.view_json(shown)
        case "graphml":
            return graphml.text(shown)
        case "mermaid":
            return picture.mermaid(shown)
        case _:
            return views.text(shown)


def _is_path(traced: Traced, symbol: str) -> bool:
    return any(story.id == symbol for story in traced.told)


def _interface_view(traced: Traced, interface: model.Named) -> views.View:
    """The pattern that an interface carries, and who chooses; else who implements it."""
    found = [m for m in find_patterns(traced) if m.interface == interface.declared.id]
    if found:
        return classes.pattern(found[0], found[1:])
    return classes.implementers(traced.graph, interface)


def check(traced: Traced) -> checks.Report:
    """Hold the stories that apply, the twins and the texts of the site against a tree."""
    book = bind(traced)
    found = {w.walkthrough.id: w.comparison for w in book.walks if w.comparison is not None}
    report = checks.check(traced.graph, traced.told, found)
    return replace(report, findings=(*report.findings, *texts.check(book)))


def find_patterns(traced: Traced) -> tuple[pattern.PatternMatch, ...]:
    """The design patterns of a tree."""
    return patterns.detect(traced.graph)


def bind(traced: Traced, *, live: bool = False, progress: Progress = console.silent) -> books.Book:
    """Work out all that the site shows; `live`: Python can be run in its pages."""
    walked = [walk(traced, story.id) for story in traced.told]
    compared = runs.compare(walked, progress)
    walks = [
        walkthroughs.Walked(each, parts.divide(each, story), compared.get(each.id))
        for each, story in zip(walked, traced.told, strict=True)
    ]
    found = find_patterns(traced)
    if not _is_worded(traced):
        return books.Book(traced.tree.title, traced.graph, tuple(walks), found, live=live)
    written = texts.read(build.assets())
    course = _sealed_course(
        [lesson.Lesson(traced.graph, w.walkthrough, w.comparison) for w in walks]
    )
    return books.Book(traced.tree.title, traced.graph, tuple(walks), found, written, live, course)


def _sealed_course(made_from: Sequence[lesson.Lesson]) -> tuple[books.Exercise, ...]:
    """The course that everybody gets, for the site."""
    items = exercises(made_from, "1").items
    return tuple(books.Exercise(item, packs.for_page(item, "site")) for item in items)


def _is_worded(traced: Traced) -> bool:
    """Say whether the texts of the site speak of this tree: it tells all stories."""
    return traced.told == stories.all_stories()


def build_site(book: books.Book, progress: Progress = console.silent) -> dict[str, str]:
    """Render the site: path → text."""
    return build.build(book, progress)


def pyodide(folder: Path) -> dict[str, Path]:
    """List the files of the browser's Python that go beside a site: path → where they are."""
    return live.pyodide(folder)


def serving(place: Path, port: int) -> AbstractContextManager[serve.Server]:
    """Serve a site that was built, on loopback.

    Raises:
        NoSiteError: there is no site.
        PortError: the port cannot be had.

    """
    if not (place / _SITE_MARK).is_file():
        raise NoSiteError(str(place))
    return serve.serving(place, _SITE_MARK, port)


def lessons(traced: Traced, progress: Progress = console.silent) -> tuple[lesson.Lesson, ...]:
    """What the exercises of a tree are made from: each path, with its run where it has a twin."""
    walked = [walk(traced, story.id) for story in traced.told]
    compared = runs.compare(walked, progress)
    return tuple(lesson.Lesson(traced.graph, w, compared.get(w.id)) for w in walked)


def exercises(
    made_from: Sequence[lesson.Lesson], seed: str, paths: frozenset[str] | None = None
) -> packs.Pack:
    """Compute the exercises, a chapter for each path, or for some of them."""
    title = made_from[0].walked.tree if made_from else ""
    return packs.Pack(title, course.items(made_from, seed, paths))


def as_html(traced: Traced, walked: walkthrough.Walkthrough, run: twins.Comparison | None) -> str:
    """A walkthrough as one page, a run of its twin beside it."""
    story = next((s for s in traced.told if s.id == walked.id), None)
    return build.alone(walkthroughs.Walked(walked, parts.divide(walked, story), run), traced.graph)


def as_svg(walked: walkthrough.Walkthrough) -> str:
    """A walkthrough as a picture."""
    return lanes.svg(walked)


def write_folder(
    place: Path, files: Mapping[str, str], copies: Mapping[str, Path] | None = None
) -> None:
    """Write a folder whole or not at all; a site that was there before is replaced.

    `copies`: files that are copied to places in it.

    Raises:
        OutputError: the place cannot be written, or holds something else.

    """
    folders.write(place, files, copies or {}, (_SITE_MARK, "made by trace-docker\n"))


def write(place: Path, content: str) -> None:
    """Write a file whole or not at all.

    Raises:
        OutputError: the place cannot be written.

    """
    outputs.write(place, content)
