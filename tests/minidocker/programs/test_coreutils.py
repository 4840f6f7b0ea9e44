from shell_lab import output, run, status


def test_echo_ends_its_line_unless_told() -> None:
    assert output("echo a  b; echo -n c; echo d") == "a b\ncd\n"


def test_true_and_false_are_what_they_say() -> None:
    assert (status("true"), status("false")) == (0, 1)


def test_hostname_shows_and_sets() -> None:
    assert output("hostname; hostname new; hostname") == "host\nnew\n"


def test_env_is_sorted() -> None:
    assert output("B=1 A=2 env") == "A=2\nB=1\nHOME=/tmp\n"


def test_a_call_that_a_program_did_not_expect_to_fail_ends_it_with_a_line() -> None:
    ran = run("umount /proc; ps")

    assert (ran.output, ran.status) == ("PID   COMMAND\n", 0)


def test_id_knows_names_from_the_file_of_users() -> None:
    assert output("id") == "uid=0 gid=0\n"
    assert output("echo root:x:0:0::/: > /etc/passwd; id") == "uid=0(root) gid=0(root)\n"
