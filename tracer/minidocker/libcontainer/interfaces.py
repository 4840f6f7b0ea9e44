"""Interfaces by their names: what each end of a cable is told (network/network.go)."""

from tracer.minidocker.libcontainer import netlink
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/libcontainer/network.InterfaceUp")
def interface_up(name: str) -> None:
    """Switch an interface on."""
    netlink.network_link_up(name)


@twin_of("github.com/docker/libcontainer/network.InterfaceDown")
def interface_down(name: str) -> None:
    """Switch an interface off, as only then it can be renamed."""
    netlink.network_link_down(name)


@twin_of("github.com/docker/libcontainer/network.ChangeInterfaceName")
def change_interface_name(old: str, new: str) -> None:
    """Give an interface the name that programs expect."""
    netlink.network_change_name(old, new)


@twin_of("github.com/docker/libcontainer/network.CreateVethPair")
def create_veth_pair(name: str, peer: str) -> None:
    """Make a cable with two ends."""
    netlink.network_create_veth_pair(name, peer)


@twin_of("github.com/docker/libcontainer/network.SetInterfaceInNamespacePid")
def set_interface_in_namespace_pid(name: str, pid: int) -> None:
    """Push an end into the namespace of a process, which must exist by now."""
    netlink.network_set_ns_pid(name, pid)


@twin_of("github.com/docker/libcontainer/network.SetInterfaceMaster")
def set_interface_master(name: str, bridge: str) -> None:
    """Plug an end into the bridge."""
    netlink.add_to_bridge(name, bridge)


@twin_of("github.com/docker/libcontainer/network.SetDefaultGateway")
def set_default_gateway(gateway: str, name: str) -> None:
    """Send what is not for this network to the bridge."""
    netlink.add_default_gw(gateway, name)


@twin_of("github.com/docker/libcontainer/network.SetInterfaceIp")
def set_interface_ip(name: str, address: str) -> None:
    """Give an interface the address that was reserved before it existed."""
    netlink.network_link_add_ip(name, address)


@twin_of("github.com/docker/libcontainer/network.SetMtu")
def set_mtu(name: str, mtu: int) -> None:
    """Send no packets that are too large for the way out of the host."""
    netlink.network_set_mtu(name, mtu)
