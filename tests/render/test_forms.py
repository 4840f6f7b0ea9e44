"""Skeletons of every pattern in Java and Python."""

from typing import Any

import pytest
from msgspec.structs import replace

from tracer.graph.patterns.pattern import KINDS, PatternMatch, TemplateFunction
from tracer.render import forms
from tracer.render.site.catalogue import EXPLAINED

START = TemplateFunction("(*m/store.Daemon).open", ("Open", "GetURL"))


def match(kind: str, interface: str = "m/store.Store") -> PatternMatch:
    return PatternMatch(
        kind,
        interface,
        ("GetURL", "Open") if interface else (),
        (TemplateFunction("(*m/store.Daemon).keepAll", ("Open", "GetURL")),),
        ("m/store/disk.Driver", "m/store/tape_linux.go"),
        ("none",),
        (),
        (),
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("interface", ["m/store.Store", ""])
def test_the_python_form_is_python(kind: str, interface: str) -> None:
    lines = list(forms.python(match(kind, interface)))

    assert lines
    exec("\n".join(lines), {})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("interface", ["m/store.Store", ""])
def test_the_java_form_closes_what_it_opens(kind: str, interface: str) -> None:
    text = "\n".join(forms.java(match(kind, interface)))

    assert text
    assert [text.count(c) for c in "{(["] == [text.count(c) for c in "})]"]


def test_a_name_that_the_language_has_taken_is_another() -> None:
    taken = replace(match("strategy"), operations=("Import", "Wait", "New"))
    java, python = list(forms.java(taken)), list(forms.python(taken))
    assert [line.split()[1] for line in java if "void" in line] == [
        *("doImport();", "doWait();", "doNew();"),
    ]
    assert "    def do_import(self): ..." in python
    assert "    def wait(self): ..." in python


def test_a_step_called_as_its_frame_is_told_apart() -> None:
    one_name = replace(match("template-method"), template_functions=(START,))
    java, python = "\n".join(forms.java(one_name)), "\n".join(forms.python(one_name))
    assert "final void open() {  // the order\n        doOpen();  // varies" in java
    assert "abstract void doOpen();" in java
    assert "abstract void open();" not in java
    assert "def open(self):  # the order\n        self.do_open()" in python


def test_a_function_that_decorates_has_a_form() -> None:
    around = replace(match("decorator", ""), implementations=())
    names: dict[str, Any] = {}
    exec("\n".join(forms.python(around)), names)
    assert names["keep_all"](lambda n: n + 1)(1) == 2
    assert "static Runnable keepAll(Runnable inner) {" in forms.java(around)


def test_every_pattern_is_explained_in_the_catalogue() -> None:
    assert tuple(kind.id for kind in EXPLAINED) == KINDS


def test_names_are_those_of_the_tree_in_the_habit_of_the_language() -> None:
    assert "    void getURL();" in forms.java(match("strategy"))
    assert "class DiskDriver implements Store { … }" in forms.java(match("strategy"))
    assert "    def get_url(self): ..." in forms.python(match("strategy"))
    assert "def keep_all(name, value):" in forms.python(match("registry", ""))
