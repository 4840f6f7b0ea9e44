"""A page of the site: where it lies, what it is called, what is on it; and links between pages."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

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
    return posixpath.relpath(place, posixpath.dirname(here) or ".") + hash_ + anchor


def render(path: str, title: str, template: str, values: Mapping[str, object]) -> Page:
    """Render a page with a template; templates link with `to("path.html")`."""
    shown = dict(values) | {"path": path, "title": title, "to": lambda there: link(path, there)}
    return Page(path, title, html.environment().get_template(f"site/{template}").render(shown))
