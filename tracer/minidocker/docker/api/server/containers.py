"""The routes that `docker run` needs: create, attach, start, wait."""

from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.docker.api.server.answers import answer_done, write_json
from tracer.minidocker.docker.api.server.forms import parse_form
from tracer.minidocker.docker.engine import Engine, Env, tail
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.pkg.stdcopy import STDERR, STDOUT, new_std_writer
from tracer.minidocker.golib import http
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.postContainersCreate")
async def post_containers_create(
    engine: Engine, connection: int, request: http.Request, _name: str
) -> None:
    """Create a container from the Config in the body."""
    form = parse_form(request)
    job = engine.job("create", form.get("name", ""))
    job.decode_env(request.body)
    await job.run()
    write_json(connection, 201, Env(Id=tail(job.output, 1), Warnings=[]))


@twin_of("github.com/docker/docker/api/server.postContainersAttach")
async def post_containers_attach(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Take the connection over from HTTP and let it carry the output."""
    await engine.job("container_inspect", name).run()
    hijack_server(connection)
    http.answer(connection, 200)
    send = partial(syscall.write, connection)
    stderr, stdout = new_std_writer(send, STDERR), new_std_writer(send, STDOUT)
    job = engine.job("attach", name)
    job.env.update(request.query)
    job.stdout, job.stderr = stdout.write, stderr.write
    if request.query.get("stdin"):
        job.stdin = partial(syscall.read, connection)
    try:
        await job.run()
    except DockerError as error:
        stdout.write(f"Error attaching: {error}\n".encode())
    _close(connection)


@twin_of("github.com/docker/docker/api/server.hijackServer")
def hijack_server(connection: int) -> None:
    """Send nothing, so that what comes now is not part of an answer."""
    syscall.write(connection, b"")


@twin_of("github.com/docker/docker/api/server.postContainersAttach$2")
def _close(connection: int) -> None:
    """Tell the client that the output has ended."""
    syscall.shutdown(connection)


@twin_of("github.com/docker/docker/api/server.postContainersStart")
async def post_containers_start(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Start a container with the HostConfig in the body, and answer when its program runs."""
    job = engine.job("start", name)
    job.decode_env(request.body)
    await answer_done(job, connection)


@twin_of("github.com/docker/docker/api/server.postContainersWait")
async def post_containers_wait(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer with the exit code, however long that takes."""
    del request
    job = engine.job("wait", name)
    await job.run()
    http.answer(connection, 200, {"StatusCode": int(job.output[0])})
