from tracer.minidocker.__main__ import main
from tracer.minidocker.machine import Machine


def run(*commands: str) -> tuple[str, int]:
    """Run commands on a machine of their own; return what the last one gives."""
    machine = Machine()
    try:
        return [machine.run(command) for command in commands][-1]
    finally:
        machine.switch_off()


def test_version_asks_the_daemon_too() -> None:
    output, status = run("docker -d", "docker version")

    assert output.splitlines() == [
        "Client version: 1.2.0",
        "Client API version: 1.14",
        "Go version (client): go1.3.1",
        "Git commit (client): fa7b24f",
        "OS/Arch (client): linux/amd64",
        "Server version: 1.2.0",
        "Server API version: 1.14",
        "Go version (server): go1.3.1",
        "Git commit (server): fa7b24f",
    ]
    assert status == 0


def test_info_counts_containers_and_images_and_names_the_drivers() -> None:
    output, _ = run("docker -d", "docker run busybox true", "docker info")
    shown = dict(line.split(": ", 1) for line in output.splitlines())

    assert shown["Containers"] == "1"
    assert shown["Images"] == "2"
    assert shown["Storage Driver"] == "aufs"
    assert shown["Execution Driver"] == "native-0.2"
    assert shown["Kernel Version"] == "3.13.0-24-generic"
    assert shown["Operating System"] == "Ubuntu 14.04.1 LTS"


def test_too_many_words_are_answered_with_the_usage() -> None:
    for command in ("info", "version"):
        output, status = run("docker -d", f"docker {command} now")

        assert f"Usage: docker {command}" in output
        assert status == 2


def test_an_option_that_does_not_exist_is_named() -> None:
    output, status = run("docker --fly run")

    assert output.startswith("flag provided but not defined: --fly\n")
    assert status == 2


def test_without_a_daemon_the_client_says_so() -> None:
    output, status = run("docker info")

    assert "Cannot connect to the Docker daemon" in output
    assert status == 1


def test_another_daemon_cannot_run_beside_the_first() -> None:
    assert "pid file found" in run("docker -d", "docker -d")[0]
    assert run("docker -d", "docker -d", "docker run busybox echo hello") == ("hello\n", 0)


def test_the_little_docker_restarts_its_daemon() -> None:
    assert main(["daemon", "restart"]) == 0
    assert main(["daemon", "fly"]) != 0


def test_with_g_containers_are_kept_in_another_folder() -> None:
    made = "docker run --name one busybox echo hello"
    kept, _ = run("docker -d -g /data", made, "ls /data/containers")
    others, _ = run("docker -d -g /data", made, "ls /var/lib/docker")
    logs, _ = run("docker -d -g /data", made, "docker logs one")

    assert len(kept.strip()) == 64
    assert "containers" not in others
    assert logs == "hello\n"


def test_info_counts_the_images_of_the_driver_alone() -> None:
    machine = Machine()
    try:
        machine.run("docker -d")
        machine.run("docker run busybox true")
        machine.run(f"kill -TERM {machine.run('cat /var/run/docker.pid')[0]}")
        machine.run("docker -d -s vfs")
        shown = dict(line.split(": ", 1) for line in machine.run("docker info")[0].splitlines())
    finally:
        machine.switch_off()

    assert shown["Storage Driver"] == "vfs"
    assert shown["Images"] == "0"
