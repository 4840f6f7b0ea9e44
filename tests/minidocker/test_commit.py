from collections.abc import Iterator

import pytest

from tracer.minidocker import scenarios
from tracer.minidocker.machine import Machine

RECORDING = scenarios.run("commit")
WORK = "docker run --name work busybox sh -c "


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine.booted()
    yield machine
    machine.switch_off()


def output(machine: Machine, command: str) -> str:
    text, status = machine.run(command)

    assert status == 0, text
    return text


def position(call: str, part: str) -> int:
    return next(
        each.tick for each in RECORDING.calls if each.name == call and part in each.arguments
    )


def frozen_writes(machine: Machine) -> list[str]:
    return [
        each.arguments.partition("'")[2]
        for each in machine.kernel.events
        if each.call == "write" and ("FROZEN" in each.arguments or "THAWED" in each.arguments)
    ]


def test_the_container_s_file_lies_in_a_layer_of_the_new_image() -> None:
    seen = dict(scenarios.seen("commit", RECORDING))
    id_ = RECORDING.output[:12]

    assert seen[f"files /var/lib/docker/aufs/diff/{id_}/etc/motd"] == "new\n"
    assert f'"alice/work": {{"v1": "{id_}"}}' in seen["files /var/lib/docker/repositories-aufs"]


def test_the_container_is_frozen_while_its_files_are_read() -> None:
    frozen, thawed = position("write", "FROZEN"), position("write", "THAWED")
    named = position("write", "Repositories")

    assert frozen < position("lgetxattr", "motd") < named < thawed
    assert "FROZEN" not in str(RECORDING.end)


def test_the_container_runs_on_afterwards() -> None:
    paused = [
        (change.before, change.after) for change in RECORDING.changes if change.path[-1] == "Paused"
    ]

    assert paused == [(False, True), (True, False)]


def test_the_layers_stay_mounted_for_the_container_alone() -> None:
    users = [change.after for change in RECORDING.changes if "layers" in change.path[:3]]

    assert users[:2] == [2, 3]
    assert RECORDING.end["memory"] != {}


def test_a_container_that_has_ended_can_be_committed(machine: Machine) -> None:
    output(machine, WORK + "'echo new > /etc/motd; rm /etc/passwd; echo x: > /etc/passwd'")
    output(machine, "docker commit work mine")

    assert frozen_writes(machine) == []
    assert output(machine, "docker diff work") == "C /etc\nA /etc/motd\nC /etc/passwd\n"


def test_what_was_removed_stays_removed_in_the_new_image(machine: Machine) -> None:
    output(machine, WORK + "'rm /bin/nc; mkdir /new; touch /new/f'")
    output(machine, "docker commit work mine")
    listed = output(machine, "docker run mine ls /bin /new").split()

    assert ("nc" in listed, "f" in listed, "wc" in listed) == (False, True, True)


def test_a_running_container_can_be_left_unfrozen(machine: Machine) -> None:
    output(machine, "docker run -d --name work busybox sleep 600")
    output(machine, "docker commit --pause=false work")

    assert frozen_writes(machine) == []


def test_the_description_tells_where_the_image_comes_from(machine: Machine) -> None:
    output(machine, WORK + "true")
    id_ = output(machine, "docker commit -m why -a me work mine:1").strip()
    output(
        machine, "docker run -v /var/lib/docker:/d --name see busybox cat /d/graph/" + id_ + "/json"
    )
    described = machine.run(f"docker run -v /var/lib/docker:/d busybox cat /d/graph/{id_}/json")[0]

    for part in ('"comment": "why"', '"author": "me"', '"docker_version": "1.2.0"', '"true"'):
        assert part in described
    assert output(machine, "docker history -q mine:1").count("\n") == 3


def test_the_new_image_starts_what_the_container_did(machine: Machine) -> None:
    output(machine, "docker run --name work -e A=b busybox env")
    output(machine, "docker commit work mine")

    assert "A=b\n" in output(machine, "docker run mine")


def test_an_image_without_a_name_is_found_by_its_id(machine: Machine) -> None:
    output(machine, WORK + "'touch /f'")
    id_ = output(machine, "docker commit work").strip()

    assert output(machine, f"docker run {id_[:10]} ls /f") == "/f\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("commit nobody", "No such container: nobody"),
        ("diff nobody", "No such container: nobody"),
        ("commit work http://x/y", "Invalid repository name"),
    ],
)
def test_what_cannot_be_committed_is_refused(machine: Machine, command: str, said: str) -> None:
    output(machine, WORK + "true")
    text, status = machine.run(f"docker {command}")

    assert said in text
    assert status == 1
