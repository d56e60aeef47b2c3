#!/usr/bin/env python3
"""The store as a whole: killed at any moment it loses nothing and repeats nothing; damage is told; what was served is
what was sent. usage: store_test.py MASA"""
import base64
import contextlib
import gzip
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

MASA = os.path.abspath(sys.argv.pop(1))
EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'examples', 'heshbonit4u')
DEFINITION = os.path.join(EXAMPLE, 'masa.yaml')
DATA = sorted(os.path.join(EXAMPLE, 'data', name) for name in os.listdir(os.path.join(EXAMPLE, 'data')))
FIRST_FORM = os.path.join(EXAMPLE, '..', '..', 'src', 'store', 'migrations', '0001-begin.sql')
KEY = 'test-key-1'


def masa(*words, code=0):
    done = subprocess.run([MASA, *words], capture_output=True, text=True, check=False)
    if code is not None and done.returncode != code:
        raise AssertionError(f'masa {words[0]}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}')
    return done


def counts(text):
    return {word: int(number) for word, number in re.findall(r'^(\w+) (\d+)$', text, re.MULTILINE)}


def exported(db):
    return sorted(masa('export', '--events', '--db', db).stdout.splitlines())


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = os.path.join(self.folder.name, 'store.db')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, lines):
        path = os.path.join(self.folder.name, name)
        with open(path, 'w', encoding='utf-8') as out:
            out.writelines(json.dumps(line) + '\n' for line in lines)
        return path


