"""The exercise pages in Chromium, from a disk; marked as the command line marks."""

import hashlib
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tracer import pipeline
from tracer.classroom import marking, pack
from tracer.classroom.marking import AnswerError
from tracer.classroom.pack import Pack
from tracer.guide.exercises.item import Code, Item, Ticket
from tracer.pipeline import Traced

CHAPTER = "exercises/docker-run.html"
ODD = (
    "",
    " ",
    "Z",
    "AA",
    "ß",
    "\u0131",
    "🐳",
    "\u3000b\x85",
    "\ufeffA",
    "-1",
    "A<B",
    "é",
    "\ud7ff",
)
SPACES = ("{}", " {}", "\t{}\n", "\u2003{}\u00a0", "\x1c{}", "\ufeff{}")


@pytest.fixture(scope="module")
def page(site: Path, browser: Browser) -> Iterator[Page]:
    """One page for all; nothing may be asked of anybody, nothing may go wrong."""
    context, wrong = browser.new_context(viewport={"width": 1200, "height": 900}), list[str]()
    found = context.new_page()
    found.on("request", lambda r: wrong.append(r.url) if not r.url.startswith("file:") else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    yield found
    context.close()
    assert wrong == []


@pytest.fixture
def chapter(page: Page, site: Path) -> Page:
    page.goto(f"file://{site}/index.html")
    page.evaluate("localStorage.clear()")
    page.goto(f"file://{site}/{CHAPTER}")
    return page


@pytest.fixture(scope="module")
def items(pocket: Traced) -> list[Item]:
    """Questions of three courses."""
    lessons = pipeline.lessons(pocket)
    some = frozenset({"docker-run", "volumes", "container-start"})
    found = [i for seed in "123" for i in pipeline.exercises(lessons, seed, some).items]
    return [item for item in found if not isinstance(item.answer, Code)]


def answers(item: Item, chance: random.Random) -> Iterator[list[Any]]:
    """Right, wrong, partly right, empty and odd answers."""
    right = marking.solution(item)
    if isinstance(item.answer, Ticket):
        yield right
        yield [next(iter(answers(part, chance))) for part in item.answer.items][:-1]
        choices = [list(answers(part, chance)) for part in item.answer.items]
        yield from ([chance.choice(each) for each in choices] for _ in range(4))
        return
    words = [str(each) for each in right]
    yield words
    yield [chance.choice(SPACES).format(each.lower()) for each in words]
    yield words[::-1]
    yield words[1:]
    yield [*words, *words[:1]]
    yield []
    letters = [marking.letter(n) for n in range(8)]
    yield [chance.choice(letters) for _ in words]
    yield chance.sample(letters[:7], min(len(words), 7))
    if words:
        at = chance.randrange(len(words))
        yield [*words[:at], chance.choice(ODD), *words[at + 1 :]]


def by_us(item: Item, answer: list[Any]) -> list[Any]:
    try:
        mark = marking.mark(item, answer)
    except AnswerError as error:
        return ["refused", str(error)]
    return [mark.points, mark.most, mark.message, mark.status]


IN_THE_PAGE = """(tasks) => tasks.map(([row, answer]) => {
  try {
    const { points, most, message, status } = marking.mark(row, answer);
    return [points, most, message, status];
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return ["refused", error.message];
  }
})"""


def test_the_page_marks_as_the_command_line(chapter: Page, items: list[Item]) -> None:
    rows = json.loads(pack.write(Pack("t", tuple(items)), salt="s"))["items"]
    chance = random.Random(7)
    tasks = [(n, each) for n, item in enumerate(items) for each in answers(item, chance)]
    here = chapter.evaluate(IN_THE_PAGE, [[rows[n], answer] for n, answer in tasks])
    there = [by_us(items[n], answer) for n, answer in tasks]

    assert len(items) >= 100
    assert {item.form for item in items} == {
        *("Choice", "Several", "Matching", "Order", "Table", "Ticket")
    }
    assert {each[-1] for each in there} > {"pass", "fail"}
    assert [(a, b) for a, b in zip(here, there, strict=True) if a != b] == []


def test_the_page_finds_the_answer_and_opens_the_reason(chapter: Page, items: list[Item]) -> None:
    script = "(row) => [marking.solution(row), marking.unlocked(row)]"
    wrong = []
    for item in items:
        found = chapter.evaluate(script, json.loads(pack.for_page(item, "s")))
        if not marking.mark(item, found[0]).right or found[1] != _why(item):
            wrong.append(item.id)

    assert wrong == []


def _why(item: Item) -> str:
    if isinstance(item.answer, Ticket):
        return " ".join(f"{n}. {part.why}" for n, part in enumerate(item.answer.items, 1))
    return item.why


def test_our_own_sha256_is_sha256(chapter: Page) -> None:
    texts = ["", "a", "ß🐳", *("x" * n for n in (54, 55, 56, 63, 64, 65, 119, 120, 1000))]
    found = chapter.evaluate("(texts) => texts.map(sha256)", texts)

    assert found == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def test_no_page_holds_a_key(site: Path) -> None:
    for each in sorted(site.glob("exercises/*.html")):
        assert not re.search(r"&#34;(right|before|strays|solution|hints)&#34;", each.read_text())


def test_a_choice_is_marked_explained_and_kept(chapter: Page) -> None:
    item = chapter.locator(".item.current")
    right = chapter.evaluate("marking.solution(JSON.parse(chapter.sections[0].dataset.sealed))[0]")
    wrong = "B" if right == "A" else "A"
    item.locator(f"input[value={wrong}]").check()
    item.get_by_role("button", name="Check").click()
    expect(item.locator(".verdict")).to_have_text(f"✗ {wrong} is not it. 0 of 1 points.")
    expect(item.locator(".read-on")).to_be_hidden()
    item.locator(f"input[value={right}]").check()
    item.get_by_role("button", name="Check").click()
    expect(item.locator(".verdict")).to_have_text("✓ Right. 1 of 1 points.")
    expect(chapter.locator("#said")).to_have_text("✓ Right. 1 of 1 points.")
    expect(item.locator(".result")).to_contain_text("Why: ")
    expect(item.locator(".read-on")).to_be_visible()

    chapter.reload()

    expect(chapter.locator(".contents-of a").first).to_contain_text("✓")
    expect(item.locator(".verdict")).to_have_text("✓ Right. 1 of 1 points.")
    chapter.goto(chapter.url.split("#")[0].replace(CHAPTER, "index.html"))
    chapter.goto(chapter.url.replace("index.html", CHAPTER))
    expect(chapter.locator(".item.current h2")).to_contain_text("2")


def test_an_empty_answer_is_told_what_is_missing(chapter: Page) -> None:
    item = chapter.locator(".item.current")
    item.get_by_role("button", name="Check").click()

    expect(item.locator(".verdict")).to_have_text("Give 1 letter, not 0.")
    assert chapter.evaluate("progress.items()") == {}


def test_an_order_is_made_by_the_keyboard_alone(chapter: Page) -> None:
    chapter.goto(f"{chapter.url.split('#')[0]}#K4-1")
    item = chapter.locator("#K4-1")
    right = chapter.evaluate(
        "marking.solution(JSON.parse(document.getElementById('K4-1').dataset.sealed))"
    )
    letters = [row.inner_text() for row in item.locator(".lines .letter").all()]
    for stray in set(letters) - set(right):
        row = item.locator(".lines li").nth(letters.index(stray))
        row.get_by_role("button", name="Leave out").focus()
        chapter.keyboard.press("Enter")
    expect(chapter.locator("#said")).to_contain_text("left out.")
    for place, letter in enumerate(right):
        now = item.locator(".lines.live .letter").all_inner_texts().index(letter)
        item.locator(".lines.live li").nth(now).locator("button").first.focus()
        for _ in range(now - place):
            chapter.keyboard.press("Enter")
    item.get_by_role("button", name="Check").focus()
    chapter.keyboard.press("Space")

    expect(item.locator(".verdict")).to_have_text("✓ Right. 7 of 7 points.")


@pytest.mark.parametrize("anchor", ["K3-1", "K5-1", "K12-1", "K16-1"])
def test_other_forms_are_answered_marked_and_restored(chapter: Page, anchor: str) -> None:
    chapter.goto(f"{chapter.url.split('#')[0]}#{anchor}")
    at = f"document.getElementById('{anchor}')"
    item = chapter.locator(f"#{anchor}")
    chapter.evaluate(
        f"chapter.exercises.find((each) => each.section === {at}).controls.write("
        f"marking.solution(JSON.parse({at}.dataset.sealed)))"
    )
    item.get_by_role("button", name="Check").click()
    expect(item.locator(".verdict")).to_contain_text("✓ Right.")
    chapter.reload()

    expect(item.locator(".verdict")).to_contain_text("✓ Right.")


def test_the_answer_is_shown_to_who_asks_and_noted_as_seen(chapter: Page) -> None:
    item = chapter.locator(".item.current")
    item.get_by_role("button", name="Show the answer").click()

    expect(item.locator(".result")).to_contain_text("The answer: ")
    expect(chapter.locator(".contents-of a").first).to_contain_text("seen")


def test_a_function_says_how_to_do_it_in_a_terminal(chapter: Page) -> None:
    chapter.goto(f"{chapter.url.split('#')[0]}#K9-1")

    expect(chapter.locator("#K9-1 .terminal-way")).to_contain_text(
        "trace-docker exercise start docker-run.K9.1"
    )
    expect(chapter.locator("#K9-1 .starter")).to_contain_text("NotImplementedError")


def test_progress_is_told_saved_and_forgotten(chapter: Page, site: Path) -> None:
    chapter.locator(".item.current").get_by_role("button", name="Show the answer").click()
    chapter.goto(f"file://{site}/exercises/index.html")
    expect(chapter.locator(".progress .told")).to_contain_text("0 of ")
    with chapter.expect_download() as saved:
        chapter.get_by_role("button", name="Save as a file").click()
    kept = json.loads(Path(saved.value.path()).read_text())

    assert [each["status"] for each in kept["items"].values()] == ["shown"]
    chapter.get_by_role("button", name="Start fresh").click()
    expect(chapter.locator(".progress")).to_be_hidden()


@pytest.mark.parametrize(
    "item",
    [
        "3",
        "null",
        '{"status": "pass", "points": 1, "attempts": 1, "answer": [["<img src=x>"], 3]}',
        '{"status": "pass", "points": 1, "attempts": 1, "answer": ["Z", "Q"]}',
        '{"status": "won", "points": 1, "attempts": 1, "answer": ["A"]}',
        '{"status": "shown", "points": 1e9, "attempts": 1, "answer": []}',
    ],
)
def test_tampered_progress_does_no_harm(chapter: Page, item: str) -> None:
    key = chapter.locator(".item").first.get_attribute("data-key")
    kept = f'{{"format": "trace-docker progress 1", "parts": {{}}, "items": {{"{key}": {item}}}}}'
    chapter.evaluate("kept => localStorage.setItem('trace-docker progress', kept)", kept)
    chapter.goto(f"{chapter.url.split('#')[0]}#K1-1")
    chapter.reload()

    expect(chapter.locator(".item.current .check")).to_be_visible()
    expect(chapter.locator(".result.pass, img")).to_have_count(0)


def test_without_scripts_every_question_reads_and_leads_to_the_terminal(
    site: Path, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{site}/{CHAPTER}")
    items = page.locator(".item")

    assert items.count() == page.locator(".item:visible").count() > 15
    assert page.locator(".terminal-way:visible").count() == items.count()
    assert page.locator("button:visible, input:visible").count() == 0
    context.close()


@pytest.mark.parametrize("path", ["exercises/index.html", CHAPTER, "exercises/vote.html"])
def test_no_page_scrolls_sideways(site: Path, browser: Browser, path: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"file://{site}/{path}")
    for section in page.evaluate("[...document.querySelectorAll('.item')].map(e => e.id)") or [""]:
        page.goto(f"file://{site}/{path}#{section}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, section
    context.close()


def test_a_class_votes_and_then_the_answer_is_revealed(page: Page, site: Path) -> None:
    page.goto(f"file://{site}/exercises/vote.html")
    first = page.locator(".vote.current")
    expect(page.locator(".vote:visible")).to_have_count(1)
    expect(first.locator(".revealed")).to_be_hidden()
    page.keyboard.press("Alt+ArrowDown")

    expect(first.locator(".options .right")).to_have_count(1)
    expect(first.locator(".revealed")).to_contain_text("step")
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(".vote.current h2")).to_be_focused()
    expect(page.locator(".vote.current .right")).to_have_count(0)
    page.emulate_media(media="print")
    assert page.locator(".cards-to-print p:visible").all_inner_texts() == ["A", "B", "C", "D"]
    page.emulate_media(media="screen")


def test_an_exercise_and_its_step_are_linked_both_ways(site: Path) -> None:
    text = (site / CHAPTER).read_text()
    steps = re.findall(r'href="\.\./(paths/docker-run/part-\d+\.html)#s\d+"', text)
    linked = [
        each for each in set(steps) if "exercises/docker-run.html#" in (site / each).read_text()
    ]

    assert len(linked) == len(set(steps)) > 3


def test_after_three_tries_at_an_order_the_stray_is_left_out(chapter: Page) -> None:
    chapter.goto(f"{chapter.url.split('#')[0]}#K4-1")
    item = chapter.locator("#K4-1")
    for _ in range(3):
        expect(item.locator(".lines.out li")).to_have_count(0)
        item.get_by_role("button", name="Check").click()

    expect(item.locator(".lines.out li")).to_have_count(1)
    expect(item.locator(".result")).to_contain_text("is on another path")
