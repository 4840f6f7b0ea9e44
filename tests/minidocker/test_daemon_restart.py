from collections.abc import Iterator

import pytest

from tracer.minidocker import scenarios
from tracer.minidocker.machine import Machine
from tracer.minidocker.recording.model import Tree, Value


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine.booted()
    yield made
    made.switch_off()


def below(state: Value, *path: str) -> Tree:
    for name in path:
        assert isinstance(state, dict)
        state = state[name]
    assert isinstance(state, dict)
    return state


def daemon_pid(machine: Machine) -> str:
    return machine.run("cat /var/run/docker.pid")[0]


def containers(machine: Machine) -> Tree:
    """Say what the daemon that runs now knows of all containers."""
    return below(machine.record("true").end, "memory", daemon_pid(machine), "containers")


def known(machine: Machine, name: str) -> Tree:
    """Say what it knows of one."""
    found = [below(each) for each in containers(machine).values()]
    return next((each for each in found if each["name"] == name), {})


def run(machine: Machine, options: str, command: str) -> str:
    return machine.run(f"docker run {options} busybox {command}")[0]


def send(machine: Machine, signal: str) -> None:
    machine.run(f"kill -{signal} {daemon_pid(machine)}")


def crash_and_boot(machine: Machine, options: str = "") -> None:
    send(machine, "KILL")
    machine.run(f"docker -d {options}")


def test_an_exited_container_comes_back_with_its_exit_code_and_its_name(machine: Machine) -> None:
    run(machine, "--name one", "sh -c 'exit 3'")
    before = known(machine, "one")
    machine.run("restart docker")

    assert below(before, "state")["ExitCode"] == 3
    assert known(machine, "one")["state"] == before["state"]
    assert "already assigned" in run(machine, "--name one", "true")


def test_a_container_that_ran_is_killed_by_the_next_daemon_and_exited_with_minus_127(
    machine: Machine,
) -> None:
    run(machine, "-d --name one", "sleep 1000")
    send(machine, "KILL")

    assert "sleep 1000" in machine.run("ps")[0]

    machine.run("docker -d")
    state = below(known(machine, "one"), "state")

    assert "sleep 1000" not in machine.run("ps")[0]
    assert (state["Running"], state["Pid"], state["ExitCode"]) == (False, 0, -127)


def test_its_mount_and_its_state_file_are_gone_but_its_address_is_still_written(
    machine: Machine,
) -> None:
    run(machine, "-d --name one", "sleep 1000")
    crash_and_boot(machine)

    assert "aufs/mnt" not in machine.run("cat /proc/mounts")[0]
    assert machine.run("ls /var/lib/docker/execdriver/native")[0] == ""
    assert below(known(machine, "one"), "network")["IPAddress"] == "172.17.0.2"


def test_a_program_that_ignores_sigterm_outlives_upstart_s_patience_with_the_daemon(
    machine: Machine,
) -> None:
    run(machine, "-d --name one", "sleep 1000")
    machine.run("stop docker")

    assert "docker -d" not in machine.run("ps")[0]
    assert "sleep 1000" in machine.run("ps")[0]

    machine.run("start docker")

    assert below(known(machine, "one"), "state")["ExitCode"] == -127


def test_the_daemon_waits_ten_seconds_for_containers_and_ends_without_them(
    machine: Machine,
) -> None:
    run(machine, "-d --name one", "sleep 1000")
    scheduler = machine.kernel.system.scheduler
    send(machine, "TERM")
    asked = scheduler.now
    machine.run("sleep 9.5")

    assert "docker -d" in machine.run("ps")[0]

    machine.run("sleep 1")

    assert "docker -d" not in machine.run("ps")[0]
    assert scheduler.now - asked == pytest.approx(10.5)


def test_the_pid_file_goes_while_the_daemon_still_waits_for_its_containers(
    machine: Machine,
) -> None:
    run(machine, "-d", "sleep 1000")
    send(machine, "TERM")
    machine.run("sleep 1")

    assert "docker.pid" not in machine.run("ls /var/run")[0]
    assert "docker -d" in machine.run("ps")[0]


def test_a_second_signal_changes_nothing_and_sigquit_ends_the_daemon_at_once(
    machine: Machine,
) -> None:
    run(machine, "-d", "sleep 1000")
    send(machine, "TERM")
    machine.run("kill 5")

    assert "docker -d" in machine.run("ps")[0]

    machine.run("kill -QUIT 5")

    assert "docker -d" not in machine.run("ps")[0]


def test_no_job_runs_while_the_daemon_shuts_down(machine: Machine) -> None:
    run(machine, "-d", "sleep 1000")
    send(machine, "TERM")

    assert run(machine, "", "true") == "docker: Error response from daemon: engine is shutdown\n"


def test_proxies_end_with_the_daemon_however_it_ends(machine: Machine) -> None:
    run(machine, "-d -p 80:80", "sleep 1000")
    send(machine, "KILL")

    assert "docker-proxy" not in machine.run("ps")[0]


