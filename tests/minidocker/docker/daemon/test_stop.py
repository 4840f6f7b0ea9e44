from minidocker.docker.prompt import booted, output, run

DEAF = "run -d --name c busybox sleep 1000"
POLITE = "run -d --name c busybox sh -c 'trap \"exit 7\" TERM; sleep 1000 & wait'"
EXIT_CODE = "inspect -f {{.State.ExitCode}} c"


def test_a_program_that_handles_sigterm_ends_as_it_likes() -> None:
    with booted() as machine:
        machine.run(f"docker {POLITE}")
        assert machine.run("docker stop c") == ("c\n", 0)
        assert machine.kernel.system.scheduler.now == 0
        assert machine.run(f"docker {EXIT_CODE}") == ("7\n", 0)


def test_one_that_does_not_is_killed_after_ten_seconds() -> None:
    with booted() as machine:
        machine.run(f"docker {DEAF}")
        assert machine.run("docker stop c") == ("c\n", 0)
        assert machine.kernel.system.scheduler.now == 10
        assert machine.run(f"docker {EXIT_CODE}") == ("-1\n", 0)


def test_the_patience_can_be_chosen() -> None:
    with booted() as machine:
        machine.run(f"docker {DEAF}")
        machine.run("docker stop -t 3 c")
        assert machine.kernel.system.scheduler.now == 3


def test_a_stopped_container_counts_as_stopped() -> None:
    assert run(DEAF, "kill c", "stop c")[-1] == ("c\n", 0)


def test_one_container_that_is_not_there_fails_the_command_but_not_the_others() -> None:
    printed, status = run(DEAF, "stop nope c")[-1]

    assert printed == (
        "Error response from daemon: No such container: nope\n"
        "c\n"
        "docker: Error: failed to stop one or more containers\n"
    )
    assert status == 1


def test_without_a_container_the_usage_is_shown() -> None:
    printed, status = run("stop")[-1]

    assert printed.startswith("\nUsage: docker stop [OPTIONS] CONTAINER [CONTAINER...]\n")
    assert status == 2


def test_a_stop_ends_a_container_that_is_always_restarted() -> None:
    commands = ("run -d --name c --restart always busybox false", "stop c", "ps -q")

    assert output(*commands) == ""


def test_a_container_is_always_restarted_with_longer_and_longer_pauses() -> None:
    with booted() as machine:
        machine.run("docker run -d --name c --restart on-failure:4 busybox false")
        while "Running=True" in machine.run("docker inspect -f Running={{.State.Running}} c")[0]:
            machine.run("docker wait c")
        machine.run("docker run busybox sleep 5")
        events = machine.run("docker events --since 1 --until 2014-08-20T00:00:05Z")[0]

    assert events.count("start") == 5
    assert "docker" not in events


def test_kill_is_awaited_but_another_signal_is_only_sent() -> None:
    assert run(DEAF, "kill -s TERM c", "inspect -f {{.State.Running}} c")[1:] == [
        ("c\n", 0),
        ("true\n", 0),
    ]
    assert run(DEAF, "kill c", "inspect -f {{.State.Running}} c")[-1] == ("false\n", 0)
    assert run(POLITE, "kill -s 15 c", "wait c")[-1] == ("7\n", 0)


def test_a_signal_that_does_not_exist_is_refused() -> None:
    printed, status = run(DEAF, "kill -s NOPE c")[-1]

    assert "Invalid signal: NOPE" in printed
    assert status == 1


def test_restart_gives_the_container_another_process() -> None:
    pid = "inspect -f {{.State.Pid}} c"
    before, _, after = (each for each, _ in run(DEAF, pid, "restart -t 1 c", pid)[1:])

    assert before != after != "0\n"


def test_the_layers_stay_mounted_through_a_restart() -> None:
    with booted() as machine:
        machine.run(f"docker {DEAF}")
        recording = machine.record("docker restart -t 0 c")

    assert [each.name for each in recording.calls if "aufs/mnt" in each.arguments].count(
        "umount2"
    ) == 0


def test_a_paused_container_does_not_go_on_until_it_is_unpaused() -> None:
    with booted() as machine:
        machine.run("docker run -d --name c busybox sh -c 'sleep 1; echo late'")
        assert machine.run("docker pause c") == ("c\n", 0)
        machine.run("docker run busybox sleep 5")
        assert machine.run("docker logs c") == ("", 0)
        assert "Up 5 seconds (Paused)" in machine.run("docker ps")[0]
        assert machine.run("docker unpause c") == ("c\n", 0)
        machine.run("docker wait c")
        assert machine.run("docker logs c") == ("late\n", 0)


def test_a_paused_container_cannot_be_stopped() -> None:
    printed, status = run(DEAF, "pause c", "stop c")[-1]

    assert "is paused. Unpause the container before stopping" in printed
    assert status == 1


def test_only_what_runs_can_be_paused_and_only_what_is_paused_unpaused() -> None:
    answers = [each for each, _ in run(DEAF, "unpause c", "pause c", "pause c", "kill c")]

    assert "is not paused" in answers[1]
    assert "is already paused" in answers[3]
    assert "is not running" in output(DEAF, "kill c", "pause c")
