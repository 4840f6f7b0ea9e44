import shlex
from collections.abc import Callable, Iterator

import pytest

from tracer.minidocker import scenarios
from tracer.minidocker.machine import Machine
from tracer.minidocker.recording.model import Tree

SERVE = "busybox httpd -h /etc"  # its /etc/hostname says who answers


def host_rules(state: Tree) -> Tree:
    network = state["network"]
    assert isinstance(network, dict)
    first = network["5"]
    assert isinstance(first, dict)
    rules = first["rules"]
    assert isinstance(rules, dict)
    return rules


Boot = Callable[..., Machine]


@pytest.fixture
def boot() -> Iterator[Boot]:
    """Make machines that are switched off in the end; those without options are not booted."""
    made: list[Machine] = []

    def boot(*options: str) -> Machine:
        made.append(Machine())
        if options:
            made[-1].run(shlex.join(["docker", *options]))
        return made[-1]

    yield boot
    for machine in made:
        machine.switch_off()


@pytest.fixture
def machine(boot: Boot) -> Machine:
    return boot("-d")


def get(machine: Machine, address: str) -> str:
    return machine.run(f"wget -O - http://{address}/hostname")[0]


def get_inside(machine: Machine, address: str) -> str:
    return machine.run(f"docker run busybox wget -O - http://{address}/hostname")[0]


def test_a_daemon_s_first_start_leaves_the_bridge_and_its_rules() -> None:
    recording = scenarios.run("network-init")
    seen = dict(scenarios.seen("network-init", recording))

    assert seen["network 5 interfaces docker0 address"] == "172.17.42.1/16"
    assert seen["network 5 interfaces docker0 up"] == "True"
    assert seen["network 5 ip_forward"] == "1"
    assert seen["network 5 rules nat POSTROUTING"] == (
        "source 172.17.0.0/16, not out docker0 → MASQUERADE"
    )
    assert seen["network 5 rules nat PREROUTING"] == "dst-type LOCAL → DOCKER"
    assert seen["network 5 rules nat OUTPUT"] == (
        "not destination 127.0.0.0/8, dst-type LOCAL → DOCKER"
    )
    assert seen["network 5 rules filter FORWARD"].splitlines() == [
        "out docker0, ctstate RELATED,ESTABLISHED → ACCEPT",
        "in docker0, not out docker0 → ACCEPT",
        "in docker0, out docker0 → ACCEPT",
    ]


def test_a_container_s_start_gives_it_an_address_and_a_port_of_the_host() -> None:
    recording = scenarios.run("network-allocate")
    seen = dict(scenarios.seen("network-allocate", recording))

    assert "172.17.0.2/16" in seen.values()
    assert "not in docker0, protocol tcp, dport 8080 → DNAT 172.17.0.2:80" in seen.values()
    assert any(
        where.endswith("published 0.0.0.0:8080/tcp") and text == "172.17.0.2:80"
        for where, text in seen.items()
    )


def test_the_first_address_of_the_network_is_never_given(machine: Machine) -> None:
    assert "172.17.0.2/16" in machine.run("docker run busybox ip addr")[0]


def test_an_address_that_was_given_back_is_not_the_next_one(machine: Machine) -> None:
    first = machine.run("docker run busybox ip addr")[0]
    second = machine.run("docker run busybox ip addr")[0]

    assert "172.17.0.2/16" in first
    assert "172.17.0.3/16" in second


def test_two_containers_talk_over_the_bridge(machine: Machine) -> None:
    machine.run(f"docker run -d -h there {SERVE}")

    assert get_inside(machine, "172.17.0.2") == "there\n"


def test_without_icc_containers_cannot_talk(boot: Boot) -> None:
    machine = boot("-d", "--icc=false")
    machine.run(f"docker run -d -h there {SERVE}")

    assert "ETIMEDOUT" in get_inside(machine, "172.17.0.2")
    assert get(machine, "172.17.0.2") == "there\n"


def test_icc_false_needs_iptables(boot: Boot) -> None:
    output, status = boot().run("docker -d --icc=false --iptables=false")

    assert "You specified --iptables=false with --icc=false" in output
    assert status == 1


def test_a_bridge_and_an_address_for_one_exclude_each_other(boot: Boot) -> None:
    output, status = boot().run("docker -d -b br0 --bip 10.9.0.1/24")

    assert "mutually exclusive" in output
    assert status == 1


def test_without_iptables_only_the_proxy_carries(boot: Boot) -> None:
    machine = boot("-d", "--iptables=false")
    machine.run(f"docker run -d -h there -p 8080:80 {SERVE}")

    assert "DNAT" not in machine.run("iptables -t nat -S")[0]
    assert get(machine, "10.0.2.15:8080") == "there\n"


