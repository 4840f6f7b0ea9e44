from minidocker.docker.prompt import booted, output, run

TALKER = (
    "run -d --name c busybox sh -c 'echo one; sleep 2; echo two >&2; sleep 2; echo -n 3; exit 4'"
)


def test_who_attaches_late_sees_only_what_comes_and_ends_with_the_exit_code() -> None:
    assert run(TALKER, "attach c")[-1] == ("two\n3", 4)


def test_a_stopped_container_cannot_be_attached_to() -> None:
    printed, status = run(TALKER, "wait c", "attach c")[-1]

    assert "You cannot attach to a stopped container" in printed
    assert status == 1


def test_the_log_has_whole_lines_of_both_streams() -> None:
    assert output(TALKER, "wait c", "logs c") == "one\ntwo\n"


def test_the_log_file_has_a_json_object_for_each_line() -> None:
    with booted() as machine:
        machine.run(f"docker {TALKER}")
        machine.run("docker wait c")
        id_ = machine.run("docker ps -a -q --no-trunc")[0].strip()
        log = machine.run(f"cat /var/lib/docker/containers/{id_}/{id_}-json.log")[0]

    assert log == (
        '{"log": "one\\n", "stream": "stdout", "time": "2014-08-20T00:00:00Z"}\n'
        '{"log": "two\\n", "stream": "stderr", "time": "2014-08-20T00:00:02Z"}\n'
    )


def test_who_follows_the_log_sees_it_from_the_beginning_to_the_end() -> None:
    assert run(TALKER, "logs -f c")[-1] == ("one\ntwo\n", 0)


def test_the_log_can_begin_late_and_have_times() -> None:
    assert output(TALKER, "wait c", "logs --tail 1 -t c") == "2014-08-20T00:00:02Z two\n"
    assert output(TALKER, "wait c", "logs --tail 0 c") == ""


def test_wait_prints_the_exit_code_however_the_container_ended() -> None:
    assert output(TALKER, "wait c") == "4\n"
    assert output("run -d --name c busybox sleep 1000", "kill c", "wait c") == "-1\n"
    assert run("wait nope")[-1][1] == 1


def test_a_client_that_is_killed_does_not_hurt_the_container() -> None:
    with booted() as machine:
        loop = "'i=0; while true; do sleep 1; echo x; done'"
        machine.run(f"docker run -d --name c busybox sh -c {loop}")
        printed, status = machine.run("docker attach --sig-proxy=false c")
        assert printed.endswith("x\n^C\n")
        assert status == -2
        assert machine.run("docker inspect -f {{.State.Running}} c") == ("true\n", 0)


def test_ctrl_c_goes_to_the_program_in_the_container() -> None:
    with booted() as machine:
        handler = 'trap "echo ouch; exit 5" INT; while true; do sleep 1; done'
        machine.run(f"docker run -d --name c busybox sh -c '{handler}'")
        assert machine.run("docker attach c") == ("^C\nouch\n", 5)


def test_a_command_that_waits_for_ever_ends_when_the_terminal_is_closed() -> None:
    assert run("run --name c busybox true", "logs -f c")[-1] == ("^C\n", -2)


def test_events_can_be_read_again() -> None:
    with booted() as machine:
        machine.run("docker run --name c busybox true")
        lines = machine.run("docker events --since 1 --until 2014-08-20T00:00:00Z")[0].splitlines()

    assert [line.rpartition(" ")[2] for line in lines] == ["create", "start", "die"]
    assert all("(from busybox)" in line for line in lines)


def test_the_connection_is_taken_over_with_an_empty_write_and_ends_with_the_output() -> None:
    with booted() as machine:
        recording = machine.record("docker run busybox echo one")
    steps = {each.go_name.rpartition("/")[2]: each for each in recording.steps}

    (empty,) = recording.calls_of(steps["server.hijackServer"])
    assert (empty.name, empty.result) == ("write", "0")
    (end,) = recording.calls_of(steps["server.postContainersAttach$2"])
    assert end.name == "shutdown"


def test_a_program_that_ignores_ctrl_c_is_left_by_closing_the_terminal() -> None:
    with booted() as machine:
        machine.run("docker run -d --name c busybox httpd")
        assert machine.run("docker attach c") == ("^C\n", -9)
        assert machine.run("docker inspect -f {{.State.Running}} c") == ("true\n", 0)


def test_events_come_until_somebody_stops_listening() -> None:
    with booted() as machine:
        machine.run("docker run -d --name c busybox sh -c 'sleep 1; exit 1'")
        printed, status = machine.run("docker events")

    assert printed.endswith("(from busybox) die\n^C\n")
    assert status == -2
