"""The one error a system call can give its caller."""

import errno

NAMES = {**errno.errorcode, errno.EOPNOTSUPP: "EOPNOTSUPP"}  # Linux has one number for two names


class KernelError(OSError):
    """A call was refused; `errno` says why, in the words of the man pages."""

    def __init__(self, number: int) -> None:
        super().__init__(number, NAMES[number])
        self.name = NAMES[number]

    def __str__(self) -> str:
        return self.name
