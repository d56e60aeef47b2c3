#!/usr/bin/env python3
"""Each check must be able to fail: small trees with one fault each, and the same trees without it."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compiled                                   # noqa: E402
import tidy                                       # noqa: E402
from tree import File, Finding                    # noqa: E402
from shape import functions                       # noqa: E402

LONG = 'int long_one(int a,\n             int b)\n{\n' + '    a += b;\n' * 67 + '}\n'

FAULTS = {
    'an include that goes up': ('floor', 'src/base/a.h', '/* A. */\n#include "value/v.h"\n',
                                {'value/v.h': '/* V. */\n'}),
    'an include past a neighbour': ('floor', 'src/intake/a.h', '/* A. */\n#include "engine/e.h"\n',
                                    {'engine/e.h': '/* E. */\n'}),
    'an include from beside': ('floor', 'src/base/a.h', '/* A. */\n#include "b.h"\n', {'base/b.h': '/* B. */\n'}),
    'a GPL library below': ('floor', 'src/engine/a.h', '/* A. */\n#include <hdate.h>\n', {}),
    'a folder that is no floor': ('floor', 'src/attic/a.h', '/* A. */\n', {}),
    'a file that nobody builds': ('dead', 'src/base/forgotten.c', 'int forgotten;\n', {}),
    'a wide line': ('columns', 'src/base/a.h', '/* ' + 'ש' * 120 + ' */\n', {}),
    'a long file': ('file', 'tools/a.py', 'a = 1\n' * 1001, {}),
    'a long function of C': ('function', 'src/base/a.inc', LONG, {}),
    'a long function of Python': ('function', 'tools/a.py', 'def f(a):\n' + '    a += 1\n' * 70, {}),
    'a long function of TypeScript': ('function', 'web/a.ts', 'export function f() {\n' + '  g();\n' * 70 + '}\n', {}),
    'a banned call': ('banned', 'src/base/a.inc', 'void f(char *a) { strcpy (a, "b"); }\n', {}),
    'a clock in a floor without': ('clock', 'src/engine/a.inc', 'long f(void) { return time(0); }\n', {}),
    'a path of one machine': ('path', 'docs/a.md', 'It stands in ' + '/'.join(('', 'root', 'masa')) + '.\n', {}),
    'a binary left behind': ('binary', 'core', '\x7fELF\0', {}),
    'a header without a word': ('header', 'src/base/a.h', '#define A 1\n', {}),
    'a line out of shape': ('format', 'src/base/a.h', '/* A. */\nint  a(int b);\n',
                            {'../.clang-format': 'BasedOnStyle: LLVM\n'}),
    'a message without Hebrew': ('told', 'src/cel/a.inc', 'void f(char *hint) {}\nvoid g(void) { f("no a"); }\n',
                                 {'../locale/problems.txt': ''}),
    'a header that leans on others': ('alone', 'src/base/a.h', '/* A. */\nint a(size_t n);\n', {}),
}

FINE = {
    'src/base/a.h': '/* It calls no strcpy(). */\n#include <time.h>\nlong a_time(const char *system);\n',
    'src/base/a.inc': 'long f(struct a *a) { return a->time(a, "rand()") + a_time("x"); }\n',
    'src/base/b.inc': LONG.replace('    a += b;\n', '', 1),
    'src/base/c.h': '/* ' + 'ש' * 114 + ' */\n',
    'src/engine/a.h': '/* A. */\n#include "base/a.h"\n#include "engine/b.h"\n',
    'src/engine/b.h': '/* B. */\n',
    'src/calendar/a.h': '/* A. */\n#include "base/a.h"\n',
    'tools/a.py': 'def f(a,\n      b):\n' + '    a += 1\n' * 68,
}


def write(root, files):
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        with open(os.path.join(root, path), 'w', encoding='utf-8') as file:
            file.write(text)


def findings(files):
    with tempfile.TemporaryDirectory() as root:
        write(root, files)
        return [finding for _, some in tidy.find(root) for finding in some]


class Sources(unittest.TestCase):
    def test_every_fault_is_found(self):
        for name, (check, path, text, others) in FAULTS.items():
            with self.subTest(name):
                found = findings({path: text, **{f'src/{other}': body for other, body in others.items()}})
                self.assertEqual([(one.check, one.path) for one in found], [(check, path)])

    def test_what_is_fine_is_left_alone(self):
        self.assertEqual(findings(FINE), [])

    def test_every_source_check_has_a_fault(self):
        found = {check for check, *_ in FAULTS.values()}
        self.assertEqual(found, {'floor', 'dead', 'columns', 'file', 'function', 'banned', 'clock', 'path', 'binary',
                                 'header', 'alone', 'format', 'told'})

    def test_what_is_said_and_its_hebrew_are_compared(self):
        source = ('static void f(const char *hint, const char *key) {}\nstatic const char *kind_word(int i)\n{\n'
                  '    return i ? "a list" : "a_word";\n}\nvoid g(void)\n{\n'
                  '    const char *why = "for " "this";\n    f(h ? "say %s of \\"%d\\"" : "", "no matter");\n}\n')
        fine = 'en a list\nhe רשימה\nex by others\nhe לא\nen for this\nhe =\nen say %s of "%d"\nhe {2} של {1}\n'
        for change, said in ((('he {2}', 'he {1}'), 'names other arguments'), (('en a', 'en no'), 'nobody says'),
                             (('he רשימה\n', ''), 'has no Hebrew'), (('for this', 'for that'), 'nobody says')):
            found = findings({'src/cel/a.inc': source, 'locale/problems.txt': fine.replace(*change)})
            self.assertTrue(any(said in finding.message for finding in found), (change, found))
        self.assertEqual(findings({'src/cel/a.inc': source, 'locale/problems.txt': fine}), [])

    def test_functions_are_measured_with_their_head(self):
        with tempfile.TemporaryDirectory() as root:
            write(root, {'a.c': '\n' + LONG})
            self.assertEqual(list(functions(File(root, 'a.c'))), [(2, 72, 'long_one')])


class Compiled(unittest.TestCase):
    def build(self, root, floor, source):
        """A build folder with one floor of one source, as meson lays it out."""
        folder = os.path.join(root, 'src', floor)
        write(root, {f'src/{floor}/a.c': source})
        subprocess.run(['cc', '-c', '-O1', '-o', f'{folder}/a.c.o', f'{folder}/a.c'], check=True)
        subprocess.run(['ar', 'rcs', f'{folder}/lib{floor}.a', f'{folder}/a.c.o'], check=True)

    def check(self, check, sources):
        with tempfile.TemporaryDirectory() as root:
            for floor, source in sources.items():
                self.build(root, floor, source)
            return [(finding.path, finding.message.split()[0]) for finding in check(root)]

    def test_mutable_globals_are_found(self):
        for source in ('int counter;\n', 'int counter = 7;\n', '__thread int counter;\n',
                       'int next(void) { static int counter; return counter++; }\n'):
            with self.subTest(source):
                found = self.check(compiled.check_globals, {'base': source})
                self.assertEqual(len(found), 1)
                self.assertTrue(found[0][1].startswith('counter'))

    def test_tables_are_no_globals(self):
        source = 'int f(void);\nint (*const table[])(void) = {f};\nconst char *const names[] = {"a", "b"};\n'
        self.assertEqual(self.check(compiled.check_globals, {'base': source}), [])

    def test_an_engine_that_reaches_outside_is_found(self):
        outside = '#include <math.h>\n#include <time.h>\ndouble low(double x) { return exp(x) + time(0); }\n'
        inside = 'double low(double);\ndouble top(double x) { return low(x); }\n'
        found = self.check(compiled.check_engine, {'engine': inside, 'base': outside})
        self.assertEqual([path for path, _ in found], ['src/base/a.c'] * 2)
        unused = {'engine': 'int top(int x) { return x; }\n', 'base': outside}
        self.assertEqual(self.check(compiled.check_engine, unused), [])


class Known(unittest.TestCase):
    def test_what_is_known_is_borne_and_only_shrinks(self):
        two = [Finding('columns', 'a.c', line, '') for line in (1, 2)]
        key = ('columns', 'a.c')
        for count, excess, stale in ((2, 0, 0), (1, 2, 0), (3, 0, 1)):
            found = tidy.judge(two, tidy.Counter({key: count}))
            self.assertEqual((len(found[0]), len(found[1])), (excess, stale))


if __name__ == '__main__':
    unittest.main()
