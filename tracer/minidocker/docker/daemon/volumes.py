"""Directories of the host that are seen inside a container: binds, and volumes of Docker's own."""

import posixpath
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tracer.minidocker import syscall
from tracer.minidocker.docker.archive.archive import copy_with_tar
from tracer.minidocker.docker.daemon.container import Container
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.pkg.symlink import follow_symlink_in_scope
from tracer.minidocker.docker.runconfig import Config
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.libcontainer.config import BindMount
from tracer.minidocker.twin import twin_of

ILLEGAL = ("/", ".")  # a volume there would hide the whole image


@dataclass
class Volume:
    """One directory or file, and where it is to be seen."""

    path: str  # inside
    host_path: str = ""
    mode: str = "rw"
    is_bind_mount: bool = False

    @twin_of("(*github.com/docker/docker/daemon.Volume).isRw", passes="It only compares two words.")
    def is_rw(self) -> bool:
        """Say whether the container may write there."""
        return self.mode.lower() in ("", "rw")

    @twin_of("(*github.com/docker/docker/daemon.Volume).isDir")
    def is_dir(self) -> bool:
        """Say whether it is a directory; a single file can be mounted too."""
        return syscall.stat(self.host_path).kind == "directory"

    @twin_of("(*github.com/docker/docker/daemon.Volume).initialize")
    async def initialize(self, container: Container) -> None:
        """Find the host's side and make the place inside, unless an earlier start has."""
        self.path = posixpath.normpath(self.path)
        if self.path in container.volumes:
            return
        if not self.is_bind_mount:
            self.host_path = await _create_volume_host_path(container)
        host_path = ioutil.eval_symlinks(self.host_path)
        inside = follow_symlink_in_scope(container.basefs + self.path, container.basefs)
        container.volumes[self.path] = host_path
        container.volumes_rw[self.path] = self.is_rw()
        create_if_not_exists(inside, is_directory=self.is_dir())
        if self.is_rw() and not self.is_bind_mount:
            await _copy_existing_contents(inside, host_path)


@twin_of("github.com/docker/docker/daemon.prepareVolumesForContainer")
async def prepare_volumes_for_container(container: Container) -> None:
    """Decide which directory of the host each volume is; what an earlier start decided stays."""
    if not container.volumes:
        container.volumes, container.volumes_rw = {}, {}
        await _apply_volumes_from(container)
    await _create_volumes(container)


@twin_of("github.com/docker/docker/daemon.setupMountsForContainer")
def setup_mounts_for_container(container: Container) -> None:
    """List what is mounted over the image's files: the daemon's three files and the volumes."""
    files = {
        "/etc/resolv.conf": container.resolv_conf_path,
        "/etc/hostname": container.hostname_path,
        "/etc/hosts": container.hosts_path,
    }
    own = [BindMount(path, inside, private=True) for inside, path in files.items() if path]
    volumes = [
        BindMount(path, inside, writable=container.volumes_rw[inside])
        for inside, path in sorted(container.volumes.items())
    ]
    if container.command:
        container.command.mounts = [*own, *volumes]


@twin_of("github.com/docker/docker/daemon.applyVolumesFrom")
async def _apply_volumes_from(container: Container) -> None:
    """Take over the volumes of other containers, which need not run; no data is copied."""
    async with AsyncExitStack() as deferred:
        for spec in container.host_config.volumes_from:
            name, _, mode = spec.partition(":")
            if mode not in ("", "ro", "rw"):
                raise DockerError(f"Malformed volumes-from specification: {spec}")
            other = _find(container, name)
            await other.mount()
            deferred.push_async_callback(other.unmount)
            for path, host_path in sorted(other.volumes.items()):
                if path not in container.volumes:
                    place = other.resource_path(path)
                    is_directory = syscall.stat(place).kind == "directory"
                    create_if_not_exists(place, is_directory=is_directory)
                    container.volumes[path] = host_path
                    container.volumes_rw[path] = other.volumes_rw[path] and mode != "ro"


def _find(container: Container, name: str) -> Container:
    try:
        return container.daemon.get(name)
    except NotFoundError:
        raise DockerError(f"Container {name} not found. Impossible to mount its volumes") from None


@twin_of("github.com/docker/docker/daemon.createVolumes")
async def _create_volumes(container: Container) -> None:
    """Set up binds and managed volumes; where both want one place, the bind wins."""
    volumes = _get_bind_map(container)
    for path in container.config.volumes:
        volumes.setdefault(path, Volume(path))
    for _, volume in sorted(volumes.items()):
        await volume.initialize(container)


@twin_of("github.com/docker/docker/daemon.getBindMap", passes="It only sorts what was asked for.")
def _get_bind_map(container: Container) -> dict[str, Volume]:
    """List the binds by their places inside."""
    volumes = {}
    for bind in container.host_config.binds:
        volume = _parse_bind_volume_spec(bind)
        if volume.path in ILLEGAL:
            raise DockerError(f"Illegal bind destination: {volume.path}")
        volumes[posixpath.normpath(volume.path)] = volume
    return volumes


@twin_of(
    "github.com/docker/docker/daemon.parseBindVolumeSpec", passes="It only takes a text apart."
)
def _parse_bind_volume_spec(spec: str) -> Volume:
    """Read HOST:INSIDE or HOST:INSIDE:MODE; names for volumes came later."""
    match spec.split(":"):
        case [host_path, path]:
            volume = Volume(path, host_path, "rw", is_bind_mount=True)
        case [host_path, path, mode]:
            volume = Volume(path, host_path, mode, is_bind_mount=True)
        case _:
            raise DockerError(f"Invalid volume specification: {spec}")
    if not volume.host_path.startswith("/"):
        raise DockerError(
            f"cannot bind mount volume: {volume.host_path} volume paths must be absolute."
        )
    return volume


@twin_of("github.com/docker/docker/daemon.createVolumeHostPath")
async def _create_volume_host_path(container: Container) -> str:
    """Make a volume as if it were an image without parent and content, in a store of its own."""
    store = container.daemon.volumes
    made = await store.create(None, ("", ""), Config(""), Config(""), ("", ""))
    return await store.driver.get(made.id)


@twin_of("github.com/docker/docker/daemon.createIfNotExists")
def create_if_not_exists(path: str, *, is_directory: bool) -> None:
    """Make the place to mount on: a directory on a directory, a file on a file."""
    if ioutil.exists(path):
        return
    ioutil.make_directories(path if is_directory else posixpath.dirname(path))
    if not is_directory:
        syscall.close(syscall.open_(path, Open.O_CREAT | Open.O_WRONLY, 0o755))


@twin_of("github.com/docker/docker/daemon.copyExistingContents")
async def _copy_existing_contents(source: str, target: str) -> None:
    """Fill a new volume with what the image has in its place."""
    if syscall.getdents(source) and not syscall.getdents(target):
        await copy_with_tar(source, target)
    _copy_ownership(source, target)


@twin_of("github.com/docker/docker/daemon.copyOwnership")
def _copy_ownership(source: str, target: str) -> None:
    """Let a user other than root write there, if the image lets it."""
    found = syscall.stat(source)
    syscall.chown(target, found.uid, found.gid)
    syscall.chmod(target, found.mode)
