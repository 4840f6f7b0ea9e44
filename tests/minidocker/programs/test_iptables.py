import pytest
from shell_lab import output, run, status

OWN = "iptables -N own; "
NAT = "iptables -t nat "


def rules(script: str) -> list[str]:
    """List the rules of the filter table after a script."""
    return [line for line in output(f"{script}; iptables -S").splitlines() if line[:2] == "-A"]


def test_a_new_machine_lets_everything_pass() -> None:
    assert output("iptables -S") == "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n"
    assert output("iptables -t nat -S").splitlines() == [
        "-P PREROUTING ACCEPT",
        "-P INPUT ACCEPT",
        "-P OUTPUT ACCEPT",
        "-P POSTROUTING ACCEPT",
    ]


def test_rules_are_written_in_one_form_however_they_were_given() -> None:
    written = "-A INPUT ! -s 10.0.0.0/8 -d 10.1.2.3/32 -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT"
    long = "--append INPUT --source-port 1 --protocol tcp --jump RETURN"

    for source in ("10.0.0.0/255.0.0.0", "10.1.2.3/8", "10/8"):
        given = f"-j ACCEPT -p 6 --dport 80 -d 10.1.2.3 ! -s {source} -i eth0"
        assert rules(f"iptables -A INPUT {given}") == [written]
    assert rules(f"iptables {long}") == ["-A INPUT -p tcp -m tcp --sport 1 -j RETURN"]


def test_what_matches_everything_is_left_out() -> None:
    assert rules("iptables -A INPUT -s 0/0 -d 0.0.0.0/0 -p all -j DROP") == ["-A INPUT -j DROP"]


def test_insert_puts_a_rule_first_or_at_a_place() -> None:
    script = "iptables -A INPUT -j ACCEPT; iptables -I INPUT -j DROP; iptables -I INPUT 2 -j RETURN"

    assert [each.split()[-1] for each in rules(script)] == ["DROP", "RETURN", "ACCEPT"]
    assert status("iptables -I INPUT 3 -j DROP") == 1


def test_delete_takes_a_rule_by_its_words_or_its_place() -> None:
    two = "iptables -A INPUT -j ACCEPT; iptables -A INPUT -j DROP; "

    assert rules(two + "iptables -D INPUT -j ACCEPT") == ["-A INPUT -j DROP"]
    assert rules(two + "iptables -D INPUT 2") == ["-A INPUT -j ACCEPT"]
    assert status(two + "iptables -D INPUT 3") == 1
    assert status(two + "iptables -D INPUT -j RETURN") == 1


def test_check_answers_by_its_status() -> None:
    assert status("iptables -A INPUT -i lo -j DROP; iptables -C INPUT -i lo -j DROP") == 0
    assert status("iptables -C INPUT -i lo -j DROP") == 1


def test_the_table_may_be_named_behind_the_chain() -> None:
    script = "iptables -I POSTROUTING -t nat -s 172.17.42.1/16 ! -o br0 -j MASQUERADE; "

    assert status(script + NAT + "-C POSTROUTING -s 172.17.0.0/16 ! -o br0 -j MASQUERADE") == 0


def test_a_chain_is_made_once_and_removed_when_empty_and_unused() -> None:
    assert status(OWN + "iptables -X own; iptables -S own") == 1
    assert status(OWN + "iptables -N own") == 1
    assert status(OWN + "iptables -A own -j DROP; iptables -X own") == 1
    assert status(OWN + "iptables -A INPUT -j own; iptables -X own") == 1
    assert status("iptables -X INPUT") == 1
    assert status("iptables -X own") == 1


def test_a_chain_is_not_called_like_a_target() -> None:
    assert status("iptables -N ACCEPT") == 2


def test_flush_empties_one_chain_or_all() -> None:
    two = "iptables -A INPUT -j DROP; iptables -A OUTPUT -j DROP; "

    assert rules(two + "iptables -F INPUT") == ["-A OUTPUT -j DROP"]
    assert rules(two + "iptables -F") == []
    assert status("iptables -F own") == 1


def test_only_a_built_in_chain_has_a_policy() -> None:
    assert output("iptables -P INPUT DROP; iptables -S INPUT") == "-P INPUT DROP\n"
    assert status(OWN + "iptables -P own DROP") == 1
    assert status("iptables -P INPUT REJECT") == 1


@pytest.mark.parametrize(
    "words",
    [
        "",
        "-Q",
        "-A",
        "-A INPUT --dport 80 -j DROP",
        "-A INPUT -j NOPE",
        "-A INPUT -o lo -j DROP",
        "-A OUTPUT -i lo -j DROP",
        "-A INPUT -s nowhere -j DROP",
        "-A INPUT -p tcp --dport http -j DROP",
        "-A INPUT -s 10.0.0.1 -s 10.0.0.2 -j DROP",
        "-t nat -A PREROUTING -j DNAT",
        "-t nat -A PREROUTING -j DNAT --to-destination 10.0.0.1:80",
        "-t nat -A PREROUTING -j DROP",
        "-t nat -P PREROUTING DROP",
    ],
)
def test_words_that_make_no_sense_are_2(words: str) -> None:
    ran = run(f"iptables {words}")

    assert (ran.status, ran.output.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "words",
    [
        "-A NOPE -j DROP",
        "-A INPUT -j MASQUERADE",
        "-t nat -A PREROUTING -j MASQUERADE",
        "-t nat -A POSTROUTING -j DNAT --to-destination 10.0.0.1",
        "-t nat -A POSTROUTING -j REJECT",
    ],
)
def test_what_the_table_does_not_allow_is_1(words: str) -> None:
    assert run(f"iptables {words}").status == 1


def test_a_table_that_is_not_there_is_3() -> None:
    assert status("iptables -t mangle -L") == 3


def test_the_list_has_columns() -> None:
    script = OWN + (
        "iptables -A INPUT -p tcp -s 10.0.0.1 ! -d 10.0.0.0/8 --sport 9 --dport 80:90 -j REJECT;"
        "iptables -A INPUT -m state --state NEW -j own; iptables -L -n"
    )
    lines = output(script).splitlines()
    extra = " tcp spt:9 dpts:80:90 reject-with icmp-port-unreachable"

    assert lines[:4] == [
        "Chain INPUT (policy ACCEPT)",
        "target     prot opt source               destination         ",
        f"REJECT     tcp  --  10.0.0.1            !10.0.0.0/8          {extra}",
        "own        all  --  0.0.0.0/0            0.0.0.0/0            state NEW",
    ]
    assert lines[-2] == "Chain own (1 references)"


def test_rules_of_a_published_port_are_shown_with_their_destination() -> None:
    script = NAT + "-N own; " + NAT + "-A PREROUTING -m addrtype --dst-type LOCAL -j own; "
    script += NAT + "-A own -p tcp -d 0/0 --dport 80 ! -i br0 -j DNAT --to-destination 10.0.0.2:8; "

    assert output(script + NAT + "-S own") == (
        "-N own\n-A own ! -i br0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.2:8\n"
    )
    assert "tcp dpt:80 to:10.0.0.2:8" in output(script + NAT + "-L own -n")
    assert "ADDRTYPE match dst-type LOCAL" in output(script + NAT + "-L PREROUTING -n")


def test_a_rule_that_was_set_is_obeyed() -> None:
    listen = "nc -l -p 99 & "

    assert "ECONNREFUSED" in output(listen + "iptables -A INPUT -p tcp -j REJECT; nc 127.0.0.1 99")
    assert "ETIMEDOUT" in output("iptables -A INPUT -p tcp --dport 99 -j DROP; nc 127.0.0.1 99")
