from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def run(site: Path, browser: Browser) -> Page:
    """The page of the native driver's Run."""
    page = browser.new_page()
    page.goto(f"file://{site}/functions/daemon/execdriver/native/driver.Run.html")
    return page


def test_it_has_its_source_with_linked_names_beside_its_twin(run: Page) -> None:
    source = run.get_by_role("region", name="The function, Go")

    assert source.get_by_role("link", name="createContainer", exact=True).count() == 1
    expect(run.get_by_role("region", name="The twin, Python")).to_contain_text("async def run")


def test_it_tells_where_it_occurs_and_a_click_leads_to_the_step(run: Page) -> None:
    run.get_by_role("link", name="Run with the native driver").first.click()

    expect(run.locator(".step.current, .step:target").first).to_contain_text("driver).Run")


def test_calls_are_told_by_kind_of_work_and_callers_with_their_line(run: Page) -> None:
    summaries = run.locator("details > summary").all_text_contents()

    assert [text.partition(" (")[0] for text in summaries] == [
        "What it does for containers, images, networks",
        "What it builds and joins",
        "What any program does: errors, locks, logs, strings",
    ]
    expect(run.get_by_role("link", name="(*daemon.Daemon).Run").first).to_be_visible()


def test_the_same_operation_of_other_drivers_is_listed(run: Page) -> None:
    expect(run.get_by_role("link", name="(*lxc.driver).Run")).to_be_visible()
    expect(run.get_by_role("link", name="execdriver.Driver", exact=True)).to_be_visible()


def test_a_library_interface_has_what_stands_behind_it(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"file://{site}/functions/std/io/Writer.Write.html")

    expect(page.get_by_role("heading", name="What stands behind it")).to_be_visible()
    assert page.locator(".columns li").count() > 2


def test_a_name_in_the_source_leads_to_its_declaration(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"file://{site}/source/daemon/execdriver/native/driver.go.html")
    page.locator("a", has_text="activeContainer").first.click()

    expect(page.locator(".l:target, .l:has(:target)").first).to_contain_text("type activeContainer")


def test_a_pattern_has_roles_sequence_picture_three_forms_and_places(
    site: Path, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"file://{site}/patterns/template-method-graphdriver.Driver.html")

    headings = page.get_by_role("heading", level=2).all_text_contents()
    assert headings == [
        "Roles",
        "The order, fixed once",
        "All that use it",
        "Picture",
        "Three forms",
        "Where",
    ]
    expect(page.locator(".frame li")).to_have_count(5)
    expect(page.locator(".frame li").last).to_contain_text("Put deferred")
    assert page.locator(".picture img").evaluate("image => image.naturalWidth") > 300
    expect(page.get_by_role("region", name="Go: graphdriver.Driver")).to_contain_text("interface")
    expect(page.get_by_role("region", name="Java")).to_contain_text(
        "abstract class AbstractGraphDriver"
    )
    expect(page.get_by_role("region", name="Python")).to_contain_text(
        "class AbstractGraphDriver(ABC)"
    )
    expect(page.get_by_role("link", name="aufs.Driver")).to_be_visible()


@pytest.mark.parametrize(
    "kind",
    [
        "functions/index.html",
        "functions/daemon/execdriver/native/driver.Run.html",
        "source/index.html",
        "source/daemon/index.html",
        "source/daemon/container.go.html",
        "patterns/index.html",
        "patterns/template-method-graphdriver.Driver.html",
        "search.html?q=container",
    ],
)
def test_at_320_pixels_nothing_but_code_scrolls_sideways(
    site: Path, browser: Browser, kind: str
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"file://{site}/{kind}")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
