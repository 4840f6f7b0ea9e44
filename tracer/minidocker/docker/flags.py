"""The options in front of a command, and those of the daemon: `docker -d --icc=false`."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.minidocker.docker.dockerversion import VERSION
from tracer.minidocker.docker.pkg.mflag import Flag, FlagSet, Value
from tracer.minidocker.twin import twin_of

SOCKET = "unix:///var/run/docker.sock"
ROOT = "/var/lib/docker"
FLAGS = FlagSet(
    "",
    "[OPTIONS] COMMAND [arg...]",
    f"A self-sufficient runtime for linux containers, version {VERSION}",
    Flag(("api-enable-cors",), default=False, usage="Enable CORS headers in the remote API"),
    Flag(("b", "bridge"), "", "Attach containers to a bridge that exists; none for no network"),
    Flag(("bip",), "", "Address of the bridge, with the length of its network"),
    Flag(("D", "debug"), default=False, usage="Enable debug mode"),
    Flag(("d", "daemon"), default=False, usage="Enable daemon mode"),
    Flag(("dns",), [], "Name servers for the containers"),
    Flag(("e", "exec-driver"), "native", "How containers are run: native or lxc"),
    Flag(("g", "graph"), ROOT, "Where everything is kept"),
    Flag(("G", "group"), "docker", "Group of the socket"),
    Flag(("H", "host"), [], "The socket to listen at or to connect to"),
    Flag(("icc",), default=True, usage="Let containers talk to one another"),
    Flag(("ip",), "0.0.0.0", "Address of the host at which ports are published"),  # noqa: S104
    Flag(("ip-forward",), default=True, usage="Enable net.ipv4.ip_forward"),
    Flag(("iptables",), default=True, usage="Let Docker add rules to the packet filter"),
    Flag(("mtu",), 0, "Largest packet in containers; 0: that of the way outside"),
    Flag(("p", "pidfile"), "/var/run/docker.pid", "File with the daemon's pid"),
    Flag(("r", "restart"), default=True, usage="Start containers again by their policies"),
    Flag(("s", "storage-driver"), "", "How layers are kept; empty: the first that this host can"),
    Flag(("v", "version"), default=False, usage="Print version information and quit"),
)


@dataclass(frozen=True)
class Flags:
    """What was set, and the words that follow."""

    values: dict[str, Value]
    args: list[str]

    def text(self, name: str) -> str:
        """Give an option that is a word or a number."""
        return str(self.values[name])

    def is_on(self, name: str) -> bool:
        """Say whether a switch is on."""
        return self.values[name] is True


@twin_of("github.com/docker/docker/pkg/mflag.Parse", passes="It reads words.")
def parse(argv: Sequence[str]) -> Flags:
    """Read the options in front of the command; the command has options of its own."""
    return Flags(*FLAGS.parse(argv[1:]))
