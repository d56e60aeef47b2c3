#!/usr/bin/env python3
"""A standing report that refolds only whom news touches is the one that a fold of everything gives.

For logs made at random, a part of which is imported before and the rest of which comes in batches while time passes,
the report, the roster and the counts of both are compared after each batch, byte for byte (standing_probe.c). Times are
of all kinds: before what is known, now, and to come.

usage: standing.py MASA PROBE [--logs N] [--seed S]
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from merges import shared_computers  # noqa: E402
from run import HERE, Log, START     # noqa: E402

REPORTS = [
    '{ funnel: main, period: 2026-03, compare: none }',
    '{ funnel: main, period: last month, compare: the period before }',
    '{ funnel: main, period: last 30 days, compare: the period before }',
    '{ funnel: second, period: 2026, compare: 2026-02 }',
    '{ funnel: accounts, period: last month, compare: none }',
    '{ funnel: deals, period: 2026, compare: none }',
    '{ funnel: seats, period: 2026, compare: none }',
]


# What reports of the main funnel may tell besides.
MEASURES = '''
sequence: { name: x, sent: email_sent, opened: email_opened, clicked: email_clicked, which: sequence, step: step,
            until: warm }
channels: { by: source, revenue: deal_won.amount, credit: position 40/20/40 }
'''
LANDING = 'kpis: { landing: { rate: visitor > cold, visitor: { did: page_viewed } } }\n'


def definition_of(dice, folder):
    with open(os.path.join(HERE, 'everything.yaml'), encoding='utf-8') as stream:
        text = stream.read()
    report = dice.choice(REPORTS)
    text = text[:text.index('report: {')]
    if 'main' in report and dice.random() < 0.6:
        text = text.replace('above: 10', 'above: 10\n    borderline: { from: 3 }') + MEASURES
    if 'main' in report and dice.random() < 0.6:
        text += LANDING
    path = os.path.join(folder, 'definition.yaml')
    with open(path, 'w', encoding='utf-8') as stream:
        stream.write(text + 'report: ' + report + '\n')
    return path


def say_words(log, people):
    """What people say about a subject without deciding anything, and what they take back."""
    for _ in range(log.dice.randint(0, 12)):
        name, what = log.dice.choice([('note', {'text': 'called'}), ('owner', {'user': 'u1', 'team': 'east'}),
                                      ('undo', {'message': 'e%d' % log.dice.randint(0, 40)}),
                                      ('assigned', {'user': 'u2', 'team': 'west'})])
        log.add({'type': 'track', 'event': 'masa:' + name, 'userId': log.dice.choice(people),
                 'properties': {'by': 'rep1', 'role': 'sales', **what}})


def say_for_nothing(log, people):
    """What counts for nothing, and yet is named with how often it came: types of events that are not declared."""
    for _ in range(log.dice.randint(0, 8)):
        log.add({'type': 'track', 'event': log.dice.choice(['page_scrolled', 'banner_seen', 'video_played']),
                 'userId': log.dice.choice(people)})


def batches(dice, lines):
    while lines:
        count = dice.randint(1, 4)
        yield lines[:count]
        lines = lines[count:]


def script(dice, lines):
    """Half of the batches within a day, so that little else than the news is new."""
    now = START.replace(tzinfo=timezone.utc) + timedelta(days=dice.randint(0, 120))
    for batch in batches(dice, lines):
        now += timedelta(seconds=dice.choice([1, 60, 3600, 20000, 90000]))
        yield 'now %d\n' % int(now.timestamp() * 1000000)
        if dice.random() < 0.9:  # an event of this moment, or of one to come
            for line in batch:
                if len(line['timestamp']) > 10 and dice.random() < 0.5:
                    when = now + timedelta(seconds=dice.choice([0, -30, 7200, 200000]))
                    line['timestamp'] = when.strftime('%Y-%m-%dT%H:%M:%SZ')
        yield 'lines %d\n' % len(batch) + ''.join(json.dumps(line) + '\n' for line in batch) + 'check\n'


def check_log(masa, probe, folder, seed):
    dice = random.Random(seed)
    logs = [Log(dice, dice.choice([3, 10])) for _ in range(dice.choice([1, 3]))]
    shared_computers(logs[0], ['p%d' % k for k in range(4)])
    say_words(logs[0], ['p%d' % k for k in range(4)])
    say_for_nothing(logs[0], ['p%d' % k for k in range(4)])
    lines = [line for log in logs for line in log.lines]
    for number, line in enumerate(lines):
        line['messageId'] = 'e%d' % number
    dice.shuffle(lines)
    known = len(lines) - dice.randint(5, min(60, len(lines) - 1))
    db, path = os.path.join(folder, '%d.db' % seed), os.path.join(folder, 'log.ndjson')
    with open(path, 'w', encoding='utf-8') as stream:
        stream.writelines(json.dumps(line) + '\n' for line in lines[:known])
    subprocess.run([masa, 'import', '--db', db, '--definition', definition_of(dice, folder), path], check=True,
                   capture_output=True)
    got = subprocess.run([probe, db], input=''.join(script(dice, lines[known:])), capture_output=True, text=True,
                         check=False)
    if got.returncode:
        print('seed %d: %s%s' % (seed, got.stdout, got.stderr))
        return False, 0
    return True, int(got.stdout.split()[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('masa')
    parser.add_argument('probe')
    parser.add_argument('--logs', type=int, default=12)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir='/dev/shm' if os.path.isdir('/dev/shm') else None) as folder:
        results = [check_log(os.path.abspath(args.masa), os.path.abspath(args.probe), folder, seed)
                   for seed in range(args.seed, args.seed + args.logs)]
    good, some = sum(same for same, _ in results), sum(folds for _, folds in results)
    used = some > 0  # else nothing was tried
    print('standing: %d passed, %d failed (%d folds of some subjects)' %
          (good + used, len(results) - good + (not used), some))
    return 0 if good == len(results) and used else 1


if __name__ == '__main__':
    sys.exit(main())
