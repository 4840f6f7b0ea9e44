"""Control groups: version 1, one hierarchy for each controller, and the one tree of version 2."""

import signal

from linux.sequence import (
    NO_HANG,
    attempt,
    attempted,
    forever,
    inside,
    ls,
    make,
    mount_proc,
    put,
    sequence,
    setting,
    spawn,
    text,
    until,
)

from tracer.minidocker.kernel.files import Open

MIB = 1 << 20


def hierarchy(call, controller: str) -> None:
    """Mount a hierarchy of version 1 at /cg, with one group in it."""
    call.mkdir("/cg")
    call.mount("cgroup", "/cg", "cgroup", options=controller)
    call.mkdir("/cg/a")


def tree(call) -> None:
    """Mount the tree of version 2 at /cg, with one group in it."""
    call.mkdir("/cg")
    call.mount("cgroup2", "/cg", "cgroup2")
    call.mkdir("/cg/a")


async def waiting(call) -> int:
    """Make a child that waits to be killed."""

    async def waits():
        await forever(call)

    return await spawn(call, waits)


async def end(call, pid: int) -> int:
    """Kill a child and return its status."""
    attempt(call.kill, pid, signal.SIGKILL)
    return (await call.wait4(pid))[1]


async def members(call, path: str) -> list[int]:
    """List who is in a group."""
    return sorted(map(int, (await text(call, f"{path}/cgroup.procs")).split()))


@sequence("cgroup memory")
async def a_group_has_members(call, observe):
    hierarchy(call, "memory")
    pid = await waiting(call)
    observe("none", await members(call, "/cg/a"))
    setting(call, "/cg/a/cgroup.procs", str(pid))
    observe("one", await members(call, "/cg/a") == [pid])
    observe("not above", pid in await members(call, "/cg"))
    observe("remove", attempt(call.rmdir, "/cg/a"))
    call.mkdir("/cg/b")
    setting(call, "/cg/b/tasks", str(pid))
    observe("moved", [await members(call, "/cg/a"), len(await members(call, "/cg/b"))])
    observe("nobody", attempt(setting, call, "/cg/a/cgroup.procs", "999"))
    observe("nonsense", attempt(setting, call, "/cg/a/cgroup.procs", "x"))
    await end(call, pid)

    async def left() -> bool:
        return not await members(call, "/cg/b")

    observe("left at its end", await until(call, left))
    observe("removed", attempt(call.rmdir, "/cg/b"))


@sequence("cgroup memory")
async def a_group_is_a_directory_of_the_kernels(call, observe):
    hierarchy(call, "memory")
    observe("make a file", attempt(put, call, "/cg/a/x"))
    observe("remove a file", attempt(call.unlink, "/cg/a/tasks"))
    observe("a file that is not there", attempt(call.open_, "/cg/a/nothing"))
    observe("again", attempt(call.mkdir, "/cg/a"))
    make(call, "/cg/a/b")
    observe("with a group below", attempt(call.rmdir, "/cg/a"))
    observe("below nothing", attempt(call.mkdir, "/cg/x/y"))
    call.chdir("/cg/a/b")
    call.rmdir("/cg/a/b")
    observe("in a removed one", attempt(call.mkdir, "c"))
    call.chdir("/")
    observe("rename over", attempt(call.rename, "/cg/a", "/cg/b"))
    names = "cgroup.procs tasks notify_on_release memory.limit_in_bytes memory.usage_in_bytes"
    listed = ls(call, "/cg/b").split()
    observe("files", [each for each in names.split() if each in listed])


@sequence("cgroup memory")
async def a_child_is_born_into_its_parents_group(call, observe):
    mount_proc(call)
    hierarchy(call, "memory")

    async def child():
        setting(call, "/cg/a/cgroup.procs", "0")
        pid = await waiting(call)
        observe("both are members", len(await members(call, "/cg/a")))
        lines = (await text(call, f"/proc/{pid}/cgroup")).splitlines()
        found = next(each.split(":") for each in lines if each.split(":")[1] == "memory")
        observe("shown in proc", found[2].rpartition("/")[2])
        await end(call, pid)

    await inside(call, child)


