"""A page of the site: where it lies, what it is called, what is on it; and links between pages."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tracer.guide.exercises.item import Item
from tracer.render import html


@dataclass(frozen=True, slots=True)
class Page:
    """One page, rendered."""

    path: str  # below the site's root, with .html
    title: str
    text: str


def link(here: str, there: str) -> str:
    """Write a relative link between two paths of the site; it works from a disk too."""
    place, hash_, anchor = there.partition("#")
    if not place or place == here:
        return hash_ + anchor
    return _relative(place, posixpath.dirname(here)) + hash_ + anchor


@cache
def _relative(place: str, folder: str) -> str:
    return posixpath.relpath(place, folder or ".")


def exercise(item: Item) -> str:
    """Where an exercise is."""
    return f"exercises/{item.path}.html#{anchor(item)}"


def anchor(item: Item) -> str:
    """Where an exercise is on its chapter's page."""
    return re.sub(r"[^\w-]+", "-", item.id.removeprefix(f"{item.path}."))


def links_from(here: str) -> Callable[[str], str]:
    """How one page links to others; each address is worked out once."""
    return cache(lambda there: link(here, there))


def render(path: str, title: str, template: str, values: Mapping[str, object]) -> Page:
    """Render a page with a template; templates link with `to("path.html")`."""
    shown = dict(values) | {"path": path, "title": title, "to": links_from(path)}
    text = html.environment().get_template(f"site/{template}").render(shown)
    return Page(path, title, html.visible(text))
