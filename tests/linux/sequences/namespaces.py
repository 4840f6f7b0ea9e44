"""Namespaces: what is shared, what is not, and who may join."""

import signal

from linux.sequence import (
    attempt,
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
)

from tracer.minidocker.kernel.namespaces import Clone

NEW_MOUNTS, NEW_HOST, NEW_USERS = Clone.CLONE_NEWNS, Clone.CLONE_NEWUTS, Clone.CLONE_NEWUSER


async def waiting(call, body, flags: Clone) -> int:
    """Make a child that does `body`, says so, and then waits to be killed."""
    ready, teller = call.pipe()

    async def child():
        await body()
        call.write(teller, b"x")
        await forever(call)

    pid = await spawn(call, child, flags)
    await call.read(ready)
    return pid


async def end(call, pid: int) -> int:
    """Kill a child and return its status."""
    attempt(call.kill, pid, signal.SIGKILL)
    return (await call.wait4(pid))[1]


@sequence()
async def a_hostname_belongs_to_its_uts_namespace(call, observe):
    async def child():
        observe("inherited", call.uname())
        call.sethostname("inner")
        observe("changed inside", call.uname())

    await inside(call, child, NEW_HOST)
    observe("not outside", call.uname())

    async def sharing():
        call.sethostname("other")

    await inside(call, sharing)
    observe("shared without the flag", call.uname())
    observe("64 letters", attempt(call.sethostname, "x" * 64))
    observe("65 letters", attempt(call.sethostname, "x" * 65))


@sequence()
async def unshare_leaves_the_parent_alone(call, observe):
    async def child():
        call.unshare(NEW_HOST | NEW_MOUNTS)
        call.sethostname("inner")
        call.mkdir("/m")
        call.mount("tmpfs", "/m", "tmpfs")
        put(call, "/m/hidden")
        observe("inside", [call.uname(), ls(call, "/m")])

    await inside(call, child)
    observe("outside", [call.uname(), ls(call, "/m")])


@sequence()
async def a_mount_stays_in_its_namespace(call, observe):
    call.mkdir("/m")

    async def child():
        call.mount("tmpfs", "/m", "tmpfs")
        put(call, "/m/hidden")
        put(call, "/shown")
        observe("inside", ls(call, "/m"))

    await inside(call, child, NEW_MOUNTS)
    observe("outside", ls(call, "/m"))
    observe("files are shared", attempt(call.stat, "/shown"))


@sequence()
async def setns_joins_what_a_descriptor_names(call, observe):
    mount_proc(call)

    async def renamed():
        call.sethostname("inner")

    pid = await waiting(call, renamed, NEW_HOST)
    number = call.open_(f"/proc/{pid}/ns/uts")

    async def joins():
        call.setns(number, NEW_HOST)
        observe("joined", call.uname())

    await inside(call, joins)
    observe("the parent has not", call.uname())
    await end(call, pid)

    async def joins_the_dead():
        call.setns(number)
        observe("the descriptor keeps it", call.uname())

    await inside(call, joins_the_dead)


@sequence()
async def setns_refuses(call, observe):
    mount_proc(call)
    put(call, "/file")
    number = call.open_("/proc/self/ns/uts")
    file = call.open_("/file")
    observe("another kind", attempt(call.setns, number, Clone.CLONE_NEWNET))
    observe("no namespace", attempt(call.setns, file, NEW_HOST))
    observe("no descriptor", attempt(call.setns, 99, NEW_HOST))
    observe("own user namespace", attempt(call.setns, call.open_("/proc/self/ns/user"), NEW_USERS))

    async def without_rights():
        call.setuid(1000)
        observe("without rights", attempt(call.setns, number, NEW_HOST))

    await inside(call, without_rights)


@sequence()
async def setns_of_pids_is_for_the_children(call, observe):
    mount_proc(call)

    async def nothing():
        pass

    pid = await waiting(call, nothing, Clone.CLONE_NEWPID)
    call.setns(call.open_(f"/proc/{pid}/ns/pid"), Clone.CLONE_NEWPID)
    observe("own pid", call.getpid())

    async def member():
        observe("pid inside", call.getpid())
        observe("parent from outside", call.getppid())

    await inside(call, member)
    await end(call, pid)


@sequence()
async def setns_of_mounts_moves_root_and_cwd(call, observe):
    mount_proc(call)
    make(call, "/m/below")

    async def mounts():
        call.mount("tmpfs", "/m", "tmpfs")
        put(call, "/m/inner")

    pid = await waiting(call, mounts, NEW_MOUNTS)
    call.chdir("/m/below")

    async def joins():
        call.setns(call.open_(f"/proc/{pid}/ns/mnt"), NEW_MOUNTS)
        observe("cwd", call.getcwd())
        observe("sees", ls(call, "/m"))

    await inside(call, joins)
    observe("outside", ls(call, "/m"))
    await end(call, pid)


@sequence()
async def namespaces_have_names(call, observe):
    mount_proc(call)
    own = {each: call.readlink(f"/proc/self/ns/{each}") for each in ("uts", "mnt", "net", "ipc")}
    observe("form", own["uts"].partition("[")[0])

    async def child():
        changed = [each for each in own if call.readlink(f"/proc/self/ns/{each}") != own[each]]
        observe("changed", sorted(changed))

    await inside(call, child, NEW_HOST | NEW_MOUNTS)


@sequence()
async def new_namespaces_need_rights(call, observe):
    async def other():
        call.setuid(1000)
        observe("uts", attempt(call.unshare, NEW_HOST))
        observe("mounts", attempt(call.unshare, NEW_MOUNTS))
        observe("pids", attempt(call.unshare, Clone.CLONE_NEWPID))
        observe("net", attempt(call.unshare, Clone.CLONE_NEWNET))
        observe("nothing", attempt(call.unshare, Clone(0)))

    await inside(call, other)


@sequence("user namespaces")
async def anybody_may_own_a_user_namespace(call, observe):
    async def other():
        call.setgid(1000)
        call.setuid(1000)
        observe("made", attempt(call.unshare, NEW_USERS))
        observe("before it is mapped", call.getuid())
        observe("the old host", attempt(call.sethostname, "x"))
        observe("a new host", attempt(call.unshare, NEW_HOST))
        observe("is theirs", attempt(call.sethostname, "mine"))
        observe("name", call.uname())
        observe("old mounts", attempt(call.mount, "tmpfs", "/", "tmpfs"))
        observe("capabilities there", attempt(call.unshare, NEW_MOUNTS | Clone.CLONE_NEWNET))

    await inside(call, other)
    observe("outside", call.uname())


@sequence("user namespaces")
async def a_user_is_mapped_once(call, observe):
    mount_proc(call)
    ready, teller = call.pipe()
    gate, opener = call.pipe()

    async def child():
        observe("unmapped", [call.getuid(), call.getgid()])
        call.write(teller, b"x")
        await call.read(gate)
        observe("mapped", call.getuid())
        observe("to somebody else", attempt(call.setuid, 5))
        call.write(teller, b"x")
        await call.read(gate)

    pid = await spawn(call, child, NEW_USERS)
    await call.read(ready)
    observe("map", attempt(setting, call, f"/proc/{pid}/uid_map", "0 1000 1\n"))
    observe("again", attempt(setting, call, f"/proc/{pid}/uid_map", "0 2000 1\n"))
    observe("shown", (await text(call, f"/proc/{pid}/uid_map")).split())
    call.write(opener, b"x")
    await call.read(ready)
    call.write(opener, b"x")
    observe("status", (await call.wait4(pid))[1])