@sequence("cgroup memory")
async def memory_over_the_limit_kills(call, observe):
    hierarchy(call, "memory")
    setting(call, "/cg/a/memory.limit_in_bytes", str(32 * MIB))
    attempt(setting, call, "/cg/a/memory.swappiness", "0")
    observe("limit", (await text(call, "/cg/a/memory.limit_in_bytes")).strip())
    observe("failures", (await text(call, "/cg/a/memory.failcnt")).strip())

    async def modest():
        setting(call, "/cg/a/cgroup.procs", "0")
        call.mmap(4 * MIB)

    async def greedy():
        setting(call, "/cg/a/cgroup.procs", "0")
        call.mmap(128 * MIB)

    observe("within", await inside(call, modest))
    observe("beyond", await inside(call, greedy))
    observe("counted", (await text(call, "/cg/a/memory.failcnt")).strip() != "0")
    setting(call, "/cg/a/memory.failcnt", "0")
    observe("forgotten", (await text(call, "/cg/a/memory.failcnt")).strip())


@sequence("cgroup memory")
async def a_limit_reads_as_it_counts(call, observe):
    hierarchy(call, "memory")
    file = "/cg/a/memory.limit_in_bytes"
    observe("none", (await text(call, file)).strip())
    setting(call, file, "4m")
    observe("4m", (await text(call, file)).strip())
    setting(call, file, "5000000")
    observe("whole pages", (await text(call, file)).strip())
    observe("nonsense", attempt(setting, call, file, "much"))
    setting(call, file, "-1")
    observe("-1", (await text(call, file)).strip())


@sequence("cgroup freezer")
async def what_is_frozen_does_not_run(call, observe):
    hierarchy(call, "freezer")
    reader, writer = call.pipe()
    gate, opener = call.pipe()

    async def child():
        setting(call, "/cg/a/cgroup.procs", "0")
        call.write(writer, b"ready")
        await call.read(gate)
        call.write(writer, b"went on")
        await forever(call)

    async def state() -> str:
        return (await text(call, "/cg/a/freezer.state")).strip()

    async def is_frozen() -> bool:
        return await state() == "FROZEN"

    pid = await spawn(call, child)
    await call.read(reader)
    observe("at first", await state())
    setting(call, "/cg/a/freezer.state", "FROZEN")
    observe("frozen", await until(call, is_frozen))
    call.write(opener, b"x")
    await call.nanosleep(0.05)
    call.write(writer, b"nothing yet, ")
    setting(call, "/cg/a/freezer.state", "THAWED")
    heard = ""
    while not heard.endswith("on"):
        heard += (await call.read(reader)).decode()
    observe("only then", heard)
    setting(call, "/cg/a/freezer.state", "FROZEN")
    await until(call, is_frozen)
    call.kill(pid, signal.SIGKILL)
    await call.nanosleep(0.05)
    observe("KILL waits", list(await call.wait4(pid, NO_HANG)))
    setting(call, "/cg/a/freezer.state", "THAWED")
    observe("status", (await call.wait4(pid))[1])
    observe("nonsense", attempt(setting, call, "/cg/a/freezer.state", "COLD"))


@sequence("cgroup freezer")
async def a_frozen_group_takes_groups_and_freezes_them(call, observe):
    hierarchy(call, "freezer")
    setting(call, "/cg/a/freezer.state", "FROZEN")
    observe("empty and frozen", (await text(call, "/cg/a/freezer.state")).strip())
    observe("mkdir", attempt(call.mkdir, "/cg/a/b"))
    observe("below", (await text(call, "/cg/a/b/freezer.state")).strip())
    observe("thaw below", attempt(setting, call, "/cg/a/b/freezer.state", "THAWED"))
    observe("stays frozen", (await text(call, "/cg/a/b/freezer.state")).strip())
    setting(call, "/cg/a/freezer.state", "THAWED")
    observe("thawed with it", (await text(call, "/cg/a/b/freezer.state")).strip())


@sequence("cgroup devices")
async def a_group_may_close_devices(call, observe):
    call.mknod("/null", "c 1:3")
    call.mknod("/zero", "c 1:5")
    hierarchy(call, "devices")
    observe("at first", (await text(call, "/cg/a/devices.list")).strip())
    setting(call, "/cg/a/devices.deny", "a")
    observe("none", (await text(call, "/cg/a/devices.list")).strip())
    setting(call, "/cg/a/devices.allow", "c 1:3 rwm")
    observe("one", (await text(call, "/cg/a/devices.list")).strip())
    observe("nonsense", attempt(setting, call, "/cg/a/devices.allow", "x"))

    async def child():
        setting(call, "/cg/a/cgroup.procs", "0")
        observe("allowed", attempt(call.open_, "/null", Open.O_RDWR))
        observe("denied", attempt(call.open_, "/zero"))
        observe("make what is allowed", attempt(call.mknod, "/null2", "c 1:3"))
        observe("make what is denied", attempt(call.mknod, "/zero2", "c 1:5"))

    await inside(call, child)
    observe("others", attempt(call.open_, "/zero"))
    setting(call, "/cg/a/devices.allow", "c 1:5 r")

    async def reader():
        setting(call, "/cg/a/cgroup.procs", "0")
        observe("to read", attempt(call.open_, "/zero"))
        observe("not to write", attempt(call.open_, "/zero", Open.O_WRONLY))

    await inside(call, reader)


