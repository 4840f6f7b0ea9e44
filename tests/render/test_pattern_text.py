import json

from msgspec.structs import replace

from tracer.graph.edges import Place
from tracer.graph.patterns.pattern import Frame, FrameStep, PatternMatch, TemplateFunction
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
        "abstract class AbstractStore {",
        "    final void keepAll() {  // the order",
        "        open();  // varies",
        "        getURL();  // varies",
        "        close();  // varies",
    ]
    assert lines[-1] == "class TapeDriver extends AbstractStore { … }"


def test_a_template_method_is_told_as_python_that_runs() -> None:
    lines = list(forms.python(MATCH))
    names: dict[str, type] = {}
    exec("\n".join(lines), names)

    assert names["AbstractStore"].__abstractmethods__ == {"open", "get_url", "close"}  # type: ignore[attr-defined]
    assert issubclass(names["DiskDriver"], names["AbstractStore"])


def test_a_frame_has_its_own_steps_and_the_deferred_ones_at_the_end() -> None:
    steps = (
        FrameStep("m/store.prepare", varies=False, deferred=False),
        FrameStep("Close", varies=True, deferred=True),
        FrameStep("Open", varies=True, deferred=False, by="m/store.open"),
        FrameStep("m/store.prepare", varies=False, deferred=False),
    )
    framed = replace(MATCH, frame=Frame("(*m/store.Daemon).keepAll", steps))
    java, python = list(forms.java(framed)), "\n".join(forms.python(framed))

    assert java[1:8] == [
        "    final void keepAll() {  // the order",
        "        try {",
        "            prepare();",
        "            open();  // varies, called by store.open",
        "        } finally {",
        "            close();  // varies",
        "        }",
    ]
    exec(python, {})
    assert python.index("try:") < python.index("self.open()") < python.index("self.close()")


def test_a_deferred_call_stands_where_it_runs() -> None:
    function = TemplateFunction("m/store.keep", ("Close", "Open", "GetURL"), deferred=(0,))
    text = patterns.patterns([replace(MATCH, template_functions=(function,))])
    assert "store.keep:  Open → GetURL → Close (deferred)\n" in text
    written = json.loads(patterns.patterns_json([replace(MATCH, template_functions=(function,))]))
    assert written[0]["template_functions"][0]["calls"] == ["Close", "Open", "GetURL"]


def test_the_class_is_called_after_what_it_drives() -> None:
    driver = replace(MATCH, interface="m/daemon/execdriver.Driver")

    assert "abstract class AbstractExecDriver {" in forms.java(driver)


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
