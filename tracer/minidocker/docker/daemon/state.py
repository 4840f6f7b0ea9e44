"""Whether a container runs, and whoever waits for that to change."""

from typing import Any

from tracer.minidocker.golib import time
from tracer.minidocker.kernel.scheduler import Wait
from tracer.minidocker.twin import twin_of


class State:
    """Running or stopped, with the pid or the exit code, and since when."""

    def __init__(self) -> None:
        self.running = self.paused = self.restarting = False
        self.pid = 0
        self.exit_code = 0
        self.started_at: float | None = None
        self.finished_at: float | None = None
        self.changed = Wait()
        self.waiting = 0  # how many sleep until it stops

    @twin_of("(*github.com/docker/docker/daemon.State).IsRunning", passes="It reads a field.")
    def is_running(self) -> bool:
        """Say whether the user's program runs."""
        return self.running

    @twin_of("(*github.com/docker/docker/daemon.State).SetRunning")
    def set_running(self, pid: int) -> None:
        """Note that the user's program runs, and wake whoever waits for that."""
        self.running, self.pid, self.exit_code = True, pid, 0
        self.paused = self.restarting = False
        self.started_at = time.now()
        self.changed.wake()

    @twin_of("(*github.com/docker/docker/daemon.State).SetStopped")
    def set_stopped(self, exit_code: int) -> None:
        """Note the exit code, and wake whoever waits for it."""
        self.running, self.pid, self.exit_code = False, 0, exit_code
        self.restarting = False
        self.finished_at = time.now()
        self.changed.wake()

    @twin_of("(*github.com/docker/docker/daemon.State).SetRestarting")
    def set_restarting(self, exit_code: int) -> None:
        """Count as running between two runs, so that nobody removes the container."""
        self.running = self.restarting = True
        self.pid, self.exit_code = 0, exit_code
        self.finished_at = time.now()
        self.changed.wake()

    @twin_of("(*github.com/docker/docker/daemon.State).SetPaused")
    def set_paused(self) -> None:
        """Note that the processes are frozen; it still counts as running."""
        self.paused = True

    @twin_of("(*github.com/docker/docker/daemon.State).SetUnpaused")
    def set_unpaused(self) -> None:
        """Note that the processes go on."""
        self.paused = False

    @twin_of("(*github.com/docker/docker/daemon.State).WaitStop")
    async def wait_stop(self, seconds: float = -1) -> int | None:
        """Sleep until the state changes; return the exit code, or None when the time is up.

        For what runs, the next change is its end; that it is started again comes after it.
        """
        if not self.running:
            return self.exit_code
        self.waiting += 1
        try:
            if seconds < 0:
                await self.changed
            elif not await time.within(seconds, self.changed):
                return None
        finally:
            self.waiting -= 1
        return self.exit_code

    def __str__(self) -> str:
        """Say it as `docker ps` does."""
        ended = f"({self.exit_code}) {_ago(self.finished_at)} ago"
        if self.running and self.restarting:
            return f"Restarting {ended}"
        if self.running:
            return f"Up {_ago(self.started_at)}" + (" (Paused)" if self.paused else "")
        return "" if self.finished_at is None else f"Exited {ended}"

    def as_dict(self) -> dict[str, Any]:
        """Return what goes into config.json."""
        return {
            "Running": self.running,
            "Paused": self.paused,
            "Restarting": self.restarting,
            "Pid": self.pid,
            "ExitCode": self.exit_code,
            "StartedAt": time.written(self.started_at),
            "FinishedAt": time.written(self.finished_at),
        }

    def load(self, known: dict[str, Any]) -> None:
        """Take in what config.json says."""
        self.running, self.paused = known["Running"], known["Paused"]
        self.restarting = known["Restarting"]
        self.pid, self.exit_code = known["Pid"], known["ExitCode"]
        self.started_at = time.read(known["StartedAt"])
        self.finished_at = time.read(known["FinishedAt"])


@twin_of(
    "github.com/docker/docker/daemon.NewState",
    passes="The container that gets it is not known to anybody yet.",
)
def new_state() -> State:
    """Make the state of a container that has never run."""
    return State()


def _ago(moment: float | None) -> str:
    return time.human_duration(time.now() - (moment or 0))
