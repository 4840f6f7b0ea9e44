from conftest import graph_of

from tracer.golang import modules


def test_a_tree_without_go_mod_tells_its_path_by_how_it_imports_itself() -> None:
    graph = graph_of(
        {
            "main/main.go": 'package main\nimport "example.org/box/lib"\nfunc main() { lib.F() }\n',
            "lib/lib.go": "package lib\nfunc F() {}\n",
        }
    )

    assert graph.program.root == "example.org/box"
    assert graph.edges("example.org/box/main.main")[0].callee == "example.org/box/lib.F"


def test_a_vendored_package_has_the_path_it_is_imported_by() -> None:
    assert modules.import_path("vendor/src/github.com/a/b", "x.org/r", {}) == "github.com/a/b"
    assert modules.import_path("vendor/github.com/a/b", "x.org/r", {}) == "github.com/a/b"


def test_a_nested_module_keeps_its_own_path() -> None:
    found = {"": "module x.org/r\n", "api": "module x.org/api/v2\n"}

    assert modules.import_path("api/types", "x.org/r", found) == "x.org/api/v2/types"
    assert modules.import_path("daemon", "x.org/r", found) == "x.org/r/daemon"


def test_a_missing_package_is_named_by_the_likely_part_of_its_path() -> None:
    assert modules.guessed_name("gopkg.in/yaml.v2") == "yaml"
    assert modules.guessed_name("github.com/a/go-units") == "units"
    assert modules.guessed_name("x.org/r/v3") == "r"


def test_a_file_without_a_package_clause_makes_no_package() -> None:
    graph = graph_of({"a/a.go": "func f() {}\n", "b/b.go": "package b\nfunc f() {}\n"})

    assert [p for p in graph.program.packages if p.endswith(("a", "b"))] == ["b"]


def test_a_vendored_copy_does_not_hide_the_tree_s_own_package() -> None:
    texts = {
        "go.mod": "module x.org/r\n",
        "lib/lib.go": "package lib\nfunc Own() {}\n",
        "vendor/x.org/r/lib/lib.go": "package lib\nfunc Copied() {}\n",
        "main.go": 'package main\nimport "x.org/r/lib"\nfunc main() { lib.Own() }\n',
    }
    graph = graph_of(texts)

    assert graph.program.packages["x.org/r/lib"].origin == "own"
    assert [e.callee for e in graph.edges("x.org/r.main")] == ["x.org/r/lib.Own"]
