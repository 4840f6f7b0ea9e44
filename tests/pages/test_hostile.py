"""A source tree that would like to be a page is shown as text, and nothing of it runs."""

from pathlib import Path

import pytest
from conftest import graph_of
from pages import links
from playwright.sync_api import Browser

from tracer import pipeline
from tracer.graph import patterns
from tracer.graph.callgraph import CallGraph
from tracer.guide import parts, walkthrough
from tracer.render.site import build
from tracer.render.site.book import Book
from tracer.render.site.walkthroughs import Walked

SCRIPT = "</script><script>globalThis.ran = 1</script>"
IMAGE = "<img src=x onerror=globalThis.ran=1>"
QUOTES = "\"' onfocus=globalThis.ran=1 autofocus x='"
TURNED = "\u202egnp.\u2066"
FOLDER = "javascript:alert(1)/<b>&amp;"
FILE = f"{FOLDER}/{IMAGE.replace(' ', '%20')}#{TURNED}?.go"

TEXTS = {
    "go.mod": "module m\n",
    "main.go": f"""package main

import "m/{FOLDER}"

// main does {SCRIPT} {IMAGE} {TURNED}. And more.
func main() {{
	évil("{TURNED}", `{SCRIPT}
{IMAGE}`, '<')
	var d Driver = &disk{{}}
	d.Open("{QUOTES.replace('"', "")}") // {QUOTES}
}}

/* {SCRIPT} */
func évil(a, b string, c rune) {{ d := &disk{{}}; d.Open(a) }}

type Driver interface {{ Open(name string) error }}
type disk struct {{ A int `json:"{IMAGE}"` }}

func (d *disk) Open(name string) error {{ return nil }}
""",
    "left_out.go": f"// +build !linux,{IMAGE.replace(' ', '')}\n\npackage main\n",
    "broken.go": f"package main\nfunc broken() {{ {IMAGE} }}\n{SCRIPT}\nfunc after() {{}}\n",
    FILE: f"package {IMAGE}\n// {SCRIPT}\nfunc F() {{}}\nfunc Hidden{TURNED}() {{}}\n",
    f"{FOLDER}/ok.go": "package strange\n\nfunc G() {}\n",
    "A/x.go": "package a\nfunc Start() {}\nfunc START() {}\n",
    "a/x.go": "package a\nfunc Start() {}\n",
    "page.html/y.go": "package y\nfunc main() {}\nfunc main() {}\n",
    "page.go": f"package main // {TURNED}\n",
}


def book(graph: CallGraph) -> Book:
    walked = walkthrough.between(graph, "m.main", "(*m.disk).Open", SCRIPT)
    walks = (Walked(walked, parts.divide(walked, None), None),)
    return Book(f"{SCRIPT}{IMAGE}", graph, walks, patterns.detect(graph))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hostile") / "site"
    pipeline.write_folder(place, build.build(book(graph_of(TEXTS))))
    return place


def test_paths_of_pages_are_plain(hostile: Path) -> None:
    paths = [p.relative_to(hostile).as_posix() for p in hostile.rglob("*.html")]

    assert [p for p in paths if not p.isascii() or set(p) & set(" <>\"'#?%&:")] == []
    assert len({p.casefold() for p in paths}) == len(paths)


def test_no_page_holds_a_character_that_turns_the_direction(hostile: Path) -> None:
    turning = {"\u202e", "\u2066"}
    pages = [*hostile.rglob("*.html"), hostile / "assets" / "index.js"]

    assert [p.name for p in pages if turning & set(p.read_text(encoding="utf-8"))] == []


def test_its_links_lead_somewhere(hostile: Path) -> None:
    site = links.files(hostile)

    assert [each for each in links.dead(site) if not links.unwritten(each[1])] == []
    assert list(links.repeated(site)) == []


def test_nothing_runs_and_all_is_shown_as_text(hostile: Path, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("dialog", lambda dialog: noise.append(dialog.message))
    page.on("request", lambda request: noise.extend([request.url] * ("file://" not in request.url)))
    seen = ""
    for path in sorted(hostile.rglob("*.html")):
        page.goto(f"file://{path}")
        assert page.evaluate("globalThis.ran") is None, path
        assert page.locator("img[onerror], [onfocus], [href^='javascript:']").count() == 0, path
        seen += page.evaluate("document.body.textContent")
    page.goto(f"file://{hostile}/search.html?q=img")
    page.wait_for_selector(".found li")
    assert page.evaluate("globalThis.ran") is None
    context.close()

    assert noise == []
    assert SCRIPT in seen
    assert IMAGE in seen
    assert "\u27e6U+202E\u27e7gnp." in seen
