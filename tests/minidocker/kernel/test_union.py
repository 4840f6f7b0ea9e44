import pytest
from acting import boot, directories, finish, read, refusal, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.layers import branches, whiteouts
from tracer.minidocker.kernel.mounts import Mount, MountFlag
from tracer.minidocker.kernel.processes import running_process

AUFS = ("aufs", "br:/up=rw:/middle=ro+wh:/low=ro+wh")
OVERLAY = ("overlay", "lowerdir=/middle:/low,upperdir=/up,workdir=/work")
KINDS = pytest.mark.parametrize("kind", [AUFS, OVERLAY], ids=["aufs", "overlay"])
Kind = tuple[str, str]


def join(kind: Kind) -> None:
    """Fill two lower branches and join them with an empty upper one at /u."""
    directories("/up", "/middle", "/low", "/work", "/u", "/low/d", "/middle/d", "/low/only")
    write("/low/f", "low")
    write("/low/d/a", "low")
    write("/low/d/b", "low")
    write("/middle/d/b", "middle")
    write("/low/only/x", "low")
    syscall.mount("none", "/u", kind[0], options=kind[1])


def mounted() -> Mount:
    return running_process().resolve("/u").location.mount


@KINDS
def test_the_names_of_all_branches_are_there(kind: Kind) -> None:
    with boot():
        join(kind)

        assert syscall.getdents("/u") == ["d", "f", "only"]
        assert syscall.getdents("/u/d") == ["a", "b"]


@KINDS
def test_the_topmost_branch_that_has_a_file_shows_it(kind: Kind) -> None:
    with boot():
        join(kind)

        assert read("/u/d/a") == "low"
        assert read("/u/d/b") == "middle"


@KINDS
def test_a_file_hides_a_directory_below_it(kind: Kind) -> None:
    with boot():
        directories("/up", "/middle", "/low", "/work", "/u", "/low/n")
        write("/middle/n")
        syscall.mount("none", "/u", kind[0], options=kind[1])

        assert syscall.stat("/u/n").kind == "file"


@KINDS
def test_a_change_goes_to_a_copy_in_the_topmost_branch(kind: Kind) -> None:
    with boot():
        join(kind)
        write("/u/d/a", "new")

        assert read("/u/d/a") == "new"
        assert read("/low/d/a") == "low"
        assert read("/up/d/a") == "new"


@KINDS
def test_only_what_is_opened_for_writing_is_copied(kind: Kind) -> None:
    with boot():
        join(kind)
        read("/u/f")

        assert syscall.getdents("/up") == []

        syscall.open_("/u/f", Open.O_RDWR)

        assert read("/up/f") == "low"


