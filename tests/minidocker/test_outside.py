import shlex
from collections.abc import Iterator

import pytest

from tracer.minidocker import syscall
from tracer.minidocker.golib import net
from tracer.minidocker.machine import Machine


def on_host(machine: Machine, script: str) -> str:
    """Run a script on the machine itself, beside the daemon."""
    before = len(machine.kernel.console.content)

    async def entry() -> None:
        syscall.execve("/bin/sh", ["sh", "-c", script], {})

    machine.kernel.start(entry)
    machine.kernel.run()
    return machine.kernel.console.content[before:].decode()


def from_outside(machine: Machine, address: tuple[str, int]) -> bytes:
    """Send a request from the outside host and return the answer."""
    outside = next(
        each
        for each in machine.kernel.system.processes.values()
        if "uplink" in each.namespaces.net.interfaces
    )
    heard: list[bytes] = []

    async def ask() -> None:
        connection = await net.dial(address)
        syscall.write(connection, b"GET / HTTP/1.0\r\n\r\n")
        while more := await syscall.read(connection):
            heard.append(more)
        syscall.close(connection)

    outside.start_thread(ask())
    machine.kernel.run()
    return b"".join(heard)


def run_inside(machine: Machine, *argv: str) -> str:
    return machine.run(shlex.join(["docker", "run", *argv]))[0]


MASQUERADE = "iptables -t nat -D POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE; "


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine.booted()
    yield made
    made.switch_off()


def test_the_machine_reaches_the_outside(machine: Machine) -> None:
    assert on_host(machine, "wget -O - http://10.0.2.2/") == "hello from outside\n"


def test_a_program_inside_reaches_the_outside_only_behind_masquerade(machine: Machine) -> None:
    def fetch() -> str:
        return run_inside(machine, "busybox", "wget", "-O", "-", "10.0.2.2")

    assert fetch() == "hello from outside\n"

    on_host(machine, MASQUERADE)

    assert fetch() == "wget: can't connect to 10.0.2.2: ETIMEDOUT\n"


def test_a_published_port_is_reached_from_outside_and_from_the_machine(
    machine: Machine,
) -> None:
    script = "mkdir /srv; echo inside > /srv/index.html; exec httpd -h /srv"
    run_inside(machine, "-d", "-p", "8080:80", "busybox", "sh", "-c", script)

    assert from_outside(machine, ("10.0.2.15", 8080)).endswith(b"inside\n")
    assert on_host(machine, "wget -O - http://10.0.2.15:8080/") == "inside\n"
    assert on_host(machine, "wget -O - http://172.17.0.2/") == "inside\n"
