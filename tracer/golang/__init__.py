"""Reads a Go source tree and resolves it: no Go toolchain, no tree that compiles."""
