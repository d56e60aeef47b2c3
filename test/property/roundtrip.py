#!/usr/bin/env python3
"""What is exported and imported into an empty store is the same store.

For stores made at random (events of every kind, under two definitions, in files and in the tail, with cold text and odd
spellings, late and conflicting copies, merges, what people say of leads, erasures, spend, versions and signatures,
people and their work), `masa export` of the store that imports an export prints the same bytes as the first, and `masa
facts` in both readings and `masa report` are the same.

usage: roundtrip.py MASA [--logs N] [--seed S]
"""
import argparse
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from merges import shared_computers, statement  # noqa: E402
from run import HERE, VALUES, Log  # noqa: E402

DAY = 86400 * 1000000


def odd_values(dice):
    """JSON of one value, as somebody may write it."""
    number = dice.choice(['0', '-0', '1.50', '1e3', '1E+2', '-7', '9223372036854775807', '18446744073709551616', '0.1'])
    text = dice.choice(['""', '"a \\"b\\" \\\\"', '"\\u05d0\\u05d1"', '"א"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\u001f"',
                        '"\\ud83d\\ude00"', '"{,}:[]"', '"\u2028"', '" x "'])
    simple = dice.choice([number, number, text, text, 'true', 'false', 'null'])
    if dice.random() < 0.7:
        return simple
    inner = [odd_values(dice) for _ in range(dice.randint(0, 2))]
    space = dice.choice(['', ' ', '\t '])
    if dice.random() < 0.5:
        return '[' + space + (',' + space).join(inner) + space + ']'
    keys = dice.sample(['"b"', '"a"', '"\\u0061b"', '"x.y"', '"q\\"r"', '""', '"א"'], len(inner))
    return '{' + space + (space + ',').join(k + space + ':' + v for k, v in zip(keys, inner)) + space + '}'


