"""A small shell: sh -c SCRIPT [NAME ARGUMENT...], sh FILE, or a script on standard input.

Each program runs in a child; `cd exec exit export trap wait` are builtin, as they change the shell
itself (redirections do not apply to them). `shell_syntax` says which part of the language is known.
"""

import copy
import errno
from collections.abc import Awaitable, Callable
from functools import partial

from tracer.minidocker import syscall
from tracer.minidocker.golib import ioutil
from tracer.minidocker.kernel.errors import KernelError
from tracer.minidocker.kernel.files import Open
from tracer.minidocker.kernel.namespaces import Clone
from tracer.minidocker.kernel.signals import Signal
from tracer.minidocker.programs.shell_syntax import (
    AndOr,
    Command,
    For,
    If,
    Part,
    Pipeline,
    Redirect,
    Script,
    ShellSyntaxError,
    Simple,
    While,
    Word,
    parse,
)
from tracer.minidocker.programs.terminal import complain, read_all

PATH = "/bin:/usr/bin:/sbin:/usr/sbin"
OPENED = {
    "<": Open(0),
    ">": Open.O_WRONLY | Open.O_CREAT | Open.O_TRUNC,
    ">>": Open.O_WRONLY | Open.O_CREAT | Open.O_APPEND,
}
NOT_FOUND, NOT_EXECUTABLE, SYNTAX, BY_SIGNAL = 127, 126, 2, 128


async def sh(argv: list[str], env: dict[str, str]) -> int:
    """Run a script."""
    try:
        if argv[1:2] == ["-c"]:
            text, arguments = argv[2] if argv[2:] else "", argv[3:] or ["sh"]
        elif argv[1:]:
            text, arguments = await ioutil.read_file(argv[1]), argv[1:]
        else:
            text, arguments = (await read_all(0)).decode(), ["sh"]
    except KernelError as error:
        return complain("sh", argv[1], error) * NOT_FOUND
    return await Shell(env, arguments).run_text(text)


class Shell:
    """The state of one shell process."""

    def __init__(self, env: dict[str, str], arguments: list[str]) -> None:
        self.variables = dict(env)
        self.exported = set(env)
        self.arguments = arguments
        self.status = 0
        self.jobs: list[int] = []  # pids of what runs in the background

    async def run_text(self, text: str) -> int:
        """Parse and run, and return the exit status of the last command."""
        try:
            script = parse(text)
        except ShellSyntaxError as error:
            return complain("sh", "syntax error", error) * SYNTAX
        return await self.run(script)

    async def run(self, script: Script) -> int:
        """Run commands one after the other."""
        for entry in script:
            if entry.background:
                pid = await self._fork(partial(self._copied().and_or, entry))
                self.jobs.append(pid)
                self.status = 0
            else:
                await self.and_or(entry)
        return self.status

    async def and_or(self, entry: AndOr) -> int:
        """Run pipelines as far as && and || say."""
        for operator, pipeline in entry.pipelines:
            wanted = {"": True, "&&": self.status == 0, "||": self.status != 0}[operator]
            if wanted:
                status = await self._pipeline(pipeline)
                self.status = int(status == 0) if pipeline.negated else status
        return self.status

    async def _pipeline(self, pipeline: Pipeline) -> int:
        *earlier, last = pipeline.commands
        if not earlier:
            return await self.command(last)
        pids, reader = [], -1
        for command in earlier:
            next_reader, writer = syscall.pipe()
            pids.append(await self._fork(partial(self._copied().command, command), reader, writer))
            syscall.close(writer)
            if reader >= 0:
                syscall.close(reader)
            reader = next_reader
        pids.append(await self._fork(partial(self._copied().command, last), reader))
        syscall.close(reader)
        return [await _wait_for(pid) for pid in pids][-1]

    async def command(self, command: Command) -> int:
        """Run one command and return its exit status."""
        match command:
            case Simple():
                return await self._simple(command)
            case For():
                for value in self._fields(command.words):
                    self.variables[command.variable] = value
                    await self.run(command.body)
            case While():
                while await self.run(command.condition) == 0:
                    await self.run(command.body)
                return 0
            case If():
                chosen = (
                    command.body if await self.run(command.condition) == 0 else command.otherwise
                )
                self.status = 0
                await self.run(chosen)
        return self.status

    async def _simple(self, command: Simple) -> int:
        words = self._fields(command.words)
        given = {name: self._text(value) for name, value in command.assignments}
        if not words:
            self.variables |= given
            return 0
        if words[0] in BUILTINS:
            return await BUILTINS[words[0]](self, words)
        child = partial(self.become, words, given, command.redirects)
        return await _wait_for(await self._fork(child))

    async def become(
        self, words: list[str], given: dict[str, str], redirects: tuple[Redirect, ...]
    ) -> int:
        """Turn this process, a child of the shell, into a program."""
        for each in redirects:
            path = self._text(each.path)
            try:
                opened = each.operator in OPENED
                file = syscall.open_(path, OPENED[each.operator]) if opened else int(path)
                syscall.dup2(file, each.number)
            except KernelError as error:
                return complain("sh", path, error)
        env = {name: self.variables[name] for name in sorted(self.exported)} | given
        for path in _places(words[0], self.variables.get("PATH", PATH)):
            try:
                syscall.execve(path, words, env)
            except KernelError as error:
                if error.errno == errno.ENOEXEC:
                    return await Shell(env, [path, *words[1:]]).run_text(
                        await ioutil.read_file(path)
                    )
                if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                    return complain("sh", words[0], error) * NOT_EXECUTABLE
        return complain("sh", words[0], "not found") * NOT_FOUND

    async def _fork(
        self, body: Callable[[], Awaitable[int]], stdin: int = -1, stdout: int = -1
    ) -> int:
        async def child() -> None:
            for source, number in ((stdin, 0), (stdout, 1)):
                if source >= 0:
                    syscall.dup2(source, number)
            syscall.exit_group(await body())

        return await syscall.clone(Clone(0), child)

    def _copied(self) -> "Shell":
        """Copy the state for a child, which cannot change that of its parent."""
        other = copy.copy(self)
        other.variables, other.exported = dict(self.variables), set(self.exported)
        other.jobs = []
        return other

    def _fields(self, words: tuple[Word, ...]) -> list[str]:
        """Expand words; a variable without quotes can become several, or none."""
        fields: list[str] = []
        for word in words:
            if word == (Part("@", variable=True, quoted=True),):
                fields += self.arguments[1:]
            elif len(word) == 1 and word[0].variable and not word[0].quoted:
                fields += self._text(word).split()
            else:
                fields.append(self._text(word))
        return fields

    def _text(self, word: Word) -> str:
        return "".join(self._value(each.text) if each.variable else each.text for each in word)

    def _value(self, name: str) -> str:
        match name:
            case "?":
                return str(self.status)
            case "$":
                return str(syscall.getpid())
            case "!":
                return str(self.jobs[-1]) if self.jobs else ""
            case "@":
                return " ".join(self.arguments[1:])
            case _ if name.isdecimal():
                return self.arguments[int(name)] if int(name) < len(self.arguments) else ""
            case _:
                return self.variables.get(name, "")


