#!/usr/bin/env python3
"""Erasure from a store (ruling 10): nothing of the person is left in the file, what was counted is; what comes again is
refused; killed at any moment it is as before or as after. usage: erase_test.py MASA"""
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

MASA = os.path.abspath(sys.argv.pop(1))
EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'examples', 'heshbonit4u')

DEFINITION = """
masa: 1
events:
  signed_up: {}
  demo_booked: {}
  purchase: { outcome: true }
  deal_won: { of: deal, key: deal_id, outcome: true, properties: { amount: money } }
traits: { person: { email: string }, account: { industry: string } }
funnels:
  b2b:
    of: person
    stages:
      LEAD: { owner: marketing, enter: { did: signed_up } }
      WARM: { owner: marketing, enter: { did: demo_booked } }
      SAL:  { owner: sales, decided_by: sales, reject: [no_budget] }
      WON:  { on: purchase, carries: true }
  deals: { of: deal, stages: { CLOSED: { on: deal_won } } }
"""
# What stands nowhere in the file afterwards.
SECRETS = [b'person-to-forget', b'other-id-of-theirs', b'browser-of-theirs', b'forget@example.com']


def call(number, user=None, anonymous=None, **more):
    keys = {'userId': user, 'anonymousId': anonymous}
    return {**{name: key for name, key in keys.items() if key}, 'messageId': f'm{number}',
            'timestamp': f'2026-01-05T09:{number:02}:00Z', **more}


def track(number, name, user=None, properties=None, **more):
    return call(number, user, type='track', event=name, properties=properties or {}, **more)


def said(name, number, user, **properties):
    return track(number, name, user, {'by': 'ann', 'role': 'marketing', **properties})


ME, ALSO_ME, BROWSER = 'person-to-forget', 'other-id-of-theirs', 'browser-of-theirs'
EVENTS = [
    call(1, anonymous=BROWSER, type='page', name='x', properties={'path': '/a'}),
    call(2, anonymous='shared', type='page', name='x', properties={'path': '/b'}),
    call(3, ME, BROWSER, type='identify', traits={'email': 'forget@example.com', 'nick': 'cold-nickname'}),
    call(4, ME, 'shared', type='identify', traits={}),
    call(5, 'p3', 'shared', type='identify', traits={}),
    track(6, 'signed_up', ME),
    track(7, 'demo_booked', ME),
    call(8, ME, type='group', groupId='c1', traits={'industry': 'saas', 'boss': 'cold-boss'}),
    track(9, 'deal_won', ME, {'deal_id': 'd1', 'amount': 100}),
    said('masa:merge', 10, ME, **{'with': ALSO_ME}),
    track(11, 'signed_up', ALSO_ME),
    track(12, 'lead_rejected', ME, {'by': 'rep1', 'role': 'sales', 'reason': 'no_budget'}),
    track(13, 'signed_up', 'p3'),
    said('masa:merge', 14, 'p3', **{'with': ME}),
    said('masa:unmerge', 15, 'p3', **{'with': ME}),
]
ASKED = track(20, 'masa:erase', ALSO_ME, {'by': 'root', 'role': 'admin', 'residue': 'r1'})


def masa(*words, code=0):
    done = subprocess.run([MASA, *words], capture_output=True, text=True, check=False)
    if code is not None and done.returncode != code:
        raise AssertionError(f'masa {words[0]}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}')
    return done.stdout


def counts(text):
    return {word: int(number) for word, number in re.findall(r'^(\w+) (\d+)$', text, re.MULTILINE)}


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = os.path.join(self.folder.name, 'store.db')
        self.definition = self.write('d.yaml', DEFINITION)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)
        return path

    def events(self, *more, name='e.ndjson', events=None):
        lines = (EVENTS if events is None else events) + list(more)
        return self.write(name, ''.join(json.dumps(line) + '\n' for line in lines))

    def fill(self, *more):
        return masa('import', '--db', self.db, '--definition', self.definition, self.events(*more))

    def facts(self, mode, kinds=('person', None)):
        lines = masa('facts', '--db', self.db, '--mode', mode, '--as-of', '2026-02-01').splitlines()
        return [line for line in lines if json.loads(line).get('kind') in kinds]

    def exported(self):
        return sorted(masa('export', '--events', '--db', self.db).splitlines())

    def left_in_the_file(self):
        found = []
        for name in os.listdir(self.folder.name):
            if name.startswith('store.db'):
                with open(os.path.join(self.folder.name, name), 'rb') as file:
                    content = file.read()
                found += [(name, secret) for secret in SECRETS if secret in content]
        return found


