"""Weak jails, each with the script that breaks out of it and the jail that holds.

A jail's module has `enter`, which locks a process into /jail and awaits what is inside; `sound`,
the same without the weakness; `escape`, which returns what is in the host's /secret; `ordinary`,
which any good jail lets run. The calls are those of `syscall`.
"""
