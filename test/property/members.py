#!/usr/bin/env python3
"""Signals of members, under definitions made at random.

Accounts read signals of their people, deals and subscriptions those of their contacts, people what their account
makes of it, in rules of all shapes. For each definition and log
  - a value of members is what its members have, added up or counted here once more, at several as-ofs;
  - a fold of everybody, which tells people of their account only what their rules can tell apart, gives the facts of
    each subject read by itself, which is told all;
  - order, files and threads change nothing.

usage: members.py MASA [--logs N] [--seed S]
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import timedelta
from decimal import Decimal

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run import START, Facts, by_subject, same, stamp  # noqa: E402

COMMON = '''masa: 1
company: { name: Members, zone: UTC, currency: USD }
events:
  signed_up: {}
  page_viewed: { properties: { items: int } }
  signed: { of: account }
  talked: { of: deal, properties: { contact_role: string } }
  seat_used: { of: subscription }
'''
PERSONS = {'visits': '{ of: person, did: page_viewed }', 'recent': '{ of: person, did: page_viewed, within: 6d }',
           'items': '{ of: person, did: page_viewed, sum: items }',
           'warmth': '{ of: person, weigh: { page_viewed: 1.5, signed_up: 2 }, half_life: 5d, cap: 9 }'}
KINDS = ['account', 'deal', 'subscription']


class Definition:
    def __init__(self, dice):
        self.dice, self.members = dice, {}
        for kind in KINDS:
            for number in range(3):
                self.members['%s_%d' % (kind, number)] = self.member(kind)
        lines = [COMMON, 'signals:']
        lines += ['  %s: %s' % item for item in PERSONS.items()]
        for name, (kind, of, least, role) in self.members.items():
            how = 'sum: ' + of if least is None else 'with: %s, at_least: %s' % (of, least)
            lines.append('  %s: { of: %s, members: { %s%s } }' % (name, kind, how, role and ', role: ' + role))
        lines += ['scores:', '  heat: { of: person, terms: [ { id: a, %s }, { id: b, points: signals.recent } ] }' %
                  dice.choice(['points: signals.account_0', 'when: signals.account_0 >= 4, points: 5',
                               'points: 3 * account.contacts'])]
        lines.append('funnels:')
        for kind, first in [('person', dice.choice(['on: signed_up', 'enter: account.contacts >= 1'])),
                            ('account', 'enter: account.contacts >= 1'), ('deal', 'on: talked'),
                            ('subscription', 'on: seat_used')]:
            lines += self.funnel(kind, first)
        self.text = '\n'.join(lines) + '\n'

    def member(self, kind):
        of = self.dice.choice(list(PERSONS))
        least = self.dice.choice([None, None, '1', '2', '2.5'])
        return kind, of, least, '' if kind == 'account' else self.dice.choice(['', 'all', 'primary', 'first'])

    def condition(self, kind):
        d = self.dice
        own = 'account' if kind == 'person' else kind
        names = ['signals.%s_%d' % (own, n) for n in range(3)] + ['signals.account_%d' % n for n in range(2)]
        names += ['account.contacts', 'scores.heat'] if kind == 'person' else ['account.contacts']
        name, number = d.choice(names), d.choice([0, 1, 2, 3, 5, 8, 13])
        return d.choice(['%s >= %d' % (name, number), '%s > %d' % (name, number), '%s < %d' % (name, number + 1),
                         '%s == %d' % (name, number), '%s != %d' % (name, number), '!(%s <= %d)' % (name, number),
                         '%s + %s >= %d' % (name, d.choice(names), number), '%d <= %s' % (number, name),
                         '(%s > %d ? %s : 2) >= 2' % (name, number, d.choice(names))])

    def clause(self, kind):
        leaves = ["'%s'" % self.condition(kind) for _ in range(self.dice.randint(1, 3))]
        if len(leaves) == 1:
            return leaves[0]
        form = self.dice.choice(['{ all: [ %s ] }', '{ any: [ %s ] }', '{ at_least: 2, of: [ %s ] }'])
        return form % ', '.join(leaves)

    def funnel(self, kind, first):
        d = self.dice
        again = lambda: d.choice(['', '', ', again: new event', ', again: new evidence', ', again: 2d'])
        yield '  of_%s:' % kind
        yield '    of: ' + kind
        yield '    stages:'
        yield '      S0: { %s }' % first
        for number in range(1, d.randint(2, 5)):
            yield '      S%d: { enter: %s%s }' % (number, self.clause(kind), again())
        yield '      SAL: { owner: sales, decided_by: sales, return_to: S0, reject: [ no ]%s }' % again()
        yield '      LAST: { enter: %s%s }' % (self.clause(kind), again())
        if d.random() < 0.5:
            yield '    exits: { out: { when: %s } }' % d.choice([self.clause(kind), '{ quiet: any, for: 4d }'])


def make_log(dice):
    """No two times are alike, so that it is plain whose company somebody is in. Many people do hardly anything."""
    lines, people, instants = [], ['p%d' % n for n in range(dice.choice([4, 12, 30]))], set()

    def add(event):
        while True:
            when = START + timedelta(seconds=dice.randint(0, 30 * 86400), microseconds=dice.choice([0, 1]))
            if when not in instants:
                break
        instants.add(when)
        lines.append({**event, 'timestamp': stamp(when), 'messageId': 'm%d' % len(lines)})

    for who in people:
        for _ in range(dice.choice([0, 1, 1, 2])):
            add({'type': 'group', 'userId': who, 'groupId': dice.choice(['a1', 'a1', 'a1', 'a2'])})
        for _ in range(dice.choice([0, 0, 1, 9])):
            event = {'type': 'track', 'event': 'page_viewed', 'properties': {'items': dice.randint(-2, 5)}}
            add({**event, **dice.choice([{'userId': who}, {'userId': who}, {'anonymousId': 'x' + who}])})
        for _ in range(dice.choice([0, 1, 1, 2])):
            add({'type': 'track', 'event': 'signed_up', 'userId': who, 'anonymousId': 'x' + who})
        for name, key in [('talked', 'deal'), ('seat_used', 'subscription')] * dice.choice([0, 1, 2]):
            said = {key: key[0] + dice.choice('123'), 'contact_role': dice.choice(['', '', 'primary'])}
            add({'type': 'track', 'event': name, 'userId': who, 'properties': said})
        for name in dice.sample(['lead_accepted', 'lead_returned', 'lead_rejected'], dice.choice([0, 0, 1, 2])):
            add({'type': 'track', 'event': name, 'userId': who, 'properties': {
                'stage': 'SAL', 'funnel': 'of_person', 'by': 'ann', 'role': 'sales'}})
    return sorted(lines, key=lambda line: line['messageId'])


def moment(line):
    """Times of one length compare as texts."""
    text = line['timestamp'][:-1]
    return text if '.' in text else text + '.000000'


def members_of(kind, subject, role, lines):
    """Who belongs to it at the end of these lines."""
    lines = sorted(lines, key=moment)
    if kind == 'account':
        company = {line['userId']: line['groupId'] for line in lines if line['type'] == 'group'}
        return {who for who, account in company.items() if account == subject}
    named = [line for line in lines if line.get('properties', {}).get(kind) == subject]
    contacts = list(dict.fromkeys(line['userId'] for line in named))
    if role == 'primary':
        called = {line['userId'] for line in named if line['properties']['contact_role'] == 'primary'}
        return set(([who for who in contacts if who in called] or contacts)[:1])
    return set(contacts[:1] if role == 'first' else contacts)


def values_are_right(definition, facts, lines, seed):
    """`facts` of the end of these lines."""
    values, good = {}, True
    for line in facts.splitlines():
        fact = json.loads(line, parse_float=Decimal)
        if fact['fact'] == 'value':
            values[fact['kind'], fact['subject'], fact['name']] = fact['value']
    for (kind, subject, name), value in values.items():
        own, of, least, role = definition.members.get(name[len('signals.'):], ('', '', None, ''))
        if kind != own:
            continue
        each = [Decimal(values.get(('person', who, 'signals.' + of)) or 0)
                for who in members_of(kind, subject, role, lines)]
        wanted = sum(each) if least is None else sum(one >= Decimal(least) for one in each)
        if Decimal(value or 0) != wanted:
            print('seed %d: %s of %s is %s, its members have %s' % (seed, name, subject, value, wanted))
            good = False
    return good


def usable(masa, dice, folder):
    """What masa check refuses (a stage nobody can reach) is made anew."""
    path = os.path.join(folder, 'definition.yaml')
    while True:
        definition = Definition(dice)
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(definition.text)
        if subprocess.run([masa, 'check', path], capture_output=True, check=False).returncode == 0:
            return definition, path


def check_log(masa, folder, seed):
    dice = random.Random(seed)
    definition, path = usable(masa, dice, folder)
    names = ','.join('signals.' + name for name in [*PERSONS, *definition.members])
    facts, lines, results = Facts(masa, folder, path, names), make_log(dice), []
    for day in (7, 15, 24, 40):
        end = stamp(START + timedelta(days=day))
        seen = [line for line in lines if moment(line) <= end[:-1] + '.000000']
        results.append(values_are_right(definition, facts([lines], end), seen, seed))
    whole, shuffled = facts([lines], '2026-05-01'), dice.sample(lines, len(lines))
    results.append(same('another order', whole, facts([shuffled], '2026-05-01', threads=3), seed))
    stored = facts.stored([shuffled[:9], shuffled[9:]], '2026-05-01', threads=2)
    results.append(same('a store', whole, stored, seed))
    single = facts.one_by_one(os.path.join(folder, 'second.db'), whole, '2026-05-01')
    results.append(same('each subject of a store by itself', by_subject(whole), by_subject(single), seed))
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('masa')
    parser.add_argument('--logs', type=int, default=20)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir='/dev/shm' if os.path.isdir('/dev/shm') else None) as folder:
        results = [good for seed in range(args.seed, args.seed + args.logs)
                   for good in check_log(os.path.abspath(args.masa), folder, seed)]
    print('members: %d passed, %d failed' % (sum(results), len(results) - sum(results)))
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
