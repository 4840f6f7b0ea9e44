from contextlib import closing

from tracer.minidocker.machine import Machine
from tracer.minidocker.recording import changes, drawings, sentences
from tracer.minidocker.recording.model import Recording, Step, Tree
from tracer.minidocker.twin import TWINS


def docker_run(arguments: str = "busybox echo hello", seed: str = "1") -> Recording:
    machine = Machine.booted(seed)
    recording = machine.record(f"docker run {arguments}")
    machine.switch_off()
    return recording


RECORDING = docker_run()

GO_PATH = [
    "github.com/docker/docker/reexec.Init",
    "github.com/docker/docker/api/client.NewDockerCli",
    "(*github.com/docker/docker/api/client.DockerCli).Cmd",
    "(*github.com/docker/docker/api/client.DockerCli).getMethod",
    "(*github.com/docker/docker/api/client.DockerCli).CmdRun",
    "github.com/docker/docker/runconfig.ParseSubcommand",
    "github.com/docker/docker/runconfig.parseRun",
    "(*github.com/docker/docker/api/client.DockerCli).call",
    "(*github.com/docker/docker/api/client.DockerCli).HTTPClient",
    "github.com/docker/docker/api/server.postContainersCreate",
    "(*github.com/docker/docker/engine.Engine).Job",
    "(*github.com/docker/docker/engine.Job).DecodeEnv",
    "(*github.com/docker/docker/engine.Job).Run",
    "(*github.com/docker/docker/daemon.Daemon).ContainerCreate",
    "github.com/docker/docker/runconfig.ContainerConfigFromJob",
    "(*github.com/docker/docker/daemon.Daemon).Create",
    "(*github.com/docker/docker/graph.TagStore).LookupImage",
    "(*github.com/docker/docker/daemon.Daemon).newContainer",
    "(*github.com/docker/docker/daemon.Daemon).createRootfs",
    "(*github.com/docker/docker/daemon.Container).ToDisk",
    "(*github.com/docker/docker/daemon.Daemon).Register",
    "(*github.com/docker/docker/daemon.Container).LogEvent",
    "(*github.com/docker/docker/engine.Env).Decode",
    "github.com/docker/docker/utils.Go",
    "github.com/docker/docker/utils.Go$1",
    "(*github.com/docker/docker/api/client.DockerCli).CmdRun$4",
    "(*github.com/docker/docker/api/client.DockerCli).hijack",
    "github.com/docker/docker/api/server.postContainersAttach",
    "(*github.com/docker/docker/api/client.DockerCli).call",
    "github.com/docker/docker/api/server.postContainersStart",
    "(*github.com/docker/docker/daemon.Daemon).ContainerStart",
    "(*github.com/docker/docker/daemon.Daemon).Get",
    "github.com/docker/docker/runconfig.ContainerHostConfigFromJob",
    "(*github.com/docker/docker/daemon.Daemon).setHostConfig",
    "(*github.com/docker/docker/daemon.Container).Start",
    "(*github.com/docker/docker/daemon.Container).setupContainerDns",
    "(*github.com/docker/docker/daemon.Container).Mount",
    "(*github.com/docker/docker/daemon.Daemon).Mount",
    "(*github.com/docker/docker/daemon/graphdriver/aufs.Driver).Get",
    "(*github.com/docker/docker/daemon.Container).initializeNetworking",
    "(*github.com/docker/docker/daemon.Container).allocateNetwork",
    "github.com/docker/docker/daemon/networkdriver/bridge.Allocate",
    "github.com/docker/docker/daemon/networkdriver/ipallocator.RequestIP",
    "(*github.com/docker/docker/daemon.Container).buildHostnameAndHostsFiles",
    "(*github.com/docker/docker/daemon.Container).verifyDaemonSettings",
    "github.com/docker/docker/daemon.prepareVolumesForContainer",
    "(*github.com/docker/docker/daemon.Container).setupLinkedContainers",
    "(*github.com/docker/docker/daemon.Container).setupWorkingDirectory",
    "(*github.com/docker/docker/daemon.Container).createDaemonEnvironment",
    "github.com/docker/docker/daemon.populateCommand",
    "github.com/docker/docker/daemon.setupMountsForContainer",
    "(*github.com/docker/docker/daemon.Container).waitForStart",
    "github.com/docker/docker/daemon.newContainerMonitor",
    "github.com/docker/docker/utils.Go",
    "github.com/docker/docker/utils.Go$1",
    "(*github.com/docker/docker/daemon.containerMonitor).Start",
    "(*github.com/docker/docker/daemon.Container).startLoggingToDisk",
    "(*github.com/docker/docker/daemon.Daemon).LogToDisk",
    "github.com/docker/docker/daemon/execdriver.NewPipes",
    "(*github.com/docker/docker/daemon.Container).LogEvent",
    "(*github.com/docker/docker/events.Events).Log",
    "(*github.com/docker/docker/daemon.Daemon).Run",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).Run",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).createContainer",
    "github.com/docker/docker/daemon/execdriver/native/template.New",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).createNetwork",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).setCapabilities",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).setupCgroups",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).setupMounts",
    "github.com/docker/docker/daemon/execdriver.NewStdConsole",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).createContainerRoot",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).writeContainerFile",
    "github.com/docker/libcontainer/namespaces.Exec",
    "github.com/docker/libcontainer/syncpipe.NewSyncPipe",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).Run$1",
    "github.com/docker/libcontainer/namespaces.GetNamespaceFlags",
    "github.com/docker/docker/dockerinit.main",
    "github.com/docker/docker/reexec.Init",
    "github.com/docker/docker/daemon/execdriver/native.initializer",
    "github.com/docker/libcontainer/syncpipe.NewSyncPipeFromFd",
    "github.com/docker/libcontainer/namespaces.Init",
    "(*github.com/docker/libcontainer/syncpipe.SyncPipe).ReadFromParent",
    "(*github.com/docker/libcontainer/syncpipe.SyncPipe).CloseChild",
    "github.com/docker/libcontainer/system.GetProcessStartTime",
    "github.com/docker/libcontainer/namespaces.SetupCgroups",
    "github.com/docker/libcontainer/cgroups/fs.Apply",
    "(*github.com/docker/libcontainer/cgroups/fs.MemoryGroup).Set",
    "(*github.com/docker/libcontainer/cgroups/fs.data).join",
    "github.com/docker/libcontainer/cgroups/fs.writeFile",
    "github.com/docker/libcontainer/namespaces.InitializeNetworking",
    "github.com/docker/libcontainer/network.GetStrategy",
    "(*github.com/docker/libcontainer/network.Loopback).Create",
    "(*github.com/docker/libcontainer/network.Veth).Create",
    "github.com/docker/libcontainer/network.createVethPair",
    "github.com/docker/libcontainer/network.SetInterfaceMaster",
    "github.com/docker/libcontainer/network.SetInterfaceInNamespacePid",
    "(*github.com/docker/libcontainer/syncpipe.SyncPipe).SendToChild",
    "github.com/docker/libcontainer.SaveState",
    "(*github.com/docker/libcontainer/syncpipe.SyncPipe).ReadFromChild",
    "github.com/docker/libcontainer/namespaces.setupNetwork",
    "github.com/docker/libcontainer/mount.InitializeMountNamespace",
    "github.com/docker/libcontainer/mount.PivotRoot",
    "github.com/docker/libcontainer/apparmor.ApplyProfile",
    "github.com/docker/libcontainer/security/restrict.Restrict",
    "github.com/docker/libcontainer/namespaces.FinalizeNamespace",
    "github.com/docker/libcontainer/utils.CloseExecFrom",
    "github.com/docker/libcontainer/security/capabilities.DropBoundingSet",
    "github.com/docker/libcontainer/namespaces.SetupUser",
    "github.com/docker/libcontainer/security/capabilities.DropCapabilities",
    "github.com/docker/libcontainer/system.Execv",
    "(*github.com/docker/docker/daemon/execdriver/native.driver).Run$2",
    "(*github.com/docker/docker/daemon.containerMonitor).callback",
    "(*github.com/docker/docker/daemon.State).SetRunning",
    "(*github.com/docker/docker/daemon.Container).ToDisk",
    "github.com/docker/docker/api/client.waitForExit",
    "github.com/docker/docker/api/server.postContainersWait",
    "(*github.com/docker/docker/daemon.Daemon).ContainerWait",
    "(*github.com/docker/docker/daemon.State).WaitStop",
    "(*github.com/docker/docker/daemon.containerMonitor).resetMonitor",
    "(*github.com/docker/docker/daemon.containerMonitor).shouldRestart",
    "(*github.com/docker/docker/daemon.State).SetStopped",
    "(*github.com/docker/docker/daemon.Container).LogEvent",
    "(*github.com/docker/docker/daemon.containerMonitor).resetContainer",
    "(*github.com/docker/docker/daemon.containerMonitor).Start$1",
    "(*github.com/docker/docker/daemon.containerMonitor).Close",
    "(*github.com/docker/docker/daemon.Container).cleanup",
    "(*github.com/docker/docker/daemon.Container).toDisk",
]


