"""Bring an image here: names, descriptions and layers, from a registry."""

import json

from tracer.minidocker.docker import image as images
from tracer.minidocker.docker.engine import Job
from tracer.minidocker.docker.errors import DockerError
from tracer.minidocker.docker.graph.graph import truncate_id
from tracer.minidocker.docker.graph.tags import TagStore
from tracer.minidocker.docker.pkg.progressreader import progress_reader
from tracer.minidocker.docker.pkg.streamformatter import format_progress, format_status
from tracer.minidocker.docker.registry import registry
from tracer.minidocker.docker.registry.auth import INDEX, AuthConfig
from tracer.minidocker.docker.registry.session import RepositoryData, Session, new_session
from tracer.minidocker.golib import goroutine
from tracer.minidocker.golib.pipe import Write
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.twin import twin_of


@twin_of("(*github.com/docker/docker/graph.TagStore).CmdPull")
async def cmd_pull(store: TagStore, job: Job) -> None:
    """Answer the job "pull": one client's pull is enough for all who want the same."""
    name, tag = (*job.args, "")[:2]
    out = job.stdout or _say_nothing
    key = f"{name}:{tag}"
    underway = store.pool_add("pull", key)
    if underway:
        text = f"Repository {name} already being pulled by another client. Waiting."
        out(format_status("", text))
        await underway
        return
    try:
        host, remote = registry.resolve_repository_name(name)
        endpoint = await registry.expand_and_verify_registry_url(host)
        login = AuthConfig(**json.loads(job.env.get("authConfig", "{}")))
        session = await new_session(login, endpoint)
        local = remote if endpoint == INDEX else name
        await _pull_repository(store, session, out, (local, remote, tag))
    finally:
        store.pool_remove("pull", key)


def _say_nothing(message: bytes) -> None:
    """Drop a message that nobody waits for."""
    del message


@twin_of("(*github.com/docker/docker/graph.TagStore).pullRepository")
async def _pull_repository(
    store: TagStore, session: Session, out: Write, names: tuple[str, str, str]
) -> None:
    """Get all images at the same time, and set the tags last: a broken pull leaves none."""
    local, remote, asked = names
    out(format_status("", f"Pulling repository {local}"))
    data = await session.get_repository_data(remote)
    tags = await session.get_remote_tags(data.endpoints, remote, data.tokens)
    wanted = {tag: id_ for tag, id_ in tags.items() if asked in ("", tag)}
    if asked and not wanted:
        raise DockerError(f"Tag {asked} not found in repository {local}")
    results = []
    for id_, tag in sorted({id_: tag for tag, id_ in wanted.items()}.items()):

        async def download(id_: str = id_, tag: str = tag) -> None:
            await _download_image(store, session, out, data, (id_, tag, local))

        results.append(goroutine.run(download))
    for result in results:
        await result.receive()
    for tag, id_ in sorted(wanted.items()):
        await store.set(local, tag, id_, force=True)


@twin_of("(*github.com/docker/docker/graph.TagStore).pullRepository$1")
async def _download_image(
    store: TagStore, session: Session, out: Write, data: RepositoryData, what: tuple[str, str, str]
) -> None:
    """Pull one image from the first registry that can give it."""
    id_, tag, name = what
    underway = store.pool_add("pull", f"img:{id_}")
    if underway:
        await underway
        return
    try:
        said = f"Pulling image ({tag}) from {name}"
        out(format_progress(truncate_id(id_), said))
        failed = DockerError(f"Error pulling image ({tag}) from {name}")
        for endpoint in data.endpoints:
            out(format_progress(truncate_id(id_), f"{said}, endpoint: {endpoint}"))
            try:
                await _pull_image(store, session, out, (id_, endpoint, data.tokens))
            except (DockerError, KernelError) as error:
                failed = DockerError(f"Error pulling image ({tag}) from {name}, {error}")
                continue
            out(format_progress(truncate_id(id_), "Download complete"))
            return
        out(format_progress(truncate_id(id_), str(failed)))
        raise failed
    finally:
        store.pool_remove("pull", f"img:{id_}")


@twin_of("(*github.com/docker/docker/graph.TagStore).pullImage")
async def _pull_image(
    store: TagStore, session: Session, out: Write, source: tuple[str, str, list[str]]
) -> None:
    """Get the layers that are not here, the lowest first: a layer needs the one below."""
    id_, endpoint, tokens = source
    history = await session.get_remote_history(id_, endpoint, tokens)
    out(format_progress(truncate_id(id_), "Pulling dependent layers"))
    for layer in reversed(history):
        underway = store.pool_add("pull", f"layer:{layer}")
        if underway:
            await underway
        try:
            if not await store.graph.exists(layer):
                await _pull_layer(store, session, out, (layer, endpoint, tokens))
        finally:
            store.pool_remove("pull", f"layer:{layer}")
        out(format_progress(truncate_id(layer), "Download complete"))


async def _pull_layer(
    store: TagStore, session: Session, out: Write, source: tuple[str, str, list[str]]
) -> None:
    """Get a description and an archive, and hand both to the graph."""
    id_, endpoint, tokens = source
    short = truncate_id(id_)
    out(format_progress(short, "Pulling metadata"))
    described, size = await session.get_remote_image_json(id_, endpoint, tokens)
    image = images.new_img_json(described)
    out(format_progress(short, "Pulling fs layer"))
    layer = await session.get_remote_image_layer(image.id, endpoint, tokens)
    try:
        reader = progress_reader(layer, size, out, short, "Downloading")
        await store.graph.register(described, reader, image)
    finally:
        layer.close()
