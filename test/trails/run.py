#!/usr/bin/env python3
"""Runs the golden trails: plain-text cases of a definition, events and the facts they must give (README.md beside it).

    run.py build/masa                     every case, and each again under every change that must not matter
    run.py --case "return" build/masa     only cases whose file or title holds the words
    run.py --list                         reads all the files and prints the titles; runs nothing
    run.py --keep /tmp/trails build/masa  keeps the definition, the events and the output of each case

The program may also be named by $MASA. Expectations are written by people: there is no option that rewrites them.
"""
import argparse
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from trail import TrailError, read_trail   # noqa: E402
from play import play                      # noqa: E402


def find_files(folder, named):
    """The trail files to read, in order of name."""
    if named:
        return named
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith('.trail'))


def read_all(paths):
    """Every case of every file, and the mistakes found on the way."""
    cases, mistakes = [], []
    for path in paths:
        try:
            cases += read_trail(path)
        except TrailError as error:
            mistakes += error.messages
    seen = {}
    for case in cases:
        other = seen.setdefault(case.title, case)
        if other is not case:
            mistakes.append(f'{case.place}: the title "{case.title}" is already used at {other.place}')
    return cases, mistakes


def matches(case, words):
    return words is None or re.search(words, f'{case.file} {case.title}', re.IGNORECASE) is not None


def list_cases(cases):
    file = None
    for case in cases:
        if case.file != file:
            file = case.file
            print(file)
        print(f'    {case.title}  ({", ".join(map(str, case.rulings))})')
    print(f'{len(cases)} cases')


def run_cases(cases, masa, keep, plain, jobs):
    failed = 0
    with ThreadPoolExecutor(jobs) as pool:
        for case, result in zip(cases, pool.map(lambda case: play(case, masa, keep, plain), cases)):
            if result.problems:
                failed += 1
                print(f'FAILED  {case.place}: {case.title}')
                print('\n'.join(f'        {line}' for line in result.problems))
    print(f'{len(cases) - failed} of {len(cases)} cases pass' + (f', {failed} fail' if failed else ''))
    return failed


def main():
    parser = argparse.ArgumentParser(description='Runs the golden trails.')
    parser.add_argument('masa', nargs='?', default=os.environ.get('MASA'), help='the program (default: $MASA)')
    parser.add_argument('--file', action='append', help='only this trail file; may be repeated')
    parser.add_argument('--case', help='only cases whose file name or title holds this (a regular expression)')
    parser.add_argument('--list', action='store_true', help='read every file and print the titles')
    parser.add_argument('--keep', metavar='FOLDER', help='keep what was given to the program, and what it said')
    parser.add_argument('--plain', action='store_true',
                        help='run each case once, without the changes that must not matter')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()

    cases, mistakes = read_all(find_files(os.path.dirname(os.path.abspath(__file__)), options.file))
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        return 2
    cases = [case for case in cases if matches(case, options.case)]
    if not cases:
        print('no case matches', file=sys.stderr)
        return 2
    if options.list:
        list_cases(cases)
        return 0
    if not options.masa:
        parser.error('which program? give its path, or set MASA')
    return 1 if run_cases(cases, os.path.abspath(options.masa), options.keep, options.plain, options.jobs) else 0


if __name__ == '__main__':
    sys.exit(main())
