"""The first page, and the list of walkthroughs."""

from collections import Counter

from markupsafe import Markup

from tracer.graph.patterns.pattern import KINDS
from tracer.graph.rulebook import LAYERS
from tracer.render.site import page
from tracer.render.site.book import Book
from tracer.render.site.page import Page

SAYS = {
    "client": "The command that you type: it turns words into HTTP requests.",
    "api": "The daemon's HTTP side: each route becomes a job.",
    "engine": "Jobs by name: a table through which the parts of the daemon reach one another.",
    "daemon": "It knows all containers and images, in memory and as JSON on disk.",
    "container": "One container: its state, its files, the monitor that watches its process.",
    "driver": "Interchangeable workers behind an interface: processes, layers, networks.",
    "lib": "Toolsets that keep no state: namespaces, cgroups, netlink, archives.",
    "init": "Already inside: the child process prepares itself and becomes your program.",
    "kernel": "Where it all ends: clone, mount, pivot_root, execve.",
}


def home(book: Book, common: dict[str, object], words: Markup) -> Page:
    """Render the first page."""
    counts = Counter(
        step.hop.layer_to for walked in book.walks for step in walked.walkthrough.main_line
    )
    layers = [(layer, SAYS[layer], counts[layer]) for layer in LAYERS]
    patterns = Counter(match.pattern for match in book.patterns)
    values = common | {
        "layers": layers,
        "walks": book.walks,
        "words": words,
        "files": len(book.graph.program.parsed),
        "functions": len(book.graph.resolution.functions),
        "packages": len(book.graph.program.packages),
        "patterns": [(kind, patterns[kind]) for kind in KINDS if kind in patterns],
    }
    return page.render("index.html", "Start here", "home.html", values)


def paths(book: Book, common: dict[str, object]) -> Page:
    """Render the list of walkthroughs."""
    return page.render(
        "paths/index.html", "Walkthroughs", "paths.html", common | {"walks": book.walks}
    )