@sequence("cgroup cpuset")
async def a_cpuset_must_be_filled_first(call, observe):
    hierarchy(call, "cpuset")
    pid = await waiting(call)
    observe("empty", (await text(call, "/cg/a/cpuset.cpus")).strip())
    observe("attach", attempt(setting, call, "/cg/a/cgroup.procs", str(pid)))
    setting(call, "/cg/a/cpuset.cpus", "0")
    observe("without memory nodes", attempt(setting, call, "/cg/a/cgroup.procs", str(pid)))
    setting(call, "/cg/a/cpuset.mems", "0")
    observe("filled", attempt(setting, call, "/cg/a/cgroup.procs", str(pid)))
    observe("shown", (await text(call, "/cg/a/cpuset.cpus")).strip())
    observe("nonsense", attempt(setting, call, "/cg/a/cpuset.cpus", "x"))
    await end(call, pid)


@sequence("cgroup cpu")
async def cpu_shares_have_bounds(call, observe):
    hierarchy(call, "cpu")
    observe("at first", (await text(call, "/cg/a/cpu.shares")).strip())
    setting(call, "/cg/a/cpu.shares", "512")
    observe("set", (await text(call, "/cg/a/cpu.shares")).strip())
    setting(call, "/cg/a/cpu.shares", "1")
    observe("at least 2", (await text(call, "/cg/a/cpu.shares")).strip())
    observe("nonsense", attempt(setting, call, "/cg/a/cpu.shares", "x"))


@sequence("cgroup2")
async def the_tree_has_members(call, observe):
    mount_proc(call)
    tree(call)
    pid = await waiting(call)
    setting(call, "/cg/a/cgroup.procs", str(pid))
    observe("member", await members(call, "/cg/a") == [pid])
    lines = (await text(call, f"/proc/{pid}/cgroup")).splitlines()
    observe("shown in proc", next(each for each in lines if each.startswith("0::")))
    observe("remove", attempt(call.rmdir, "/cg/a"))
    observe("make a file", attempt(put, call, "/cg/a/x"))
    await end(call, pid)
    observe("removed", attempt(call.rmdir, "/cg/a"))


@sequence("cgroup2")
async def the_tree_freezes(call, observe):
    tree(call)

    async def frozen() -> bool:
        return "frozen 1" in await text(call, "/cg/a/cgroup.events")

    pid = await waiting(call)
    setting(call, "/cg/a/cgroup.procs", str(pid))
    setting(call, "/cg/a/cgroup.freeze", "1")
    observe("frozen", await until(call, frozen))
    call.kill(pid, signal.SIGKILL)
    observe("KILL does not wait", (await call.wait4(pid))[1])
    setting(call, "/cg/a/cgroup.freeze", "0")
    observe("thawed", (await text(call, "/cg/a/cgroup.freeze")).strip())


@sequence("cgroup2 memory")
async def members_and_controllers_do_not_mix(call, observe):
    tree(call)
    call.mkdir("/cg/a/b")
    for pid in ("1", "2"):
        setting(call, "/cg/a/b/cgroup.procs", pid)
    setting(call, "/cg/cgroup.subtree_control", "+memory")
    setting(call, "/cg/a/cgroup.subtree_control", "+memory")
    observe("into a group that shares out", attempt(setting, call, "/cg/a/cgroup.procs", "2"))
    observe("a leaf", attempt(setting, call, "/cg/a/b/cgroup.procs", "2"))
    observe(
        "share out with members",
        attempt(setting, call, "/cg/a/b/cgroup.subtree_control", "+memory"),
    )
    setting(call, "/cg/a/b/memory.max", str(64 * MIB))
    observe("limit", (await text(call, "/cg/a/b/memory.max")).strip())
    observe("files come with the controller", "memory.max" in ls(call, "/cg/a").split())


@sequence("cgroup2 pids")
async def pids_have_a_limit(call, observe):
    tree(call)
    make(call, "/cg/b")
    for pid in ("1", "2"):
        setting(call, "/cg/b/cgroup.procs", pid)
    setting(call, "/cg/cgroup.subtree_control", "+pids")
    observe("none", (await text(call, "/cg/a/pids.max")).strip())
    setting(call, "/cg/a/pids.max", "1")

    async def child():
        setting(call, "/cg/a/cgroup.procs", "0")
        observe("a second", await attempted(waiting(call)))

    observe("ends", await inside(call, child))
