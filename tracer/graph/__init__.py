"""Connects a program: who calls whom, who implements what, where control crosses over."""
