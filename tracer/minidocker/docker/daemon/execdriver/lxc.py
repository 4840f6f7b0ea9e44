"""The driver that leaves the work to the programs of LXC.

It writes what it wants into files, starts `lxc-start`, and asks `lxc-info` until that says that the
container runs. Inside, lxc-start runs our own /.dockerinit: see `lxc_init`.
"""

import json

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.execdriver.driver import (
    Command,
    Driver,
    Pipes,
    StartCallback,
    new_std_console,
)
from tracer.minidocker.docker.daemon.execdriver.lxc_template import render
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.golib import exec as osexec
from tracer.minidocker.golib import goroutine, ioutil
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.libcontainer.config import BindMount
from tracer.minidocker.libcontainer.nodes import create_device_nodes
from tracer.minidocker.twin import twin_of

PATIENCE, PAUSE = 5, 0.05  # seconds: for the start, and between two questions


class LxcDriver(Driver):
    """Leaves the work to the programs of LXC."""

    NAME = "lxc"

    def __init__(self, root: str, dockerinit: str) -> None:
        self.root, self.dockerinit = root, dockerinit
        self._link_lxc_start()

    def _link_lxc_start(self) -> None:
        """Give lxc-start a second name, under which AppArmor would leave it alone."""
        found = osexec.look_path("lxc-start")
        if not found:
            raise DockerError('exec: "lxc-start": executable file not found in $PATH')
        link = f"{self.root}/lxc-start-unconfined"
        ioutil.remove_all(link)
        syscall.symlink(found, link)

    async def name(self) -> str:
        """Return the driver's name with the version that lxc-start says it has."""
        _, output = await self._ask("lxc-start", "--version")
        return f"{self.NAME}-{output.rpartition(':')[2].strip()}"

    @twin_of("(*github.com/docker/docker/daemon/execdriver/lxc.driver).Run")
    async def run(self, command: Command, pipes: Pipes, callback: StartCallback) -> int:
        """Write the files that say what is wanted, and run lxc-start to its end."""
        new_std_console(command, pipes)
        init = BindMount(self.dockerinit, command.init_path, writable=False, private=True)
        command.mounts.append(init)
        self._generate_env_config(command)
        config = self._generate_lxc_config(command)
        argv = [*self._arguments(command, config), "--", *command.argv]
        create_device_nodes(command.rootfs, command.created_devices)
        command.process = Cmd(
            osexec.look_path(argv[0]) or argv[0],
            argv,
            env=dict(each.partition("=")[::2] for each in command.env),
            stdin=command.stdin,
            stdout=command.stdout,
            stderr=command.stderr,
        )
        await command.process.start()
        ended = goroutine.Result()
        status: list[int] = []
        goroutine.start(_wait(command.process, status, ended))
        command.container_pid = await self._wait_for_start(command, ended)
        await callback(command)
        await ended.receive()
        return osexec.exit_code(status[0])

    def _arguments(self, command: Command, config: str) -> list[str]:
        """Say to lxc-start which program is the first inside, and what that has to do."""
        interface, lists = command.network.interface, (command.cap_add, command.cap_drop)
        added, dropped = (":".join(each) for each in lists)
        return [
            *("lxc-start", "-n", command.id, "-f", config, "--", command.init_path),
            *(("-g", interface.gateway, "-i", interface.address) if interface else ()),
            *("-mtu", str(command.network.mtu)),
            *(("-u", command.user) if command.user else ()),
            *(("-privileged",) if command.privileged else ()),
            *(("-w", command.working_dir) if command.working_dir else ()),
            *((f"-cap-add={added}",) if added else ()),
            *((f"-cap-drop={dropped}",) if dropped else ()),
        ]

    @twin_of("(*github.com/docker/docker/daemon/execdriver/lxc.driver).generateEnvConfig")
    def _generate_env_config(self, command: Command) -> None:
        """Write the environment into a file: lxc-start would mix it with its own."""
        path = f"{self._directory(command.id)}/config.env"
        command.mounts.append(BindMount(path, "/.dockerenv", writable=False, private=True))
        ioutil.write_file(path, json.dumps(command.env))

    @twin_of("(*github.com/docker/docker/daemon/execdriver/lxc.driver).generateLXCConfig")
    def _generate_lxc_config(self, command: Command) -> str:
        """Write limits, mounts and network in lxc's own words."""
        path = f"{self._directory(command.id)}/config.lxc"
        ioutil.write_file(path, render(command))
        return path

    @twin_of("(*github.com/docker/docker/daemon/execdriver/lxc.driver).waitForStart")
    async def _wait_for_start(self, command: Command, ended: goroutine.Result) -> int:
        """Ask lxc-info until the container runs; it may be over before anybody has seen it."""
        for _ in range(int(PATIENCE / PAUSE)):
            if ended.arrived.closed:
                return -1
            _, output = await self._ask("lxc-info", "-n", command.id)
            known = dict(line.split(":", 1) for line in output.splitlines() if ":" in line)
            if known.get("state", "").strip() == "RUNNING":
                return int(known["pid"])
            await syscall.nanosleep(PAUSE)
        if command.process:
            syscall.kill(command.process.pid, 9)
        raise DockerError("Process could not be started")

    async def kill(self, id_: str, signal: int) -> None:
        """Have lxc-kill send a signal to the first process inside."""
        await self._must("lxc-kill", "-n", id_, str(signal))

    async def terminate(self, id_: str, pid: int) -> None:
        """Have lxc-kill end what an earlier daemon has left: lxc-start has outlived it."""
        del pid
        await self.kill(id_, 9)

    async def is_running(self, id_: str) -> bool:
        """Ask lxc-info."""
        return "RUNNING" in (await self._ask("lxc-info", "-n", id_))[1]

    async def pause(self, id_: str) -> None:
        """Have lxc-freeze stop all processes."""
        await self._must("lxc-freeze", "-n", id_)

    async def unpause(self, id_: str) -> None:
        """Have lxc-unfreeze let them go on."""
        await self._must("lxc-unfreeze", "-n", id_)

    async def get_pids_for_container(self, id_: str) -> list[int]:
        """Read the members of the group that lxc-start has made."""
        tasks = await ioutil.read_file(f"/sys/fs/cgroup/cpu/lxc/{id_}/tasks")
        return [int(each) for each in tasks.split()]

    async def _ask(self, *argv: str) -> tuple[int, str]:
        return await osexec.combined_output(osexec.look_path(argv[0]) or argv[0], list(argv))

    async def _must(self, *argv: str) -> None:
        status, output = await self._ask(*argv)
        if status:
            raise DockerError(f"Err: exit status {status} Output: {output}")

    def _directory(self, id_: str) -> str:
        return f"{self.root}/containers/{id_}"


async def _wait(process: Cmd, status: list[int], ended: goroutine.Result) -> None:
    status.append(await process.wait())
    ended.end()
