import re
from dataclasses import replace

import pytest
from markupsafe import Markup

from tracer import pipeline
from tracer.errors import TextError
from tracer.pipeline import Traced
from tracer.render.site import addresses, build, markdown, texts
from tracer.render.site.book import Book, Text


@pytest.fixture(scope="module")
def book(pocket: Traced) -> Book:
    return pipeline.bind(pocket)


def with_text(book: Book, source: str, id_: str = "concepts/one") -> Book:
    index = Text("concepts/index", "Questions", "\n[](concept:one)\n")
    return replace(book, texts=(index, Text(id_, "One?", f"\n{source}")))


def page_of(book: Book, source: str) -> str:
    common: dict[str, object] = {"tree": "t", "live": False, "told": True, "worded": True}
    found = addresses.assign(book.graph, book.walks, book.patterns)
    rendered = texts.pages(with_text(book, source), common, found)
    return next(page.text for page in rendered if page.path == "concepts/one.html")


def found_in(book: Book, source: str) -> list[str]:
    return [str(finding) for finding in texts.check(with_text(book, source))]


def test_every_link_and_block_of_the_site_holds(book: Book) -> None:
    assert [str(finding) for finding in texts.check(book)] == []


def test_every_link_and_block_of_the_site_holds_on_docker(real: Traced) -> None:
    assert [str(finding) for finding in texts.check(pipeline.bind(real))] == []


def test_a_tree_that_does_not_tell_all_stories_gets_no_texts(pocket: Traced) -> None:
    bare = pipeline.connect(
        pocket.tree,
        replace(pocket.graph.program.tree, files={}),
        pocket.graph.program.configuration,
    )
    built = build.build(pipeline.bind(bare))

    assert "glossary.html" not in built
    assert "glossary.html" not in built["index.html"]


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("step:docker-run/namespaces.Exec", "../paths/docker-run/part-6.html#s81"),
        ("step:docker-run/daemon.Container.ToDisk#2", "../paths/docker-run/part-9.html#s128"),
        ("path:commit", "../paths/commit/index.html"),
        ("function:daemon.NewDaemon", "../functions/daemon/NewDaemon.html"),
        ("type:contStore", "../source/daemon/daemon.go.html#L49"),
        ("pattern:execdriver.Driver", "../patterns/template-method-execdriver.Driver.html"),
        ("concept:one", ""),
        ("page:glossary", "../glossary.html"),
    ],
)
def test_a_link_leads_to_its_page(book: Book, link: str, leads: str) -> None:
    kind = link.partition(":")[0]

    assert f'<a href="{leads}" class="to-{kind}">here</a>' in page_of(book, f"[here]({link})")


def test_a_link_to_a_term_leads_into_the_glossary(book: Book) -> None:
    glossary = Text("glossary", "Glossary", "\n## bind mount\n\nA mount.\n")
    text = Text("go", "Go", "\n[it](term:bind-mount)\n")
    words = replace(book, texts=(glossary, text))
    found = addresses.assign(book.graph, (), ())
    rendered = list(
        texts.pages(words, {"tree": "", "live": False, "told": True, "worded": True}, found)
    )

    assert texts.terms(words.texts) == (texts.Term("bind mount", "bind-mount", "A mount."),)
    assert '<h2 id="bind-mount">' in rendered[0].text
    assert 'href="glossary.html#bind-mount"' in rendered[1].text


def test_a_link_without_words_gets_the_name_of_what_it_leads_to(book: Book) -> None:
    page = page_of(book, "[](concept:one), [](step:docker-run/namespaces.Exec), [](path:commit)")

    assert ">One?</a>" in page
    assert ">Start the child and guide it</a>" in page
    assert ">docker commit: a container becomes an image</a>" in page


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("step:docker-run/daemon.Nobody", "docker-run visits daemon.Nobody 0 times; see: trace-"),
        ("step:docker-run/namespaces.Exec#2", "docker-run visits namespaces.Exec 1 time; see"),
        ("step:docker-runs/namespaces.Exec", "no path 'docker-runs'; there are: docker-run"),
        ("path:comit", "no path 'comit'; there are: docker-run"),
        ("function:daemon.NewDeamon", "nothing in this tree is called 'daemon.NewDeamon'"),
        ("function:Start", "things: "),
        ("type:Driver", "types of this tree are called Driver; name one"),
        ("pattern:daemon.Nobody", "no pattern has this name; see: trace-docker patterns"),
        ("term:nothing", "the glossary has no such term; add it to site/glossary.md"),
        ("concept:two", "no such text; there are: one"),
        ("page:nowhere", "no such page; there are: class"),
        ("https://example.com", "a link begins with one of concept, function"),
        ("javascript:alert(1)", "a link begins with one of concept, function"),
    ],
)
def test_a_link_that_leads_nowhere_is_found_with_its_line(
    book: Book, link: str, problem: str
) -> None:
    found = found_in(book, f"A line.\nAnother, [here]({link}).\n")

    assert len(found) == 1
    assert found[0].startswith(f"site/concepts/one.md:3: ({link}): ")
    assert problem in found[0]


