import json

from tracer.graph.edges import Place
from tracer.graph.patterns.pattern import PatternMatch, TemplateFunction
from tracer.render import forms, patterns

MATCH = PatternMatch(
    "template-method",
    "m/store.Store",
    ("Close", "GetURL", "Open"),
    (TemplateFunction("(*m/store.Daemon).keepAll", ("Open", "GetURL", "Close")),),
    ("m/store/disk.Driver", "m/store/tape.Driver"),
    ("factory",),
    ("optional-hook",),
    (Place("store/store.go", 3),),
    (("m/store/tape.Driver", "linux"),),
)


def test_a_template_method_is_told_as_a_java_class() -> None:
    lines = list(forms.java(MATCH))

    assert lines[:5] == [
        "abstract class Store {",
        "    final void keepAllTemplate() {",
        "        open();",
        "        getURL();",
        "        close();",
    ]
    assert lines[-1] == "class TapeDriver extends Store { … }"


def test_a_template_method_is_told_as_python_that_runs() -> None:
    lines = list(forms.python(MATCH))
    names: dict[str, type] = {}
    exec("\n".join(lines), names)

    assert names["Store"].__abstractmethods__ == {"open", "get_url", "close"}  # type: ignore[attr-defined]
    assert issubclass(names["DiskDriver"], names["Store"])


def test_the_text_has_roles_selection_and_proof() -> None:
    text = patterns.patterns([MATCH])

    assert "filled by  tape.Driver  (linux)" in text
    assert "selection  factory" in text
    assert "at         store/store.go:3" in text
    assert text.endswith("1 pattern: 1 template-method\n")


def test_json_has_the_fixed_fields() -> None:
    (row,) = json.loads(patterns.patterns_json([MATCH]))

    assert row["template_functions"] == [
        {"function": "(*m/store.Daemon).keepAll", "calls": ["Open", "GetURL", "Close"]}
    ]
    assert row["evidence"] == ["store/store.go:3"]
    assert (row["selection"], row["variants"]) == (["factory"], ["optional-hook"])
