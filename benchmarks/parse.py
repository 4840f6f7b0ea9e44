"""Parse with tree-sitter alone the files that an export of a source builds; print seconds, bytes.

Usage: parse.py SOURCE.  It is done in a fresh process, each file once, as an export does it; the
interpreter's start and the reading of the files are left out.
"""

import subprocess
import sys
import time

import msgspec
import tree_sitter_go
from tree_sitter import Language, Parser

from tracer import pipeline


def main() -> None:
    """Parse what stands on the standard input, or find out what that is."""
    if len(sys.argv) > 1:
        program = pipeline.trace(sys.argv[1], None).graph.program
        contents = [program.tree.files[path].content for path in program.parsed]
        given = msgspec.msgpack.encode(contents)
        subprocess.run([sys.executable, __file__], input=given, check=True)
        return
    contents = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[bytes])
    parser = Parser(Language(tree_sitter_go.language()))
    begin, used = time.perf_counter(), time.process_time()
    for content in contents:
        parser.parse(content)
    wall, cpu = time.perf_counter() - begin, time.process_time() - used
    print(wall, cpu, len(contents), sum(map(len, contents)))


if __name__ == "__main__":
    main()
