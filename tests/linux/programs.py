"""Two programs that both kernels can execute, without any library.

On the real kernel their bytes are tiny ELF files for x86-64; on ours the same bytes stand for the
functions beside them.
"""

import struct

from tracer.minidocker import syscall


def elf(code: bytes) -> bytes:
    """Wrap machine code in the least file that the kernel loads (elf(5)): one segment."""
    start = 0x400000
    size = 64 + 56 + len(code)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, start + 120, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 1, 5, 0, start, start, size, size, 4096) + code


# exit_group(0): mov $231, %eax; xor %edi, %edi; syscall
TRUE = elf(b"\xb8\xe7\x00\x00\x00\x31\xff\x0f\x05")
# again: pause(): mov $34, %eax; syscall; jmp again
PAUSE = elf(b"\xb8\x22\x00\x00\x00\x0f\x05\xeb\xf7")
NEEDS = "x86_64"


async def _true(argv: list[str], env: dict[str, str]) -> int:
    return 0


async def _pause(argv: list[str], env: dict[str, str]) -> int:
    reader, _ = syscall.pipe()
    await syscall.read(reader)  # both ends are ours, so this never ends
    return 0


MAINS = {TRUE: _true, PAUSE: _pause}
