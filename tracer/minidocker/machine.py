"""A machine with Docker installed: a kernel, a disk with one image, and the daemon running."""

import hashlib
import json
from collections.abc import Sequence

from tracer.minidocker import docker, dockerinit, goroutine, outside, syscall
from tracer.minidocker.graph import ROOT
from tracer.minidocker.kernel.cgroups.v1 import HIERARCHIES
from tracer.minidocker.kernel.files import Directory, File
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.programs import HOST_PROGRAMS, PROGRAMS
from tracer.minidocker.recording import Recorder, Recording
from tracer.minidocker.twin import recorder

ELF = b"\x7fELF"  # what an executable begins with
DOCKER = ELF + b" docker"
DOCKERINIT = ELF + b" dockerinit"
DIRECTORIES = ("dev", "proc", "run", "sys/fs/cgroup", "tmp", "var/run", f"{ROOT}/aufs/mnt")


class Machine:
    """Boot, then run clients one after the other."""

    def __init__(self, seed: str = "1") -> None:
        self.seed = seed
        self.kernel = Kernel(self._disk(), seed)
        self.kernel.install(DOCKER, goroutine.begin(docker.main))
        self.kernel.install(DOCKERINIT, goroutine.begin(dockerinit.main))
        for name, main in HOST_PROGRAMS.items():
            self.kernel.install(_executable(name), main)
        self.kernel.start(self._boot)
        self.kernel.start(outside.plug_in)
        self.kernel.first.start_thread(_reap())
        self.kernel.run()
        self.kernel.events.clear()

    def run(self, argv: Sequence[str]) -> Recording:
        """Run `docker` with arguments from the start of its process to its end, and record it."""
        watching = Recorder(self.kernel)
        token = recorder.set(watching)
        try:
            client = self.kernel.start(lambda: _become(["docker", *argv]))
            self.kernel.run(until=client)
        finally:
            recorder.reset(token)
        if client.status is None:
            raise RuntimeError("everybody sleeps and the client has not ended")
        output = self.kernel.console.read().decode("utf-8", "replace")
        return watching.finish(output, client.status)

    async def _boot(self) -> None:
        syscall.mount("proc", "/proc", "proc")
        for name, controllers in HIERARCHIES.items():
            syscall.mkdir(f"/sys/fs/cgroup/{name}")
            syscall.mount("cgroup", f"/sys/fs/cgroup/{name}", "cgroup", options=controllers)
        await _become(["docker", "-d"])

    def _disk(self) -> Directory:
        root = Directory()
        for path in DIRECTORIES:
            _make_directory(root, path)
        _put(root, "usr/bin/docker", DOCKER)
        _put(root, "usr/lib/docker/dockerinit", DOCKERINIT)
        _put(root, "etc/resolv.conf", b"nameserver 8.8.8.8\n")
        _put(root, "etc/hostname", b"host\n")
        for name in HOST_PROGRAMS:
            _put(root, f"bin/{name}", _executable(name))
        self._put_image(root)
        return root

    def _put_image(self, root: Directory) -> None:
        programs, top = (hashlib.sha256(f"{self.seed}/{n}".encode()).hexdigest() for n in "ab")
        for name in PROGRAMS:
            _put(root, f"{ROOT}/aufs/diff/{programs}/bin/{name}", _executable(name))
        users = b"root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/sh\n"
        _put(root, f"{ROOT}/aufs/diff/{top}/etc/passwd", users)
        for layer, below in ((programs, ""), (top, f"{programs}\n")):
            _put(root, f"{ROOT}/aufs/layers/{layer}", below.encode())
            known = {"id": layer, "parent": below.strip(), "env": [], "cmd": ["/bin/sh"]}
            _put(root, f"{ROOT}/graph/{layer}/json", json.dumps(known).encode())
        names = {"busybox:latest": top}
        _put(root, f"{ROOT}/repositories-aufs", json.dumps(names).encode())


async def _reap() -> None:
    while True:  # all that the first process does
        await syscall.wait4(-1)


async def _become(argv: list[str]) -> None:
    syscall.execve("/usr/bin/docker", argv, {"PATH": "/usr/bin:/bin"})


def _executable(name: str) -> bytes:
    return f"\x7fELF {name}".encode()


def _make_directory(root: Directory, path: str) -> Directory:
    for name in path.strip("/").split("/"):
        below = root.find(name)
        if not isinstance(below, Directory):
            below = Directory()
            root.insert(name, below)
        root = below
    return root


def _put(root: Directory, path: str, content: bytes) -> None:
    above, _, name = path.rpartition("/")
    mode = 0o755 if content.startswith(ELF) else 0o644
    _make_directory(root, above).insert(name, File(content, mode=mode))
