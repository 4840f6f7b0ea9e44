"""Every page and file of the site, as one mapping from path to text."""

from collections.abc import Iterator, Sized
from importlib.resources import files as resources
from pathlib import Path

from tracer.graph.callgraph import CallGraph
from tracer.guide.exercises import along
from tracer.guide.exercises.lesson import Lesson
from tracer.minidocker.recording import tape
from tracer.render import html, lanes, machine
from tracer.render.console import Progress, silent
from tracer.render.site import (
    addresses,
    catalogue,
    exercises,
    functions,
    home,
    listing,
    live,
    search,
    sources,
    steps,
    texts,
    walkthroughs,
)
from tracer.render.site.addresses import Addresses
from tracer.render.site.book import Book
from tracer.render.site.listing import Listings
from tracer.render.site.page import Page
from tracer.render.site.walkthroughs import Walked

STYLES = ("style.css", "walk.css")


def assets() -> Path:
    """The folder with style, scripts and texts: inside an installed package, or in the checkout."""
    inside = Path(str(resources("tracer"))) / "_site"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent.parent / "site"


def build(book: Book, progress: Progress = silent) -> dict[str, str]:
    """Render the whole site."""
    found = {f"assets/{path.name}": path.read_text(encoding="utf-8") for path in _asset_files()}
    listings = listing.prepare(book.graph, addresses.assign(book.graph, book.walks, book.patterns))
    pages: list[Page] = []
    expected = _expected(book, listings.addresses)
    for page in _pages(book, listings):
        progress(page.path, min(1, len(pages) / expected))
        pages.append(page)
    found |= {page.path: page.text for page in pages}
    found |= catalogue.pictures(listings.addresses.patterns)
    entries = search.entries(listings, book.walks, pages)
    found["assets/index.js"] = html.visible(search.script(entries))
    for walked in book.walks:
        found |= dict(_exports(walked))
    if book.live:
        found |= dict(live.files(book))
    return dict(sorted(found.items()))


def alone(walked: Walked, graph: CallGraph) -> str:
    """Render a walkthrough as one page that needs nothing beside it, readable without a script."""
    questions = along.ask(Lesson(graph, walked.walkthrough, walked.comparison))
    shown = steps.show(graph, walked.walkthrough, walked.comparison, questions)
    return walkthroughs.one_file(walked, shown, _style()).text


def _style() -> str:
    return "".join((assets() / name).read_text(encoding="utf-8") for name in STYLES)


def _pages(book: Book, listings: Listings) -> Iterator[Page]:
    where = listings.addresses.where
    common: dict[str, object] = {
        "tree": book.tree,
        "live": book.live,
        "told": bool(book.walks),
        "worded": bool(book.texts),
    }
    yield home.home(book, common, texts.home(book, listings.addresses))
    if book.walks:
        yield home.paths(book, common)
    css = _style()
    for walked in book.walks:
        own = [e.item for e in book.exercises if e.item.path == walked.walkthrough.id]
        yield from walkthroughs.pages(walked, book.graph, common, where, css, own)
    yield from functions.pages(listings, book.walks, common)
    yield from sources.pages(listings, common)
    yield from catalogue.pages(listings, common)
    yield from exercises.pages(book, common, where)
    yield from texts.pages(book, common, listings.addresses)
    yield search.search_page(common)


def _expected(book: Book, given: Addresses) -> int:
    """About how many pages there will be, to show how far the work has come."""
    paged: tuple[Sized, ...] = (given.functions, given.files, given.folders, given.patterns)
    return sum(map(len, paged)) + sum(len(walked.parts) + 3 for walked in book.walks)


def _exports(walked: Walked) -> Iterator[tuple[str, str]]:
    shown, folder = walked.walkthrough, walked.folder
    yield f"{folder}{shown.id}.json", machine.paths_json([shown])
    yield f"{folder}{shown.id}.tour", machine.tour(shown)
    yield f"{folder}{shown.id}.svg", html.visible(lanes.svg(shown))
    if walked.comparison is not None:
        yield f"{folder}recording.json", tape.write(walked.comparison.recording)


def _asset_files() -> list[Path]:
    return sorted(path for path in assets().iterdir() if path.suffix in {".css", ".js"})
