"""The report for the teacher: per learner and per item, as a page and as tables.

Of an item: how many passed, how many at the first try, and the wrong option that was chosen most,
which names the misbelief.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from html import escape

from tracer.classroom.grading import Result
from tracer.classroom.results.by_learner import learners, points

LEARNERS = ("learner", "points", "of", "right", "first_try", "attempts", "hints", "errors")
ITEMS = ("item", "kind", "learners", "pass_rate", "first_try_rate", "errors", "most_chosen_wrong")
_STYLE = (
    "body{font:1rem/1.4 system-ui,sans-serif;margin:2rem;color-scheme:light dark}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "td,th{border:1px solid #8888;padding:.25rem .5rem;text-align:left}"
)


def learners_rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """One row for each learner."""
    rows = []
    for name, own in learners(results).items():
        got, most = points(own)
        numbers = (
            got,
            most,
            sum(each.status == "pass" for each in own),
            sum(each.first for each in own),
            sum(each.attempts for each in own),
            sum(each.hints for each in own),
            sum(each.status == "error" for each in own),
        )
        rows.append((name, *map(str, numbers)))
    return rows


def items_rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """One row for each item, the one that most got wrong first."""
    by_item: dict[str, list[Result]] = {}
    for each in results:
        if each.item:
            by_item.setdefault(each.item, []).append(each)
    ranked = sorted(by_item.items(), key=lambda row: (_rate(row[1]), row[0]))
    return [
        (
            name,
            own[0].kind,
            str(len(own)),
            f"{_rate(own):.0%}",
            f"{sum(each.first for each in own) / len(own):.0%}",
            str(sum(each.status == "error" for each in own)),
            _most_chosen(own),
        )
        for name, own in ranked
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV; what a spreadsheet would take for a formula is marked as text."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow(head)
    out.writerows([_as_text(cell) for cell in row] for row in rows)
    return written.getvalue()


def page(results: Sequence[Result], title: str) -> str:
    """Both tables as one page."""
    got, most = points(results)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{escape(title)}</h1>\n"
        f"<p>{len(learners(results))} learners, {got} of {most} points.</p>\n"
        f"<h2>Learners</h2>\n{_html(LEARNERS, learners_rows(results))}"
        f"<h2>Items, the hardest first</h2>\n{_html(ITEMS, items_rows(results))}"
        "</body></html>\n"
    )


def _rate(own: Sequence[Result]) -> float:
    return sum(each.status == "pass" for each in own) / len(own)


def _most_chosen(own: Sequence[Result]) -> str:
    counts = Counter(option for each in own for option in each.wrong)
    if not counts:
        return ""
    option, count = min(counts.items(), key=lambda row: (-row[1], row[0]))
    return f"{option} ({count})"


def _html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(f'<th scope="col">{escape(each.replace("_", " "))}</th>' for each in head)
    lines = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>\n{lines}</tbody></table>\n"


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
