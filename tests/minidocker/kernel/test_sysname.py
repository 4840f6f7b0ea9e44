import pytest
from acting import NEWNS, boot, directories, read, refusal, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.mounts import MountFlag

READ_ONLY = MountFlag.MS_REMOUNT | MountFlag.MS_BIND | MountFlag.MS_RDONLY


def test_a_new_directory_has_the_mode_and_the_owner_that_were_asked_for() -> None:
    with boot():
        syscall.mkdir("/a", 0o700)

        assert (syscall.stat("/a").mode, syscall.stat("/a").uid) == (0o700, 0)


def test_a_directory_takes_the_group_of_a_set_group_directory_and_its_bit() -> None:
    with boot():
        directories("/a")
        syscall.chown("/a", 0, 7)
        syscall.chmod("/a", 0o2755)
        directories("/a/b")
        write("/a/f")

        assert (syscall.stat("/a/b").mode, syscall.stat("/a/b").gid) == (0o2755, 7)
        assert syscall.stat("/a/f").gid == 7


@pytest.mark.parametrize("path", ["/a", "/l", "/", "/a/.", "/a/.."])
def test_what_exists_cannot_be_made(path: str) -> None:
    with boot():
        directories("/a")
        syscall.symlink("nowhere", "/l")

        assert refusal(syscall.mkdir, path) == "EEXIST"
        assert refusal(syscall.symlink, "x", path) == "EEXIST"
        assert refusal(syscall.mknod, path) == "EEXIST"


def test_a_directory_may_be_named_with_a_slash_and_nothing_else_may() -> None:
    with boot():
        syscall.mkdir("/a/")

        assert refusal(syscall.symlink, "a", "/l/") == "ENOENT"
        assert refusal(syscall.mknod, "/n/") == "ENOENT"


def test_only_an_empty_directory_is_removed() -> None:
    with boot():
        directories("/a", "/a/b")

        assert refusal(syscall.rmdir, "/a") == "ENOTEMPTY"

        syscall.rmdir("/a/b")
        syscall.rmdir("/a")

        assert syscall.getdents("/") == []


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/", "EBUSY"),
        ("/a/.", "EINVAL"),
        ("/a/..", "ENOTEMPTY"),
        ("/f", "ENOTDIR"),
        ("/none", "ENOENT"),
        ("/l", "ENOTDIR"),
        ("/m", "EBUSY"),
    ],
)
def test_rmdir_refuses(path: str, error: str) -> None:
    with boot():
        directories("/a", "/m")
        write("/f")
        syscall.symlink("a", "/l")
        syscall.mount("t", "/m", "tmpfs")

        assert refusal(syscall.rmdir, path) == error


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/a", "EISDIR"),
        ("/", "EISDIR"),
        ("/f/", "ENOTDIR"),
        ("/none", "ENOENT"),
        ("/m", "EBUSY"),
    ],
)
def test_unlink_refuses(path: str, error: str) -> None:
    with boot():
        directories("/a")
        write("/f")
        write("/m")
        syscall.mount("/f", "/m", "", MountFlag.MS_BIND)

        assert refusal(syscall.unlink, path) == error


def test_a_file_with_two_names_is_one_file() -> None:
    with boot():
        write("/f", "old")
        syscall.link("/f", "/g")
        write("/g", "new")

        assert read("/f") == "new"
        assert syscall.stat("/f").links == 2
        assert syscall.stat("/f").inode == syscall.stat("/g").inode

        syscall.unlink("/f")

        assert syscall.stat("/g").links == 1


def test_a_directory_has_one_name_only() -> None:
    with boot():
        directories("/a")

        assert refusal(syscall.link, "/a", "/b") == "EPERM"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("/none", "/x", "ENOENT"),
        ("/f", "/f", "EEXIST"),
        ("/f", "/m", "EEXIST"),
        ("/f", "/x/", "ENOENT"),
        ("/f", "/none/x", "ENOENT"),
        ("/f", "/m/f", "EEXIST"),
    ],
)
def test_link_refuses(old: str, new: str, error: str) -> None:
    with boot():
        directories("/m")
        write("/f")
        syscall.mount("t", "/m", "tmpfs")
        write("/m/f")

        assert refusal(syscall.link, old, new) == error


def test_a_second_name_is_not_made_in_another_mount_even_of_the_same_file_system() -> None:
    with boot():
        directories("/a", "/m")
        write("/f")
        syscall.mount("/a", "/m", "", MountFlag.MS_BIND)

        assert refusal(syscall.link, "/f", "/m/f") == "EXDEV"
        assert refusal(syscall.rename, "/f", "/m/f") == "EXDEV"


