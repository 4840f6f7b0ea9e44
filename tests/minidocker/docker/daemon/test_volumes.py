import pytest
from minidocker.docker.prompt import booted, run

from tracer.minidocker.machine import Machine

VOLUMES = "/var/lib/docker/volumes"
DATA = "/var/lib/docker/vfs/dir"


def managed(machine: Machine) -> list[str]:
    """List the volumes that there are."""
    return [each for each in machine.run(f"ls {VOLUMES}")[0].split() if each != "_tmp"]


def test_a_bind_shows_the_directory_of_the_host_and_takes_what_is_written() -> None:
    with booted() as machine:
        machine.run("docker run -v /srv/data:/data busybox sh -c 'echo word > /data/file'")
        assert machine.run("cat /srv/data/file") == ("word\n", 0)
        assert machine.run("docker run -v /srv/data:/x busybox cat /x/file") == ("word\n", 0)


def test_a_read_only_bind_cannot_be_written_to() -> None:
    with booted() as machine:
        printed, status = machine.run(
            "docker run -v /srv/data:/data:ro busybox sh -c 'echo word > /data/file'"
        )
        assert "EROFS" in printed
        assert status == 1
        assert machine.run("ls /srv/data") == ("", 0)


def test_a_file_can_be_bound_too() -> None:
    with booted() as machine:
        machine.run("sh -c 'mkdir /srv; echo here > /srv/file'")
        assert machine.run("docker run -v /srv/file:/etc/new busybox cat /etc/new")[0] == "here\n"


@pytest.mark.parametrize(
    ("bind", "problem"),
    [
        ("data:/data", "volume paths must be absolute"),
        ("/a:/b:rw:c", "bad format for volumes"),
        ("/a:/", "the path inside can't be '/'"),
    ],
)
def test_a_bind_that_makes_no_sense_fails_the_start(bind: str, problem: str) -> None:
    printed, status = run(f"run -v {bind} busybox true")[-1]

    assert problem in printed
    assert status > 0


def test_a_managed_volume_has_what_the_image_has_in_its_place() -> None:
    with booted() as machine:
        assert machine.run("docker run -v /bin busybox echo runs") == ("runs\n", 0)
        (volume,) = managed(machine)
        assert "sh" in machine.run(f"ls {DATA}/{volume}")[0].split()


def test_a_managed_volume_has_the_mode_of_the_image() -> None:
    with booted() as machine:
        machine.run("docker run --name c -v /etc/own busybox true")
        machine.run("docker run --volumes-from c busybox sh -c 'chmod 700 /etc/own'")
        (volume,) = managed(machine)
        assert machine.run(f"ls -l {DATA}")[0].startswith("drwx------")
        assert volume


def test_a_managed_volume_outlives_a_restart() -> None:
    with booted() as machine:
        script = "echo again >> /data/log; cat /data/log"
        machine.run(f"docker run --name c -v /data busybox sh -c '{script}'")
        machine.run("docker restart c")
        machine.run("docker wait c")
        assert machine.run("docker logs c") == ("again\nagain\nagain\n", 0)
        assert len(managed(machine)) == 1


def test_volumes_from_another_container_are_the_same_directories() -> None:
    with booted() as machine:
        machine.run("docker run --name a -v /data busybox sh -c 'echo word > /data/file'")
        assert machine.run("docker run --volumes-from a busybox cat /data/file")[0] == "word\n"
        printed, _ = machine.run(
            "docker run --volumes-from a:ro busybox sh -c 'echo no > /data/file'"
        )
        assert "EROFS" in printed


def test_volumes_from_what_is_not_there_fails_the_start() -> None:
    missing, malformed = (
        run(f"run --volumes-from {each} busybox true")[-1] for each in ("nope", "nope:x")
    )

    assert "Container nope not found. Impossible to mount its volumes" in missing[0]
    assert "Malformed volumes-from specification: nope:x" in malformed[0]


def test_rm_leaves_volumes_unless_asked_to_take_them_too() -> None:
    with booted() as machine:
        machine.run("docker run --name a -v /data busybox true")
        machine.run("docker run --name b -v /data busybox true")
        machine.run("docker rm a")
        assert len(managed(machine)) == 2
        machine.run("docker rm -v b")
        assert len(managed(machine)) == 1
        assert machine.run(f"ls {DATA}")[0].split() == managed(machine)


def test_a_volume_that_another_container_uses_stays() -> None:
    with booted() as machine:
        machine.run("docker run --name a -v /data busybox true")
        machine.run("docker run --name b --volumes-from a busybox true")
        machine.run("docker rm -v a")
        assert len(managed(machine)) == 1
        machine.run("docker rm -v b")
        assert managed(machine) == []


def test_a_bound_directory_is_never_removed() -> None:
    with booted() as machine:
        machine.run("sh -c 'mkdir /real; mkdir /real/data; ln -s /real/data /short'")
        machine.run("docker run --name a -v /short:/data busybox sh -c 'echo x > /data/file'")
        assert machine.run("docker rm -v a") == ("a\n", 0)
        assert machine.run("cat /real/data/file") == ("x\n", 0)
