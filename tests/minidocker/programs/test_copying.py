from shell_lab import output, run


def test_cp_copies_a_file_over_another_and_into_a_directory() -> None:
    script = "cd /tmp; echo a > a; cp a b; mkdir d; cp a d; cat b d/a"

    assert output(script) == "a\na\n"


def test_cp_a_copies_a_directory_with_links() -> None:
    script = "mkdir -p /tmp/d/e; touch /tmp/d/e/f; cp -a /tmp/d/. /tmp/new; ls /tmp/new /tmp/new/e"

    assert output(script) == "e\nf\n"


def test_cp_complains_of_what_is_missing() -> None:
    missing, alone = run("cp /nope /tmp/x"), run("cp /tmp")

    assert (missing.output, missing.status) == ("cp: /nope: ENOENT\n", 1)
    assert (alone.output, alone.status) == ("cp: usage: cp [-a] FROM... TO\n", 1)
