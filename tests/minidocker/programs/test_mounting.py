from shell_lab import output, run


def test_mount_puts_a_file_system_over_a_directory_and_umount_takes_it_away() -> None:
    script = "touch /tmp/a; mount -t tmpfs none /tmp; ls /tmp; echo -; umount /tmp; ls /tmp"

    assert output(script) == "-\na\n"


def test_mount_binds_a_directory_by_either_word() -> None:
    for words in ("--bind", "-o bind"):
        assert output(f"touch /tmp/a; mount {words} /tmp /etc; ls /etc") == "a\n"


def test_a_mount_is_made_read_only() -> None:
    script = "mount --bind /tmp /tmp; mount -o remount,bind,ro /tmp /tmp; touch /tmp/a"

    assert output(script) == "touch: /tmp/a: EROFS\n"


def test_refusals_are_told() -> None:
    assert output("mount -t nope none /tmp") == "mount: none: /tmp: ENODEV\n"
    assert output("umount /tmp") == "umount: /tmp: EINVAL\n"
    assert run("mount -t tmpfs").status == 1
