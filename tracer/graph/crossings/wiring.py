"""What every kind of crossing works with: a tree, its values, its rules, the places unjoined."""

from dataclasses import dataclass, field

import msgspec

from tracer.golang.types.operands import Composite, LiteralValue, Origin
from tracer.golang.types.resolve import Resolution
from tracer.graph.edges import Place
from tracer.graph.rulebook import Rules
from tracer.graph.values import Values


class Entry(msgspec.Struct, frozen=True):
    """One thing kept under a key, and the line that keeps it."""

    key: str
    origin: Origin
    place: Place


@dataclass(eq=False, repr=False)
class Wiring:
    """A tree and its rules."""

    resolution: Resolution
    functions: Values  # of those that may carry a function
    values: Values  # of all
    rules: Rules
    unjoined: dict[Place, str] = field(default_factory=dict)  # where → what found no partner
    composites: dict[LiteralValue, Composite] = field(default_factory=dict)
    indexed: set[int] = field(default_factory=set)  # ids of the bodies with theirs in `composites`

    def composite(self, literal: LiteralValue) -> Composite | None:
        """The fields of a literal whose body has been resolved."""
        if literal not in self.composites:
            for body in self.resolution.known_in(literal.file):
                if id(body) not in self.indexed:
                    self.indexed.add(id(body))
                    self.composites.update({c.literal: c for c in body.composites})
        return self.composites.get(literal)
