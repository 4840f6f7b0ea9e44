import pytest
from acting import NEWNS, Actor, boot, directories, read, refusal, table, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.mounts import MountFlag as Flag

NONE = Flag(0)


def tmpfs(*paths: str, source: str = "t") -> None:
    for path in paths:
        syscall.mkdir(path)
        syscall.mount(source, path, "tmpfs")


@pytest.mark.parametrize(
    ("target", "kind", "error"),
    [
        ("/none", "tmpfs", "ENOENT"),
        ("/f", "tmpfs", "ENOTDIR"),
        ("/d", "nonesuch", "ENODEV"),
    ],
)
def test_mount_refuses(target: str, kind: str, error: str) -> None:
    with boot():
        directories("/d")
        write("/f")

        assert refusal(syscall.mount, "t", target, kind) == error


def test_mounts_at_one_place_lie_on_each_other() -> None:
    with boot():
        tmpfs("/m")
        write("/m/first")
        syscall.mount("t", "/m", "tmpfs")

        assert syscall.getdents("/m") == []

        syscall.umount2("/m")

        assert syscall.getdents("/m") == ["first"]


def test_a_file_system_that_exists_once_is_not_mounted_on_itself() -> None:
    with boot():
        directories("/sys", "/other")
        syscall.mount("sysfs", "/sys", "sysfs")
        syscall.mount("sysfs", "/other", "sysfs")

        assert refusal(syscall.mount, "sysfs", "/sys", "sysfs") == "EBUSY"


def test_only_an_administrator_mounts() -> None:
    first = boot()
    with first:
        tmpfs("/m")
    with first.fork().become(7):
        assert refusal(syscall.mount, "t", "/m", "tmpfs") == "EPERM"
        assert refusal(syscall.umount2, "/m") == "EPERM"
        assert refusal(syscall.pivot_root, "/m", "/m") == "EPERM"
        assert refusal(syscall.mount, "t", "/none", "tmpfs") == "ENOENT"


def test_a_bind_mount_shows_a_directory_at_a_second_place() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("/a", "/b", "", Flag.MS_BIND)
        write("/b/f", "text")

        assert read("/a/f") == "text"


def test_a_file_is_bound_to_a_file_and_a_directory_to_a_directory() -> None:
    with boot():
        directories("/d")
        write("/f", "f")
        write("/g", "g")
        syscall.mount("/f", "/g", "", Flag.MS_BIND)

        assert read("/g") == "f"
        assert refusal(syscall.mount, "/f", "/d", "", Flag.MS_BIND) == "ENOTDIR"
        assert refusal(syscall.mount, "/d", "/f", "", Flag.MS_BIND) == "ENOTDIR"


def test_a_bind_mount_leaves_the_mounts_below_out_unless_it_is_recursive() -> None:
    with boot():
        directories("/a", "/b", "/c")
        tmpfs("/a/m")
        write("/a/m/f")
        syscall.mount("/a", "/b", "", Flag.MS_BIND)
        syscall.mount("/a", "/c", "", Flag.MS_BIND | Flag.MS_REC)

        assert syscall.getdents("/b/m") == []
        assert syscall.getdents("/c/m") == ["f"]


@pytest.mark.parametrize(("source", "error"), [("", "EINVAL"), ("/none", "ENOENT")])
def test_a_bind_mount_needs_something_to_show(source: str, error: str) -> None:
    with boot():
        directories("/a")

        assert refusal(syscall.mount, source, "/a", "", Flag.MS_BIND) == error


def test_an_unbindable_mount_is_not_bound_and_left_out_of_recursive_ones() -> None:
    with boot():
        directories("/a", "/b")
        tmpfs("/a/m")
        syscall.mount("", "/a/m", "", Flag.MS_UNBINDABLE)
        write("/a/m/f")
        syscall.mount("/a", "/b", "", Flag.MS_BIND | Flag.MS_REC)

        assert refusal(syscall.mount, "/a/m", "/b", "", Flag.MS_BIND) == "EINVAL"
        assert syscall.getdents("/b/m") == []


def test_a_bind_mount_can_be_read_only_while_the_rest_is_not() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("/a", "/b", "", Flag.MS_BIND)
        syscall.mount("", "/b", "", Flag.MS_REMOUNT | Flag.MS_BIND | Flag.MS_RDONLY)

        assert refusal(syscall.mkdir, "/b/x") == "EROFS"

        syscall.mkdir("/a/x")

        assert syscall.getdents("/b") == ["x"]


def test_the_flag_for_read_only_has_no_effect_on_a_new_bind_mount() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("/a", "/b", "", Flag.MS_BIND | Flag.MS_RDONLY)
        syscall.mkdir("/b/x")

        assert syscall.getdents("/a") == ["x"]


def test_a_remount_without_bind_is_for_all_mounts_of_the_file_system() -> None:
    with boot():
        tmpfs("/a")
        directories("/b")
        syscall.mount("/a", "/b", "", Flag.MS_BIND)
        syscall.mount("", "/b", "", Flag.MS_REMOUNT | Flag.MS_RDONLY)

        assert refusal(syscall.mkdir, "/a/x") == "EROFS"