def step(recording: Recording, name: str, occurrence: int = 0) -> Step:
    """Find a step by the end of its Go name."""
    return [each for each in recording.steps if each.go_name.endswith(name)][occurrence]


def state_after(recording: Recording, step: Step) -> Tree:
    """Give the machine as it is when the next step is entered."""
    made = [change for change in recording.changes if change.frame <= step.index]
    return changes.after(recording.start, made)


def position(recording: Recording, call: str, start: str = "") -> int:
    """Find a system call by its name and the beginning of its arguments."""
    return next(
        each.tick
        for each in recording.calls
        if each.name == call and each.arguments.startswith(start)
    )


def test_the_program_prints_hello() -> None:
    assert (RECORDING.output, RECORDING.exit_code) == ("hello\n", 0)


def test_the_run_follows_the_go_path() -> None:
    entered = iter(each.go_name for each in RECORDING.steps)

    missed = [name for name in GO_PATH if name not in entered]

    assert missed == []


def test_every_function_of_the_go_path_has_a_twin() -> None:
    assert [name for name in GO_PATH if name not in TWINS] == []


def test_twins_know_their_lines() -> None:
    twin = TWINS["github.com/docker/libcontainer/namespaces.Exec"]

    assert twin.python_name == "libcontainer.namespaces.execute"
    assert twin.file == "libcontainer/namespaces.py"
    assert 4 <= twin.last_line - twin.first_line <= 30


