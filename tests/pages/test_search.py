import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def home(site: Path, browser: Browser) -> Page:
    """The first page, opened from the disk."""
    page = browser.new_page()
    page.goto(f"file://{site}/index.html")
    return page


def results(page: Page) -> list[str]:
    page.wait_for_selector("#finds li")
    return page.locator("#finds li b").all_text_contents()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("NewDaemonFromDirectory", "daemon.NewDaemonFromDirectory"),
        ("newdaemonfrom", "daemon.NewDaemonFromDirectory"),
        ("daemon from dir", "daemon.NewDaemonFromDirectory"),
        ("newdeamonfrom", "daemon.NewDaemonFromDirectory"),
        ("pivotrot", "syscall.PivotRoot"),
        ("container.go", "container.go"),
    ],
)
def test_parts_of_a_name_are_enough_and_one_slip_is_forgiven(
    home: Page, query: str, first: str
) -> None:
    home.get_by_role("combobox").fill(query)

    assert first in results(home)[:3]


def test_steps_walkthroughs_and_patterns_are_found(home: Page) -> None:
    home.get_by_role("combobox").fill("graphdriver driver")
    results(home)

    kinds = set(home.locator("#finds .kind").all_text_contents())
    assert "pattern" in kinds
    home.get_by_role("combobox").fill("start the container")
    expect(home.locator("#finds li").first).to_contain_text("step")


def test_keys_alone_lead_to_a_page(home: Page) -> None:
    home.get_by_role("combobox").focus()
    home.keyboard.type("createRootfs")
    results(home)
    home.keyboard.press("ArrowDown")
    field = home.get_by_role("combobox")
    expect(field).to_have_attribute("aria-activedescendant", "find-0")
    expect(home.locator("#find-0")).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Enter")
    home.wait_for_url(re.compile(r"createRootfs|part-\d"))

    expect(home.locator("h1")).to_be_visible()


def test_escape_closes_the_list(home: Page) -> None:
    home.get_by_role("combobox").fill("container")
    results(home)
    home.keyboard.press("Escape")

    expect(home.locator("#finds")).to_be_hidden()
    expect(home.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")


def test_enter_shows_all_results_on_a_page_of_their_own(home: Page) -> None:
    home.get_by_role("combobox").fill("container")
    results(home)
    home.keyboard.press("Enter")
    home.wait_for_url(re.compile(r"search\.html\?q=container"))

    assert home.locator(".found a").count() > 20
    expect(home.locator("#said")).to_have_text(re.compile(r"^\d+ results$"))
    home.locator(".found a").first.click()
    expect(home.locator("h1")).to_be_visible()


def test_what_is_not_there_is_said(home: Page) -> None:
    home.get_by_role("combobox").fill("qqqqxxxx")

    expect(home.locator("#said")).to_have_text("no results")
    expect(home.locator("#finds")).to_be_hidden()


def test_the_index_is_loaded_when_somebody_searches(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{site}/source/daemon/index.html")
    page.wait_for_load_state()
    assert not any(url.endswith("assets/index.js") for url in asked)
    page.get_by_role("combobox").fill("start")
    results(page)

    assert any(url.endswith("assets/index.js") for url in asked)
    assert all(url.startswith("file://") for url in asked)


def test_without_a_script_there_are_ways_to_look_through(site: Path, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"file://{site}/index.html")
    page.get_by_role("link", name="Find a function").click()

    expect(page.get_by_role("link", name="the functions on the paths")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
