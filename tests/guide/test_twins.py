from dataclasses import replace

from tracer import pipeline
from tracer.guide import twins
from tracer.minidocker import scenarios
from tracer.minidocker.twin import TWINS
from tracer.pipeline import Traced


def test_the_twin_runs_every_step_of_docker_run_in_the_path_s_order(pocket: Traced) -> None:
    compared = twins.run(pipeline.walk(pocket, "docker-run"))

    assert compared.missed == ()
    assert compared.recording.output == "hello\n"


def test_all_of_docker_s_own_functions_on_the_main_line_have_a_twin(pocket: Traced) -> None:
    walked = pipeline.walk(pocket, "docker-run")
    without = {
        step.edge.callee
        for step in walked.main_line
        if "github.com/docker" in step.edge.callee and step.edge.callee not in TWINS
    }

    assert without == set()


def test_every_twin_names_a_function_of_the_tree(pocket: Traced) -> None:
    graph = pocket.graph
    unknown = [
        name
        for name in TWINS
        if name.split("$")[0] not in graph.resolution.functions
        or ("$" in name and graph.resolution.closure(name) is None)
    ]

    assert unknown == []


def test_a_run_that_skips_a_step_is_not_followed(pocket: Traced) -> None:
    walked = pipeline.walk(pocket, "docker-run")
    recording = scenarios.run("docker-run")
    steps = tuple(
        replace(s, go_name="elsewhere") if s.go_name.endswith("namespaces.SetupCgroups") else s
        for s in recording.steps
    )
    compared = twins.compare(walked, replace(recording, steps=steps))

    assert [pair.step.edge.callee for pair in compared.missed] == [
        "github.com/docker/libcontainer/namespaces.SetupCgroups"
    ]


def test_what_a_system_call_makes_is_shown_at_that_call(pocket: Traced) -> None:
    compared = twins.run(pipeline.walk(pocket, "docker-run"))
    started = [
        pair.step.edge.callee
        for pair in compared.pairs
        if any("was started by" in said for said in pair.changed)
    ]

    assert "syscall.forkAndExecInChild" in started


def test_the_line_that_calls_is_found_where_there_is_just_one() -> None:
    network = "github.com/docker/libcontainer/network"
    veth, plug = TWINS[f"(*{network}.Veth).Create"], TWINS[f"{network}.SetInterfaceMaster"]
    line = twins.called_at(veth, plug)
    first, text = twins.source(veth)

    assert line is not None
    assert f"{plug.python_name.rpartition('.')[2]}(" in text.split("\n")[line - first]
    assert twins.called_at(plug, veth) is None


def test_the_call_behind_a_library_function_is_one_of_the_caller_s_own(pocket: Traced) -> None:
    compared = twins.run(pipeline.walk(pocket, "attach-logs-wait"))
    behind = {
        pair.step.edge.callee: (pair.calls[0].name, pair.calls[0].arguments)
        for pair in compared.main_line
        if pair.twin is None and pair.calls
    }

    assert behind["os.Exit"] == ("exit_group", "3")  # not that of a program in the container
    assert ", '\\x01" in behind["io.Copy"][1]  # a frame for the client


def test_a_step_is_the_caller_s_own_entry_before_a_later_one(pocket: Traced) -> None:
    compared = twins.run(pipeline.walk(pocket, "attach-logs-wait"))
    steps = compared.recording.steps
    (copied,) = (
        pair.ran for pair in compared.main_line if pair.step.edge.callee.endswith("utils.StdCopy")
    )

    assert copied is not None
    assert copied.parent is not None
    assert steps[copied.parent].go_name.endswith("DockerCli).hijack$2")