def test_twins_are_short() -> None:
    too_long = [each for each in TWINS.values() if each.last_line - each.first_line > 34]

    assert too_long == []


def test_the_child_waits_until_its_cgroups_and_network_are_there() -> None:
    reading = step(RECORDING, "ReadFromParent")
    joined = step(RECORDING, "fs.Apply")
    moved = step(RECORDING, "SetInterfaceInNamespacePid")

    assert reading.first_event < joined.first_event
    assert joined.last_event < moved.first_event
    assert moved.last_event < reading.last_event
    assert step(RECORDING, "setupNetwork").index > moved.index


def test_end_of_file_on_the_pipe_means_the_program_runs() -> None:
    waiting = step(RECORDING, "ReadFromChild")
    end_of_file = next(each for each in RECORDING.calls_of(waiting) if each.name == "read")

    assert end_of_file.result == "0"
    assert position(RECORDING, "execve", "'/bin/echo'") < end_of_file.tick
    assert step(RECORDING, "SetRunning").index > waiting.index


def test_output_is_attached_before_the_start() -> None:
    assert step(RECORDING, "postContainersAttach").index < step(RECORDING, "Container).Start").index


def test_waiters_wake_before_the_cleanup() -> None:
    assert step(RECORDING, "SetStopped").index < step(RECORDING, "Container).cleanup").index


