"""What has happened to containers, in order, and who wants to hear of it at once."""

import json
from typing import Any

from tracer.minidocker.docker.engine import Engine, Env, Job
from tracer.minidocker.golib import goroutine, time
from tracer.minidocker.golib.pipe import Pipe
from tracer.minidocker.twin import twin_of

LIMIT = 64  # events that are kept


class Events:
    """The daemon's log of events."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.listeners: list[Pipe] = []

    @twin_of("(*github.com/docker/docker/events.Events).Install")
    def install(self, engine: Engine) -> None:
        """Offer the log: to add to it, and to follow it."""
        engine.globals["events"] = self
        engine.register("events", self.get)
        engine.register("log", self.log)
        engine.register("subscribers_count", self.count_subscribers)

    async def count_subscribers(self, job: Job) -> None:
        """Answer how many follow the log."""
        Env(count=0).write_to(job.output)

    @twin_of("(*github.com/docker/docker/events.Events).Log")
    async def log(self, job: Job) -> None:
        """Note an event without making the container wait for whoever listens."""
        action, id_, image = job.args
        self._log(action, id_, image)

    @twin_of("(*github.com/docker/docker/events.Events).log")
    def _log(self, action: str, id_: str, image: str) -> None:
        """Keep the event, push out the oldest, and tell the listeners."""
        event = {"status": action, "id": id_, "from": image, "time": time.written(int(time.now()))}
        self.kept = [*self.kept, event][-LIMIT:]
        for listener in self.listeners:
            listener.write(f"{json.dumps(event)}\n".encode())

    @twin_of("(*github.com/docker/docker/events.Events).Get")
    async def get(self, job: Job) -> None:
        """Answer the job "events": those since a time, then new ones, until a time or for ever."""
        since, until = (_moment(job.env.get(word)) for word in ("since", "until"))
        write = job.stdout or _nowhere
        listener = Pipe()
        self.listeners.append(listener)
        if until:
            goroutine.start(_close_at(listener, until))
        try:
            for event in self.kept if since else ():
                if since <= event["time"] and (not until or event["time"] <= until):
                    write(f"{json.dumps(event)}\n".encode())
            while data := await listener.read():
                write(data)
        finally:
            self.listeners.remove(listener)

    def describe(self) -> list[str]:
        """Give the events that are kept."""
        return [f"{each['status']} {each['id'][:12]}" for each in self.kept]


async def _close_at(listener: Pipe, moment: str) -> None:
    await time.sleep(max(0, -time.since(moment)))
    listener.close()


def _moment(given: object) -> str:
    return time.written(time.unix(str(given))) if given else ""


def _nowhere(data: bytes) -> None:
    """Drop it."""
    del data
