"""Which dockerinit the daemon starts containers with: one that was built with it."""

import hashlib

from tracer.minidocker import syscall
from tracer.minidocker.docker.dockerversion import INITSHA1, VERSION
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import ioutil
from tracer.minidocker.twin import twin_of

PLACES = (
    "/usr/bin/dockerinit",
    "/usr/libexec/docker/dockerinit",
    "/usr/local/libexec/docker/dockerinit",
    "/usr/lib/docker/dockerinit",
    "/usr/local/lib/docker/dockerinit",
)


async def find_and_copy(root: str) -> str:
    """Find it, and keep a copy: the package may be replaced while the daemon runs."""
    copy = f"{root}/init/dockerinit-{VERSION}"
    found = await docker_init_path(copy)
    if not found:
        raise DockerError("Could not locate dockerinit: docker was built incorrectly")
    if found != copy:
        ioutil.make_directories(f"{root}/init")
        await _copy_file(found, copy)
        syscall.chmod(copy, 0o700)
    return copy


@twin_of("github.com/docker/docker/utils.DockerInitPath")
async def docker_init_path(copy: str) -> str:
    """Look at the own copy first, then where a package may have put it."""
    for place in (copy, *PLACES):
        if place and ioutil.exists(place) and await _is_valid(place):
            return place
    return ""


async def _is_valid(path: str) -> bool:
    content = (await ioutil.read_file(path)).encode()
    return hashlib.sha1(content).hexdigest() == INITSHA1  # noqa: S324  # as the build has it


@twin_of("github.com/docker/docker/utils.CopyFile")
async def _copy_file(source: str, target: str) -> None:
    """Put a copy in the place of what was there: one that runs cannot be written over."""
    if ioutil.exists(target):
        syscall.unlink(target)
    ioutil.write_file(target, await ioutil.read_file(source))
