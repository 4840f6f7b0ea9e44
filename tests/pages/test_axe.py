"""axe-core finds nothing, in both colour schemes, on a page of each kind."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

AXE = Path(__file__).parents[2] / "build" / "node" / "node_modules" / "axe-core" / "axe.min.js"
KINDS = (
    "index.html",
    "paths/index.html",
    "paths/docker-run/index.html",
    "paths/docker-run/part-1.html",
    "functions/index.html",
    "functions/daemon/Container.Start.html",
    "functions/std/syscall/Mount.html",
    "source/index.html",
    "source/daemon/index.html",
    "source/daemon/execdriver/native/create.go.html",
    "patterns/index.html",
    "patterns/template-method-graphdriver.Driver.html",
    "search.html?q=container",
    "exercises/index.html",
    "exercises/docker-run.html",
    "exercises/docker-run.html#K3-1",
    "exercises/docker-run.html#K4-1",
    "exercises/docker-run.html#K5-1",
    "exercises/docker-run.html#K9-1",
    "exercises/docker-run.html#K16-1",
    "exercises/vote.html",
)


@pytest.mark.skipif(
    not AXE.is_file() and "CI" not in os.environ, reason="axe-core is not there; see: make node"
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Path, browser: Browser, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = []
    for kind in KINDS:
        page.goto(f"file://{site}/{kind}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        report = page.evaluate("axe.run(document, {rules: {'target-size': {enabled: true}}})")
        assert len(report["passes"]) > 10
        found += [(kind, v["id"], v["nodes"][0]["html"]) for v in report["violations"]]
    context.close()

    assert found == []
