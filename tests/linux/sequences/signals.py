"""Signals: who may send them, what they do, and what an init is spared."""

import signal

from linux.programs import NEEDS, PAUSE
from linux.sequence import (
    NO_HANG,
    attempt,
    executable,
    field,
    forever,
    inside,
    mount_proc,
    sequence,
    spawn,
    text,
    until,
)

from tracer.minidocker.kernel.namespaces import Clone


@sequence()
async def kill_refuses(call, observe):
    async def waits():
        await forever(call)

    pid = await spawn(call, waits)
    observe("probe", attempt(call.kill, pid, 0))
    observe("nobody", attempt(call.kill, 999, signal.SIGTERM))
    observe("no such signal", attempt(call.kill, pid, 999))

    async def other():
        call.setuid(1000)
        observe("another user's", attempt(call.kill, pid, signal.SIGTERM))
        observe("another user's, probe", attempt(call.kill, pid, 0))
        observe("nobody, as another user", attempt(call.kill, 999, 0))
        observe("own", attempt(call.kill, call.getpid(), 0))

    await inside(call, other)
    call.kill(pid, signal.SIGTERM)
    observe("status", (await call.wait4(pid))[1])


@sequence()
async def an_init_gets_from_inside_only_what_it_handles(call, observe):
    async def member():
        observe("TERM is sent", attempt(call.kill, 1, signal.SIGTERM))
        observe("KILL is sent", attempt(call.kill, 1, signal.SIGKILL))
        observe("USR1 is sent", attempt(call.kill, 1, signal.SIGUSR1))

    async def init():
        handled = []

        async def note(number):
            handled.append("USR1")

        call.sigaction(signal.SIGUSR1, note)
        observe("member ends", await inside(call, member))

        async def arrived() -> bool:
            return bool(handled)

        observe("is handled", await until(call, arrived))
        call.exit_group(5)

    pid = await call.clone(Clone.CLONE_NEWPID, init)
    observe("init lives on", (await call.wait4(pid))[1])


@sequence()
async def an_init_dies_of_kill_from_outside(call, observe):
    ended, holder = call.pipe()
    ready, teller = call.pipe()

    async def member():
        call.write(teller, b"x")
        await forever(call)

    async def init():
        await spawn(call, member)
        await forever(call)

    pid = await spawn(call, init, Clone.CLONE_NEWPID)
    call.close(holder)
    await call.read(ready)
    observe("TERM is sent", attempt(call.kill, pid, signal.SIGTERM))
    observe("and does nothing", list(await call.wait4(pid, NO_HANG)))
    observe("KILL is sent", attempt(call.kill, pid, signal.SIGKILL))
    observe("status", (await call.wait4(pid))[1])
    observe("the member ends too", (await call.read(ended)).decode())


@sequence()
async def an_action_stands_for_the_default(call, observe):
    ready, teller = call.pipe()

    async def ignores():
        call.sigaction(signal.SIGTERM, "SIG_IGN")
        call.write(teller, b"x")
        await forever(call)

    async def handles():
        async def leave(number):
            call.exit_group(9)

        call.sigaction(signal.SIGTERM, leave)
        call.write(teller, b"x")
        await forever(call)

    pid = await spawn(call, ignores)
    await call.read(ready)
    call.kill(pid, signal.SIGTERM)
    observe("ignored", list(await call.wait4(pid, NO_HANG)))
    call.kill(pid, signal.SIGKILL)
    observe("KILL is not", (await call.wait4(pid))[1])
    pid = await spawn(call, handles)
    await call.read(ready)
    call.kill(pid, signal.SIGTERM)
    observe("handled", (await call.wait4(pid))[1])


@sequence()
async def kill_and_stop_cannot_be_handled(call, observe):
    observe("KILL ignored", attempt(call.sigaction, signal.SIGKILL, "SIG_IGN"))
    observe("STOP ignored", attempt(call.sigaction, signal.SIGSTOP, "SIG_IGN"))
    observe("TERM ignored", attempt(call.sigaction, signal.SIGTERM, "SIG_IGN"))


@sequence()
async def some_signals_do_nothing_by_default(call, observe):
    async def waits():
        await forever(call)

    pid = await spawn(call, waits)
    for number in (signal.SIGCHLD, signal.SIGWINCH, signal.SIGURG, signal.SIGCONT):
        call.kill(pid, number)
    await call.nanosleep(0.02)
    observe("still there", list(await call.wait4(pid, NO_HANG)))
    call.kill(pid, signal.SIGHUP)
    observe("HUP", (await call.wait4(pid))[1])


@sequence(NEEDS)
async def exec_forgets_handlers_and_keeps_what_is_ignored(call, observe):
    mount_proc(call)
    executable(call, "/pause", PAUSE)

    async def child():
        async def nothing(number):
            pass

        call.sigaction(signal.SIGUSR1, nothing)
        call.sigaction(signal.SIGUSR2, "SIG_IGN")
        call.execve("/pause", ["sleeper"], {})

    pid = await spawn(call, child)

    async def replaced() -> bool:
        return (await text(call, f"/proc/{pid}/cmdline")).startswith("sleeper")

    await until(call, replaced)
    call.kill(pid, signal.SIGUSR2)
    await call.nanosleep(0.02)
    observe("ignored still", list(await call.wait4(pid, NO_HANG)))
    call.kill(pid, signal.SIGUSR1)
    observe("handled no more", (await call.wait4(pid))[1])


@sequence()
async def a_child_may_ask_to_die_with_its_parent(call, observe):
    ended, holder = call.pipe()
    ready, teller = call.pipe()

    async def grandchild():
        call.prctl("PR_SET_PDEATHSIG", signal.SIGKILL)
        call.write(teller, b"x")
        await forever(call)

    async def child():
        await spawn(call, grandchild)
        await forever(call)

    pid = await spawn(call, child)
    call.close(holder)
    await call.read(ready)
    call.kill(pid, signal.SIGKILL)
    await call.wait4(pid)
    observe("it dies", (await call.read(ended)).decode())


@sequence()
async def stop_and_continue(call, observe):
    mount_proc(call)

    async def waits():
        await forever(call)

    pid = await spawn(call, waits)
    call.kill(pid, signal.SIGSTOP)

    async def stopped() -> bool:
        return (await field(call, pid, "State"))[0] == "T"

    async def sleeps() -> bool:
        return (await field(call, pid, "State"))[0] == "S"

    observe("stopped", await until(call, stopped))
    call.kill(pid, signal.SIGTERM)
    observe("TERM waits", list(await call.wait4(pid, NO_HANG)))
    call.kill(pid, signal.SIGCONT)
    observe("status", (await call.wait4(pid))[1])
