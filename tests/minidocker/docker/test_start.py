from minidocker.docker.run_lab import machine, run


def test_a_container_that_has_ended_starts_again_with_its_own_settings() -> None:
    created = "docker run --name one -h box -e A=b busybox sh -c 'hostname; echo $A'"
    ran = run(created, "docker start -a one")

    assert ran.output == "box\nb\n"


def test_start_prints_the_names_as_they_were_given() -> None:
    assert run("docker run --name one busybox true", "docker start one").output == "one\n"


def test_one_that_runs_is_left_alone() -> None:
    assert run("docker run -d --name one busybox sleep 9", "docker start one").status == 0


def test_what_was_written_is_there_at_the_next_start() -> None:
    written = "docker run --name one busybox sh -c 'cat /note || echo first > /note'"

    assert run(written, "docker start -a one").output == "first\n"


def test_the_beginning_of_an_id_is_enough() -> None:
    with machine() as host:
        id_ = host.run("docker run -d busybox echo again")[0]

        assert host.run(f"docker start -a {id_[:6]}")[0] == "again\n"


def test_on_failure_tries_again_as_often_as_it_may() -> None:
    count = "sh -c 'echo x >> /srv/runs; exit 1'"
    ran = run(
        f"docker run --restart on-failure:3 -v /srv:/srv busybox {count}",
        "sleep 2",
        "cat /srv/runs",
    )

    assert ran.output == "x\nx\nx\n"


def test_a_start_that_fails_leaves_nothing_mounted() -> None:
    ran = run(
        "docker run busybox nope",
        "docker run --device /dev/nope busybox true",
        "cat /proc/mounts",
    )

    assert "aufs/mnt" not in ran.output
