import json

from minidocker.docker.prompt import output, run

TWO = ("run --name a busybox sh -c 'exit 3'", "run -d --name b busybox sleep 1000")


def names(table: str) -> list[str]:
    return [line.split()[-1] for line in table.splitlines()[1:]]


def test_ps_lists_what_runs_and_with_a_all_of_them_the_newest_first() -> None:
    assert names(output(*TWO, "ps")) == ["b"]
    assert names(output(*TWO, "ps -a")) == ["b", "a"]


def test_ps_can_be_narrowed() -> None:
    assert names(output(*TWO, "kill b", "ps -l")) == ["b"]
    assert names(output(*TWO, "ps -n 2")) == ["b", "a"]
    assert names(output(*TWO, "ps --before b")) == ["a"]
    assert names(output(*TWO, "ps --since a")) == ["b"]
    assert names(output(*TWO, "ps -a --filter exited=3")) == ["b", "a"]
    assert names(output(*TWO, "ps -a --filter exited=4")) == ["b"]


def test_ps_says_how_long_in_the_time_of_the_machine() -> None:
    (row,) = output(*TWO, "run busybox sleep 90", "ps").splitlines()[1:]

    assert '"sleep 1000"        About a minute ago   Up About a minute' in row


def test_ps_cuts_ids_and_commands_unless_told_not_to() -> None:
    long = "run -d --name c busybox sh -c 'sleep 1000; sleep 1000'"
    cut, whole = output(long, "ps"), output(long, "ps --no-trunc")

    assert "\"sh -c 'sleep 1000;  " in cut
    assert "\"sh -c 'sleep 1000; sleep 1000'\"" in whole
    assert len(output(*TWO, "ps -q").strip()) == 12
    assert len(output(*TWO, "ps -q --no-trunc").strip()) == 64


def test_inspect_prints_json_as_docker_names_it() -> None:
    (known,) = json.loads(output(*TWO, "inspect b"))

    assert known["Path"] == "sleep"
    assert known["Args"] == ["1000"]
    assert known["Name"] == "/b"
    assert known["State"]["Running"] is True
    assert known["State"]["StartedAt"] == "2014-08-20T00:00:00Z"
    assert known["NetworkSettings"]["IPAddress"].startswith("172.17.")
    assert known["HostsPath"].endswith("/hosts")
    assert known["Driver"] == "aufs"


def test_inspect_of_what_is_not_there_prints_the_others() -> None:
    printed, status = run(*TWO, "inspect nope")[-1]

    assert printed == "Error: No such image or container: nope\n[]"
    assert status == 1


def test_top_lists_the_processes_of_one_container_with_the_numbers_of_the_host() -> None:
    titles, row = output(*TWO, "top b").splitlines()

    assert titles.split() == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
    assert row.split()[0] == "root"
    assert row.split()[1] == output(*TWO, "inspect -f {{.State.Pid}} b").strip()
    assert row.endswith("sleep 1000")
    assert "is not running" in output(*TWO, "top a")


def test_ps_shows_where_a_port_is_published() -> None:
    printed = output("run -d -p 8080:80 --expose 22 busybox sleep 1000", "ps")

    assert "22/tcp, 0.0.0.0:8080->80/tcp" in printed
