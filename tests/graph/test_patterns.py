import pytest
from conftest import graph_of

from tracer.golang import syntax as go
from tracer.graph import patterns
from tracer.graph.families import ownership, sequence, survey, variants
from tracer.graph.families.family import Families
from tracer.graph.patterns import frame
from tracer.graph.patterns.pattern import KINDS, PatternMatch
from tracer.pipeline import Traced

DOCKER = "github.com/docker/docker/"
EXEC = f"{DOCKER}daemon/execdriver.Driver"
GRAPH = f"{DOCKER}daemon/graphdriver.Driver"


@pytest.fixture(scope="module")
def found(pocket: Traced) -> tuple[PatternMatch, ...]:
    return patterns.detect(pocket.graph)


def template(found: tuple[PatternMatch, ...], interface: str) -> PatternMatch:
    (match,) = (m for m in found if (m.pattern, m.interface) == ("template-method", interface))
    return match


def test_the_exec_driver_is_a_template_method_by_its_hook(found: tuple[PatternMatch, ...]) -> None:
    match = template(found, EXEC)

    assert match.implementations == (
        f"{DOCKER}daemon/execdriver/lxc.driver",
        f"{DOCKER}daemon/execdriver/native.driver",
    )
    assert match.selection == ("factory",)
    assert "callback-hook" in match.variants
    assert [(t.function, t.calls) for t in match.template_functions] == [
        (f"(*{DOCKER}daemon.Daemon).register", ("Terminate", "Info")),
        (f"(*{DOCKER}daemon.containerMonitor).Start", ("Run",)),
    ]


def test_the_graph_driver_is_a_template_method_of_four(found: tuple[PatternMatch, ...]) -> None:
    match = template(found, GRAPH)
    functions = {t.function: t.calls for t in match.template_functions}

    assert match.implementations == tuple(
        f"{DOCKER}daemon/graphdriver/{name}.Driver"
        for name in ("aufs", "btrfs", "devmapper", "vfs")
    )
    assert match.selection == ("registry",)
    assert match.variants == ("optional-hook",)
    assert functions[f"(*{DOCKER}daemon.Daemon).createRootfs"] == ("Create", "Get", "Put", "Create")
    assert functions[f"(*{DOCKER}graph.Graph).Register"][-3:] == ("Create", "Get", "Put")


def test_deferred_operations_come_last_the_last_one_deferred_first() -> None:
    text = """package p
type D interface { Lock() error; Open() error; Shut() error; Free() error }
type A struct{}
func (A) Lock() error { return nil }
func (A) Open() error { return nil }
func (A) Shut() error { return nil }
func (A) Free() error { return nil }
type B struct{ A }
func Use(d D) {
	defer d.Free()
	d.Lock()
	defer func() { d.Shut(); d.Lock() }()
	d.Open()
}
var _, _ D = A{}, B{}
"""
    (function,) = template(patterns.detect(graph_of({"p.go": text})), "p.D").template_functions
    assert function.calls == ("Free", "Lock", "Shut", "Lock", "Open")
    assert function.in_turn == (
        *("Lock", "Open", "Shut (deferred)", "Lock (deferred)", "Free (deferred)"),
    )


def steps(match: PatternMatch) -> list[tuple[str, bool, bool]]:
    assert match.frame is not None
    short = ((s.name.rpartition(".")[2], s.varies, s.deferred) for s in match.frame.outline)
    return list(short)


def test_the_frame_of_the_exec_driver_is_the_monitor_that_passes_the_hook(
    found: tuple[PatternMatch, ...],
) -> None:
    match = template(found, EXEC)

    assert match.frame is not None
    assert match.frame.function == f"(*{DOCKER}daemon.containerMonitor).Start"
    assert [s.by for s in match.frame.steps if s.varies] == [f"(*{DOCKER}daemon.Daemon).Run"]
    assert ("Run", True, False) in steps(match)
    assert steps(match)[-1] == ("Close", False, True)  # in a closure that is deferred
    assert len(steps(match)) < len(match.frame.steps)


