"""Processes: numbers, parents, ends, and who waits for whom."""

import signal

from linux.programs import NEEDS, PAUSE, TRUE
from linux.sequence import (
    NO_HANG,
    WRITE,
    attempt,
    attempted,
    executable,
    field,
    forever,
    inside,
    ls,
    mount_proc,
    put,
    sequence,
    spawn,
    text,
    until,
)

from tracer.minidocker.kernel.namespaces import Clone

NEW_PID = Clone.CLONE_NEWPID


def pids(call) -> str:
    return " ".join(each for each in ls(call, "/proc").split() if each.isdecimal())


@sequence()
async def the_first_process_of_a_pid_namespace_is_1(call, observe):
    async def child():
        observe("own pid", call.getpid())
        observe("parent", call.getppid())
        mount_proc(call)
        observe("sees", pids(call))

    pid = await spawn(call, child, NEW_PID | Clone.CLONE_NEWNS)
    observe("pid outside", pid)
    observe("ends with", (await call.wait4(pid))[1])


@sequence()
async def proc_shows_the_pid_namespace_of_its_mounter(call, observe):
    mount_proc(call)

    async def child():
        observe("the old proc", pids(call))
        call.mkdir("/inner")
        call.mount("proc", "/inner", "proc")
        names = [each for each in call.getdents("/inner") if each.isdecimal()]
        observe("a new proc", " ".join(names))

    await inside(call, child, NEW_PID | Clone.CLONE_NEWNS)
    observe("afterwards", pids(call))


@sequence()
async def a_child_stays_a_zombie_until_it_is_waited_for(call, observe):
    mount_proc(call)

    async def child():
        call.exit_group(7)

    pid = await call.clone(Clone(0), child)

    async def is_zombie() -> bool:
        return (await field(call, pid, "State"))[0] == "Z"

    observe("becomes a zombie", await until(call, is_zombie))
    observe("its parent", await field(call, pid, "PPid"))
    observe("its command line", await text(call, f"/proc/{pid}/cmdline"))
    observe("can be signalled", attempt(call.kill, pid, 0))
    observe("status", (await call.wait4(pid))[1])
    observe("then it is gone", attempt(call.stat, f"/proc/{pid}"))
    observe("and not signalled", attempt(call.kill, pid, 0))


@sequence()
async def an_orphan_goes_to_the_init(call, observe):
    gate, opener = call.pipe()
    ended, holder = call.pipe()
    ready, teller = call.pipe()

    async def grandchild():
        call.close(ended)
        observe("first parent", call.getppid() != 1)
        call.write(teller, b"x")
        await call.read(gate)
        observe("later parent", call.getppid())

    async def child():
        await spawn(call, grandchild)
        await forever(call)

    pid = await spawn(call, child)
    call.close(holder)
    await call.read(ready)
    call.kill(pid, signal.SIGKILL)
    await call.wait4(pid)
    call.write(opener, b"x")
    observe("its end is heard", (await call.read(ended)).decode())
    observe("it is no child of ours", await attempted(call.wait4(-1)))


@sequence()
async def with_pid_1_dies_its_namespace(call, observe):
    ended, holder = call.pipe()

    async def grandchild():
        await forever(call)

    async def init():
        await spawn(call, grandchild)
        await spawn(call, grandchild)
        call.exit_group(3)

    pid = await call.clone(NEW_PID, init)
    call.close(holder)
    observe("all others end", (await call.read(ended)).decode())
    observe("status", (await call.wait4(pid))[1])
    observe("nobody is left", await attempted(call.wait4(-1)))


@sequence()
async def unshare_of_pids_is_for_the_children(call, observe):
    async def child():
        observe("child", call.getpid())

    before = call.getpid()
    call.unshare(NEW_PID)
    observe("own pid stays", call.getpid() == before)
    observe("again", attempt(call.unshare, NEW_PID))
    await inside(call, child)
    observe("after its init has ended", await attempted(spawn(call, child)))


