"""The standard library, a declaration at a time."""

import pytest

from tracer.golang import parser, standard
from tracer.golang.packages import Function, Package, TypeName, Variable
from tracer.golang.source import SourceFile
from tracer.golang.syntax import File


def package(path: str, release: int = 19) -> Package:
    found = standard.package(path, release)
    assert found is not None
    return found


def test_each_form_of_declaration_is_found_by_its_name() -> None:
    scope = package("os").scope
    assert isinstance(scope["Open"], Function)
    assert isinstance(scope["File"], TypeName)
    assert isinstance(scope["Args"], Variable)
    assert isinstance(scope["O_RDONLY"], Variable)
    assert "Nothing" not in scope
    assert scope.get("Nothing") is None


def test_methods_are_found_by_their_receiver() -> None:
    methods = package("os").methods["File"]
    assert methods["Close"].id == "(*os.File).Close"
    assert "File" in package("os").methods
    assert package("os").methods.get("Nothing", {}) == {}


def test_a_declaration_is_the_same_each_time() -> None:
    assert package("os").scope["File"] is package("os").scope["File"]


def test_only_what_is_asked_for_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    parse = parser.parse

    def noted(source: SourceFile) -> File:
        sizes.append(len(source.content))
        return parse(source)

    monkeypatch.setattr(parser, "parse", noted)
    assert package("net/http", 90).scope["Get"].id == "net/http.Get"
    assert sum(sizes) < 2_000


def test_every_declaration_of_the_table_has_the_name_it_is_found_by() -> None:
    for path in ("net/http", "go/types", "database/sql", "sync/atomic", "slices"):
        found = package(path, 99)
        assert [d.name for d in found.scope.values()] == list(found.scope)
        for receiver, methods in found.methods.items():
            assert {m.receiver for m in methods.values()} == {receiver}
            assert [m.name for m in methods.values()] == list(methods)


def test_what_a_later_release_brought_is_not_there() -> None:
    assert "ErrInsecurePath" not in package("archive/tar", 19).scope
    assert "ErrInsecurePath" in package("archive/tar", 20).scope


def test_the_interfaces_are_the_exported_ones_without_type_parameters() -> None:
    found = [declared.name for declared in standard.interfaces(package("io"))]
    assert "Reader" in found
    assert "SectionReader" not in found
    assert [d.name for d in standard.interfaces(package("sort"))] == ["Interface"]


def test_what_is_not_in_the_table_is_not_standard() -> None:
    assert standard.package("github.com/docker/docker", 19) is None
    assert standard.is_standard("net/http")
    assert not standard.is_standard("nothing")
