"""A package's digest changes with all that its bodies can rest on, and with nothing else."""

from conftest import graph_of

from tracer.golang.digests import digests

MODULE = {"go.mod": "module m\n"}
TREE = MODULE | {
    "a/a.go": 'package a\nimport "m/b"\nfunc A() { b.B() }\n',
    "b/b.go": 'package b\nimport (\n"m/c"\n"fmt"\n)\nfunc B() { c.C(); fmt.Println() }\n',
    "c/c.go": "package c\nfunc C() {}\n",
    "d/d.go": "package d\nfunc D() {}\n",
}


def changed(texts: dict[str, str]) -> set[str]:
    """The packages whose digest another text changes."""
    before, after = wholes(TREE), wholes(TREE | texts)
    return {path for path in before | after if before.get(path) != after.get(path)}


def wholes(texts: dict[str, str]) -> dict[str, bytes]:
    """The digests of all that each package rests on."""
    return {path: digest.whole for path, digest in digests(graph_of(texts).program).items()}


def test_the_same_tree_has_the_same_digests() -> None:
    assert changed({}) == set()
    assert len(set(wholes(TREE).values())) == 4


def test_a_change_reaches_those_that_import_it() -> None:
    assert changed({"a/a.go": TREE["a/a.go"] + "\n"}) == {"m/a"}
    assert changed({"c/c.go": "package c\nfunc C() error { return nil }\n"}) == {
        *("m/a", "m/b", "m/c"),
    }


def test_another_file_of_a_package_changes_it() -> None:
    assert changed({"d/e.go": "package d\n"}) == {"m/d"}


def test_a_file_that_is_not_built_changes_nothing() -> None:
    assert changed({"d/e.go": "// +build never\n\npackage d\n"}) == set()


def test_a_package_that_appears_changes_those_that_import_it() -> None:
    imports = {"d/d.go": 'package d\nimport "m/e"\nfunc D() { e.E() }\n'}
    without, with_ = TREE | imports, TREE | imports | {"e/e.go": "package e\nfunc E() {}\n"}
    assert wholes(without)["m/d"] != wholes(with_)["m/d"]


def test_a_package_that_moves_changes() -> None:
    # Its places are part of what is kept.
    vendored = {"x/x.go": "package x\n", "vendor/src/y/y.go": "package y\n"}
    imports = {"d/d.go": 'package d\nimport "y"\n'}
    moved = {"x/x.go": "package x\n", "vendor/y/y.go": "package y\n"}
    assert wholes(TREE | vendored | imports)["y"] != wholes(TREE | moved | imports)["y"]


def test_another_release_of_the_library_changes_all() -> None:
    assert changed({"go.mod": "module m\n\ngo 1.25\n"}) == {"m/a", "m/b", "m/c", "m/d"}


def test_packages_that_import_one_another_have_none() -> None:
    found = wholes(TREE | {"c/c.go": 'package c\nimport "m/a"\n'})
    assert set(found) == {"m/d"}


def test_a_package_s_own_files_are_a_digest_apart() -> None:
    before = digests(graph_of(TREE).program)
    after = digests(graph_of(TREE | {"c/c.go": "package c\nfunc C() error\n"}).program)
    assert [path for path in before if before[path].own != after[path].own] == ["m/c"]


def test_imported_packages_come_first() -> None:
    found = list(digests(graph_of(TREE).program))
    assert found.index("m/c") < found.index("m/b") < found.index("m/a")
