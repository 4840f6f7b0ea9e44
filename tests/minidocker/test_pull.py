from collections.abc import Iterator

import pytest

from tracer.minidocker import images, scenarios, syscall
from tracer.minidocker.machine import Machine
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.registry import Registry

RECORDING = scenarios.run("image-pull")
REGISTRY = Registry(images.REPOSITORIES)
OLD = REGISTRY.tags["busybox"]["buildroot-2013.08.1"]
NEW = REGISTRY.tags["busybox"]["latest"]


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine.booted()
    yield machine
    machine.switch_off()


def files(recording: Recording) -> dict[str, str]:
    shown = scenarios.seen("image-pull", recording)
    return {where.removeprefix("files /var/lib/docker/"): text for where, text in shown}


def test_the_new_layer_lies_in_the_graph_and_with_the_driver() -> None:
    seen, short = files(RECORDING), NEW[:12]

    assert seen[f"aufs/layers/{short}"] == "".join(f"{i[:12]}\n" for i in REGISTRY.chains[NEW][1:])
    assert seen[f"graph/{short}/layersize"] == str(REGISTRY.layers[NEW].size())
    assert f'"id":"{short}"' in seen[f"graph/{short}/json"]
    assert not any(where.startswith("graph/_tmp/") and text for where, text in seen.items())


def test_the_tag_is_moved_to_the_new_image() -> None:
    assert files(RECORDING)["repositories-aufs"] == (
        f'{{"Repositories": {{"busybox": {{"latest": "{NEW[:12]}"}}}}}}'
    )


def test_only_what_is_not_there_is_downloaded() -> None:
    layers = [each for each in RECORDING.steps if each.go_name.endswith("GetRemoteImageLayer")]

    assert len(layers) == 1
    assert f"{OLD[:12]}: Download complete" in RECORDING.output


def test_the_layer_is_visible_only_when_it_is_whole() -> None:
    renamed = next(each for each in RECORDING.calls if each.name == "rename")
    written = [each.tick for each in RECORDING.calls if "_tmp" in each.arguments]

    assert f"/graph/{NEW[:12]}" in renamed.arguments
    assert written[0] < renamed.tick


def test_the_daemon_shows_what_it_pulls_while_it_does() -> None:
    said = [str(change.path) for change in RECORDING.changes if "pulling" in str(change.path)]

    assert said


def test_the_capability_of_a_file_survives(machine: Machine) -> None:
    machine.run("docker pull busybox:latest")
    event = next(each for each in machine.kernel.events if each.call == "lsetxattr")

    assert "bin/ping', 'security.capability'" in event.arguments
    assert event.result == "0"


def test_without_a_tag_all_tags_come(machine: Machine) -> None:
    output, status = machine.run("docker pull busybox")

    assert status == 0
    assert output.count("Pulling image (") == 4
    assert machine.run("docker images -q busybox")[0].split() == [NEW[:12], NEW[:12], OLD[:12]]


def test_two_clients_pull_the_same_only_once(machine: Machine) -> None:
    async def client() -> None:
        syscall.execve("/usr/bin/docker", ["docker", "pull", "alice/greet"], {})

    before = len(machine.kernel.console.read())
    first, second = machine.kernel.start(client), machine.kernel.start(client)
    machine.kernel.run()
    output = machine.kernel.console.read()[before:].decode()

    assert (first.status, second.status) == (0, 0)
    assert "already being pulled by another client. Waiting." in output
    assert output.count("Pulling fs layer") == 3


def test_a_whiteout_of_an_archive_is_one_for_the_union_too(machine: Machine) -> None:
    machine.run("docker pull alice/greet")
    top = REGISTRY.tags["alice/greet"]["latest"]
    look = f"ls -a /d/aufs/diff/{top}/app"

    listed = machine.run(f"docker run -v /var/lib/docker:/d busybox {look}")[0]

    assert listed == ".\n..\n.wh.draft\n"


def test_run_pulls_an_image_that_is_not_there(machine: Machine) -> None:
    output, _ = machine.run("docker run alice/greet")

    assert output.startswith("Unable to find image 'alice/greet' locally\nPulling repository ")
    assert machine.run("docker images -q alice/greet")[0].count("\n") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "Pulling repository nothing\ndocker: Error: image nothing not found\n"),
        (
            "busybox:nope",
            "Pulling repository busybox\ndocker: Tag nope not found in repository busybox\n",
        ),
        (
            "http://x/y",
            'docker: Invalid repository name (ex: "registry.domain.tld/myrepos")\n',
        ),
        (
            "index.docker.io/busybox",
            'docker: Invalid repository name, try "busybox" instead\n',
        ),
    ],
)
def test_what_cannot_be_pulled_is_named(machine: Machine, name: str, said: str) -> None:
    assert machine.run(f"docker pull {name}") == (said, 1)


def test_nobody_answers_at_a_private_registry(machine: Machine) -> None:
    output, status = machine.run("docker pull localhost:5000/app")

    assert "nobody answers at localhost:5000" in output
    assert status == 1


def test_a_private_registry_is_asked_by_its_host(machine: Machine) -> None:
    output, status = machine.run("docker pull registry-1.docker.io/alice/greet")

    assert status == 0
    assert (
        machine.run("docker images registry-1*")[0].count("registry-1.docker.io/alice/greet") == 1
    )
    assert "endpoint: https://registry-1.docker.io/v1/" in output