async def _cd(shell: Shell, words: list[str]) -> int:
    path = words[1] if words[1:] else shell.variables.get("HOME", "/")
    try:
        syscall.chdir(path)
    except KernelError as error:
        return complain("sh", "cd", path, error)
    return 0


async def _exec(shell: Shell, words: list[str]) -> int:
    return await shell.become(words[1:], {}, ()) if words[1:] else 0


async def _exit(shell: Shell, words: list[str]) -> int:
    syscall.exit_group(int(words[1]) % 256 if words[1:] else shell.status)
    return 0


async def _export(shell: Shell, words: list[str]) -> int:
    for word in words[1:]:
        name, equals, value = word.partition("=")
        shell.variables[name] = value if equals else shell.variables.get(name, "")
        shell.exported.add(name)
    return 0


async def _trap(shell: Shell, words: list[str]) -> int:
    """Run a script when a signal comes: at once, also beside a program that runs."""
    if len(words) < 3:  # noqa: PLR2004
        return complain("sh", "trap", "usage: trap SCRIPT SIGNAL...")
    text, *names = words[1:]

    async def run(signal: int) -> None:
        del signal
        await shell.run_text(text)

    for name in names:
        signal = f"SIG{name.removeprefix('SIG')}"
        if signal not in Signal.__members__:
            return complain("sh", "trap", name, "bad signal")
        syscall.sigaction(Signal[signal], run)
    return 0


async def _wait(shell: Shell, words: list[str]) -> int:
    """Wait for all that runs in the background, or for some of it."""
    chosen = [int(each) for each in words[1:]] or shell.jobs
    statuses = [await _wait_for(pid) for pid in chosen]
    shell.jobs = [each for each in shell.jobs if each not in chosen]
    return statuses[-1] if words[1:] else 0


BUILTINS: dict[str, Callable[[Shell, list[str]], Awaitable[int]]] = {
    "cd": _cd,
    "exec": _exec,
    "exit": _exit,
    "export": _export,
    "trap": _trap,
    "wait": _wait,
}


async def _wait_for(pid: int) -> int:
    """Wait for a child; one that a signal has ended counts as 128 and the signal's number."""
    try:
        _, status = await syscall.wait4(pid)
    except KernelError:
        return NOT_FOUND
    return BY_SIGNAL - status if status < 0 else status


def _places(word: str, path: str) -> list[str]:
    return [word] if "/" in word else [f"{each or '.'}/{word}" for each in path.split(":")]
