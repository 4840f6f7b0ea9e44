"""Types, method sets and call sites of a declared program, after `go/types`."""
