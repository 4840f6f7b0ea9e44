"""A little docker at the prompt: `python -m tracer.minidocker run busybox echo hello`.

Without a command, commands are read line by line and run on one machine. A line is a docker command
(`ps -a`) or any program of the host (`iptables -t nat -L`, `cat /etc/hosts`); `daemon restart` ends
the daemon and boots it again on the same disk.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tracer.minidocker import session
from tracer.minidocker.docker.api.client import commands
from tracer.minidocker.machine import Machine
from tracer.minidocker.recording import drawings, sentences
from tracer.minidocker.recording.model import Recording
from tracer.minidocker.session import Session, SessionError

PROMPT = "host# "


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or those that are typed; return the exit status of the last one."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        begun = session.load(options.state) if options.state else Session(options.seed)
        if not options.command:
            return _prompt(begun, options)
        return _one(begun, shlex.join(options.command), options)
    except SessionError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="trace-docker mini",
        description="A small Docker 1.2.0 on a simulated machine; nothing of yours is touched.",
        epilog="Examples:  mini run busybox echo hello  ·  mini --state m.json run -d busybox "
        "sleep 60  ·  mini --state m.json ps  ·  mini --trace run busybox hostname",
    )
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the machine in a file")
    parser.add_argument("--seed", default="1", help="of a new machine: other ids and names")
    parser.add_argument(
        "--trace", action="store_true", help="say what each command changes on the machine"
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, help="a docker command, or a program")
    return parser


def _one(begun: Session, line: str, options: argparse.Namespace) -> int:
    command = _complete(line)
    with closing(begun.machine()) as machine:
        status = _run(machine, command, trace=options.trace)
    if options.state:
        begun.after(command).save(options.state)
    return status


def _prompt(begun: Session, options: argparse.Namespace) -> int:
    with closing(begun.machine()) as machine:
        return _read_and_run(machine, begun, options)


def _read_and_run(machine: Machine, begun: Session, options: argparse.Namespace) -> int:
    status = 0
    while True:
        sys.stdout.write(PROMPT if sys.stdin.isatty() else "")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line or line.strip() in {"exit", "quit"}:
            return status
        if line.strip():
            command = _complete(line.strip())
            status = _run(machine, command, trace=options.trace)
            begun = begun.after(command)
            if options.state:
                begun.save(options.state)


def _complete(line: str) -> str:
    """Put `docker` in front of a docker command; `daemon restart` is one of the host."""
    word, *rest = line.split()
    if word == "daemon" and len(rest) == 1:
        return f"{rest[0]} docker"
    return f"docker {line}" if hasattr(commands, f"cmd_{word}") else line


def _run(machine: Machine, command: str, *, trace: bool) -> int:
    if not trace:
        output, status = machine.run(command)
        sys.stdout.write(output)
        return status
    recording = machine.record(command)
    sys.stdout.write(recording.output + "\n".join(_told(recording)) + "\n")
    return recording.exit_code


def _told(recording: Recording) -> list[str]:
    lines = ["", "What happened"]
    for step in recording.steps:
        lines.append(f"{step.pid:>4} {'  ' * step.depth}{step.python_name}({step.arguments})")
        lines += [f"       {'  ' * step.depth}{each}" for each in recording.calls_of(step)]
        changed = sentences.say(recording.changes_by(step))
        lines += [f"       {'  ' * step.depth}* {each}" for each in changed]
    return [*lines, "", "The machine", drawings.machine(recording.end)]


if __name__ == "__main__":
    sys.exit(main())
