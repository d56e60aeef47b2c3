#!/usr/bin/env python3
"""Runs the why trails: plain-text cases of a definition, events, a subject, and what `masa why` must say of it. They
are written like the golden trails (test/trails/README.md), with two parts of their own:

    why p1                     the subject; options of masa why may follow (--lang he, --funnel b2b, --kind account)
    expect:
      Next: MQL                each line must be said, in this order; how lines are broken and indented does not matter
      never: Missing           this must not be said at all

    run.py build/masa                every case
    run.py --case "window" build/masa
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'trails'))
import play                              # noqa: E402
from trail import Reader, TrailError, rfc3339, without_comment   # noqa: E402

MARKS = re.compile('[\u200e\u200f\u2066-\u2069]')


class WhyReader(Reader):
    def part(self, case, number, line):
        asked = re.fullmatch(r'why (\S+)(.*)', line)
        if asked:
            case.mode = case.mode or 'if'
            case.asked = [asked[1], asked[2].split()]
        else:
            super().part(case, number, line)

    def take_expectations(self, case):
        for _, text in self.block():
            if without_comment(text).strip():
                case.expected.append(text.strip())


def said(text):
    """What is said, whatever the lines: direction marks left out, white space made one space."""
    return ' '.join(MARKS.sub('', text).split())


def command_of(case, masa, folder):
    subject, options = case.asked
    command = [masa, 'why', '--definition', play.write(folder, 'definition.yaml', case.definition.text), '--subject',
               subject, '--mode', case.mode, *([] if '--lang' in options else ['--lang', 'en']), *options]
    for name, when, definition in case.published:
        path = play.write(folder, f'{name}.yaml', definition.text)
        command += ['--publish', f'{path}@{rfc3339(when)}' if when else path]
    if case.as_of:
        command += ['--as-of', case.as_of if len(case.as_of) == 10 else rfc3339(case.as_of_at)]
    lines = ''.join(line.text + '\n' for line in play.lines_of(case))
    return command + [play.write(folder, 'events.ndjson', lines)]


def check(case, masa):
    """Lines about what is not said, or should not be."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command_of(case, masa, folder), capture_output=True, check=False, timeout=play.TIMEOUT)
    text = said(done.stdout.decode() + done.stderr.decode())
    problems, at = [], 0
    for line in case.expected:
        if line.startswith('never: '):
            if said(line[len('never: '):]) in text:
                problems.append(f'said, and must not be: {line[len("never: "):]}')
            continue
        found = text.find(said(line), at)
        if found < 0:
            problems.append(f'not said{"" if said(line) not in text else " there"}: {line}')
        else:
            at = found + len(said(line))
    return problems and problems + done.stdout.decode().splitlines()


def main():
    parser = argparse.ArgumentParser(description='Runs the why trails.')
    parser.add_argument('masa')
    parser.add_argument('--case')
    options = parser.parse_args()
    cases = []
    for name in sorted(os.listdir(HERE)):
        if name.endswith('.trail'):
            try:
                cases += WhyReader(os.path.join(HERE, name)).read()
            except TrailError as error:
                sys.exit(str(error))
    failed = 0
    cases = [case for case in cases if not options.case or re.search(options.case, case.title, re.IGNORECASE)]
    for case in cases:
        problems = check(case, os.path.abspath(options.masa))
        failed += bool(problems)
        if problems:
            print(f'FAILED  {case.place}: {case.title}', *(f'        {line}' for line in problems), sep='\n')
    print(f'{len(cases) - failed} of {len(cases)} cases pass')
    return 1 if failed or not cases else 0


if __name__ == '__main__':
    sys.exit(main())
