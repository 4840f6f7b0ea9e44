import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser

from tracer import pipeline
from tracer.pipeline import Traced
from tracer.render import html


@pytest.fixture(scope="module")
def page(pocket: Traced, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("page") / "docker-run.html"
    walked = pipeline.walk(pocket, "docker-run")
    place.write_text(pipeline.as_html(pocket, walked, pipeline.run_twin(walked)), encoding="utf-8")
    return place


def test_the_page_stands_alone(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert re.findall(r"<script|<link|<img|src=|https?://", text) == []


def test_each_step_marks_the_line_of_its_call(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    sections = re.findall(r'<section class="step [^"]*" id="s\d+".*?</section>', text, re.DOTALL)

    assert len(sections) == 145
    assert [s[:60] for s in sections if ' at">' not in s] == []


def test_every_link_leads_to_a_place_in_the_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r'id="([^"]+)"', text))

    assert set(re.findall(r'href="#([^"]+)"', text)) <= targets


def test_text_of_a_tree_is_escaped(pocket: Traced) -> None:
    walked = pipeline.walk(pocket, "container-start")
    hostile = replace(walked, title="<script>alert(1)</script>", tree='"><b>')
    text = pipeline.as_html(pocket, hostile, None)

    assert "<script>" not in text
    assert '"><b>' not in text
    assert "<b>" not in html.highlighted('x := "<b>" // <i>')


@pytest.mark.parametrize("width", [390, 800, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_its_width_and_says_nothing_in_the_console(
    page: Path, browser: Browser, width: int, scheme: str
) -> None:
    said: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    tab = context.new_page()
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(page.as_uri())

    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    context.close()


def test_the_page_can_be_read_without_a_script(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page.as_uri())

    assert tab.locator("section.step").count() == 145
    assert tab.locator("#s1 h2").is_visible()
    closed = tab.locator("details:not([open]):has(#s12) > summary")
    while closed.count():
        closed.first.click()
    assert tab.locator("#s12 h2").is_visible()
    context.close()
