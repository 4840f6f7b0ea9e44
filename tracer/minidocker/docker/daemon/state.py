"""Whether a container runs, and whoever waits for that to change."""

from typing import Any

from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of


class State:
    """Running or stopped, with the pid or the exit code."""

    def __init__(self) -> None:
        self.running = False
        self.paused = False
        self.pid = 0
        self.exit_code = 0
        self.changed = Wait()

    @twin_of("(*github.com/docker/docker/daemon.State).SetRunning")
    def set_running(self, pid: int) -> None:
        """Note that the user's program runs, and wake whoever waits for that."""
        self.running, self.pid, self.exit_code = True, pid, 0
        self.changed.wake()

    @twin_of("(*github.com/docker/docker/daemon.State).SetStopped")
    def set_stopped(self, exit_code: int) -> None:
        """Note the exit code, and wake whoever waits for it."""
        self.running, self.pid, self.exit_code = False, 0, exit_code
        self.changed.wake()

    @twin_of("(*github.com/docker/docker/daemon.State).SetPaused")
    def set_paused(self) -> None:
        """Note that the processes are frozen."""
        self.paused = True

    @twin_of("(*github.com/docker/docker/daemon.State).SetUnpaused")
    def set_unpaused(self) -> None:
        """Note that the processes go on."""
        self.paused = False

    @twin_of(
        "(*github.com/docker/docker/daemon.State).IsRunning",
        passes="It looks at what is known already.",
    )
    def is_running(self) -> bool:
        """Say whether the program runs; a paused one does."""
        return self.running

    @twin_of("(*github.com/docker/docker/daemon.State).WaitStop")
    async def wait_stop(self) -> int:
        """Sleep until the container does not run."""
        while self.running:
            await self.changed
        return self.exit_code

    def as_dict(self) -> dict[str, Any]:
        """Return what goes into config.json."""
        return {
            "Running": self.running,
            "Paused": self.paused,
            "Pid": self.pid,
            "ExitCode": self.exit_code,
        }

    def load(self, known: dict[str, Any]) -> None:
        """Take in what config.json says."""
        self.running, self.paused = known["Running"], known["Paused"]
        self.pid, self.exit_code = known["Pid"], known["ExitCode"]


@twin_of(
    "github.com/docker/docker/daemon.NewState",
    passes="The container that gets it is not known to anybody yet.",
)
def new_state() -> State:
    """Make the state of a container that has never run."""
    return State()