@KINDS
def test_a_copy_keeps_owner_and_mode_of_the_file_and_of_the_directories_above(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.chmod("/low/only", 0o700)
        syscall.chown("/low/only", 7, 8)
        syscall.chmod("/low/only/x", 0o640)
        syscall.chown("/u/only/x", 9, -1)

        made, directory = syscall.stat("/up/only/x"), syscall.stat("/up/only")

        assert (made.mode, made.uid, made.gid) == (0o640, 9, 0)
        assert (directory.mode, directory.uid, directory.gid) == (0o700, 7, 8)
        assert syscall.stat("/low/only/x").uid == 0


@KINDS
def test_a_change_of_mode_copies_a_directory_without_what_is_in_it(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.chmod("/u/only", 0o700)

        assert syscall.getdents("/up/only") == []
        assert syscall.getdents("/u/only") == ["x"]
        assert syscall.stat("/u/only").mode == 0o700
        assert syscall.stat("/low/only").mode == 0o755


@KINDS
def test_what_was_open_before_the_copy_shows_the_copy(kind: Kind) -> None:
    with boot():
        join(kind)
        number = syscall.open_("/u/f")
        write("/u/f", "new")

        assert finish(syscall.read(number)) == b"new"


@KINDS
def test_a_copy_is_a_file_of_its_own_even_if_the_lower_one_has_two_names(kind: Kind) -> None:
    with boot():
        directories("/up", "/middle", "/low", "/work", "/u")
        write("/low/a", "old")
        syscall.link("/low/a", "/low/b")
        syscall.mount("none", "/u", kind[0], options=kind[1])
        write("/u/a", "new")

        assert read("/u/b") == "old"


@KINDS
def test_a_removed_file_is_hidden_and_can_be_made_again(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.unlink("/u/f")

        assert syscall.getdents("/u") == ["d", "only"]
        assert refusal(syscall.stat, "/u/f") == "ENOENT"
        assert read("/low/f") == "low"

        write("/u/f", "again")

        assert read("/u/f") == "again"
        assert syscall.getdents("/up") == ["f"]


@KINDS
def test_a_file_of_the_topmost_branch_alone_leaves_no_whiteout(kind: Kind) -> None:
    with boot():
        join(kind)
        write("/u/mine")
        syscall.unlink("/u/mine")

        assert syscall.getdents("/up") == []


def test_aufs_hides_with_a_file_in_front_of_the_name() -> None:
    with boot():
        join(AUFS)
        syscall.unlink("/u/f")

        assert syscall.getdents("/up") == [".wh.f"]
        assert refusal(write, "/u/.wh.x") == "EPERM"
        assert refusal(syscall.mkdir, "/u/.wh.x") == "EPERM"


def test_overlay_hides_with_a_device_node() -> None:
    with boot():
        join(OVERLAY)
        syscall.unlink("/u/f")

        assert syscall.stat("/up/f").node == "c 0:0"
        assert refusal(syscall.mknod, "/u/x", "c 0:0") == "EPERM"


@KINDS
def test_a_merged_directory_is_removed_when_nothing_can_be_seen_in_it(kind: Kind) -> None:
    with boot():
        join(kind)

        assert refusal(syscall.rmdir, "/u/d") == "ENOTEMPTY"

        syscall.unlink("/u/d/a")
        syscall.unlink("/u/d/b")
        syscall.rmdir("/u/d")

        assert syscall.getdents("/u") == ["f", "only"]
        assert syscall.getdents("/low/d") == ["a", "b"]


@KINDS
def test_a_directory_made_again_is_opaque(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.unlink("/u/only/x")
        syscall.rmdir("/u/only")
        syscall.mkdir("/u/only")

        assert syscall.getdents("/u/only") == []

        write("/u/only/y")

        assert syscall.getdents("/u/only") == ["y"]


def test_aufs_keeps_opacity_in_a_file() -> None:
    with boot():
        join(AUFS)
        syscall.unlink("/u/only/x")
        syscall.rmdir("/u/only")
        syscall.mkdir("/u/only")

        assert syscall.getdents("/up/only") == [".wh..wh..opq"]


@KINDS
def test_a_whiteout_in_a_lower_branch_hides_the_branches_below_it(kind: Kind) -> None:
    with boot():
        directories("/up", "/middle", "/low", "/work", "/u")
        write("/low/f")
        if kind is AUFS:
            write("/middle/.wh.f")
        else:
            syscall.mknod("/middle/f", "c 0:0")
        syscall.mount("none", "/u", kind[0], options=kind[1])

        assert syscall.getdents("/u") == []


@KINDS
def test_a_renamed_file_is_copied_and_its_old_name_hidden(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.rename("/u/f", "/u/d/g")

        assert syscall.getdents("/u") == ["d", "only"]
        assert read("/u/d/g") == "low"
        assert read("/low/f") == "low"


@KINDS
def test_a_directory_with_lower_branches_is_not_renamed(kind: Kind) -> None:
    with boot():
        join(kind)

        assert refusal(syscall.rename, "/u/d", "/u/e") == "EXDEV"


@KINDS
def test_a_directory_of_the_topmost_branch_is_renamed_and_covers_what_was_there(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.mkdir("/u/new")
        write("/u/new/n")
        syscall.unlink("/u/only/x")
        syscall.rename("/u/new", "/u/only")

        assert syscall.getdents("/u/only") == ["n"]
        assert syscall.getdents("/u") == ["d", "f", "only"]


@KINDS
def test_a_working_directory_stays_when_it_is_copied_up(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.chdir("/u/only")
        write("/u/only/y", "text")
        write("z")

        assert syscall.getdents(".") == ["x", "y", "z"]
        assert syscall.getcwd() == "/u/only"


@KINDS
def test_what_a_branch_gets_afterwards_is_seen(kind: Kind) -> None:
    with boot():
        join(kind)
        write("/up/late")

        assert "late" in syscall.getdents("/u")


@KINDS
def test_a_union_mounted_again_shows_what_was_left(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.unlink("/u/f")
        write("/u/d/b", "new")
        syscall.umount2("/u")
        syscall.mount("none", "/u", kind[0], options=kind[1])

        assert syscall.getdents("/u") == ["d", "only"]
        assert read("/u/d/b") == "new"


def test_a_union_without_a_writable_branch_is_read_only() -> None:
    with boot():
        directories("/a", "/b", "/u", "/v")
        syscall.mount("none", "/u", "aufs", options="br:/a=ro:/b=ro")
        syscall.mount("none", "/v", "overlay", options="lowerdir=/a:/b")

        assert refusal(syscall.mkdir, "/u/x") == "EROFS"
        assert refusal(syscall.mkdir, "/v/x") == "EROFS"


def test_a_union_can_be_a_branch_of_another_one() -> None:
    with boot():
        join(OVERLAY)
        directories("/top", "/w")
        syscall.mount("o", "/work", "tmpfs")
        directories("/work/v", "/work/up", "/work/w")
        options = "lowerdir=/u,upperdir=/work/up,workdir=/work/w"
        syscall.mount("none", "/work/v", "overlay", options=options)
        syscall.unlink("/work/v/f")

        assert syscall.getdents("/work/v") == ["d", "only"]
        assert syscall.getdents("/u") == ["d", "f", "only"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ("upperdir=/up,workdir=/work", "EINVAL"),
        ("lowerdir=/low", "EINVAL"),
        ("lowerdir=/low,upperdir=/up", "EINVAL"),
        ("lowerdir=/low,upperdir=/up,workdir=/up", "EINVAL"),
        ("lowerdir=/none,upperdir=/up,workdir=/work", "ENOENT"),
        ("lowerdir=/file,upperdir=/up,workdir=/work", "EINVAL"),
        ("lowerdir=/low,upperdir=/up,workdir=/tmp", "EINVAL"),
    ],
)
def test_overlay_refuses(options: str, error: str) -> None:
    with boot():
        directories("/up", "/low", "/work", "/u", "/tmp")
        write("/file")
        syscall.mount("t", "/tmp", "tmpfs")

        assert refusal(syscall.mount, "none", "/u", "overlay", MountFlag(0), options) == error


def test_aufs_takes_more_branches_by_a_remount() -> None:
    with boot():
        directories("/up", "/low", "/u")
        write("/low/f")
        syscall.mount("none", "/u", "aufs", options="br:/up=rw")
        syscall.mount("none", "/u", "", MountFlag.MS_REMOUNT, "append:/low=ro+wh")

        assert syscall.getdents("/u") == ["f"]


@KINDS
def test_the_branches_of_a_mount_can_be_read_in_order(kind: Kind) -> None:
    with boot():
        join(kind)

        assert [(each.path, each.writable) for each in branches(mounted())] == [
            ("/up", True),
            ("/middle", False),
            ("/low", False),
        ]


@KINDS
def test_the_whiteouts_of_a_directory_can_be_read(kind: Kind) -> None:
    with boot():
        join(kind)
        syscall.unlink("/u/f")
        syscall.unlink("/u/d/a")

        assert whiteouts(mounted()) == {"/up": ("f",), "/middle": (), "/low": ()}
        assert whiteouts(mounted(), "/d") == {"/up": ("a",), "/middle": (), "/low": ()}


def test_what_is_no_union_has_no_branches() -> None:
    with boot():
        mount = running_process().root.mount

        assert branches(mount) == ()
        assert whiteouts(mount) == {}
