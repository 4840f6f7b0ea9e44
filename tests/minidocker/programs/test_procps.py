from shell_lab import output, run


def test_ps_shows_what_proc_shows() -> None:
    lines = output("ps").splitlines()

    assert lines[0] == "PID   COMMAND"
    assert [line.split()[1] for line in lines[1:]] == ["init", "sh", "ps"]


def test_kill_wants_a_signal_and_pids() -> None:
    assert output("kill; kill -NOPE 1") == "kill: usage: kill [-SIGNAL] PID...\n" * 2


def test_sleep_lets_others_run_first() -> None:
    assert output("sleep 2 && echo late & sleep 1; echo early; wait") == "early\nlate\n"


def test_a_process_that_is_killed_has_a_status_above_128() -> None:
    assert output("sleep 100 & kill -9 $!; wait $!; echo $?") == "137\n"
    assert output("sleep 100 & kill $!; wait $!; echo $?") == "143\n"


def test_no_such_process_is_said_so() -> None:
    assert run("kill 99").output == "kill: 99: ESRCH\n"


def test_sleep_wants_a_number() -> None:
    assert output("sleep; sleep x") == "sleep: usage: sleep SECONDS\n" * 2


def test_ps_ef_shows_user_parent_and_start() -> None:
    titles, first, *_, last = output("sleep 120; ps -ef").splitlines()

    assert titles.split() == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
    assert first.split()[:5] == ["root", "1", "0", "0", "00:00"]
    assert last.split()[4] == "00:02"
    assert last.endswith("ps -ef")
