"""The bridge docker0 and the addresses of its network."""

from ipaddress import IPv4Interface

from tracer.minidocker import syscall
from tracer.minidocker.docker.engine import Engine, Env, Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.twin import twin_of

BRIDGE = "docker0"


class Bridge:
    """Gives addresses out; the cable to the bridge is laid later, by libcontainer."""

    def __init__(self, engine: Engine, address: str = "172.17.42.1/16") -> None:
        self.interface = IPv4Interface(address)
        self.taken = {self.interface.ip}
        self.allocated: dict[str, str] = {}  # container id -> address
        engine.register("allocate_interface", self.allocate)
        engine.register("release_interface", self.release)
        syscall.netlink("RTM_NEWLINK", BRIDGE, kind="bridge")
        syscall.netlink("RTM_NEWADDR", BRIDGE, address=address)
        syscall.netlink("RTM_SETLINK", BRIDGE, up=True)

    @twin_of("github.com/docker/docker/daemon/networkdriver/bridge.Allocate")
    async def allocate(self, job: Job) -> None:
        """Reserve an address for a container; no interface exists yet."""
        address = self._request_ip()
        self.allocated[job.args[0]] = address
        prefix_length = self.interface.network.prefixlen
        settings = Env(address=f"{address}/{prefix_length}", gateway=str(self.interface.ip))
        job.output.append(settings.encode())

    async def release(self, job: Job) -> None:
        """Take the address of a container back."""
        address = self.allocated.pop(job.args[0], None)
        self.taken = {each for each in self.taken if str(each) != address}

    @twin_of("github.com/docker/docker/daemon/networkdriver/ipallocator.RequestIP")
    def _request_ip(self) -> str:
        """Take the next free address of the bridge's network."""
        for address in self.interface.network.hosts():
            if address not in self.taken:
                self.taken.add(address)
                return str(address)
        raise DockerError(f"no free address in {self.interface.network}")