class Imports(Folder):
    def test_the_same_files_again_change_nothing(self):
        first = counts(masa('import', '--db', self.db, '--definition', DEFINITION, *DATA).stdout)
        before = exported(self.db)
        again = counts(masa('import', '--db', self.db, *DATA).stdout)
        self.assertEqual(again['accepted'], 0)
        self.assertEqual(again['duplicate'], first['accepted'] + first['duplicate'])
        self.assertEqual(exported(self.db), before)
        masa('doctor', '--db', self.db)

    def test_what_is_the_same_is_so_however_it_is_kept_and_spelled(self):
        """Fields that another definition declares are kept elsewhere, and JSON says one thing in many ways."""
        text = ('masa: 1\ncompany: {{ name: C, zone: UTC, locale: en-US, currency: USD, holidays: none }}\n'
                'events: {{ e: {{ properties: {{ {} }} }} }}\nfunnels: {{ f: {{ of: person, stages: {{ a: {{ on: e }}, '
                'b: {{ enter: {{ did: {{ e: {} }} }} }} }} }} }}\n')
        event = {'type': 'track', 'event': 'e', 'userId': 'p1', 'messageId': 'm1', 'timestamp': '2026-01-05T09:00:00Z',
                 'properties': {'b': 2, 'a': 1, 'c': {'y': [], 'x': 'z'}}}
        path, said = os.path.join(self.folder.name, 'd.yaml'), event['properties']
        turned = {**event, 'properties': {'c': {'x': 'z', 'y': []}, 'a': 1, 'b': 2}}
        other = {**event, 'properties': {**said, 'c': {'y': [1], 'x': 'z'}}}
        expected = ('a', event, (1, 0, 0)), ('b', event, (0, 1, 0)), ('a', turned, (0, 1, 0)), ('b', other, (1, 0, 1))
        for declared, line, wanted in expected:
            with open(path, 'w', encoding='utf-8') as out:
                out.write(text.format(f'{declared}: int', f'{{ {declared}: 1 }}'))
            done = masa('import', '--db', self.db, '--definition', path, self.write('e.ndjson', [line])).stdout
            came = {'contradicting': 0, **counts(done)}
            self.assertEqual((came['accepted'], came['duplicate'], came['contradicting']), wanted, (declared, line))

    def test_copies_of_one_id_that_contradict_each_other_are_kept_once_each(self):
        """However many: the first are compared one by one, and the others are found by what they say."""
        dice, copies = random.Random(3), []
        for n in range(600):
            said, hour = dice.randrange(70), dice.randrange(12)
            event = {'type': 'track', 'event': 'e', 'userId': 'p1', 'messageId': 'm1', 'properties': {'n': said},
                     'timestamp': f'2026-01-05T{hour:02}:00:00Z'}
            copies.append({**event, 'sentAt': '2026-01-06T00:00:00Z'} if said % 3 else event)
        kept = []
        for copy in sorted(copies, key=lambda c: c['timestamp']):
            if not any(copy['properties'] == k['properties'] and ('sentAt' in k or copy['timestamp'] == k['timestamp'])
                       for k in kept):
                kept.append(copy)
        wanted = {'accepted': len(kept), 'duplicate': 600 - len(kept), 'contradicting': len(kept) - 1}
        for again in range(3):
            done = counts(masa('import', '--db', self.db, '--definition', DEFINITION,
                               self.write('e.ndjson', copies)).stdout)
            self.assertEqual({key: done.get(key, 0) for key in wanted}, wanted, again)
            dice.shuffle(copies)
            wanted = {'accepted': 0, 'duplicate': 600, 'contradicting': 0}
        lines = [json.loads(line) for line in exported(self.db)]
        self.assertEqual(sorted((line['properties']['n'], line['timestamp'][:13]) for line in lines),
                         sorted((k['properties']['n'], k['timestamp'][:13]) for k in kept))

    def test_what_is_said_of_a_company_alone_comes_back(self):
        """Also where no definition knows the event any more."""
        event = {'type': 'track', 'event': 'deal_won', 'groupId': 'a1', 'messageId': 'm1',
                 'timestamp': '2026-01-05T09:00:00Z', 'properties': {'deal_id': 'd1'}}
        masa('import', '--db', self.db, '--definition', DEFINITION, self.write('e.ndjson', [event]))
        lines, path = masa('export', '--db', self.db).stdout.replace('deal_won', 'gone'), self.write('all.ndjson', [])
        with open(path, 'w', encoding='utf-8') as out:
            out.write(lines)
        copy = os.path.join(self.folder.name, 'copy.db')
        came = counts(masa('import', '--db', copy, '--definition', DEFINITION, path).stdout)
        self.assertEqual((came['accepted'], came['rejected']), (1, 0))

    def test_the_report_of_a_store_is_that_of_its_files(self):
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        of_store = json.loads(masa('report', '--db', self.db, '--format', 'json').stdout)
        of_files = json.loads(masa('report', '--definition', DEFINITION, '--format', 'json', *DATA).stdout)
        of_store.pop('quality')
        of_files.pop('quality')
        self.assertEqual(of_store, of_files)

    def test_killed_at_any_moment_it_is_as_before_or_as_after(self):
        masa('import', '--db', self.db, '--definition', DEFINITION, DATA[0])
        whole = os.path.join(self.folder.name, 'whole.db')
        masa('import', '--db', whole, '--definition', DEFINITION, *DATA)
        before, after = exported(self.db), exported(whole)
        dice = random.Random(7)
        for _ in range(12):
            process = subprocess.Popen([MASA, 'import', '--db', self.db, *DATA], stdout=subprocess.DEVNULL)
            time.sleep(dice.random() * 0.12)
            process.kill()
            process.wait()
            self.assertIn(exported(self.db), (before, after))
        masa('import', '--db', self.db, *DATA)
        self.assertEqual(exported(self.db), after)
        masa('doctor', '--db', self.db)

    def test_killed_in_its_first_import_it_is_empty_or_whole(self):
        events = self.write('events.ndjson', [{'type': 'track', 'event': 'form_submitted', 'userId': f'p{n % 5000}',
                                               'messageId': f'm{n}', 'timestamp': '2026-01-05T10:00:00Z'}
                                              for n in range(60000)])
        nothing = self.write('nothing.ndjson', [])
        dice, seen = random.Random(5), set()
        for n in range(14):
            db = os.path.join(self.folder.name, f'first{n}.db')
            masa('import', '--db', db, '--definition', DEFINITION, nothing)
            started = time.monotonic()
            process = subprocess.Popen([MASA, 'import', '--db', db, events], stdout=subprocess.DEVNULL)
            journal = dice.random() < 0.8  # killed while it writes, else at any moment
            while journal and process.poll() is None and not os.path.exists(db + '-journal'):
                time.sleep(0.0005)
            time.sleep(dice.random() * (0.02 if journal else 0.5 * (time.monotonic() - started)))
            process.kill()
            process.wait()
            seen.add(len(exported(db)))
            masa('doctor', '--db', db)
            masa('import', '--db', db, events)
            self.assertEqual(len(exported(db)), 60000)
        self.assertLessEqual(seen, {0, 60000})

    def test_what_is_written_is_for_its_owner_alone(self):
        bad = self.write('bad.ndjson', [{'type': 'track', 'event': 'e', 'timestamp': '2026-01-05T09:00:00Z'}])
        copy = os.path.join(self.folder.name, 'copy.db')
        masa('import', '--db', self.db, '--definition', DEFINITION, bad, *DATA, code=3)
        masa('backup', '--db', self.db, copy)
        for path in self.db, copy, self.db + '.rejects.ndjson':
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600, path)

    def test_what_nobody_declared_is_kept(self):
        """Fields outside the definition come back from an export, and a later definition may read them."""
        event = {'type': 'track', 'event': 'demo_requested', 'userId': 'p1', 'messageId': 'm1',
                 'timestamp': '2026-01-05T09:00:00Z',
                 'properties': {'seats': 7, 'note': 'a "b"\n\u05d0', 'deep': {'x': [1, {}]}},
                 'context': {'ip': '192.0.2.1', 'page': {'path': '/x'}}, 'integrations': {'All': True}}
        definition = self.write('d.yaml', [])
        text = ('masa: 1\ncompany: {{ name: C, zone: UTC, locale: en-US, currency: USD, holidays: none }}\n'
                'events: {{ demo_requested: {{ properties: {{ {} }} }} }}\nfunnels: {{ f: {{ of: person, stages: {{ a: '
                '{{ owner: marketing, enter: {{ did: {} }} }} }} }} }}\n')
        with open(definition, 'w', encoding='utf-8') as out:
            out.write(text.format('plan: string', '{ demo_requested: { plan: none } }'))
        masa('import', '--db', self.db, '--definition', definition, self.write('e.ndjson', [event]))
        (line,) = exported(self.db)
        self.assertEqual(json.loads(line), event)
        self.assertNotIn('"stage":"a"', masa('facts', '--db', self.db).stdout)
        with open(definition, 'w', encoding='utf-8') as out:
            out.write(text.format('seats: int', '{ demo_requested: { seats: 7 } }'))
        self.assertIn('"stage":"a"', masa('facts', '--db', self.db, '--definition', definition).stdout)

    def test_columns_nobody_declared_are_kept(self):
        path = os.path.join(self.folder.name, 'log.csv')
        with open(path, 'w', encoding='utf-8') as out:
            out.write('event,timestamp,userId,messageId,plan,"a ""b"" c"\n'
                      'trial_started,2026-01-05T09:00:00Z,p1,m1,pro,x\n')
        masa('import', '--db', self.db, '--definition', DEFINITION, path)
        (line,) = exported(self.db)
        said = json.loads(line)['properties']
        self.assertEqual((said['plan'], said['a "b" c']), ('pro', 'x'))

    def test_an_export_comes_in_packed_and_again(self):
        """What it carries beside events is met among them, in whatever order threads read."""
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        lines = masa('export', '--db', self.db).stdout
        path, copy = os.path.join(self.folder.name, 'all.ndjson.gz'), os.path.join(self.folder.name, 'copy.db')
        with gzip.open(path, 'wt', encoding='utf-8') as out:
            out.write(lines)
        first = counts(masa('import', '--db', copy, '--definition', DEFINITION, path).stdout)
        self.assertEqual((first['rejected'], first['duplicate']), (0, 0))
        self.assertGreater(first['carried'], 10)  # spend
        self.assertEqual(exported(copy), exported(self.db))
        again = counts(masa('import', '--db', copy, path).stdout)
        self.assertEqual((again['accepted'], again.get('carried', 0)), (0, 0))
        reports = [json.loads(masa('report', '--db', db, '--format', 'json').stdout) for db in (self.db, copy)]
        self.assertEqual(reports[0]['channels'], reports[1]['channels'])

    def test_what_an_export_carries_is_counted_once(self):
        """Plain and packed files together: lines at the beginning of the plain ones are met again among events."""
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        lines = masa('export', '--db', self.db).stdout.splitlines(keepends=True)
        carried = [line for line in lines if line.startswith('{"masa":')]
        plain, packed = (os.path.join(self.folder.name, name) for name in ('all.ndjson', 'rest.ndjson.gz'))
        with open(plain, 'w', encoding='utf-8') as out:
            out.writelines(carried[:5] + [line for line in lines if line not in carried])
        with gzip.open(packed, 'wt', encoding='utf-8') as out:
            out.writelines(carried[5:])
        copy = os.path.join(self.folder.name, 'copy.db')
        done = masa('import', '--db', copy, plain, packed).stdout
        self.assertEqual(counts(done)['carried'], len(carried))
        self.assertNotIn('passed over', done)
        self.assertEqual(masa('export', '--db', copy).stdout.splitlines(keepends=True), lines)

    def test_what_an_export_carries_is_no_event(self):
        path = os.path.join(self.folder.name, 'carried.ndjson')
        with open(path, 'w', encoding='utf-8') as out:
            out.write('{"masa":"spend","from_day":1}\n')
        done = masa('facts', '--definition', DEFINITION, path, code=3)
        self.assertIn('masa import takes', done.stderr)
        with open(path, 'w', encoding='utf-8') as out:
            out.write('{"masa":"nothing known"}\n')
        self.assertIn('nothing that an export carries', masa('import', '--db', self.db, path, code=1).stderr)

    def test_rejected_rows_are_told_and_kept(self):
        path = self.write('e.ndjson', [{'event': 'x'}])
        done = masa('import', '--db', self.db, '--definition', DEFINITION, path, code=3)
        self.assertEqual(counts(done.stdout)['rejected'], 1)
        with open(self.db + '.rejects.ndjson', encoding='utf-8') as rejects:
            self.assertEqual(json.loads(rejects.read())['code'], 'no_subject')


