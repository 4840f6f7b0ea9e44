"""What each option of `docker run` does, as seen from inside the container."""

import pytest
from minidocker.docker.run_lab import inside, machine, run

LXC = "docker -d -e lxc"
KILLED = 255  # Docker 1.2.0 has -1 for a program that a signal has ended; a client ends with 255


@pytest.mark.parametrize("daemon", ["docker -d", LXC])
class TestWithBothDrivers:
    def test_the_exit_status_is_that_of_the_program(self, daemon: str) -> None:
        assert run("docker run busybox sh -c 'exit 3'", daemon=daemon).status == 3

    def test_h_names_the_host(self, daemon: str) -> None:
        assert inside("-h box", "hostname; cat /etc/hostname", daemon=daemon) == "box\nbox\n"

    def test_e_sets_a_variable_and_beats_the_defaults(self, daemon: str) -> None:
        shown = inside("-e A=b -e HOSTNAME=mine", "env", daemon=daemon).splitlines()

        assert {"A=b", "HOSTNAME=mine"} <= {*shown}

    def test_u_becomes_a_user_with_the_home_that_the_image_knows(self, daemon: str) -> None:
        shown = inside("-u daemon", "id; echo $HOME", daemon=daemon)

        assert shown == "uid=1(daemon) gid=1(daemon)\n/usr/sbin\n"

    def test_w_makes_the_directory_and_starts_there(self, daemon: str) -> None:
        assert inside("-w /work/deep", "pwd", daemon=daemon) == "/work/deep\n"

    def test_net_none_leaves_only_loopback(self, daemon: str) -> None:
        assert "eth0" not in inside("--net none", "ip addr", daemon=daemon)

    def test_net_host_is_the_host_s_network_and_name(self, daemon: str) -> None:
        shown = inside("--net host", "hostname; ip addr", daemon=daemon)

        assert shown.startswith("host\n")
        assert "docker0" in shown

    def test_an_address_is_on_eth0_and_the_bridge_is_the_way_out(self, daemon: str) -> None:
        shown = inside("", "ip addr; ip route", daemon=daemon)

        assert "inet 172.17.0.2/16" in shown
        assert "default via 172.17.42.1 dev eth0" in shown

    def test_the_program_is_the_first_of_its_processes(self, daemon: str) -> None:
        assert run("docker run busybox ps", daemon=daemon).output.splitlines()[1:] == ["  1   ps"]

    def test_rights_are_few(self, daemon: str) -> None:
        shown = inside("", "hostname new || echo refused; cat /dev/kmsg", daemon=daemon)

        assert "refused" in shown
        assert "cat: /dev/kmsg: ENOENT" in shown

    def test_privileged_keeps_all_rights(self, daemon: str) -> None:
        assert inside("--privileged", "hostname new; hostname", daemon=daemon) == "new\n"

    def test_cap_add_and_cap_drop_change_them_one_by_one(self, daemon: str) -> None:
        added = inside("--cap-add sys_admin", "hostname new; hostname", daemon=daemon)
        dropped = inside("--cap-drop all", "ls -l /bin | wc -l; kill -9 1", daemon=daemon)

        assert "EPERM" in added or added == "new\n"  # lxc bounds the set before it adds
        assert dropped.splitlines()[0].isdecimal()

    def test_memory_over_the_limit_ends_the_program(self, daemon: str) -> None:
        greedy = "busybox dd if=/dev/zero of=/dev/null bs=8M count=1"

        assert run(f"docker run -m 16m {greedy}", daemon=daemon).status == 0
        assert run(f"docker run -m 4m {greedy}", daemon=daemon).status in (KILLED, 137)

    def test_a_volume_shows_the_host_s_files(self, daemon: str) -> None:
        run_it = "docker run -v /srv/given:/data busybox sh -c 'echo there > /data/file'"

        assert run(run_it, "cat /srv/given/file", daemon=daemon).output == "there\n"


def test_a_killed_program_has_the_status_of_its_time() -> None:
    greedy = "docker run -m 4m busybox dd if=/dev/zero of=/dev/null bs=8M count=1"

    assert run(greedy).status == KILLED
    assert run(greedy, daemon=LXC).status == 137


