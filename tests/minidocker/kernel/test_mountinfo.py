from acting import NEWNS, boot, directories, read, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.mounts import MountFlag as Flag


def proc() -> None:
    syscall.mkdir("/proc")
    syscall.mount("proc", "/proc", "proc")


def test_mounts_are_listed_with_source_kind_and_options() -> None:
    with boot():
        proc()
        directories("/a b")
        syscall.mount("t", "/a b", "tmpfs", Flag.MS_NOSUID | Flag.MS_RDONLY, "size=1m")

        assert read("/proc/mounts").splitlines() == [
            "/dev/sda1 / ext4 rw,relatime 0 0",
            "proc /proc proc rw,relatime 0 0",
            r"t /a\040b tmpfs ro,nosuid,relatime,size=1m 0 0",
        ]


def test_mountinfo_has_numbers_parents_and_what_part_is_shown() -> None:
    with boot():
        proc()
        directories("/a", "/b")
        syscall.mount("/a", "/b", "", Flag.MS_BIND)

        assert read("/proc/self/mountinfo").splitlines() == [
            "21 20 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
            "22 21 0:2 / /proc rw,relatime - proc proc rw",
            "23 21 8:1 /a /b rw,relatime - ext4 /dev/sda1 rw",
        ]


def test_a_read_only_bind_mount_has_a_file_system_that_is_not() -> None:
    with boot():
        proc()
        directories("/a")
        syscall.mount("/a", "/a", "", Flag.MS_BIND)
        syscall.mount("", "/a", "", Flag.MS_REMOUNT | Flag.MS_BIND | Flag.MS_RDONLY)

        assert (
            read("/proc/self/mountinfo")
            .splitlines()[-1]
            .endswith("/a /a ro,relatime - ext4 /dev/sda1 rw")
        )
        assert read("/proc/mounts").splitlines()[-1] == "/dev/sda1 /a ext4 ro,relatime 0 0"


def test_propagation_is_told_by_the_numbers_of_groups() -> None:
    first = boot()
    with first:
        proc()
        directories("/m")
        syscall.mount("", "/", "", Flag.MS_SHARED)
    with first.fork(NEWNS):
        syscall.mount("", "/", "", Flag.MS_SLAVE)
        syscall.mount("", "/", "", Flag.MS_SHARED)
        rows = read("/proc/self/mountinfo").splitlines()

        assert " shared:2 master:1 - ext4" in rows[0]


def test_a_slave_of_what_cannot_be_seen_tells_from_where_it_hears() -> None:
    first = boot()
    with first:
        proc()
        directories("/a", "/b", "/c")
        syscall.mount("t", "/a", "tmpfs")
        syscall.mount("", "/a", "", Flag.MS_SHARED)
    middle = first.fork(NEWNS)
    with middle:
        syscall.mount("", "/a", "", Flag.MS_SLAVE)
        syscall.mount("", "/a", "", Flag.MS_SHARED)
        syscall.mount("/a", "/b", "", Flag.MS_BIND)
        syscall.mount("", "/b", "", Flag.MS_SLAVE)
    with middle:
        assert " /b rw,relatime master:2 - " in read("/proc/self/mountinfo")


def test_only_what_lies_below_the_root_of_a_process_is_shown() -> None:
    first = boot()
    with first:
        proc()
        directories("/jail", "/jail/x")
        syscall.mount("t", "/jail/x", "tmpfs")
    jailed = first.fork()
    jailed.process.root = jailed.process.resolve("/jail").location
    pid = jailed.process.pid
    with first:
        assert read(f"/proc/{pid}/mounts") == "t /x tmpfs rw,relatime 0 0\n"


def test_each_process_shows_its_own_namespace() -> None:
    first = boot()
    with first:
        proc()
        directories("/m")
    other = first.fork(NEWNS)
    with other:
        syscall.mount("t", "/m", "tmpfs")
    with first:
        assert "/m" not in read("/proc/mounts")
        assert "/m" in read(f"/proc/{other.process.pid}/mounts")


def test_a_root_and_a_working_directory_can_be_entered_through_proc() -> None:
    first = boot()
    with first:
        proc()
        directories("/m")
    other = first.fork(NEWNS)
    with other:
        syscall.mount("t", "/m", "tmpfs")
        syscall.chdir("/m")
        write("f", "text")
    with first:
        assert read(f"/proc/{other.process.pid}/cwd/f") == "text"
        assert read(f"/proc/{other.process.pid}/root/m/f") == "text"
        assert syscall.readlink(f"/proc/{other.process.pid}/root") == "/"
