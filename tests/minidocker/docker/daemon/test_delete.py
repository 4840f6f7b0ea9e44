from minidocker.docker.prompt import booted, run

DEAF = "docker run -d --name c busybox sleep 1000"


def test_a_removed_container_leaves_nothing() -> None:
    with booted() as machine:
        machine.run("docker run busybox true")
        before = machine.record("docker ps").start["files"]
        machine.run("docker run --name c busybox true")
        assert machine.run("docker rm c") == ("c\n", 0)
        assert machine.record("docker ps").end["files"] == before
        assert machine.run("docker rm c")[1] == 1


def test_a_running_container_is_removed_only_by_force() -> None:
    with booted() as machine:
        machine.run(DEAF)
        printed, status = machine.run("docker rm c")
        assert "You cannot remove a running container" in printed
        assert status == 1
        assert machine.run("docker rm -f c") == ("c\n", 0)
        assert machine.run("docker ps -a -q") == ("", 0)


def test_wrong_use_shows_the_options() -> None:
    printed, status = run("rm --nope c")[-1]

    assert printed.startswith("flag provided but not defined: --nope\n\nUsage: docker rm ")
    assert "  -f, --force=false" in printed
    assert status == 2