def test_a_rule_for_a_published_port_is_left_in_the_filter_after_a_crash(machine: Machine) -> None:
    run(machine, "-d -p 80:80", "sleep 1000")
    crash_and_boot(machine)

    assert "DNAT" not in machine.run("iptables -t nat -S")[0]
    assert "-A FORWARD -d 172.17.0.2/32" in machine.run("iptables -S")[0]


def test_the_rules_of_the_bridge_are_there_once_after_a_restart(machine: Machine) -> None:
    before = [machine.run(f"iptables -t {each} -S")[0] for each in ("nat", "filter")]
    machine.run("restart docker")

    assert [machine.run(f"iptables -t {each} -S")[0] for each in ("nat", "filter")] == before


@pytest.mark.parametrize("policy", ["always", "on-failure"])
def test_a_container_whose_policy_asks_for_it_is_started_with_the_daemon(
    machine: Machine, policy: str
) -> None:
    run(machine, f"-d --name one --restart {policy}", "sleep 1000")
    first = below(known(machine, "one"), "state")["Pid"]
    crash_and_boot(machine)
    state = below(known(machine, "one"), "state")

    assert state["Running"]
    assert state["Pid"] != first


def test_on_failure_does_not_start_what_ended_well(machine: Machine) -> None:
    run(machine, "--name one --restart on-failure", "true")
    machine.run("restart docker")

    assert below(known(machine, "one"), "state")["Running"] is False


def test_with_restart_false_no_policy_starts_anything(machine: Machine) -> None:
    run(machine, "-d --name one --restart always", "sleep 1000")
    crash_and_boot(machine, "--restart=false")

    assert below(known(machine, "one"), "state")["Running"] is False


def test_a_container_whose_name_is_lost_gets_a_new_one(machine: Machine) -> None:
    run(machine, "--name one", "true")
    machine.run("rm /var/lib/docker/linkgraph.db")
    machine.run("restart docker")

    assert known(machine, "one") == {}
    assert len(containers(machine)) == 1


def test_a_directory_without_a_readable_config_is_passed_over(machine: Machine) -> None:
    run(machine, "--name one", "true")
    machine.run("mkdir /var/lib/docker/containers/half")
    machine.run("restart docker")

    assert below(known(machine, "one"), "state")["ExitCode"] == 0


def test_dockerinit_is_copied_again_when_its_copy_is_not_the_right_one(machine: Machine) -> None:
    machine.run("sh -c 'echo old > /var/lib/docker/init/dockerinit-1.2.0'")

    machine.run("restart docker")

    assert run(machine, "", "echo hello") == "hello\n"


def test_options_come_from_the_file_of_the_service(machine: Machine) -> None:
    machine.run("mkdir /etc/default")
    machine.run("""sh -c 'echo DOCKER_OPTS=\\"--icc=false\\" > /etc/default/docker'""")
    machine.run("restart docker")

    assert "-i docker0 -o docker0 -j DROP" in machine.run("iptables -S")[0]
    assert "-i docker0 -o docker0 -j ACCEPT" not in machine.run("iptables -S")[0]


def test_a_machine_with_old_containers_boots_and_says_what_became_of_them() -> None:
    recording = scenarios.run("daemon-start")
    daemon = next(iter(below(recording.end, "memory").values()))
    found = {
        str(below(each)["name"]): below(each, "state")
        for each in below(daemon, "containers").values()
    }

    assert found["old"]["ExitCode"] == 3
    assert found["lost"]["ExitCode"] == -127
    assert found["wanted"]["Running"]
    assert below(daemon, "names").keys() == {"/lost", "/old", "/wanted"}
    assert recording.output.strip() in below(daemon, "containers")


def test_the_containers_of_another_graph_driver_wait_for_it(machine: Machine) -> None:
    run(machine, "--name one", "true")
    send(machine, "TERM")
    machine.run("docker -d -s vfs")

    assert containers(machine) == {}

    send(machine, "TERM")
    machine.run("docker -d -s aufs")

    assert known(machine, "one")["name"] == "one"


def test_a_table_of_names_of_an_old_docker_becomes_that_of_aufs() -> None:
    machine = Machine()
    machine.run("docker -d")
    send(machine, "TERM")
    machine.run("sh -c 'cat /var/lib/docker/repositories-aufs > /var/lib/docker/repositories'")
    machine.run("rm /var/lib/docker/repositories-aufs")
    machine.run("docker -d")

    assert run(machine, "", "echo hello") == "hello\n"
    assert "repositories-aufs" in machine.run("ls /var/lib/docker")[0]

    machine.switch_off()


def test_a_program_hears_that_the_daemon_ends(machine: Machine) -> None:
    run(machine, "-d -v /srv:/srv", "sh -c 'trap \"echo bye > /srv/word\" TERM; sleep 9 & wait'")
    machine.run("stop docker")

    assert machine.run("cat /srv/word")[0] == "bye\n"


def test_a_policy_starts_nothing_while_the_daemon_ends(machine: Machine) -> None:
    options = "-d --restart always -v /srv:/srv"
    run(machine, options, "sh -c 'echo up >> /srv/word; trap \"exit 1\" TERM; sleep 99 & wait'")
    machine.run("stop docker")

    assert machine.run("cat /srv/word")[0] == "up\n"
