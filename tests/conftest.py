"""What tests build their values with, and what a machine may lack."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from linux import answers
from playwright.sync_api import Browser, sync_playwright

from tracer import beside, pipeline, trees
from tracer.commands import cache
from tracer.errors import TracerError
from tracer.golang import declarations, source
from tracer.golang.constraints import Configuration
from tracer.graph import callgraph
from tracer.graph.callgraph import CallGraph
from tracer.pipeline import Traced

REAL = "v1.2.0"
PYODIDE = Path(__file__).parents[1] / "build" / "node" / "node_modules" / "pyodide"


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small process with one thread and two cores, whatever runs the tests."""
    monkeypatch.setattr(beside, "cores", lambda: 2)
    monkeypatch.setattr(beside, "_memory", lambda: 0)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def graph_of(texts: dict[str, str], *tags: str) -> CallGraph:
    tree = source.from_texts(texts)
    return callgraph.build(declarations.declare(tree, Configuration(tags=frozenset(tags))))


def need(program: str) -> str:
    """The place of a program; a user without it skips the test, CI installs it and must not."""
    found = shutil.which(program)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{program} is not installed, and CI installs it")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def need_pyodide() -> None:
    """Python for the browser is there; a user without it skips the test, CI must not."""
    if not PYODIDE.is_dir() and os.environ.get("CI"):
        pytest.fail("Pyodide is not there, and CI installs it: make node")
    if not PYODIDE.is_dir():
        pytest.skip("Pyodide is not there; see: make node")


@pytest.fixture(autouse=True)
def answers_of_this_test(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test finds no answers of others."""
    folder = tmp_path_factory.mktemp("answers")
    monkeypatch.setattr(cache, "place", lambda: folder / "answers.sqlite")


@pytest.fixture
def program() -> Callable[[str], CallGraph]:
    """The graph of one Go file's text; its package path is the package's name."""
    return lambda text: graph_of({"p.go": text})


@pytest.fixture(scope="session")
def pocket() -> Traced:
    """The pocket tree, read and connected."""
    return pipeline.trace(trees.POCKET, None)


@pytest.fixture(scope="session")
def site(pocket: Traced, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pocket tree's site."""
    place = tmp_path_factory.mktemp("built") / "site"
    pipeline.write_folder(place, pipeline.build_site(pipeline.bind(pocket)))
    return place


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; it asks nobody outside."""
    chromium = need("chromium")
    quiet = ["background-networking", "component-update", "sync"]
    arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
    arguments += [f"--disable-{each}" for each in quiet]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def real() -> Traced:
    """Docker's own tree, where the user has added it."""
    try:
        trees.find(REAL)
    except TracerError:
        pytest.skip(f"Docker's own tree is not here; get it with: trace-docker source add {REAL}")
    return pipeline.trace(REAL, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how the simulated kernel was held against Linux."""
    for line in answers.summary():
        terminalreporter.line(line)
