import pytest
from minidocker.kernel.simulate import (
    field,
    forever,
    inside,
    mount,
    read,
    refusal,
    run,
    spawn,
    write,
)

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.cgroups.v1 import HIERARCHIES
from tracer.minidocker.kernel.namespaces import Clone

WRITTEN_BY_DOCKER = {
    "blkio": ["blkio.weight"],
    "cpu": ["cpu.shares", "cpu.cfs_period_us", "cpu.cfs_quota_us"],
    "cpuset": ["cpuset.cpus", "cpuset.mems"],
    "devices": ["devices.allow", "devices.deny", "devices.list"],
    "freezer": ["freezer.state"],
    "memory": [
        "memory.failcnt",
        "memory.limit_in_bytes",
        "memory.memsw.limit_in_bytes",
        "memory.soft_limit_in_bytes",
        "memory.usage_in_bytes",
    ],
}


def hierarchy(controllers: str) -> None:
    """Mount a hierarchy with one group in it."""
    mount("cgroup", "/cg", controllers)
    syscall.mkdir("/cg/a")


async def members(path: str = "/cg/a") -> list[str]:
    return (await read(f"{path}/cgroup.procs")).split()


@pytest.mark.parametrize("name", HIERARCHIES)
def test_a_group_has_the_files_that_docker_writes(name: str) -> None:
    async def program() -> None:
        hierarchy(HIERARCHIES[name])
        common = ["cgroup.procs", "tasks", "notify_on_release", "cgroup.clone_children"]

        assert {*WRITTEN_BY_DOCKER[name], *common} <= {*syscall.getdents("/cg/a")}

    run(program)


def test_controllers_that_are_mounted_together_can_be_asked_for_by_either_name() -> None:
    async def program() -> None:
        hierarchy("cpu")
        mount("cgroup", "/same", "cpuacct")

        assert "a" in syscall.getdents("/same")

    run(program)


def test_no_such_controller_or_combination_can_be_mounted() -> None:
    async def program() -> None:
        syscall.mkdir("/cg")

        for options, error in (("", "EINVAL"), ("nonsense", "EINVAL"), ("cpu,memory", "EBUSY")):
            assert refusal(syscall.mount, "x", "/cg", "cgroup", syscall.NO_FLAGS, options) == error

    run(program)


def test_a_process_is_in_one_group_of_a_hierarchy() -> None:
    async def program() -> None:
        hierarchy("memory")
        write("/cg/a/cgroup.procs", 2)
        assert await members() == ["2"]
        assert await members("/cg") == ["1"]

        syscall.mkdir("/cg/b")
        write("/cg/b/tasks", 2)
        assert (await members(), await members("/cg/b")) == ([], ["2"])

    run(program)


def test_zero_stands_for_the_writer() -> None:
    async def program() -> None:
        hierarchy("memory")
        write("/cg/a/tasks", 0)

        assert await members() == ["2"]

    run(program)


def test_pids_are_those_of_the_writer_s_and_the_reader_s_namespace() -> None:
    async def program() -> None:
        hierarchy("memory")

        async def child() -> None:
            write("/cg/a/tasks", 1)
            assert await members() == ["1"]
            assert await members("/cg") == []

        assert await inside(child, Clone.CLONE_NEWPID) == 0
        assert await members("/cg") == ["1", "2"]

    run(program)


def test_attaching_refuses_nobody_and_nonsense() -> None:
    async def program() -> None:
        hierarchy("memory")

        assert refusal(write, "/cg/a/tasks", 99) == "ESRCH"
        assert refusal(write, "/cg/a/tasks", "x") == "EINVAL"
        assert refusal(write, "/cg/a/tasks", -1) == "EINVAL"

    run(program)


def test_to_attach_a_zombie_does_nothing() -> None:
    async def nothing() -> None:
        pass

    async def program() -> None:
        hierarchy("memory")

        write("/cg/a/tasks", await spawn(nothing))

        assert await members() == []

    run(program)


def test_another_user_s_process_cannot_be_attached() -> None:
    async def program() -> None:
        hierarchy("memory")
        if hasattr(syscall, "chmod"):
            syscall.chmod("/cg/a/tasks", 0o666)

        async def other() -> None:
            syscall.setuid(7)
            assert refusal(write, "/cg/a/tasks", 2) == "EACCES"

        assert await inside(other) == 0

    run(program)


