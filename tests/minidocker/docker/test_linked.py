from minidocker.docker.run_lab import inside, machine, run

from tracer.minidocker.docker.engine import Engine
from tracer.minidocker.docker.links import new_link


def test_a_child_is_described_by_its_ports_its_name_and_its_environment() -> None:
    link = new_link(
        parent_ip="172.17.0.2",
        child_ip="172.17.0.1",
        name="/web/my-db",
        env=["PASSWORD=x", "PATH=/bin", "HOME=/", "ODD=a=b"],
        ports=["6379/tcp", "53/udp"],
        engine=Engine(),
    )

    assert link.to_env() == [
        "MY_DB_PORT=udp://172.17.0.1:53",
        "MY_DB_PORT_53_UDP=udp://172.17.0.1:53",
        "MY_DB_PORT_53_UDP_ADDR=172.17.0.1",
        "MY_DB_PORT_53_UDP_PORT=53",
        "MY_DB_PORT_53_UDP_PROTO=udp",
        "MY_DB_PORT_6379_TCP=tcp://172.17.0.1:6379",
        "MY_DB_PORT_6379_TCP_ADDR=172.17.0.1",
        "MY_DB_PORT_6379_TCP_PORT=6379",
        "MY_DB_PORT_6379_TCP_PROTO=tcp",
        "MY_DB_NAME=/web/my-db",
        "MY_DB_ENV_PASSWORD=x",
    ]


def test_a_child_without_ports_has_no_port_that_counts() -> None:
    link = new_link(parent_ip="a", child_ip="b", name="/web/db", env=[], ports=[], engine=Engine())

    assert link.to_env() == ["DB_NAME=/web/db"]


SERVER = "docker run -d --name db --expose 6379 -e PASSWORD=x busybox sleep 1000"


def test_a_linked_container_is_found_by_its_alias() -> None:
    shown = inside("--name web --link db:store", "env; cat /etc/hosts", SERVER)

    assert "STORE_PORT=tcp://172.17.0.2:6379\n" in shown
    assert "STORE_NAME=/web/store\n" in shown
    assert "STORE_ENV_PASSWORD=x\n" in shown
    assert "172.17.0.2\tstore\n" in shown


def test_packets_are_let_through_while_the_container_runs() -> None:
    with machine() as host:
        host.run(SERVER)
        host.run("docker run -d --name web --link db:store busybox sleep 10")
        during = host.run("iptables -S FORWARD")[0]
        host.run("sleep 20")
        after = host.run("iptables -S FORWARD")[0]

    assert "--dport 6379" in during
    assert "--sport 6379" in during
    assert "6379" not in after


def test_a_link_survives_the_next_start() -> None:
    linked = "docker run --name web --link db:store busybox sh -c 'echo $STORE_NAME'"

    assert run(SERVER, linked, "docker start -a web").output == "/web/store\n"


def test_only_one_that_runs_can_be_linked_to() -> None:
    ran = run(
        "docker run --name db busybox true", "docker run --name web --link db:store busybox true"
    )

    assert "Cannot link to a non running container: /db AS /web/store" in ran.output
    assert ran.status == 1
