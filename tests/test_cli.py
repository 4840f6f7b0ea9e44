"""A person's commands end to end: what they print, and how they end."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tracer import __main__, cli
from tracer.cli import app
from tracer.guide.stories import all_stories


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def refused(*arguments: str) -> str:
    """The one line that a wrong use gets."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


def go(folder: Path, **files: str | bytes) -> str:
    for name, text in files.items():
        place = folder / f"{name}.go"
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder)


def test_run_path_prints_every_hop_within_80_columns() -> None:
    result = run("run-path")

    assert result.exit_code == 0
    assert "117 hops" in result.stdout.splitlines()[0] + result.stdout.splitlines()[1]
    assert "HTTP  POST /containers/create" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
    assert "\x1b" not in result.stdout


def test_run_path_is_the_same_text_each_time() -> None:
    assert run("run-path", "dockerinit").stdout == run("run-path", "dockerinit").stdout


def test_run_path_with_run_ends_with_what_the_twin_did() -> None:
    lines = run("run-path", "--run").stdout.splitlines()

    assert re.fullmatch(
        r"Twin: ran 117 of 117 steps in the path's order, \d+ system calls.", lines[-1]
    )


def test_branches_are_shown_when_asked_for() -> None:
    assert "[image-missing]" not in run("run-path").stdout
    assert len(run("run-path", "--all-branches").stdout) > len(run("run-path").stdout)


def test_depth_and_lens_show_less() -> None:
    whole = run("run-path").stdout.count("\n")

    assert run("run-path", "--depth", "3").stdout.count("\n") < whole
    assert run("run-path", "--lens", "wiring").stdout.count("\n") < whole
    assert (
        "· 0 of 117 hops · 0 layers ·"
        in run("run-path", "--lens", "plumbing", "--depth", "2").stdout
    )
    assert "· 117 hops ·" in run("run-path").stdout


def test_a_graph_of_nothing_says_so(tmp_path: Path) -> None:
    tree = go(tmp_path, p="package p\nfunc f() { f() }\nfunc g() {}\n")
    found = run("graph", "--depth", "2", "--format", "text", "--source", tree).stdout
    assert "No package of this tree calls another one." in found
    assert "0 functions can be reached" in refused(
        "run-path", "--from", "g", "--to", "f", "--source", tree
    )


def test_any_two_functions_are_joined() -> None:
    result = run("run-path", "--from", "(*DockerCli).CmdStart", "--to", "namespaces.Exec")

    assert result.exit_code == 0
    assert any(
        line.startswith("lib") and "· " in line and "namespaces.Exec" in line
        for line in result.stdout.splitlines()
    )


def test_a_route_is_followed_by_the_others_in_short(tmp_path: Path) -> None:
    place = tmp_path / "p.json"
    result = run(
        *("run-path", "--from", "(*DockerCli).CmdRun", "--to", "syscall.Exec"),
        *("--json", str(place)),
    )
    first, other = json.loads(place.read_text())

    assert "\nOr in 16 hops by way of (*native.driver).Run:\n" in result.stdout
    assert "  (*daemon.Daemon).Run ◇ (*native.driver).Run · namespaces.Exec\n" in result.stdout
    assert (len(first["hops"]), len(other["hops"])) == (15, 16)
    assert other["id"] == f"{first['id']}#2"


def test_a_route_from_client_to_kernel_crosses_by_its_own_keys_only() -> None:
    shown = run("run-path", "--from", "(*DockerCli).CmdRun", "--to", "syscall.Exec").stdout

    assert "HTTP  POST /containers/{name}/start" in shown
    assert 'engine job  "start"' in shown
    assert "(*Job).Run" not in shown
    process = re.search(r'process .*argv\[0\] = "(.*?)"', shown)
    assert process is not None
    assert f'argv[0]  "{process[1]}"' in shown
    assert "\nkernel     ▼" in shown


