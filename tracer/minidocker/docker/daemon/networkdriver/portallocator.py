"""Which ports of the host are promised to containers."""

from dataclasses import dataclass, field

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of

BEGIN, END = 49153, 65535  # for who does not say which
PROTOCOLS = ("tcp", "udp")


class PortAllocatedError(DockerError):
    """Somebody has this port already."""


@dataclass
class PortMap:
    """The ports of one address and protocol."""

    taken: set[int] = field(default_factory=set)
    last: int = 0

    @twin_of("(*github.com/docker/docker/daemon/networkdriver/portallocator.portMap).findPort")
    def find_port(self) -> int:
        """Take the next port after the last one, round and round."""
        count = END - BEGIN + 1
        start = self.last - BEGIN + 1 if self.last else 0
        for step in range(count):
            port = BEGIN + (start + step) % count
            if port not in self.taken:
                self.taken.add(port)
                self.last = port
                return port
        raise DockerError("all ports are allocated")


class Allocator:
    """The ports by address and protocol."""

    def __init__(self) -> None:
        self.maps: dict[tuple[str, str], PortMap] = {}

    def describe(self) -> list[str]:
        """List the ports that are taken."""
        return [
            f"{ip}:{port}/{protocol}"
            for (ip, protocol), ports in sorted(self.maps.items())
            for port in sorted(ports.taken)
        ]

    @twin_of("github.com/docker/docker/daemon/networkdriver/portallocator.RequestPort")
    def request_port(self, ip: str, protocol: str, port: int) -> int:
        """Take a port, or with 0 any; the kernel is not asked whether somebody listens there."""
        if protocol not in PROTOCOLS:
            raise DockerError("unknown protocol")
        ports = self.maps.setdefault((ip, protocol), PortMap())
        if not port:
            return ports.find_port()
        if port in ports.taken:
            raise PortAllocatedError(f"Bind for {ip}:{port} failed: port is already allocated")
        ports.taken.add(port)
        return port

    @twin_of("github.com/docker/docker/daemon/networkdriver/portallocator.ReleasePort")
    def release_port(self, ip: str, protocol: str, port: int) -> None:
        """Give a port back."""
        if (ip, protocol) in self.maps:
            self.maps[ip, protocol].taken.discard(port)

    @twin_of(
        "github.com/docker/docker/daemon/networkdriver/portallocator.ReleaseAll",
        passes="A container that has ended has given its ports back; nothing is left by then.",
    )
    def release_all(self) -> None:
        """Forget all of them, when the daemon ends."""
        self.maps.clear()
