from collections.abc import Iterator

import pytest

from tracer.minidocker import images
from tracer.minidocker.machine import Machine
from tracer.minidocker.registry import Registry

REGISTRY = Registry(images.REPOSITORIES)
OLD = REGISTRY.tags["busybox"]["buildroot-2013.08.1"]
NEW = REGISTRY.tags["busybox"]["latest"]
LOWEST = REGISTRY.chains[OLD][-1]


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine.booted()
    yield machine
    machine.switch_off()


def output(machine: Machine, command: str) -> str:
    text, status = machine.run(f"docker {command}")

    assert status == 0, text
    return text


def refusal(machine: Machine, command: str) -> str:
    text, status = machine.run(f"docker {command}")

    assert status != 0
    return text


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()[1:]]


def test_images_lists_names_with_the_size_of_all_layers(machine: Machine) -> None:
    text = output(machine, "images")
    size = sum(REGISTRY.layers[each].size() for each in REGISTRY.chains[OLD])

    assert text.splitlines()[0].split("  ")[0] == "REPOSITORY"
    assert rows(text) == [["busybox", "latest", OLD[:12], "43", "weeks", "ago", str(size), "B"]]


def test_images_a_lists_the_layers_below_too(machine: Machine) -> None:
    assert [row[2] for row in rows(output(machine, "images -a"))] == [OLD[:12], LOWEST[:12]]


def test_images_can_be_asked_for_a_name_and_for_whole_ids(machine: Machine) -> None:
    output(machine, "tag busybox mine:1")

    assert output(machine, "images -q --no-trunc mine") == f"{OLD}\n"
    assert output(machine, "images nothing").count("\n") == 1


def test_an_image_that_loses_its_name_is_listed_without_one(machine: Machine) -> None:
    output(machine, "run --name work busybox touch /f")
    output(machine, "commit work mine")
    output(machine, "commit work mine")

    assert [row[0] for row in rows(output(machine, "images"))] == ["mine", "<none>", "busybox"]


def test_history_shows_the_commands_that_made_the_layers(machine: Machine) -> None:
    text = output(machine, "history busybox")

    assert [line[20:].split("ago")[1].split("  ")[1].strip() for line in text.splitlines()[1:]]
    assert "ADD passwd in /etc" in text
    assert output(machine, "history -q busybox") == f"{OLD[:12]}\n{LOWEST[:12]}\n"
    assert output(machine, "history -q --no-trunc busybox") == f"{OLD}\n{LOWEST}\n"


def test_a_tag_is_one_more_name(machine: Machine) -> None:
    output(machine, "tag busybox mine:1")

    assert rows(output(machine, "images mine"))[0][:3] == ["mine", "1", OLD[:12]]


def test_a_tag_that_names_another_image_is_moved_by_force_only(machine: Machine) -> None:
    output(machine, f"tag {LOWEST[:12]} mine")

    assert "Conflict: Tag mine:latest is already set" in refusal(machine, "tag busybox mine")

    output(machine, "tag -f busybox mine")

    assert rows(output(machine, "images mine"))[0][2] == OLD[:12]


@pytest.mark.parametrize("command", ["tag nothing x", "history nothing", "rmi nothing"])
def test_an_image_that_is_not_there_is_refused(machine: Machine, command: str) -> None:
    assert "No such" in refusal(machine, command)


@pytest.mark.parametrize(
    "command", ["pull", "pull a b", "images a b", "tag a", "rmi", "history", "commit", "diff"]
)
def test_wrong_use_shows_the_usage(machine: Machine, command: str) -> None:
    text, status = machine.run(f"docker {command}")

    assert f"Usage: docker {command.split(maxsplit=1)[0]}" in text
    assert status == 2


def test_rmi_takes_a_name_away_and_keeps_the_image_for_the_others(machine: Machine) -> None:
    output(machine, "tag busybox mine:1")

    assert output(machine, "rmi mine:1") == "Untagged: mine:1\n"
    assert rows(output(machine, "images"))[0][0] == "busybox"


def test_rmi_of_the_last_name_deletes_the_image_and_those_below(machine: Machine) -> None:
    assert output(machine, "rmi busybox") == (
        f"Untagged: busybox:latest\nDeleted: {OLD}\nDeleted: {LOWEST}\n"
    )
    assert output(machine, "images -a").count("\n") == 1
    assert "Unable to find image" in machine.run("docker run busybox true")[0]


def test_rmi_without_pruning_keeps_those_below(machine: Machine) -> None:
    output(machine, "rmi --no-prune busybox")

    assert rows(output(machine, "images"))[0][:3] == ["<none>", "<none>", LOWEST[:12]]


def test_an_image_that_others_stand_on_is_only_untagged(machine: Machine) -> None:
    output(machine, "run --name work busybox touch /f")
    output(machine, "commit work mine")

    assert output(machine, "rmi busybox") == "Untagged: busybox:latest\n"


def test_an_image_that_a_container_stands_on_is_deleted_by_force_only(machine: Machine) -> None:
    output(machine, "run --name work busybox true")
    text = refusal(machine, "rmi busybox")

    assert "is using it (docker untagged the image), use -f to force" in text

    output(machine, f"tag {OLD} again")

    assert f"Deleted: {OLD}\n" in output(machine, "rmi -f again")


def test_an_image_that_a_running_container_stands_on_is_not_deleted(machine: Machine) -> None:
    output(machine, "run -d --name work busybox sleep 600")

    assert "because the running container" in refusal(machine, "rmi -f busybox")


def test_an_id_with_names_in_two_repositories_is_deleted_by_force_only(machine: Machine) -> None:
    output(machine, "tag busybox mine")

    assert "tagged in multiple repositories" in refusal(machine, f"rmi {OLD[:12]}")
    assert output(machine, f"rmi -f {OLD[:12]}").startswith(
        "Untagged: busybox:latest\nUntagged: mine"
    )


def test_rmi_goes_on_after_a_failure_and_fails_in_the_end(machine: Machine) -> None:
    text = refusal(machine, "rmi nothing busybox")

    assert text.startswith("Error response from daemon: No such image: nothing\nUntagged: busybox")
    assert text.endswith("docker: Error: failed to remove one or more images\n")


def test_images_are_found_again_when_the_daemon_starts_on_the_same_disk() -> None:
    machine = Machine()
    machine.run("docker -d -s vfs")
    without = machine.run("docker images -q")[0]
    machine.switch_off()

    assert without == ""  # vfs has a directory of its own


def test_a_container_still_stands_on_its_image_after_a_daemon_restart(machine: Machine) -> None:
    output(machine, "run --name work busybox touch /f")
    machine.run("restart docker")

    assert "is using it" in refusal(machine, "rmi busybox")

    output(machine, "commit work mine")

    assert output(machine, "history -q mine").split()[1:] == [OLD[:12], LOWEST[:12]]


def test_inspect_finds_images_where_there_is_no_such_container(machine: Machine) -> None:
    size = sum(REGISTRY.layers[each].size() for each in REGISTRY.chains[OLD])

    assert output(machine, "inspect -f {{.Id}} busybox") == f"{OLD}\n"
    assert output(machine, "inspect -f {{.VirtualSize}} busybox") == f"{size}\n"
