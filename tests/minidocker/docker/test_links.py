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
