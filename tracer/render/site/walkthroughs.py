"""The pages of one walkthrough: an overview, a page for each part, and files to take away."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from tracer.graph.callgraph import CallGraph
from tracer.graph.edges import Place
from tracer.guide import folds
from tracer.guide.exercises import along
from tracer.guide.exercises.item import KINDS, Item
from tracer.guide.exercises.lesson import Lesson
from tracer.guide.parts import Part
from tracer.guide.twins import Comparison
from tracer.guide.walkthrough import Walkthrough
from tracer.minidocker import scenarios
from tracer.render import terminal
from tracer.render.site import page, pathmap, steps
from tracer.render.site.page import Page
from tracer.render.site.steps import Shown

_NOWHERE = re.compile(r'<a href="">(.*?)</a>', re.DOTALL)
Pages = Callable[[str, Place | None], str]  # a function or a place → where it is on the site


@dataclass(frozen=True, repr=False)
class Walked:
    """A walkthrough with its parts, and a run of its twin where there is one."""

    walkthrough: Walkthrough
    parts: tuple[Part, ...]
    comparison: Comparison | None

    @property
    def folder(self) -> str:
        """Where its pages are."""
        return f"paths/{self.walkthrough.id}/"

    def address(self, part: Part) -> str:
        """The page of a part."""
        return f"{self.folder}part-{part.number}.html"

    def step_page(self, number: int) -> str:
        """Where a step is."""
        part = next(p for p in self.parts if any(s.number == number for s in p.steps))
        return f"{self.address(part)}#s{number}"


def pages(
    walked: Walked,
    graph: CallGraph,
    common: dict[str, object],
    where: Pages,
    css: str,
    course: Sequence[Item] = (),
) -> Iterator[Page]:
    """Render the overview, the parts, and all on one page with its style sheet inside.

    `course`: the exercises about this path.
    """
    lesson = Lesson(graph, walked.walkthrough, walked.comparison)
    questions = along.ask(lesson, course)
    shown = steps.show(graph, walked.walkthrough, walked.comparison, questions)
    yield _overview(walked, shown, common | {"exercises": course})
    for part in walked.parts:
        own = {step.number for step in part.steps}
        about = common | {
            "exercises": [item for item in course if item.step in own],
            "exercise": page.exercise,
            "kinds": KINDS,
        }
        yield _part(walked, part, shown, about, where)
    yield one_file(walked, shown, css)


def _overview(walked: Walked, shown: dict[int, Shown], common: dict[str, object]) -> Page:
    walkthrough, path = walked.walkthrough, f"{walked.folder}index.html"
    run = walked.comparison
    values = common | {
        "walkthrough": walkthrough,
        "parts": walked.parts,
        "folder": walked.folder,
        "map": _map(walked, None, shown, path),
        "ranges": " ".join(f"{p.steps[0].number}-{p.steps[-1].number}" for p in walked.parts),
        "keys": {part.number: _key(part) for part in walked.parts},
        "verdict": terminal.verdict(run) if run else "",
        "seen": scenarios.seen(walkthrough.id, run.recording) if run else (),
    }
    return page.render(path, walkthrough.title, "path.html", values)


def _part(
    walked: Walked,
    part: Part,
    shown: dict[int, Shown],
    common: dict[str, object],
    where: Pages,
) -> Page:
    walkthrough, path = walked.walkthrough, walked.address(part)
    values = common | {
        "walkthrough": walkthrough,
        "part": part,
        "parts": walked.parts,
        "folder": walked.folder,
        "map": _map(walked, part.number, shown, path),
        "folds": folds.fold(part.steps),
        "shown": shown,
        "address": walked.step_page,
        "pages": where,
        "key": _key(part),
        "ran": walked.comparison is not None,
    }
    return page.render(path, f"{part.title} · {walkthrough.title}", "part.html", values)


def one_file(walked: Walked, shown: dict[int, Shown], css: str) -> Page:
    """Render the whole walkthrough as a page that needs nothing beside it, and leads nowhere."""
    walkthrough, run = walked.walkthrough, walked.comparison
    who = {number: each.actor for number, each in shown.items()}
    values = {
        "walkthrough": walkthrough,
        "parts": walked.parts,
        "folded": {part.number: folds.fold(part.steps) for part in walked.parts},
        "shown": shown,
        "map": pathmap.draw(walkthrough, walked.parts, who, None, lambda p: f"#part-{p.number}"),
        "address": lambda number: f"#s{number}",
        "pages": _nowhere,
        "verdict": terminal.verdict(run) if run else "",
        "css": Markup(css),  # noqa: S704 - our own
        "ran": run is not None,
    }
    made = page.render(f"{walked.folder}one-file.html", walkthrough.title, "one.html", values)
    return replace(made, text=_NOWHERE.sub(r"\1", made.text))


def _nowhere(function: str, place: Place | None) -> str:
    """Where functions are for a page that stands alone."""
    del function, place
    return ""


def _map(walked: Walked, here: int | None, shown: dict[int, Shown], path: str) -> object:
    who = {number: each.actor for number, each in shown.items()}
    return pathmap.draw(
        walked.walkthrough,
        walked.parts,
        who,
        here,
        lambda part: page.link(path, walked.address(part)),
    )


def _key(part: Part) -> str:
    """A part's content in short: progress that was noted for other content does not count."""
    told = "".join(f"{s.edge.caller}{s.edge.callee}{s.label}{s.says}" for s in part.steps)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
