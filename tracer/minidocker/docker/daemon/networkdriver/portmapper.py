"""Publish a port of a container at the host: by the packet filter, and by a proxy for the rest.

The filter never sees what the host sends to itself at 127.0.0.1; and the proxy, which listens,
keeps others away from the port.
"""

from dataclasses import dataclass, field
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.docker import reexec
from tracer.minidocker.docker.daemon.networkdriver import portallocator
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import proxy
from tracer.minidocker.docker.pkg.iptables import Chain
from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.twin import twin_of

PROXY = "docker-proxy"


@dataclass(frozen=True)
class Published:
    """A port of the host that leads to a container."""

    protocol: str
    ip: str
    port: int

    def __str__(self) -> str:
        return f"{self.ip}:{self.port}/{self.protocol}"


@dataclass
class ProxyCommand:
    """A process that carries what comes to a port to the container."""

    command: Cmd

    @twin_of("(*github.com/docker/docker/daemon/networkdriver/portmapper.proxyCommand).Start")
    async def start(self) -> None:
        """Start the process; whether it can listen, nobody asks."""
        await self.command.start()

    @twin_of("(*github.com/docker/docker/daemon/networkdriver/portmapper.proxyCommand).Stop")
    async def stop(self) -> None:
        """Interrupt the process and wait for its end."""
        syscall.kill(self.command.pid, Signal.SIGINT)
        await self.command.wait()


@dataclass
class Mapping:
    """What was done for one port."""

    inside: tuple[str, int]
    proxy: ProxyCommand


@dataclass
class Mapper:
    """All published ports."""

    chain: Chain | None = None  # where the rules go; none without iptables
    ports: portallocator.Allocator = field(default_factory=portallocator.Allocator)
    current: dict[Published, Mapping] = field(default_factory=dict)
    lock: goroutine.Lock = field(default_factory=goroutine.Lock)

    def describe(self) -> dict[str, Any]:
        """Give what is published as plain values."""
        published = {str(k): f"{v.inside[0]}:{v.inside[1]}" for k, v in self.current.items()}
        chain = self.chain.name if self.chain else ""
        return {"ports": self.ports.describe(), "published": published, "chain": chain}

    @twin_of("github.com/docker/docker/daemon/networkdriver/portmapper.SetIptablesChain")
    def set_iptables_chain(self, chain: Chain) -> None:
        """Say where the rules go; without, only the proxy carries."""
        self.chain = chain

    @twin_of("github.com/docker/docker/daemon/networkdriver/portmapper.Map")
    async def map(self, protocol: str, inside: tuple[str, int], ip: str, port: int) -> Published:
        """Take the port, put the rules in and start the proxy; undo what was done if one fails."""
        async with self.lock:
            port = self.ports.request_port(ip, protocol, port)
            published = Published(protocol, ip, port)
            command = _new_proxy_command(published, inside)
            try:
                await self._forward("-A", published, inside)
                await command.start()
            except DockerError:
                self.ports.release_port(ip, protocol, port)
                raise
            self.current[published] = Mapping(inside, command)
            return published

    @twin_of("github.com/docker/docker/daemon/networkdriver/portmapper.Unmap")
    async def unmap(self, published: Published) -> None:
        """Stop the proxy, take the rules away and give the port back."""
        async with self.lock:
            mapping = self.current.pop(published, None)
            if mapping is None:
                raise DockerError("port is not mapped")
            await mapping.proxy.stop()
            await self._forward("-D", published, mapping.inside)
            self.ports.release_port(published.ip, published.protocol, published.port)

    @twin_of("github.com/docker/docker/daemon/networkdriver/portmapper.forward")
    async def _forward(self, action: str, published: Published, inside: tuple[str, int]) -> None:
        """Put the rules in, or take them away, if there is a chain for them."""
        if self.chain is not None:
            protocol, ip, port = published.protocol, published.ip, published.port
            await self.chain.forward(action, ip, port, protocol, inside)


@twin_of("github.com/docker/docker/daemon/networkdriver/portmapper.NewProxyCommand")
def _new_proxy_command(published: Published, inside: tuple[str, int]) -> ProxyCommand:
    """Say how the proxy is started: this same binary, under another name."""
    argv = [PROXY, "-proto", published.protocol, "-host-ip", published.ip]
    argv += ["-host-port", str(published.port)]
    argv += ["-container-ip", inside[0], "-container-port", str(inside[1])]
    return ProxyCommand(Cmd(reexec.self_path(), argv, death_signal=Signal.SIGTERM))


@twin_of("github.com/docker/docker/daemon/networkdriver/portmapper.execProxy")
async def exec_proxy(argv: list[str]) -> None:
    """Be the proxy: listen at the host's port until a signal comes, or end if it is taken."""
    try:
        host, inside = _parse_host_container_addrs(argv)
        relay = proxy.new_proxy(host, inside)
    except (DockerError, KernelError):
        syscall.exit_group(1)
        return
    goroutine.start(_handle_stop_signals(relay))
    await relay.run()


@twin_of(
    "github.com/docker/docker/daemon/networkdriver/portmapper.parseHostContainerAddrs",
    passes="It reads words.",
)
def _parse_host_container_addrs(argv: list[str]) -> tuple[tuple[str, int], tuple[str, int]]:
    """Read both ends from the command line: nothing else is known of the container here."""
    given = dict(zip(argv[1::2], argv[2::2], strict=True))
    if given["-proto"] != "tcp":
        raise DockerError(f"unsupported protocol {given['-proto']}")
    host = given["-host-ip"], int(given["-host-port"])
    return host, (given["-container-ip"], int(given["-container-port"]))


@twin_of("github.com/docker/docker/daemon/networkdriver/portmapper.handleStopSignals")
async def _handle_stop_signals(relay: proxy.TCPProxy) -> None:
    """End in good order when the daemon asks for it, or is gone."""
    asked = Wait()

    async def note(signal: int) -> None:
        del signal
        asked.close()

    syscall.sigaction(Signal.SIGINT, note)
    syscall.sigaction(Signal.SIGTERM, note)
    await asked
    relay.close()
    syscall.exit_group(0)


reexec.register(PROXY, exec_proxy)
