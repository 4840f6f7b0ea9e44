"""What Docker answers to wrong use: usage and status 2, or what is wrong and status 1."""

import pytest
from minidocker.docker.run_lab import run

from tracer.minidocker.machine import Machine


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Usage: docker run"),
        ("--help", "Usage: docker run"),
        ("--frob busybox", "flag provided but not defined: --frob"),
        ("-m", "flag needs an argument: -m"),
        ("-d=maybe busybox", "invalid boolean value"),
        ("-c many busybox", 'invalid value "many" for flag -c'),
        ("-v data busybox", "data is not an absolute path"),
        ("-v /a:/b:ro:x busybox", "bad format for volumes"),
        ("-a stdwrong busybox", "valid streams are"),
        ("--dns nowhere busybox", "nowhere is not an ip address"),
        ("--dns-search 1 busybox", "1 is not a valid domain"),
        ("--link one busybox", "Invalid format to parse"),
    ],
)
def test_what_makes_no_sense_as_a_flag_gets_the_usage(words: str, said: str) -> None:
    ran = run(f"docker run {words}")

    assert said in ran.output
    assert "Run a command in a new container" in ran.output
    assert ran.status == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-d -a stdout busybox", "Conflicting options: -a and -d"),
        ("-d --rm busybox", "Conflicting options: --rm and -d"),
        ("--rm --restart always busybox", "Conflicting options: --restart and --rm"),
        ("--net host -h box busybox", "Conflicting options: -h"),
        ("--net host --link a:b busybox", "Conflicting options: --net=host"),
        ("-w here busybox", "must be an absolute path"),
        ("-v /srv:/ busybox", "can't be '/'"),
        ("-v / busybox", "can't be '/'"),
        ("-m 64x busybox", "Invalid size: '64x'"),
        ("-m 1k busybox", "Minimum memory limit allowed is 512k"),
        ("--net fly busybox", "invalid --net: fly"),
        ("--net container: busybox", "invalid container format"),
        ("--restart never busybox", "invalid restart policy never"),
        ("--restart always:3 busybox", "maximum restart count not valid"),
        ("--restart on-failure:x busybox", "invalid syntax"),
        ("--device a:b:c:d busybox", "bad format"),
        ("-p 80:x busybox", "Invalid containerPort: x"),
        ("-p 1.2.3:80:80 busybox", "Invalid ip address"),
        ("-p 80:80/icmp busybox", "Invalid proto: icmp"),
        ("--name a/b busybox", "Invalid container name (a/b)"),
        ("--cap-add fly busybox", 'Unknown capability to add: "FLY"'),
        ("--cap-drop fly busybox", 'Unknown capability drop: "FLY"'),
        ("--device /dev/nope busybox", "/dev/nope: ENOENT"),
        ("--device /etc/hostname busybox", "not a device node"),
        ("-u nobody busybox", "Unable to find user nobody"),
        ("-u root:wheel busybox", "Unable to find group wheel"),
        ("-w /etc/passwd busybox", "/etc/passwd is not a directory"),
        ("--net container:none busybox true", "No such container: none"),
        ("--link none:db busybox", "Could not find entity for none"),
        ("busybox nope", 'exec: "nope": executable file not found in $PATH'),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(words: str, said: str) -> None:
    ran = run(f"docker run {words}")

    assert said in ran.output
    assert ran.status in (1, 2)
    assert ran.output.count("\n") == 1 or "bad format" in ran.output


def test_a_name_can_be_had_once() -> None:
    once = "docker run --name one busybox true"
    ran = run(once, once)

    assert "Conflict, The name one is already assigned to" in ran.output
    assert ran.status == 1


def test_start_wants_a_container() -> None:
    assert run("docker start").status == 2


def test_start_says_which_container_it_does_not_know_and_starts_the_others() -> None:
    ran = run("docker run --name one busybox true", "docker start none one")

    assert "No such container: none" in ran.output
    assert "\none\n" in ran.output
    assert ran.status == 1


def test_only_one_container_can_be_started_attached() -> None:
    assert "cannot start and attach multiple" in run("docker start -a one two").output


def test_a_file_for_the_id_must_not_be_there() -> None:
    once = "docker run --cidfile /tmp/id busybox true"

    assert run(once, "cat /tmp/id").output != ""
    assert "Container ID file found" in run(once, once).output


def test_an_unknown_driver_ends_the_daemon() -> None:
    host = Machine()
    said, status = host.run("docker -d -e fly")
    host.switch_off()

    assert "unknown exec driver fly" in said
    assert status == 1


def test_an_unknown_command_is_answered_with_those_that_there_are() -> None:
    ran = run("docker fly")

    assert "Error: Command not found: fly\n" in ran.output
    assert "    run\n" in ran.output
    assert ran.status == 0  # as in 1.2.0


def test_help_shows_the_usage_of_a_command() -> None:
    assert "Usage: docker run" in run("docker help run").output
    assert "Commands:" in run("docker").output