def test_json_has_the_fixed_fields(tmp_path: Path) -> None:
    place = tmp_path / "p.json"
    run("run-path", "container-start", "--json", str(place))
    (path,) = json.loads(place.read_text())
    fields = {"from", "to", "at", "kind", "layer_from", "layer_to", "branch", "evidence", "note"}

    assert set(path) >= {"id", "title", "question", "hops"}
    assert all(fields <= set(hop) for hop in path["hops"])


def test_a_tour_and_a_picture_are_written(tmp_path: Path) -> None:
    tour, svg = tmp_path / "a.tour", tmp_path / "a.svg"
    result = run("run-path", "dockerinit", "--tour", str(tour), "--svg", str(svg))

    assert result.exit_code == 0
    told = json.loads(tour.read_text())
    assert set(told) == {"$schema", "title", "description", "steps"}  # no ref: it is no release
    assert len(told["steps"]) == 67
    assert {field for step in told["steps"] for field in step} == {
        *("file", "line", "title", "description")
    }
    assert svg.read_text().rstrip().endswith("</svg>")


def test_graph_draws_and_lists_what_is_asked_for() -> None:
    assert run("graph").stdout.rstrip().endswith("</svg>")
    assert (
        "execdriver.Driver: template-method"
        in run("graph", "--focus", "execdriver.Driver", "--format", "text").stdout
    )
    assert (
        "117. namespaces.Exec → (*exec.Cmd).Wait"
        in run("graph", "--focus", "docker-run", "--format", "text").stdout
    )
    assert run("graph", "--format", "gif").exit_code == 2


def test_export_writes_the_tables(tmp_path: Path) -> None:
    run("export", str(tmp_path))
    heads = {p.name: p.read_text().splitlines()[0] for p in tmp_path.glob("*.tsv")}

    assert heads == {
        "sites.tsv": "file\tline\tcol\tkind\tcallee\tcaller",
        "impls.tsv": "iface\tiface_origin\ttype\ttype_origin\tmode",
        "edges.tsv": "file\tline\tcol\tcaller\ttarget\tkind\tevidence",
    }
    assert len(json.loads((tmp_path / "paths.json").read_text())) == len(all_stories())


def test_patterns_lists_roles_and_writes_json(tmp_path: Path) -> None:
    place = tmp_path / "patterns.json"
    result = run("patterns", "--json", str(place))
    fields = {"pattern", "interface", "operations", "template_functions", "implementations"}

    assert result.exit_code == 0
    assert result.stdout.startswith(
        "template-method  github.com/docker/docker/daemon/execdriver.Driver\n"
    )
    assert "abstract class AbstractExecDriver {" in result.stdout
    assert "class AbstractExecDriver(ABC):" in result.stdout
    assert all(
        fields | {"selection", "variants", "evidence"} <= set(row)
        for row in json.loads(place.read_text())
    )


def test_look_ups_give_file_and_line() -> None:
    assert re.search(
        r"daemon/start.go:\d+ .*ContainerStart", run("callers", "(*Container).Start").stdout
    )
    assert re.search(r"exec.go:\d+ .*process", run("callees", "namespaces.Exec").stdout)
    assert "2 types implement" in run("implements", "execdriver.Driver").stdout
    assert "execdriver.Driver  (by pointer)" in run("implements", "native.driver").stdout
    assert re.search(r"daemon/daemon.go:\d+ ", run("show", "NewDaemon").stdout)
    assert "(*vfs.Driver).Create" in run("show", "vfs.Driver").stdout


def test_the_named_paths_are_listed_with_question_and_length() -> None:
    result = run("paths")

    assert "docker-run  117 hops" in result.stdout
    assert "which functions run" in result.stdout