class Erasure(Folder):
    def test_facts_are_those_of_a_log_that_asks_for_it(self):
        self.fill(ASKED)
        recorded, as_if = self.facts('recorded'), self.facts('if')
        self.assertTrue(any('residue:r1' in line for line in recorded))
        self.assertIn('"erased"', as_if[-1])
        masa('erase', '--db', self.db)
        self.assertEqual(self.facts('recorded'), recorded)
        self.assertEqual(self.facts('if'), as_if)

    def test_nothing_of_the_person_stands_in_the_file(self):
        self.fill()
        self.assertTrue(self.left_in_the_file())
        receipt = masa('erase', '--db', self.db, ALSO_ME)
        self.assertEqual(self.left_in_the_file(), [])
        # two ids and a browser; the one that somebody else used too stays
        self.assertIn('ids 3,', receipt)
        self.assertIn('erased: 1 persons', masa('doctor', '--db', self.db))

    def test_an_id_that_nobody_has_is_told(self):
        self.fill()
        self.assertIn('nothing was known of this id', masa('erase', '--db', self.db, ME + 'x'))
        self.assertNotIn('nothing was known', masa('erase', '--db', self.db, ME))

    def test_what_is_not_about_them_stays_without_them(self):
        self.fill()
        others = [line for line in self.exported() if json.loads(line).get('userId') == 'p3' and 'masa:' not in line]
        masa('erase', '--db', self.db, ME)
        lines = [json.loads(line) for line in self.exported()]
        self.assertEqual(sorted(json.dumps(line) for line in lines if line.get('userId') == 'p3'),
                         sorted(json.dumps(json.loads(line)) for line in others))
        by_id = {line['messageId']: line for line in lines}
        self.assertEqual(by_id['m9']['properties'], {'deal_id': 'd1', 'amount': 100})
        self.assertNotIn('userId', by_id['m9'])
        self.assertEqual((by_id['m8']['groupId'], by_id['m8']['traits']), ('c1', {'industry': 'saas'}))
        self.assertEqual(set(by_id), {'m2', 'm5', 'm8', 'm9', 'm13'})
        deals = self.facts('if', ('deal',))
        self.assertEqual(len(deals), 1)

    def test_the_dead_are_not_raised(self):
        self.fill()
        masa('erase', '--db', self.db, ME)
        before = self.exported()
        again = counts(masa('import', '--db', self.db, self.events(track(30, 'signed_up', ME))))
        self.assertEqual(again['accepted'], 0)
        self.assertEqual(again['erased'], 13)
        self.assertEqual(self.exported(), before)
        self.assertEqual(self.left_in_the_file(), [])

    def test_again_there_is_nothing_to_do(self):
        self.fill()
        masa('erase', '--db', self.db, ME)
        self.assertEqual(masa('erase', '--db', self.db), 'nobody asks to be erased\n')

    def test_a_refused_request_erases_nobody(self):
        self.fill(track(20, 'masa:erase', ME, {'by': 'rep1', 'role': 'sales', 'residue': 'r1'}))
        before = self.exported()
        self.assertEqual(masa('erase', '--db', self.db), 'nobody asks to be erased\n')
        self.assertEqual(self.exported(), before)

    def test_what_audit_entries_said_of_them_is_blanked(self):
        self.fill()
        with sqlite3.connect(self.db) as db:
            db.execute("INSERT INTO audit (at, actor, address, action, outcome, reason, object, salt, content, chain)"
                       " VALUES (1, 'user:1', '', 'handoff.accept', 'done', '', ?, x'00', zeroblob(32), zeroblob(32))",
                       (f'lead:{ME}',))
            db.execute("INSERT INTO audit_head (one, id, chain) SELECT 1, max(id), zeroblob(32) FROM audit")
        self.assertIn('audit entries blanked 1', masa('erase', '--db', self.db, ME))
        self.assertEqual(self.left_in_the_file(), [])

    def test_the_doctor_tells_when_a_block_holds_them_again(self):
        self.fill()
        rows = sqlite3.connect(self.db).execute('SELECT id, events, data FROM block').fetchall()
        masa('erase', '--db', self.db, ME)
        with sqlite3.connect(self.db) as db:
            db.executemany('INSERT OR REPLACE INTO block (id, events, data) VALUES (?, ?, ?)', rows)
        self.assertIn('somebody who was erased', masa('doctor', '--db', self.db, code=1))


