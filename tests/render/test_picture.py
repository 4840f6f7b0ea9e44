import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from tracer import pipeline
from tracer.graph import views
from tracer.graph.views import Link, Node, View
from tracer.pipeline import Traced
from tracer.render import picture

NODES = tuple(Node(name, name, layer) for name, layer in (("a", "client"), ("b", "lib")))


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in _named(svg, "text")]


def _named(svg: str, name: str) -> Iterator[ET.Element]:
    return (e for e in ET.fromstring(svg).iter() if e.tag.rpartition("}")[2] == name)


def drawn(*links: Link, left_out: int = 0) -> str:
    return picture.svg(View("two functions", NODES, links, left_out))


def test_every_format_is_written_and_the_same_each_time(pocket: Traced) -> None:
    found = pipeline.view(pocket, "namespaces.Exec", 1)
    first = {form: pipeline.as_text(found, form) for form in pipeline.FORMATS}

    assert first == {form: pipeline.as_text(found, form) for form in pipeline.FORMATS}
    assert ET.fromstring(first["graphml"]).tag.endswith("graphml")
    assert "\nflowchart LR\n" in first["mermaid"]
    assert first["text"].startswith("around namespaces.Exec\n")


def test_a_picture_carries_its_text_and_a_hostile_name_stays_text() -> None:
    node = Node("a", '<script>"x"', "lib")
    hostile = View("<b>", (node,), (Link("a", "a", "direct", 1, "<i>"),))
    svg = picture.svg(hostile)
    names = {child.tag.rpartition("}")[2] for child in ET.fromstring(svg).iter()}

    assert {"title", "desc"} <= names
    assert not {"script", "b", "i"} & names


def test_a_class_box_keeps_a_hostile_name_as_text() -> None:
    node = Node("a", "{<x>|y} \\n\nfield | one", "")

    assert "field | one" in texts(picture.svg(View("t", (node,), ())))


def test_a_line_is_solid_dashed_or_dotted_by_its_certainty() -> None:
    svg = drawn(
        Link("a", "b", "direct"),
        Link("a", "b", "interface", certainty="one of several"),
        Link("a", "b", "registry", certainty="by rule"),
    )
    edges = [e for e in _named(svg, "g") if e.get("class") == "edge" and e.get("id")]
    dashes = [next(p for p in e.iter() if p.get("d")).get("stroke-dasharray") for e in edges]

    assert dashes == [None, "5,2", "1,5"]


def test_the_legend_explains_what_the_picture_has_and_no_more() -> None:
    assert {"certain", "joined by a rule", "into another process"} <= set(
        texts(drawn(Link("a", "b", "direct"), Link("a", "b", "http", certainty="by rule")))
    )
    assert "go: runs beside its caller" in texts(drawn(Link("a", "b", "goroutine", mode="go")))
    assert "defer: runs when its caller returns" in texts(
        drawn(Link("a", "b", "direct", mode="defer"))
    )
    assert "certain" not in texts(drawn(Link("a", "b", "calls", 7)))
    assert "one of several a value can be" in texts(
        drawn(Link("a", "b", "interface", certainty="one of several"))
    )


def test_go_and_defer_have_arrowheads_of_their_own() -> None:
    heads = [
        re.findall(r'<g id="edge1".*?</g>', drawn(Link("a", "b", "direct", mode=mode)), re.DOTALL)
        for mode in ("call", "go", "defer")
    ]

    assert "ellipse" in heads[2][0]
    assert len({re.sub(r"\d|\.|,|-", "", head[0]) for head in heads}) == 3


def test_a_call_that_is_put_off_says_so_in_mermaid() -> None:
    links = Link("a", "b", "direct", number=1), Link("a", "b", "direct", number=2, mode="defer")
    nodes = Node("a", "a", ""), Node("b", "b", "")

    text = picture.mermaid(View("t", nodes, links))
    assert text.splitlines()[-2:] == ["  n0 -->|1| n1", "  n0 -->|2 defer| n1"]


def test_a_call_has_its_number_and_the_legend_says_so() -> None:
    found = texts(
        drawn(Link("a", "b", "direct", number=7), Link("b", "a", "interface", 2, number=3))
    )

    assert {"7", "3 interface x 2", "order of a function's calls"} <= set(found)


def test_the_picture_says_how_many_are_left_out() -> None:
    assert "2 are drawn; 9 more are left out." in texts(drawn(left_out=9))


def test_a_picture_is_for_light_and_dark(pocket: Traced) -> None:
    svg = pipeline.draw(pocket, None, 1, "svg")

    assert "@media (prefers-color-scheme: dark)" in svg
    assert re.findall(r"<script|<image|href=\"http", svg) == []


def test_packages_that_call_each_other_in_circles_are_drawn(pocket: Traced) -> None:
    assert "daemon/execdriver" in texts(pipeline.draw(pocket, None, 2, "svg"))


@pytest.mark.parametrize("title", ["a: b", 'say "x"'])
def test_a_title_is_a_string_in_mermaid(title: str) -> None:
    view = views.View(title, NODES, ())

    assert re.match(r'---\ntitle: "(?:[^"\\]|\\.)*"\n---\n', picture.mermaid(view))
