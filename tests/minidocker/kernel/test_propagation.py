from acting import NEWNS, Actor, boot, directories, refusal, table, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.files import Directory
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.mounts import MountFlag as Flag
from tracer.minidocker.kernel.propagation import close_namespace


def change(path: str, flag: Flag) -> None:
    syscall.mount("", path, "", flag)


def two(flag: Flag = Flag.MS_SHARED) -> tuple[Actor, Actor]:
    """Two namespaces with a directory /m; the first one's root is as the flag says."""
    first = boot()
    with first:
        directories("/m")
        change("/", flag)
    return first, first.fork(NEWNS)


def test_what_is_mounted_stays_in_its_namespace() -> None:
    first, other = two(Flag.MS_PRIVATE)
    with first:
        syscall.mount("t", "/m", "tmpfs")
    with other:
        assert table("/m") == []


def test_peers_hear_of_each_other() -> None:
    first, other = two()
    with other:
        syscall.mount("t", "/m", "tmpfs")
        write("/m/f")
    with first:
        assert syscall.getdents("/m") == ["f"]
        assert table("/m") == ["/m t shared:2"]

        syscall.umount2("/m")
    with other:
        assert table("/m") == []


def test_a_slave_hears_and_is_not_heard() -> None:
    first, other = two()
    with other:
        change("/", Flag.MS_SLAVE | Flag.MS_REC)
        syscall.mount("own", "/m", "tmpfs")
    with first:
        assert table("/m") == []

        syscall.mount("t", "/m", "tmpfs")
    with other:
        assert table() == ["/ /dev/sda1 master:1", "/m own", "/m t master:2"]


def test_a_mount_that_arrives_goes_below_the_one_that_is_there() -> None:
    first, other = two()
    with other:
        change("/", Flag.MS_SLAVE)
        syscall.mount("own", "/m", "tmpfs")
        write("/m/own")
    with first:
        syscall.mount("t", "/m", "tmpfs")
    with other:
        assert syscall.getdents("/m") == ["own"]
        syscall.umount2("/m")
        assert syscall.getdents("/m") == []


def test_a_shared_slave_passes_on_what_it_hears() -> None:
    first, middle = two()
    with middle:
        change("/", Flag.MS_SLAVE)
        change("/", Flag.MS_SHARED)
    last = middle.fork(NEWNS)
    with first:
        syscall.mount("t", "/m", "tmpfs")
    with last:
        assert table("/m") == ["/m t shared:4 master:3"]
    with middle:
        syscall.umount2("/m")
    with last:
        assert table("/m") == []
    with first:
        assert table("/m") == ["/m t shared:3"]


def test_what_has_no_peer_left_becomes_private_as_a_slave() -> None:
    with boot():
        change("/", Flag.MS_SHARED)
        change("/", Flag.MS_SLAVE)

        assert table() == ["/ /dev/sda1"]


def test_slaves_of_a_group_that_ends_follow_its_master() -> None:
    first, middle = two()
    with middle:
        change("/", Flag.MS_SLAVE)
        change("/", Flag.MS_SHARED)
    last = middle.fork(NEWNS)
    with last:
        change("/", Flag.MS_SLAVE)
    with middle:
        change("/", Flag.MS_PRIVATE)
    with first:
        syscall.mount("t", "/m", "tmpfs")
    with last:
        assert table() == ["/ /dev/sda1 master:1", "/m t master:3"]
    with middle:
        assert table() == ["/ /dev/sda1"]


def test_a_change_of_propagation_is_for_one_mount_unless_recursive() -> None:
    with boot():
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")
        change("/", Flag.MS_SHARED)

        assert table() == ["/ /dev/sda1 shared:1", "/m t"]

        change("/", Flag.MS_SHARED | Flag.MS_REC)

        assert table() == ["/ /dev/sda1 shared:1", "/m t shared:2"]


def test_bound_mounts_of_one_namespace_are_peers_too() -> None:
    with boot():
        directories("/a", "/a/m", "/b")
        change("/", Flag.MS_SHARED)
        syscall.mount("/a", "/b", "", Flag.MS_BIND)
        syscall.mount("t", "/a/m", "tmpfs")

        assert table("/b") == ["/b /dev/sda1 shared:1", "/b/m t shared:2"]


