"""Requests to the kernel about interfaces, addresses and routes.

Most go over a netlink socket (`_send`). Some are older than it and are an ioctl in Go; here they
are the same call, made without the socket.
"""

from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/libcontainer/netlink.NetlinkSocket).Send")
def _send(request: str, name: str, /, **attributes: Any) -> None:
    """Send one request over a netlink socket."""
    syscall.netlink(request, name, **attributes)


@twin_of("github.com/docker/libcontainer/netlink.NetworkLinkUp")
def network_link_up(name: str) -> None:
    """Switch an interface on."""
    _send("RTM_SETLINK", name, up=True)


@twin_of("github.com/docker/libcontainer/netlink.NetworkLinkDown")
def network_link_down(name: str) -> None:
    """Switch an interface off."""
    _send("RTM_SETLINK", name, up=False)


@twin_of("github.com/docker/libcontainer/netlink.NetworkSetMTU")
def network_set_mtu(name: str, mtu: int) -> None:
    """Limit the size of packets."""
    _send("RTM_SETLINK", name, mtu=mtu)


@twin_of("github.com/docker/libcontainer/netlink.NetworkChangeName")
def network_change_name(name: str, new_name: str) -> None:
    """Rename an interface, which must be off; by an ioctl."""
    syscall.netlink("RTM_SETLINK", name, name=new_name)


@twin_of("github.com/docker/libcontainer/netlink.NetworkSetNsPid")
def network_set_ns_pid(name: str, pid: int) -> None:
    """Push an interface to where a process is."""
    _send("RTM_SETLINK", name, netns_pid=pid)


@twin_of("github.com/docker/libcontainer/netlink.NetworkCreateVethPair")
def network_create_veth_pair(name: str, peer: str) -> None:
    """Make both ends of a cable at once: neither can be without the other."""
    _send("RTM_NEWLINK", name, kind="veth", peer=peer)


@twin_of("github.com/docker/libcontainer/netlink.NetworkLinkAddIp")
def network_link_add_ip(name: str, address: str) -> None:
    """Give an interface an address, and with it a route to the address's network."""
    _send("RTM_NEWADDR", name, address=address)


@twin_of("github.com/docker/libcontainer/netlink.AddDefaultGw")
def add_default_gw(gateway: str, name: str) -> None:
    """Add the route that catches all that no other does."""
    _add_route(gateway, name)


@twin_of("github.com/docker/libcontainer/netlink.AddRoute")
def _add_route(gateway: str, name: str) -> None:
    """Add a route; the kernel refuses a gateway that it cannot reach itself."""
    _send("RTM_NEWROUTE", name, gateway=gateway)


@twin_of("github.com/docker/libcontainer/netlink.NetworkGetRoutes")
def network_get_routes() -> list[dict[str, Any]]:
    """List the routes of this host."""
    return syscall.netlink("RTM_GETROUTE", "")


@twin_of("github.com/docker/libcontainer/netlink.CreateBridge")
def create_bridge(name: str) -> None:
    """Make a bridge; by an ioctl."""
    syscall.netlink("RTM_NEWLINK", name, kind="bridge")


@twin_of("github.com/docker/libcontainer/netlink.AddToBridge")
def add_to_bridge(name: str, bridge: str) -> None:
    """Plug an interface into a bridge; by an ioctl."""
    syscall.netlink("RTM_SETLINK", name, master=bridge)
