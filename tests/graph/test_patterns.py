import pytest
from conftest import graph_of

from tracer.golang import syntax as go
from tracer.graph import patterns
from tracer.graph.families import ownership, sequence, survey
from tracer.graph.families.family import Families
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
        (f"(*{DOCKER}daemon.containerMonitor).Start", ("Run",))
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
