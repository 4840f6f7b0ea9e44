"""Ports: "80/tcp" is one of a container; a spec such as 127.0.0.1:8080:80 publishes it."""

from ipaddress import ip_address

from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg import parsers

Binding = dict[str, str]  # HostIp and HostPort
SPEC = "ip:hostPort:containerPort"
LAST_PORT = 65535


def new_port(text: str) -> str:
    """Write a port with its protocol, which is tcp unless another is named."""
    port, _, protocol = text.partition("/")
    return f"{port}/{protocol or 'tcp'}"


def parse_port_specs(specs: list[str]) -> dict[str, list[Binding]]:
    """Read what `-p` was given: the container's ports, each with where the host listens."""
    bindings: dict[str, list[Binding]] = {}
    for spec in specs:
        rest, _, protocol = spec.partition("/")
        parts = parsers.part_parser(SPEC, ":" * (2 - rest.count(":")) + rest)
        _check(spec, parts, protocol or "tcp")
        binding = {"HostIp": parts["ip"], "HostPort": parts["hostPort"]}
        port = f"{parts['containerPort']}/{protocol or 'tcp'}"
        bindings.setdefault(port, []).append(binding)
    return bindings


def _check(spec: str, parts: dict[str, str], protocol: str) -> None:
    if not parts["containerPort"]:
        raise DockerError(f"No port specified: {spec}<empty>")
    for name in ("containerPort", "hostPort"):
        text = parts[name]
        if text and not (text.isdecimal() and int(text) <= LAST_PORT):
            raise DockerError(f"Invalid {name}: {text}")
    if parts["ip"]:
        try:
            ip_address(parts["ip"])
        except ValueError:
            raise DockerError(f"Invalid ip address: {parts['ip']}") from None
    if protocol not in ("tcp", "udp"):
        raise DockerError(f"Invalid proto: {protocol}")
