#!/usr/bin/env python3
"""Merges change who is who, and nothing else.

For logs made at random over a definition that uses everything (everything.yaml), with people at shared computers, alias
calls, merges and un-merges, `masa facts` must print
  - the same bytes whatever the order of the lines, the files, the threads and repeats, and from a store they were
    imported into;
  - the same bytes with merges that are all taken back, as without any;
  - but for the aliases, the same bytes for merged people as for one person who did everything under one id.

usage: merges.py MASA [--logs N] [--seed S]
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import timedelta

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run import HERE, START, VALUES, Facts, Log, by_subject, same, stamp  # noqa: E402

AS_OF = '2026-06-30'


def from_store(facts, lines):
    """The facts of a store that was given these lines."""
    log, store = os.path.join(facts.folder, 'import.ndjson'), os.path.join(facts.folder, 'store.db')
    for file in os.listdir(facts.folder):
        if file.startswith('store.db'):
            os.remove(os.path.join(facts.folder, file))
    with open(log, 'w', encoding='utf-8') as stream:
        stream.writelines(json.dumps(line) + '\n' for line in lines)
    definition = os.path.join(HERE, 'everything.yaml')
    subprocess.run([facts.masa, 'import', '--db', store, '--definition', definition, log], check=True,
                   capture_output=True)
    asked = [facts.masa, 'facts', '--db', store, '--as-of', AS_OF, '--values', VALUES]
    return subprocess.run(asked, check=True, capture_output=True).stdout


def statement(name, who, other, number, when):
    return {'type': 'track', 'event': name, 'userId': who, 'messageId': 's%d' % number, 'timestamp': when,
            'properties': {'with': other, 'by': 'ann', 'role': 'marketing'}}


def shared_computers(log, people):
    """Visits without a name, names said there, and companies merely mentioned, by people who take turns."""
    d = log.dice
    for _ in range(d.randint(5, 40)):
        computer, who = 'x%d' % d.randint(0, 2), d.choice(people)
        kind = d.choice(['visit', 'visit', 'name', 'alias', 'mention', 'company'])
        event = {'type': 'track', 'event': 'page_viewed', 'properties': {'path': '/a', 'session': 's1'}}
        if kind == 'name':
            event = {'type': 'identify', 'userId': who, 'anonymousId': computer, 'traits': {}}
        elif kind == 'alias':
            event = {'type': 'alias', 'userId': who, 'previousId': computer}
        elif kind == 'mention':
            event.update(userId=who, anonymousId=computer)
        elif kind == 'company':
            event['context'] = {'groupId': 'a%d' % d.randint(0, 3)}
            event.update(d.choice([{'userId': who}, {'anonymousId': computer}]))
        else:
            event['anonymousId'] = computer
        log.add(event)


class World:
    """A log without merges, and what was said of its people in order: (a, b, apart)."""

    def __init__(self, dice):
        self.people = ['p%d' % n for n in range(dice.choice([2, 4, 8]))]
        log = Log(dice, len(self.people))
        shared_computers(log, self.people)
        self.lines, self.said = log.lines, []
        for _ in range(dice.randint(1, 2 * len(self.people))):
            a, b = dice.sample(self.people, 2)
            self.said.append((a, b, dice.random() < 0.3))

    def statements(self, said, number=0):
        """At times that follow each other, so that what comes later in the list is said later."""
        for a, b, apart in said:
            number += 1
            when = stamp(START + timedelta(days=20, minutes=number))
            yield statement('masa:unmerge' if apart else 'masa:merge', a, b, number, when)

    def groups(self):
        """By person: all who are one with them."""
        last = {}
        for a, b, apart in self.said:
            last[frozenset((a, b))] = apart
        group = {p: {p} for p in self.people}
        for pair, apart in last.items():
            a, b = sorted(pair)
            if not apart and group[a] is not group[b]:
                group[a] |= group[b]
                for p in group[b]:
                    group[p] = group[a]
        return group


def without_refused(printed):
    return b''.join(line for line in printed.splitlines(True)
                    if not (b'"fact":"refused"' in line and b'"decision":"unmerge"' in line))


def split_aliases(printed):
    """The facts without the alias lines, and from those: id -> the name it is an alias of."""
    facts, names = [], {}
    for line in without_refused(printed).splitlines(True):
        fact = json.loads(line)
        if fact['fact'] == 'alias':
            names[fact['alias']] = fact['subject']
        else:
            facts.append(line)
    return b''.join(facts), names


def check_any_order(facts, world, seed):
    dice = random.Random(seed)
    lines = world.lines + list(world.statements(world.said))
    whole = facts([lines], AS_OF)
    mixed = dice.sample(lines, len(lines))
    cut = dice.randint(0, len(lines))
    return whole, [
        same('another order', whole, facts([mixed], AS_OF), seed),
        same('the reverse order', whole, facts([lines[::-1]], AS_OF), seed),
        same('every line twice', whole, facts([lines + mixed], AS_OF), seed),
        same('four files and threads', whole, facts([mixed[k::4] for k in range(4)], AS_OF, threads=4), seed),
        same('a store', whole, from_store(facts, mixed), seed),
        same('each subject of a store by itself', by_subject(whole),
             by_subject(facts.one_by_one(os.path.join(facts.folder, 'store.db'), whole, AS_OF)), seed),
        same('two files the other way round', whole, facts([mixed[cut:], mixed[:cut]], AS_OF, threads=2), seed),
    ]


def check_taken_back(facts, world, seed):
    back = [(b, a, True) for a, b, _ in world.said]
    lines = world.lines + list(world.statements(world.said + back))
    return [same('merging and un-merging everybody', facts([world.lines], AS_OF),
                 without_refused(facts([lines], AS_OF)), seed)]


def check_one_id(facts, world, whole, seed):
    merged, names = split_aliases(whole)
    results, groups = [], world.groups()
    for alias, name in names.items():
        if alias not in groups[name]:
            print('seed %d: %s is told to be an alias of %s' % (seed, alias, name))
            results.append(False)
    # Of a group the name is told, or nobody in it has any facts: then any name does.
    chosen = {person: names.get(person, person) for person in world.people}
    for person in world.people:
        told = {names[p] for p in groups[person] if p in names}
        chosen[person] = told.pop() if told else min(groups[person])
    lines = [dict(line, userId=chosen[line['userId']]) if line.get('userId') in chosen else line
             for line in world.lines]
    one, _ = split_aliases(facts([lines], AS_OF))
    return results + [same('one id for each person', merged, one, seed)]


def check_world(facts, seed):
    world = World(random.Random(seed))
    whole, results = check_any_order(facts, world, seed)
    return results + check_taken_back(facts, world, seed) + check_one_id(facts, world, whole, seed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('masa')
    parser.add_argument('--logs', type=int, default=40)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        facts = Facts(os.path.abspath(args.masa), folder)
        results = [ok for seed in range(args.seed, args.seed + args.logs) for ok in check_world(facts, seed)]
    failed = len(results) - sum(results)
    print('properties: %d passed, %d failed (%d logs, %d runs)' % (sum(results), failed, args.logs, facts.runs))
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
