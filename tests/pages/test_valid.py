"""The pages are valid HTML: all of a few kinds, and every tenth of those that are many."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "build" / "node" / "node_modules"
MISSING = shutil.which("node") is None or not (MODULES / "html-validate").is_dir()
needs_node = pytest.mark.skipif(
    MISSING and "CI" not in os.environ, reason="html-validate is not there; see: make node"
)


def findings(pages: list[Path]) -> list[str]:
    run = subprocess.run(
        ["node", ROOT / "tests" / "node" / "validate.mjs", MODULES, *pages],
        capture_output=True,
        text=True,
        check=True,
    )
    *found, last = run.stdout.splitlines()
    assert last == f"{len(pages)} pages read"
    return found


@needs_node
def test_html_validates(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    many = [p for p in pages if p.relative_to(site).parts[0] in {"functions", "source"}]
    chosen = [p for p in pages if p not in set(many)] + many[::10]

    assert findings(chosen) == []


@needs_node
def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><html lang=en><title>x</title><ul><p>x</ul>", encoding="utf-8")

    assert any("not permitted as content under <ul>" in each for each in findings([page]))
