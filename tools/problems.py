"""locale/problems.txt into the table that src/report/retell.c looks things up in: problems.py OUT.c PROBLEMS.txt

Holes are single bytes here (report/retell.h has their names). The table is ordered by first byte, holes first, and then
by how many letters are fixed, most first, and how many holes take any words, so that of two that fit the narrower is
found first.
"""
import pathlib
import re
import sys
from typing import NamedTuple

CONVERSION = re.compile(r"%(?:(%)|([-+ #0]*\d*(?:\.(?:\*|\d+))?)(?:hh|h|ll|l|z|j|t)?([a-zA-Z]))")
QUOTES = "`'\""
VERBATIM, WORDS, NUMBER, LETTER = "\1", "\2", "\3", "\4"


class Entry(NamedTuple):
    line: int
    passed_on: bool  # said by another program
    english: str
    hebrew: str | None


def read(text):
    """The entries, in the order of the file."""
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("en ", "ex ")):
            entries.append(Entry(number, line[:2] == "ex", line[3:], None))
        elif line.startswith("he ") and entries and entries[-1].hebrew is None:
            entries[-1] = entries[-1]._replace(hebrew=entries[-1].english if line == "he =" else line[3:])
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"line {number}: an entry is a line `en ` or `ex `, then a line `he `")
    return entries


def holes(english):
    """The format with each conversion a hole, and how many there are."""
    count = 0

    def hole(match):
        nonlocal count
        if match[1]:
            return "%"
        count += 1
        around = english[match.start() - 1:match.start()], english[match.end():match.end() + 1]
        if match[3] == "c":
            return LETTER
        if match[3] != "s":
            return NUMBER
        return VERBATIM if around[0] in QUOTES and around[0] and around[0] == around[1] else WORDS

    return CONVERSION.sub(hole, english), count


def numbers(hebrew):
    """Which arguments a translation names."""
    return sorted({int(n) for n in re.findall(r"\{(\d)\}", hebrew)})


def tail(pattern):
    """How many bytes stand up to and with the last hole."""
    return len(re.sub(f"[^{VERBATIM}-{LETTER}]*$", "", pattern).encode())


def c_text(text):
    return "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in text.encode())


def main():
    out, source = sys.argv[1:]
    rows = []
    for entry in read(pathlib.Path(source).read_text(encoding="utf-8")):
        pattern, count = holes(entry.english)
        first = pattern.encode()[0] if pattern[0] > LETTER else 0
        rows.append((first, count - len(pattern), pattern.count(WORDS), pattern, entry.hebrew))
    rows.sort()
    lines = [f'    {{"{c_text(pattern)}", "{c_text(hebrew)}", {-fixed}, {len(pattern.encode())}, {tail(pattern)}}},'
             for _, fixed, _, pattern, hebrew in rows]
    begin = [sum(row[0] < byte for row in rows) for byte in range(257)]
    pathlib.Path(out).write_text("\n".join(
        ['#include "report/retell.h"', "", "const struct retelling retellings[] = {", *lines, "};", "",
         "const uint16_t retelling_begin[257] = {", "    " + ", ".join(map(str, begin)), "};", ""]))


if __name__ == "__main__":
    main()
