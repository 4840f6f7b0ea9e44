"""What a picture shows, as values: nodes, links, and the same as text.

A view has at most about forty nodes; what does not fit is counted, not drawn.
`viewpoints` makes views of a graph, `render/picture.py` draws them.
"""

from collections.abc import Iterable

import msgspec

MOST = 40  # nodes


class Node(msgspec.Struct, frozen=True):
    """A layer, a package, a function or a type."""

    id: str
    label: str  # its name; further lines stand below
    layer: str  # empty where a picture is not about layers
    role: str = ""  # of a layer: controller, service, dao …


class Link(msgspec.Struct, frozen=True):
    """Edges drawn as one line."""

    source: str
    target: str
    kind: str  # the kind of its edges; `calls` where they are mixed
    count: int = 1
    note: str = ""  # a place, or what is said of it
    number: int = 0  # its turn among the caller's calls; 0 where order does not matter
    certainty: str = "certain"  # as an edge has it
    mode: str = "call"  # as an edge has it


class View(msgspec.Struct, frozen=True):
    """What a picture shows."""

    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    left_out: int = 0  # nodes that did not fit
    note: str = ""  # what else is to be said of the whole

    @property
    def sentences(self) -> str:
        """What stands below the title: the note, and what did not fit; often nothing."""
        are = "is" if self.left_out == 1 else "are"
        cut = f"{len(self.nodes)} are drawn; {self.left_out} more {are} left out."
        return " ".join(filter(None, (self.note, cut if self.left_out else "")))

    def lines(self) -> tuple[str, ...]:
        """The same as text, one line a link, for those who cannot see the picture."""
        heads = {node.id: _head(node) for node in self.nodes}
        below = [f"{heads[n.id]}: {', '.join(told)}" for n in self.nodes if (told := _below(n))]
        links = [_line(heads, link) for link in self.links]
        return (*below, *links, *filter(None, (self.sentences,)))


def text(view: View) -> str:
    """A view as a list."""
    return "\n".join((view.title, *(f"  {line}" for line in view.lines()), ""))


def fitting(title: str, nodes: Iterable[Node], links: Iterable[Link]) -> View:
    """A view of the first nodes, and the links among them."""
    found = tuple(nodes)
    chosen = {node.id for node in found[:MOST]}
    return View(
        title,
        tuple(sorted(found[:MOST], key=lambda n: n.id)),
        tuple(link for link in links if {link.source, link.target} <= chosen),
        len(found) - len(chosen),
    )


def _head(node: Node) -> str:
    """A node's name; a layer's box has only what is in it, since its frame is named."""
    return node.id if node.id == node.layer else node.label.partition("\n")[0]


def _below(node: Node) -> list[str]:
    return node.label.splitlines()[0 if node.id == node.layer else 1 :]


def _line(heads: dict[str, str], link: Link) -> str:
    number = f"{link.number}. " if link.number else ""
    kind = link.kind if link.mode in {"call", link.kind} else f"{link.mode} {link.kind}"
    count = f" x {link.count}" if link.count > 1 else ""
    certainty = f", {link.certainty}" if link.certainty != "certain" else ""
    note = f" ({link.note})" if link.note else ""
    return f"{number}{heads[link.source]} → {heads[link.target]}: {kind}{count}{certainty}{note}"
