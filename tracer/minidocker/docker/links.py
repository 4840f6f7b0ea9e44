"""A link: a container learns where another one is, and may send packets to its ports."""

import posixpath
from dataclasses import dataclass

from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.twin import twin_of

NOT_PASSED_ON = ("HOME", "PATH")


@dataclass
class Link:
    """One link, from a parent to the child that it may use."""

    parent_ip: str
    child_ip: str
    name: str  # /parent/alias
    child_env: list[str]
    ports: list[str]  # that the child exposes: 80/tcp
    engine: Engine
    enabled: bool = False

    @property
    def alias(self) -> str:
        """The name by which the parent knows the child."""
        return posixpath.basename(self.name)

    @twin_of(
        "(*github.com/docker/docker/links.Link).ToEnv",
        passes="It writes down what the container's program will find in its environment.",
    )
    def to_env(self) -> list[str]:
        """Describe the child in variables that begin with its alias."""
        prefix = self.alias.upper().replace("-", "_")
        env = [f"{prefix}_PORT={self._address(self.ports[0])}"] if self.ports else []
        for port in self.ports:
            number, _, protocol = port.partition("/")
            name = f"{prefix}_PORT_{number}_{protocol.upper()}"
            env += [f"{name}={self._address(port)}", f"{name}_ADDR={self.child_ip}"]
            env += [f"{name}_PORT={number}", f"{name}_PROTO={protocol}"]
        env.append(f"{prefix}_NAME={self.name}")
        pairs = [each.split("=") for each in self.child_env if each.count("=") == 1]
        return env + [f"{prefix}_ENV_{k}={v}" for k, v in pairs if k not in NOT_PASSED_ON]

    @twin_of("(*github.com/docker/docker/links.Link).Enable")
    async def enable(self) -> None:
        """Let packets through."""
        await self._toggle("-I", ignore_errors=False)
        self.enabled = True

    async def disable(self) -> None:
        """Let them through no more, if they ever were."""
        await self._toggle("-D", ignore_errors=True)
        self.enabled = False

    @twin_of("(*github.com/docker/docker/links.Link).toggle")
    async def _toggle(self, action: str, *, ignore_errors: bool) -> None:
        """Ask whoever does networks, by the name of the job."""
        job = self.engine.job("link", action)
        job.env.update(ParentIP=self.parent_ip, ChildIP=self.child_ip, Ports=self.ports)
        job.env["IgnoreErrors"] = ignore_errors
        await job.run()

    def _address(self, port: str) -> str:
        number, _, protocol = port.partition("/")
        return f"{protocol}://{self.child_ip}:{number}"


@twin_of(
    "github.com/docker/docker/links.NewLink",
    passes="It holds together what is known; packets are let through later.",
)
def new_link(  # as in Go
    *, parent_ip: str, child_ip: str, name: str, env: list[str], ports: list[str], engine: Engine
) -> Link:
    """Make a link; the port with the lowest number is the one that counts."""
    ordered = sorted(ports, key=lambda port: (int(port.partition("/")[0]), "udp" in port))
    return Link(parent_ip, child_ip, name, env, ordered, engine)
