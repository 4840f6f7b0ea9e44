"""What the search box finds: one list of entries as a script file, which works from a disk too."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from tracer.golang import names
from tracer.render.site import page
from tracer.render.site.catalogue import title
from tracer.render.site.listing import Listings
from tracer.render.site.page import Page
from tracer.render.site.walkthroughs import Walked

KINDS = ("walkthrough", "question", "term", "step", "pattern", "function", "type", "file", "page")
_TERM = re.compile(r'<(dt|h2|h3) id="([^"]+)"[^>]*>(.*?)</\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be found: what it is called, what else is said of it, and where it is."""

    kind: str  # one of KINDS
    name: str
    says: str
    path: str


def search_page(common: dict[str, object]) -> Page:
    """Render the page with the large search field, and ways to browse where no script runs."""
    return page.render("search.html", "Search", "search.html", common)


def script(entries: Iterable[Entry]) -> str:
    """The index as a script: it sets one global, `traceDockerIndex`."""
    rows = [[KINDS.index(e.kind), e.name, e.says, e.path] for e in entries]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    kinds = json.dumps(KINDS)
    return f"globalThis.traceDockerIndex = {{kinds: {kinds}, entries: [\n{lines}\n]}};\n"


def entries(listings: Listings, walks: Iterable[Walked], pages: Iterable[Page]) -> Iterator[Entry]:
    """Yield all that can be found: of the walkthroughs, of the pages in words, of the tree."""
    for walked in walks:
        yield from _walkthrough(walked)
    for each in pages:
        yield from _texts(each)
    for match, path in listings.addresses.patterns.items():
        yield Entry("pattern", title(match), match.pattern, path)
    yield from _declared(listings)


def _walkthrough(walked: Walked) -> Iterator[Entry]:
    shown = walked.walkthrough
    question = shown.question.replace("`", "")
    yield Entry("walkthrough", shown.title, question, f"{walked.folder}index.html")
    for step in shown.steps:
        callee = names.short(step.edge.callee)
        label = step.label.replace("`", "")
        name, says = (label, f"{callee}, {shown.id}") if label else (callee, shown.id)
        yield Entry("step", name, says, walked.step_page(step.number))


def _texts(found: Page) -> Iterator[Entry]:
    """The questions, the words of the glossary, and the pages of the site's first level."""
    if found.path == "glossary.html":
        for _, anchor, name in _TERM.findall(found.text):
            said = unescape(_TAG.sub("", name)).strip()
            yield Entry("term", said, "glossary", f"{found.path}#{anchor}")
    if found.path.startswith("concepts/") and found.path != "concepts/index.html":
        yield Entry("question", found.title, "", found.path)
    elif "/" not in found.path:
        yield Entry("page", found.title, "", found.path)


def _declared(listings: Listings) -> Iterator[Entry]:
    """The functions, types and files shown."""
    addresses, resolution = listings.addresses, listings.graph.resolution
    inside = [n for n, f in resolution.functions.items() if f.file.path in addresses.files]
    for name in sorted({*inside, *addresses.functions}):
        function = resolution.functions.get(name)
        says = function.file.path if function else ""
        yield Entry("function", names.short(name), says, addresses.function(name))
    for declared in listings.graph.program.types():
        if declared.file.path in addresses.files:
            target = addresses.declaration(declared)
            yield Entry("type", names.short(declared.id), declared.file.path, target)
    for file, path in addresses.files.items():
        folder, _, name = file.rpartition("/")
        yield Entry("file", name, folder, path)
