"""Pipes, socket pairs and sockets with a path: who hears of whose end."""

import signal

from linux.programs import NEEDS, PAUSE
from linux.sequence import (
    NO_HANG,
    attempt,
    attempted,
    executable,
    inside,
    make,
    put,
    sequence,
    spawn,
)

from tracer.minidocker.kernel.files import Open


def listener(call, path: str) -> int:
    """Make a socket that listens at a path."""
    number = call.socket("unix")
    call.bind(number, path)
    call.listen(number)
    return number


@sequence(NEEDS)
async def exec_closes_and_the_other_end_hears(call, observe):
    executable(call, "/pause", PAUSE)
    here, there = call.socketpair()

    async def child():
        call.close(here)
        call.write(there, b"about to")
        call.execve("/pause", ["pause"], {})

    pid = await spawn(call, child)
    call.close(there)
    observe("before", (await call.read(here)).decode())
    observe("end of file at exec", (await call.read(here)).decode())
    observe("while it runs", list(await call.wait4(pid, NO_HANG)))
    call.kill(pid, signal.SIGKILL)
    observe("status", (await call.wait4(pid))[1])


@sequence(NEEDS)
async def what_is_not_marked_survives_exec(call, observe):
    executable(call, "/pause", PAUSE)
    reader, writer = call.pipe()

    async def child():
        call.dup2(writer, 60)
        call.close(writer)
        call.write(60, b"x")
        call.execve("/pause", ["pause"], {})

    pid = await spawn(call, child)
    call.close(writer)
    await call.read(reader)
    await call.nanosleep(0.05)
    observe("still runs", list(await call.wait4(pid, NO_HANG)))
    call.kill(pid, signal.SIGKILL)
    observe("end of file at its end", (await call.read(reader)).decode())
    await call.wait4(pid)


@sequence()
async def end_of_file_comes_with_the_last_writer(call, observe):
    reader, writer = call.pipe()
    gate, opener = call.pipe()

    async def child():
        call.close(reader)
        call.write(writer, b"one")
        await call.read(gate)
        call.write(writer, b"two")

    pid = await spawn(call, child)
    call.close(writer)
    observe("first", (await call.read(reader)).decode())
    call.write(opener, b"x")
    observe("second", (await call.read(reader)).decode())
    observe("end", (await call.read(reader)).decode())
    observe("still the end", (await call.read(reader)).decode())
    await call.wait4(pid)


@sequence()
async def writing_to_nobody_kills(call, observe):
    async def writes():
        reader, writer = call.pipe()
        call.close(reader)
        call.write(writer, b"x")

    async def ignores():
        call.sigaction(signal.SIGPIPE, "SIG_IGN")
        reader, writer = call.pipe()
        call.close(reader)
        observe("ignored", attempt(call.write, writer, b"x"))
        here, there = call.socketpair()
        call.close(there)
        observe("a socket", attempt(call.write, here, b"x"))
        observe("and read", (await call.read(here)).decode())

    async def to_socket():
        here, there = call.socketpair()
        call.close(there)
        call.write(here, b"x")

    observe("pipe", await inside(call, writes))
    observe("socket", await inside(call, to_socket))
    observe("ignoring", await inside(call, ignores))


@sequence()
async def pipes_have_a_direction(call, observe):
    reader, writer = call.pipe()
    observe("write to the read end", attempt(call.write, reader, b"x"))
    observe("read the write end", await attempted(call.read(writer)))
    call.write(writer, b"ab")
    call.write(writer, b"cd")
    observe("bytes have no bounds", (await call.read(reader)).decode())


@sequence()
async def a_socket_pair_goes_both_ways(call, observe):
    here, there = call.socketpair()
    call.write(here, b"ping")
    call.write(there, b"pong")
    observe("there", (await call.read(there)).decode())
    observe("here", (await call.read(here)).decode())
    call.shutdown(here)
    observe("after shutdown", (await call.read(there)).decode())
    call.write(there, b"still")
    observe("the other way", (await call.read(here)).decode())
    call.sigaction(signal.SIGPIPE, "SIG_IGN")
    observe("write after shutdown", attempt(call.write, here, b"x"))
    reader, _ = call.pipe()
    observe("shutdown of a pipe", attempt(call.shutdown, reader))


@sequence()
async def a_listener_is_found_by_its_path(call, observe):
    make(call, "/run")
    number = listener(call, "/run/s")
    observe("kind", call.stat("/run/s").kind)

    async def client():
        mine = call.socket("unix")
        await call.connect(mine, "/run/s")
        call.write(mine, b"hello")
        call.shutdown(mine)
        observe("answer", (await call.read(mine)).decode())

    pid = await spawn(call, client)
    connection = await call.accept(number)
    observe("request", (await call.read(connection)).decode())
    observe("its end", (await call.read(connection)).decode())
    call.write(connection, b"world")
    call.close(connection)
    await call.wait4(pid)


@sequence()
async def connect_refuses(call, observe):
    put(call, "/f")
    make(call, "/d")

    async def tried(path: str) -> str:
        number = call.socket("unix")
        return await attempted(call.connect(number, path))

    observe("nothing", await tried("/no"))
    observe("a file", await tried("/f"))
    number = call.socket("unix")
    call.bind(number, "/bound")
    observe("nobody listens", await tried("/bound"))
    observe("bound again", attempt(call.bind, number, "/other"))
    call.listen(number)
    observe("listens", await tried("/bound"))
    call.close(number)
    observe("after its end", await tried("/bound"))
    observe("the name is taken", attempt(listener, call, "/bound"))
    call.unlink("/bound")
    observe("and free", attempt(listener, call, "/bound"))
    observe("open a socket", attempt(call.open_, "/bound", Open.O_RDWR))
    observe("bind to a file's name", attempt(listener, call, "/f"))
    observe("bind below nothing", attempt(listener, call, "/no/s"))
    reader, _ = call.pipe()
    observe("a pipe", await attempted(call.connect(reader, "/bound")))
    here, _ = call.socketpair()
    observe("a connected one", await attempted(call.connect(here, "/bound")))


@sequence()
async def a_socket_has_permissions(call, observe):
    make(call, "/run")
    listener(call, "/run/s")
    call.chmod("/run/s", 0o600)

    async def other():
        call.setuid(1000)
        number = call.socket("unix")
        observe("another user", await attempted(call.connect(number, "/run/s")))

    await inside(call, other)
    number = call.socket("unix")
    observe("root", await attempted(call.connect(number, "/run/s")))


@sequence()
async def waiting_connections_end_with_the_listener(call, observe):
    number = listener(call, "/s")
    mine = call.socket("unix")
    await call.connect(mine, "/s")
    call.write(mine, b"x")
    call.close(number)
    call.sigaction(signal.SIGPIPE, "SIG_IGN")
    observe("write", attempt(call.write, mine, b"y"))
    observe("accept on what never listened", await attempted(call.accept(call.socket("unix"))))