def test_a_published_port_is_reached_at_the_loopback_address_through_the_proxy(
    machine: Machine,
) -> None:
    machine.run(f"docker run -d -h there -p 8080:80 {SERVE}")

    assert get(machine, "127.0.0.1:8080") == "there\n"
    assert get(machine, "10.0.2.15:8080") == "there\n"
    assert get_inside(machine, "10.0.2.15:8080") == "there\n"
    assert "docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080" in machine.run("ps")[0]


def test_a_port_is_given_back_when_the_container_ends(machine: Machine, boot: Boot) -> None:
    machine.run("docker run -p 8080:80 busybox true")
    state = machine.record("ps")

    assert "docker-proxy" not in state.output
    assert "8080" not in machine.run("iptables -t nat -S")[0]
    assert "172.17.0.2" not in machine.run("iptables -S")[0]
    assert host_rules(state.end)["nat"] == host_rules(boot("-d").record("ps").end)["nat"]


def test_two_containers_cannot_have_one_port(machine: Machine) -> None:
    machine.run(f"docker run -d -p 8080:80 {SERVE}")

    output, status = machine.run(f"docker run -d -p 8080:80 {SERVE}")

    assert "Bind for 0.0.0.0:8080 failed: port is already allocated" in output
    assert status == 1


def test_two_containers_have_one_port_at_two_addresses(machine: Machine) -> None:
    machine.run(f"docker run -d -h one -p 127.0.0.1:8080:80 {SERVE}")
    machine.run(f"docker run -d -h two -p 10.0.2.15:8080:80 {SERVE}")

    assert get(machine, "127.0.0.1:8080") == "one\n"
    assert get(machine, "10.0.2.15:8080") == "two\n"


def test_nobody_notices_that_a_port_is_taken_by_a_program_of_the_host(machine: Machine) -> None:
    machine.run("sh -c 'httpd -p 8080 -h /etc &'")

    output, status = machine.run(f"docker run -d -h there -p 8080:80 {SERVE}")

    assert (len(output), status) == (65, 0)
    assert get(machine, "127.0.0.1:8080") == "host\n"
    assert get(machine, "10.0.2.15:8080") == "there\n"


def test_a_port_that_may_be_any_is_the_first_of_the_range(machine: Machine) -> None:
    machine.run(f"docker run -d -h there -P --expose 80 {SERVE}")

    assert get(machine, "127.0.0.1:49153") == "there\n"


def test_udp_cannot_be_proxied_here_but_is_translated(machine: Machine) -> None:
    machine.run("docker run -d -p 53:53/udp busybox sleep 60")

    assert "-p udp -m udp --dport 53 -j DNAT" in machine.run("iptables -t nat -S")[0]


def test_containers_send_no_larger_packets_than_the_way_outside(boot: Boot) -> None:
    machine = boot()
    machine.run("ip link set eth0 mtu 1400")
    machine.run("docker -d")

    assert "mtu 1400" in machine.run("docker run busybox ip link show eth0")[0]


def test_the_bridge_gets_the_first_network_that_no_route_uses(boot: Boot) -> None:
    machine = boot()
    machine.run("ip route add 172.17.0.0/16 via 10.0.2.2 dev eth0")
    machine.run("docker -d")

    assert "inet 10.1.42.1/16" in machine.run("ip addr show docker0")[0]


def test_bip_chooses_the_network(boot: Boot) -> None:
    machine = boot("-d", "--bip", "192.168.7.1/24")

    assert "192.168.7.2/24" in machine.run("docker run busybox ip addr")[0]


def test_without_a_bridge_a_container_has_only_loopback(boot: Boot) -> None:
    machine = boot("-d", "-b", "none")
    output = machine.run("docker run busybox ip addr")[0]

    assert "docker0" not in machine.run("ip addr")[0]
    assert "eth0" not in output
    assert "127.0.0.1/8" in output


def test_forwarding_can_be_left_as_it_is(boot: Boot) -> None:
    machine = boot("-d", "--ip-forward=false")

    assert machine.run("cat /proc/sys/net/ipv4/ip_forward")[0] == "0\n"


def test_a_published_port_is_reached_from_outside(machine: Machine) -> None:
    machine.run(f"docker run -d -h there -p 8080:80 {SERVE}")

    fetch = "ip netns exec outside wget -O - http://{}/hostname"

    assert machine.run(fetch.format("10.0.2.15:8080")) == ("there\n", 0)
    assert "ENETUNREACH" in machine.run(fetch.format("172.17.0.2"))[0]


def test_a_port_at_the_loopback_address_is_not_reached_from_outside(machine: Machine) -> None:
    machine.run(f"docker run -d -p 127.0.0.1:8080:80 {SERVE}")

    output, status = machine.run("ip netns exec outside wget -O - http://10.0.2.15:8080/hostname")

    assert "can't connect" in output
    assert status == 1


def test_there_is_no_other_named_network(machine: Machine) -> None:
    assert "Cannot open network namespace mars" in machine.run("ip netns exec mars true")[0]
    assert machine.run("ip netns exec outside fly")[1] == 255