class Served(Folder):
    def test_what_is_sent_for_them_is_not_kept(self):
        self.fill()
        masa('erase', '--db', self.db, ME)
        before = self.exported()
        with sqlite3.connect(self.db) as db:
            line = json.dumps({**track(31, 'signed_up', ME), 'receivedAt': '2026-01-06T00:00:00Z'}) + '\n'
            db.execute('INSERT INTO tail (events, lines) VALUES (1, ?)', (line.encode(),))
        self.assertFalse(any(ME in line for line in self.facts('if')))
        masa('erase', '--db', self.db)  # merges the tail
        self.assertEqual(self.exported(), before)

    def test_nothing_is_left_in_the_journal_of_a_service(self):
        self.fill()
        keys = self.write('keys', 'test-key-1 web\n')
        service = subprocess.Popen([MASA, 'serve', '--db', self.db, '--listen', '127.0.0.1:0', '--write-keys', keys,
                                    '--log', 'error'], stdout=subprocess.PIPE, text=True)
        try:
            url = service.stdout.readline().split()[-1]
            for number, secret in enumerate(SECRETS):
                call = {**track(40 + number, 'signed_up', ME), 'properties': {'said': secret.decode()}}
                body = json.dumps({'batch': [call], 'writeKey': 'test-key-1'}).encode()
                request = urllib.request.Request(url + '/v1/batch', body, {'Content-Type': 'application/json'})
                with urllib.request.urlopen(request, timeout=20) as answer:
                    self.assertEqual(answer.status, 200)
            in_journal = [name for name, _ in self.left_in_the_file() if name == 'store.db-tail']
            self.assertEqual(len(in_journal), len(SECRETS))
            masa('erase', '--db', self.db, ME)
            self.assertNotIn('store.db-tail', [name for name, _ in self.left_in_the_file()])
        finally:
            service.terminate()
            service.wait()
            service.stdout.close()
        self.assertEqual(os.path.exists(self.db + '-tail'), False)


class Killed(unittest.TestCase):
    def test_killed_at_any_moment_it_is_as_before_or_as_after(self):
        chance = random.Random(7)
        with tempfile.TemporaryDirectory() as folder:
            db = os.path.join(folder, 'store.db')
            data = os.path.join(EXAMPLE, 'data')
            masa('import', '--db', db, '--definition', os.path.join(EXAMPLE, 'masa.yaml'),
                 os.path.join(data, 'events-2026.ndjson'))
            lines = masa('export', '--events', '--db', db).splitlines()
            users = sorted({json.loads(line).get('userId') for line in lines if '"identify"' in line} - {None})
            took = 1.0
            for user in chance.sample(users, 12):
                name = json.dumps({'userId': user})[1:-1].replace(': ', ':')
                began = time.monotonic()
                process = subprocess.Popen([MASA, 'erase', '--db', db, user], stdout=subprocess.DEVNULL)
                try:
                    process.wait(chance.uniform(0, 1.2) * took)
                    took = time.monotonic() - began
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                masa('doctor', '--db', db)
                now = masa('export', '--events', '--db', db).splitlines()
                mine = [line for line in now if name in line and 'masa:erase' not in line]
                before = [line for line in lines if name in line]
                self.assertIn(len(mine), (0, len(before)), user)
                masa('erase', '--db', db, *([] if any('masa:erase' in line for line in now) or not mine else [user]))
                lines = masa('export', '--events', '--db', db).splitlines()
                self.assertFalse([line for line in lines if name in line])
            erased = sqlite3.connect(db).execute('SELECT count(*) FROM erasure').fetchone()[0]
            self.assertEqual(erased, 12)


if __name__ == '__main__':
    unittest.main(verbosity=2)
