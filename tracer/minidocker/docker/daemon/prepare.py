"""What a container is told before it starts: links, directory, environment, and the command."""

import posixpath

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.container_network import networked_container
from tracer.minidocker.docker.daemon.execdriver.driver import (
    Command,
    Interface,
    Network,
    Resources,
)
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.links import Link, new_link
from tracer.minidocker.golib import ioutil
from tracer.minidocker.libcontainer import devices
from tracer.minidocker.twin import twin_of

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@twin_of("(*github.com/docker/docker/daemon.Container).setupLinkedContainers")
async def setup_linked_containers(container: Container) -> list[str]:
    """Let the container reach those it is linked to, and tell it by variables where they are."""
    env: list[str] = []
    try:
        for name, child in container.daemon.children(container.name).items():
            link = _link(container, name, child)
            container.active_links[link.alias] = link
            await link.enable()
            env += link.to_env()
    except DockerError:
        for link in container.active_links.values():
            await link.disable()
        container.active_links.clear()
        raise
    return env


def _link(container: Container, name: str, child: Container) -> Link:
    if not child.state.is_running():
        raise DockerError(f"Cannot link to a non running container: /{child.name} AS {name}")
    return new_link(
        parent_ip=container.ip,
        child_ip=child.ip,
        name=name,
        env=child.config.env,
        ports=list(child.config.exposed_ports),
        engine=container.daemon.engine,
    )


@twin_of("(*github.com/docker/docker/daemon.Container).setupWorkingDirectory")
def setup_working_directory(container: Container) -> None:
    """Make the working directory, while the file system is still reached from outside."""
    if not container.config.working_dir:
        return
    place = container.resource_path(posixpath.normpath(container.config.working_dir))
    if not ioutil.exists(place):
        ioutil.make_directories(place)
    elif syscall.stat(place).kind != "directory":
        raise DockerError(f"Cannot mkdir: {container.config.working_dir} is not a directory")


@twin_of(
    "(*github.com/docker/docker/daemon.Container).createDaemonEnvironment",
    passes="It lists variables; the command gets them.",
)
def create_daemon_environment(container: Container, linked: list[str]) -> list[str]:
    """Collect the environment; HOME comes later, from the image's /etc/passwd."""
    config = container.config
    terminal = ["TERM=xterm"] if config.tty else []
    defaults = [f"PATH={PATH}", f"HOSTNAME={config.hostname}", *terminal, *linked]
    return _replace_or_append_env_values(defaults, config.env)


@twin_of(
    "github.com/docker/docker/utils.ReplaceOrAppendEnvValues",
    passes="It joins two lists.",
)
def _replace_or_append_env_values(defaults: list[str], overrides: list[str]) -> list[str]:
    """Join two lists of variables; the second one wins, in the place of the first."""
    joined = {each.partition("=")[0]: each for each in (*defaults, *overrides)}
    return list(joined.values())


@twin_of("github.com/docker/docker/daemon.populateCommand")
def populate_command(container: Container, env: list[str]) -> None:
    """Turn the container into what a driver needs to know, whichever driver it is."""
    config, host_config = container.config, container.host_config
    network = _network(container)
    extra = [
        devices.get_device(each.path_on_host, each.cgroup_permissions, each.path_in_container)
        for each in host_config.devices
    ]
    container.command = Command(
        id=container.id,
        rootfs=container.rootfs_path(),
        argv=container.argv,
        env=env,
        network=network,
        resources=Resources(config.memory, config.memory_swap, config.cpu_shares, config.cpuset),
        user=config.user,
        working_dir=config.working_dir,
        privileged=host_config.privileged,
        cap_add=host_config.cap_add,
        cap_drop=host_config.cap_drop,
        allowed_devices=[*devices.ALLOWED, *extra],
        created_devices=[*devices.CREATED, *extra],
    )


def _network(container: Container) -> Network:
    mtu = container.daemon.config.mtu
    match container.host_config.network_mode.partition(":")[0]:
        case "none":
            return Network(mtu=mtu)
        case "host":
            return Network(mtu=mtu, host_networking=True)
        case "container":
            return Network(mtu=mtu, container_id=networked_container(container).id)
        case "bridge" | "":
            return Network(_interface(container), mtu)
        case unknown:
            raise DockerError(f"invalid network mode: {unknown}")


def _interface(container: Container) -> Interface | None:
    if container.config.network_disabled:
        return None
    known = container.network
    address = f"{known['IPAddress']}/{known['IPPrefixLen']}"
    return Interface(address, known["Gateway"], known["Bridge"])
