"""What no scenario comes to, so that taking the twin's body away would go unnoticed by them."""

import json
from ipaddress import IPv4Network

import pytest
from on_disk import on_machine

from tracer.minidocker.docker.daemon import new_daemon
from tracer.minidocker.docker.daemon.networkdriver import addresses
from tracer.minidocker.docker.daemon.networkdriver.portallocator import Allocator
from tracer.minidocker.docker.engine import Engine, Env
from tracer.minidocker.docker.opts import ListOpts
from tracer.minidocker.docker.pkg import graphdb
from tracer.minidocker.libcontainer import namespaces, netlink, system
from tracer.minidocker.libcontainer.config import Config, Route
from tracer.minidocker.machine import Machine


def run(*commands: str) -> list[str]:
    """Run commands on a machine of their own; return what each prints."""
    machine = Machine()
    try:
        return [machine.run(command)[0] for command in commands]
    finally:
        machine.switch_off()


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", "8.8.8.8"), ("127.0.1.1", "8.8.8.8"), ("10.1.2.3", "10.1.2.3")],
)
def test_a_host_that_asks_itself_for_names_gives_containers_other_servers(
    host: str, inside: str
) -> None:
    *_, shown = run(
        f"sh -c 'echo nameserver {host} > /etc/resolv.conf'",
        "docker -d",
        "docker run busybox true",
        "docker run busybox cat /etc/resolv.conf",
    )

    assert f"nameserver {inside}" in shown.splitlines()


def test_a_kernel_that_is_too_old_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_daemon, "LEAST_KERNEL", (4, 0, 0))

    assert "linux kernel version 3.13.0-24-generic might be unstable" in run("docker -d")[0]


def test_a_kernel_that_is_new_enough_is_not() -> None:
    assert "WARNING: linux kernel" not in run("docker -d")[0]


def test_a_network_that_hides_a_name_server_overlaps() -> None:
    servers = [IPv4Network("10.0.0.2/32"), IPv4Network("172.17.3.9/32")]

    assert addresses.check_nameserver_overlaps(servers, IPv4Network("172.17.0.0/16"))
    assert not addresses.check_nameserver_overlaps(servers, IPv4Network("172.18.0.0/16"))
    assert not addresses.check_nameserver_overlaps([], IPv4Network("172.17.0.0/16"))


def test_ports_are_free_again_when_all_are_released() -> None:
    ports = Allocator()
    ports.request_port("0.0.0.0", "tcp", 80)
    ports.request_port("0.0.0.0", "udp", 53)
    ports.release_all()

    assert ports.describe() == []
    assert ports.request_port("0.0.0.0", "tcp", 80) == 80


def test_named_values_go_into_a_job_s_environment_as_text() -> None:
    job = Engine().job("commit")
    job.setenv_sub_env("config", Env(Image="busybox", Tty=True))

    assert job.getenv_json("config") == {"Image": "busybox", "Tty": True}


def test_a_word_is_taken_out_of_a_list_of_options() -> None:
    options = ListOpts(["a=1", "b=2"])
    options.delete("a=1")

    assert options == ["b=2"]


def test_a_name_exists_when_it_leads_to_something() -> None:
    names = graphdb.Database(-1, [graphdb.Edge(graphdb.ROOT, "web", "1")])

    assert names.exists("/web")
    assert not names.exists("/db")


def test_the_signal_of_a_parent_s_death_is_asked_for_again_where_it_was_lost() -> None:
    async def use() -> list[int]:
        found = []
        for wanted in (0, 9):
            namespaces._restore_parent_death_signal(wanted)
            found.append(system.get_parent_death_signal())
        return found

    assert on_machine(use) == [0, 9]


def test_a_container_of_a_version_without_names_gets_one() -> None:
    machine = Machine.booted()
    try:
        machine.run("docker run --name one busybox true")
        (id_,) = machine.run("ls /var/lib/docker/containers")[0].split()
        place = f"/var/lib/docker/containers/{id_}/config.json"
        machine.run("stop docker")
        text = machine.run(f"cat {place}")[0].replace('"/one"', '""')
        quoted = json.dumps(text)[1:-1]  # each quotation mark with a stroke before it
        machine.run(f"sh -c 'echo {quoted} > {place}'")
        shown = machine.run(f"cat {place}")[0]
        machine.run("start docker")
        listed = machine.run("docker ps -a")[0].splitlines()[1]
    finally:
        machine.switch_off()

    assert '"Name": ""' in shown
    assert listed.split()[-1] != "one"
    assert len(listed.split()[-1]) > 3


def test_a_route_that_is_wanted_is_added() -> None:
    async def use() -> list[tuple[str, str]]:
        namespaces._setup_route(Config(routes=[Route("10.9.0.0/16", "eth0", "10.0.2.2")]))
        return [(each["destination"], each["name"]) for each in netlink.network_get_routes()]

    assert ("10.9.0.0/16", "eth0") in on_machine(use)
