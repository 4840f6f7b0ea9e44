import pytest
import test_fixtures
from conftest import graph_of

from tracer.golang.syntax import Pos
from tracer.golang.types.operands import LiteralValue
from tracer.golang.types.universe import EMPTY
from tracer.graph import lookup
from tracer.graph.crossings.requests import match_route
from tracer.graph.crossings.wiring import Entry
from tracer.graph.edges import Edge, Place
from tracer.pipeline import Traced

ROUTES = [
    ("GET", route, Entry(route, LiteralValue("", Pos(0, 0), EMPTY), Place("", 0)))
    for route in (
        "/containers/json",
        "/containers/{name:.*}/json",
        "/containers/{name:.*}",
        "/containers/{name:.*}/start",
    )
]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/containers/json?all=1", "/containers/json"),
        ("/containers/json{}", "/containers/json"),
        ("/containers/{}/json", "/containers/{name:.*}/json"),
        ("/containers/{}?{}", "/containers/{name:.*}"),
        ("/containers/{}/start", "/containers/{name:.*}/start"),
        ("/images/json", None),
    ],
)
def test_a_request_goes_to_the_route_with_the_most_literal_text(
    path: str, route: str | None
) -> None:
    found = match_route(path, ROUTES)

    assert (found[1] if found else None) == route


def only(traced: Traced, caller: str, kind: str) -> list[Edge]:
    return [e for e in traced.graph.edges(lookup.function(traced.graph, caller)) if e.kind == kind]


def test_a_command_word_reaches_its_method_by_reflection(pocket: Traced) -> None:
    found = {e.key: e for e in only(pocket, "(*DockerCli).Cmd", "reflection")}

    assert found["run"].callee.endswith("DockerCli).CmdRun")
    assert found["run"].evidence[0].file == "api/client/cli.go"


def test_a_job_reaches_the_handler_registered_under_its_name(pocket: Traced) -> None:
    (edge,) = only(pocket, "postContainersStart", "registry")

    assert (edge.key, edge.callee.rpartition(".")[2]) == ("start", "ContainerStart")
    assert edge.evidence[0].file == "daemon/daemon.go"
    assert edge.run_at is not None
    assert edge.at.line < edge.run_at.line


def test_a_table_lookup_runs_the_method_of_each_value(pocket: Traced) -> None:
    found = only(pocket, "namespaces.InitializeNetworking", "registry")

    assert [e.key for e in found] == ["loopback", "netns", "veth"]


def test_a_child_process_begins_in_another_main(pocket: Traced) -> None:
    (edge,) = only(pocket, "namespaces.Exec", "process")

    assert edge.callee == "github.com/docker/docker/dockerinit.main"
    assert edge.evidence[0].file == "daemon/execdriver/native/driver.go"


def test_argv_0_picks_the_initializer(pocket: Traced) -> None:
    found = {e.key: e.callee.rpartition("/")[2] for e in only(pocket, "reexec.Init", "registry")}

    assert found["native"] == "native.initializer"
    assert found["/.dockerinit"] == "lxc.dockerInititalizer"


def test_every_request_and_job_of_the_pocket_tree_finds_its_partner(pocket: Traced) -> None:
    for function in pocket.graph.resolution.functions:
        pocket.graph.edges(function)
    lost = [w for w in pocket.graph.crossings.unjoined.values() if "answers" in w or "nowhere" in w]

    assert lost == []


LOGGERS = """package logger
type Creator func(tag string) error
var registry = make(map[string]Creator)
func RegisterLogDriver(name string, c Creator) { registry[name] = c }
func GetLogDriver(name string) Creator { return registry[name] }
func file(string) error { return nil }
func setup(prefix string) {
	RegisterLogDriver("json", file)
	RegisterLogDriver(prefix+"-file", file)
}
func known() { create := GetLogDriver("json"); create("") }
func lost() { create := GetLogDriver("syslog"); create("") }
func dropped() { GetLogDriver("json") }
"""


def test_a_key_that_no_registration_names_is_told_with_its_place() -> None:
    graph = graph_of({"go.mod": "module m.org/d\n", "logger/logger.go": LOGGERS})
    found = {name: graph.edges(f"m.org/d/logger.{name}") for name in ("known", "lost", "dropped")}
    reached = {name: {e.callee for e in edges} for name, edges in found.items()}
    told = {place.line: reason for place, reason in graph.crossings.unjoined.items()}

    assert "m.org/d/logger.file" in reached["known"]
    assert "m.org/d/logger.file" not in reached["dropped"]
    assert told[9] == "log driver: the key is known only at run time"
    assert told[12] == "log driver 'syslog' is registered nowhere"


def test_a_child_started_by_a_name_is_proven_by_the_line_that_registers_it() -> None:
    texts, _ = test_fixtures.read(test_fixtures.FOLDER / "crossings" / "started_by_name.txtar")
    (edge,) = graph_of(texts).edges("(*libcontainer.initProcess).start")[-1:]

    assert (edge.kind, edge.key) == ("process", "native")
    assert edge.evidence == (Place("daemon/execdriver/native/driver.go", 11),)
