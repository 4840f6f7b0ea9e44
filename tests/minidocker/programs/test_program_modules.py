from tracer.minidocker.machine import Machine


def on_machine(command: str) -> tuple[str, int]:
    machine = Machine()
    machine.run("docker -d")
    try:
        return machine.run(f"docker run -v /bin:/host -v /tmp:/tmp busybox {command}")
    finally:
        machine.switch_off()


def test_modprobe_finds_what_the_kernel_has() -> None:
    assert on_machine("/host/modprobe aufs") == ("", 0)


def test_modprobe_complains_of_what_it_has_not() -> None:
    assert on_machine("/host/modprobe zfs") == ("modprobe: FATAL: Module zfs not found.\n", 1)


def test_auplink_needs_a_place_that_is_there() -> None:
    assert on_machine("/host/auplink /tmp flush") == ("", 0)
    assert on_machine("/host/auplink /nope flush") == ("auplink: ENOENT\n", 1)
    assert on_machine("/host/auplink") == ("auplink: usage: auplink PLACE flush\n", 1)
