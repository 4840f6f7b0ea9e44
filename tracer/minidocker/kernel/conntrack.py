"""Connection tracking: what belongs together, and which addresses were exchanged on the way.

A flow is known by two heads: that of the first packet as it came, and that of the answer as it will
come. Without translation one is the reverse of the other; a translated destination changes the
source of the answer, a translated source its destination. So one entry serves both directions.

Not modelled: timeouts (a flow ends with its connection), related flows, TCP's own states.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tracer.minidocker.kernel.netfilter import Packet


@dataclass(eq=False)
class Flow:
    """One connection as this host sees it."""

    original: Packet
    reply: Packet
    replied: bool = False
    translated: set[str] = field(default_factory=set)  # hooks whose nat chain has been asked

    @classmethod
    def of(cls, packet: Packet) -> "Flow":
        """Start a flow with its first packet."""
        packet = replace(packet, ttl=Packet.ttl)
        return cls(packet, packet.reversed())

    def is_answer(self, packet: Packet) -> bool:
        """Say whether a packet goes the other way than the first one."""
        return _same(packet, self.reply) and not _same(packet, self.original)

    def redirect(self, address: str, port: int) -> None:
        """Send the flow to another destination (DNAT)."""
        self.reply = replace(self.reply, source=address, sport=port or self.reply.sport)

    def hide(self, address: str, others: Iterable["Flow"]) -> None:
        """Give the flow another source, and another port if the answers would be confused."""
        taken = [each.reply for each in others if each is not self]
        self.reply = replace(self.reply, destination=address)
        while any(_same(self.reply, each) for each in taken):
            self.reply = replace(self.reply, dport=self.reply.dport + 1)

    def translate(self, packet: Packet, *, answer: bool, end: str) -> Packet:
        """Exchange the destination (on arrival) or the source (on leaving) of a packet."""
        other = (self.original if answer else self.reply).reversed()
        if end == "destination":
            return replace(packet, destination=other.destination, dport=other.dport)
        return replace(packet, source=other.source, sport=other.sport)


def find(flows: Iterable[Flow], packet: Packet) -> Flow | None:
    """Find the flow that a packet belongs to, in either direction."""
    known = (each for each in flows if _same(packet, each.original) or _same(packet, each.reply))
    return next(known, None)


def _same(one: Packet, other: Packet) -> bool:
    return replace(one, ttl=0) == replace(other, ttl=0)
