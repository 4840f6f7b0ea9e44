"""What the site is made from: a tree, and all that was worked out of it."""

from dataclasses import dataclass

from tracer.graph.callgraph import CallGraph
from tracer.graph.patterns.pattern import PatternMatch
from tracer.render.site.walkthroughs import Walked


@dataclass(frozen=True, repr=False)
class Book:
    """A tree, its walkthroughs and its patterns."""

    tree: str  # its title
    graph: CallGraph
    walks: tuple[Walked, ...]
    patterns: tuple[PatternMatch, ...]
    live: bool = False  # Python can be run in the page
