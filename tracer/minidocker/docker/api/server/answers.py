"""How a route answers: with JSON at once, or with what a job prints while it runs."""

from tracer.minidocker import syscall
from tracer.minidocker.docker.engine import Env, Job
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of

JSON = {"Content-Type": "application/json"}


class Stream:
    """A job's output on its way to the client; the head goes out with the first piece."""

    def __init__(self, connection: int) -> None:
        self.connection = connection
        self.used = False

    def write(self, data: bytes) -> None:
        """Send a piece."""
        if not self.used:
            self.used = True
            http.answer(self.connection, 200, headers=JSON)
        syscall.write(self.connection, data)


@twin_of("github.com/docker/docker/api/server.streamJSON")
def stream_json(job: Job, connection: int) -> Stream:
    """Tie a job's output to the answer: each message reaches the client at once."""
    stream = Stream(connection)
    job.stdout = stream.write
    return stream


@twin_of("github.com/docker/docker/api/server.writeJSON")
def write_json(connection: int, status: int, values: Env) -> None:
    """Answer with named values."""
    http.answer(connection, status, values.encode(), JSON)


async def answer_output(job: Job, connection: int) -> None:
    """Run a job and answer with what it printed."""
    await job.run()
    http.answer(connection, 200, job.output[0])


async def answer_done(job: Job, connection: int) -> None:
    """Run a job and answer that it is done; there is nothing to say."""
    await job.run()
    http.answer(connection, 204)
