"""The pages of one walkthrough: an overview, a page for each part, and files to take away."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from tracer.graph.edges import Place
from tracer.guide.parts import Part
from tracer.guide.twins import Comparison
from tracer.guide.walkthrough import Walkthrough
from tracer.minidocker import scenarios
from tracer.minidocker.recording import changes, panels
from tracer.render import terminal
from tracer.render.site import page, pathmap
from tracer.render.site.page import Page

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


def pages(walked: Walked, common: dict[str, object], where: Pages) -> Iterator[Page]:
    """Render the overview and the parts."""
    yield _overview(walked, common)
    states = dict(_states(walked.comparison)) if walked.comparison else {}
    for part in walked.parts:
        yield _part(walked, part, states, common, where)


def _overview(walked: Walked, common: dict[str, object]) -> Page:
    shown, path = walked.walkthrough, f"{walked.folder}index.html"
    drawn = pathmap.draw(
        shown, walked.parts, None, lambda part: page.link(path, walked.address(part))
    )
    ranges = " ".join(f"{p.steps[0].number}-{p.steps[-1].number}" for p in walked.parts)
    values = common | {
        "walkthrough": shown,
        "parts": walked.parts,
        "folder": walked.folder,
        "map": drawn,
        "ranges": ranges,
        "verdict": terminal.verdict(walked.comparison) if walked.comparison else "",
        "seen": scenarios.seen(shown.id, walked.comparison.recording) if walked.comparison else (),
    }
    return page.render(path, shown.title, "path.html", values)


def _part(
    walked: Walked,
    part: Part,
    states: dict[int, Markup],
    common: dict[str, object],
    where: Pages,
) -> Page:
    shown, path = walked.walkthrough, walked.address(part)
    drawn = pathmap.draw(
        shown, walked.parts, part.number, lambda each: page.link(path, walked.address(each))
    )
    pairs = {p.step.number: p for p in walked.comparison.pairs} if walked.comparison else {}
    values = common | {
        "walkthrough": shown,
        "part": part,
        "parts": walked.parts,
        "folder": walked.folder,
        "map": drawn,
        "pairs": pairs,
        "states": states,
        "pages": where,
        "key": _key(part),
    }
    return page.render(path, f"{part.title} · {shown.title}", "part.html", values)


def _states(comparison: Comparison) -> Iterator[tuple[int, Markup]]:
    """Draw the machine after each step of the walkthrough that changed it."""
    recording = comparison.recording
    state, done = recording.start, 0
    for pair in comparison.pairs:
        if pair.until > done:
            state = changes.after(state, recording.changes[done : pair.until])
            done = pair.until
        if pair.changes:
            drawn = panels.panel(state, pair.changes)
            yield pair.step.number, Markup(drawn)  # noqa: S704 - it escapes


def _key(part: Part) -> str:
    """A part's content in short: progress that was noted for other content does not count."""
    told = "".join(f"{s.edge.caller}{s.edge.callee}{s.label}{s.says}" for s in part.steps)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
