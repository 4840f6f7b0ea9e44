"""The walk of one packet: in at a namespace, hop by hop, up to where it is delivered or lost.

In a namespace a packet passes the hooks of the filter tables in this order:

    made here:   OUTPUT (nat, filter) → route again → POSTROUTING (nat) → interface
    arrives:     PREROUTING (nat) → route → INPUT (filter) → delivered
                                          → FORWARD (filter) → POSTROUTING (nat) → interface

The nat chains are asked only for the first packet of a flow; `conntrack` does the rest. Between two
namespaces there are cables and bridges: a frame goes to whoever on the link has the next address.
What crosses a bridge from port to port passes the hooks too (bridge-nf-call-iptables).

Not modelled: the way of an ICMP error back (it always arrives), fragments, broadcast,
ports in hairpin mode.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracer.minidocker.kernel import conntrack, netfilter
from tracer.minidocker.kernel.conntrack import Flow
from tracer.minidocker.kernel.netfilter import Packet, Rule, Seen
from tracer.minidocker.kernel.network import Interface, NetworkNamespace

ANSWERS = {  # of REJECT, and what a connect(2) makes of them
    "icmp-host-prohibited": errno.EHOSTUNREACH,
    "icmp-host-unreachable": errno.EHOSTUNREACH,
    "icmp-net-unreachable": errno.ENETUNREACH,
    "icmp-port-unreachable": errno.ECONNREFUSED,
    "tcp-reset": errno.ECONNREFUSED,
}


@dataclass(frozen=True)
class Hop:
    """One thing that happened to a packet."""

    net: int  # number of the network namespace
    what: str  # route, rule, policy, translate, bridge, veth, arrive, deliver or lost
    detail: str


@dataclass(frozen=True)
class Walk:
    """The way of one packet from its start to its end."""

    hops: tuple[Hop, ...]
    packet: Packet  # as it was at the end
    end: NetworkNamespace | None  # where it was delivered; None if it was lost
    error: int  # what the sender hears of a lost packet; 0 if it was delivered
    flows: tuple[tuple[NetworkNamespace, Flow], ...]  # noted on the way


class _LostError(Exception):
    def __init__(self, why: str, error: int = errno.ETIMEDOUT) -> None:
        super().__init__(why)
        self.error = error


def walk(net: NetworkNamespace, packet: Packet) -> Walk:
    """Send a packet from a namespace; flows on the way remember it, as with any other."""
    walker = _Walker(net, packet)
    try:
        walker.send()
    except _LostError as lost:
        walker.note("lost", str(lost))
        return Walk(tuple(walker.hops), walker.packet, None, lost.error, tuple(walker.noted))
    return Walk(tuple(walker.hops), walker.packet, walker.net, 0, tuple(walker.noted))


def forget(walks: Walk) -> None:
    """Drop what the namespaces on the way remember of a connection that has ended."""
    for net, flow in walks.flows:
        if flow in net.flows:
            net.flows.remove(flow)


class _Walker:
    """A packet and where it is now."""

    def __init__(self, net: NetworkNamespace, packet: Packet) -> None:
        self.net, self.packet = net, packet
        self.hops: list[Hop] = []
        self.noted: list[tuple[NetworkNamespace, Flow]] = []
        self.flow = Flow.of(packet)
        self.answer = False

    def note(self, what: str, detail: str) -> None:
        self.hops.append(Hop(self.net.number, what, detail))

    def send(self) -> None:
        """Start here."""
        out, _ = self.route()
        self.track()
        before = self.packet.destination
        self.translate("OUTPUT", "destination", leaves_on=out.name)
        self.filter("OUTPUT", leaves_on=out.name)
        if self.packet.destination != before:
            self.route()
        self.leave()

    def receive(self, interface: Interface) -> None:
        """Come in from a link."""
        self.note("arrive", f"on {interface.name}: {self.packet}")
        self.track()
        self.translate("PREROUTING", "destination", arrived_on=interface.name)
        self.refuse_martians(interface)
        self.decide_local_or_forward(interface)

    def decide_local_or_forward(self, interface: Interface) -> None:
        if self.net.is_local(self.packet.destination):
            self.deliver(interface)
        elif self.net.settings["ipv4/ip_forward"] == "0":
            raise _LostError("not for this host, and ip_forward is 0")
        else:
            self.forward(interface)

    def deliver(self, interface: Interface) -> None:
        self.filter("INPUT", arrived_on=interface.name)
        self.translate("INPUT", "source", arrived_on=interface.name)
        self.confirm()
        self.note("deliver", str(self.packet))

    def forward(self, interface: Interface) -> None:
        if self.packet.ttl <= 1:
            raise _LostError("too many hops", errno.EHOSTUNREACH)
        self.packet = replace(self.packet, ttl=self.packet.ttl - 1)
        out, _ = self.route()
        self.filter("FORWARD", arrived_on=interface.name, leaves_on=out.name)
        self.leave()

    def leave(self) -> None:
        """Go out by the route, to this host itself or to the next one."""
        out, gateway = self.find_route()
        self.translate("POSTROUTING", "source", leaves_on=out.name)
        self.confirm()
        if out.kind == "loopback":
            self.loop(out)
            return
        target = gateway or self.packet.destination
        frames = find_frames(out, target)
        if frames is None:
            silent = out.kind == "dummy"
            raise _LostError(
                f"{out.name} leads nowhere" if silent else f"nobody on {out.name} has {target}",
                errno.ETIMEDOUT if silent else errno.EHOSTUNREACH,
            )
        self.carry(frames)

    def loop(self, out: Interface) -> None:
        if not out.up:
            raise _LostError(f"{out.name} is down")
        self.note("arrive", f"on {out.name}: {self.packet}")
        self.deliver(out)

    def carry(self, frames: list[tuple[str, Interface]]) -> None:
        """Follow a frame over cables and bridges to the interface that takes it in."""
        for what, interface in frames:
            if what == "veth" and interface.peer:
                self.note("veth", f"{interface.name} → {interface.peer.name}")
            self.net = interface.peer.home if what == "veth" and interface.peer else self.net
            if what == "port":
                self.note(
                    "bridge", f"{interface.master and interface.master.name}: {interface.name}"
                )
            if what == "through" and not self.cross(interface):
                return
        self.receive(frames[-1][1])

    def cross(self, bridge: Interface) -> bool:
        """Pass the hooks on the way through a bridge; False if the packet goes elsewhere now."""
        if self.net.settings["bridge/bridge-nf-call-iptables"] == "0":
            return True
        before = self.packet.destination
        self.track()
        self.translate("PREROUTING", "destination", arrived_on=bridge.name)
        if self.packet.destination != before and not self.answer:
            self.decide_local_or_forward(bridge)
            return False
        self.filter("FORWARD", arrived_on=bridge.name, leaves_on=bridge.name)
        self.translate("POSTROUTING", "source", leaves_on=bridge.name)
        self.confirm()
        return True

    def route(self) -> tuple[Interface, str]:
        """Choose the way out and note it."""
        out, gateway = self.find_route()
        chosen = "local" if out.kind == "loopback" else self.net.find_route(self.packet.destination)
        self.note("route", f"{self.packet.destination}: {chosen}")
        return out, gateway

    def find_route(self) -> tuple[Interface, str]:
        if self.net.is_local(self.packet.destination):
            return self.net.find("lo"), ""
        route = self.net.find_route(self.packet.destination)
        if route is None:
            raise _LostError(f"no route to {self.packet.destination}", errno.ENETUNREACH)
        return route.interface, route.gateway

    def refuse_martians(self, interface: Interface) -> None:
        """Refuse addresses that cannot have come over a link."""
        loops = self.packet.destination.startswith("127.")
        allowed = "1" in (
            self.net.settings["ipv4/conf/all/route_localnet"],
            self.net.settings.get(f"ipv4/conf/{interface.name}/route_localnet", "0"),
        )
        if loops and not allowed:
            raise _LostError(f"{self.packet.destination} from a link, and route_localnet is 0")
        if self.packet.source.startswith("127.") or self.net.is_local(self.packet.source):
            raise _LostError(f"{self.packet.source} cannot come from a link")

    def track(self) -> None:
        """Find the flow in this namespace, or start one."""
        known = conntrack.find(self.net.flows, self.packet)
        self.flow = known or Flow.of(self.packet)
        self.answer = self.flow.is_answer(self.packet)
        self.flow.replied = self.flow.replied or self.answer

    def confirm(self) -> None:
        """Remember the flow, now that no rule has dropped its first packet."""
        if self.flow not in self.net.flows:
            self.net.flows.append(self.flow)
            self.noted.append((self.net, self.flow))

    def filter(self, hook: str, *, arrived_on: str = "", leaves_on: str = "") -> None:
        decision = self.ask("filter", hook, arrived_on, leaves_on)
        if decision.target == "DROP":
            raise _LostError(f"dropped in {hook}")
        if decision.target == "REJECT":
            answer = decision.argument or "icmp-port-unreachable"
            raise _LostError(f"rejected in {hook}", ANSWERS.get(answer, errno.ECONNREFUSED))

    def translate(self, hook: str, end: str, *, arrived_on: str = "", leaves_on: str = "") -> None:
        """Ask the nat chain if the flow is new, and exchange one end of the packet."""
        if self.flow not in self.net.flows and hook not in self.flow.translated:
            self.flow.translated.add(hook)
            decision = self.ask("nat", hook, arrived_on, leaves_on)
            if decision.target == "DROP":
                raise _LostError(f"dropped in {hook}")
            if decision.target == "DNAT":
                address, _, port = decision.argument.partition(":")
                self.flow.redirect(address, int(port or 0))
            elif decision.target == "MASQUERADE":
                address = self.find_source(leaves_on)
                self.flow.hide(address, self.net.flows)
        translated = self.flow.translate(self.packet, answer=self.answer, end=end)
        if translated != self.packet:
            self.packet = translated
            self.note("translate", f"{hook}: {self.packet}")

    def find_source(self, leaves_on: str) -> str:
        """Return the address that a packet out of this interface hides behind."""
        addresses = self.net.find(leaves_on).addresses
        if not addresses:
            raise _LostError(f"{leaves_on} has no address to hide behind")
        route = self.net.find_route(self.packet.destination)
        return (route and route.source) or str(addresses[0].ip)

    def ask(self, table: str, hook: str, arrived_on: str, leaves_on: str) -> netfilter.Decision:
        """Take the packet through a chain and note which rules it met."""
        state = "ESTABLISHED" if self.flow.replied else "NEW"
        local = tuple(self.net.local_networks())
        seen = Seen(self.packet, state, arrived_on, leaves_on, local)
        decision = netfilter.decide(self.net.tables[table], hook, seen)
        for chain, rule in decision.because:
            if rule:
                self.note("rule", f"{table} {chain}: {_show(rule)}")
            elif decision.target != "ACCEPT" or self.net.tables[table][hook].rules:
                self.note("policy", f"{table} {chain}: {decision.target}")
        return decision


def find_frames(out: Interface, target: str) -> list[tuple[str, Interface]] | None:
    """Find the way on the link to whoever has an address: a list of steps, the last one arrives.

    The steps are ("veth", sending end), ("port", of a bridge), ("through", bridge),
    ("arrive", interface).
    """
    return next(_frames(out, target, frozenset()), None) if out.up else None


Frames = list[tuple[str, Interface]]


def _frames(out: Interface, target: str, seen: frozenset[Interface]) -> Iterator[Frames]:
    """List the ways of a frame that an interface sends."""
    if out in seen or not out.up:
        return
    if out.kind == "bridge":
        for port in out.ports():
            for frames in _frames(port, target, seen | {out}):
                yield [("port", port), *frames]
    elif out.peer and out.peer.up:
        for frames in _arrivals(out.peer, target, seen | {out}):
            yield [("veth", out), *frames]


def _arrivals(end: Interface, target: str, seen: frozenset[Interface]) -> Iterator[Frames]:
    """List the ways on from an end of a cable: taken in here, or passed on by a bridge."""
    takes = end.master or end
    if not takes.up or takes in seen:
        return
    if end.home.is_local(target):
        yield [("arrive", takes)]
    elif end.master:
        for port in end.master.ports():
            if port is not end:
                for frames in _frames(port, target, seen | {end.master}):
                    yield [("through", end.master), ("port", port), *frames]


def _show(rule: Rule) -> str:
    words = [f"{'! ' if each.inverted else ''}{each.field} {each.value}" for each in rule.matches]
    return " ".join([*words, "→", rule.target, rule.argument]).strip()