def test_a_link_to_a_symbolic_link_is_a_second_name_of_the_link() -> None:
    with boot():
        syscall.symlink("nowhere", "/l")
        syscall.link("/l", "/k")

        assert syscall.readlink("/k") == "nowhere"


def test_rename_replaces_a_file() -> None:
    with boot():
        write("/f", "one")
        write("/g", "two")
        syscall.rename("/f", "/g")

        assert syscall.getdents("/") == ["g"]
        assert read("/g") == "one"


def test_rename_replaces_an_empty_directory() -> None:
    with boot():
        directories("/a", "/a/x", "/b")
        syscall.rename("/a", "/b")

        assert syscall.getdents("/b") == ["x"]


def test_rename_to_another_name_of_the_same_file_does_nothing() -> None:
    with boot():
        write("/f")
        syscall.link("/f", "/g")
        syscall.rename("/f", "/g")

        assert syscall.getdents("/") == ["f", "g"]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("/none", "/x", "ENOENT"),
        ("/f", "/a", "EISDIR"),
        ("/a", "/f", "ENOTDIR"),
        ("/f/", "/x", "ENOTDIR"),
        ("/a", "/full", "ENOTEMPTY"),
        ("/full/x", "/full", "ENOTEMPTY"),
        ("/full/g", "/full", "ENOTEMPTY"),
        ("/full", "/full/x/y", "EINVAL"),
        ("/a/.", "/x", "EBUSY"),
        ("/", "/x", "EBUSY"),
        ("/m", "/x", "EBUSY"),
        ("/a", "/m", "EBUSY"),
    ],
)
def test_rename_refuses(old: str, new: str, error: str) -> None:
    with boot():
        directories("/a", "/full", "/full/x", "/m")
        write("/f")
        write("/full/g")
        syscall.mount("t", "/m", "tmpfs")

        assert refusal(syscall.rename, old, new) == error


def test_a_mount_point_of_another_namespace_can_be_removed_and_the_mount_goes() -> None:
    host = boot()
    with host:
        directories("/m")
    other = host.fork(NEWNS)
    with other:
        syscall.mount("t", "/m", "tmpfs")
        write("/m/f")
    with host:
        syscall.rmdir("/m")
    with other:
        assert syscall.getdents("/") == []


@pytest.mark.parametrize("call", [syscall.mkdir, syscall.rmdir, syscall.unlink, syscall.mknod])
def test_nothing_is_named_or_removed_below_a_read_only_mount(call: object) -> None:
    with boot():
        directories("/a")
        syscall.mount("/a", "/a", "", MountFlag.MS_BIND)
        syscall.mount("", "/a", "", READ_ONLY)

        assert callable(call)
        assert refusal(call, "/a/new") == "EROFS"


def test_what_exists_is_told_before_the_mount_is_read_only() -> None:
    with boot():
        directories("/a", "/a/b")
        syscall.mount("/a", "/a", "", MountFlag.MS_BIND)
        syscall.mount("", "/a", "", READ_ONLY)

        assert refusal(syscall.mkdir, "/a/b") == "EEXIST"
        assert refusal(syscall.chmod, "/a/b", 0o700) == "EROFS"
        assert refusal(syscall.rename, "/a/b", "/a/c") == "EROFS"


def test_readlink_gives_the_path_as_it_was_written() -> None:
    with boot():
        syscall.symlink("../x", "/l")

        assert syscall.readlink("/l") == "../x"
        assert refusal(syscall.readlink, "/") == "EINVAL"
        assert refusal(syscall.symlink, "", "/k") == "ENOENT"


def test_a_device_node_has_a_number() -> None:
    with boot():
        syscall.mknod("/null", "c 1:3", 0o600)

        assert syscall.stat("/null").kind == "device"
        assert syscall.stat("/null").node == "c 1:3"
        assert refusal(syscall.mknod, "/x", "c") == "EINVAL"


def test_a_named_pipe_has_none() -> None:
    with boot():
        syscall.mknod("/p", "p")

        assert syscall.stat("/p").kind == "fifo"


def test_a_change_of_owner_takes_the_set_user_bit_from_a_file() -> None:
    with boot():
        write("/f")
        syscall.chmod("/f", 0o4755)
        syscall.chown("/f", 7, -1)

        assert (syscall.stat("/f").mode, syscall.stat("/f").uid) == (0o755, 7)
        assert syscall.stat("/f").gid == 0


def test_stat_counts_the_directories_below() -> None:
    with boot():
        directories("/a", "/a/b", "/a/c")
        write("/a/f")

        assert syscall.stat("/a").links == 4


def test_stat_tells_two_file_systems_apart() -> None:
    with boot():
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")

        assert syscall.stat("/m").device != syscall.stat("/").device
