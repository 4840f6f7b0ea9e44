"""The items of K14, each at the step where Docker closes the way out."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracer.golang import names
from tracer.guide.exercises import breaking
from tracer.guide.exercises.item import Code, Item, Place
from tracer.guide.exercises.lesson import Lesson, told

PATH = "dockerinit"  # the chapter that sets up the real jail


@dataclass(frozen=True, slots=True)
class Weak:
    """What is said about a jail."""

    closes: str  # the Go function that closes the way out
    tells: str  # the weakness, after the fact
    hints: tuple[str, str, str]


WEAK = {
    "changed_root": Weak(
        "mount.PivotRoot",
        "chroot changes only where `/` leads. Who may call it again can leave the own directory "
        "outside and walk up. pivot_root gives the whole mount namespace another root, and the old "
        "one is unmounted.",
        (
            "chroot does not move the working directory.",
            "Make a directory, chroot into it, and go up: the root is not met on the way.",
            "Mended: unshare, bind /jail on itself, pivot_root, chdir, umount2 MNT_DETACH.",
        ),
    ),
    "open_directory": Weak(
        "utils.CloseExecFrom",
        "An open directory is a place, and no path is needed to it. A new root changes what paths "
        "mean and closes nothing; so each descriptor from 3 on is closed when the program begins.",
        (
            "Which descriptors has the process when the script begins?",
            "fchdir goes to a directory that is open; a path without a slash begins there.",
            "The mended jail closes what it has opened, before the script begins.",
        ),
    ),
    "shared_pids": Weak(
        "mount.mountSystem",
        "/proc shows the processes of the pid namespace it was mounted in, and each of them with "
        "its root. In a pid namespace of its own the child is number 1, and sees nobody else's.",
        (
            "What does /proc hold about the host's process 1?",
            "/proc/1/root leads to where that process has its root.",
            "The mended jail: clone the child into a pid namespace too.",
        ),
    ),
}


def escapes(lesson: Lesson) -> Iterator[Item]:
    """Ask to break out of each weak jail and to mend it."""
    if lesson.id != PATH:
        return
    for number, (name, weak) in enumerate(WEAK.items(), 1):
        steps = lesson.walked.main_line
        step = next((s for s in steps if names.matches(weak.closes, s.edge.callee)), None)
        if step is None:
            continue
        place = Place(step.edge.callee, step.number, str(step.edge.at))
        question = (
            "This jail is weak. Write `escape`: it runs in /jail as root and returns what is in "
            "the host's /secret. Then mend `enter`, so that the same script fails and an ordinary "
            "program still runs. All system calls may be used by name (open is `open_`; read, "
            "wait4 and clone are awaited)."
        )
        comment = "# Break out, then mend it: see the question.\n\n"
        code = Code(
            lesson.id,
            step.edge.callee,
            comment + breaking.starter(name),
            breaking.solution(name),
            (place,),
            name,
        )
        yield Item(
            f"{lesson.id}.K14.{number}",
            "K14",
            lesson.id,
            step.number,
            question,
            "",
            code,
            f"{weak.tells} Docker does it at {told(step)}.",
            weak.hints,
        )