class Damage(Folder):
    def test_a_damaged_block_is_told(self):
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        with sqlite3.connect(self.db) as db:
            number, data = db.execute('SELECT id, data FROM block ORDER BY length(data) DESC').fetchone()
            data = bytearray(data)
            data[len(data) // 2] ^= 1
            db.execute('UPDATE block SET data = ? WHERE id = ?', (bytes(data), number))
        db.close()
        done = masa('doctor', '--db', self.db, code=1)
        self.assertIn(f'block {number} cannot be read', done.stdout)
        self.assertIn(f'block {number} is damaged', masa('report', '--db', self.db, code=1).stderr)

    def check_that_the_service_says_so(self):
        words = [MASA, 'serve', '--db', self.db, '--listen', '127.0.0.1:0', '--log', 'error']
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                url = process.stdout.readline().split()[-1]
                said = json.loads(process.stderr.readline())
                with urllib.request.urlopen(url + '/api/v1/health', timeout=20) as answer:
                    health = json.load(answer)
            finally:
                process.send_signal(signal.SIGTERM)
        self.assertEqual(process.returncode, 0)
        self.assertEqual((said['level'], said['event']), ('error', 'fold_failed'))
        self.assertEqual(health['status'], 'degraded')
        self.assertIn('masa doctor', health['checks'][0]['note'])

    def test_a_damaged_tail_is_told_with_its_remedy(self):
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        line = b'{"type":"track","event":"e","userId":"p1","messageId":"m1","timestamp":"2026-01-05T0\xff:00:00Z"}\n'
        with contextlib.closing(sqlite3.connect(self.db)) as db, db:
            db.execute('INSERT INTO tail (events, lines) VALUES (1, ?)', (line,))
        told = masa('report', '--db', self.db, code=1)
        self.assertIn('`masa doctor` tells more', told.stderr)
        self.assertRegex(masa('doctor', '--db', self.db, code=1).stdout, r'row \d+ of the tail holds 1 events .*export')
        self.check_that_the_service_says_so()
        everything = os.path.join(self.folder.name, 'all.ndjson')
        with open(everything, 'wb') as out:
            out.write(subprocess.run([MASA, 'export', '--db', self.db], capture_output=True, check=True).stdout)
        again = os.path.join(self.folder.name, 'again.db')
        self.assertEqual(counts(masa('import', '--db', again, '--definition', DEFINITION, everything, code=3).stdout)
                         ['rejected'], 1)
        masa('report', '--db', again)

    def test_a_store_of_an_earlier_form_is_brought_forward(self):
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        before = exported(self.db)
        with sqlite3.connect(self.db) as db:
            (newest,) = db.execute('PRAGMA user_version').fetchone()
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
                      if name not in ('meta', 'name', 'block', 'cold', 'tail', 'definition', 'spend', 'import',
                                      'sqlite_sequence')]
            db.execute('PRAGMA foreign_keys = 0')
            for table in tables:
                db.execute(f'DROP TABLE {table}')
            db.execute('ALTER TABLE definition RENAME TO later')
            with open(FIRST_FORM, encoding='utf-8') as sql:
                for statement in re.findall(r'^CREATE \w+ definition.*?;$', sql.read(), re.MULTILINE | re.DOTALL):
                    db.execute(statement)
            db.execute('INSERT INTO definition SELECT id, digest, text, origin, made_at, 0 FROM later')
            db.execute('DROP TABLE later')
            db.execute('PRAGMA user_version = 1')
        db.close()
        self.assertIn('earlier form', masa('report', '--db', self.db, code=1).stderr)
        masa('doctor', '--db', self.db)
        self.assertTrue(os.path.exists(self.db + '.v1.backup'))
        with sqlite3.connect(self.db) as db:
            self.assertEqual(db.execute('PRAGMA user_version').fetchone(), (newest,))
        db.close()
        self.assertEqual(exported(self.db), before)

    def test_what_is_no_store_is_refused(self):
        self.assertIn('there is no such store', masa('report', '--db', self.db, code=1).stderr)
        with open(self.db, 'w', encoding='utf-8') as out:
            out.write('nothing that SQLite knows, and long enough that it looks\n' * 10)
        self.assertIn('is no masa store', masa('doctor', '--db', self.db, code=1).stderr)