def test_commands_of_a_block_are_run_on_one_machine(book: Book) -> None:
    source = "```mini\ndocker run --name a busybox echo '<b>'\ndocker run busybox false # 1\n```\n"
    page = page_of(book, source)

    assert "<b>$ docker run --name a busybox echo &#39;&lt;b&gt;&#39;</b>\n&lt;b&gt;\n" in page
    assert "<b>$ docker run busybox false</b>\n(exit status 1)\n" in page


def test_a_block_draws_the_machine_after_a_step(book: Book) -> None:
    page = page_of(book, "```machine docker-run fs.writeFile processes cgroups\n```\n")
    drawn = re.findall(r'<figure class="drawing">.*?</figure>', page, re.DOTALL)

    assert len(drawn) == 1
    assert 'href="../paths/docker-run/part-7.html#s100"' in drawn[0]
    assert re.search(r"cgroup /docker/\w+  PID \d+", drawn[0])
    assert "1 inside  native" in drawn[0]


def test_code_is_marked_in_three_languages(book: Book) -> None:
    for language, code in (("go", "func f() {}"), ("java", "class A {}"), ("python", "def f(): 1")):
        page = page_of(book, f"```{language}\n{code}\n```\n")

        assert '<figure class="code">' in page
        assert '<span class="k">' in page


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("```mini\ndocker run busybox false\n```", "ends with status 1"),
        ("```mini\ndocker run busybox true # 3\n```", "ends with status 0"),
        ("```mini\ndocker run busybox 'open\n```", "cannot be run: No closing quotation"),
        ("```mini\n```", "there is no command in it"),
        ("```machine docker-run namespaces.Exec\n```", "write: machine PATH FUNCTION and some of"),
        ("```machine docker-run namespaces.Exec colours\n```", "some of cgroups, mounts"),
        ("```machine docker-run daemon.Nobody mounts\n```", "visits daemon.Nobody 0 times"),
        ("```machine docker-runs namespaces.Exec mounts\n```", "no path 'docker-runs'"),
        (
            "```machine docker-run client.DockerCli.pullImage mounts\n```",
            "does not come to step 24",
        ),
        ("```rust\nfn f() {}\n```", "a block is one of machine, mini, go, java, python"),
        ("![a picture](page:go)", "an image: a text has none"),
    ],
)
def test_a_block_that_means_nothing_is_found_with_its_line(
    book: Book, block: str, problem: str
) -> None:
    found = found_in(book, f"A line.\n\n{block}\n")

    assert len(found) == 1
    assert found[0].startswith("site/concepts/one.md:4: ")
    assert problem in found[0]


def test_the_build_stops_at_a_text_that_leads_nowhere(book: Book) -> None:
    text = with_text(book, "[a](path:x)\n[b](path:y)\n")
    with pytest.raises(TextError, match=r"site/concepts/one\.md:2: .*no path 'x'.* \(and 1 more;"):
        build.build(text)


def test_a_question_that_is_not_listed_is_found(book: Book) -> None:
    words = replace(book, texts=(Text("concepts/alone", "Alone?", "\nYes.\n"),))

    assert [str(finding) for finding in texts.check(words)] == [
        "site/concepts/alone.md: not in the list; add it to site/concepts/index.md"
    ]


def test_a_text_begins_with_its_title(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "go.md").write_text("no title\n", encoding="utf-8")
    with pytest.raises(TextError, match=r"site/go\.md:1: a text begins with"):
        texts.read(folder)


def test_html_in_a_text_is_shown_as_text(book: Book) -> None:
    page = page_of(book, "<script>alert(1)</script> and `<img onerror=1>`\n")

    assert "<script>alert" not in page
    assert "<img" not in page


def test_a_column_of_numbers_has_a_class_and_no_style() -> None:
    rendered = markdown.render("| a |\n|--:|\n| 1 |\n", lambda _: ("", ""), lambda *_: Markup(""))

    assert '<td class="number">1</td>' in rendered.html
    assert "style=" not in rendered.html


def test_questions_stand_in_the_order_of_the_index(book: Book) -> None:
    built = build.build(book)
    ids = [text.id for text in texts.concepts(book.texts)]

    assert ids[:2] == ["concepts/process", "concepts/starting"]
    assert len(ids) == 17
    assert 'rel="next" href="starting.html"' in built["concepts/process.html"]
    assert 'rel="prev" href="process.html"' in built["concepts/starting.html"]


def test_the_glossary_is_in_order_and_every_term_leads_somewhere(book: Book) -> None:
    found = texts.terms(book.texts)

    assert [t.name for t in found] == sorted((t.name for t in found), key=str.lower)
    assert 40 <= len(found) <= 60
    assert [t.name for t in found if "](" not in t.says] == []


def test_no_text_names_a_line() -> None:
    offenders = [
        f"{path.name}: {line}"
        for path in build.assets().rglob("*.md")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\.go:\d|\bline \d", line)
    ]

    assert offenders == []
