"""The file /etc/hosts of a container."""

from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

ALWAYS = (
    ("127.0.0.1", "localhost"),
    ("::1", "localhost ip6-localhost ip6-loopback"),
    ("fe00::0", "ip6-localnet"),
    ("ff00::0", "ip6-mcastprefix"),
    ("ff02::1", "ip6-allnodes"),
    ("ff02::2", "ip6-allrouters"),
)


@twin_of("github.com/docker/docker/pkg/networkfs/etchosts.Build")
def build(path: str, address: str, hostname: str, domainname: str, others: dict[str, str]) -> None:
    """Write the file: the container itself, what every host knows, and `others` by their names."""
    full_name = f"{hostname}.{domainname} {hostname}" if domainname else hostname
    lines = [(address, full_name)] if address else []
    lines += [*ALWAYS, *((each, name) for name, each in sorted(others.items()))]
    ioutil.write_file(path, "".join(f"{each}\t{name}\n" for each, name in lines))
