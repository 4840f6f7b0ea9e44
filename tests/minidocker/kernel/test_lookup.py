from acting import boot, directories, read, refusal, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.mounts import MountFlag

BIND = MountFlag.MS_BIND


def test_a_path_without_a_slash_in_front_starts_at_the_working_directory() -> None:
    with boot():
        directories("/a", "/a/b")
        syscall.chdir("/a")
        syscall.mkdir("b/c")

        assert syscall.getdents("/a/b") == ["c"]


def test_dots_mean_here_and_above() -> None:
    with boot():
        directories("/a", "/a/b", "/c")
        syscall.chdir("/a/b")

        assert syscall.getdents("./../../.") == ["a", "c"]


def test_above_the_root_is_the_root() -> None:
    with boot():
        directories("/a")

        assert syscall.getdents("/../..") == ["a"]


def test_an_empty_path_leads_nowhere() -> None:
    with boot():
        assert refusal(syscall.stat, "") == "ENOENT"


def test_a_name_has_at_most_255_bytes() -> None:
    with boot():
        syscall.mkdir("/" + "x" * 255)

        assert refusal(syscall.mkdir, "/" + "x" * 256) == "ENAMETOOLONG"
        assert refusal(syscall.stat, "/" + "x" * 256) == "ENAMETOOLONG"


def test_a_path_has_fewer_than_4096_characters() -> None:
    with boot():
        assert refusal(syscall.stat, "/." * 2048) == "ENAMETOOLONG"
        assert syscall.stat("/." * 2047).kind == "directory"


def test_a_file_on_the_way_is_no_directory() -> None:
    with boot():
        write("/f")

        assert refusal(syscall.stat, "/f/x") == "ENOTDIR"
        assert refusal(syscall.stat, "/f/") == "ENOTDIR"
        assert refusal(syscall.chdir, "/f") == "ENOTDIR"


def test_a_missing_name_on_the_way_is_not_made() -> None:
    with boot():
        assert refusal(syscall.mkdir, "/a/b") == "ENOENT"


def test_a_symbolic_link_leads_on() -> None:
    with boot():
        directories("/a", "/a/b")
        write("/a/b/f", "text")
        syscall.symlink("a/b", "/l")

        assert read("/l/f") == "text"


def test_a_symbolic_link_starts_where_it_lies() -> None:
    with boot():
        directories("/a", "/b")
        write("/b/f", "text")
        syscall.symlink("../b", "/a/l")
        syscall.chdir("/b")

        assert read("/a/l/f") == "text"


def test_above_a_linked_directory_is_its_own_parent() -> None:
    with boot():
        directories("/a", "/a/b")
        syscall.symlink("/a/b", "/l")

        assert syscall.getdents("/l/..") == ["b"]


def test_a_link_that_leads_to_itself_is_given_up() -> None:
    with boot():
        syscall.symlink("loop", "/loop")

        assert refusal(syscall.stat, "/loop") == "ELOOP"
        assert syscall.lstat("/loop").kind == "symlink"


def test_forty_links_are_followed_and_no_more() -> None:
    with boot():
        write("/0")
        for number in range(41):
            syscall.symlink(str(number), f"/{number + 1}")

        assert syscall.stat("/40").kind == "file"
        assert refusal(syscall.stat, "/41") == "ELOOP"


def test_a_mount_hides_what_lies_below_it() -> None:
    with boot():
        directories("/m", "/m/below")
        syscall.mount("t", "/m", "tmpfs")

        assert syscall.getdents("/m") == []


def test_above_the_root_of_a_mount_is_the_directory_that_holds_it() -> None:
    with boot():
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")
        directories("/m/x")

        assert syscall.getdents("/m/x/../..") == ["m"]


def test_above_a_bound_directory_is_where_it_was_bound() -> None:
    with boot():
        directories("/a", "/a/b", "/m")
        syscall.mount("/a/b", "/m", "", BIND)
        syscall.chdir("/m/..")

        assert syscall.getcwd() == "/"


def test_the_working_directory_goes_with_a_rename() -> None:
    with boot():
        directories("/a", "/a/b", "/c")
        syscall.chdir("/a/b")
        syscall.rename("/a", "/c/a")

        assert syscall.getcwd() == "/c/a/b"


def test_the_working_directory_goes_with_a_moved_mount() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("t", "/a", "tmpfs")
        directories("/a/x")
        syscall.chdir("/a/x")
        syscall.mount("/a", "/b", "", MountFlag.MS_MOVE)

        assert syscall.getcwd() == "/b/x"
        assert syscall.getdents("..") == ["x"]


def test_a_removed_working_directory_has_no_path_and_takes_no_names() -> None:
    with boot():
        directories("/a")
        syscall.chdir("/a")
        syscall.rmdir("/a")

        assert refusal(syscall.getcwd) == "ENOENT"
        assert refusal(syscall.mkdir, "b") == "ENOENT"
        assert syscall.getdents(".") == []
        assert syscall.getdents("..") == []


def test_a_directory_of_the_same_name_is_another_one() -> None:
    with boot():
        directories("/a")
        syscall.chdir("/a")
        syscall.rmdir("/a")
        directories("/a")
        write("/a/f")

        assert syscall.getdents(".") == []


def test_the_working_directory_in_a_detached_mount_has_no_path() -> None:
    with boot():
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")
        syscall.chdir("/m")
        syscall.umount2("/m", MountFlag.MNT_DETACH)

        assert refusal(syscall.getcwd) == "ENOENT"
        assert syscall.getdents("..") == []


def test_a_directory_held_open_is_a_way_back() -> None:
    with boot():
        directories("/a", "/b")
        number = syscall.open_("/a")
        syscall.rename("/a", "/b/a")
        syscall.fchdir(number)

        assert syscall.getcwd() == "/b/a"


def test_a_file_is_no_way_back() -> None:
    with boot():
        write("/f")
        number = syscall.open_("/f")

        assert refusal(syscall.fchdir, number) == "ENOTDIR"
        assert refusal(syscall.fchdir, 99) == "EBADF"