def test_the_frame_of_the_graph_driver_is_made_up_of_its_steps(
    found: tuple[PatternMatch, ...],
) -> None:
    match = template(found, GRAPH)

    assert match.frame is not None
    assert match.frame.function == f"(*{DOCKER}daemon.Daemon).createRootfs"
    assert steps(match) == [
        ("Create", True, False),
        ("Get", True, False),
        ("SetupInitLayer", False, False),
        ("Create", True, False),
        ("Put", True, True),
    ]


def test_implementers_carry_their_build_constraint(found: tuple[PatternMatch, ...]) -> None:
    builds = dict(template(found, GRAPH).builds)

    assert "linux" in builds[f"{DOCKER}daemon/graphdriver/btrfs.Driver"]
    assert f"{DOCKER}daemon/graphdriver/vfs.Driver" not in builds


def test_a_single_question_is_no_template_method(found: tuple[PatternMatch, ...]) -> None:
    templates = {m.interface for m in found if m.pattern == "template-method"}

    assert f"{DOCKER}daemon/execdriver.Terminal" not in templates
    assert f"{DOCKER}pkg/mflag.Value" not in templates


def test_the_registry_and_the_factory_of_the_drivers_are_named(
    found: tuple[PatternMatch, ...],
) -> None:
    named = {(m.pattern, m.interface, t.function) for m in found for t in m.template_functions}

    assert ("registry", GRAPH, f"{DOCKER}daemon/graphdriver.Register") in named
    assert ("factory", EXEC, f"{DOCKER}daemon/execdriver/execdrivers.NewDriver") in named


def test_a_job_is_a_command_and_events_have_observers(found: tuple[PatternMatch, ...]) -> None:
    named = {(m.pattern, t.function) for m in found for t in m.template_functions}

    assert ("command", f"(*{DOCKER}engine.Job).Run") in named
    assert ("observer", f"(*{DOCKER}events.Events).log") in named


def test_every_match_is_sorted_named_and_proven(found: tuple[PatternMatch, ...]) -> None:
    kinds = [KINDS.index(m.pattern) for m in found]

    assert kinds == sorted(kinds)
    assert [m for m in found if not m.names or not m.evidence] == []


STEPS = """package p
type I interface { A() error; B() error }
func arms(i I, c bool) { if c { i.A() } else { i.B() } }
func left(i I, c bool) { if c { i.A(); return }; i.B() }
func both(i I, c bool) { if c { i.A() }; i.B() }
func late(i I, c bool) { if c { defer i.A(); return }; i.B() }
func inner(i I, c bool) { func() { if c { i.A(); return } }(); i.B() }
"""


@pytest.mark.parametrize(
    ("function", "holds"),
    [("arms", False), ("left", False), ("both", True), ("late", True), ("inner", True)],
)
def test_two_calls_are_sequential_when_control_can_pass_both(function: str, holds: bool) -> None:
    families = Families(survey.survey(graph_of({"p.go": STEPS})))
    (family,) = families.all
    first, second = family.uses[f"p.{function}"]

    assert sequence.sequential(first.turn, second.turn) is holds


def test_a_switch_arm_that_falls_through_does_not_leave() -> None:
    assert not sequence.leaves((go.BranchStmt(go.Pos(1, 1), "fallthrough", ""),))
    assert sequence.leaves((go.BranchStmt(go.Pos(1, 1), "continue", ""),))


def test_another_system_shares_the_packages_whose_files_are_the_same() -> None:
    program = graph_of(
        {
            "go.mod": "module github.com/docker/docker\n",
            "a/a.go": "package a\n",
            "b/b.go": "package b\n",
            "b/b_windows.go": "package b\nfunc W() {}\n",
            "c/c_linux.go": "package c\nfunc L() {}\n",
            "c/c_windows.go": "package c\nfunc W() {}\n",
        }
    ).program
    windows = next(variants.others(program))

    root = "github.com/docker/docker"
    shared = {p for p, found in windows.packages.items() if found is program.packages.get(p)}
    assert shared == {f"{root}/a"}
    assert list(windows.packages[f"{root}/b"].scope) == ["W"]
    assert list(windows.packages[f"{root}/c"].scope) == ["W"]


