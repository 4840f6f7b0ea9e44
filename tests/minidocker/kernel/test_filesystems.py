import pytest
from acting import Actor, boot, directories, read, refusal, write

from tracer.minidocker import syscall
from tracer.minidocker.kernel.mounts import MountFlag
from tracer.minidocker.kernel.namespaces import Clone


def test_each_tmpfs_is_a_new_one() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("t", "/a", "tmpfs")
        syscall.mount("t", "/b", "tmpfs")
        write("/a/f")

        assert syscall.getdents("/b") == []


def test_a_tmpfs_is_open_to_all_unless_its_options_say_otherwise() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("t", "/a", "tmpfs")
        syscall.mount("t", "/b", "tmpfs", options="size=64k,mode=755")

        assert syscall.stat("/a").mode == 0o1777
        assert syscall.stat("/b").mode == 0o755


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        ("sysfs", Clone.CLONE_NEWNET),
        ("mqueue", Clone.CLONE_NEWIPC),
    ],
)
def test_some_exist_once_for_each_namespace(kind: str, flag: Clone) -> None:
    first = boot()
    with first:
        directories("/a", "/b", "/c")
        syscall.mount(kind, "/a", kind)
        syscall.mount(kind, "/b", kind)
    with first.fork(flag):
        syscall.mount(kind, "/c", kind)

        assert syscall.stat("/a").device == syscall.stat("/b").device
        assert syscall.stat("/a").device != syscall.stat("/c").device


def test_each_devpts_is_a_new_one_with_a_master() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("d", "/a", "devpts")
        syscall.mount("d", "/b", "devpts")

        assert syscall.getdents("/a") == ["ptmx"]
        assert syscall.stat("/a").device != syscall.stat("/b").device


@pytest.mark.parametrize(("kind", "error"), [("proc", "ENOENT"), ("sysfs", "EPERM")])
def test_nobody_names_what_the_kernel_shows(kind: str, error: str) -> None:
    with boot():
        directories("/a")
        syscall.mount(kind, "/a", kind)

        assert refusal(syscall.mkdir, "/a/x") == error


def test_nobody_removes_what_the_kernel_shows() -> None:
    with boot():
        directories("/a")
        syscall.mount("proc", "/a", "proc")

        assert refusal(syscall.rmdir, "/a/sys") == "EPERM"
        assert refusal(syscall.unlink, "/a/kcore") == "EPERM"


def test_each_proc_is_a_new_one() -> None:
    with boot():
        directories("/a", "/b")
        syscall.mount("proc", "/a", "proc")
        syscall.mount("proc", "/b", "proc")
        syscall.mount("proc", "/b", "proc")

        assert syscall.stat("/a").device != syscall.stat("/b").device


def test_a_hierarchy_of_groups_needs_a_name_that_is_known() -> None:
    with boot():
        directories("/a")
        flags = MountFlag(0)

        assert refusal(syscall.mount, "cgroup", "/a", "cgroup", flags, "nonesuch") == "EINVAL"


def test_a_new_file_system_can_be_read_only_from_the_start() -> None:
    with boot():
        directories("/a")
        syscall.mount("t", "/a", "tmpfs", MountFlag.MS_RDONLY)

        assert refusal(syscall.mkdir, "/a/x") == "EROFS"


def test_proc_shows_the_processes_of_the_namespace_that_mounted_it() -> None:
    first = boot()
    with first:
        directories("/proc", "/inner")
        syscall.mount("proc", "/proc", "proc")
    inner = first.fork(Clone.CLONE_NEWPID)
    with inner:
        syscall.mount("proc", "/inner", "proc")

        assert [each for each in syscall.getdents("/inner") if each.isdecimal()] == ["1"]
        assert syscall.readlink("/inner/self") == "1"
        assert syscall.readlink("/proc/self") == "2"


def test_proc_of_another_numbering_does_not_know_its_reader() -> None:
    first = boot()
    with first:
        directories("/inner")
    with first.fork(Clone.CLONE_NEWPID):
        syscall.mount("proc", "/inner", "proc")
    with Actor(first.kernel, first.process):
        assert refusal(syscall.readlink, "/inner/self") == "ENOENT"


def test_mounts_of_proc_are_those_of_the_reader() -> None:
    with boot():
        directories("/proc")
        syscall.mount("proc", "/proc", "proc")

        assert syscall.readlink("/proc/mounts") == "self/mounts"
        assert read("/proc/mounts") == read("/proc/self/mounts")