@sequence()
async def an_orphan_goes_to_the_init_of_its_own_namespace(call, observe):
    async def grandchild():
        async def orphan():
            async def adopted() -> bool:
                return bool(call.getppid() == 1)

            observe("adopted by init", await until(call, adopted))

        await spawn(call, orphan)

    async def init():
        await inside(call, grandchild)
        pid, status = await call.wait4(-1)
        observe("init reaps pid", pid)
        observe("with status", status)

    await inside(call, init, NEW_PID)


@sequence()
async def wait_gives_what_the_child_gave(call, observe):
    async def exits(status: int) -> int:
        async def entry():
            call.exit_group(status)

        return (await call.wait4(await call.clone(Clone(0), entry)))[1]

    async def waits():
        await forever(call)

    observe("7", await exits(7))
    observe("255", await exits(255))
    pid = await spawn(call, waits)
    call.kill(pid, signal.SIGKILL)
    observe("killed", (await call.wait4(pid))[1])
    observe("again", await attempted(call.wait4(pid)))
    observe("init is no child", await attempted(call.wait4(1)))
    observe("any", await attempted(call.wait4(-1)))


@sequence()
async def wait_may_ask_without_waiting(call, observe):
    async def waits():
        await forever(call)

    pid = await spawn(call, waits)
    observe("still runs", list(await call.wait4(pid, NO_HANG)))
    call.kill(pid, signal.SIGTERM)

    async def ended() -> bool:
        return (await call.wait4(pid, NO_HANG))[0] == pid

    observe("ended", await until(call, ended))
    observe("nobody left", await attempted(call.wait4(pid, NO_HANG)))


@sequence()
async def a_childs_changes_stay_its_own(call, observe):
    call.mkdir("/a")

    async def child():
        call.chdir("/a")
        number = call.open_("/a")
        observe("cwd of the child", call.getcwd())
        observe("its descriptor", number >= 0)

    await inside(call, child)
    observe("cwd of the parent", call.getcwd())


@sequence()
async def a_fork_shares_offsets(call, observe):
    put(call, "/f", "")
    number = call.open_("/f", WRITE)

    async def child():
        call.write(number, b"abc")

    await inside(call, child)
    call.write(number, b"d")
    observe("content", await text(call, "/f"))


@sequence(NEEDS)
async def exec_replaces_the_command_line(call, observe):
    mount_proc(call)
    executable(call, "/pause", PAUSE)

    async def child():
        call.execve("/pause", ["sleeper", "one", "two"], {"A": "1", "B": "2"})

    pid = await spawn(call, child)

    async def replaced() -> bool:
        return (await text(call, f"/proc/{pid}/cmdline")).startswith("sleeper")

    observe("replaced", await until(call, replaced))
    observe("command line", (await text(call, f"/proc/{pid}/cmdline")).strip("\0").split("\0"))
    observe("environment", (await text(call, f"/proc/{pid}/environ")).strip("\0").split("\0"))
    observe("exe", call.readlink(f"/proc/{pid}/exe"))
    observe("name", await field(call, pid, "Name"))
    observe("the file is busy", attempt(put, call, "/pause"))
    call.kill(pid, signal.SIGKILL)
    await call.wait4(pid)
    observe("and then not", attempt(put, call, "/pause"))


@sequence(NEEDS)
async def exec_refuses(call, observe):
    executable(call, "/true", TRUE)
    executable(call, "/text", b"not a program\n")
    put(call, "/plain", TRUE)
    call.mkdir("/d")

    def execute(path: str) -> str:
        return attempt(call.execve, path, [path], {})

    observe("nothing there", execute("/nowhere"))
    observe("not executable", execute("/plain"))
    observe("no program", execute("/text"))
    observe("a directory", execute("/d"))
    observe("below a file", execute("/true/true"))

    async def child():
        call.execve("/true", ["true"], {})

    observe("a program", await inside(call, child))


@sequence()
async def a_session_is_begun_once(call, observe):
    async def child():
        observe("first", attempt(call.setsid))
        observe("second", attempt(call.setsid))

    await inside(call, child)