class Lines:
    """A log as lines of text: what JSON libraries would tidy up is written by hand."""

    def __init__(self, dice, people):
        self.dice, self.people = dice, ['p%d' % n for n in range(people)]
        self.log = Log(dice, people)
        shared_computers(self.log, self.people)
        for n in range(dice.randint(0, 6)):
            a, b = dice.choice(self.people), dice.choice(self.people + ['x0'])
            said = statement(dice.choice(['masa:merge', 'masa:unmerge']), a, b, n, self.log.moment())
            self.log.lines.append(said)
        self.people_say()
        self.nobody()
        self.text = [self.spelled(line) for line in self.log.lines]

    def people_say(self):
        by, log, dice = {'by': 'u1', 'role': 'sales'}, self.log, self.dice
        for _ in range(dice.randint(0, 8)):
            who = dice.choice([{'userId': dice.choice(self.people)}, {'anonymousId': 'x1'}])
            name, said = dice.choice([('masa:note', {'text': 'spoke "long"\n', 'kind': 'call', 'minutes': 7}),
                                      ('masa:owner', {'user': 'u2'}), ('masa:owner', {'team': 't'}),
                                      ('masa:assigned', {'handoff': 'h', 'user': 'u2'}),
                                      ('masa:milestone', {'milestone': 'pilot', 'done_at': '2026-03-05'}),
                                      ('masa:undo', {'message': 'm1'}),
                                      ('lead_accepted', {'stage': 'accepted', 'handoff': 'h', 'saw': {}})])
            log.add({'type': 'track', 'event': name, **who, 'properties': {**said, **by},
                     'context': {'masa': {'source': 'masa'}}})

    def nobody(self):
        """Events of deals and of the market that name nobody, and of a type that only the first definition knows."""
        for n in range(self.dice.randint(1, 6)):
            name, said = self.dice.choice([('price_notice', {}), ('deal_won', {'deal': 'd%d' % n, 'amount': 5}),
                                           ('gone_by', {'deal': 'd%d' % n, 'odd': [n]})])
            company = self.dice.choice([{}, {'groupId': 'a1'}])
            self.log.add({'type': 'track', 'event': name, 'properties': said, **company})

    def spelled(self, line):
        dice = self.dice
        if dice.random() < 0.2:
            received = '2026-03-02T%02d:00:01Z' % dice.choice([9, 12])
            line = {**line, 'sentAt': '2026-03-02T10:00:00.5Z', 'receivedAt': received}
        elif dice.random() < 0.1:
            line = {**line, 'receivedAt': '2026-05-05T05:05:05.000001Z'}
        if dice.random() < 0.05:
            line = {**line, 'originalTimestamp': '2026-03-03T03:03:03Z'}
        if dice.random() < 0.2:
            source = {'source': dice.choice(['web', 'crm', 'א "q"'])}
            line = {**line, 'context': {**line.get('context', {}), 'masa': source}}
        if dice.random() < 0.05:
            line = {key: value for key, value in line.items() if key != 'messageId'}
        text = json.dumps(line, ensure_ascii=dice.random() < 0.5, separators=dice.choice([(',', ':'), (' , ', ' : ')]))
        if dice.random() < 0.1:  # where the definition wants a text
            text = text.replace('"/a"', odd_values(dice))
        if dice.random() < 0.1:  # ids that a reader of CRM exports made, and whole numbers
            text = text.replace('"message-with', '"#message-with').replace('"p0"', '7')
        members = ['"odd%d":%s' % (n, odd_values(dice)) for n in range(dice.randint(0, 2))]
        if members and dice.random() < 0.5:
            members = ['"integrations" : {%s}' % ' ,'.join(members)]
        return text[:-1] + ''.join(',' + m for m in members) + '}'

    def branches(self):
        """One trait that is JSON, said again in another spelling, and in another meaning."""
        for copy in '{"tlv":2,"haifa":1}', '{ "haifa" : 1, "tlv":2 }', '{"tlv":3}':
            if self.dice.random() < 0.7:
                yield ('{"type":"group","userId":"p0","groupId":"a1","messageId":"spelled","timestamp":'
                       '"2026-03-04T00:00:00Z","traits":{"branches":%s}}' % copy)


