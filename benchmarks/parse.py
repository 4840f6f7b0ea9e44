"""Parse with tree-sitter alone the files that an export of a source builds; print seconds, bytes.

Usage: parse.py SOURCE.  The interpreter's start and the reading of the files are left out.
"""

import sys
import time

import tree_sitter_go
from tree_sitter import Language, Parser

from tracer import pipeline

program = pipeline.trace(sys.argv[1], None).graph.program
contents = [program.tree.files[path].content for path in program.parsed]
parser = Parser(Language(tree_sitter_go.language()))
begin, used = time.perf_counter(), time.process_time()
for content in contents:
    parser.parse(content)
wall, cpu = time.perf_counter() - begin, time.process_time() - used
print(wall, cpu, len(contents), sum(map(len, contents)))
