"""Runs what the documentation shows."""

import contextlib
import io
import re
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def blocks(page: str) -> list[tuple[str, str]]:
    """Each Python block, with the text block under it."""
    return re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)


def test_the_page_about_python_prints_what_it_shows() -> None:
    page = (DOCS / "python.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for code, shown in blocks(page):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, names)

        assert printed.getvalue() == shown
    assert len(blocks(page)) == page.count("```python")