def test_the_child_is_in_five_new_namespaces_from_its_first_step() -> None:
    state = state_after(RECORDING, step(RECORDING, "GetNamespaceFlags"))
    child = next(line for line in drawings.processes(state).splitlines() if "native" in line)

    assert " = 1 inside" in child
    assert "[own mnt:7 uts:8 ipc:9 pid:10 net:11" in child


def test_the_root_is_the_union_after_pivot_root() -> None:
    state = state_after(RECORDING, step(RECORDING, "mount.PivotRoot"))
    table = state["mounts"]

    assert isinstance(table, dict)
    assert "'point': '/', 'kind': 'aufs'" in str(table["7"])
    assert ".pivot_root" not in str(table)


def test_nothing_is_left_of_the_container_when_the_run_is_over() -> None:
    left = drawings.machine(RECORDING.end)

    assert "(veth)" not in left.replace("eth0 (veth)", "").replace("uplink (veth)", "")
    assert "/aufs/mnt" not in left
    assert "echo" not in left


def test_a_step_that_changes_nothing_has_no_changes() -> None:
    assert RECORDING.changes_by(step(RECORDING, "getMethod")) == ()


def test_a_change_belongs_to_the_twin_that_made_it() -> None:
    child = step(RECORDING, "dockerinit.main").pid
    (joined,) = sentences.say(RECORDING.changes_by(step(RECORDING, "fs.writeFile")))

    assert joined.startswith(f"PID {child} joined the memory group /docker/")


def test_two_runs_give_the_same_bytes() -> None:
    assert repr(docker_run()) == repr(RECORDING)


def test_another_seed_gives_other_names() -> None:
    other = docker_run(seed="2")

    assert other.output == RECORDING.output
    assert other.calls != RECORDING.calls


def test_the_exit_code_of_the_program_is_that_of_the_client() -> None:
    assert docker_run("busybox sh -c 'exit 3'").exit_code == 3


def test_the_program_sees_only_its_own_processes() -> None:
    output = docker_run("busybox ps").output

    assert output == "PID   COMMAND\n  1   ps\n"


def test_the_program_has_its_own_hostname() -> None:
    assert docker_run("-h inner busybox hostname").output == "inner\n"


def test_the_hosts_file_names_the_address_that_was_allocated() -> None:
    output = docker_run("-h inner busybox cat /etc/hosts").output

    assert output.startswith("172.17.0.2\tinner\n")


def test_a_memory_limit_is_written_to_the_group() -> None:
    recording = docker_run("-m 4m busybox true")
    written = recording.calls_of(step(recording, "fs.writeFile", 1))

    assert "memory.limit_in_bytes" in written[0].arguments
    assert written[1].arguments.endswith("'4194304'")


def test_a_user_who_is_not_root_has_no_capabilities() -> None:
    recording = docker_run("-u daemon busybox true")
    state = state_after(recording, step(recording, "system.Execv"))
    drawn = drawings.processes(state).splitlines()

    assert any("true" in line and "user 1" in line for line in drawn)


def test_a_user_whom_the_image_does_not_know_fails_the_start() -> None:
    recording = docker_run("-u nobody busybox true")

    assert "Unable to find user nobody" in recording.output
    assert recording.exit_code == 1


def test_without_an_image_the_client_is_told_so() -> None:
    recording = docker_run("nothing true")

    assert recording.output == (
        "Unable to find image 'nothing' locally\n"
        "Pulling repository nothing\n"
        "docker: Error: image nothing not found\n"
    )
    assert recording.exit_code == 1


def test_a_program_that_is_not_there_fails_the_start() -> None:
    recording = docker_run("busybox nope")

    assert "nope" in recording.output
    assert recording.exit_code == 1
    assert "/aufs/mnt" not in drawings.machine(recording.end)


def test_detached_the_client_prints_the_id_and_does_not_wait() -> None:
    recording = docker_run("-d busybox echo hello")

    assert len(recording.output) == 65
    assert not any("waitForExit" in each.go_name for each in recording.steps)


def test_two_clients_use_one_machine() -> None:
    with closing(Machine.booted()) as machine:
        machine.run("docker run --name one busybox true")
        second = machine.run("docker run --name one busybox true")

    assert "already assigned" in second[0]