def test_a_hostname_with_a_domain_is_split() -> None:
    shown = inside("-h box.example.org", "hostname; cat /etc/hostname; cat /etc/hosts")

    assert shown.startswith("box\nbox.example.org\n172.17.0.2\tbox.example.org box\n")


def test_home_can_be_set() -> None:
    assert inside("-e HOME=/srv", "echo $HOME") == "/srv\n"


def test_a_user_can_be_a_number_with_a_group_that_nobody_knows() -> None:
    assert inside("-u 7:8", "id") == "uid=7 gid=8\n"


def test_entrypoint_takes_the_place_of_the_image_s_command() -> None:
    ran = run("docker run --entrypoint echo busybox a b")

    assert ran.output == "a b\n"


def test_i_passes_standard_input_on() -> None:
    ran = run("sh -c 'echo spoken | docker run -i busybox cat'")

    assert ran.output == "spoken\n"


def test_without_i_nothing_is_read() -> None:
    assert run("sh -c 'echo spoken | docker run busybox cat'").output == ""


def test_t_says_which_terminal() -> None:
    assert "TERM=xterm\n" in inside("-t", "env")


def test_a_network_can_be_shared() -> None:
    first = "docker run -d -h first --name first busybox sleep 100"
    shown = inside("--net container:first", "hostname; ip addr; cat /etc/hosts", first)

    assert shown.startswith("first\n")
    assert "inet 172.17.0.2/16" in shown
    assert "172.17.0.2\tfirst" in shown


def test_only_the_network_of_one_that_runs_can_be_shared() -> None:
    ran = run(
        "docker run --name first busybox true", "docker run --net container:first busybox true"
    )

    assert "cannot join network of a non running container: first" in ran.output
    assert ran.status == 1


def test_a_privileged_container_finds_the_host_s_devices_and_may_write_to_sys() -> None:
    shown = inside("--privileged", "ls /dev; mount")

    assert "\nsda\n" in shown
    assert "sysfs /sys sysfs rw" in shown
    assert "/proc/sys" not in shown


def test_others_get_sys_and_parts_of_proc_read_only() -> None:
    shown = inside("", "mount")

    assert "sysfs /sys sysfs ro" in shown
    assert "proc /proc/sys proc ro" in shown


def test_dns_replaces_the_host_s_name_servers() -> None:
    shown = inside("--dns 9.9.9.9 --dns-search example.org", "cat /etc/resolv.conf")

    assert shown == "nameserver 9.9.9.9\nsearch example.org\n"
    assert inside("", "cat /etc/resolv.conf") == "nameserver 8.8.8.8\n"


def test_a_device_gets_another_name_and_may_be_used() -> None:
    shown = inside("--device /dev/kmsg:/dev/log:r", "cat /dev/log && echo read")

    assert shown == "read\n"


def test_c_and_cpuset_are_written_to_the_groups() -> None:
    with machine() as host:
        id_ = host.run("docker run -d -c 512 --cpuset 1 busybox sleep 100")[0].strip()
        groups = f"/sys/fs/cgroup/cpu/docker/{id_}", f"/sys/fs/cgroup/cpuset/docker/{id_}"

        assert host.run(f"cat {groups[0]}/cpu.shares {groups[1]}/cpuset.cpus")[0] == "512\n1\n"


def test_a_memory_limit_counts_swap_too() -> None:
    with machine() as host:
        id_ = host.run("docker run -d -m 4m busybox sleep 100")[0].strip()
        group = f"/sys/fs/cgroup/memory/docker/{id_}"
        names = ("limit_in_bytes", "soft_limit_in_bytes", "memsw.limit_in_bytes")
        shown = host.run(f"cat {' '.join(f'{group}/memory.{name}' for name in names)}")[0]

        assert shown.split() == ["4194304", "4194304", "8388608"]


def test_the_three_files_of_the_daemon_are_mounted_over_those_of_the_image() -> None:
    shown = inside("", "mount")

    for name in ("resolv.conf", "hostname", "hosts"):
        assert f" /etc/{name} ext4 rw" in shown
