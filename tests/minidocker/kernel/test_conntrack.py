from netlab import tcp

from tracer.minidocker.kernel import conntrack
from tracer.minidocker.kernel.conntrack import Flow

FIRST = tcp("10.0.2.2", "10.0.2.15", 8080)


def test_a_packet_belongs_to_a_flow_in_either_direction() -> None:
    flow = Flow.of(FIRST)

    assert conntrack.find([flow], FIRST) is flow
    assert conntrack.find([flow], FIRST.reversed()) is flow
    assert conntrack.find([flow], tcp("10.0.2.2", "10.0.2.15", 8081)) is None


def test_the_answer_to_a_redirected_flow_comes_from_the_new_destination() -> None:
    flow = Flow.of(FIRST)
    flow.redirect("172.17.0.2", 80)
    sent = flow.translate(FIRST, answer=False, end="destination")
    answer = sent.reversed()

    assert (sent.destination, sent.dport) == ("172.17.0.2", 80)
    assert flow.is_answer(answer)
    assert flow.translate(answer, answer=True, end="source") == FIRST.reversed()


def test_a_redirect_without_port_keeps_the_port() -> None:
    flow = Flow.of(FIRST)
    flow.redirect("172.17.0.2", 0)

    assert flow.translate(FIRST, answer=False, end="destination").dport == 8080


def test_the_answer_to_a_hidden_flow_goes_to_the_new_source_and_is_sent_on() -> None:
    flow = Flow.of(FIRST)
    flow.hide("1.2.3.4", [])
    sent = flow.translate(FIRST, answer=False, end="source")

    assert (sent.source, sent.sport) == ("1.2.3.4", 40000)
    assert flow.translate(sent.reversed(), answer=True, end="destination") == FIRST.reversed()


def test_two_hidden_flows_do_not_share_a_port() -> None:
    one, two = Flow.of(FIRST), Flow.of(tcp("10.0.2.3", "10.0.2.15", 8080))
    flows = [one, two]
    one.hide("1.2.3.4", flows)
    two.hide("1.2.3.4", flows)

    assert (one.reply.dport, two.reply.dport) == (40000, 40001)
