#!/usr/bin/env python3
"""The lint that is a test: floors, shape, banned words, headers that stand alone, Hebrew for what is said, no globals.

    tidy.py                    the sources
    tidy.py --build build      the compiled floors too
    tidy.py --write-known      writes down what there is now, where it is less than what was known (known.txt)

What is in known.txt is borne until somebody mends it: so many findings of one check in one file, never more. When there
are fewer, the list must say so: it only shrinks.
"""
import argparse
import os
import sys
from collections import Counter

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compiled                      # noqa: E402
import floors                        # noqa: E402
import shape                         # noqa: E402
import told                          # noqa: E402
from tree import Finding, Tree       # noqa: E402

SOURCE_CHECKS = (floors.check_includes, floors.check_dead_files, shape.check_columns, shape.check_file_length,
                 shape.check_functions, shape.check_banned, shape.check_clock, shape.check_machine_paths,
                 shape.check_binaries, shape.check_header_comment, compiled.check_headers_alone,
                 compiled.check_format, told.check_told)
BUILD_CHECKS = (compiled.check_globals, compiled.check_engine)


def find(root, build=None):
    """All findings, one list a check."""
    tree = Tree(root)
    results = [(check.__name__, list(check(tree))) for check in SOURCE_CHECKS]
    if build:
        results += [(check.__name__, list(check(build))) for check in BUILD_CHECKS]
    return results


def read_known(path):
    known = Counter()
    if os.path.exists(path):
        with open(path, encoding='utf-8') as lines:
            for line in lines:
                if line.strip() and not line.startswith('#'):
                    check, where, count = line.split()
                    known[check, where] = int(count)
    return known


def write_known(path, known):
    with open(path, 'w', encoding='utf-8') as file:
        file.write('# What tidy.py bears until it is mended: check, file, how often. It only shrinks: --write-known.\n')
        file.writelines(f'{check} {where} {count}\n' for (check, where), count in sorted(known.items()) if count)


def judge(findings, known):
    """The findings that are too many, and known entries that are too large."""
    counts = Counter((finding.check, finding.path) for finding in findings)
    excess = [one for one in findings if counts[one.check, one.path] > known[one.check, one.path]]
    stale = [Finding(check, where, 0, f'known.txt bears {count} of {check}, there are {counts[check, where]}')
             for (check, where), count in sorted(known.items()) if counts[check, where] < count]
    return excess, stale


def main():
    parser = argparse.ArgumentParser(description='Checks the shape of the project.')
    parser.add_argument('--root', default=os.path.dirname(os.path.dirname(HERE)))
    parser.add_argument('--build', help='a build folder without sanitizers; its floors are looked at')
    parser.add_argument('--known', default=os.path.join(HERE, 'known.txt'))
    parser.add_argument('--write-known', action='store_true')
    options = parser.parse_args()

    results = find(options.root, options.build)
    findings = [finding for _, some in results for finding in some]
    known = read_known(options.known)
    if options.write_known:
        counts = Counter((finding.check, finding.path) for finding in findings)
        write_known(options.known, {key: min(known[key], counts[key]) for key in known})
    excess, stale = judge(findings, read_known(options.known))
    for finding in excess + stale:
        print(finding)
    wrong = {finding.check for finding in excess + stale}
    failed = sum(1 for _, some in results if any(finding in excess for finding in some)) + bool(stale)
    print(f'{len(results) + 1 - failed} of {len(results) + 1} cases pass')
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
