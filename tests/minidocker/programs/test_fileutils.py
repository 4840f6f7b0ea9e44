from shell_lab import output, run, status


def test_cat_joins_files_and_goes_on_after_one_that_is_missing() -> None:
    ran = run("echo a > /tmp/a; echo b > /tmp/b; cat /tmp/a /nope /tmp/b")

    assert (ran.output, ran.status) == ("a\ncat: /nope: ENOENT\nb\n", 1)


def test_ls_hides_names_that_begin_with_a_dot() -> None:
    assert output("touch /tmp/.a /tmp/b; ls /tmp; ls -a /tmp") == "b\n.\n..\n.a\nb\n"


def test_ls_lists_where_it_is_and_a_file_by_its_name() -> None:
    assert output("touch /tmp/b; cd /tmp; ls; ls /tmp/b") == "b\n/tmp/b\n"


def test_ls_complains_of_what_is_not_there() -> None:
    ran = run("ls /nope")

    assert (ran.output, ran.status) == ("ls: /nope: ENOENT\n", 1)


def test_ls_l_tells_kind_mode_and_size() -> None:
    lines = output("echo abc > /tmp/f; mkdir /tmp/d; ls -l /tmp").splitlines()

    assert [(line[:10], line.split()[-2:]) for line in lines] == [
        ("drwxr-xr-x", lines[0].split()[-2:]),
        ("-rw-r--r--", ["4", "f"]),
    ]


def test_mkdir_p_makes_all_and_does_not_mind_what_is_there() -> None:
    assert output("mkdir -p /tmp/a/b; mkdir -p /tmp/a/b; ls /tmp/a") == "b\n"
    assert output("mkdir /tmp/a/b") == "mkdir: /tmp/a/b: ENOENT\n"
    assert output("mkdir /tmp") == "mkdir: /tmp: EEXIST\n"


def test_rm_removes_files_and_complains_unless_forced() -> None:
    assert output("touch /tmp/a; rm /tmp/a; ls /tmp") == ""
    assert output("rm /tmp/a") == "rm: /tmp/a: ENOENT\n"
    assert run("rm -f /tmp/a").status == 0
    assert output("rm /tmp") == "rm: /tmp: EISDIR\n"


def test_chmod_sets_permission_bits() -> None:
    assert output("touch /tmp/f; chmod 640 /tmp/f; ls -l /tmp").startswith("-rw-r-----")


def test_chmod_wants_octal_bits() -> None:
    assert output("chmod 9 /tmp; chmod 755") == "chmod: usage: chmod OCTAL FILE...\n" * 2


def test_rm_r_removes_a_tree() -> None:
    assert output("mkdir -p /tmp/a/b; touch /tmp/a/b/c; rm -r /tmp/a; ls /tmp") == ""


def test_touch_makes_a_file_and_leaves_one_as_it_is() -> None:
    assert output("echo a > /tmp/f; touch /tmp/f /tmp/g; cat /tmp/f; ls /tmp") == "a\nf\ng\n"


def test_wc_counts_lines_words_and_bytes() -> None:
    assert output("echo a b > /tmp/f; wc /tmp/f; wc -l /tmp/f") == "1 2 4\n1\n"
    assert status("wc /nope") == 1


def test_ln_makes_links_of_both_kinds() -> None:
    made = output("echo a > /tmp/a; ln /tmp/a /tmp/b; ln -s a /tmp/c; rm /tmp/a; cat /tmp/b /tmp/c")

    assert made == "a\ncat: /tmp/c: ENOENT\n"
    assert output("ln /tmp/a; ln /nope /tmp/b") == (
        "ln: usage: ln [-s] TARGET NAME\nln: /tmp/b: ENOENT\n"
    )
