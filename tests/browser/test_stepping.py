"""A walkthrough in Chromium, from a disk: what a learner does on its pages."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

MOUNT = "<code>(*daemon.Daemon).Mount</code>"  # the step after it changes the machine

Open = Callable[..., Page]


class Spot(NamedTuple):
    """A step, and the part it is in."""

    part: str
    number: int

    def __str__(self) -> str:
        return f"{self.part}#s{self.number}"


@pytest.fixture(scope="session")
def spot(site: Path) -> Spot:
    """The step of `docker run` that has the layers mounted."""
    for part in sorted(site.glob("paths/docker-run/part-*.html")):
        for section in part.read_text().split('<section class="step ')[1:]:
            if MOUNT in section.partition("</p>")[0]:
                number = int(section.partition('data-step="')[2].partition('"')[0])
                return Spot(part.relative_to(site).as_posix(), number)
    raise AssertionError(MOUNT)


@pytest.fixture
def visit(site: Path, browser: Browser, spot: Spot) -> Iterator[Open]:
    """Opens a page of the site; nothing may be asked of anybody, nothing may go wrong."""
    contexts, wrong = [], list[str]()

    def to(path: str = spot.part, **options: object) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda r: wrong.append(r.url) if r.url[:5] not in {"file:", "blob:"} else 0
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(f"file://{site}/{path}")
        return page

    yield to
    for context in contexts:
        context.close()
    assert wrong == []


def current(page: Page) -> int:
    (shown,) = page.locator(".step:visible").all()
    return int(shown.get_attribute("data-step") or 0)


def test_one_step_is_shown_and_alt_arrows_move_by_one(visit: Open) -> None:
    page = visit()
    first = current(page)
    page.keyboard.press("Alt+ArrowRight")
    second = current(page)
    page.keyboard.press("Alt+ArrowLeft")

    assert (second, current(page)) == (first + 1, first)


def test_the_focus_goes_to_the_heading_of_the_step_and_the_change_is_said(
    visit: Open, spot: Spot
) -> None:
    page = visit(str(spot))
    page.get_by_role("button", name="Next").click()

    expect(page.locator(f"#t{spot.number + 1}")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("mounted aufs on")


def test_alt_shift_arrow_goes_over_a_call(visit: Open, spot: Spot) -> None:
    page = visit(f"{spot.part}#s{spot.number - 1}")
    depth = int(page.locator(f"#s{spot.number - 1}").get_attribute("data-depth") or 0)
    page.keyboard.press("Alt+Shift+ArrowRight")
    after = page.locator(f"#s{current(page)}")

    assert current(page) > spot.number
    assert int(after.get_attribute("data-depth") or 0) <= depth


def test_keys_can_be_switched_off(visit: Open) -> None:
    page = visit()
    first = current(page)
    page.get_by_label("Options").click()
    page.get_by_role("checkbox", name=re.compile("^Keys")).uncheck()
    page.keyboard.press("Alt+ArrowRight")

    assert current(page) == first


def test_the_slider_moves_and_leaves_the_back_button_alone(visit: Open) -> None:
    page = visit()
    page.get_by_role("slider", name="Step").focus()
    before = page.evaluate("history.length")
    page.keyboard.press("End")

    assert page.url.endswith(f"#s{current(page)}")
    assert page.locator(".step").last.is_visible()
    assert page.evaluate("history.length") == before


def test_a_deep_link_opens_its_step_and_the_back_button_returns(visit: Open, spot: Spot) -> None:
    page = visit(str(spot))
    assert current(page) == spot.number

    page.keyboard.press("Alt+ArrowRight")
    page.go_back()

    assert current(page) == spot.number


def test_a_link_to_a_step_of_the_whole_path_leads_to_its_part(visit: Open, spot: Spot) -> None:
    page = visit(f"paths/docker-run/index.html#s{spot.number}")
    page.wait_for_url(f"**/part-*.html#s{spot.number}")

    assert current(page) == spot.number


def test_the_last_step_of_a_part_is_followed_by_the_first_of_the_next(visit: Open) -> None:
    page = visit()
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    last = current(page)
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_url(f"**/part-*.html#s{last + 1}")

    assert current(page) == last + 1


def test_the_list_of_steps_and_the_map_say_where_one_is(visit: Open, spot: Spot) -> None:
    page = visit(str(spot))

    assert page.locator(".rail [aria-current=step]").get_attribute("data-step") == str(spot.number)
    assert page.locator(".map circle.now").get_attribute("data-step") == str(spot.number)
    assert page.locator(".map .part.here").count() == 1


def test_the_call_is_marked_in_go_and_in_python(visit: Open, spot: Spot) -> None:
    page = visit(str(spot))
    marked = page.locator(f"#s{spot.number} .l.at").all_inner_texts()

    assert [text.lstrip("0123456789").strip() for text in marked] == [
        "return container.daemon.Mount(container)",
        "await self.daemon.mount(self)",
    ]


def test_what_changed_is_marked_by_sign_and_word_and_said(visit: Open, spot: Spot) -> None:
    page = visit(f"{spot.part}#s{spot.number + 1}")
    new = page.locator(f"#s{spot.number + 1} .machine li.new").first

    assert "+" in new.inner_text()
    assert "new" in new.inner_text()
    assert "mounted aufs" in page.locator(f"#s{spot.number + 1} .changes").inner_text()


def test_a_right_prediction_is_kept_beside_the_truth(visit: Open, spot: Spot) -> None:
    page = visit(str(spot))
    ask = page.locator(".ask:visible")
    assert page.locator("body.predicting").count() == 1  # what is to come is veiled

    answers = ask.locator(".answers button")
    answers.nth(int(ask.get_attribute("data-right") or 0)).click()

    expect(page.locator("#said")).to_have_text("Right.")
    assert page.locator("body.predicting").count() == 0
    page.reload()
    expect(page.locator(".ask:visible .right")).to_have_text(re.compile("^✓"))
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(".predicted:visible")).to_contain_text("rightly")


def test_a_wrong_prediction_is_told_with_the_truth(visit: Open, spot: Spot) -> None:
    page = visit(str(spot))
    ask = page.locator(".ask:visible")
    right = int(ask.get_attribute("data-right") or 0)
    ask.locator(".answers button").nth((right + 1) % 4).click()

    expect(ask.locator(".wrong")).to_contain_text("your prediction")
    expect(ask.locator(".right")).to_contain_text(ask.locator(".truth b").inner_text())
    expect(ask.locator(".truth b")).to_be_visible()


def test_predictions_can_be_switched_off(visit: Open, spot: Spot) -> None:
    page = visit(str(spot))
    page.get_by_label("Options").click()
    page.get_by_role("checkbox", name=re.compile("^Ask me")).uncheck()

    expect(page.locator(".ask:visible")).to_have_count(0)
    assert page.locator("body.predicting").count() == 0


def test_a_branch_opens_in_place(visit: Open, site: Path) -> None:
    parts = sorted(site.glob("paths/docker-run/part-*.html"))
    part = next(each for each in parts if "a branch, off the main line" in each.read_text())
    page = visit(part.relative_to(site).as_posix())
    page.get_by_label("Options").click()
    page.get_by_role("checkbox", name="One step at a time").uncheck()
    branch = page.locator("details.fold.branch").first
    if branch.get_attribute("open") is None:
        branch.locator("summary").first.click()

    expect(branch.locator(".step").first).to_be_visible()


def test_at_most_nine_steps_stand_on_one_level(visit: Open, site: Path) -> None:
    page = visit(java_script_enabled=False)
    for part in sorted(site.glob("paths/*/part-*.html")):
        page.goto(f"file://{part}")
        standing = page.evaluate("""() => {
          const level = (around) => [...around.children].reduce((count, each) =>
            count + (each.matches(".inside") ? level(each) : each.matches(".step, .alone")), 0);
          return Math.max(...[...document.querySelectorAll(".steps, .fold > .inside")].map(level));
        }""")
        assert standing <= 9, part.name


def test_progress_is_told_saved_and_forgotten(visit: Open) -> None:
    page = visit()
    page.keyboard.press("Alt+ArrowRight")
    page.get_by_role("link", name="docker run: from the shell").first.click()
    progress = page.locator(".progress")
    expect(progress).to_contain_text("2 steps read, 0 predictions made.")
    with page.expect_download() as saved:
        progress.get_by_role("button", name="Save as a file").click()
    kept = json.loads(Path(saved.value.path()).read_text())

    assert [len(part["seen"]) for part in kept["parts"].values()] == [2]
    progress.get_by_role("button", name="Start fresh").click()
    expect(progress).to_be_hidden()


@pytest.mark.parametrize(
    "tampered",
    [
        "not JSON",
        "null",
        "[]",
        '{"format": "trace-docker progress 1"}',
        '{"format": "trace-docker progress 1", "parts": {"KEY": {"seen": "x", "answers": 3}}}',
        """{"format": "trace-docker progress 1", "parts": {"KEY":
        {"seen": ["<img src=x onerror=alert(1)>", -1, 1e99], "answers": {"STEP": 99, "x": 1}}}}""",
        '{"format": "trace-docker progress 1", "parts": {"__proto__": {"seen": [1]}}}',
    ],
)
def test_tampered_progress_does_no_harm(visit: Open, spot: Spot, tampered: str) -> None:
    page = visit(str(spot))
    key = page.locator("main").get_attribute("data-key") or ""
    kept = tampered.replace("KEY", key).replace("STEP", str(spot.number))
    page.evaluate("kept => localStorage.setItem('trace-docker progress', kept)", kept)
    page.reload()
    page.keyboard.press("Alt+ArrowRight")

    assert current(page) == spot.number + 1
    page.go_back()
    expect(page.locator(".ask:visible button:not([disabled])")).to_have_count(4)


def test_progress_of_other_content_does_not_count(visit: Open, spot: Spot) -> None:
    page = visit(str(spot))
    kept = page.evaluate("localStorage.getItem('trace-docker progress')")
    key = page.locator("main").get_attribute("data-key") or ""
    other = kept.replace(key, "0123456789ab")
    page.evaluate("kept => localStorage.setItem('trace-docker progress', kept)", other)
    page.goto(page.url.split("part-")[0] + "index.html")

    expect(page.locator(".progress")).to_be_hidden()


def test_the_dark_scheme_is_chosen_and_kept(visit: Open) -> None:
    page = visit(color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    page.goto(page.url.split("part-")[0] + "index.html")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.get_by_role("button", name="Light").is_visible()


def test_without_scripts_every_step_reads_and_is_linked(visit: Open, spot: Spot) -> None:
    page = visit(java_script_enabled=False)
    for fold in page.locator("details.fold").all():
        if fold.get_attribute("open") is None:
            fold.locator("> summary").click()
    steps = page.locator(".step")

    assert steps.count() == page.locator(".step:visible").count() > 9
    assert page.locator(".stepper").is_hidden()
    steps.last.locator(".turn .next").click()
    assert spot.part not in page.url
    assert page.locator("button:visible").count() == 0


def test_a_question_shows_as_text_with_its_answer_folded_without_scripts(
    visit: Open, spot: Spot
) -> None:
    page = visit(str(spot), java_script_enabled=False)
    ask = page.locator(f"#s{spot.number} .ask")

    assert ask.locator(".answers li").count() == 4
    assert ask.locator(".truth p").first.is_hidden()


def test_print_shows_every_step_and_the_answers_last(visit: Open) -> None:
    page = visit()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    steps = page.locator(".step")

    assert steps.count() == page.locator(".step:visible").count()
    assert page.locator(".stepper:visible, .rail:visible, .turn:visible").count() == 0
    assert page.locator("main > :visible").last.inner_text().startswith("Answers")
    call, twin = page.locator(".row:visible").first.locator(".pane").all()
    assert call.bounding_box()["y"] < twin.bounding_box()["y"]


@pytest.mark.parametrize("width", [320, 390, 800, 1400])
def test_no_page_scrolls_sideways(visit: Open, spot: Spot, width: int) -> None:
    page = visit("paths/docker-run/index.html", viewport={"width": width, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for step in (spot.number, spot.number + 1):
        page.goto(f"{page.url.partition('/paths')[0]}/{spot.part}#s{step}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_go_and_python_stand_side_by_side_where_there_is_room(visit: Open, spot: Spot) -> None:
    page = visit(str(spot), viewport={"width": 1400, "height": 900})
    tops = f"[...document.querySelector('#s{spot.number} .row').children].map(p => p.offsetTop)"
    call, python = page.evaluate(tops)
    assert call == python

    page.set_viewport_size({"width": 1000, "height": 900})

    call, python = page.evaluate(tops)
    assert call < python


def test_a_path_without_a_run_steps_too(visit: Open, site: Path) -> None:
    page = visit("paths/stop-kill-persist/part-1.html")
    first = current(page)
    page.keyboard.press("Alt+ArrowRight")

    assert current(page) == first + 1


def test_the_link_to_a_step_is_copied(visit: Open, spot: Spot) -> None:
    page = visit(str(spot), permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("Options").click()
    page.get_by_role("button", name="Copy the link").click()

    expect(page.locator("#said")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(str(spot))


def test_all_can_be_reached_and_moved_by_the_keyboard_alone(visit: Open) -> None:
    page = visit()
    page.evaluate("document.activeElement.blur()")
    names = []
    for _ in range(40):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate(
                "(document.activeElement.ariaLabel ?? document.activeElement.textContent).trim()"
            )
        )

    assert {"Back", "Step", "Next", "Options"} <= set(names)