def test_only_mounts_that_show_the_place_hear_of_it() -> None:
    with boot():
        directories("/a", "/b", "/m")
        change("/", Flag.MS_SHARED)
        syscall.mount("/a", "/b", "", Flag.MS_BIND)
        syscall.mount("t", "/m", "tmpfs")

        assert table("/b") == ["/b /dev/sda1 shared:1"]


def test_a_bind_mount_of_a_slave_is_a_slave() -> None:
    first, other = two()
    with other:
        directories("/n")
        change("/", Flag.MS_SLAVE)
        syscall.mount("/", "/n", "", Flag.MS_BIND)
    with first:
        syscall.mount("t", "/m", "tmpfs")
    with other:
        assert table("/n") == ["/n /dev/sda1 master:1", "/n/m t master:2"]


def test_a_mount_below_a_shared_one_becomes_shared() -> None:
    with boot():
        directories("/a", "/m")
        change("/", Flag.MS_SHARED)
        syscall.mount("t", "/m", "tmpfs")

        assert table("/m") == ["/m t shared:2"]


def test_a_moved_mount_arrives_with_the_peers_too() -> None:
    first, other = two()
    with first:
        directories("/private")
        syscall.mount("p", "/private", "tmpfs")
        change("/private", Flag.MS_PRIVATE)
        directories("/private/x")
        syscall.mount("t", "/private/x", "tmpfs")
        syscall.mount("/private/x", "/m", "", Flag.MS_MOVE)
    with other:
        assert table("/m") == ["/m t shared:3"]


def test_an_unmount_leaves_copies_that_carry_other_mounts() -> None:
    first, other = two()
    with first:
        syscall.mount("t", "/m", "tmpfs")
    with other:
        change("/m", Flag.MS_PRIVATE)
        directories("/m/x")
        syscall.mount("own", "/m/x", "tmpfs")
    with first:
        syscall.umount2("/m")
    with other:
        assert table("/m") == ["/m t", "/m/x own"]


def test_an_unmount_is_refused_while_a_peer_uses_its_copy() -> None:
    first, other = two()
    with first:
        syscall.mount("t", "/m", "tmpfs")
    with other:
        syscall.chdir("/m")
    with first:
        assert refusal(syscall.umount2, "/m") == "EBUSY"

        syscall.umount2("/m", Flag.MNT_DETACH)
    with other:
        assert table("/m") == []


def test_a_new_namespace_starts_at_the_same_places() -> None:
    first = boot()
    with first:
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")
        syscall.chdir("/m")
    other = first.fork(NEWNS)
    with first:
        syscall.chdir("/")
        syscall.umount2("/m")
    with other:
        assert syscall.getcwd() == "/m"
        assert table("/m") == ["/m t"]


def test_an_unbindable_mount_is_there_in_a_new_namespace() -> None:
    first = boot()
    with first:
        directories("/m")
        syscall.mount("t", "/m", "tmpfs")
        change("/m", Flag.MS_UNBINDABLE)
    with first.fork(NEWNS):
        assert table("/m") == ["/m t"]


def test_a_namespace_that_ends_leaves_its_groups() -> None:
    first, other = two()
    with first:
        change("/", Flag.MS_SLAVE)
        assert table() == ["/ /dev/sda1 master:1"]
    with other:
        syscall.mount("t", "/m", "tmpfs")
    close_namespace(other.process.namespaces.mnt)
    with first:
        assert table() == ["/ /dev/sda1", "/m t"]


def test_a_namespace_ends_with_its_last_process() -> None:
    kernel, seen = Kernel(Directory()), []

    async def inside() -> None:
        syscall.exit_group(0)

    async def program() -> None:
        change("/", Flag.MS_SHARED)
        await syscall.clone(NEWNS, inside)
        change("/", Flag.MS_SLAVE)
        seen.extend(table())
        syscall.exit_group(0)

    kernel.start(program)
    kernel.run()

    assert seen == ["/ /dev/sda1"]