class Grown(Folder):
    """A store that begins with a few events gets more slots as it grows, and is what it were had all come at once."""
    PIECES = (10, 3000, 20000, 130000)

    @staticmethod
    def event(dice, n):
        event = {'type': 'track', 'event': 'page_viewed', 'messageId': f'm{n}',
                 'timestamp': f'2026-{n % 9 + 1:02}-{n % 27 + 1:02}T{n % 24:02}:{n % 60:02}:00Z',
                 'properties': {'path': f'/docs/{dice.randrange(30)}', 'n': n}}
        if dice.random() < 0.8:
            event['userId'] = f'u{dice.randrange(9000)}'
        elif dice.random() < 0.9:
            event['anonymousId'] = f'a{dice.randrange(3000)}'
        else:
            event |= {'type': 'group', 'groupId': f'g{dice.randrange(500)}'}
        return event

    def bits(self):
        with contextlib.closing(sqlite3.connect(self.db)) as db:
            return int(db.execute("SELECT value FROM meta WHERE key = 'slot_bits'").fetchone()[0])

    def watch(self, done, seen):
        while not done.is_set():
            seen.append({json.loads(line)['messageId'] for line in exported(self.db)})

    def test_it_is_cut_anew_while_it_is_read(self):
        dice, files, n, bits = random.Random(7), [], 0, []
        for size in self.PIECES:
            events = [self.event(dice, n + i) for i in range(size)]
            n += size
            files.append(self.write(f'{n}.ndjson', events + events[:size // 50]))
        masa('import', '--db', self.db, '--definition', DEFINITION, files[0])
        for path in files[1:]:
            before = {json.loads(line)['messageId'] for line in exported(self.db)}
            done, seen = threading.Event(), []
            reader = threading.Thread(target=self.watch, args=(done, seen))
            reader.start()
            masa('import', '--db', self.db, path)
            done.set()
            reader.join()
            self.assertTrue(all(before <= ids for ids in seen), 'a reader missed what was there')
            bits.append(self.bits())
            masa('doctor', '--db', self.db)
        self.assertEqual(bits, [0, 3, 6])
        grown, facts = exported(self.db), masa('facts', '--db', self.db).stdout
        self.assertEqual(len(grown), n)
        once = os.path.join(self.folder.name, 'once.db')
        masa('import', '--db', once, '--definition', DEFINITION, *files)
        self.assertEqual(exported(once), grown)
        self.assertEqual(masa('facts', '--db', once).stdout, facts)


class Served(Folder):
    """A running service, whose tail is merged every second."""

    def start(self):
        keys = os.path.join(self.folder.name, 'keys')
        with open(keys, 'w', encoding='utf-8') as out:
            out.write(f'{KEY} web\n')
        process = subprocess.Popen(
            [MASA, 'serve', '--db', self.db, '--listen', '127.0.0.1:0', '--write-keys', keys, '--log', 'error',
             '--merge-seconds', '1'], stdout=subprocess.PIPE, text=True)
        first = process.stdout.readline()
        threading.Thread(target=process.stdout.read, daemon=True).start()
        self.addCleanup(process.stdout.close)
        return process, first.split()[-1]

    def send(self, url, events):
        body = json.dumps({'batch': events}).encode()
        key = base64.b64encode(f'{KEY}:'.encode()).decode()
        request = urllib.request.Request(url + '/v1/batch', body, {'Content-Type': 'application/json',
                                                                   'Authorization': 'Basic ' + key})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status

    @staticmethod
    def event(n):
        return {'type': 'track', 'event': 'form_submitted', 'userId': f'p{n % 500}', 'messageId': f'm{n}',
                'timestamp': f'2026-01-05T{n % 24:02}:00:00Z', 'properties': {'form': 'contact', 'n': n}}

    def test_killed_again_and_again_it_keeps_what_it_acknowledged(self):
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        self.kill_and_look()

    def test_killed_while_a_large_store_is_merged_piece_by_piece(self):
        dice = random.Random(5)
        path = self.write('large.ndjson', [Grown.event(dice, n + 1000000) for n in range(250000)])
        masa('import', '--db', self.db, '--definition', DEFINITION, path)
        self.kill_and_look()

    def kill_and_look(self):
        known = {json.loads(line)['messageId'] for line in exported(self.db)}
        acknowledged, n, dice = set(), 0, random.Random(3)
        for _ in range(5):
            process, url = self.start()
            until = time.monotonic() + 1 + dice.random() * 1.5
            while time.monotonic() < until:
                events = [self.event(n + i) for i in range(20)]
                n += 20
                if self.send(url, events) == 200:
                    acknowledged |= {event['messageId'] for event in events}
            process.kill()
            process.wait()
        kept = [json.loads(line)['messageId'] for line in exported(self.db)]
        self.assertLessEqual(acknowledged | known, set(kept))
        masa('doctor', '--db', self.db)
        process, url = self.start()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 0)
        kept = [json.loads(line)['messageId'] for line in exported(self.db)]
        self.assertEqual(len(kept), len(set(kept)), 'an event stands in the store twice')
        with sqlite3.connect(self.db) as db:
            self.assertEqual(db.execute('SELECT count(*) FROM tail').fetchone(), (0,))
        db.close()

    def test_what_was_accepted_is_read_under_any_definition(self):
        masa('import', '--db', self.db, '--definition', DEFINITION, *DATA)
        deal = {'type': 'track', 'event': 'deal_won', 'messageId': 'd1', 'timestamp': '2026-04-05T09:00:00Z',
                'properties': {'deal_id': 'd1', 'amount': 1000, 'seller': 's1'}}
        with open(DEFINITION, encoding='utf-8') as file:
            text = file.read()
        without = os.path.join(self.folder.name, 'without.yaml')
        asking = os.path.join(self.folder.name, 'asking.yaml')
        bare = re.sub(r'^(  deal_won: .*)of: deal, key: deal_id, ', r'\1', text, flags=re.MULTILINE)
        more = bare.replace('amount: money', 'amount: money, seller: string')
        for path, definition in ((without, bare), (asking, more)):
            with open(path, 'w', encoding='utf-8') as out:
                out.write(definition)
        process, url = self.start()
        self.assertEqual(self.send(url, [deal]), 200)
        process.kill()
        process.wait()
        for definition in without, asking:
            masa('check', definition)
            masa('report', '--db', self.db, '--definition', definition)
        process, url = self.start()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 0)
        for definition in without, asking:
            masa('report', '--db', self.db, '--definition', definition)

    def test_what_was_served_is_what_was_sent(self):
        """The facts of events sent are those of the same events in a file, while the tail is merged, and a backup made
        meanwhile is a store."""
        masa('import', '--db', self.db, '--definition', DEFINITION, self.write('none.ndjson', []))
        process, url = self.start()
        events = [self.event(n) for n in range(400)]
        for at in range(0, 400, 40):
            self.send(url, events[at:at + 40])
            time.sleep(0.3)
            masa('facts', '--db', self.db)
        copy = os.path.join(self.folder.name, 'copy.db')
        masa('backup', '--db', self.db, copy)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 0)
        of_file = masa('facts', '--definition', DEFINITION, self.write('e.ndjson', events)).stdout
        self.assertEqual(masa('facts', '--db', self.db).stdout, of_file)
        self.assertEqual(masa('facts', '--db', copy).stdout, of_file)
        self.assertIn('is there already', masa('backup', '--db', self.db, copy, code=1).stderr)


if __name__ == '__main__':
    unittest.main()
