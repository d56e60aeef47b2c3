#!/usr/bin/env python3
"""Runs the examples of docs/EXPLAIN.md: after each `$ command` of a console block stands what it prints, `…` on a line
of its own being any lines.

usage: document_test.py MASA PAGE EXAMPLES
"""
import os
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page):
    """(command, what it must print) in order."""
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def pattern_of(printed):
    any_lines = r"(?:.*\n)*?"
    return "".join(any_lines if line == "…" else re.escape(line) + "\n" for line in printed.splitlines())


def main():
    masa, page, data = map(os.path.abspath, sys.argv[1:])
    with open(page, encoding="utf-8") as file:
        found = list(examples(file.read()))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(data, os.path.join(folder, "examples"))
        os.symlink(masa, os.path.join(folder, "masa"))
        path = folder + os.pathsep + os.environ["PATH"]
        for command, printed in found:
            done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=False,
                                  env=dict(os.environ, PATH=path))
            said = done.stdout.decode()
            if done.returncode or not re.fullmatch(pattern_of(printed), said):
                failed += 1
                print("$ %s\nexit %d, and prints\n%s%s" % (command, done.returncode, said, done.stderr.decode()))
    print("%d of %d cases pass" % (len(found) - failed, len(found)))
    return 1 if failed or len(found) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