def test_a_mount_with_a_file_open_for_writing_does_not_become_read_only() -> None:
    with boot():
        tmpfs("/m")
        number = syscall.open_("/m/f", Open.O_WRONLY | Open.O_CREAT)

        assert refusal(syscall.mount, "", "/m", "", Flag.MS_REMOUNT | Flag.MS_RDONLY) == "EBUSY"

        syscall.close(number)
        syscall.mount("", "/m", "", Flag.MS_REMOUNT | Flag.MS_RDONLY)


@pytest.mark.parametrize("flag", [Flag.MS_REMOUNT, Flag.MS_SHARED, Flag.MS_REMOUNT | Flag.MS_BIND])
def test_what_is_no_mount_point_is_not_changed(flag: Flag) -> None:
    with boot():
        directories("/a")

        assert refusal(syscall.mount, "", "/a", "", flag) == "EINVAL"


def test_propagation_is_changed_one_kind_at_a_time_and_with_nothing_else() -> None:
    with boot():
        both = Flag.MS_SHARED | Flag.MS_SLAVE

        assert refusal(syscall.mount, "", "/", "", both) == "EINVAL"
        assert refusal(syscall.mount, "", "/", "", Flag.MS_SHARED | Flag.MS_RDONLY) == "EINVAL"


def test_a_mount_is_moved_with_all_that_is_on_it() -> None:
    with boot():
        directories("/b")
        tmpfs("/a", "/a/x")
        write("/a/x/f")
        syscall.mount("/a", "/b", "", Flag.MS_MOVE)

        assert syscall.getdents("/b/x") == ["f"]
        assert syscall.getdents("/a") == []


@pytest.mark.parametrize(
    ("source", "target", "error"),
    [
        ("", "/d", "EINVAL"),
        ("/none", "/d", "ENOENT"),
        ("/d", "/m", "EINVAL"),
        ("/m", "/f", "EINVAL"),
        ("/m", "/m/x", "ELOOP"),
        ("/s/x", "/d", "EINVAL"),
    ],
)
def test_move_refuses(source: str, target: str, error: str) -> None:
    with boot():
        directories("/d")
        write("/f")
        tmpfs("/m", "/s")
        directories("/m/x")
        syscall.mount("", "/s", "", Flag.MS_SHARED)
        tmpfs("/s/x")

        assert refusal(syscall.mount, source, target, "", Flag.MS_MOVE) == error


def test_a_tree_with_an_unbindable_mount_is_not_moved_below_a_shared_one() -> None:
    with boot():
        tmpfs("/m", "/m/x", "/s")
        directories("/s/d")
        syscall.mount("", "/m/x", "", Flag.MS_UNBINDABLE)
        syscall.mount("", "/s", "", Flag.MS_SHARED)

        assert refusal(syscall.mount, "/m", "/s/d", "", Flag.MS_MOVE) == "EINVAL"


@pytest.mark.parametrize(
    ("path", "flags", "error"),
    [
        ("/none", NONE, "ENOENT"),
        ("/d", NONE, "EINVAL"),
        ("/m", Flag.MS_BIND, "EINVAL"),
        ("/m", NONE, "EBUSY"),
    ],
)
def test_umount_refuses(path: str, flags: Flag, error: str) -> None:
    with boot():
        directories("/d")
        tmpfs("/m", "/m/on it")

        assert refusal(syscall.umount2, path, flags) == error


def test_a_mount_is_busy_with_an_open_file() -> None:
    with boot():
        tmpfs("/m")
        number = syscall.open_("/m/f", Open.O_WRONLY | Open.O_CREAT)

        assert refusal(syscall.umount2, "/m") == "EBUSY"

        syscall.close(number)
        syscall.umount2("/m")


def test_a_mount_is_busy_with_a_working_directory() -> None:
    first = boot()
    with first:
        tmpfs("/m")
    child = first.fork()
    with child:
        syscall.chdir("/m")
    with first:
        assert refusal(syscall.umount2, "/m") == "EBUSY"
    with child:
        syscall.chdir("/")
    with first:
        syscall.umount2("/m")


def test_a_busy_mount_can_be_detached_and_lives_while_it_is_used() -> None:
    with boot():
        tmpfs("/m", "/m/x")
        syscall.chdir("/m")
        syscall.umount2("/m", Flag.MNT_DETACH)
        write("f", "text")

        assert read("f") == "text"
        assert syscall.getdents("/m") == []
        assert table("/m") == []


def test_nothing_is_mounted_in_a_detached_mount() -> None:
    with boot():
        tmpfs("/m")
        syscall.chdir("/m")
        syscall.mkdir("x")
        syscall.umount2("/m", Flag.MNT_DETACH)

        assert refusal(syscall.mount, "t", "x", "tmpfs") == "ENOENT"
        assert refusal(syscall.mount, "x", "/m", "", Flag.MS_BIND) == "EINVAL"


