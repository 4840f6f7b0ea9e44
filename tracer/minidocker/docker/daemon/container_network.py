"""How a container gets its name, its address and its ports: that part of container.go."""

from dataclasses import replace

from tracer.minidocker.docker.daemon.config import NO_BRIDGE
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.nat import Binding
from tracer.minidocker.docker.pkg import etchosts
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

NO_NETWORK = "127.0.1.1"  # what a container without any finds in /etc/hosts


@twin_of("(*github.com/docker/docker/daemon.Container).initializeNetworking")
async def initialize_networking(container: Container) -> None:
    """Get an address first, as /etc/hosts names it; the cable comes with the process."""
    if container.host_config.network_mode == "host":
        await _use_host_network(container)
    elif container.host_config.network_owner:
        other = networked_container(container)
        container.hosts_path, container.resolv_conf_path = other.hosts_path, other.resolv_conf_path
        name, domain = other.config.hostname, other.config.domainname
        container.config = replace(container.config, hostname=name, domainname=domain)
    elif container.daemon.config.bridge == NO_BRIDGE:
        container.config = replace(container.config, network_disabled=True)
        _build_hostname_and_hosts_files(container, NO_NETWORK)
    else:
        await _allocate_network(container)
        _build_hostname_and_hosts_files(container, container.ip)


async def _use_host_network(container: Container) -> None:
    """Be called what the host is called, and know whom it knows."""
    name, _, domain = (await ioutil.read_file("/etc/hostname")).strip().partition(".")
    container.config = replace(container.config, hostname=name, domainname=domain)
    if not ioutil.exists("/etc/hosts"):
        _build_hostname_and_hosts_files(container, "")
        return
    content = await ioutil.read_file("/etc/hosts")
    _build_hostname_file(container)
    container.hosts_path = container.own_path("hosts")
    ioutil.write_file(container.hosts_path, content)


@twin_of(
    "(*github.com/docker/docker/daemon.Container).getNetworkedContainer",
    passes="It looks another container up.",
)
def networked_container(container: Container) -> Container:
    """Find the container whose network this one shares: one that runs."""
    name = container.host_config.network_owner
    other = container.daemon.get(name)
    if not other.state.is_running():
        raise DockerError(f"cannot join network of a non running container: {name}")
    return other


@twin_of("(*github.com/docker/docker/daemon.Container).allocateNetwork")
async def _allocate_network(container: Container) -> None:
    """Ask whoever does networks, by the name of the job."""
    if container.config.network_disabled:
        return
    job = container.daemon.engine.job("allocate_interface", container.id)
    await job.run()
    given = job.answer()
    ports = {port: list(at) for port, at in container.host_config.port_bindings.items()}
    for port in container.config.exposed_ports:
        ports[port] = await _allocate_port(container, port, ports.get(port, []))
    container.write_host_config()
    container.network.update(
        Ports=ports,
        Bridge=given["Bridge"],
        IPAddress=given["IP"],
        IPPrefixLen=given["IPPrefixLen"],
        Gateway=given["Gateway"],
    )


@twin_of("(*github.com/docker/docker/daemon.Container).allocatePort")
async def _allocate_port(container: Container, port: str, bindings: list[Binding]) -> list[Binding]:
    """Have a port published wherever that was asked for, or with -P anywhere."""
    engine, published = container.daemon.engine, list[Binding]()
    if container.host_config.publish_all_ports and not bindings:
        bindings = [{"HostIp": "", "HostPort": ""}]
    for binding in bindings:
        job = engine.job("allocate_port", container.id)
        number, _, protocol = port.partition("/")
        job.env.update(HostIP=binding["HostIp"], HostPort=binding["HostPort"])
        job.env.update(Proto=protocol, ContainerPort=number)
        try:
            await job.run()
        except DockerError:
            await engine.job("release_interface", container.id).run()
            raise
        given = job.answer()
        published.append({"HostIp": given["HostIP"], "HostPort": given["HostPort"]})
    return published


@twin_of("(*github.com/docker/docker/daemon.Container).buildHostnameAndHostsFiles")
def _build_hostname_and_hosts_files(container: Container, address: str) -> None:
    """Write the files that will be mounted over /etc/hostname and /etc/hosts."""
    _build_hostname_file(container)
    container.hosts_path = container.own_path("hosts")
    children = container.daemon.children(container.name)
    linked = {name.rpartition("/")[2]: child.ip for name, child in children.items()}
    config = container.config
    etchosts.build(container.hosts_path, address, config.hostname, config.domainname, linked)


@twin_of("(*github.com/docker/docker/daemon.Container).buildHostnameFile")
def _build_hostname_file(container: Container) -> None:
    """Write the name, with its domain if it has one."""
    container.hostname_path = container.own_path("hostname")
    domain = f".{container.config.domainname}" if container.config.domainname else ""
    ioutil.write_file(container.hostname_path, f"{container.config.hostname}{domain}\n")
