"""Skeletons of every pattern in Java and Python."""

import pytest

from tracer.graph.patterns.pattern import KINDS, PatternMatch, TemplateFunction
from tracer.render import forms
from tracer.render.site.catalogue import EXPLAINED


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


def test_every_pattern_is_explained_in_the_catalogue() -> None:
    assert tuple(kind.id for kind in EXPLAINED) == KINDS


def test_names_are_those_of_the_tree_in_the_habit_of_the_language() -> None:
    assert "    void getURL();" in forms.java(match("strategy"))
    assert "class DiskDriver implements Store { … }" in forms.java(match("strategy"))
    assert "    def get_url(self): ..." in forms.python(match("strategy"))
    assert "def keep_all(name, value):" in forms.python(match("registry", ""))