def test_unmounting_the_root_one_stands_on_makes_it_read_only() -> None:
    with boot():
        syscall.umount2("/")

        assert refusal(syscall.mkdir, "/a") == "EROFS"


def test_a_link_is_not_followed_when_asked() -> None:
    with boot():
        tmpfs("/m")
        syscall.symlink("m", "/l")

        assert refusal(syscall.umount2, "/l", Flag.UMOUNT_NOFOLLOW) == "EINVAL"

        syscall.umount2("/l")


def prepared() -> Actor:
    """A machine with a mount that could become the root, and a directory in it for the old one."""
    actor = boot()
    with actor:
        tmpfs("/new")
        directories("/new/old", "/elsewhere")
    return actor


def test_pivot_root_exchanges_the_roots() -> None:
    with prepared():
        syscall.pivot_root("/new", "/new/old")

        assert syscall.getdents("/") == ["old"]
        assert syscall.getdents("/old") == ["elsewhere", "new"]
        assert table() == ["/old /dev/sda1", "/ t"]


def test_the_old_root_can_be_unmounted_when_nobody_is_there() -> None:
    with prepared():
        syscall.pivot_root("/new", "/new/old")
        syscall.umount2("/old")

        assert table() == ["/ t"]


def test_pivot_root_puts_the_old_root_on_the_new_one() -> None:
    with prepared():
        syscall.chdir("/new")
        syscall.pivot_root(".", ".")
        syscall.umount2(".", Flag.MNT_DETACH)

        assert syscall.getdents("/") == ["old"]
        assert table() == ["/ t"]


def test_pivot_root_takes_all_processes_along_that_were_at_the_old_root() -> None:
    first = prepared()
    at_root, elsewhere = first.fork(), first.fork()
    with elsewhere:
        syscall.chdir("/elsewhere")
    with first:
        syscall.pivot_root("/new", "/new/old")
    with at_root:
        assert (syscall.getcwd(), syscall.getdents(".")) == ("/", ["old"])
    with elsewhere:
        assert syscall.getcwd() == "/old/elsewhere"


def test_pivot_root_is_not_seen_in_other_namespaces() -> None:
    first = prepared()
    inside = first.fork(NEWNS)
    with inside:
        syscall.pivot_root("/new", "/new/old")
    with first:
        assert syscall.getdents("/") == ["elsewhere", "new"]


@pytest.mark.parametrize(
    ("new", "old", "error"),
    [
        ("/none", "/new/old", "ENOENT"),
        ("/new", "/new/none", "ENOENT"),
        ("/file", "/new/old", "ENOTDIR"),
        ("/new", "/file", "ENOTDIR"),
        ("/", "/new/old", "EBUSY"),
        ("/new", "/elsewhere", "EBUSY"),
        ("/elsewhere", "/elsewhere", "EBUSY"),
        ("/new/old", "/new/old", "EINVAL"),
        ("/new", "/other", "EINVAL"),
    ],
)
def test_pivot_root_refuses(new: str, old: str, error: str) -> None:
    with prepared():
        write("/file")
        tmpfs("/other")

        assert refusal(syscall.pivot_root, new, old) == error


@pytest.mark.parametrize("shared", ["/", "/new/old"])
def test_pivot_root_refuses_where_others_would_hear_of_it(shared: str) -> None:
    with prepared():
        syscall.mount("t", "/new/old", "tmpfs")
        syscall.mount("", shared, "", Flag.MS_SHARED)

        assert refusal(syscall.pivot_root, "/new", "/new/old") == "EINVAL"


def test_pivot_root_does_not_mind_that_the_new_root_is_shared_itself() -> None:
    with prepared():
        syscall.mount("t", "/new/old", "tmpfs")
        syscall.mount("", "/new", "", Flag.MS_SHARED)
        syscall.mount("", "/", "", Flag.MS_PRIVATE)
        directories("/new/old/here")
        syscall.pivot_root("/new", "/new/old/here")

        assert syscall.getdents("/old/here") == ["elsewhere", "new"]


def test_pivot_root_refuses_a_root_that_is_no_mount() -> None:
    first = prepared()
    with first:
        directories("/elsewhere/x")
        syscall.mount("/new", "/elsewhere/x", "", Flag.MS_BIND)
    first.process.root = first.process.resolve("/elsewhere").location
    with first:
        assert refusal(syscall.pivot_root, "/x", "/x/old") == "EINVAL"


def test_pivot_root_refuses_a_place_for_the_old_root_that_is_gone() -> None:
    with prepared():
        syscall.chdir("/new/old")
        syscall.rmdir("/new/old")

        assert refusal(syscall.pivot_root, "/new", ".") == "ENOENT"

        syscall.umount2("/", Flag.MNT_DETACH)

        assert refusal(syscall.pivot_root, "/new", "/new") == "ENOENT"
