"""What an image says about its containers, where the user has said nothing."""

from dataclasses import replace

from tracer.minidocker.docker.runconfig.config import Config
from tracer.minidocker.twin import twin_of


@twin_of(
    "github.com/docker/docker/runconfig.Merge",
    passes="It joins two structures; the container that gets the result is still to be made.",
)
def merge(user: Config, image: Config) -> Config:
    """Fill the gaps; ports and variables of the image are added to the user's."""
    named = {each.partition("=")[0] for each in user.env}
    added = [each for each in image.env if each.partition("=")[0] not in named]
    own_program = bool(user.entrypoint)  # then the image's command would be the wrong arguments
    return replace(
        user,
        user=user.user or image.user,
        memory=user.memory or image.memory,
        memory_swap=user.memory_swap or image.memory_swap,
        cpu_shares=user.cpu_shares or image.cpu_shares,
        exposed_ports=image.exposed_ports | user.exposed_ports,
        env=[*user.env, *added],
        cmd=user.cmd if own_program else user.cmd or image.cmd,
        entrypoint=user.entrypoint or image.entrypoint,
        working_dir=user.working_dir or image.working_dir,
        volumes=user.volumes | image.volumes,
    )