def test_a_child_is_born_into_its_parent_s_group_and_leaves_it_at_its_end() -> None:
    async def child() -> None:
        assert await members() == ["2", "3"]

    async def program() -> None:
        hierarchy("memory")
        write("/cg/a/tasks", 0)

        assert await inside(child) == 0
        assert await members() == ["2"]

    run(program)


def test_a_zombie_is_no_member() -> None:
    async def child() -> None:
        write("/cg/a/tasks", 0)

    async def program() -> None:
        hierarchy("memory")
        pid = await spawn(child)

        assert await members() == []
        syscall.rmdir("/cg/a")
        await syscall.wait4(pid)

    run(program)


def test_a_group_with_members_or_groups_cannot_be_removed() -> None:
    async def program() -> None:
        hierarchy("memory")
        syscall.mkdir("/cg/a/b")

        assert refusal(syscall.rmdir, "/cg/a") == "EBUSY"
        syscall.rmdir("/cg/a/b")
        write("/cg/a/tasks", 0)
        assert refusal(syscall.rmdir, "/cg/a") == "EBUSY"
        write("/cg/tasks", 0)
        syscall.rmdir("/cg/a")
        assert not ioutil.exists("/cg/a")

    run(program)


def test_files_of_a_group_can_be_neither_made_nor_removed() -> None:
    async def program() -> None:
        hierarchy("memory")

        assert refusal(ioutil.write_file, "/cg/a/x", "") in ("EACCES", "EPERM")
        assert refusal(syscall.mknod, "/cg/a/x") == "EPERM"
        assert refusal(syscall.unlink, "/cg/a/tasks") == "EPERM"
        assert refusal(syscall.mkdir, "/cg/a/tasks") == "EEXIST"
        assert refusal(syscall.mkdir, "/cg/a/x\ny") == "EINVAL"

    run(program)


def test_an_open_file_of_a_removed_group_is_dead() -> None:
    async def program() -> None:
        hierarchy("memory")
        number = syscall.open_("/cg/a/tasks", ioutil.Open.O_WRONLY)
        syscall.rmdir("/cg/a")

        assert refusal(syscall.write, number, b"0") == "ENODEV"

    run(program)


@pytest.mark.parametrize(
    ("controller", "file", "new", "written", "kept"),
    [
        ("cpu", "cpu.shares", "1024", "512", "512"),
        ("cpu", "cpu.shares", "1024", "1", "2"),
        ("cpu", "cpu.shares", "1024", "999999999", "262144"),
        ("cpu", "cpu.cfs_period_us", "100000", "5000", "5000"),
        ("cpu", "cpu.cfs_quota_us", "-1", "50000", "50000"),
        ("cpu", "cpu.cfs_quota_us", "-1", "-2", "-1"),
        ("memory", "memory.limit_in_bytes", "9223372036854771712", "0x4000", "16384"),
        ("memory", "memory.use_hierarchy", "1", "1", "1"),
        ("blkio", "blkio.weight", "500", "10", "10"),
        ("memory", "memory.swappiness", "60", "0", "0"),
        ("memory", "memory.limit_in_bytes", "9223372036854771712", "4m", "4194304"),
        ("memory", "memory.limit_in_bytes", "9223372036854771712", "5000000", "4997120"),
        ("memory", "memory.limit_in_bytes", "9223372036854771712", "-1", "9223372036854771712"),
        ("memory", "memory.soft_limit_in_bytes", "9223372036854771712", "1g", "1073741824"),
        ("memory", "memory.memsw.limit_in_bytes", "9223372036854771712", "8k", "EINVAL"),
        ("memory", "notify_on_release", "0", "1", "1"),
        ("cpuset", "cgroup.clone_children", "0", "1", "1"),
        ("cpu", "cpu.shares", "1024", "x", "EINVAL"),
        ("cpu", "cpu.cfs_period_us", "100000", "999", "EINVAL"),
        ("cpu", "cpu.cfs_quota_us", "-1", "999", "EINVAL"),
        ("blkio", "blkio.weight", "500", "9", "EINVAL"),
        ("blkio", "blkio.weight", "500", "1001", "EINVAL"),
        ("memory", "memory.limit_in_bytes", "9223372036854771712", "much", "EINVAL"),
        ("memory", "memory.use_hierarchy", "1", "0", "EINVAL"),
        ("freezer", "freezer.state", "THAWED", "COLD", "EINVAL"),
        ("freezer", "freezer.self_freezing", "0", "1", "EINVAL"),
    ],
)
def test_settings_have_bounds(
    controller: str, file: str, new: str, written: str, kept: str
) -> None:
    async def program() -> None:
        hierarchy(controller)
        path = f"/cg/a/{file}"

        assert await read(path) == new
        if kept.startswith("E"):
            assert refusal(write, path, written) == kept
            assert await read(path) == new
        else:
            write(path, written)
            assert await read(path) == kept

    run(program)


