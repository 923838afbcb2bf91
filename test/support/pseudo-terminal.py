"""Runs a program in a pseudo terminal, whose other side is this program's standard input and output."""

import os
import pty
import select
import sys

CHUNK = 65536


def main():
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    sources = [0, terminal]
    while True:
        ready, _, _ = select.select(sources, [], [])
        try:
            for source in ready:
                data = os.read(source, CHUNK)
                if source == terminal:
                    if not data:
                        raise OSError("The program has ended")
                    os.write(1, data)
                elif data:
                    os.write(terminal, data)
                else:
                    sources.remove(0)
        except OSError:
            break
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status))


main()
