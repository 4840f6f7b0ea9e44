"""What the daemon was told at its start."""

from dataclasses import dataclass, replace

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.networkdriver.addresses import get_default_route_iface
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.flags import Flags
from tracer.minidocker.twin import twin_of

DEFAULT_MTU = 1500
NO_BRIDGE = "none"


@dataclass(frozen=True)
class Config:
    """The options of `docker -d`."""

    pidfile: str
    root: str
    auto_restart: bool
    dns: list[str]
    iptables: bool
    ip_forward: bool
    default_ip: str
    bridge: str
    bridge_ip: str
    icc: bool
    graph_driver: str
    exec_driver: str
    mtu: int

    @classmethod
    def of(cls, flags: Flags) -> "Config":
        """Take the options of the command line."""
        dns = flags.values["dns"]
        return cls(
            pidfile=flags.text("pidfile"),
            root=flags.text("graph"),
            auto_restart=flags.is_on("restart"),
            dns=list(dns) if isinstance(dns, list) else [],
            iptables=flags.is_on("iptables"),
            ip_forward=flags.is_on("ip-forward"),
            default_ip=flags.text("ip"),
            bridge=flags.text("bridge"),
            bridge_ip=flags.text("bip"),
            icc=flags.is_on("icc"),
            graph_driver=flags.text("storage-driver"),
            exec_driver=flags.text("exec-driver"),
            mtu=int(flags.text("mtu")),
        )

    def checked(self) -> "Config":
        """Fill in what was left open, and refuse what contradicts itself."""
        config = self if self.mtu else replace(self, mtu=get_default_network_mtu())
        if config.bridge and config.bridge_ip:
            raise DockerError(
                "You specified -b & --bip, mutually exclusive options. Please specify only one."
            )
        if not config.iptables and not config.icc:
            raise DockerError(
                "You specified --iptables=false with --icc=false. "
                "ICC uses iptables to function. Please set --icc or --iptables to true."
            )
        return config


@twin_of("github.com/docker/docker/daemon.GetDefaultNetworkMtu")
def get_default_network_mtu() -> int:
    """Take the size of a packet that gets out of this host: containers send through it."""
    name = get_default_route_iface()
    return int(syscall.netlink("RTM_GETLINK", name)[0]["mtu"]) if name else DEFAULT_MTU
