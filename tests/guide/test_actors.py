from tracer import pipeline
from tracer.guide import actors
from tracer.pipeline import Traced


def acting(pocket: Traced, path: str) -> dict[str, str]:
    walked = pipeline.walk(pocket, path)
    who = actors.actors(walked)
    return {s.edge.callee.rpartition("/")[2]: who[s.number] for s in walked.steps}


def test_http_hands_over_to_the_daemon_and_returning_hands_back(pocket: Traced) -> None:
    who = acting(pocket, "docker-run")

    assert who["client.DockerCli).CmdRun"] == "client"
    assert who["server.postContainersCreate"] == "daemon"
    assert who["client.DockerCli).pullImage"] == "client"
    assert who["server.postContainersStart"] == "daemon"


def test_a_child_runs_its_own_calls_while_its_parent_runs_on(pocket: Traced) -> None:
    who = acting(pocket, "docker-run")

    assert who["namespaces.Init"] == "dockerinit"
    assert who["namespaces.SetupCgroups"] == "daemon"
    assert who["mount.PivotRoot"] == "dockerinit"


def test_another_program_is_named_by_its_file(pocket: Traced) -> None:
    assert "docker-proxy" in set(acting(pocket, "network-allocate").values())


def test_a_path_that_begins_in_the_daemon_has_no_client(pocket: Traced) -> None:
    assert set(acting(pocket, "graphdriver-aufs").values()) == {"daemon"}
