"""The twin edited and run in the page, over http, with the browser's Python."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PYODIDE, need_pyodide
from playwright.sync_api import Browser, Page, expect

from tracer import pipeline
from tracer.classroom import sandbox
from tracer.guide.exercises import breaking, completing
from tracer.guide.exercises.item import Code, Item
from tracer.pipeline import Traced

TIMEOUT = 90_000
EDITED = "SetInterfaceMaster</code></a></p>"


@pytest.fixture(scope="module")
def live_site(pocket: Traced, tmp_path_factory: pytest.TempPathFactory) -> Path:
    need_pyodide()
    place = tmp_path_factory.mktemp("live") / "site"
    files = pipeline.build_site(pipeline.bind(pocket, live=True))
    pipeline.write_folder(place, files, pipeline.pyodide(PYODIDE))
    return place


@pytest.fixture(scope="module")
def part(live_site: Path) -> str:
    for each in sorted(live_site.glob("paths/docker-run/part-*.html")):
        head, found, _ = each.read_text().partition(EDITED)
        if found:
            number = head.rpartition('data-step="')[2].partition('"')[0]
            return f"paths/docker-run/{each.name}#s{number}"
    raise AssertionError(EDITED)


@pytest.fixture(scope="module")
def page(live_site: Path, browser: Browser) -> Iterator[Page]:
    with pipeline.serving(live_site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.set_default_timeout(TIMEOUT)
        outside = list[str]()
        here = f"http://127.0.0.1:{server.server_port}/"
        page.on("request", lambda r: None if r.url.startswith(here) else outside.append(r.url))
        page.goto(here)
        yield page
        page.close()
        server.shutdown()
        assert outside == []


@pytest.fixture
def step(page: Page, part: str):
    page.goto(page.url.partition("/paths")[0].rstrip("/") + "/" + part)
    page.reload()
    found = page.locator(".step.current")
    found.get_by_role("button", name="Edit and run").click()
    return found


def run(step, change) -> None:
    box = step.locator("textarea")
    box.fill(change(box.input_value()))
    step.get_by_role("button", name="Run", exact=True).click()
    expect(step.get_by_role("button", name="Run", exact=True)).to_be_enabled(timeout=TIMEOUT)


def test_steps_and_machine_follow_the_changed_run_and_reset_brings_the_original_back(
    page: Page, step
) -> None:
    run(step, lambda text: text.rpartition("\n")[0] + "\n    pass")

    expect(step.locator(".live p")).to_contain_text("It ran")
    expect(step.locator(".machine:visible")).not_to_contain_text("was plugged into")
    expect(page.locator(".changed-run").first).to_contain_text("Different on this page: step")

    step.get_by_role("button", name="Reset").click()

    expect(step.locator(".machine:visible")).to_contain_text("was plugged into docker0")
    expect(page.locator(".changed-run, textarea")).to_have_count(0)


def test_a_loop_without_end_is_stopped_and_the_page_lives(page: Page, step) -> None:
    run(step, lambda text: text + "\n    while True:\n        pass")

    expect(step.locator(".live p")).to_contain_text("a loop without end")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".step.current .changed-run")).to_contain_text("does not come to this step")


def test_a_text_that_is_no_python_is_told_with_its_line(step) -> None:
    run(step, lambda _: "def broken(:\n    pass")

    expect(step.locator(".live p")).to_contain_text("line 1: ")


def test_what_a_learner_prints_or_names_is_shown_as_text(page: Page, step) -> None:
    run(step, lambda text: text + '\n    raise ValueError("<img src=x onerror=alert(1)>")')

    expect(step.locator(".live p")).to_contain_text("<img src=x")
    expect(page.locator("img")).to_have_count(0)


def test_from_a_disk_one_line_says_that_the_recorded_run_plays(
    live_site: Path, part: str, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"file://{live_site}/{part}")

    expect(page.locator(".step.current .twin .live")).to_contain_text("the recorded run plays")
    expect(page.get_by_role("button", name="Edit and run")).to_have_count(0)
    page.close()


@pytest.fixture(scope="module")
def item(pocket: Traced) -> Item:
    made = pipeline.exercises(pipeline.lessons(pocket), "1", frozenset({"docker-run"})).items
    return next(each for each in made if each.id == "docker-run.K9.1")


def test_a_function_is_checked_in_the_page_as_on_the_command_line(page: Page, item: Item) -> None:
    assert isinstance(item.answer, Code)
    page.goto(page.url.partition("/paths")[0].rstrip("/") + "/exercises/docker-run.html#K9-1")
    asked = page.locator("#K9-1")
    expect(asked.locator(".terminal-way")).to_be_hidden()
    body = item.answer.solution.splitlines()
    texts = [
        item.answer.starter,
        item.answer.solution,
        *completing.wrong("docker-run", item.answer.twin, item.answer.solution, 2),
        "\n".join([*body[:-1], "    while True:", "        pass"]),
        "import os\n",
        "def broken(:",
    ]
    for text in texts:
        mark = sandbox.check(item, text)
        sign = {"pass": "✓", "fail": "✗", "error": "!"}[mark.status]
        asked.locator("textarea").fill(text)
        asked.get_by_role("button", name="Check").click()
        expect(asked.get_by_role("button", name="Check")).to_be_enabled(timeout=TIMEOUT)
        expect(asked.locator(".verdict")).to_have_text(
            f"{sign} {mark.message} {mark.points} of {mark.most} points."
        )

    expect(page.locator(".contents-of a[href='#K9-1']")).to_contain_text("✓")


def test_a_jail_is_broken_and_mended_in_the_page(page: Page) -> None:
    page.goto(page.url.partition("/exercises")[0].rstrip("/") + "/exercises/dockerinit.html#K14-1")
    asked = page.locator("#K14-1")
    for text, said in (
        (breaking.starter("changed_root"), "✗ In the weak jail your script does not bring"),
        (breaking.solution("changed_root"), "✓ Right: the script gets out of the weak jail"),
    ):
        asked.locator("textarea").fill(text)
        asked.get_by_role("button", name="Check").click()
        expect(asked.get_by_role("button", name="Check")).to_be_enabled(timeout=TIMEOUT)
        expect(asked.locator(".verdict")).to_contain_text(said)