def test_only_types_that_are_converted_fill_an_interface() -> None:
    text = """package p
type I interface { Do() }
type used struct{}
type other struct{}
func (used) Do() {}
func (other) Do() {}
func f() I { return used{} }
"""
    (family,) = Families(survey.survey(graph_of({"p.go": text}))).all

    assert family.implementers == ("p.used",)


def test_test_doubles_and_libraries_of_others_do_not_count() -> None:
    assert ownership.is_for_tests("m/daemon/graphdriver/graphtest")
    assert ownership.is_double("mockProxy", "p/proxy.go")
    assert ownership.is_own_path("github.com/docker/libcontainer/cgroups", vendored=True)
    assert ownership.is_own_path("github.com/moby/buildkit/solver", vendored=True)
    assert not ownership.is_own_path("golang.org/x/net", vendored=True)


FILLED = """package p
type I interface { %s }
type a struct{}
type b struct{}
func (a) Mount() (string, error) { return "", nil }
func (a) Unmount() error { return nil }
func (b) Mount() (string, error) { return "", nil }
func (b) Unmount() error { return nil }
func (a) Set(n *int) {}
func (b) Set(n *int) {}
func pick(c bool) I { if c { return a{} }; return b{} }
"""


def kinds_of(operations: str, rest: str) -> set[str]:
    found = patterns.detect(graph_of({"p.go": FILLED % operations + rest}))
    return {m.pattern for m in found if m.interface == "p.I"}


def test_a_step_that_gives_a_value_and_the_one_that_undoes_it_are_a_sequence() -> None:
    operations = "Mount() (string, error); Unmount() error"

    assert "template-method" in kinds_of(operations, "func f(i I) { i.Mount(); i.Unmount() }\n")
    assert "strategy" in kinds_of(operations, "func f(i, j I) { i.Mount(); j.Unmount() }\n")


def test_options_are_no_strategy() -> None:
    options = "func f(n *int, all ...I) { for _, i := range all { i.Set(n) } }\n"

    assert "strategy" not in kinds_of("Set(*int)", options)
    assert "strategy" in kinds_of("Set(*int)", "func f(n *int, i I) { i.Set(n) }\n")


def test_a_table_of_one_type_is_no_registry() -> None:
    text = """package p
type I interface { Do() }
type a struct{}
func (a) Do() {}
func use(i I) { i.Do() }
var known = map[string]I{}
func Add(name string, i I) { known[name] = i }
func main() { use(a{}) }
"""
    other = "type b struct{}\nfunc (b) Do() {}\nfunc more() { use(b{}) }\n"

    assert {m.pattern for m in patterns.detect(graph_of({"p.go": text}))} == set()
    found = {m.pattern for m in patterns.detect(graph_of({"p.go": text + other}))}
    assert found == {"registry", "strategy"}


def test_an_implementer_that_holds_a_plugin_s_client_is_chosen_as_a_plugin() -> None:
    text = """package p
type Driver interface { Up() error; Down() error }
type local struct{}
type remote struct{ far *proxy }
type proxy struct{ client pluginClient }
type pluginClient struct{}
func (local) Up() error { return nil }
func (local) Down() error { return nil }
func (remote) Up() error { return nil }
func (remote) Down() error { return nil }
func turn(d Driver) { d.Up(); d.Down() }
func All() []Driver { return []Driver{local{}, remote{}} }
"""
    graph = graph_of({"go.mod": "module m.org/m\n", "p/p.go": text})
    (match,) = (m for m in patterns.detect(graph) if m.pattern == "template-method")

    assert "plugin" in match.selection


