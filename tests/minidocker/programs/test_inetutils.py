from shell_lab import machine, output, run

from tracer.minidocker.kernel.kernel import Kernel


def serving(port: int = 80) -> Kernel:
    """Boot a machine on which httpd serves /etc."""
    kernel = machine()
    run("echo hello > /etc/page; echo home > /etc/index.html", kernel)
    assert run(f"httpd -p {port} -h /etc", kernel).status is None
    return kernel


def test_a_page_is_served_and_printed() -> None:
    assert run("wget -O - http://127.0.0.1/page", serving()).output == "hello\n"


def test_a_server_answers_one_after_the_other() -> None:
    kernel = serving(8080)

    assert [run("wget -O - 127.0.0.1:8080", kernel).output for _ in range(2)] == ["home\n"] * 2


def test_a_page_is_kept_under_its_own_name_or_another() -> None:
    script = "cd /tmp; wget 127.0.0.1/page; wget -O other 127.0.0.1/page; cat page other"

    assert run(script, serving()).output == "hello\nhello\n"


def test_a_page_that_is_not_there_is_an_error() -> None:
    ran = run("wget -O - 127.0.0.1/nope", serving())

    assert (ran.output, ran.status) == ("wget: server returned 404\n", 1)


def test_no_page_is_served_from_above_the_directory() -> None:
    kernel = serving()
    run("echo secret > /secret", kernel)

    assert run("wget -O - 127.0.0.1/../secret", kernel).status == 1


def test_where_nobody_listens_the_client_says_why() -> None:
    assert output("wget 127.0.0.1") == "wget: can't connect to 127.0.0.1: ECONNREFUSED\n"
    assert output("wget 10.9.9.9") == "wget: can't connect to 10.9.9.9: ENETUNREACH\n"


def test_a_port_is_served_once() -> None:
    assert run("httpd", serving()).output == "httpd: bind: EADDRINUSE\n"


def test_names_are_looked_up_in_the_file_of_hosts() -> None:
    kernel = serving()
    run("echo 127.0.0.1 me myself > /etc/hosts", kernel)

    assert run("wget -O - http://myself/page", kernel).output == "hello\n"


def test_nc_carries_bytes_to_whoever_listens() -> None:
    kernel = machine()
    assert run("nc -l -p 99 > /tmp/heard", kernel).status is None
    run("echo hello | nc 127.0.0.1 99", kernel)

    assert run("cat /tmp/heard", kernel).output == "hello\n"


def test_nc_wants_a_host_and_a_port() -> None:
    assert output("nc 127.0.0.1 99") == "nc: 127.0.0.1: 99: ECONNREFUSED\n"
    assert run("nc somewhere").status == 1
