"""Propagation: which mounts appear and go where something is mounted or unmounted elsewhere.

Mounts of one peer group hear of each other; a slave hears of its master's group, which does not
hear of the slave (mount_namespaces(7)). A mount that comes to others by propagation is a copy: on
a peer it is a peer of the original, on a slave a slave of it.
"""

from collections.abc import Iterator

from tracer.minidocker.kernel.dentries import Dentry
from tracer.minidocker.kernel.mounts import (
    Location,
    Mount,
    MountFlag,
    MountNamespace,
    PeerGroup,
    unplug,
)

Copies = list[tuple[Mount, Location]]
KINDS = MountFlag.MS_SHARED | MountFlag.MS_SLAVE | MountFlag.MS_PRIVATE | MountFlag.MS_UNBINDABLE


def change(mount: Mount, kind: MountFlag, namespace: MountNamespace) -> None:
    """Make one mount shared, slave, private or unbindable."""
    if kind is MountFlag.MS_SHARED:
        _share(mount, namespace)
    else:
        _leave(mount)
        if kind is not MountFlag.MS_SLAVE:
            _follow(mount, None)
            mount.unbindable = kind is MountFlag.MS_UNBINDABLE


def attach(tree: Mount, at: Location, namespace: MountNamespace) -> None:
    """Mount at a place, and everywhere that hears of it."""
    copies: Copies = []
    group = at.mount.group
    if group:
        for each in tree.tree():
            _share(each, namespace)
        copies = [
            *_copies_for_peers(tree, group, at, namespace),
            *_copies_for_slaves(tree, group, at.dentry, namespace),
        ]
    namespace.place(tree, at)
    for copied, place in copies:
        namespace.place(copied, place)


def detach(mount: Mount) -> None:
    """Unmount with all that is on it, here and everywhere that hears of it."""
    doomed = list(mount.tree())
    heard = [copied for each in doomed for copied in copies_of(each) if copied not in doomed]
    while kept := [each for each in heard if _carries_others(each, [*doomed, *heard])]:
        heard = [each for each in heard if each not in kept]
    for each in reversed([*doomed, *dict.fromkeys(heard)]):
        remove(each)


def copies_of(mount: Mount) -> Iterator[Mount]:
    """List the mounts that go with this one: those at its place in what hears of its parent."""
    if mount.parent and mount.point and mount.parent.group:
        for hearer in _hearers(mount.parent.group):
            copied = hearer.children.get(mount.point)
            if hearer is not mount.parent and copied:
                yield copied


def remove(mount: Mount) -> None:
    """Take one mount out of its table; what covers it comes to lie where it was."""
    parent, point, cover = mount.parent, mount.point, mount.children.get(mount.root)
    unplug(mount)
    for child in list(mount.children.values()):
        unplug(child)
    if parent and point and cover and parent.namespace and cover.namespace:
        cover.parent, cover.point = parent, point
        parent.children[point] = cover
    if mount.namespace:
        mount.namespace.mounts.remove(mount)
        mount.namespace = None
    _leave(mount)
    _follow(mount, None)


def clone(mount: Mount, root: Dentry, namespace: MountNamespace, *, slave: bool = False) -> Mount:
    """Make another mount of the same file system: a peer where it is shared, or a slave of it."""
    copied = namespace.new_mount(mount.file_system, mount.source)
    copied.root, copied.flags = root, mount.flags
    if slave:
        _follow(copied, mount.group)
        return copied
    _follow(copied, mount.master)
    if mount.group:
        _join(copied, mount.group, mount.group.members.index(mount) + 1)
    return copied


def clone_tree(
    mount: Mount,
    root: Dentry,
    namespace: MountNamespace,
    *,
    slave: bool = False,
    unbindable: bool = False,
) -> Mount:
    """Copy a mount and those on it that lie below a directory; unbindable ones only if asked."""
    copied = clone(mount, root, namespace, slave=slave)
    for point, child in list(mount.children.items()):
        if point.is_below(root) and (unbindable or not child.unbindable):
            below = clone_tree(child, child.root, namespace, slave=slave, unbindable=unbindable)
            below.parent, below.point = copied, point
            copied.children[point] = below
    return copied


