"""ip: show and change interfaces, addresses and routes, by netlink requests.

Exit status 1 for wrong words or an interface that is not there (255 if it were to be the master),
2 for what the kernel refuses.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from tracer.minidocker import syscall
from tracer.minidocker.golib.exec import look_path
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.programs.terminal import complain, say

OBJECTS = ("address", "link", "route")
VERBS = ("add", "del", "list", "set", "show")
REFUSED, NO_MASTER = 2, 255
NAMED = "/var/run/netns"


class _UsageError(Exception):
    """These words make no sense."""


async def ip(argv: list[str], env: dict[str, str]) -> int:
    """Do what the words say: ip link|addr|route show|add|del|set ..., ip netns exec NAME ...."""
    try:
        if argv[1:3] == ["netns", "exec"]:
            return _execute_elsewhere(argv[3], argv[4:], env)
        thing, verb, *words = _split([each for each in argv[1:] if each not in ("-4", "-o")])
        return COMMANDS[thing, verb](words)
    except KernelError as error:
        return complain("ip", "the kernel refuses", error) * REFUSED
    except (_UsageError, KeyError, IndexError, StopIteration, ValueError):
        return complain("ip", "usage: ip link|addr|route show|add|del|set ...")


def _execute_elsewhere(name: str, words: list[str], env: dict[str, str]) -> int:
    """Become another program in a network namespace that has a name, a file in /var/run/netns."""
    try:
        number = syscall.open_(f"{NAMED}/{name}")
    except KernelError as error:
        return complain("ip", f"Cannot open network namespace {name}", error)
    syscall.setns(number, Clone.CLONE_NEWNET)
    program = look_path(words[0])
    if not program:
        return complain("ip", f"exec of {words[0]} failed: No such file or directory") * NO_MASTER
    syscall.execve(program, words, env)
    return 0


def _split(words: list[str]) -> list[str]:
    """Complete the first two words, which may be shortened."""
    thing = next((each for each in OBJECTS if words and each.startswith(words[0])), "")
    verb = next((each for each in VERBS if each.startswith(words[1])), "") if words[1:] else "show"
    verb = {"list": "show", "delete": "del"}.get(verb, verb)
    return [thing, "del" if words[1:] and words[1] == "delete" else verb, *words[2:]]


def _show_links(words: list[str]) -> int:
    return _show(words, addresses=False)


def _show_addresses(words: list[str]) -> int:
    return _show(words, addresses=True)


def _show(words: list[str], *, addresses: bool) -> int:
    name = _device(words)
    if not _exists(name):
        return complain("ip", f"no interface {name}")
    for link in syscall.netlink("RTM_GETLINK", name):
        say(_describe(link))
        for each in syscall.netlink("RTM_GETADDR", link["name"]) if addresses else ():
            scope = "host" if link["kind"] == "loopback" else "global"
            say(f"    inet {each['address']} scope {scope} {link['name']}")
    return 0


def _describe(link: dict[str, Any]) -> str:
    kind = "LOOPBACK" if link["kind"] == "loopback" else "BROADCAST,MULTICAST"
    carries = link["state"] in ("up", "unknown")
    flags = ["NO-CARRIER"] if link["up"] and not carries else []
    flags += [kind, *(["UP"] if link["up"] else []), *(["LOWER_UP"] if carries else [])]
    peer = f"@if{link['peer_index']}" if link["peer_index"] else ""
    master = f" master {link['master']}" if link["master"] else ""
    shown = f"<{','.join(flags)}> mtu {link['mtu']}{master} state {link['state'].upper()}"
    return f"{link['index']}: {link['name']}{peer}: {shown}"


def _add_link(words: list[str]) -> int:
    before, after = words[: words.index("type")], words[words.index("type") + 1 :]
    name = next(each for each in before if each not in ("dev", "name"))
    peer = [each for each in after[1:] if each not in ("peer", "name")]
    attributes = {"peer": peer[0]} if peer else {}
    syscall.netlink("RTM_NEWLINK", name, kind=after[0], **attributes)
    return 0


def _delete_link(words: list[str]) -> int:
    return _with_device(words, lambda name: syscall.netlink("RTM_DELLINK", name))


def _set_link(words: list[str]) -> int:
    rest = words[1:] if words[0] == "dev" else words
    attributes: dict[str, Any] = {}
    name, rest = rest[0], rest[1:]
    while rest:
        word = rest.pop(0)
        match word:
            case "up" | "down":
                attributes["up"] = word == "up"
            case "nomaster":
                attributes["master"] = ""
            case "master" | "name":
                attributes[word] = rest.pop(0)
                if word == "master" and not _exists(attributes[word]):
                    return complain("ip", f"no interface {attributes[word]}") * NO_MASTER
            case "mtu":
                attributes["mtu"] = int(rest.pop(0))
            case "netns":
                attributes["netns_pid"] = int(rest.pop(0))
            case _:
                raise _UsageError
    return _with_device([name], lambda name: syscall.netlink("RTM_SETLINK", name, **attributes))


def _add_address(words: list[str]) -> int:
    return _change_address("RTM_NEWADDR", words)


def _delete_address(words: list[str]) -> int:
    return _change_address("RTM_DELADDR", words)


def _change_address(request: str, words: list[str]) -> int:
    address = str(IPv4Interface(words[0]))
    return _with_device(words[1:], lambda name: syscall.netlink(request, name, address=address))


def _show_routes(words: list[str]) -> int:
    routes = syscall.netlink("RTM_GETROUTE", _device(words))
    for each in sorted(routes, key=lambda each: _place(each["destination"])):
        via = f" via {each['gateway']}" if each["gateway"] else ""
        kernel = " proto kernel" if each["connected"] else ""
        scope = "" if each["gateway"] else " scope link"
        source = f" src {each['source']}" if each["source"] else ""
        say(f"{each['destination']}{via} dev {each['name']}{kernel}{scope}{source}")
    return 0


def _add_route(words: list[str]) -> int:
    return _change_route("RTM_NEWROUTE", words)


def _delete_route(words: list[str]) -> int:
    return _change_route("RTM_DELROUTE", words)


def _change_route(request: str, words: list[str]) -> int:
    destination = "default" if words[0] == "default" else str(IPv4Network(words[0]))
    gateway = words[words.index("via") + 1] if "via" in words else ""
    name = words[words.index("dev") + 1] if "dev" in words else ""
    if not _exists(name):
        return complain("ip", f"no interface {name}")
    syscall.netlink(request, name, destination=destination, gateway=gateway)
    return 0


def _with_device(words: list[str], act: Any) -> int:
    name = _device(words)
    if not name:
        raise _UsageError
    if not _exists(name):
        return complain("ip", f"no interface {name}")
    act(name)
    return 0


def _device(words: list[str]) -> str:
    return next((each for each in words if each != "dev"), "")


def _exists(name: str) -> bool:
    return not name or any(each["name"] == name for each in syscall.netlink("RTM_GETLINK", ""))


def _place(destination: str) -> tuple[IPv4Address, int]:
    """Say where the kernel lists a route: by address, longer prefixes first."""
    network = IPv4Network("0.0.0.0/0" if destination == "default" else destination)
    return network.network_address, -network.prefixlen


COMMANDS = {
    ("address", "add"): _add_address,
    ("address", "del"): _delete_address,
    ("address", "show"): _show_addresses,
    ("link", "add"): _add_link,
    ("link", "del"): _delete_link,
    ("link", "set"): _set_link,
    ("link", "show"): _show_links,
    ("route", "add"): _add_route,
    ("route", "del"): _delete_route,
    ("route", "show"): _show_routes,
}
