#!/usr/bin/env python3
"""The trail runner itself: that it reads what people write, says where a mistake is, and fails when the facts are
others. The program is a stand-in that prints what the test tells it to, and can be told to mind the order of its
input."""
import os
import re
import stat
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from play import play                                # noqa: E402
from trail import TrailError, read_trail, words_of   # noqa: E402

HEAD = '''definition:
    company: { zone: Asia/Jerusalem }
    funnels: { f: { stages: { A: { on: x } } } }

== A title    (ruling 2)
Because.
events:
  2026-01-05 09:00   p1  x  path="/a b" n=3 answers.budget=yes   # a remark
  2026-07-06         p1  group  a1  size=2
as of 2026-08-01
expect:
'''
STAGE = ('{"fact":"stage","kind":"person","subject":"p1","funnel":"f","lap":1,"stage":"A",'
         '"entered":"2026-01-05T07:00:00Z","left":null,"how":"rule"}')


def stand_in(folder, text, also=''):
    """A program that prints `text`, after the shell lines `also`."""
    path = os.path.join(folder, 'masa')
    with open(path, 'w', encoding='utf-8') as stream:
        stream.write(f"#!/bin/sh\n{also}\ncat <<'END'\n{text}\nEND\n")
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    return path


class Trails(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def read(self, text):
        path = os.path.join(self.folder.name, 'a.trail')
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(text)
        return read_trail(path)

    def problems(self, expected, printed, also='', plain=True):
        case, = self.read(HEAD + expected)
        return play(case, stand_in(self.folder.name, printed, also), None, plain).problems

    def test_an_event_becomes_a_message(self):
        case, = self.read(HEAD + '  p1  A  2026-01-05 09:00\n')
        first, second = case.events
        self.assertEqual(first.call, {'type': 'track', 'event': 'x', 'messageId': 'm01', 'userId': 'p1',
                                      'properties': {'path': '/a b', 'n': 3, 'answers': {'budget': 'yes'}}})
        self.assertEqual(first.at.isoformat(), '2026-01-05T07:00:00+00:00')
        self.assertEqual(second.call, {'type': 'group', 'messageId': 'm02', 'userId': 'p1', 'groupId': 'a1',
                                       'traits': {'size': 2}})
        self.assertEqual((second.day, second.at.isoformat()), ('2026-07-06', '2026-07-06T20:59:59.999999+00:00'))

    def test_words(self):
        self.assertEqual(words_of('a  b="c d" e={"f": 1} g=[1, 2]'), ['a', 'b="c d"', 'e={"f": 1}', 'g=[1, 2]'])
        self.assertRaises(ValueError, words_of, 'a="b')

    def test_mistakes_name_their_line(self):
        with self.assertRaises(TrailError) as caught:
            self.read(HEAD + '  p1  A  yesterday\n  p1 A 2026-01-05 09:00 becoz\n\n== No ruling\n')
        text = str(caught.exception)
        for part in ('a.trail:12:', 'a.trail:13: "becoz" is no note', 'a.trail:15: a title ends with the ruling'):
            self.assertIn(part, text)

    def test_equal_facts_pass(self):
        self.assertEqual(self.problems('  p1  A  2026-01-05 09:00\n', STAGE), [])
        self.assertEqual(self.problems('  p1  f.A  2026-01-05 09:00\n', STAGE), [])

    def test_other_facts_fail(self):
        for expected in ('p1  A  2026-01-05 09:01', 'p1  B  2026-01-05 09:00', 'p2  A  2026-01-05 09:00', 'p1 nothing',
                         'p1  g.A  2026-01-05 09:00', 'p1  A  2026-01-05 09:00 .. 2026-01-06',
                         'p1  A  2026-01-05 09:00 carried', 'p1  A  2026-01-05 09:00 lap 2',
                         'p1  A  2026-01-05 09:00 because b', 'p1  A  2026-01-05 09:00 by rep'):
            self.assertTrue(self.problems(f'  {expected}\n', STAGE), expected)
        for other in (STAGE + '\n' + STAGE, STAGE.replace('rule', 'carried'), STAGE.replace('"lap":1', '"lap":2'), ''):
            self.assertTrue(self.problems('  p1  A  2026-01-05 09:00\n', other), other)

    def test_values(self):
        value = '{"fact":"value","kind":"person","subject":"p1","name":"signals.n","value":%s}'
        self.assertEqual(self.problems('  p1  signals.n = 2.50\n', value % '2.5'), [])
        self.assertEqual(self.problems('  p1  signals.n ~ 2.5\n', value % '2.509'), [])
        self.assertEqual(self.problems('  p1  signals.n = unknown\n', value % 'null'), [])
        self.assertEqual(self.problems('  p1  signals.n = true\n', value % 'true'), [])
        for wanted, got in (('= 2.5', '2.501'), ('~ 2.5', '2.52'), ('= unknown', '0'), ('= 1', 'true'),
                            ('= 0', 'null')):
            self.assertTrue(self.problems(f'  p1  signals.n {wanted}\n', value % got), wanted)

    def test_a_failing_program_fails(self):
        self.assertTrue(self.problems('  p1  A  2026-01-05 09:00\n', STAGE, also='echo no >&2; exit 3'))

    def test_minding_the_order_fails(self):
        """This stand-in says so when its first event is not the first of the case."""
        minds = 'for file; do :; done; head -1 "$file" | grep -q m01 || echo "{}"'
        self.assertEqual(self.problems('  p1  A  2026-01-05 09:00\n', STAGE, also=minds), [])
        problems = self.problems('  p1  A  2026-01-05 09:00\n', STAGE, also=minds, plain=False)
        self.assertIn('other facts when the input is reversed:', problems)

    def test_definitions_that_must_be_refused(self):
        expected = '  definition refused at line 2: nobody ... reach\n'
        self.assertEqual(self.problems(expected, 'd.yaml:2:7: nobody can reach A', also='trap "exit 2" EXIT'), [])
        self.assertTrue(self.problems(expected, 'd.yaml:3:7: nobody can reach A', also='trap "exit 2" EXIT'))
        self.assertTrue(self.problems(expected, 'd.yaml:2:7: nobody can reach A'))


class Documents(unittest.TestCase):
    def test_the_semantics_page_names_cases_that_exist(self):
        here = os.path.dirname(os.path.abspath(__file__))
        titles = {}
        for name in sorted(os.listdir(here)):
            if name.endswith('.trail'):
                titles[name[:2]] = {case.title for case in read_trail(os.path.join(here, name))}
        with open(os.path.join(here, '..', '..', 'docs', 'SEMANTICS.md'), encoding='utf-8') as page:
            named = re.findall(r'(\d\d): \*([^*]+)\*', ' '.join(page.read().split()))
        self.assertGreater(len(named), 50)
        self.assertEqual([f'{file}: {title}' for file, title in named if title not in titles.get(file, ())], [])


if __name__ == '__main__':
    unittest.main()
