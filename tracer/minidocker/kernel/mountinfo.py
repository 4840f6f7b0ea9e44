"""Mount tables as text: /proc/PID/mounts and /proc/PID/mountinfo, for one process's root."""

from tracer.minidocker.kernel.mounts import Location, Mount, MountFlag, MountNamespace, PeerGroup

WORDS = {
    MountFlag.MS_NOSUID: "nosuid",
    MountFlag.MS_NODEV: "nodev",
    MountFlag.MS_NOEXEC: "noexec",
}


def mounts(namespace: MountNamespace, root: Location) -> str:
    """Write a line for each mount that can be seen: source, path, kind, options."""
    return "".join(
        f"{_escape(each.source) or 'none'} {_escape(path)} {each.kind} "
        f"{_join(_options(each, read_only=each.read_only), each.file_system.options)} 0 0\n"
        for path, each in namespace.visible(root)
    )


def mountinfo(namespace: MountNamespace, root: Location) -> str:
    """Write a line for each mount that can be seen, with its number, parent and propagation."""
    lines = []
    for path, each in namespace.visible(root):
        file_system = each.file_system
        parent = each.parent.number if each.parent else each.number
        inside = each.root.path_from(file_system.root)
        own = _options(each, read_only=MountFlag.MS_RDONLY in each.flags)
        shown = [str(each.number), str(parent), file_system.device, _escape(inside)]
        shown += [_escape(path), own, *propagation_of(each, root), "-", each.kind]
        general = "ro" if file_system.read_only else "rw"
        shown += [_escape(each.source) or "none", _join(general, file_system.options)]
        lines.append(" ".join(shown) + "\n")
    return "".join(lines)


def propagation_of(mount: Mount, root: Location) -> list[str]:
    """Write the optional fields of mountinfo: peer group, master; a private mount has none."""
    shown = [f"shared:{mount.group.number}"] if mount.group else []
    if mount.master:
        shown.append(f"master:{mount.master.number}")
        nearest = _nearest_visible(mount, root)
        if nearest and nearest is not mount.master:
            shown.append(f"propagate_from:{nearest.number}")
    return [*shown, *(["unbindable"] if mount.unbindable else [])]


def _nearest_visible(mount: Mount, root: Location) -> PeerGroup | None:
    """Find the nearest group that this mount hears of and that can be seen below the root."""
    group = mount.master
    while group:
        for member in group.members:
            if member.namespace and Location(member, member.root).is_below(root):
                return group
        group = group.members[0].master if group.members else None
    return None


def _options(mount: Mount, *, read_only: bool) -> str:
    words = [word for flag, word in WORDS.items() if flag in mount.flags]
    return ",".join(["ro" if read_only else "rw", *words, "relatime"])


def _join(*options: str) -> str:
    return ",".join(each for each in options if each)


def _escape(text: str) -> str:
    """Write white space and backslashes as octal numbers."""
    return "".join(f"\\{ord(each):03o}" if each in " \t\n\\" else each for each in text)
