"""Exercises: items computed from walkthroughs, the graph and recorded runs. Value in, value out."""
