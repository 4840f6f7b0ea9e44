"""Requests about interfaces, addresses and routes: what a netlink socket would carry.

A request names one interface and some attributes. Changes need NET_ADMIN; questions nothing.
"""

import errno
from collections.abc import Callable
from typing import Any

from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.network import ANYWHERE, Interface, NetworkNamespace, Route
from tracer.minidocker.kernel.processes import Process

Attributes = dict[str, Any]
Values = list[dict[str, str | int | bool]]


def netlink(caller: Process, request: str, name: str, attributes: Attributes) -> Values | None:
    """Change one thing, or list what there is (RTM_GET…; an empty name means all)."""
    if request in QUESTIONS:
        network = caller.namespaces.net
        interfaces = [network.find(name)] if name else list(network.interfaces.values())
        return QUESTIONS[request](network, sorted(interfaces, key=lambda each: each.index))
    if request not in REQUESTS:
        raise KernelError(errno.EOPNOTSUPP)
    caller.require("NET_ADMIN")
    REQUESTS[request](caller, name, attributes)
    return None


def _new_link(caller: Process, name: str, attributes: Attributes) -> None:
    network, kind = caller.namespaces.net, attributes.get("kind", "")
    network.create_link(name, kind, attributes.get("peer") or network.free_name(kind))


def _delete_link(caller: Process, name: str, attributes: Attributes) -> None:
    del attributes
    caller.namespaces.net.delete_link(name)


def _set_link(caller: Process, name: str, attributes: Attributes) -> None:
    """Do all that is asked, in the order in which the kernel looks at the attributes."""
    network = caller.namespaces.net
    network.find(name)
    if not attributes:
        raise KernelError(errno.EINVAL)
    for key in ("netns_pid", "netns_fd", "mtu", "name", "master", "up"):
        if key not in attributes:
            continue
        value = attributes[key]
        match key:
            case "netns_pid":
                network.move(name, caller.find(value).namespaces.net)
            case "netns_fd":
                network.move(name, _namespace(caller, value))
            case "mtu":
                network.set_mtu(name, value)
            case "name":
                network.rename(name, value)
                name = value
            case "master":
                network.set_master(name, value)
            case _:
                network.set_up(name, up=value)


def _new_address(caller: Process, name: str, attributes: Attributes) -> None:
    caller.namespaces.net.add_address(name, attributes.get("address", ""))


def _delete_address(caller: Process, name: str, attributes: Attributes) -> None:
    caller.namespaces.net.delete_address(name, attributes.get("address", ""))


def _new_route(caller: Process, name: str, attributes: Attributes) -> None:
    destination = attributes.get("destination", "default")
    caller.namespaces.net.add_route(destination, name, attributes.get("gateway", ""))


def _delete_route(caller: Process, name: str, attributes: Attributes) -> None:
    destination = attributes.get("destination", "default")
    caller.namespaces.net.delete_route(destination, name, attributes.get("gateway", ""))


def _get_links(network: NetworkNamespace, interfaces: list[Interface]) -> Values:
    del network
    return [
        {
            "index": each.index,
            "name": each.name,
            "kind": each.kind,
            "mtu": each.mtu,
            "up": each.up,
            "state": each.state,
            "master": each.master.name if each.master else "",
            "peer_index": each.peer.index if each.peer else 0,
        }
        for each in interfaces
    ]


def _get_addresses(network: NetworkNamespace, interfaces: list[Interface]) -> Values:
    del network
    return [
        {"name": each.name, "address": str(address)}
        for each in interfaces
        for address in each.addresses
    ]


def _get_routes(network: NetworkNamespace, interfaces: list[Interface]) -> Values:
    return [_describe(each) for each in network.routes if each.interface in interfaces]


def _describe(route: Route) -> dict[str, str | int | bool]:
    anywhere = route.destination == ANYWHERE
    return {
        "destination": "default" if anywhere else str(route.destination),
        "gateway": route.gateway,
        "name": route.interface.name,
        "source": route.source,
        "connected": route.connected,
    }


def _namespace(caller: Process, number: int) -> NetworkNamespace:
    """Return the namespace that an open file of /proc/PID/ns/net stands for."""
    namespace = getattr(getattr(caller.open_file(number), "file", None), "namespace", None)
    if not isinstance(namespace, NetworkNamespace):
        raise KernelError(errno.EINVAL)
    return namespace


QUESTIONS: dict[str, Callable[[NetworkNamespace, list[Interface]], Values]] = {
    "RTM_GETADDR": _get_addresses,
    "RTM_GETLINK": _get_links,
    "RTM_GETROUTE": _get_routes,
}
REQUESTS: dict[str, Callable[[Process, str, Attributes], None]] = {
    "RTM_DELADDR": _delete_address,
    "RTM_DELLINK": _delete_link,
    "RTM_DELROUTE": _delete_route,
    "RTM_NEWADDR": _new_address,
    "RTM_NEWLINK": _new_link,
    "RTM_NEWROUTE": _new_route,
    "RTM_SETLINK": _set_link,
}
