"""Stay with a container from its start to its end, and start it again if it should be."""

from tracer.minidocker.docker.daemon.container import Container, Monitor
from tracer.minidocker.docker.daemon.execdriver.driver import Command, new_pipes
from tracer.minidocker.golib import time
from tracer.minidocker.golib.pipe import Pipe
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of

FIRST_PAUSE, LONG_ENOUGH = 0.1, 10  # seconds: between two runs; of a run that counts as good


class ContainerMonitor(Monitor):
    """Watches one container through one start."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.policy = container.host_config.restart_policy
        self.failures = 0
        self.pause = FIRST_PAUSE
        self.pauses = 0  # how many there were, for who looks at the process
        self.started = 0.0
        self.should_stop = False
        self.stop_signal = Wait()  # ends the pause between two runs
        self.start_signal = Wait()  # closed when the program runs, or never will

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).Start")
    async def start(self) -> None:
        """Run the container until it ends and need not be started again."""
        container = self.container
        try:
            while True:
                exit_code = await self._run()
                self._reset_monitor(success=exit_code == 0)
                if not self._should_restart(exit_code):
                    break
                container.state.set_restarting(exit_code)
                await container.log_event("die")
                self._reset_container()
                await self._wait_for_next_restart()
                if self.should_stop:
                    container.state.set_stopped(exit_code)
                    await self._end(locked=False)
                    return
        except Exception:
            self._reset_container()
            await self._end(locked=True)  # by whoever starts the container
            self.start_signal.close()
            raise
        container.state.set_stopped(exit_code)
        await container.log_event("die")
        self._reset_container()
        await self._end(locked=False)

    async def _run(self) -> int:
        """Run the program once, its output being read; return its exit code."""
        container = self.container
        container.start_logging_to_disk()
        read = container.stdin.read if container.stdin else None
        pipes = new_pipes(read, container.stdout, container.stderr)
        await container.log_event("start")
        self.started = time.now()
        return await container.daemon.run(container, pipes, self._callback)

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).callback")
    async def _callback(self, command: Command) -> None:
        """Let `docker start` return; only then can the new state be saved."""
        self.container.state.set_running(command.pid())
        self.start_signal.close()
        await self.container.to_disk()

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).resetMonitor")
    def _reset_monitor(self, *, success: bool) -> None:
        """Double the pause after a short run, and count failures in a row."""
        long = time.now() - self.started > LONG_ENOUGH
        self.pause = FIRST_PAUSE if long else self.pause * 2
        self.failures = 0 if success else self.failures + 1

    @twin_of(
        "(*github.com/docker/docker/daemon.containerMonitor).shouldRestart",
        passes="It only decides; who asks acts on it.",
    )
    def _should_restart(self, exit_code: int) -> bool:
        """Apply the restart policy, unless somebody has asked for the end."""
        if self.should_stop:
            return False
        if self.policy.name == "on-failure":
            most = self.policy.maximum_retry_count
            return exit_code != 0 and (not most or self.failures < most)
        return self.policy.name == "always"

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).waitForNextRestart")
    async def _wait_for_next_restart(self) -> None:
        """Give a program that fails at once less and less to do."""
        await time.within(self.pause, self.stop_signal)
        self.pauses += 1

    def describe(self) -> dict[str, object]:
        """Give what it keeps in mind between two runs."""
        return {
            "failures": self.failures,
            "pause": self.pause,
            "pauses": self.pauses,
            "stopping": self.should_stop,
        }

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).ExitOnNext")
    def exit_on_next(self) -> None:
        """Take the next end of the program for the last one."""
        self.should_stop = True
        self.stop_signal.close()

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).resetContainer")
    def _reset_container(self) -> None:
        """End the output for all who read it, and be ready for a next start."""
        for stream in (self.container.stdout, self.container.stderr):
            stream.clean()
        if self.container.stdin:
            self.container.stdin.close()
            self.container.stdin = Pipe()

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).Start$1")
    async def _end(self, *, locked: bool) -> None:
        """Take the lock again for the last changes, unless it was never given back."""
        if locked:
            await self._close()
            return
        async with self.container.lock:
            await self._close()

    @twin_of("(*github.com/docker/docker/daemon.containerMonitor).Close")
    async def _close(self) -> None:
        """Give everything back and save the final state."""
        await self.container.cleanup()
        self.container.save()


@twin_of(
    "github.com/docker/docker/daemon.newContainerMonitor",
    passes="It makes a value that waits for its Start.",
)
def new_container_monitor(container: Container) -> ContainerMonitor:
    """Make a monitor for one start of a container."""
    return ContainerMonitor(container)
