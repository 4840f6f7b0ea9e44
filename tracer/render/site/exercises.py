"""The exercise pages: a list of chapters, a page for each, and questions for a class to vote on.

A page holds no key: `site/marking.js` marks with salted hashes, as a learners' pack is marked.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.guide.exercises.item import KINDS, Choice, Code, Item
from tracer.render.site import page
from tracer.render.site.book import Book, Exercise
from tracer.render.site.page import Page
from tracer.render.site.walkthroughs import Pages, Walked

INDEX = "exercises/index.html"
VOTE = "exercises/vote.html"


@dataclass(frozen=True, repr=False)
class Asked:
    """An item as its page shows it."""

    item: Item
    sealed: str
    step: str  # the page of its step; empty where it is about no single one
    call: str  # the page of the Go line
    line: str  # that line

    @property
    def anchor(self) -> str:
        """Where it is on its page."""
        return page.anchor(self.item)

    @property
    def key(self) -> str:
        """Its content in short: what was noted for another content does not count."""
        told = f"{self.item.question}{self.item.shown}{self.item.answer}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]


@dataclass(frozen=True, repr=False)
class Chapter:
    """The items about one path."""

    walked: Walked
    asked: tuple[Asked, ...]

    @property
    def path(self) -> str:
        """Its page."""
        return f"exercises/{self.walked.walkthrough.id}.html"


def pages(book: Book, common: dict[str, object], where: Pages) -> Iterator[Page]:
    """Render the list, the chapters and the page for a class."""
    chapters = _chapters(book, where)
    if not chapters:
        return
    values = common | {"chapters": chapters, "kinds": KINDS}
    yield page.render(INDEX, "Exercises", "exercises.html", values)
    for number, chapter in enumerate(chapters):
        around = {
            "chapter": chapter,
            "number": number + 1,
            "following": chapters[number + 1] if number + 1 < len(chapters) else None,
        }
        title = f"Exercises: {chapter.walked.walkthrough.title}"
        yield page.render(chapter.path, title, "chapter.html", values | around)
    votes = [
        (chapter, [a for a in chapter.asked if isinstance(a.item.answer, Choice)])
        for chapter in chapters
    ]
    yield page.render(VOTE, "Vote in class", "vote.html", values | {"votes": votes})


def _chapters(book: Book, where: Pages) -> tuple[Chapter, ...]:
    found = []
    for walked in book.walks:
        own = [e for e in book.exercises if e.item.path == walked.walkthrough.id]
        if own:
            found.append(Chapter(walked, tuple(_asked(e, walked, where) for e in own)))
    return tuple(found)


def _asked(exercise: Exercise, walked: Walked, where: Pages) -> Asked:
    item = exercise.item
    if not item.step:
        return Asked(item, exercise.sealed, "", "", "")
    edge = walked.walkthrough.steps[item.step - 1].edge
    call = where(edge.caller, edge.at)
    return Asked(item, exercise.sealed, walked.step_page(item.step), call, str(edge.at))


def places(book: Book, path: str) -> list[list[object]]:
    """The Go function, step and line of what a path's run enters, for messages about functions."""
    for exercise in book.exercises:
        answer = exercise.item.answer
        if exercise.item.path == path and isinstance(answer, Code) and not answer.jail:
            return [[each.function, each.step, each.line] for each in answer.places]
    return []