def test_the_topmost_group_has_no_limits() -> None:
    async def program() -> None:
        hierarchy("memory")
        mount("cgroup", "/freezer", "freezer")

        assert refusal(write, "/cg/memory.limit_in_bytes", 4096) == "EINVAL"
        assert not ioutil.exists("/freezer/freezer.state")

    run(program)


def test_a_limit_below_what_is_used_is_refused() -> None:
    async def program() -> None:
        hierarchy("memory")
        write("/cg/a/tasks", 0)
        syscall.mmap(8192)

        assert refusal(write, "/cg/a/memory.limit_in_bytes", 4096) == "EBUSY"

    run(program)


def test_memory_with_swap_is_never_less_than_memory() -> None:
    async def program() -> None:
        hierarchy("memory")
        write("/cg/a/memory.limit_in_bytes", "4m")
        write("/cg/a/memory.memsw.limit_in_bytes", "8m")

        assert refusal(write, "/cg/a/memory.limit_in_bytes", "9m") == "EINVAL"
        assert refusal(write, "/cg/a/memory.memsw.limit_in_bytes", "3m") == "EINVAL"

    run(program)


def test_what_is_frozen_does_not_run_until_it_is_thawed() -> None:
    async def child() -> None:
        write("/cg/a/tasks", 0)
        await syscall.nanosleep(1)
        ioutil.write_file("/ran", "")

    async def program() -> None:
        hierarchy("freezer")
        mount("proc", "/proc")
        pid = await spawn(child)
        write("/cg/a/freezer.state", "FROZEN")
        await syscall.nanosleep(2)

        assert await read("/cg/a/freezer.state") == "FROZEN"
        assert await field(pid, "State") == "D (disk sleep)"
        assert not ioutil.exists("/ran")
        write("/cg/a/freezer.state", "THAWED")
        assert await syscall.wait4(pid) == (pid, 0)
        assert ioutil.exists("/ran")

    run(program)


def test_kill_waits_for_a_frozen_process() -> None:
    async def program() -> None:
        hierarchy("freezer")
        pid = await spawn(forever)
        write("/cg/a/tasks", pid)
        write("/cg/a/freezer.state", "FROZEN")
        syscall.kill(pid, 9)
        await syscall.nanosleep(1)

        assert await syscall.wait4(pid, syscall.WNOHANG) == (0, 0)
        write("/cg/a/freezer.state", "THAWED")
        assert await syscall.wait4(pid) == (pid, -9)

    run(program)


def test_a_process_freezes_when_it_is_attached_and_goes_on_when_it_is_moved_away() -> None:
    async def program() -> None:
        hierarchy("freezer")
        write("/cg/a/freezer.state", "FROZEN")
        pid = await spawn(lambda: syscall.nanosleep(1))
        write("/cg/a/tasks", pid)
        await syscall.nanosleep(2)

        assert await syscall.wait4(pid, syscall.WNOHANG) == (0, 0)
        write("/cg/tasks", pid)
        assert await syscall.wait4(pid) == (pid, 0)

    run(program)


def test_groups_below_a_frozen_one_are_frozen_with_it() -> None:
    async def program() -> None:
        hierarchy("freezer")
        write("/cg/a/freezer.state", "FROZEN")
        syscall.mkdir("/cg/a/b")

        assert await read("/cg/a/b/freezer.state") == "FROZEN"
        assert await read("/cg/a/b/freezer.parent_freezing") == "1"
        assert await read("/cg/a/b/freezer.self_freezing") == "0"
        write("/cg/a/b/freezer.state", "THAWED")
        assert await read("/cg/a/b/freezer.state") == "FROZEN"
        write("/cg/a/freezer.state", "THAWED")
        assert await read("/cg/a/b/freezer.state") == "THAWED"

    run(program)