def frame_of(body: str) -> list[tuple[str, bool, bool]]:
    """The steps of `turn`: their names, whether they vary, whether they are put off."""
    text = f"""package p
import "golang.org/x/sys/unix"
type Driver interface {{ Up() error; Down() error }}
type a struct{{}}
type b struct{{}}
func (a) Up() error {{ unix.Mount(); return nil }}
func (a) Down() error {{ return nil }}
func (b) Up() error {{ return nil }}
func (b) Down() error {{ return nil }}
func turn(d Driver, n int) {{ {body} }}
func note() {{}}
func both(d Driver) {{ d.Up(); d.Down() }}
func All() []Driver {{ return []Driver{{a{{}}, b{{}}}} }}
"""
    system = "package unix\nfunc Mount() {}\n"
    texts = {"daemon/p.go": text, "vendor/golang.org/x/sys/unix/u.go": system}
    graph = graph_of({"go.mod": "module m.org/m\n", **texts})
    (family,) = Families(survey.survey(graph)).all
    chosen = frame.choose(graph, family, ["m.org/m/daemon.turn"])
    return [
        (s.name.rpartition(".")[2], s.varies, s.deferred) for s in (chosen.steps if chosen else ())
    ]


def test_a_frame_has_the_steps_of_a_closure_that_is_put_off_and_none_that_runs_beside() -> None:
    body = "undo := func() { d.Down() }; defer undo(); defer func() { note() }(); go note(); d.Up()"

    assert frame_of(body) == [
        ("Up", True, False),
        ("note", False, True),
        ("Down", True, True),
    ]


def test_a_frame_has_no_step_that_may_be_another_one_and_ends() -> None:
    either = "f := func() { d.Down() }; if n > 0 { f = func() { d.Up() } }; defer f(); d.Up()"
    anew = "var f func(); f = func() { d.Down(); defer f() }; defer f(); d.Up()"

    assert frame_of(either) == [("Up", True, False)]
    assert frame_of(anew) == [("Up", True, False), ("Down", True, True)]
    assert frame_of("unix.Mount(); d.Up(); both(d)") == [
        ("Up", True, False),
        ("both", False, False),
    ]


def test_two_loops_over_one_table_are_found_behind_a_value_and_an_interface() -> None:
    loops = """package p
type Step interface { Before() error; After() error }
type a struct{}
type b struct{}
func (a) Before() error { return nil }
func (a) After() error { return nil }
func (b) Before() error { return nil }
func (b) After() error { return nil }
var steps = map[string]Step{"a": a{}, "b": b{}}
type Ender interface { End() error }
type last struct{}
func (last) End() error { for _, s := range steps { s.After() }; return nil }
func end() error { for _, s := range steps { s.After() }; return nil }
"""
    by_value = "func Run() { for _, s := range steps { s.Before() }; f := end; defer f() }\n"
    behind = "func Run(e Ender) { for _, s := range steps { s.Before() }; e.End() }\n"
    used = "func main() { Run(last{}) }\n"

    for rest in (by_value, behind + used):
        match = template(patterns.detect(graph_of({"p.go": loops + rest})), "p.Step")
        assert "p.Run" in {t.function for t in match.template_functions}


def test_the_dots_of_a_variadic_function_name_no_part_of_a_facade() -> None:
    names = "ABCDEFGH"
    operations = "; ".join(f"{n}()" for n in names)
    methods = "".join(
        f"func (i *impl) {n}() {{ i.{'one' if n == 'A' else 'two'}.Do() }}\n" for n in names
    )
    text = f"""package p
type Wide interface {{ {operations} }}
type impl struct {{ one, two interface{{ Do(...int) error }} }}
{methods}func New() Wide {{ return &impl{{}} }}
"""
    user = 'package q\nimport "m/p"\nfunc Q() { p.New().A() }\n'
    graph = graph_of({"go.mod": "module m\n", "p/p.go": text, "q/q.go": user})

    assert "facade" not in {m.pattern for m in patterns.detect(graph)}
