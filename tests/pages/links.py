"""What the pages of a site link to, and which of it is not there."""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Pages in words, which another part of the site has.
_UNWRITTEN = {"concepts/index.html", "glossary.html", "measured.html", "class.html"}


@dataclass
class Seen:
    """The ids and addresses of one page."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.seen.ids.append(value or "")
            elif name in {"href", "src", "xlink:href"}:
                self.seen.links.append(value or "")


def files(site: Path) -> dict[str, str]:
    """The texts of a site, by path."""
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def unwritten(link: str) -> bool:
    return link.strip("./") in _UNWRITTEN


@cache
def read(text: str) -> Seen:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.seen


def dead(site: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (page, link) for each link to a page, a file or an anchor that is not in the site."""
    pages = {path: read(text) for path, text in site.items() if path.endswith(".html")}
    ids = {path: set(seen.ids) for path, seen in pages.items()}
    for path, seen in pages.items():
        for link in dict.fromkeys(seen.links):
            parts = urlsplit(link)
            if link.startswith("data:"):
                continue
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path))
            target = path if not parts.path else unquote(place)
            anchor = unquote(parts.fragment)
            if parts.scheme or target not in site or (anchor and anchor not in ids.get(target, ())):
                yield path, link


def repeated(site: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (page, id) for each id that a page has twice."""
    for path, text in site.items():
        counts = Counter(read(text).ids if path.endswith(".html") else ())
        yield from ((path, id_) for id_, count in counts.items() if count > 1)