def copy_namespace(original: MountNamespace, number: int) -> MountNamespace:
    """Start a namespace with the same mounts (CLONE_NEWNS); shared ones become peers."""
    new = MountNamespace(number, original.tables)
    new.base = clone_tree(original.base, original.base.root, new, unbindable=True)
    new.copies = dict(zip(original.base.tree(), new.base.tree(), strict=True))
    for copied in new.copies.values():
        new.include(copied)
    return new


def close_namespace(namespace: MountNamespace) -> None:
    """Unmount everything when the last process has gone; nobody else hears of it."""
    for mount in list(namespace.mounts):
        remove(mount)


def _copies_for_peers(
    tree: Mount, group: PeerGroup, at: Location, namespace: MountNamespace
) -> Copies:
    """Copy for each peer, going round the ring from the one that was mounted on."""
    here = group.members.index(at.mount)
    others = [*group.members[here + 1 :], *group.members[:here]]
    return [
        (clone_tree(tree, tree.root, namespace), Location(peer, at.dentry))
        for peer in _reached(others, at.dentry)
    ]


def _copies_for_slaves(
    tree: Mount, group: PeerGroup, dentry: Dentry, namespace: MountNamespace
) -> Copies:
    copies: Copies = []
    seen: list[PeerGroup] = []
    for slave in list(group.slaves):
        if slave.group is None:
            for each in _reached([slave], dentry):
                copied = clone_tree(tree, tree.root, namespace, slave=True)
                copies.append((copied, Location(each, dentry)))
        elif slave.group not in seen:
            seen.append(slave.group)
            original = tree
            for peer in _reached(slave.group.members, dentry):
                first = original is tree
                copied = clone_tree(original, tree.root, namespace, slave=first)
                if first:
                    original = copied
                    for each in copied.tree():
                        _share(each, namespace)
                copies.append((copied, Location(peer, dentry)))
            copies += _copies_for_slaves(original, slave.group, dentry, namespace)
    return copies


def _reached(mounts: list[Mount], dentry: Dentry) -> list[Mount]:
    """List the attached mounts that show a dentry."""
    return [each for each in mounts if each.namespace and dentry.is_below(each.root)]


def _hearers(group: PeerGroup) -> Iterator[Mount]:
    yield from group.members
    seen: list[PeerGroup] = []
    for slave in group.slaves:
        if slave.group is None:
            yield slave
        elif slave.group not in seen:
            seen.append(slave.group)
            yield from _hearers(slave.group)


def _carries_others(mount: Mount, doomed: list[Mount]) -> bool:
    return any(
        child not in doomed and point is not mount.root for point, child in mount.children.items()
    )


def _share(mount: Mount, namespace: MountNamespace) -> None:
    mount.unbindable = False
    if mount.group is None:
        _join(mount, PeerGroup(next(namespace.tables.groups)))


def _join(mount: Mount, group: PeerGroup, position: int = 0) -> None:
    """Take a place in the ring of peers, after the one that this is a copy of."""
    mount.group = group
    group.members.insert(position, mount)


def _leave(mount: Mount) -> None:
    """Leave the peer group; become its slave while somebody is left in it."""
    group, mount.group = mount.group, None
    if group is None:
        return
    group.members.remove(mount)
    if group.members:
        _follow(mount, group)
    for slave in list(group.slaves) if not group.members else []:
        _follow(slave, mount.master)


def _follow(mount: Mount, master: PeerGroup | None) -> None:
    """Become the slave of a group, or of none."""
    if mount.master:
        mount.master.slaves.remove(mount)
    mount.master = master
    if master:
        master.slaves.insert(0, mount)
