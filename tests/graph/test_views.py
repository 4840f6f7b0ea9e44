import xml.etree.ElementTree as ET

from conftest import graph_of

from tracer import pipeline
from tracer.graph import views
from tracer.pipeline import Traced


def test_a_function_is_seen_with_its_callers_and_callees() -> None:
    text = "package p\nfunc a() { b() }\nfunc b() { go c() }\nfunc c() { d() }\nfunc d() {}\n"
    found = views.focus(graph_of({"p.go": text}), "p.b", 1)

    assert [n.id for n in found.nodes] == ["p.a", "p.b", "p.c"]
    assert [(k.source, k.target, k.kind) for k in found.links] == [
        ("p.a", "p.b", "direct"),
        ("p.b", "p.c", "goroutine"),
    ]
    assert found.lines() == ("p.a → p.b: direct (p.go:2)", "p.b → p.c: goroutine (p.go:3)")


def test_a_view_never_has_more_than_forty_nodes_and_says_what_is_left_out() -> None:
    calls = "; ".join(f"f{n}()" for n in range(60))
    text = f"package p\nfunc a() {{ {calls} }}\n" + "".join(
        f"func f{n}() {{}}\n" for n in range(60)
    )
    found = views.focus(graph_of({"p.go": text}), "p.a", 1)

    assert (len(found.nodes), found.left_out) == (40, 21)
    assert found.lines()[-1] == "21 more are not drawn"


def test_an_interface_is_seen_with_its_implementers(pocket: Traced) -> None:
    found = pipeline.view(pocket, "execdriver.Driver", 1)

    assert [n.label for n in found.nodes] == ["execdriver.Driver", "lxc.driver", "native.driver"]


def test_the_layers_of_the_pocket_tree_are_all_there(pocket: Traced) -> None:
    found = pipeline.view(pocket, None, 1)

    assert [n.id for n in found.nodes] == [
        *("client", "api", "engine", "daemon", "container", "driver", "lib", "init", "kernel")
    ]


def test_every_format_is_written_and_the_same_each_time(pocket: Traced) -> None:
    found = pipeline.view(pocket, "namespaces.Exec", 1)
    first = {name: write(found) for name, write in pipeline.FORMATS.items()}

    assert first == {name: write(found) for name, write in pipeline.FORMATS.items()}
    assert ET.fromstring(first["graphml"]).tag.endswith("graphml")
    assert first["mermaid"].startswith("flowchart LR\n")


def test_a_picture_carries_its_text_and_a_hostile_name_stays_text() -> None:
    node = views.Node("a", '<script>"x"', "lib")
    hostile = views.View("<b>", (node,), (views.Link("a", "a", "direct", 1, "<i>"),), 0)
    picture = ET.fromstring(pipeline.FORMATS["svg"](hostile))
    names = {child.tag.rpartition("}")[2] for child in picture.iter()}

    assert {"title", "desc"} <= names
    assert not {"script", "b", "i"} & names
