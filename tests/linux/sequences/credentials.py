"""Users and capabilities."""

import signal

from linux.programs import NEEDS, PAUSE
from linux.sequence import (
    attempt,
    executable,
    field,
    has_capability,
    inside,
    mount_proc,
    put,
    sequence,
    spawn,
    text,
    until,
)


async def executed(call, before) -> int:
    """Do something in a child and become a program that waits; return its pid."""

    async def child():
        before()
        call.execve("/pause", ["sleeper"], {})

    pid = await spawn(call, child)

    async def replaced() -> bool:
        return (await text(call, f"/proc/{pid}/cmdline")).startswith("sleeper")

    assert await until(call, replaced)
    return pid


async def end(call, pid: int) -> None:
    call.kill(pid, signal.SIGKILL)
    await call.wait4(pid)


@sequence()
async def leaving_root_drops_all_rights(call, observe):
    mount_proc(call)

    async def child():
        observe("may before", await has_capability(call, "self", "SYS_ADMIN"))
        call.setgid(1000)
        call.setuid(1000)
        observe("who", [call.getuid(), call.getgid()])
        observe("effective", await field(call, "self", "CapEff"))
        observe("permitted", await field(call, "self", "CapPrm"))
        observe("mount", attempt(call.mount, "x", "/", "tmpfs"))
        observe("host", attempt(call.sethostname, "x"))
        observe("back", attempt(call.setuid, 0))
        observe("another group", attempt(call.setgid, 5))
        observe("more groups", attempt(call.setgroups, (1, 2)))
        observe("own again", attempt(call.setuid, 1000))

    await inside(call, child)


@sequence()
async def kept_capabilities_are_permitted_but_not_effective(call, observe):
    mount_proc(call)

    async def child():
        call.prctl("PR_SET_KEEPCAPS", 1)
        call.setuid(1000)
        observe("permitted", await has_capability(call, "self", "SYS_ADMIN", "CapPrm"))
        observe("effective", await has_capability(call, "self", "SYS_ADMIN"))
        observe("refused", attempt(call.sethostname, "x"))
        observe("taken up", attempt(call.capset, frozenset({"SYS_ADMIN"})))
        observe("allowed", attempt(call.sethostname, "x"))
        observe("the rest is gone", attempt(call.capset, frozenset({"SYS_ADMIN", "KILL"})))

    await inside(call, child)


@sequence()
async def a_capability_given_up_does_not_come_back(call, observe):
    async def child():
        observe("fewer", attempt(call.capset, frozenset({"SYS_CHROOT", "CHOWN"})))
        observe("more", attempt(call.capset, frozenset({"SYS_CHROOT", "SYS_ADMIN"})))
        observe("mount", attempt(call.mount, "x", "/", "tmpfs"))
        observe("still root", call.getuid())
        observe("what is left", attempt(call.chroot, "/"))
        observe("none", attempt(call.capset, frozenset()))
        observe("chroot without", attempt(call.chroot, "/"))

    await inside(call, child)


@sequence(NEEDS)
async def the_bounding_set_limits_exec(call, observe):
    mount_proc(call)
    executable(call, "/pause", PAUSE)

    def drop() -> None:
        call.prctl("PR_CAPBSET_DROP", "SYS_ADMIN")
        call.sethostname("still may")

    pid = await executed(call, drop)
    observe("still had it until exec", call.uname())
    observe("SYS_ADMIN", await has_capability(call, pid, "SYS_ADMIN"))
    observe("KILL", await has_capability(call, pid, "KILL"))
    observe("bounding", await has_capability(call, pid, "SYS_ADMIN", "CapBnd"))
    await end(call, pid)

    def without_rights() -> None:
        call.capset(frozenset({"SYS_ADMIN"}))
        observe("drop without rights", attempt(call.prctl, "PR_CAPBSET_DROP", "KILL"))

    pid = await executed(call, without_rights)
    observe("root gets back at exec", await has_capability(call, pid, "KILL"))
    await end(call, pid)


