"""The one error a system call can give its caller."""

import errno


class KernelError(OSError):
    """A call was refused; `errno` says why, in the words of the man pages."""

    def __init__(self, number: int) -> None:
        super().__init__(number, errno.errorcode[number])
        self.name = errno.errorcode[number]

    def __str__(self) -> str:
        return self.name
