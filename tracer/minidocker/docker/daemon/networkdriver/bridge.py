"""The bridge docker0: made once, filtered by iptables; and the addresses and ports behind it."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from tracer.minidocker.docker.daemon.networkdriver import addresses, ipallocator
from tracer.minidocker.docker.daemon.networkdriver.portallocator import PortAllocatedError
from tracer.minidocker.docker.daemon.networkdriver.portmapper import Mapper, Published
from tracer.minidocker.docker.engine import Env, Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import iptables, kernel, resolvconf
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.libcontainer import netlink
from tracer.minidocker.twin import twin_of

DEFAULT_BRIDGE = "docker0"
CHAIN = "DOCKER"
TRIES = 10  # for a port that may be any
CANDIDATES = (  # networks for the bridge; the first that nobody uses is taken
    *("172.17.42.1/16", "10.0.42.1/16", "10.1.42.1/16", "10.42.42.1/16"),
    *("172.16.42.1/24", "172.16.43.1/24", "172.16.44.1/24", "10.0.42.1/24", "10.0.43.1/24"),
    *("192.168.42.1/24", "192.168.43.1/24", "192.168.44.1/24"),
)


@dataclass
class Interface:
    """What a container has of the network."""

    ip: IPv4Address
    ports: list[Published] = field(default_factory=list)


class Interfaces:
    """The interfaces by the container's id."""

    def __init__(self) -> None:
        self.by_id: dict[str, Interface] = {}

    @twin_of("(*github.com/docker/docker/daemon/networkdriver/bridge.ifaces).Set")
    def set(self, id_: str, interface: Interface) -> None:
        """Note what a container has."""
        self.by_id[id_] = interface

    @twin_of(
        "(*github.com/docker/docker/daemon/networkdriver/bridge.ifaces).Get",
        passes="It looks into a table.",
    )
    def get(self, id_: str) -> Interface | None:
        """Say what a container has, or had: a release does not take it out."""
        return self.by_id.get(id_)


class Bridge:
    """The driver's state: package variables in Go, as a daemon has one bridge."""

    def __init__(self, name: str, address: IPv4Interface, binding: str) -> None:
        self.name, self.address, self.binding = name, address, binding
        self.addresses, self.mapper = ipallocator.Allocator(), Mapper()
        self.interfaces = Interfaces()

    def describe(self) -> dict[str, Any]:
        """Give what is taken as plain values."""
        return {
            "bridge": f"{self.name} {self.address}",
            "taken": self.addresses.describe(),
            "interfaces": {k[:12]: str(v.ip) for k, v in self.interfaces.by_id.items()},
            **self.mapper.describe(),
        }

    @twin_of("github.com/docker/docker/daemon/networkdriver/bridge.Allocate")
    async def allocate(self, job: Job) -> None:
        """Reserve an address for a container; no interface exists yet."""
        ip = self.addresses.request_ip(self.address)
        self.interfaces.set(job.args[0], Interface(ip))
        settings = Env(IP=str(ip), Gateway=str(self.address.ip), Bridge=self.name)
        settings["IPPrefixLen"] = self.address.network.prefixlen
        settings.write_to(job.output)

    @twin_of("github.com/docker/docker/daemon/networkdriver/bridge.Release")
    async def release(self, job: Job) -> None:
        """Take ports and address of a container back; what fails does not keep the rest."""
        interface = self.interfaces.get(job.args[0])
        if interface is None:
            raise DockerError(f"No network information to release for {job.args[0]}")
        for port in interface.ports:
            try:
                await self.mapper.unmap(port)
            except DockerError:
                continue  # the daemon's log says so
        self.addresses.release_ip(self.address, interface.ip)

    @twin_of("github.com/docker/docker/daemon/networkdriver/bridge.AllocatePort")
    async def allocate_port(self, job: Job) -> None:
        """Publish a port of a container; one that may be any is tried again elsewhere."""
        interface = self.interfaces.get(job.args[0])
        if interface is None:
            raise DockerError(f"{job.args[0]} has no address yet")
        env = job.env
        inside = str(interface.ip), int(env["ContainerPort"])
        ip, port = env.get("HostIP") or self.binding, int(env.get("HostPort") or 0)
        tries = 1 if port else TRIES
        while True:
            tries -= 1
            try:
                published = await self.mapper.map(env["Proto"], inside, ip, port)
            except PortAllocatedError:
                if not tries:
                    raise
                continue
            interface.ports.append(published)
            Env(HostIP=published.ip, HostPort=str(published.port)).write_to(job.output)
            return

    @twin_of("github.com/docker/docker/daemon/networkdriver/bridge.LinkContainers")
    async def link(self, job: Job) -> None:
        """Let two containers talk over the ports of one of them, there and back."""
        env, through = job.env, ("-i", self.name, "-o", self.name)
        child, parent = env["ChildIP"], env["ParentIP"]
        for each in env["Ports"]:
            port, _, protocol = each.partition("/")
            for source, side, destination in (
                (parent, "--dport", child),
                (child, "--sport", parent),
            ):
                ends = ("-s", source, side, port, "-d", destination)
                try:
                    await iptables.quiet(
                        job.args[0], "FORWARD", *through, "-p", protocol, *ends, "-j", "ACCEPT"
                    )
                except DockerError:
                    if not env.get("IgnoreErrors"):
                        raise


