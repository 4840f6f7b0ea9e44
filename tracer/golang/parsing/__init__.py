"""Pieces of the parser, from the tree-sitter node upwards."""
