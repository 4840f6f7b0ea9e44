"""The routes of images."""

import base64

from tracer.minidocker.docker.api.server.answers import answer_output, stream_json, write_json
from tracer.minidocker.docker.engine import Engine, Env, tail
from tracer.minidocker.docker.errors import DockerError, UsageError
from tracer.minidocker.docker.pkg.parsers import parse_repository_tag
from tracer.minidocker.docker.pkg.streamformatter import format_error
from tracer.minidocker.golib import http
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


@twin_of("github.com/docker/docker/api/server.postImagesCreate")
async def post_images_create(
    engine: Engine, connection: int, request: http.Request, _name: str
) -> None:
    """Pull an image; an error after the first progress travels as a message."""
    image, tag = request.query.get("fromImage", ""), request.query.get("tag", "")
    if not image:
        raise UsageError("Missing parameter: fromImage")
    if not tag:
        image, tag = parse_repository_tag(image)
    job = engine.job("pull", image, tag)
    login = request.headers.get("x-registry-auth", "")
    job.env["authConfig"] = base64.urlsafe_b64decode(login).decode() or "{}"
    stream = stream_json(job, connection)
    try:
        await job.run()
    except (DockerError, KernelError) as error:
        if not stream.used:
            raise
        stream.write(format_error(error))


@twin_of("github.com/docker/docker/api/server.getImagesJSON")
async def get_images_json(
    engine: Engine, connection: int, request: http.Request, _name: str
) -> None:
    """List images."""
    job = engine.job("images")
    job.env.update(request.query)
    await answer_output(job, connection)


async def get_images_history(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """List an image and all below it."""
    del request
    await answer_output(engine.job("history", name), connection)


async def get_images_by_name(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Answer with the image's JSON."""
    del request
    await answer_output(engine.job("image_inspect", name), connection)


async def post_images_tag(
    engine: Engine, connection: int, request: http.Request, name: str
) -> None:
    """Give an image a name."""
    job = engine.job("tag", name, request.query.get("repo", ""), request.query.get("tag", ""))
    job.env.update(request.query)
    await job.run()
    http.answer(connection, 201)


async def delete_images(engine: Engine, connection: int, request: http.Request, name: str) -> None:
    """Remove an image or one of its names."""
    job = engine.job("image_delete", name)
    job.env.update(request.query)
    await answer_output(job, connection)


@twin_of("github.com/docker/docker/api/server.postCommit")
async def post_commit(engine: Engine, connection: int, request: http.Request, _name: str) -> None:
    """Make an image of a container; nobody may write meanwhile, unless the client says so."""
    job = engine.job("commit", request.query.get("container", ""))
    config = Env()
    config.decode(request.body)
    job.env.update({"pause": "1"} | request.query)
    job.setenv_sub_env("config", config)
    await job.run()
    write_json(connection, 201, Env(Id=tail(job.output, 1)))