@twin_of("github.com/docker/docker/daemon/networkdriver/bridge.InitDriver")
async def init_driver(job: Job) -> None:
    """Answer the job "init_networkdriver": bridge, packet filter, forwarding, and four jobs."""
    env, given = job.env, job.env.get("BridgeIface", "")
    name, wanted = given or DEFAULT_BRIDGE, env.get("BridgeIP", "")
    try:
        address = addresses.get_iface_addr(name)
    except (DockerError, KernelError):
        if given:  # somebody else's bridge is not ours to make
            raise
        await _create_bridge(name, wanted)
        address = addresses.get_iface_addr(name)
    if wanted and IPv4Interface(wanted).ip != address.ip:
        raise DockerError(f"bridge ip ({address.ip}) does not match existing bridge configuration")
    bridge = Bridge(name, address, env.get("DefaultBindingIP", ""))
    job.engine.globals["bridge"] = bridge
    if env["EnableIptables"]:
        await _setup_iptables(bridge, icc=env["InterContainerCommunication"])
    if env["EnableIpForward"]:
        ioutil.write_file("/proc/sys/net/ipv4/ip_forward", "1\n", create=False)
    await iptables.remove_existing_chain(CHAIN)
    if env["EnableIptables"]:
        bridge.mapper.set_iptables_chain(await iptables.new_chain(CHAIN, name))
    job.engine.register("allocate_interface", bridge.allocate)
    job.engine.register("release_interface", bridge.release)
    job.engine.register("allocate_port", bridge.allocate_port)
    job.engine.register("link", bridge.link)


@twin_of("github.com/docker/docker/daemon/networkdriver/bridge.setupIPTables")
async def _setup_iptables(bridge: Bridge, *, icc: bool) -> None:
    """Put four rules in front of all others, unless an earlier daemon has done so.

    Containers reach the outside under the host's address; one another, if `icc` says so; whatever
    they like; and what they asked for comes back.
    """
    name, among = bridge.name, ("FORWARD", "-i", bridge.name, "-o", bridge.name, "-j")
    network = str(bridge.address)
    out = ("!", "-o", name, "-j", "MASQUERADE")
    await _insert("POSTROUTING", *iptables.NAT, "-s", network, *out)
    await _delete(*among, "DROP" if icc else "ACCEPT")
    await _insert(*among, "ACCEPT" if icc else "DROP")
    await _insert("FORWARD", "-i", name, "!", "-o", name, "-j", "ACCEPT")
    answers = ("-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT")
    await _insert("FORWARD", "-o", name, *answers)


async def _insert(*rule: str) -> None:
    if not await iptables.exists(*rule):
        await iptables.quiet("-I", *rule)


async def _delete(*rule: str) -> None:
    try:
        await iptables.raw("-D", *rule)
    except DockerError:
        return  # there was none


@twin_of("github.com/docker/docker/daemon/networkdriver/bridge.createBridge")
async def _create_bridge(name: str, wanted: str) -> None:
    """Make the bridge, with an address of a network that neither name servers nor routes use."""
    nameservers = resolvconf.nameservers(await resolvconf.get())
    address = wanted or _free_address(nameservers)
    if not address:
        raise DockerError(f"Could not find a free IP address range for interface '{name}'")
    await _create_bridge_iface(name)
    netlink.network_link_add_ip(name, address)
    netlink.network_link_up(name)


def _free_address(nameservers: list[IPv4Network]) -> str:
    for candidate in CANDIDATES:
        network = IPv4Interface(candidate).network
        if addresses.check_nameserver_overlaps(nameservers, network):
            continue
        if not addresses.check_route_overlaps(network):
            return candidate
    return ""


@twin_of("github.com/docker/docker/daemon/networkdriver/bridge.createBridgeIface")
async def _create_bridge_iface(name: str) -> None:
    """Make the bridge; from Linux 3.3 it can keep one link-layer address all its life."""
    await kernel.get_kernel_version()
    netlink.create_bridge(name)
