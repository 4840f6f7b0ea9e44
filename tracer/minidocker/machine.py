"""A machine with Docker installed: a kernel and a disk with one image."""

import json
import shlex
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from tracer.minidocker import images, outside, syscall
from tracer.minidocker.docker import dockerinit
from tracer.minidocker.docker import main as docker
from tracer.minidocker.docker.flags import ROOT
from tracer.minidocker.golib import goroutine
from tracer.minidocker.kernel import signals
from tracer.minidocker.kernel.cgroups.v1 import HIERARCHIES
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Device, Directory, File
from tracer.minidocker.kernel.kernel import Kernel
from tracer.minidocker.kernel.processes import Process
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.programs import HOST_PROGRAMS
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.recording.recorder import Recorder
from tracer.minidocker.registry import HOST, INDEX, Registry, encode
from tracer.minidocker.twin import recorder

DAEMON = "docker -d"
ELF = b"\x7fELF"  # what an executable begins with
DOCKER = ELF + b" docker"
DOCKERINIT = ELF + b" dockerinit"
DEVICES = {
    "full": "c 1:7",
    "fuse": "c 10:229",
    "kmsg": "c 1:11",
    "null": "c 1:3",
    "random": "c 1:8",
    "sda": "b 8:0",
    "tty": "c 5:0",
    "urandom": "c 1:9",
    "zero": "c 1:5",
}
LONG, MANY = 60, 500  # seconds and system calls after which a person presses Ctrl-C
PATH = "/usr/bin:/bin"
DIRECTORIES = ("dev", "proc", "run", "sys/fs/cgroup", "tmp", "var/run", f"{ROOT}/aufs/mnt")


class Machine:
    """A host; run commands on it one after the other, the first one being `docker -d`."""

    def __init__(self, seed: str = "1") -> None:
        self.seed = seed
        self.kernel = Kernel(self._disk(), seed)
        self.kernel.install(DOCKER, goroutine.begin(docker.main))
        self.kernel.install(DOCKERINIT, goroutine.begin(dockerinit.main))
        for name, main in HOST_PROGRAMS.items():
            self.kernel.install(_executable(name), main)
        self.reaping = False
        boot = self.kernel.start(_boot)
        self.kernel.start(outside.plug_in)
        self._run(boot)

    @classmethod
    def booted(cls, seed: str = "1") -> "Machine":
        """Make a host on which the daemon runs."""
        machine = cls(seed)
        machine.run(DAEMON)
        return machine

    def run(self, command: str) -> tuple[str, int]:
        """Run a command to its end; return what it printed and its exit status.

        What does not end is interrupted: the status is the signal's number, negative.
        """
        before = len(self.kernel.console.read())
        process = self.kernel.start(partial(_become, shlex.split(command)))
        boots = command.startswith(DAEMON)  # and never ends
        self._run(process, takes_time=not boots)
        for signal in (Signal.SIGINT, Signal.SIGKILL):
            if process.status is None and not boots:
                self._interrupt(process, signal)
        output = self.kernel.console.read()[before:].decode("utf-8", "replace")
        return output, process.status or 0

    def record(self, *commands: str) -> Recording:
        """Run commands and record all that happens; the exit status is that of the last one."""
        watching = Recorder(self.kernel)
        token = recorder.set(watching)
        try:
            results = [self.run(command) for command in commands]
        finally:
            recorder.reset(token)
        output = "".join(printed for printed, _ in results)
        return watching.finish(commands, output, results[-1][1])

    def switch_off(self) -> None:
        """Unwind all programs, so that none of them is left when the machine is thrown away."""
        self.kernel.switch_off()

    close = switch_off  # for `contextlib.closing`

    def _run(self, process: Process, *, takes_time: bool = True) -> None:
        if not self.reaping:
            self.kernel.first.start_thread(self._reap())
        self.kernel.run(process, self._patience() if takes_time else lambda: False)

    def _patience(self) -> Callable[[], bool]:
        """Wait as long as it takes, but not for what goes round and round."""
        moment, calls = self.kernel.system.scheduler.now, len(self.kernel.events)

        def holds() -> bool:
            waited = self.kernel.system.scheduler.now - moment
            return waited <= LONG or len(self.kernel.events) - calls <= MANY

        return holds

    def _interrupt(self, process: Process, signal: Signal) -> None:
        """Do as a person would: press Ctrl-C, and if that does not help close the terminal."""
        if signal == Signal.SIGINT:
            self.kernel.console.write(b"^C\n", 0)
        signals.send(process, signal, None)
        self._run(process)

    async def _reap(self) -> None:
        """Wait for children, as long as there are any: all that the first process does."""
        self.reaping = True
        with suppress(KernelError):
            while True:
                await syscall.wait4(-1)
        self.reaping = False

    def _disk(self) -> Directory:
        root = Directory()
        for path in DIRECTORIES:
            _make_directory(root, path)
        _put(root, "usr/bin/docker", DOCKER)
        _put(root, "usr/lib/docker/dockerinit", DOCKERINIT)
        _put(root, "etc/resolv.conf", b"nameserver 8.8.8.8\n")
        _put(root, "etc/hostname", b"host\n")
        for name, number in DEVICES.items():
            _make_directory(root, "dev").insert(name, Device(cached=True, number=number))
        hosts = f"127.0.0.1 localhost\n{outside.ELSEWHERE} {INDEX} {HOST}\n"
        _put(root, "etc/hosts", hosts.encode())
        _put(root, "etc/os-release", b'PRETTY_NAME="Ubuntu 14.04.1 LTS"\n')
        for name in HOST_PROGRAMS:
            _put(root, f"bin/{name}", _executable(name))
        self._put_image(root)
        return root

    def _put_image(self, root: Directory) -> None:
        registry = Registry(images.REPOSITORIES)
        name, tag = images.ON_DISK
        chain = registry.chains[registry.tags[name][tag]]
        for number, id_ in enumerate(chain):
            layer = registry.layers[id_]
            for path, content in layer.files.items():
                assert isinstance(content, bytes)
                _put(root, f"{ROOT}/aufs/diff/{id_}/{path}", content)
            below = "".join(f"{each}\n" for each in chain[number + 1 :])
            _put(root, f"{ROOT}/aufs/layers/{id_}", below.encode())
            _make_directory(root, f"{ROOT}/aufs/mnt/{id_}")
            described = encode(registry.describe(id_))
            _put(root, f"{ROOT}/graph/{id_}/json", described.encode())
            _put(root, f"{ROOT}/graph/{id_}/layersize", str(layer.size()).encode())
        names = {"Repositories": {name: {"latest": chain[0]}}}
        _put(root, f"{ROOT}/repositories-aufs", json.dumps(names).encode())


async def _boot() -> None:
    syscall.mount("proc", "/proc", "proc")
    for name, controllers in HIERARCHIES.items():
        syscall.mkdir(f"/sys/fs/cgroup/{name}")
        syscall.mount("cgroup", f"/sys/fs/cgroup/{name}", "cgroup", options=controllers)
    syscall.exit_group(0)


async def _become(argv: list[str]) -> None:
    refused: KernelError | None = None
    for directory in PATH.split(":"):
        try:
            syscall.execve(f"{directory}/{argv[0]}", argv, {"PATH": PATH})
        except KernelError as error:
            refused = error
    syscall.write(2, f"{argv[0]}: {refused}\n".encode())
    syscall.exit_group(127)


def _executable(name: str) -> bytes:
    return ELF + f" {name}".encode()


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
