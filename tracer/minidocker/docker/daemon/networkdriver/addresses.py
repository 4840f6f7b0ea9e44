"""Which addresses the host uses already."""

from ipaddress import IPv4Interface, IPv4Network

from tracer.minidocker import syscall
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.libcontainer import netlink
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/daemon/networkdriver.GetIfaceAddr")
def get_iface_addr(name: str) -> IPv4Interface:
    """Return the address of an interface; KernelError if there is none of that name."""
    found = syscall.netlink("RTM_GETADDR", name)
    if not found:
        raise DockerError(f"Interface {name} has no IP addresses")
    return IPv4Interface(found[0]["address"])


@twin_of(
    "github.com/docker/docker/daemon/networkdriver.CheckNameserverOverlaps",
    passes="It compares addresses.",
)
def check_nameserver_overlaps(nameservers: list[IPv4Network], wanted: IPv4Network) -> bool:
    """Say whether a network would hide a name server."""
    return any(wanted.overlaps(each) for each in nameservers)


@twin_of("github.com/docker/docker/daemon/networkdriver.CheckRouteOverlaps")
def check_route_overlaps(wanted: IPv4Network) -> bool:
    """Say whether the host sends packets to a network elsewhere already."""
    routes = [each["destination"] for each in netlink.network_get_routes()]
    return any(wanted.overlaps(IPv4Network(each)) for each in routes if each != "default")


@twin_of("github.com/docker/docker/daemon/networkdriver.GetDefaultRouteIface")
def get_default_route_iface() -> str:
    """Name the interface through which the host reaches everything else; empty if there is none."""
    for route in netlink.network_get_routes():
        if route["destination"] == "default":
            return str(route["name"])
    return ""