@sequence(NEEDS)
async def another_user_gets_nothing_at_exec(call, observe):
    mount_proc(call)
    executable(call, "/pause", PAUSE)

    def leave() -> None:
        call.prctl("PR_SET_KEEPCAPS", 1)
        call.setuid(1000)

    pid = await executed(call, leave)
    observe("permitted", await has_capability(call, pid, "SYS_ADMIN", "CapPrm"))
    observe("effective", await has_capability(call, pid, "SYS_ADMIN"))
    observe("uid", (await field(call, pid, "Uid")).split())
    await end(call, pid)


@sequence()
async def what_needs_which_capability(call, observe):
    call.mkdir("/d")

    def refused_without(name: str, function, *arguments) -> str:
        everything = frozenset({"CHOWN", "MKNOD", "NET_ADMIN", "SETUID", "SYS_ADMIN", "SYS_CHROOT"})
        call.capset(everything - {name})
        return attempt(function, *arguments)

    async def one(name: str, function, *arguments) -> None:
        async def child():
            observe(name, refused_without(name, function, *arguments))

        await inside(call, child)

    await one("SYS_ADMIN", call.mount, "tmpfs", "/d", "tmpfs")
    await one("SYS_CHROOT", call.chroot, "/d")
    await one("MKNOD", call.mknod, "/null", "c 1:3")
    await one("CHOWN", call.chown, "/d", 5, 5)
    await one("SETUID", call.setuid, 5)
    await one("NET_ADMIN", lambda: call.netlink("RTM_SETLINK", "lo", up=True))


@sequence()
async def files_are_open_to_those_they_name(call, observe):
    call.mkdir("/d", 0o755)
    call.chmod("/d", 0o755)
    put(call, "/d/secret", "s")
    call.chmod("/d/secret", 0o600)
    put(call, "/d/group", "g")
    call.chown("/d/group", 0, 50)
    call.chmod("/d/group", 0o640)
    put(call, "/d/own", "o")
    call.chown("/d/own", 1000, 1000)
    call.chmod("/d/own", 0o077)
    call.mkdir("/closed", 0o700)
    put(call, "/closed/all", "a")
    call.chmod("/closed/all", 0o666)

    async def other():
        call.setgroups((50,))
        call.setgid(1000)
        call.setuid(1000)
        observe("read another's", attempt(call.open_, "/d/secret"))
        observe("read the group's", attempt(call.open_, "/d/group"))
        observe("write the group's", attempt(put, call, "/d/group"))
        observe("own but closed to the owner", attempt(call.open_, "/d/own"))
        observe("below a closed directory", attempt(call.open_, "/closed/all"))
        observe("stat there", attempt(call.stat, "/closed/all"))
        observe("list it", attempt(call.getdents, "/closed"))
        observe("make a file", attempt(put, call, "/d/new"))
        observe("make a directory", attempt(call.mkdir, "/d/new"))
        observe("remove", attempt(call.unlink, "/d/own"))
        observe("stat needs no right on the file", attempt(call.stat, "/d/secret"))
        observe("chmod another's", attempt(call.chmod, "/d/secret", 0o666))
        observe("chmod one's own", attempt(call.chmod, "/d/own", 0o600))
        observe("give away", attempt(call.chown, "/d/own", 5, 1000))

    await inside(call, other)


@sequence()
async def root_without_override_is_like_others(call, observe):
    put(call, "/secret", "s")
    call.chown("/secret", 1000, 1000)
    call.chmod("/secret", 0o600)

    async def child():
        observe("with", attempt(call.open_, "/secret"))
        call.capset(frozenset({"CHOWN"}))
        observe("without", attempt(call.open_, "/secret"))
        observe("chmod without FOWNER", attempt(call.chmod, "/secret", 0o666))
        observe("chown with CHOWN", attempt(call.chown, "/secret", 0, 0))
        observe("as the owner", attempt(call.open_, "/secret"))

    await inside(call, child)


@sequence()
async def the_sticky_bit_protects_names(call, observe):
    call.mkdir("/tmp", 0o777)
    call.chmod("/tmp", 0o1777)
    put(call, "/tmp/roots")

    async def other():
        call.setuid(1000)
        observe("make", attempt(put, call, "/tmp/own"))
        observe("remove another's", attempt(call.unlink, "/tmp/roots"))
        observe("rename another's", attempt(call.rename, "/tmp/roots", "/tmp/x"))
        observe("remove one's own", attempt(call.unlink, "/tmp/own"))

    await inside(call, other)
