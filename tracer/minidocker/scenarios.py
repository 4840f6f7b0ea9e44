"""What is run to walk each path, and where a learner can look afterwards."""

from dataclasses import dataclass
from fnmatch import fnmatch

from tracer.minidocker.machine import Machine
from tracer.minidocker.recording.model import Recording, Tree, Value


@dataclass(frozen=True)
class Scenario:
    """Commands on a new machine: the first ones unwatched, then those that are recorded."""

    commands: tuple[str, ...]  # recorded; `docker -d` boots the daemon
    before: tuple[str, ...] = ("docker -d",)
    look: tuple[str, ...] = ()  # paths in the state at the end, with * for any word


OLD_CONTAINERS = (  # a machine as a crash of the daemon and an upgrade of its package leave it
    "docker -d",
    "docker run --name old busybox sh -c 'exit 3'",
    "docker run --name lost -d busybox sleep 1000",
    "docker run --name wanted -d --restart always -p 80:80 busybox httpd -h /etc",
    "kill -9 5",
    "rm /var/lib/docker/init/dockerinit-1.2.0",
)
SCENARIOS: dict[str, Scenario] = {
    "commit": Scenario(
        ("docker commit -m changed work alice/work:v1",),
        ("docker -d", "docker run -d --name work busybox sh -c 'echo new > /etc/motd; sleep 60'"),
        look=(
            "files /var/lib/docker/repositories-aufs",
            "files /var/lib/docker/aufs/diff/*/etc/motd",
        ),
    ),
    "container-create": Scenario(
        ("docker run --name web busybox echo hello",),
        look=(
            "files /var/lib/docker/containers/*/*.json",
            "files /var/lib/docker/aufs/layers/*",
            "memory * names *",
        ),
    ),
    "container-start": Scenario(
        (
            "docker start web",
            "docker run -d --name db --expose 6379 busybox sleep 1000",
            "docker run --link db:store busybox sh -c 'echo $STORE_PORT'",
            "docker run --net container:db --privileged busybox ls /dev",
            "docker run busybox nope",
        ),
        before=(
            "docker -d",
            "rm /etc/resolv.conf",  # so that the first start fails before it has done anything
            "docker run --name web --dns 9.9.9.9 --device /dev/kmsg:/dev/log busybox true",
            "touch /etc/resolv.conf",
        ),
        look=("files /var/lib/docker/containers/*/resolv.conf",),
    ),
    "dockerinit": Scenario(
        (
            "docker run -h box -u daemon -w /work -v /srv:/data:ro busybox sh -c 'hostname; id'",
            "stop docker",
            "docker -d -e lxc",  # another driver, whose containers begin in the same program
            "docker run -h box -u daemon -w /work --cap-add net_admin busybox sh -c 'hostname; id'",
        )
    ),
    "daemon-start": Scenario(
        ("docker -d", "wget -O - http://127.0.0.1/hostname"),
        before=OLD_CONTAINERS,
        look=(
            "memory * containers * name",
            "memory * containers * state *",
            "memory * engine jobs",
            "memory * names *",
            "files /var/run/docker.pid",
        ),
    ),
    "docker-run": Scenario(
        ("docker run busybox echo hello",), look=("files /var/lib/docker/containers/*/config.json",)
    ),
    "graphdriver-aufs": Scenario(
        ("docker run --name work busybox touch /etc/motd", "docker diff work"),
        look=("files /var/lib/docker/aufs/*",),
    ),
    "image-pull": Scenario(
        ("docker pull busybox:latest", "docker images"),
        look=(
            "files /var/lib/docker/repositories-aufs",
            "files /var/lib/docker/graph/*",
            "files /var/lib/docker/aufs/layers/*",
        ),
    ),
    "network-allocate": Scenario(
        (
            "docker run --name web -d -p 8080:80 busybox httpd -h /etc",
            "wget -O - http://127.0.0.1:8080/hostname",
            "docker run -P --expose 80 busybox true",
        ),
        look=(
            "network * interfaces * address",
            "network * routes",
            "network * rules nat DOCKER",
            "memory * bridge published *",
        ),
    ),
    "network-init": Scenario(
        ("docker -d", "stop docker"),
        before=(),
        look=(
            "network * interfaces docker0 *",
            "network * ip_forward",
            "network * rules *",
        ),
    ),
}


def run(name: str, seed: str = "1") -> Recording:
    """Run a scenario on a new machine."""
    scenario = SCENARIOS[name]
    machine = Machine(seed)
    try:
        for command in scenario.before:
            machine.run(command)
        return machine.record(*scenario.commands)
    finally:
        machine.switch_off()


def seen(name: str, recording: Recording) -> tuple[tuple[str, str], ...]:
    """List what a learner can check afterwards: where to look, and what is there."""
    shown = [("output", recording.output)]
    for pattern in SCENARIOS[name].look:
        shown += [
            (where, text) for where, text in _leaves(recording.end) if fnmatch(where, pattern)
        ]
    return tuple(shown)


def _leaves(state: Tree, path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in state.items():
        where = f"{path} {name}".strip()
        found += _leaves(value, where) if isinstance(value, dict) else [(where, _text(value))]
    return found


def _text(value: Value) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
