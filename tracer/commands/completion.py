"""What the shell offers for a word that is half typed: names of trees and of paths."""

from pathlib import Path

from tracer import guide, trees
from tracer.errors import TracerError


def sources(begun: str) -> list[str]:
    """The trees there are; a cache that cannot be read offers none."""
    try:
        names = [trees.POCKET, *(record.name for record in trees.added())]
    except TracerError:
        names = [trees.POCKET]
    return _beginning(names, begun)


def added(begun: str) -> list[str]:
    """The trees that can be removed."""
    return [name for name in sources(begun) if name != trees.POCKET]


def paths(begun: str) -> list[str]:
    """The named paths: each is told by a file."""
    folder = Path(guide.__file__).parent / "stories"
    return _beginning(sorted(place.stem for place in folder.glob("*.toml")), begun)


def _beginning(names: list[str], begun: str) -> list[str]:
    return [name for name in names if name.startswith(begun)]
