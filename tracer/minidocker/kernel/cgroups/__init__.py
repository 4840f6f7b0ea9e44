"""Control groups: directories of processes under one set of limits, versions 1 and 2."""