def test_a_tree_without_named_paths_says_what_else_can_be_asked(tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text("package main\n\nfunc main() { f() }\nfunc f() {}\n")
    there = ("--source", str(tmp_path))

    assert "tells none of the named paths; run-path --from A" in run("paths", *there).stdout
    assert "no path 'docker-run' in this tree, which tells none" in refused("run-path", *there)
    assert "1 hop · 1 layer ·" in run("run-path", "--from", "main", "--to", "f", *there).stdout
    assert "1 caller, 0 callees;" in run("show", "main.f", *there).stdout
    told = "No package of this tree calls another one."
    assert told in run("graph", "--format", "text", *there).stdout


def test_a_package_is_found_by_the_end_of_its_path_where_one_has_it(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / "m.go").write_text('package m\n\nimport "m/a/c"\n\nfunc F() { c.G() }\n')
    for folder in ("a/c", "b/c"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "c.go").write_text("package c\n\nfunc G() {}\n")
    there = ("--format", "text", "--source", str(tmp_path))

    assert "'c' names 2 things: m/a/c, m/b/c" in refused("graph", "--focus", "c", *there)
    assert run("graph", "--focus", "a/c", *there).stdout.startswith("around package a/c\n")
    assert run("graph", "--focus", "m", *there).stdout.startswith("around package m\n")


def test_calls_that_are_not_resolved_are_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package a\n\nfunc f() { g() }\n")

    told = run("callees", "f", "--source", str(tmp_path)).stdout.splitlines()

    assert told == ["0 callees", "a.go:3  a call that is not resolved: g is not declared"]


def test_who_gives_a_function_to_the_library_is_told(tmp_path: Path) -> None:
    text = """package p
import "net/http"
func hello(http.ResponseWriter, *http.Request) {}
func own(f func(http.ResponseWriter, *http.Request)) { f(nil, nil) }
func Main() {
	http.HandleFunc("/", hello)
	own(hello)
	http.HandleFunc("/x", func(http.ResponseWriter, *http.Request) {})
}
"""
    tree = go(tmp_path, p=text)
    outside = "gives it to net/http.HandleFunc, which is not in the tree and may call it"
    assert run("callers", "hello", "--source", tree).stdout.splitlines() == [
        *("p.go:4  p.own  funcvalue", "1 caller", f"p.go:6  p.Main  {outside}"),
    ]
    assert run("callers", "Main$1", "--source", tree).stdout.splitlines() == [
        *("0 callers", f"p.go:8  p.Main  {outside}"),
    ]


def test_a_method_that_the_library_may_call_says_through_which_interface(tmp_path: Path) -> None:
    text = """package p
import ("net/http"; "sort")
type s struct{}
func (s) ServeHTTP(http.ResponseWriter, *http.Request) {}
func (s) Error() string { return "" }
func (s) Less(int) bool { return false }
type named []int
func (n named) Len() int { return 0 }
func (n named) Less(i, j int) bool { return false }
func (n named) Swap(i, j int) {}
func Main() { http.Handle("/", s{}); sort.Sort(named{}) }
"""
    tree = go(tmp_path, p=text)
    for method, interface in (
        ("s.ServeHTTP", "net/http.Handler"),
        ("s.Error", "error"),
        ("named.Less", "sort.Interface"),
    ):
        told = run("callers", method, "--source", tree).stdout
        assert f"{interface} asks for it: what is not in the tree may call it so" in told
    assert run("callers", "s.Less", "--source", tree).stdout == "0 callers\n"


def test_what_initialises_variables_can_be_asked_about(tmp_path: Path) -> None:
    tree = go(tmp_path, p="package p\nvar x = f()\nfunc f() int { return 0 }\n")
    assert "p.go:2  p.init  direct" in run("callers", "f", "--source", tree).stdout
    assert "p.go:2  p.f  direct" in run("callees", "p.init", "--source", tree).stdout


def test_a_call_of_an_unknown_function_value_is_told(tmp_path: Path) -> None:
    text = "package p\nfunc f(g func()) { g(); h() }\nfunc h() {}\n"
    assert run("callees", "p.f", "--source", go(tmp_path, p=text)).stdout.splitlines() == [
        "p.go:2  p.h  direct  [domain]",
        "1 callee",
        "p.go:2  a call that is not resolved: nothing is seen to fill the function value",
    ]


def test_a_route_to_what_is_given_away_says_who_gives_it(tmp_path: Path) -> None:
    text = 'package p\nimport "time"\nfunc late() {}\nfunc Main() { time.AfterFunc(1, late) }\n'
    asked = ("run-path", "--from", "Main", "--to", "late", "--source", go(tmp_path, p=text))
    assert "only p.Main gives it to what is not in the tree and may call it" in refused(*asked)


def test_a_graph_without_layers_is_one_of_packages(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n")
    for name, text in (("a", 'import "m/b"\nfunc A() { b.B() }'), ("b", "func B() {}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.go").write_text(f"package {name}\n{text}\n")
    told = run("graph", "--format", "text", "--source", str(tmp_path)).stdout
    assert "a → b: calls\n" in told
    assert "that it calls most" not in told


def test_a_name_that_is_no_function_s_is_told_apart_from_one_of_nothing(tmp_path: Path) -> None:
    text = (
        "package a\n\ntype T struct{}\n\nvar v = func() { f() }\n\nfunc f() { func() { v() }() }\n"
    )
    (tmp_path / "a.go").write_text(text)
    there = ("--source", str(tmp_path))

    assert "'T' is the type a.T, and a function is asked for" in refused("callees", "T", *there)
    assert "'v' is the variable a.v" in refused("callers", "v", *there)
    assert "'f$9'; did you mean a.f$1?" in refused("callees", "f$9", *there)
    assert run("callers", "f", *there).stdout.startswith("a.go:5  a.init$1  direct")
    assert run("callees", "init$1", *there).stdout.startswith("a.go:5  a.f  direct")


def test_who_implements_what_is_not_told_where_it_would_tell_nothing(tmp_path: Path) -> None:
    text = """package p
import "nowhere/x"
type Any interface{}
type Number interface{ ~int | ~float64 }
type Getter[T any] interface{ Get() T }
type Box[T any] struct{ t T }
func (b Box[T]) Get() T { return b.t }
type Far interface { x.Y; Do() }
type One interface { Do() }
type T struct{}
func (T) Do() {}
"""
    tree = go(tmp_path, p=text)
    for name, told in (
        ("p.Any", "asks for no method: every type implements it"),
        ("p.Number", "is a constraint of type parameters: no value is of this type"),
        ("p.Getter", "has type parameters"),
        ("p.Box", "has type parameters"),
        ("p.Far", "embeds what is not in the tree"),
    ):
        assert run("implements", name, "--source", tree).stdout.startswith(f"{name} {told}")
    assert "1 type implements p.One" in run("implements", "p.One", "--source", tree).stdout


def test_an_interface_of_the_library_has_its_implementers_in_the_tree(tmp_path: Path) -> None:
    text = """package p
import "fmt"
type T struct{}
func (T) String() string { return "" }
type E struct{}
func (*E) Error() string { return "" }
func f() fmt.Stringer { return T{} }
"""
    there = ("--source", go(tmp_path, p=text))

    assert (
        "p.go:3  p.T\n1 type implements fmt.Stringer"
        in run("implements", "Stringer", *there).stdout
    )
    assert (
        "*p.E  (by pointer)\n1 type implements error" in run("implements", "error", *there).stdout
    )


def test_an_error_of_the_tree_s_own_comes_before_the_language_s(tmp_path: Path) -> None:
    text = "package p\ntype error interface{ Fail() }\ntype T struct{}\nfunc (T) Fail() {}\n"
    found = run("implements", "error", "--source", go(tmp_path, p=text)).stdout

    assert found == "p.go:3  p.T\n1 type implements p.error\n"


def test_a_type_in_a_function_has_its_place(tmp_path: Path) -> None:
    text = "package p\nfunc f() {\n\ttype E struct{ error }\n\t_ = E{}\n}\n"
    found = run("implements", "error", "--source", go(tmp_path, p=text)).stdout

    assert found.startswith("p.go:3  p.E\n")


def test_who_implements_what_is_no_type_is_refused_with_what_it_is(tmp_path: Path) -> None:
    text = (
        "package p\ntype T struct{}\nfunc (T) Do(all ...int) {}\nvar v T\nconst Most = 3\n"
        "func twice() {}\nfunc (T) twice() {}\n"
    )
    there = ("--source", go(tmp_path, p=text))

    assert "'Do' is the function (p.T).Do, and a type is" in refused("implements", "Do", *there)
    assert "'v' is the variable p.v, and a type is" in refused("implements", "v", *there)
    assert "'Most' is the constant p.Most, and a" in refused("implements", "Most", *there)
    assert "'Most' is the constant p.Most, and a" in refused("callers", "Most", *there)
    assert "'twice' names 2 things" in refused("implements", "twice", *there)
    assert "func(...int)" in run("show", "T.Do", *there).stdout


def test_a_function_literal_is_shown_with_its_source(tmp_path: Path) -> None:
    text = "package p\nfunc f() {\n\tdefer func() {\n\t\tg()\n\t}()\n}\nfunc g() {}\n"
    shown = run("show", "f$1", "--source", go(tmp_path, p=text)).stdout

    assert shown.splitlines()[:6] == [
        "p.f$1",
        "p.go:3  function literal in p.f",
        "",
        "    3  \tdefer func() {",
        "    4  \t\tg()",
        "    5  \t}()",
    ]
    assert "1 caller, 1 callee" in shown


def test_a_method_of_an_interface_is_asked_for_like_a_function(tmp_path: Path) -> None:
    text = """package p
type I interface { Do(n int) error }
type J interface {
	I
	More()
}
type T struct{}
type U struct{}
func (T) Do(n int) error { return nil }
func (*U) Do(n int) error { return nil }
func a(i I) { i.Do(1); defer i.Do(2) }
func b(j J) { func() { j.Do(3) }() }
func c(t T) { t.Do(4); a(t); a(&U{}) }
type Same I
"""
    there = ("--source", go(tmp_path, p=text))

    assert run("callers", "I.Do", *there).stdout.splitlines() == [
        "p.go:11  p.a  interface",
        "p.go:11  p.a  interface (deferred)",
        "p.go:12  p.b$1  interface",
        "3 callers",
    ]
    assert run("show", "I.Do", *there).stdout.splitlines() == [
        "(p.I).Do",
        "p.go:2  func(int) error, a method of an interface",
        "",
        "    2  type I interface { Do(n int) error }",
        "",
        "3 callers; 2 types implement p.I",
    ]
    assert run("show", "Same.Do", *there).stdout.splitlines()[1].startswith("p.go:14  func(int)")
    told = refused("callees", "I.Do", *there)
    assert "'I.Do' is a method of the interface p.I and has no body" in told
    assert "nothing in this tree is called 'J.Do'" in refused("callers", "J.Do", *there)


def test_an_interface_is_shown_with_the_number_of_its_methods(tmp_path: Path) -> None:
    text = "package a\n\ntype R interface{ M() }\n\ntype I interface {\n\tR\n\tN()\n}\n"
    (tmp_path / "a.go").write_text(text)

    assert run("show", "I", "--source", str(tmp_path)).stdout.splitlines()[-1] == "2 methods"


def test_a_working_directory_that_is_gone_gets_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert "no source '.'" in refused("paths", "--source", ".")


def test_wrong_use_gets_one_line(tmp_path: Path) -> None:
    assert "no Go source in" in refused("paths", "--source", str(tmp_path))
    assert "no source 'nowhere'" in refused("paths", "--source", "nowhere")
    assert "no path 'nope' in this tree; there are: docker-run," in refused("run-path", "nope")
    assert "nothing in this tree is called 'Nope'" in refused("callers", "Nope")
    assert "'Start' names" in refused("callers", "Start")
    assert "nothing in this tree is called" in refused("implements", "no.Such")
    assert "no call path from" in refused(
        "run-path", "--from", "namespaces.Init", "--to", "CmdStart"
    )
    both = run("run-path", "docker-run", "--from", "CmdStart", "--to", "namespaces.Init")
    assert both.exit_code == 2
    assert "name a path, or give --from and --to" in both.stderr
    assert "the trail ends at " in refused(
        "run-path", "--from", "namespaces.Init", "--to", "CmdStart"
    )
    assert "no twin to run" in refused(
        "run-path", "--from", "CmdRun", "--to", "syscall.Exec", "--run"
    )


def test_a_source_that_is_none_is_told_what_it_is(tmp_path: Path) -> None:
    tree = go(tmp_path, one="package p\nfunc f() {}\n")
    assert "one.go is a file; give the directory" in refused(
        "callees", "f", "--source", f"{tree}/one.go"
    )
    assert "no source ''" in refused("callees", "f", "--source", "")
    assert "a part of trace-docker" in refused("source", "verify", "pocket")
    assert "a part of trace-docker" in refused("source", "remove", "pocket")


def test_a_name_in_a_file_that_is_not_built_is_told_where_it_is(tmp_path: Path) -> None:
    text = "package p\nfunc (t *T) Lost(n int) {}\ntype Gone struct{}\n"
    tree = go(tmp_path, p="package p\ntype T struct{}\nfunc f() {}\n", p_windows=text)
    for name in ("Lost", "T.Lost", "Gone"):
        told = refused("callers", name, "--source", tree)
        assert f"'{name}'; p_windows.go declares it and is not built: windows" in told
    assert "declares" not in refused("callers", "Los", "--source", tree)


def test_an_output_that_cannot_be_written_gets_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert "cannot write" in refused("run-path", "--html", str(tmp_path / "file" / "x.html"))
    assert "it is a directory" in refused("run-path", "--json", str(tmp_path))
    assert "cannot write" in refused("export", str(tmp_path / "file"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]


def test_unknown_options_and_values_end_with_2() -> None:
    assert run("run-path", "--nope").exit_code == 2
    assert run("run-path", "--lens", "nope").exit_code == 2
    assert run("run-path", "--from", "x").exit_code == 2
    assert run("nope").exit_code == 2
    assert run("graph", "--depth", "3").exit_code == 2
    assert run("graph", "--depth", "3", "--focus", "NewDaemon", "--format", "text").exit_code == 0


def test_a_bad_file_is_named_and_the_rest_of_the_tree_works(tmp_path: Path) -> None:
    tree = go(
        tmp_path,
        good="package p\nfunc main() { help() }\n",
        other="package p\nfunc help() {}\n",
        broken="package p\nfunc x() { y := }\n",
        latin=b"package p\n// \xe9\n",
    )
    result = run("callers", "help", "--source", tree)

    assert result.exit_code == 0
    assert "good.go:2  p.main" in result.stdout
    assert result.stderr.splitlines() == [
        "trace-docker: latin.go:2: not UTF-8; it is left out",
        "trace-docker: broken.go:2: syntax error",
        (
            "trace-docker: 2 problems: not UTF-8; it is left out (1), syntax error (1);"
            " the rest of the tree is read"
        ),
    ]


def test_a_usage_error_is_one_line_too() -> None:
    for wrong in (
        ["run-path", "--nope"],
        ["nope"],
        ["callers"],
        ["source"],
        ["callees", "x", "--source"],
        ["graph", "--depth", "x"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "tracer", *wrong], check=False, capture_output=True, text=True
        )

        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith("trace-docker: ")
        if wrong[-1] == "--source":
            assert "See: trace-docker callees --help" in done.stderr


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m tracer run-path | head -n 1"
    done = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True)

    assert done.stderr == ""
    assert done.stdout.startswith("docker run")


def test_an_interrupt_that_comes_out_as_another_error_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted() -> None:
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    monkeypatch.setattr(cli, "main", interrupted)
    with pytest.raises(SystemExit, match="130"):
        __main__.main()


def test_any_other_error_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise RuntimeError("of ours")

    monkeypatch.setattr(cli, "main", fails)
    with pytest.raises(RuntimeError, match="of ours"):
        __main__.main()
