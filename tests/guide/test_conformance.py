"""The twin is broken on purpose, and the check must see it."""

from collections.abc import Awaitable, Callable

import pytest

from tracer.guide import conformance
from tracer.guide.conformance import Ways
from tracer.minidocker import scenarios
from tracer.minidocker.golib.exec import Cmd
from tracer.minidocker.libcontainer import apparmor, namespaces, system
from tracer.minidocker.libcontainer.config import Config, State, save_state
from tracer.minidocker.libcontainer.syncpipe import new_sync_pipe
from tracer.minidocker.twin import TWINS, twin_of
from tracer.pipeline import Traced

EXEC = "github.com/docker/libcontainer/namespaces.Exec"
Execute = Callable[
    [Config, str, Callable[[Config, int], Cmd], Callable[[int], Awaitable[None]]], Awaitable[int]
]


def disagreements(traced: Traced) -> list[str]:
    ways = Ways(traced.graph, frozenset(TWINS))
    return [str(found) for found in conformance.check(ways, scenarios.run("docker-run"))]


def replace(monkeypatch: pytest.MonkeyPatch, execute: Execute) -> None:
    """Let another function be the twin of namespaces.Exec."""
    monkeypatch.delitem(TWINS, EXEC)
    monkeypatch.setattr(namespaces, "execute", twin_of(EXEC)(execute))


async def finish(
    pipe: namespaces.SyncPipe,
    command: Cmd,
    callback: Callable[[int], Awaitable[None]],
) -> int:
    await pipe.read_from_child()
    await callback(command.pid)
    return await command.wait()


def test_the_run_goes_the_ways_of_the_go_code_in_their_order(pocket: Traced) -> None:
    assert disagreements(pocket) == []


def test_arguments_are_called_before_the_call_that_they_are_passed_to(pocket: Traced) -> None:
    ways = Ways(pocket.graph, frozenset(TWINS))
    found = conformance.check(ways, scenarios.run("attach-logs-wait"))

    assert [*map(str, found)] == []  # reply(eng.Job("container_inspect"), …) runs the job


def test_what_only_the_library_calls_has_no_way_to_keep_to(pocket: Traced) -> None:
    ways = Ways(pocket.graph, frozenset(TWINS))

    assert not ways.is_called("(*github.com/docker/docker/utils.StdWriter).Write")
    assert ways.is_called("(*github.com/docker/docker/daemon.Container).Stop")
    assert ways.is_called("github.com/docker/docker/dockerinit.main")


def test_network_before_cgroups_is_seen(pocket: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    async def execute(
        container: Config,
        directory: str,
        create_command: Callable[[Config, int], Cmd],
        start_callback: Callable[[int], Awaitable[None]],
    ) -> int:
        pipe = new_sync_pipe()
        command = create_command(container, pipe.child)
        await command.start()
        pipe.close_child()
        started = await system.get_process_start_time(command.pid)
        network = namespaces._initialize_networking(container, command.pid, pipe)
        group = await namespaces._setup_cgroups(container, command.pid)
        save_state(directory, State(command.pid, started, network, group.paths))
        return await finish(pipe, command, start_callback)

    replace(monkeypatch, execute)

    assert disagreements(pocket) == [
        "namespaces.Exec → namespaces.SetupCgroups: called out of the order of the Go call sites"
    ]


def test_cgroups_before_the_child_exists_are_seen(
    pocket: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def execute(
        container: Config,
        directory: str,
        create_command: Callable[[Config, int], Cmd],
        start_callback: Callable[[int], Awaitable[None]],
    ) -> int:
        pipe = new_sync_pipe()
        group = await namespaces._setup_cgroups(container, 1)
        command = create_command(container, pipe.child)
        await command.start()
        pipe.close_child()
        started = await system.get_process_start_time(command.pid)
        network = namespaces._initialize_networking(container, command.pid, pipe)
        save_state(directory, State(command.pid, started, network, group.paths))
        return await finish(pipe, command, start_callback)

    replace(monkeypatch, execute)
    found = disagreements(pocket)

    assert any("called out of the order" in each for each in found)


def test_a_call_that_the_go_code_does_not_make_is_seen(
    pocket: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def execute(
        container: Config,
        directory: str,
        create_command: Callable[[Config, int], Cmd],
        start_callback: Callable[[int], Awaitable[None]],
    ) -> int:
        del directory
        pipe = new_sync_pipe()
        command = create_command(container, pipe.child)
        await command.start()
        pipe.close_child()
        apparmor.apply_profile()
        await namespaces._setup_cgroups(container, command.pid)
        namespaces._initialize_networking(container, command.pid, pipe)
        return await finish(pipe, command, start_callback)

    replace(monkeypatch, execute)
    found = disagreements(pocket)

    assert any("no way without passing another twin" in each for each in found)
