"""Make the daemon: claim the host, find the drivers, load the containers of an earlier daemon."""

from tracer.minidocker import syscall
from tracer.minidocker.docker import pidfile
from tracer.minidocker.docker.daemon import container_control, dockerinit_path
from tracer.minidocker.docker.daemon.config import NO_BRIDGE, Config
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.daemon.daemon import Daemon, Stores
from tracer.minidocker.docker.daemon.execdriver.execdrivers import new_driver
from tracer.minidocker.docker.daemon.graphdriver import driver as graphdriver
from tracer.minidocker.docker.daemon.graphdriver import vfs as _vfs
from tracer.minidocker.docker.daemon.graphdriver.aufs import aufs as _aufs
from tracer.minidocker.docker.daemon.networkdriver.bridge import Bridge
from tracer.minidocker.docker.daemon.restore import restore
from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.graph.graph import new_graph
from tracer.minidocker.docker.graph.tags import new_tag_store
from tracer.minidocker.docker.pkg import graphdb, kernel, resolvconf, sysinfo
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.golib.goroutine import WaitGroup
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.twin import keep_in_view, twin_of

GRAPH_DRIVERS = (_aufs, _vfs)  # imported because each registers itself; nobody reads this
LEAST_KERNEL = (3, 8, 0)
SCRATCH = "tmp"
DEFAULT_DNS = ["8.8.8.8", "8.8.4.4"]


@twin_of("github.com/docker/docker/daemon.NewDaemon")
async def new_daemon(config: Config, engine: Engine) -> Daemon:
    """Make the daemon of this host."""
    return await _new_daemon_from_directory(config, engine)


@twin_of("github.com/docker/docker/daemon.NewDaemonFromDirectory")
async def _new_daemon_from_directory(given: Config, engine: Engine) -> Daemon:
    """Set all parts up, each on what is there before it, and load the containers."""
    config = given.checked()
    await _claim_host(config, engine)
    root = config.root
    _temporary_directory(root)
    ioutil.make_directories(root)
    stores = await _open_stores(config, engine)
    init = await dockerinit_path.find_and_copy(root)
    can = sysinfo.new()
    driver = new_driver(config.exec_driver, root, init)
    daemon = Daemon(config, engine, stores, driver, can)
    keep_in_view(daemon.describe)
    await _check_local_dns(daemon)
    await restore(daemon)
    engine.on_shutdown(lambda: _clean_up(daemon))
    return daemon


async def _open_stores(config: Config, engine: Engine) -> Stores:
    """Open what is kept below the root: images, volumes, names; the network comes in between."""
    root = config.root
    layers = await graphdriver.new(root, config.graph_driver)
    ioutil.make_directories(f"{root}/containers")
    _migrate_if_aufs(layers, root)
    images = new_graph(f"{root}/graph", layers)
    volumes = new_graph(f"{root}/volumes", await graphdriver.get_driver("vfs", root))
    repositories = await new_tag_store(f"{root}/repositories-{layers}", images)
    await _set_up_network(config, engine)
    names = await graphdb.new_sqlite_conn(f"{root}/linkgraph.db")
    return Stores(repositories, volumes, names)


@twin_of("github.com/docker/docker/daemon.migrateIfAufs")
def _migrate_if_aufs(layers: graphdriver.Driver, root: str) -> None:
    """Give the table of names the driver's name: a Docker before 0.7 had only one driver."""
    old = f"{root}/repositories"
    if layers.name == "aufs" and ioutil.exists(old):
        syscall.rename(old, f"{old}-aufs")


async def _claim_host(config: Config, engine: Engine) -> None:
    """Be the only daemon here, with the rights and the kernel that it takes."""
    if config.pidfile:
        await pidfile.create_pid_file(config.pidfile)

        async def release() -> None:
            pidfile.remove_pid_file(config.pidfile)

        engine.on_shutdown(release)
    if syscall.getuid():
        raise DockerError("The Docker daemon needs to be run as root")
    await _check_kernel_and_arch()


@twin_of("github.com/docker/docker/daemon.checkKernelAndArch")
async def _check_kernel_and_arch() -> None:
    """Warn of a kernel that is too old for containers, on standard error."""
    running = await kernel.get_kernel_version()
    if running.numbers < LEAST_KERNEL:
        warning = f"WARNING: linux kernel version {running} might be unstable running docker\n"
        syscall.write(2, warning.encode())


@twin_of("github.com/docker/docker/utils.TempDir")
def _temporary_directory(root: str) -> str:
    """Make the place for what is only kept while something is being made."""
    place = f"{root}/{SCRATCH}"
    ioutil.make_directories(place)
    return place


async def _set_up_network(config: Config, engine: Engine) -> None:
    """Have the bridge made, by the name of the job, unless there shall be none."""
    if config.bridge == NO_BRIDGE:
        return
    job = engine.job("init_networkdriver")
    job.env.update(
        EnableIptables=config.iptables,
        InterContainerCommunication=config.icc,
        EnableIpForward=config.ip_forward,
        BridgeIface=config.bridge,
        BridgeIP=config.bridge_ip,
        DefaultBindingIP=config.default_ip,
    )
    await job.run()


@twin_of("(*github.com/docker/docker/daemon.Daemon).checkLocaldns")
async def _check_local_dns(daemon: Daemon) -> None:
    """Use other name servers where the host asks itself: in a container that is the container."""
    servers = resolvconf.nameservers(await resolvconf.get())
    own = not servers or str(servers[0].network_address) in ("127.0.0.1", "127.0.1.1")
    if own and not daemon.config.dns:
        daemon.config.dns.extend(DEFAULT_DNS)


@twin_of("github.com/docker/docker/daemon.NewDaemonFromDirectory$2")
async def _clean_up(daemon: Daemon) -> None:
    """End the containers, then what they used."""
    await _shutdown(daemon)
    bridge = daemon.engine.globals.get("bridge")
    if isinstance(bridge, Bridge):
        bridge.mapper.ports.release_all()
    await daemon.layers.cleanup()
    daemon.names.close()


@twin_of("(*github.com/docker/docker/daemon.Daemon).shutdown")
async def _shutdown(daemon: Daemon) -> None:
    """Ask all that run to end, at the same time, and wait for the last one."""
    group = WaitGroup()
    for container in daemon.containers.values():
        if container.state.is_running():
            group.add()
            goroutine.start(_end(container, group))
    await group.wait()


@twin_of("(*github.com/docker/docker/daemon.Daemon).shutdown$1")
async def _end(container: Container, group: WaitGroup) -> None:
    """Send SIGTERM and wait, with no end but the engine's patience."""
    await container_control.kill_sig(container, Signal.SIGTERM)
    await container.state.wait_stop()
    group.done()
