"""What the site is made from: a tree, and all that was worked out of it."""

from dataclasses import dataclass

from tracer.graph.callgraph import CallGraph
from tracer.graph.patterns.pattern import PatternMatch
from tracer.guide.exercises.item import Item
from tracer.render.site.walkthroughs import Walked


@dataclass(frozen=True, slots=True)
class Text:
    """One text, written by hand in Markdown."""

    id: str  # its file below `site/`, without .md
    title: str
    source: str  # all but the title, at the file's own line numbers

    @property
    def name(self) -> str:
        """The last part of its id, by which other texts link to it."""
        return self.id.rpartition("/")[2]

    @property
    def path(self) -> str:
        """Where its page is; the home text is a part of the first page."""
        return "index.html" if self.id == "home" else f"{self.id}.html"


@dataclass(frozen=True, slots=True)
class Exercise:
    """One item of the course, and what the page needs to mark it."""

    item: Item
    sealed: str  # JSON, without the key


@dataclass(frozen=True, repr=False)
class Book:
    """A tree, its walkthroughs, its patterns, and what was written about them."""

    tree: str  # its title
    graph: CallGraph
    walks: tuple[Walked, ...]
    patterns: tuple[PatternMatch, ...]
    texts: tuple[Text, ...] = ()  # none where the tree does not tell all stories
    live: bool = False  # Python can be run in the page
    exercises: tuple[Exercise, ...] = ()  # in the course's order; none where there are no texts
