"""The pages that were written by hand (`site/*.md`): questions, glossary, and a few more.

A text begins with `# Its title`.  The question pages stand in the order in which
`concepts/index.md` links to them, and the first paragraph of each is the answer in short.
The texts speak of Docker 1.2.0: a tree gets them when it tells all stories.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from tracer.errors import TextError
from tracer.guide.checks import Finding
from tracer.render.site import blocks, markdown, page
from tracer.render.site.book import Book, Text
from tracer.render.site.links import Targets
from tracer.render.site.markdown import Problem, Rendered
from tracer.render.site.page import Page
from tracer.render.site.walkthroughs import Pages

_CONCEPTS = "concepts/"
_INDEX = "concepts/index"
_HOME = "home"  # a part of the first page
_GLOSSARY = "glossary"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary."""

    name: str
    anchor: str
    says: str  # its explanation, as Markdown


def read(folder: Path) -> tuple[Text, ...]:
    """Read the texts below a folder, by name."""
    return tuple(
        _text(path.relative_to(folder).with_suffix("").as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.md"))
    )


def pages(book: Book, common: dict[str, object], where: Pages) -> Iterator[Page]:
    """Render the texts.

    Raises:
        TextError: a link or block leads nowhere.

    """
    targets = _targets(book, where)
    order = concepts(book.texts)
    for text in book.texts:
        if text.id == _HOME:
            continue
        rendered = _render(text, targets)
        _refuse(text, rendered.problems)
        values = common | {"text": text, "body": rendered.html, "turn": _turn(text, order)}
        yield page.render(text.path, text.title, "text.html", values)


def home(book: Book, where: Pages) -> Markup:
    """Render the part of the first page that is a text."""
    for text in book.texts:
        if text.id == _HOME:
            rendered = _render(text, _targets(book, where))
            _refuse(text, rendered.problems)
            return rendered.html
    return Markup("")


def check(book: Book) -> Iterator[Finding]:
    """Yield what does not hold in the texts: each link and each block."""
    targets = _targets(book, lambda _name, _place: "source/index.html")
    for text in book.texts:
        for problem in _render(text, targets).problems:
            yield Finding(f"site/{text.id}.md:{problem.line}", problem.message)
    listed = {text.id for text in concepts(book.texts)}
    for text in book.texts:
        if text.id.startswith(_CONCEPTS) and text.id not in {*listed, _INDEX}:
            yield Finding(f"site/{text.id}.md", f"not in the list; add it to site/{_INDEX}.md")


def concepts(texts: Sequence[Text]) -> tuple[Text, ...]:
    """The question pages, in reading order."""
    index = next((text.source for text in texts if text.id == _INDEX), "")
    places = {text.id: index.find(f"(concept:{text.name})") for text in texts}
    found = [t for t in texts if t.id.startswith(_CONCEPTS) and places[t.id] >= 0]
    return tuple(sorted(found, key=lambda text: places[text.id]))


def terms(texts: Sequence[Text]) -> tuple[Term, ...]:
    """The words of the glossary, in its order."""
    source = next((text.source for text in texts if text.id == _GLOSSARY), "")
    parts = [part.partition("\n") for part in f"\n{source}".split("\n## ")[1:]]
    return tuple(
        Term(name.strip(), markdown.slug(name), " ".join(says.split())) for name, _, says in parts
    )


def _text(id_: str, source: str) -> Text:
    heading, _, rest = source.partition("\n")
    if not heading.startswith("# "):
        raise TextError(f"site/{id_}.md:1", "a text begins with `# Its title`")
    return Text(id_, heading.removeprefix("# ").strip(), f"\n{rest}")  # keeps the line numbers


def _targets(book: Book, where: Pages) -> Targets:
    return Targets(
        book.graph,
        {walked.walkthrough.id: walked for walked in book.walks},
        book.patterns,
        frozenset(term.anchor for term in terms(book.texts)),
        {t.name: t.title for t in book.texts if t.id.startswith(_CONCEPTS) and t.id != _INDEX},
        where,
    )


def _render(text: Text, targets: Targets) -> Rendered:
    def link(wanted: str) -> tuple[str, str]:
        address, name = targets.resolve(wanted)
        return page.link(text.path, address), name

    return markdown.render(
        text.source,
        link,
        lambda info, content: blocks.block(info, content, text.path, targets),
    )


def _refuse(text: Text, problems: Sequence[Problem]) -> None:
    if problems:
        first, *more = problems
        also = f" (and {len(more)} more; see: trace-docker check)" if more else ""
        raise TextError(f"site/{text.id}.md:{first.line}", first.message + also)


def _turn(text: Text, order: Sequence[Text]) -> tuple[Text | None, Text | None] | None:
    """The questions before and after; None where a text is not a question."""
    if text not in order:
        return None
    index = order.index(text)
    before = order[index - 1] if index else None
    return before, order[index + 1] if index + 1 < len(order) else None
