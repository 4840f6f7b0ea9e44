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


SCENARIOS: dict[str, Scenario] = {
    "attach-logs-wait": Scenario(
        (
            "docker run -d --name talker busybox sh -c 'sleep 1; echo one; echo two >&2; exit 3'",
            "docker attach talker",
            "docker logs talker",
            "docker wait talker",
            "docker restart talker",
            "docker logs -f -t --tail 1 talker",
            "docker run -d --name server busybox sh -c 'trap \"exit 5\" INT; httpd & wait'",
            "docker attach server",  # for ever; a person presses Ctrl-C
        ),
        look=("files /var/lib/docker/containers/*/*-json.log",),
    ),
    "docker-run": Scenario(
        ("docker run busybox echo hello",), look=("files /var/lib/docker/containers/*/config.json",)
    ),
    "stop-kill-persist": Scenario(
        (
            "docker run -d --name deaf busybox sleep 100",
            "docker stop -t 5 deaf",
            "docker inspect -f {{.State.ExitCode}} deaf",
            "docker restart deaf",
            "docker pause deaf",
            "docker ps",
            "docker unpause deaf",
            "docker top deaf",
            "docker kill -s USR1 deaf",
            "docker kill deaf",
            "docker run -d --restart on-failure:2 --name again busybox false",
            "sleep 2",
            "docker ps -a",
            "docker events --since 1 --until 2014-08-20T00:00:07Z",
        ),
        look=("files /var/lib/docker/containers/*/config.json",),
    ),
    "volumes": Scenario(
        (
            (
                "docker run --volumes-from first -v /srv/data:/data:ro -v /bin --name second "
                "busybox sh -c 'cat /data/note; cat /shared/word'"
            ),
            "docker rm -v second",
        ),
        before=(
            "docker -d",
            "docker run --name first -v /shared busybox sh -c 'echo kept > /shared/word'",
            "sh -c 'mkdir -p /srv/data; echo from the host > /srv/data/note'",
        ),
        look=("files /var/lib/docker/v*",),
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