class Stores:
    def __init__(self, masa, folder, seed):
        self.masa, self.folder, self.seed, self.dice = masa, folder, seed, random.Random(seed)
        self.runs = 0

    def path(self, name):
        return os.path.join(self.folder, '%d-%s' % (self.seed, name))

    def ask(self, *words, codes=(0,)):
        self.runs += 1
        got = subprocess.run([self.masa, *words], capture_output=True, check=False,
                             env=dict(os.environ, MASA_THREADS=str(self.dice.randint(1, 3))))
        if got.returncode not in codes:
            raise SystemExit('seed %d: masa %s: exit %d\n%s' % (self.seed, ' '.join(words), got.returncode,
                                                               (got.stdout + got.stderr).decode()[-2000:]))
        return got.stdout

    def write(self, name, lines):
        with open(self.path(name), 'w', encoding='utf-8') as out:
            out.writelines(line + '\n' for line in lines)
        return self.path(name)

    def definitions(self):
        """Now, and an earlier one: it knows an event that is nobody's, and not what some others say."""
        with open(os.path.join(HERE, 'everything.yaml'), encoding='utf-8') as now:
            text = now.read()
        before = text.replace('  price_notice: { of: market }', '  price_notice: { of: market }\n'
                              '  gone_by: { of: deal, key: deal, properties: { amount: money } }')
        before = before.replace('    branches: { map_of: int }\n', '').replace(', branches: { when', ', gone: { when')
        before = '\n'.join(line for line in before.split('\n') if 'account.branches' not in line)
        return self.write('before.yaml', [before]), self.write('now.yaml', [text])

    def make(self):
        dice, db = self.dice, self.path('first.db')
        lines = Lines(dice, dice.choice([1, 3, 10]))
        text = lines.text + list(lines.branches())
        dice.shuffle(text)
        text += dice.sample(text, len(text) // 10)
        cuts = sorted(dice.randint(0, len(text)) for _ in range(2))
        before, now = self.definitions()
        first, second, tail = text[:cuts[0]], text[cuts[0]:cuts[1]], text[cuts[1]:]
        nobody = [line for line in text if '"gone_by"' in line]
        self.ask('import', '--db', db, '--definition', before, self.write('a.ndjson', first + nobody), codes=(0, 3))
        spend = self.write('spend.csv', ['Month,Channel,Campaign,Amount,Currency',
                                         '2026-03,linkedin,"a, ""b""",1200.55,USD', '2026-03,mail,,3,EUR'])
        second = self.write('b.ndjson', second)
        self.ask('import', '--db', db, '--definition', now, second, spend, codes=(0, 3))
        if dice.random() < 0.5:
            self.people(db)
        if dice.random() < 0.5:
            self.ask('erase', '--db', db, 'p0', *dice.choice([[], ['p1']]), codes=(0, 1, 3))
        self.keep_tail(db, tail)
        return db

    def keep_tail(self, db, lines):
        """As a service leaves it that was killed. It would not have kept what has no time, id or sender."""
        whole = [line for line in lines if 'messageId' in json.loads(line)]
        groups = [whole[:len(whole) // 2], whole[len(whole) // 2:]]
        with contextlib.closing(sqlite3.connect(db)) as store, store:
            for group in groups:
                if group:
                    store.execute('INSERT INTO tail (events, lines) VALUES (?, ?)',
                                  (len(group), ''.join(line + '\n' for line in group).encode()))

    def people(self, db):
        """What people do in the interface, put there as it does."""
        add = {
            'INSERT INTO user (id, email, name, language, roles, teams, version, active, password, made_at) VALUES': [
                "(1, 'a@example.com', 'A \"a\"', 'he', 'marketing,sales', 't', 3, 1, 'secret-hash', 5)",
                "(4, 'b@example.com', 'ב', 'en', 'sales', '', 1, 0, NULL, 6)"],
            'INSERT INTO definition (digest, text, origin, made_at, author, note, based_on, offered_at) VALUES': [
                "('draft', 'masa: 1\n', 'x.yaml', 9, 4, 'why', 1, 10)"],
            'INSERT INTO publication (definition, effective_at, made_at, made_by) VALUES': ['(2, 77, 76, 4)'],
            'INSERT INTO signoff VALUES': ["(3, 'marketing', 1, 1, 11, NULL)", "(3, 'sales', 0, 4, 12, 'no')"],
            'INSERT INTO saved_view (owner, name, shared, query, version) VALUES': ["(4, 'v', 1, 'stage=a&q=x', 2)"],
            'INSERT INTO topic (said, author, made_at) VALUES': ["('t\"t', 1, 13)", "('t2', 4, 13)"],
            'INSERT INTO register_entry (said, why, owner, side, taken_at, due, status, action, kpi, version, funnel)'
            ' VALUES': [
                "('r', NULL, 1, 'both', 14, 20000, 'open', NULL, 'a>b', 1, 'second')"],
            'INSERT INTO write_key (prefix, key, name, source, origins, made_at) VALUES': [
                "('wk', 'wk_key', 'n', 's', '', 5)"]}
        with contextlib.closing(sqlite3.connect(db)) as store, store:
            for statement_, rows in add.items():
                for row in rows:
                    store.execute(statement_ + ' ' + row)

    def printed(self, db):
        facts = [self.ask('facts', '--db', db, '--as-of', '2026-06-30', '--values', VALUES, *mode)
                 for mode in ((), ('--mode', 'recorded'))]
        report = json.loads(self.ask('report', '--db', db, '--as-of', '2026-06-30', '--format', 'json'))
        del report['quality']  # how much was read: repeats that wait in the tail, too
        report['insights'] = [i for i in report['insights'] if 'read' not in i['evidence']]
        return facts + [json.dumps(report, indent=1).encode()]

    def kept(self, db):
        """Rows of what is no event, without numbers that only count."""
        with contextlib.closing(sqlite3.connect(db)) as store:
            return [sorted(map(repr, store.execute('SELECT %s FROM %s' % (columns, table)))) for table, columns in (
                ('user', 'id, email, name, language, roles, teams, version, active, made_at'),
                ('definition', 'digest, text, origin, made_at, note, offered_at'),
                ('publication', 'effective_at, made_at'), ('signoff', 'side, signed, at, note'),
                ('spend', '*'), ('erasure', 'at, done_at, residue, facts, receipt'), ('erased_key', 'digest'),
                ('saved_view', 'name, shared, query, version'), ('topic', 'said, made_at'),
                ('register_entry', 'said, why, side, taken_at, due, status, action, kpi, version, funnel'))]


def told(seed, what, fine, first=b'', second=b''):
    if not fine:
        a, b = first.splitlines(), second.splitlines()
        print('seed %d: %s' % (seed, what))
        for line in [x for x in a if x not in b][:3]:
            print('  was: ' + line.decode()[:600])
        for line in [x for x in b if x not in a][:3]:
            print('  now: ' + line.decode()[:600])
    return fine


def check(stores):
    seed, results = stores.seed, []
    first = stores.make()
    exported = stores.ask('export', '--db', first)
    with open(stores.path('all.ndjson'), 'wb') as out:
        out.write(exported)
    second, third = stores.path('second.db'), stores.path('third.db')
    said = stores.ask('import', '--db', second, stores.path('all.ndjson')).decode()
    fine = 'rejected 0\n' in said and 'duplicate 0\n' in said
    results.append(told(seed, 'something is rejected or twice\n' + said, fine))
    again = stores.ask('export', '--db', second)
    results.append(told(seed, 'another export', again == exported, exported, again))
    for a, b in zip(stores.printed(first), stores.printed(second)):
        results.append(told(seed, 'other facts, or another report', a == b, a, b))
    results.append(told(seed, 'other rows', stores.kept(first) == stores.kept(second)))
    results.append(told(seed, 'a secret goes out', b'secret-hash' not in exported and b'wk_key' not in exported))
    # With a definition named, and again: nothing changes.
    named = ['import', '--db', third, '--definition', stores.path('now.yaml'), stores.path('all.ndjson')]
    for _ in range(2):
        stores.ask(*named)
        again = stores.ask('export', '--db', third)
        results.append(told(seed, 'another export, with the definition named', again == exported, exported, again))
    # Another definition keeps other fields apart; the events are the same, also as the first store spelled them.
    for name in 'before.yaml', 'now.yaml':
        named[4] = stores.path(name)
        said = stores.ask(*named).decode()
        results.append(told(seed, 'something comes again\n' + said, 'accepted 0\n' in said))
    with contextlib.closing(sqlite3.connect(second)) as db:
        results.append(told(seed, 'the store is not whole', db.execute('PRAGMA integrity_check').fetchone() == ('ok',)))
    stores.ask('doctor', '--db', second, codes=(0, 1) if b'"masa":"user"' in exported else (0,))
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('masa')
    parser.add_argument('--logs', type=int, default=20)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--keep', help='a folder for the files of the stores')
    args = parser.parse_args()
    results, runs = [], 0
    for seed in range(args.seed, args.seed + args.logs):
        with tempfile.TemporaryDirectory(dir='/dev/shm' if os.path.isdir('/dev/shm') else None) as folder:
            stores = Stores(os.path.abspath(args.masa), args.keep or folder, seed)
            results += check(stores)
            runs += stores.runs
    print('round trips: %d passed, %d failed (%d stores, %d runs)' % (
        sum(results), len(results) - sum(results), args.logs, runs))
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
