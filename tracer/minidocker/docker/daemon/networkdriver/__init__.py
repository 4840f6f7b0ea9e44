"""The bridge, its addresses and its ports."""
